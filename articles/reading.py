"""What the page of one article shows: its text cut where items are placed, and the items left over.

Rows come in, plain values for a template go out; knows neither requests nor templates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .models import Article, Attachment, CarouselImage, StoredFile, VideoEmbed
from .rendering import Placement, illustrate, linked_addresses, split, unlinked

Item = CarouselImage | VideoEmbed | Attachment


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of safe HTML (kind `html`), or one item placed in the text (image, video, document)."""

    kind: str
    content: str | Item


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it is read; `unknown` names the placements that match no item (`video:x`)."""

    segments: tuple[Segment, ...]
    carousel: tuple[CarouselImage, ...]
    videos: tuple[VideoEmbed, ...]
    documents: tuple[Attachment, ...]
    unknown: tuple[str, ...]

    @property
    def cover(self) -> CarouselImage | None:
        """The image that stands for the article: the first of its carousel, else of its text."""
        placed = [each.content for each in self.segments if isinstance(each.content, CarouselImage)]
        return next((image for image in (*self.carousel, *placed) if image.file_id), None)

    @property
    def player_hosts(self) -> list[str]:
        """The hosts of the players that the page may frame."""
        placed = [each.content for each in self.segments if isinstance(each.content, VideoEmbed)]
        return sorted({video.embed_host for video in (*self.videos, *placed) if video.is_playable})


def read(
    article: Article,
    images_prefix: str = "/images/",
    uploads: Mapping[str, StoredFile] = MappingProxyType({}),
) -> Reading:
    """Cut the article's text at its placements; items without file are left out, links to them too.

    An item shows once, where it is placed first: its ids are unique in the page (RGAA 8.2).

    `uploads` are images that the text shows and the article does not own yet, by address. At most
    four queries: images, videos, documents, and images of the text where it has some.
    """
    items: dict[tuple[str, str], Item] = {}
    items |= {("image", each.key): each for each in article.carousel_images.select_related("file")}
    items |= {("video", each.key): each for each in article.video_embeds.select_related("poster")}
    items |= {
        ("document", each.key): each
        for each in article.attachments.select_related("file", "accessible_version_of")
    }
    segments: list[Segment] = []
    unknown: list[str] = []
    placed: set[tuple[str, str]] = set()
    html = unlinked(_with_images(article, images_prefix, uploads), _lost_documents(items.values()))
    for part in split(html):
        if not isinstance(part, Placement):
            segments.append(Segment("html", part))
        elif (item := items.get((part.kind, part.key))) is None:
            unknown.append(f"{part.kind}:{part.key}")
        elif _is_shown(item) and (part.kind, part.key) not in placed:
            segments.append(Segment(part.kind, item))
            placed.add((part.kind, part.key))
    left = {name: item for name, item in items.items() if name not in placed and _is_shown(item)}
    linked = linked_addresses(article.body_html)
    return Reading(
        segments=tuple(segments),
        carousel=tuple(item for item in left.values() if isinstance(item, CarouselImage)),
        videos=tuple(item for item in left.values() if isinstance(item, VideoEmbed)),
        documents=tuple(
            item for item in left.values() if isinstance(item, Attachment) and item.address not in linked
        ),
        unknown=tuple(unknown),
    )


def _is_shown(item: Item) -> bool:
    return isinstance(item, VideoEmbed) or item.file_id is not None


def _lost_documents(items: Iterable[Item]) -> set[str]:
    """Addresses of documents where the article has no file to give."""
    documents = [item for item in items if isinstance(item, Attachment)]
    found = {document.address for document in documents if document.file_id}
    return {document.address for document in documents} - found


def _with_images(article: Article, prefix: str, uploads: Mapping[str, StoredFile]) -> str:
    if "<img" not in article.body_html:
        return article.body_html
    rows = article.body_images.select_related("file")
    files = {**uploads, **{row.address: row.file for row in rows if row.file}}
    return illustrate(
        article.body_html, {address: file.image_source(prefix) for address, file in files.items()}
    )
