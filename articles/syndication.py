"""A channel and its entries, in; the text of a feed in one of three formats, out.

Atom (RFC 4287, paged by RFC 5005), RSS 2.0 and JSON Feed 1.1. Knows neither rows nor HTTP.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.translation import gettext as _

from .entries import Entry, Event

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries last changed: an answer that moves with the clock would never be cached."""

NAMESPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a feed; its addresses are whole, `previous` and `next` are empty where there is none."""

    title: str
    list_address: str
    first: str
    address: str
    previous: str
    next: str
    entries: Sequence[Entry]


def atom(page: Page) -> str:
    return _xml(_Atom, page, documents=None)


def rss(page: Page) -> str:
    """An item has one enclosure at most (RSS Advisory Board, « RSS Best Practices Profile »)."""
    return _xml(_Rss, page, documents=1)


def json_feed(page: Page) -> str:
    """https://www.jsonfeed.org/version/1.1/; what is empty is left out."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": page.title,
        "description": _description(),
        "home_page_url": page.list_address,
        "feed_url": page.address,
        "next_url": page.next,
        "authors": [{"name": _author(), "url": settings.SITE_URL}],
        "language": settings.LANGUAGE_CODE,
    }
    items = [_item(entry) for entry in page.entries]
    return json.dumps(_without_empty(head) | {"items": items}, ensure_ascii=False)


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"]:
            handler.addQuickElement("link", None, {"rel": relation, "href": address})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content_html"], {"type": "html"})


class _Rss(Rss201rev2Feed):
    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | NAMESPACES

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"]:
            handler.addQuickElement("atom:link", None, {"rel": relation, "href": address})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("dc:language", item["language"])
        handler.addQuickElement("content:encoded", item["content_html"])


def _xml(kind: type[SyndicationFeed], page: Page, documents: int | None) -> str:
    pages = {"first": page.first, "previous": page.previous, "next": page.next}
    feed = kind(
        title=page.title,
        link=page.list_address,
        description=_description(),
        subtitle=_description(),
        language=settings.LANGUAGE_CODE,
        author_name=_author(),
        author_link=settings.SITE_URL,
        feed_url=page.address,
        feed_guid=page.first,
        pages=[(relation, address) for relation, address in pages.items() if address],
    )
    for entry in page.entries:
        feed.add_item(
            title=entry.title,
            link=entry.address,
            # Both formats take it for HTML; without any, the element is left out.
            description=escape(entry.summary) if entry.summary else None,  # type: ignore[arg-type]  # stubs say str
            author_name=_author(),
            pubdate=entry.published_at,
            updateddate=entry.changed_at,
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=[entry.section, *entry.tags],
            enclosures=[
                Enclosure(document.address, str(document.size_bytes), document.media_type)
                for document in entry.documents[:documents]
            ],
            language=entry.language,
            content_html=entry.content_html,
        )
    return feed.writeString("utf-8")


def _item(entry: Entry) -> dict[str, Any]:
    """What the format has no name for is below `_dcant`, as it asks of extensions."""
    return _without_empty(
        {
            "id": entry.id,
            "url": entry.address,
            "title": entry.title,
            "content_html": entry.content_html,
            "summary": entry.summary,
            "image": entry.image,
            "date_published": _rfc3339(entry.published_at),
            "date_modified": _rfc3339(entry.changed_at),
            "tags": entry.tags,
            "language": entry.language,
            "attachments": [
                {
                    "url": document.address,
                    "mime_type": document.media_type,
                    "title": document.title,
                    "size_in_bytes": document.size_bytes,
                }
                for document in entry.documents
            ],
            "_dcant": _without_empty(
                {
                    "subtitle": entry.subtitle,
                    "section": {"title": entry.section, "url": entry.section_address},
                    "event": _event(entry.event) if entry.event else None,
                }
            ),
        }
    )


def _event(event: Event) -> dict[str, Any]:
    return {
        **_without_empty(
            {
                "starts_at": _rfc3339(event.starts_at),
                "ends_at": _rfc3339(event.ends_at),
                "place": event.place,
                "street_address": event.street_address,
            }
        ),
        "all_day": event.is_all_day,
    }


def _rfc3339(time: datetime | None) -> str:
    return time.isoformat(timespec="seconds") if time else ""


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [], ())}


def _author() -> str:
    return " ".join(settings.BRAND)


def _description() -> str:
    return _("Les annonces, de la dernière publiée à la première, en texte intégral.")
