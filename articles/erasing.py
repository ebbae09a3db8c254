"""What versions said and what an import brought, erased for good with the files that nothing else has.

Versions, a person and a reason come in; each version becomes a tombstone whose hashes stay, and a new one of
its article tells so. A passage is looked for, and kept nowhere. What was uploaded for no text goes in the
same way.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from html import unescape
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from . import versions
from .labels import CHOICES, label
from .models import Act, Article, BodyImage, ImportedPost, ImportRemark, MergeConflict, StoredFile, Version
from .models.versions import CONTENT
from .roles import ADMINISTRATORS
from .rules import Refused, lacking
from .text import INVISIBLE
from .words import MAX_WORD_LENGTH, folded_word

PERMISSION = "articles.erase_version"

UPLOADS_KEPT = timedelta(days=7)
"""How long an uploaded image waits for a text that shows it: longer than a form stays open."""


# --- who says what

UNCHANGED = frozenset({"old_addresses", "extra"})
"""The fields of a post that no form changes."""

# What may stand within a name and is not read: tags, where links lead, lists of attributes, marks of notes.
_MARKUP = re.compile(r"<[^<>]*>|\]\([^()]*\)|\]\[[^\[\]]*\]|\{[^{}]*\}|\[\^[^\[\]]*\]")
_YAML_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))")
# In pieces: of a longer word, with letters that open into two, `folded_word` would cut the end.
_LETTERS = re.compile(rf"[^\W_{INVISIBLE}]{{1,{MAX_WORD_LENGTH // 2}}}")


class Passage:
    """Some words to look for in what articles said, folded once for all of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._letters = _letters(text)

    def is_in(self, text: str) -> bool:
        """Whether a text says the passage: word for word, or the same letters and digits one after the other.

        Letters are compared as the text is written and, near enough, as it is read: case, accents, spaces,
        marks and markup set aside. Too much is found rather than too little.
        """
        if self._text in text:
            return True
        return self._letters != "" and any(
            self._letters in _letters(each) for each in {text, _MARKUP.sub("", text)}
        )


def _letters(text: str) -> str:
    """The letters and digits of a text, folded, those that HTML or YAML spells out included."""
    read = _YAML_ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), unescape(text))
    return "".join(map(folded_word, _LETTERS.findall(read)))


def saying(known: Iterable[Version], passage: Passage) -> list[Version]:
    """Those of these versions whose content says the passage."""
    return [version for version in known if passage.is_in(_content(version))]


def _content(version: Version) -> str:
    texts = (getattr(version, name) for name in CONTENT if name != "files")
    return "\n".join((*texts, *version.files))


@dataclass(frozen=True, slots=True)
class Standing:
    """The last version of an article, or of a draft beside it, that says a passage.

    `fields` are what people call those that say it and can be corrected, `kept` those that no form changes;
    none where only a note says it.
    """

    version: Version
    article: Article
    fields: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def obstacle(self) -> str:
        """Why this version stays, where nothing is left to correct."""
        if self.kept:
            return (
                f"Cette version est ce que l’article dit aujourd’hui : ce passage y reste "
                f"({', '.join(self.kept)}), car aucun formulaire ne le change. Les versions qui suivront "
                "le diront aussi."
            )
        return (
            "Cette version est la dernière, et seule une note y dit ce passage : effacez-la quand une autre "
            "l’aura suivie."
        )


def standings(known: Iterable[Version], passage: Passage) -> list[Standing]:
    """What says the passage today of the articles that these are all the versions of."""
    last = {version.article_uuid: version for version in sorted(known, key=lambda each: each.number)}
    said = {uuid: version for uuid, version in last.items() if passage.is_in(_content(version))}
    articles = Article.objects.filter(uuid__in=said).order_by("pk")
    return [_standing(said[article.uuid], article, passage) for article in articles]


def _standing(version: Version, article: Article, passage: Passage) -> Standing:
    try:
        post = versions.snapshot_of(version).post
    except versions.UnreadableVersionError:
        names = []
    else:
        said = {each.name: getattr(post, each.name) for each in fields(post) if each.name not in CHOICES}
        names = [name for name, value in said.items() if any(map(passage.is_in, _texts(value)))]
    address = ["adresse"] if passage.is_in(version.address) else []
    return Standing(
        version,
        article,
        fields=(*address, *(label(name) for name in names if name not in UNCHANGED)),
        kept=tuple(label(name) for name in names if name in UNCHANGED),
    )


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of a post, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts((*value.values(),))
    elif is_dataclass(value):
        yield from _texts(tuple(getattr(value, each.name) for each in fields(value)))
    elif isinstance(value, Sequence):
        yield from chain.from_iterable(map(_texts, value))


def originals_of(uuid: UUID) -> QuerySet[ImportedPost]:
    """The posts as they came in that an article, here or deleted, answers for; those erased left out."""
    own, twins = (
        Q(**{f"{way}article__uuid": uuid}) | Q(**{f"{way}deleted_uuid": uuid}) for way in ("", "twin_of__")
    )
    return ImportedPost.objects.filter(own | twins).exclude(text="")


def original_says(post: ImportedPost, passage: Passage) -> bool:
    """Whether a post as it came in, or what was remarked of it, says the passage."""
    remarks = post.remarks.values_list("message", flat=True)
    return passage.is_in("\n".join((post.text, post.dump, *remarks)))


# --- who may erase what


def denial(by: Any) -> str:
    """Why this user may erase nothing; empty where they may."""
    if by.has_perm(PERMISSION):
        return ""
    return lacking("effacer le contenu d’une version", ADMINISTRATORS)


def obstacles(chosen: Collection[Version]) -> dict[Version, str]:
    """Those of these versions that cannot be erased now, each with the reason."""
    uuids = {version.article_uuid for version in chosen}
    current = set(Version.objects.current_of(uuids))
    waits = Exists(MergeConflict.objects.waiting().filter(article=OuterRef("pk")))
    prepared = Article.objects.filter(_are_beside(uuids)).annotate(waits=waits)
    beside = list(prepared.values_list("uuid", "replaces__uuid", "replaces_number", "waits"))
    bases = {(page, number) for _draft, page, number, _waits in beside}
    contradicted = {uuid for draft, page, _number, waits in beside if waits for uuid in (draft, page)}
    found: dict[Version, str] = {}
    for version in chosen:
        if version.is_erased:
            found[version] = "Le contenu de cette version est déjà effacé."
        elif version in current:
            found[version] = (
                "Cette version est ce que l’article dit aujourd’hui : corrigez d’abord l’article, "
                "puis effacez-la."
            )
        elif (version.article_uuid, version.number) in bases:
            found[version] = (
                "Une nouvelle version est en préparation à partir de celle-ci : publiez-la, ou supprimez-la, "
                "puis effacez."
            )
        elif version.article_uuid in contradicted:
            found[version] = (
                "Des passages de la nouvelle version attendent d’être réglés, et peuvent dire la même "
                "chose : réglez-les, puis effacez."
            )
    return found


def _are_beside(uuids: Collection[UUID]) -> Q:
    """Those articles that are drafts of a next version, of which or of whose page this is the uuid."""
    return Q(replaces__uuid__in=uuids) | Q(uuid__in=uuids, replaces__isnull=False)


# --- erased


@transaction.atomic
def erase(chosen: Iterable[Version], by: Any, reason: str, original_of: UUID | None = None) -> None:
    """Empty what these versions say, and the original that an article came from; all of it or nothing.

    A new version of each article tells so: which, by whom and why. Raises Refused.
    """
    if refused := denial(by):
        raise Refused(refused)
    if not reason.strip():
        raise Refused("Dites pourquoi ce contenu est effacé : écrivez le motif.")
    # In the order in which an import locks them: a twin came in after its original.
    posts = originals_of(original_of) if original_of else ImportedPost.objects.none()
    originals = list(posts.order_by("pk").select_for_update(of=("self",)))
    keys = [version.pk for version in chosen]
    uuids = {version.article_uuid for version in Version.objects.filter(pk__in=keys).only("article_uuid")}
    named = uuids | ({original_of} if original_of else set())
    locked = Article.objects.filter(uuid__in=named).order_by("pk")
    articles = {article.uuid: article for article in locked.select_for_update()}
    erased = list(Version.objects.filter(pk__in=keys).order_by("pk").select_for_update())
    if refused := next(iter(obstacles(erased).values()), ""):
        raise Refused(refused)
    emptied = {name: {} if name == "files" else "" for name in CONTENT}
    # By its moment, a tombstone finds who erased it, also once that version is erased itself.
    at = timezone.now()
    Version.objects.filter(pk__in=keys).update(**emptied, erased_at=at)
    # What is settled has no more to say, and may say what the versions said.
    drafts = Article.objects.filter(_are_beside(uuids))
    MergeConflict.objects.exclude(settled_at=None).filter(article__in=drafts).delete()
    for uuid in uuids:
        own = [version for version in erased if version.article_uuid == uuid]
        # What a note named that goes now is named again, or nothing would vouch for it.
        notes = (versions.erased_by(version) for version in own if version.about is None)
        said = versions.erasure({version.number for version in own}.union(*notes), reason)
        _tell(uuid, articles.get(uuid), by, Act.ERASED, created_at=at, **said)
    if originals and original_of:
        _erase_originals(originals)
        _tell(original_of, articles.get(original_of), by, Act.ORIGINAL_ERASED, note=reason)
    contents = {sha256 for version in erased for sha256 in version.files.values()}
    BodyImage.objects.filter(article=None, file__sha256__in=contents).delete()
    _drop_unused(contents)


@transaction.atomic
def drop_old_uploads() -> None:
    """Delete the images uploaded in the editor that no text has shown in time, with their files."""
    old = BodyImage.objects.filter(article=None, created_at__lt=timezone.now() - UPLOADS_KEPT)
    contents = set(old.exclude(file=None).values_list("file__sha256", flat=True))
    old.delete()
    _drop_unused(contents)


def _erase_originals(originals: Iterable[ImportedPost]) -> None:
    keys = [post.pk for post in originals]
    ImportedPost.objects.filter(pk__in=keys).update(text="", dump="")
    # They are about lines of a text that is no more, and quote it.
    ImportRemark.objects.filter(post__in=keys).delete()


def _tell(uuid: UUID, article: Article | None, by: Any, act: Act, **said: Any) -> None:
    """Record what was done, in the history of an article that is here or was."""
    if article is not None:
        versions.record(article, by, act, **said)
        return
    last = Version.objects.last_of(uuid)
    assert last is not None
    versions.record_about(last, by, act, **said)


def _drop_unused(contents: Iterable[str]) -> None:
    """Delete the files of these sha256 that no version and no row has."""
    named = Version.objects.annotate(named=Cast("files", TextField()))
    for stored in StoredFile.objects.filter(sha256__in=contents):
        if named.filter(named__contains=stored.sha256).exists():
            continue
        try:
            with transaction.atomic():
                stored.delete()
        except ProtectedError:  # a row has it
            continue
        _drop_once_kept(stored)


def _drop_once_kept(stored: StoredFile) -> None:
    """Delete what storage has of a file, after the transaction; where that fails it is logged."""

    def drop() -> None:
        if StoredFile.objects.filter(sha256=stored.sha256).exists():  # it has come back meanwhile
            return
        for path in stored.paths:
            default_storage.delete(path)

    transaction.on_commit(drop, robust=True)
