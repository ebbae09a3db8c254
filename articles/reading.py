"""What the page of one article shows: its text cut where items are placed, and the items left over.

Rows come in, plain values for a template go out; knows neither requests nor templates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from types import MappingProxyType

from django.utils import timezone

from .holdings import Holdings, held_by
from .layout import Heading, contents
from .models import Article, Attachment, BodyImage, CarouselImage, StoredFile, Tag, VideoEmbed
from .plaintext import plain
from .posts import PostChange
from .rendering import Placement, illustrate, led_below, linked_addresses, split, unlinked
from .text import reading_minutes

HEADINGS_FOR_CONTENTS = 3
NO_UPLOADS: Mapping[str, StoredFile] = MappingProxyType({})

Item = CarouselImage | VideoEmbed | Attachment


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of safe HTML (kind `html`), or one item placed in the text (image, video, document)."""

    kind: str
    content: str | Item


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it is read.

    `attachments` are all documents that have a file, wherever they show; `contents` is empty for a text
    that is short of headings; `minutes` is what reading it takes, counted
    at each reading since it costs a millisecond; `unknown` names the placements that match no item
    (`video:x`); `cover` is the image that stands for the article, as on its card; `changes` are those that
    readers are told, the latest first.
    """

    segments: tuple[Segment, ...]
    carousel: tuple[CarouselImage, ...]
    videos: tuple[VideoEmbed, ...]
    documents: tuple[Attachment, ...]
    attachments: tuple[Attachment, ...]
    tags: tuple[Tag, ...]
    contents: tuple[Heading, ...]
    minutes: int
    unknown: tuple[str, ...]
    cover: CarouselImage | None
    changes: tuple[PostChange, ...]

    @property
    def player_hosts(self) -> list[str]:
        """The hosts of the players that the page may frame."""
        placed = [each.content for each in self.segments if isinstance(each.content, VideoEmbed)]
        return sorted({video.embed_host for video in (*self.videos, *placed) if video.is_playable})


def read(article: Article, files_prefix: str = "", uploads: Mapping[str, StoredFile] = NO_UPLOADS) -> Reading:
    """Cut the article's text at its placements; one query.

    An item shows once, where it is placed first: its ids are unique in the page (RGAA 8.2). What the text
    or a list promises and no file keeps is said to be missing; the carousel, which promises nothing, goes
    without. `files_prefix` stands before the address of each file of a page that is not the public one;
    `uploads` are images that the text shows and the article does not own yet, by address.
    """
    [holdings] = held_by([article])
    return _reading(article, holdings, files_prefix, uploads)


def read_all(articles: Sequence[Article]) -> list[Reading]:
    """What `read` gives for each; one query too."""
    return [_reading(article, held) for article, held in zip(articles, held_by(articles), strict=True)]


def _reading(
    article: Article,
    holdings: Holdings,
    files_prefix: str = "",
    uploads: Mapping[str, StoredFile] = NO_UPLOADS,
) -> Reading:
    items: dict[tuple[str, str], Item] = {}
    items |= {("image", each.key): each for each in holdings.carousel_images}
    items |= {("video", each.key): each for each in holdings.video_embeds}
    items |= {("document", each.key): each for each in holdings.attachments}
    segments: list[Segment] = []
    unknown: list[str] = []
    placed: set[tuple[str, str]] = set()
    for part in split(_html(article, holdings, files_prefix, uploads)):
        if not isinstance(part, Placement):
            segments.append(Segment("html", part))
        elif (item := items.get((part.kind, part.key))) is None:
            unknown.append(f"{part.kind}:{part.key}")
        elif (part.kind, part.key) not in placed:
            segments.append(Segment(part.kind, item))
            placed.add((part.kind, part.key))
    left = [item for name, item in items.items() if name not in placed]
    linked = linked_addresses(article.body_html)
    headings = contents(article.body_html)
    count = sum(1 + len(heading.parts) for heading in headings)
    return Reading(
        segments=tuple(segments),
        carousel=tuple(item for item in left if isinstance(item, CarouselImage) and item.file_id),
        videos=tuple(item for item in left if isinstance(item, VideoEmbed)),
        documents=tuple(item for item in left if isinstance(item, Attachment) and item.address not in linked),
        attachments=tuple(each for each in holdings.attachments if each.file_id),
        tags=holdings.tags,
        contents=headings if count >= HEADINGS_FOR_CONTENTS else (),
        minutes=reading_minutes(plain(f"{article.chapeau_html} {article.body_html}")),
        unknown=tuple(unknown),
        cover=next((image for image in holdings.carousel_images if image.file_id), None),
        changes=_changes(article),
    )


def _html(article: Article, holdings: Holdings, prefix: str, uploads: Mapping[str, StoredFile]) -> str:
    """The article's text with its images; a link to a document that it has no file for leads nowhere."""
    files = {**uploads, **{row.address: row.file for row in holdings.body_images if row.file}}
    images = {address: file.image_source(f"{prefix}/images/") for address, file in files.items()}
    html = unlinked(illustrate(article.body_html, images), _lost(holdings.attachments))
    return led_below(html, prefix, _kept(holdings)) if prefix else html


def _kept(holdings: Holdings) -> set[str]:
    """The addresses at which the article has a file."""
    rows: Iterable[CarouselImage | BodyImage | Attachment]
    rows = (*holdings.carousel_images, *holdings.body_images, *holdings.attachments)
    return {row.address for row in rows if row.file_id}


def _lost(documents: Iterable[Attachment]) -> set[str]:
    found = {document.address for document in documents if document.file_id}
    return {document.address for document in documents} - found


def _changes(article: Article) -> tuple[PostChange, ...]:
    """What readers are told of changes, the latest first; a day that has not come says nothing yet."""
    told = [PostChange(date.fromisoformat(each["on"]), each["note"]) for each in reversed(article.changes)]
    past = [change for change in told if change.on <= timezone.localdate()]
    return tuple(sorted(past, key=attrgetter("on"), reverse=True))
