"""What a page shows beyond its own context: the site around it, and images."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.db.models import CharField, DateTimeField, Value
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.excerpts import Piece
from articles.front import LEGAL_PAGES, footer_pages
from articles.models import Kind, Section, SiteSettings, StoredFile
from articles.queries import words_of_address

register = template.Library()

Row = tuple[Any, ...]

SHOWN_SETTINGS = (
    "accessibility_state",
    "banner_level",
    "banner_title",
    "banner_text",
    "banner_link_label",
    "banner_link_address",
    "banner_ends_at",
)

ROOT_FILE_NAMES = {
    "logo": ("logo.svg", "logo.png"),
    "vector_icon": ("favicon.svg",),
    "icon": ("favicon.ico",),
}
"""Files of `settings.ROOT_FILES` that pages show, the first that is there."""


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    address: str


class Site:
    """Name, look and links of the site; the database is asked once at most, and not by error pages."""

    def __init__(self) -> None:
        self.name = settings.SITE_NAME
        self.tagline = settings.SITE_TAGLINE
        self.brand = settings.BRAND
        self.state_emblem = settings.STATE_EMBLEM
        self.url = settings.SITE_URL
        self.contact_email = settings.CONTACT_EMAIL
        self.footer_links = [Link(*link) for link in settings.FOOTER_LINKS]
        self.follow_links = [Link(*link) for link in settings.FOLLOW_LINKS]
        self.files = root_files(settings.ROOT_FILES)

    @cached_property
    def _rows(self) -> list[Row]:
        """What every page shows of the database: settings, sections, public pages among `LEGAL_PAGES`.

        One query, since each page pays for it: each row begins with what it is and where it stands.
        """
        empty, never = Value("", CharField()), Value(None, DateTimeField())
        settings = SiteSettings.objects.values_list(Value("settings"), Value(0), *SHOWN_SETTINGS)
        sections = Section.objects.exclude(kind=Kind.PAGE).order_by()
        # The settings come first: theirs are the types of the columns.
        rows = settings.union(
            sections.values_list(
                Value("section"), "position", "title", "prefix", empty, empty, empty, empty, never
            ),
            footer_pages().values_list(
                Value("page"), Value(0), "title", "section__prefix", "slug", empty, empty, empty, never
            ),
            all=True,
        )
        return sorted(rows, key=itemgetter(1, 2))

    @cached_property
    def settings(self) -> SiteSettings:
        """The settings as far as pages show them, or as a site begins."""
        saved = next((values for what, _place, *values in self._rows if what == "settings"), [])
        return SiteSettings(**dict(zip(SHOWN_SETTINGS, saved, strict=False)))

    @property
    def sections(self) -> list[Link]:
        return [
            Link(title, reverse("section", args=[prefix]))
            for what, _place, title, prefix, *_others in self._rows
            if what == "section"
        ]

    @property
    def pages(self) -> dict[str, Link]:
        return {
            LEGAL_PAGES[slug]: Link(title, article_address(prefix, slug))
            for what, _place, title, prefix, slug, *_others in self._rows
            if what == "page"
        }


@cache
def root_files(folder: Path | None) -> dict[str, str]:
    """The addresses of what an operator gives in place of the project's own; looked for once."""
    if folder is None:
        return {}
    return {
        role: f"/{name}"
        for role, names in ROOT_FILE_NAMES.items()
        for name in reversed(names)
        if (folder / name).is_file()
    }


def article_address(prefix: str, slug: str) -> str:
    return reverse("article", args=[prefix, slug]) if prefix else reverse("page", args=[slug])


@register.simple_tag
def site() -> Site:
    return Site()


@register.simple_tag
def page_address(path: str, query: str, number: int) -> str:
    """The address of a page of a list; the first has no number."""
    said = "&".join(filter(None, (query, f"page={number}" if number > 1 else "")))
    return f"{path}?{said}" if said else path


register.filter(words_of_address)


@register.filter
def with_marks(pieces: Iterable[Piece]) -> SafeString:
    """A text with what was looked for marked."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", each.text) if each.is_found else each.text,) for each in pieces),
    )


@register.inclusion_tag("articles/_picture.html")
def picture(
    stored: StoredFile, alt: str, sizes: str = "100vw", files_prefix: str = "", loading: str = "lazy"
) -> dict[str, Any]:
    source = stored.image_source(f"{files_prefix}/images/")
    return {
        "source": source,
        "alt": alt,
        "sizes": sizes,
        "loading": loading,
    }
