"""The history against its hashes, articles against their history, HTML and files against what they come from.

Rows and files in; the first that was altered behind the application's back out. Changes nothing.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime

from . import jekyll, versions
from .exporting import is_same_original, says_the_same
from .models import Article, ArticleQuerySet, StoredFile, Version, VideoEmbed
from .models.articles import RENDERED
from .models.versions import CONTENT
from .posts import Post

CHUNK = 100
"""Rows in memory at once."""

LOOK_BACK = "comparez avec une sauvegarde et cherchez qui a eu accès à la base"


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was checked, and found as the application left it."""

    articles: int
    versions: int
    files: int


class AlteredError(Exception):
    """What was altered, and what to do: a French sentence."""


def verify() -> Verified:
    """Check every version, every article, every file; raises AlteredError for the first that was altered.

    The end of a deleted article's history may be cut off unseen: nothing else says where it ended.
    """
    return Verified(versions=_verify_versions(), articles=_verify_articles(), files=_verify_files())


# --- versions


def _verify_versions() -> int:
    count = 0
    rows = Version.objects.order_by("article_uuid", "number").iterator(CHUNK)
    for _uuid, history in groupby(rows, attrgetter("article_uuid")):
        count += _verify_history(history)
    return count


def _verify_history(history: Iterator[Version]) -> int:
    """The versions of one article, from the first; returns how many there are."""
    previous: Version | None = None
    number = 0
    erased: dict[int, Version] = {}
    for number, version in enumerate(history, start=1):
        if version.number != number:
            raise AlteredError(
                f"{_named(version)} : la version {number}, qui devait la précéder, "
                f"a été supprimée en dehors de l’application ; {LOOK_BACK}."
            )
        fault = _fault_of(version, previous)
        if fault:
            raise AlteredError(f"{_named(version)} : {fault} en dehors de l’application ; {LOOK_BACK}.")
        if version.is_erased:
            erased[number] = version
        for told in versions.erased_by(version):
            erased.pop(told, None)
        previous = version
    for version in erased.values():
        raise AlteredError(
            f"{_named(version)} : elle a été effacée en dehors de l’application, "
            f"car aucune version ne le rapporte ; {LOOK_BACK}."
        )
    return number


def _fault_of(version: Version, previous: Version | None) -> str:
    """What is wrong with a version that follows another; empty for nothing."""
    if version.sha256 != version.sealed_hash(previous):
        return "ce qu’elle dit d’elle-même ou de celle qui la précède (date, auteur, action…) a été modifié"
    if version.is_erased:
        is_empty = not any(getattr(version, name) for name in CONTENT)
        return "" if is_empty else "effacée, elle a de nouveau un contenu, écrit"
    return "" if version.content_sha256 == version.content_hash() else "son contenu a été modifié"


def _named(version: Version) -> str:
    at = date_format(localtime(version.created_at), "d/m/Y H:i")
    of = f"de « {version.title} »" if version.title else f"de l’article {version.article_uuid}"
    return f"Version {version.number} {of}, du {at}"


# --- articles


def _verify_articles() -> int:
    keys = Article.objects.order_by("pk").values_list("pk", flat=True)
    for start in range(0, len(keys), CHUNK):
        chunk = Article.objects.filter(pk__in=keys[start : start + CHUNK]).order_by("pk")
        articles = list(_with_all(chunk))
        last = {each.article_uuid: each for each in Version.objects.latest_of(a.uuid for a in articles)}
        for article in articles:
            if _fault_in(article, last.get(article.uuid)):
                _verify_article(article.pk)
    return len(keys)


def _with_all(articles: ArticleQuerySet) -> ArticleQuerySet:
    return versions.with_snapshots(articles).prefetch_related("section__former_prefixes")


@transaction.atomic
def _verify_article(pk: int) -> None:
    """Look again, while nobody saves: an article may have been saved since its history was read."""
    locked = Article.objects.filter(pk=pk).select_for_update(of=("self",))
    article = _with_all(locked).first()
    fault = article and _fault_in(article, Version.objects.last_of(article.uuid))
    if article and fault:
        raise AlteredError(f"Article « {article.title} » ({article.get_absolute_url()}) : {fault}")


def _fault_in(article: Article, last: Version | None) -> str:
    """What is wrong with an article whose last version is this one; empty for nothing."""
    if last is None:
        return (
            "il n’a pas d’historique, il a donc été créé, ou son historique supprimé, "
            f"en dehors de l’application ; {LOOK_BACK}."
        )
    if not _is_as_recorded(article, last):
        return (
            f"il ne dit plus ce que dit sa dernière version ({last.number}), il a donc été modifié "
            "en dehors de l’application ; comparez-les, puis revenez à cette version, ou enregistrez "
            "l’article s’il est juste."
        )
    if not _shows_its_text(article):
        return (
            "le HTML que voit le public n’est pas celui de son texte ; si le logiciel vient d’être mis à "
            f"jour, lancez manage.py render_articles, sinon {LOOK_BACK} avant de le lancer."
        )
    return ""


def _is_as_recorded(article: Article, last: Version) -> bool:
    """Whether the article says what its last version says.

    What follows from elsewhere is no alteration: the spelling of a tag, old addresses, the prefix of the
    section, an original that moved.
    """
    if last.is_erased or last.status_after != article.status:
        return False
    if last.address not in article.section.addresses_of(article.slug):
        return False
    taken = versions.taken_from(article)
    if dict(taken.files) != last.files:
        return False
    return jekyll.format(taken.post) == last.dump or _is_same_post(last, taken.post, article)


def _is_same_post(last: Version, now: Post, article: Article) -> bool:
    then = versions.snapshot_of(last).post
    if then.translation_of != now.translation_of and _was_original(then.translation_of, article):
        then = replace(then, translation_of=now.translation_of)
    return says_the_same(then, now)


def _was_original(address: str, article: Article) -> bool:
    """Whether what was at this address is the original, or has become a translation of it."""
    original = article.translation_of_id
    if original is None:
        return False
    there = Version.objects.filter(address=address).values("article_uuid")
    known = Article.objects.filter(Q(pk=original) | Q(translation_of=original), uuid__in=there)
    return is_same_original(address, article) or known.exists()


def _shows_its_text(article: Article) -> bool:
    """Whether the stored HTML, transcripts included, is that of the Markdown beside it."""
    return _is_rendered(article, *RENDERED.values()) and all(
        _is_rendered(video, "transcript_html") for video in article.video_embeds.all()
    )


def _is_rendered(row: Article | VideoEmbed, *names: str) -> bool:
    read: Callable[[Article | VideoEmbed], object] = attrgetter(*names)
    stored = read(row)
    row.render()
    return read(row) == stored


# --- files


def _verify_files() -> int:
    count = 0
    for stored in StoredFile.objects.order_by("pk").iterator(CHUNK):
        count += 1
        try:
            with default_storage.open(stored.original_path) as opened:
                is_whole = hashlib.file_digest(opened, "sha256").hexdigest() == stored.sha256
        except FileNotFoundError:
            is_whole = False
        if not is_whole:
            raise AlteredError(
                f"Fichier {stored.original_path} de MEDIA_ROOT : il manque, ou son contenu a été modifié "
                "en dehors de l’application ; remettez celui d’une sauvegarde."
            )
    return count
