"""Posts onto rows: a `Post` becomes an article and its items, matched by key.

One transaction a post. What an editor changed or deleted here since is never written over.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import ForeignKey, Model

from . import jekyll
from .archive import MediaFolder, PostFile
from .documents import DocumentError
from .exporting import PLAIN_FIELDS, UNRESOLVED_TRANSLATION, dump, post_of
from .images import ImageError
from .models import (
    Article,
    Attachment,
    CarouselImage,
    ImportedPost,
    Section,
    StoredFile,
    Tag,
    TaggedArticle,
    VideoEmbed,
)
from .posts import Post, PostError, PostWarning
from .text import INVISIBLE, fold, is_blank


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    COMPLETED = "completed"  # files that were missing have been found
    UNCHANGED = "unchanged"
    EDITED = "edited"  # changed here since: left as it is
    DELETED = "deleted"  # deleted here since: left so
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one post file."""

    path: str
    outcome: Outcome
    address: str = ""
    message: str = ""
    warnings: tuple[PostWarning, ...] = ()


class MediaError(Exception):
    """A file of the media folder that cannot be read: a French sentence."""


class Media:
    """Stored files for the addresses that posts name, taken from a folder.

    With `keep` false files are measured but not stored, for a trial run.
    """

    def __init__(self, folder: MediaFolder, keep: bool = True) -> None:
        self._folder = folder
        self._keep = keep

    def has(self, address: str) -> bool:
        return self._folder.find(address) is not None

    def stored(self, address: str) -> StoredFile | None:
        """The stored file at this address, or None.

        Raises MediaError when it cannot be read, else as `StoredFile.objects.store` does.
        """
        path = self._folder.find(address)
        if path is None:
            return None
        try:
            opened = path.open("rb")
        except OSError as error:
            message = f"« {path} » n’a pas pu être lu ({error.strerror}) ; vérifiez ses droits."
            raise MediaError(message) from error
        with opened as file:
            store = StoredFile.objects.store if self._keep else StoredFile.objects.measured
            return store(file, path.name)


def import_files(files: Iterable[PostFile], section: Section, media: Media | None = None) -> Iterator[Result]:
    """Import post files one by one; `section` takes those whose folder names no collection."""
    sections = {each.collection: each for each in Section.objects.all()}
    # `_posts` is every Jekyll site's folder, whatever the site is about.
    sections |= {"": section, "posts": section}
    seen: dict[str, str] = {}
    for file in files:
        path = str(file.path)
        taken_by = sections.get(file.collection)
        if taken_by is None:
            message = (
                f"{path} : aucune rubrique ne prend les billets du dossier « _{file.collection} » ; "
                "créez-la dans l’administration, ou déplacez le billet."
            )
            yield Result(path, Outcome.REFUSED, message=message)
            continue
        name = f"{taken_by.collection}/{file.below}"
        if (twin := seen.setdefault(name, path)) != path:
            message = f"{path} : ce billet a le même nom que {twin} ; renommez l’un des deux."
            yield Result(path, Outcome.REFUSED, message=message)
            continue
        yield import_file(file, taken_by, media)
    link_translations()


def import_file(file: PostFile, section: Section, media: Media | None = None) -> Result:
    """Import one post file; a post that cannot be taken is a refused result, never an exception."""
    path = str(file.path)
    try:
        data = file.path.read_bytes()
    except OSError as error:
        message = f"{path} : ce fichier n’a pas pu être lu ({error.strerror}) ; vérifiez ses droits."
        return Result(path, Outcome.REFUSED, message=message)
    try:
        with transaction.atomic():
            result, record = _import(data, file, section)
        # Outside: making renditions takes seconds, in which nobody else could write. What a crash
        # leaves out, the next run completes.
        return result if record is None else _with_files(result, record, media)
    except PostError as error:
        return Result(path, Outcome.REFUSED, message=str(error))
    except OSError as error:
        message = (
            f"{path} : un fichier de ce billet n’a pas pu être enregistré sous « {settings.MEDIA_ROOT} » "
            f"({error.strerror}) ; vérifiez les droits et la place de ce dossier."
        )
        return Result(path, Outcome.REFUSED, message=message)


def _import(data: bytes, file: PostFile, section: Section) -> tuple[Result, ImportedPost | None]:
    """What became of the post, and its record where the article may still miss files."""
    path = str(file.path)
    name = f"{section.collection}/{file.below}"
    known = ImportedPost.objects.filter(name=name).first()
    if known is not None and known.article_id is not None:
        # Nobody else changes the article between the comparison and the writing.
        locked = Article.objects.select_for_update(of=("self",)).select_related("section")
        known.article = locked.get(pk=known.article_id)
    if known is None:
        slug, _day = jekyll.file_name(file.below)
        article = Article(section=section, slug=slug)
        _refuse_taken_address(article, path)
    elif known.article is None:
        return Result(path, Outcome.DELETED, message="supprimé ici depuis l’import, laissé ainsi"), None
    elif known.text.encode() == data:
        return Result(path, Outcome.UNCHANGED, known.article.get_absolute_url()), known
    elif is_edited(known):
        message = "modifié ici depuis l’import et dans le billet aussi : l’article est laissé tel quel"
        return Result(path, Outcome.EDITED, known.article.get_absolute_url(), message), None
    else:
        article = known.article
    parsed = jekyll.parse(data, path, peertube_hosts=settings.PEERTUBE_HOSTS)
    post = replace(parsed.post, status="draft") if file.is_draft else parsed.post
    try:
        put(post, article)
    except (ValidationError, DataError, IntegrityError) as error:
        raise PostError(path, None, _explain(error)) from error
    record = known or ImportedPost(name=name)
    record.article, record.text, record.dump = article, data.decode(), dump(article)
    record.save()
    outcome = Outcome.CREATED if known is None else Outcome.UPDATED
    return Result(path, outcome, article.get_absolute_url(), warnings=parsed.warnings), record


def _with_files(result: Result, record: ImportedPost, media: Media | None) -> Result:
    """The result once the article's files are taken; its warnings are kept with the record."""
    article = record.article
    assert article is not None
    if result.outcome is not Outcome.UNCHANGED:
        warnings = (*result.warnings, *take_files(article, media, again=True))
        record.warnings = [_as_json(warning) for warning in warnings]
        record.save(update_fields=["warnings"])
        return replace(result, warnings=warnings)
    missing = list(_missing_addresses(article)) if media else []
    # Each missing file is found or warned of, in a trial run too, which stores none.
    warnings = take_files(article, media) if missing else ()
    outcome = Outcome.COMPLETED if len(warnings) < len(missing) else Outcome.UNCHANGED
    return replace(result, outcome=outcome, warnings=warnings)


def _refuse_taken_address(article: Article, path: str) -> None:
    if not article.slug:  # it will be made of the title
        return
    siblings = Article.objects.filter(section=article.section, slug=article.slug)
    if article.is_hidden_by_the_site() or siblings.exists():
        message = (
            f"l’adresse {unquote(article.get_absolute_url())} est déjà prise par une autre page ; "
            "renommez le fichier du billet."
        )
        raise PostError(path, None, message)


def is_edited(imported: ImportedPost) -> bool:
    """Whether the article says something else than when it was imported.

    What is compared is what the texts say, so that a change in the way a dump is laid out is no edit;
    nor is another spelling of a tag, which all its articles share.
    """
    if imported.article is None:
        return False
    try:
        parsed = jekyll.parse(imported.dump.encode(), imported.name, peertube_hosts=settings.PEERTUBE_HOSTS)
    except PostError:  # a dump that cannot be compared: nothing is written over
        return True
    return _with_folded_tags(parsed.post) != _with_folded_tags(post_of(imported.article))


def _with_folded_tags(post: Post) -> Post:
    return replace(post, tags=tuple(map(fold, post.tags)))


def put(post: Post, article: Article) -> None:
    """Make the article's rows say what the post says; items are matched by key, files kept.

    Call it in a transaction. Raises ValidationError or IntegrityError when the post breaks a rule
    of the models. An original that is not in yet is found by `link_translations`, once it is.
    """
    for name in PLAIN_FIELDS:
        setattr(article, name, getattr(post, name))
    article.extra = dict(post.extra)
    article.translation_of = None
    if post.translation_of:
        article.extra[UNRESOLVED_TRANSLATION] = f"/{post.translation_of.strip('/')}/"
    _link_translation(article)
    _save(article)
    _put_tags(article, post.tags)
    _put_items(
        article,
        CarouselImage,
        {
            each.key: {
                "address": each.address,
                "alt_text": each.alt.strip(INVISIBLE),
                "needs_alt": is_blank(each.alt),
                "caption": each.caption,
                "credit": each.credit,
            }
            for each in post.images
        },
    )
    _put_items(
        article,
        VideoEmbed,
        {
            each.key: {
                "provider": each.provider,
                "video_id": each.video_id,
                "host": each.host,
                "title": each.title,
                "caption": each.caption,
                "transcript": each.transcript,
                "poster_address": each.poster,
            }
            for each in post.videos
        },
    )
    documents = _put_items(
        article,
        Attachment,
        {
            each.key: {
                "address": each.address,
                "title": each.title,
                "language": each.language,
                "accessible_version_of": None,
            }
            for each in post.documents
        },
    )
    for each in post.documents:
        if each.accessible_version_of in documents:
            documents[each.key].accessible_version_of = documents[each.accessible_version_of]
            documents[each.key].save(update_fields=["accessible_version_of"])


def _put_tags(article: Article, names: tuple[str, ...]) -> None:
    tags = Tag.objects.named(names)
    if [item.tag_id for item in article.tagged_items.order_by("pk")] == [tag.pk for tag in tags]:
        return
    article.tagged_items.all().delete()
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for tag in tags)


def _put_items(article: Article, kind: type[Any], wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Make the rows of one kind those wanted, in that order; returns them by key."""
    rows: dict[str, Any] = {row.key: row for row in kind._default_manager.filter(article=article)}
    for position, (key, values) in enumerate(wanted.items(), start=1):
        row = rows.get(key) or kind(article=article, key=key)
        for address, file in FILES:
            if address in values and getattr(row, address) != values[address]:
                setattr(row, file, None)
        for name, value in values.items():
            setattr(row, name, value)
        row.position = position
        _save(row)
        rows[key] = row
    for key in rows.keys() - wanted.keys():
        rows.pop(key).delete()
    return rows


def _save(row: Model) -> None:
    foreign_keys = {field.name for field in row._meta.fields if isinstance(field, ForeignKey)}
    row.clean_fields(exclude=foreign_keys)
    row.save()


FILES = (("address", "file"), ("poster_address", "poster"))
"""Item fields that hold an address, and the file found there."""


def _file_rows(article: Article) -> Iterator[tuple[Any, str, str]]:
    """Every row of the article that names a file: the row, its file field, the address."""
    for manager in (article.carousel_images, article.attachments, article.body_images):
        for row in manager.all():
            yield row, "file", row.address
    for video in article.video_embeds.exclude(poster_address=""):
        yield video, "poster", video.poster_address


def _missing_addresses(article: Article) -> Iterator[str]:
    for row, field, address in _file_rows(article):
        if getattr(row, f"{field}_id") is None:
            yield address


def take_files(article: Article, media: Media | None, again: bool = False) -> tuple[PostWarning, ...]:
    """Give the article's items their files; what is missing or refused is a warning, not an error.

    Only items without file are looked up, unless `again`.
    """
    warnings = []
    for row, field, address in _file_rows(article):
        if getattr(row, f"{field}_id") is not None and not again:
            continue
        try:
            stored = media.stored(address) if media else None
        except (DocumentError, ImageError, MediaError) as error:
            warnings.append(PostWarning("file-refused", None, f"{address} : {error}"))
            continue
        if stored is not None and not (stored.is_image or isinstance(row, Attachment)):
            message = f"{address} : une image est attendue ici, et ce fichier n’en est pas une."
            warnings.append(PostWarning("file-refused", None, message))
        elif stored is not None and stored.pk:
            setattr(row, field, stored)
            row.save(update_fields=[field])
        elif stored is None and getattr(row, f"{field}_id") is None:
            message = (
                f"{address} : fichier introuvable ; ajoutez-le au dossier donné par --media, "
                "puis importez à nouveau."
            )
            warnings.append(PostWarning("file-missing", None, message))
    return tuple(warnings)


def link_translations() -> None:
    """Tie translations to originals that came in after them, or in an earlier run."""
    for article in Article.objects.filter(extra__has_key=UNRESOLVED_TRANSLATION):
        if _link_translation(article):
            article.save(update_fields=["translation_of", "extra"])


def _link_translation(article: Article) -> bool:
    """Name the original whose address the article keeps, if it is here and in another language."""
    original = Article.objects.at(article.extra.get(UNRESOLVED_TRANSLATION, "")).first()
    if original is None or original.language == article.language:
        return False
    article.translation_of = original
    del article.extra[UNRESOLVED_TRANSLATION]
    return True


def _explain(error: ValidationError | DataError | IntegrityError) -> str:
    if isinstance(error, ValidationError):
        return " ".join(f"{field} : {' '.join(messages)}" for field, messages in error.message_dict.items())
    if isinstance(error, DataError):
        return "une valeur est trop longue pour la base de données ; raccourcissez-la."
    for constraint in Article._meta.constraints:
        if constraint.name in str(error):
            return str(constraint.violation_error_message)
    return "le billet contredit une règle de la base de données ; vérifiez ses dates et ses clés."


def _as_json(warning: PostWarning) -> dict[str, Any]:
    return {"code": warning.code, "line": warning.line, "message": warning.message}
