"""Posts onto rows: a `Post` becomes an article and its items, matched by key.

One transaction a post. What an editor changed or deleted here since is never written over.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from . import jekyll
from .applying import apply, link_translations
from .archive import MediaFolder, PostFile
from .documents import DocumentError
from .exporting import dump, post_of
from .images import ImageError
from .models import (
    Article,
    Attachment,
    ImportedPost,
    ImportRemark,
    ImportRun,
    Section,
    StoredFile,
)
from .posts import Post, PostError, PostWarning
from .text import fold


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
    run, outcomes = ImportRun.objects.create(), Counter[str]()
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
        result = import_file(file, taken_by, run, media)
        outcomes[result.outcome] += 1
        yield result
    link_translations()
    run.outcomes, run.ended_at = dict(outcomes), timezone.now()
    run.save()


def import_file(file: PostFile, section: Section, run: ImportRun, media: Media | None = None) -> Result:
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
        return result if record is None else _with_files(result, record, run, media)
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
        apply(post, article)
    except (ValidationError, DataError, IntegrityError) as error:
        raise PostError(path, None, _explain(error)) from error
    record = known or ImportedPost(name=name)
    record.article, record.text, record.dump = article, data.decode(), dump(article)
    record.path, record.address = file.relative, unquote(article.get_absolute_url())
    if not record.path.startswith("_"):
        record.path = f"_{section.collection}/{record.path}"
    record.sha256 = hashlib.sha256(data).hexdigest()
    record.save()
    outcome = Outcome.CREATED if known is None else Outcome.UPDATED
    return Result(path, outcome, article.get_absolute_url(), warnings=parsed.warnings), record


def _with_files(result: Result, record: ImportedPost, run: ImportRun, media: Media | None) -> Result:
    """The result once the article's files are taken; its warnings are kept with the record."""
    article = record.article
    assert article is not None
    if result.outcome is not Outcome.UNCHANGED:
        warnings = (*result.warnings, *take_files(article, media, again=True))
        record.remarks.all().delete()
        ImportRemark.objects.bulk_create(
            ImportRemark(run=run, post=record, path=record.path, **asdict(each)) for each in warnings
        )
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


def _explain(error: ValidationError | DataError | IntegrityError) -> str:
    if isinstance(error, ValidationError):
        return " ".join(f"{field} : {' '.join(messages)}" for field, messages in error.message_dict.items())
    if isinstance(error, DataError):
        return "une valeur est trop longue pour la base de données ; raccourcissez-la."
    for constraint in Article._meta.constraints:
        if constraint.name in str(error):
            return str(constraint.violation_error_message)
    return "le billet contredit une règle de la base de données ; vérifiez ses dates et ses clés."
