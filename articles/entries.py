"""An announcement as a feed carries it: plain values, whole addresses, a text that can stand anywhere.

Articles come in, entries go out, in the same order. Must not know the formats of feeds, nor HTTP.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils import timezone

from .models import Article, CarouselImage
from .outside import absolute
from .plaintext import excerpt
from .reading import Reading, read_all
from .rendering import portable
from .text import spaced, xml_text

SUMMED_UP_IN_WORDS = 100


@dataclass(frozen=True, slots=True)
class Document:
    """A file given with an announcement."""

    address: str
    title: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Event:
    starts_at: datetime | None
    ends_at: datetime | None
    is_all_day: bool
    place: str
    street_address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What feeds say of an announcement; `summary` is plain text, `image` an address, empty for none.

    `id` is the article's own (RFC 9562): it stays when title, address, section or host change.
    """

    id: str
    address: str
    title: str
    subtitle: str
    summary: str
    content_html: str
    language: str
    published_at: datetime
    changed_at: datetime
    section: str
    section_address: str
    tags: tuple[str, ...]
    image: str
    documents: tuple[Document, ...]
    event: Event | None


def entries_of(articles: Sequence[Article]) -> list[Entry]:
    """The entries of published articles; one query, however many they are."""
    return [_entry(article, reading) for article, reading in zip(articles, read_all(articles), strict=True)]


def _entry(article: Article, reading: Reading) -> Entry:
    address = absolute(article.get_absolute_url())
    html = render_to_string("articles/entry.html", {"article": article, "reading": reading})
    assert article.published_at is not None
    return Entry(
        id=article.uuid.urn,
        address=address,
        title=xml_text(spaced(article.title, article.language)),
        subtitle=xml_text(spaced(article.subtitle, article.language)),
        summary=xml_text(excerpt(article.chapeau_html, SUMMED_UP_IN_WORDS)),
        content_html=xml_text(portable(html, address)).strip(),
        language=article.language,
        published_at=timezone.localtime(article.published_at),
        changed_at=_moment(article.last_change),
        section=xml_text(article.section.title),
        section_address=absolute(article.section.get_absolute_url()),
        tags=tuple(xml_text(tag.name) for tag in reading.tags),
        image=_image(reading.cover),
        documents=tuple(_documents(reading)),
        event=_event(article),
    )


def _moment(day: date) -> datetime:
    """A time in the site's zone; of a day, its beginning."""
    if isinstance(day, datetime):
        return timezone.localtime(day)
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _image(cover: CarouselImage | None) -> str:
    return absolute(cover.file.image_source().src) if cover and cover.file else ""


def _documents(reading: Reading) -> Iterator[Document]:
    for each in reading.attachments:
        if each.file:
            address = absolute(quote(each.address))
            yield Document(address, xml_text(str(each)), each.file.media_type, each.file.size_bytes)


def _event(article: Article) -> Event | None:
    starts_at, ends_at = article.event_starts_at, article.event_ends_at
    if not (article.event_day or article.place or article.street_address):
        return None
    return Event(
        starts_at=timezone.localtime(starts_at) if starts_at else None,
        ends_at=timezone.localtime(ends_at) if ends_at else None,
        is_all_day=article.event_all_day,
        place=xml_text(article.place),
        street_address=xml_text(article.street_address),
    )
