"""Versions of articles: taken from the rows, put back onto them, recorded one after the other.

Rows to `Snapshot` and back. Must not know who may do what (see `publishing`), nor how a difference is shown.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch

from . import jekyll
from .applying import apply
from .exporting import post_of
from .models import (
    ENDS,
    Act,
    Article,
    ArticleQuerySet,
    Attachment,
    BodyImage,
    CarouselImage,
    StoredFile,
    Version,
    VideoEmbed,
)
from .posts import Post, PostError

CHUNK = 100
"""Articles whose versions are recorded at once."""

Row = CarouselImage | VideoEmbed | Attachment | BodyImage


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that an article says: its post, and the sha256 of each file's content, named as in `Version`."""

    post: Post
    files: Mapping[str, str]

    @property
    def file_addresses(self) -> set[str]:
        """The public addresses of the files that it shows; of an image's renditions, their folder."""
        images = {name: sha256 for name, sha256 in self.files.items() if not name.startswith("document:")}
        return {
            *(name.removeprefix("text:") for name in images if name.startswith("text:")),
            *(image.address for image in self.post.images),
            *(document.address for document in self.post.documents),
            *(video.poster for video in self.post.videos if video.poster),
            *(f"/images/{sha256}/" for sha256 in images.values()),
        }


class UnreadableVersionError(Exception):
    """A version from which no post can be read: it tells an erasure, or somebody has altered it."""


class ErasedVersionError(UnreadableVersionError):
    """A version whose content somebody has erased."""


# --- taken


def take(article: Article) -> Snapshot:
    """What the article's rows say now, whatever the instance has in memory."""
    return taken_from(with_snapshots(Article.objects.filter(pk=article.pk)).get())


_PARTS = (
    "tags",
    "old_addresses",
    Prefetch("carousel_images", CarouselImage.objects.select_related("file")),
    Prefetch("video_embeds", VideoEmbed.objects.select_related("poster")),
    Prefetch("attachments", Attachment.objects.select_related("file")),
    Prefetch("body_images", BodyImage.objects.select_related("file")),
)


def with_snapshots(articles: ArticleQuerySet) -> ArticleQuerySet:
    """The articles with all that a snapshot holds, in as many queries whatever their number."""
    related = articles.select_related("section", "translation_of__section", "replaces")
    return related.prefetch_related(*_PARTS)


def taken_from(article: Article) -> Snapshot:
    """What the rows say that the instance has in memory, as `with_snapshots` gives them."""
    files = {name: file.sha256 for name, row in _named(article) if (file := _file_of(row)) is not None}
    return Snapshot(post_of(article), files)


def _named(article: Article) -> Iterator[tuple[str, Row]]:
    """The rows of the article that may have a file, each with the name of it."""
    for image in article.carousel_images.all():
        yield f"image:{image.key}", image
    for video in article.video_embeds.all():
        yield f"video:{video.key}", video
    for document in article.attachments.all():
        yield f"document:{document.key}", document
    for shown in article.body_images.all():
        yield f"text:{shown.address}", shown


def _file_of(row: Row) -> StoredFile | None:
    return row.poster if isinstance(row, VideoEmbed) else row.file


# --- read and put back


def snapshot_of(version: Version) -> Snapshot:
    """What a version holds; raises ErasedVersionError or UnreadableVersionError."""
    if version.is_erased:
        raise ErasedVersionError
    try:
        post = jekyll.parse(version.dump.encode(), "version.md").post
    except PostError as error:
        raise UnreadableVersionError from error
    return Snapshot(post, version.files)


def put(snapshot: Snapshot, article: Article) -> None:
    """Make the article's rows say what the snapshot says, its files included; call it in a transaction.

    Raises ValidationError or IntegrityError as `applying.apply` does.
    """
    apply(snapshot.post, article)
    stored = StoredFile.objects.in_bulk(set(snapshot.files.values()), field_name="sha256")
    for name, row in _named(article):
        file = stored.get(snapshot.files.get(name, ""))
        field = "poster" if isinstance(row, VideoEmbed) else "file"
        if getattr(row, f"{field}_id") != (file and file.pk):
            type(row)._default_manager.filter(pk=row.pk).update(**{field: file})


# --- recorded

_OF_CONTENT = frozenset({Act.FOUND, Act.SAVED, Act.IMPORTED, Act.RETAGGED, Act.RELINKED, Act.MERGED})
"""What makes a version only where it changed something, or somebody says something of it."""


@transaction.atomic(savepoint=False)
def record(article: Article, by: Any, act: Act = Act.SAVED, **said: Any) -> Version | None:
    """Record what the article says now as its next version; None where nothing has changed since the last.

    `by` is a user, or None for the site itself; `said` are values for fields of `Version` (is_major,
    public_note, note, about). Call it in the transaction that changed the article, with its row locked; for a
    deletion, before it.
    """
    fresh = with_snapshots(Article.objects.filter(pk=article.pk)).get()
    version = _next(fresh, Version.objects.last_of(fresh.uuid), by, act, said)
    if version is not None:
        version.save(force_insert=True)
    return version


def record_about(last: Version, by: Any, act: Act, **said: Any) -> Version:
    """Record what was done about an article that is no more, after the last of its versions.

    It says nothing of the article itself: what somebody has erased is not written again.
    """
    version = Version(
        article_uuid=last.article_uuid,
        beside_uuid=last.beside_uuid,
        number=last.number + 1,
        act=act,
        status_before=last.status_after,
        status_after=last.status_after,
        author=by,
        author_name=name_of(by),
        **said,
    )
    version.seal(last)
    version.save(force_insert=True)
    return version


def record_all(articles: ArticleQuerySet, by: Any, act: Act, **said: Any) -> int:
    """Record what each of many articles says now, as `record` does; returns how many versions this made."""
    keys = articles.order_by("pk").values_list("pk", flat=True)
    chunks = (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
    return sum(len(record_chunk(chunk, by, act, **said)) for chunk in chunks)


@transaction.atomic
def record_chunk(keys: Collection[int], by: Any, act: Act, **said: Any) -> list[Version]:
    """Record what each of a few articles says now, all in memory at once; returns the versions made."""
    chosen = Article.objects.filter(pk__in=keys)
    chosen.lock()  # before they are read: an original that somebody moves is where it went to
    articles = list(with_snapshots(chosen.order_by("pk")))
    last = {each.article_uuid: each for each in Version.objects.latest_of(a.uuid for a in articles)}
    made = [_next(article, last.get(article.uuid), by, act, said) for article in articles]
    return Version.objects.bulk_create(filter(None, made))


def _next(
    article: Article, last: Version | None, by: Any, act: Act, said: Mapping[str, Any]
) -> Version | None:
    taken = taken_from(article)
    version = Version(
        article_uuid=article.uuid,
        beside_uuid=article.replaces.uuid if article.replaces else None,
        number=last.number + 1 if last else 1,
        title=article.title,
        address=unquote(article.get_absolute_url()),
        dump=jekyll.format(taken.post),
        files=dict(taken.files),
        act=act,
        status_before=last.status_after if last else "",
        status_after="" if act in ENDS else article.status,
        author=by,
        author_name=name_of(by),
        **said,
    )
    version.seal(last)
    is_noted = act == Act.SAVED and any(said.values())
    if act in _OF_CONTENT and not is_noted and last is not None and _says_the_same(last, version):
        return None
    return version


def _says_the_same(last: Version, version: Version) -> bool:
    return all(getattr(last, name) == getattr(version, name) for name in ("dump", "files", "address"))


def name_of(user: Any) -> str:
    """What a version calls who made it; it stays when the account goes."""
    return (user.get_full_name() or user.get_username()) if user else ""


# --- erasures


def erasure(numbers: Collection[int], reason: str) -> dict[str, Any]:
    """What a version says that tells of an erasure: which versions of the article, and why."""
    if len(numbers) == 1:
        (number,) = numbers
        return {"about": number, "note": reason}
    spans = ", ".join(f"{first} à {last}" if first < last else f"{first}" for first, last in _spans(numbers))
    return {"note": f"{_NAMED}{spans}.\n{reason}"}


def erased_by(version: Version) -> set[int]:
    """The versions whose erasure this one tells, by their numbers; of several, until it is erased too."""
    if version.act != Act.ERASED:
        return set()
    if version.about is not None:
        return {version.about}
    named = _NAMES.match(version.note)  # none in one that somebody has altered
    spans = (span.partition(" à ") for span in named["spans"].split(", ")) if named else ()
    return {number for first, _to, last in spans for number in range(int(first), int(last or first) + 1)}


def reason_of(version: Version) -> str:
    """Why, by the version that tells of an erasure."""
    return version.note if version.about is not None else version.note.partition(".\n")[2]


_NAMED = "Versions\u00a0: "
"""What the note of an erasure begins with that names several: the seal holds for a note."""

_SPAN = r"\d{1,6}(?: à \d{1,6})?"
_NAMES = re.compile(rf"{_NAMED}(?P<spans>{_SPAN}(?:, {_SPAN})*)\.\n", re.ASCII)


def _spans(numbers: Collection[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of those that follow each other: 1, 2, 3, 7 to (1, 3), (7, 7)."""
    for _apart, run in groupby(enumerate(sorted(numbers)), lambda each: each[1] - each[0]):
        following = [number for _place, number in run]
        yield following[0], following[-1]


# --- begun


def begin(articles: ArticleQuerySet) -> int:
    """Give a first version to those articles that have no history yet; returns how many."""
    known = Version.objects.filter(article_uuid=OuterRef("uuid"))
    return record_all(articles.filter(~Exists(known)), None, Act.FOUND)
