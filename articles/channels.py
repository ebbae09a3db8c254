"""What can be followed: all announcements, a section's or a tag's, narrowed by filters.

Filters come in; a title, and the addresses of list and feeds, from the site's root, go out. Must not know
what a feed holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from .filters import Filters
from .text import xml_text


@dataclass(frozen=True, slots=True)
class Form:
    """A format in which a channel can be had."""

    name: str
    media_type: str


FORMS = {
    "atom": Form("Atom", "application/atom+xml"),
    "rss": Form("RSS", "application/rss+xml"),
    "json": Form("JSON Feed", "application/feed+json"),
}
"""By the end of their addresses, in the order in which pages offer them."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The announcements that pass `filters`."""

    filters: Filters

    @property
    def title(self) -> str:
        chosen = (choice.words for choice in self.filters.chosen.values())
        return xml_text(" – ".join([*chosen, settings.SITE_NAME]))

    def list_path(self, page: int = 1) -> str:
        """The one address of the list on the site, however it was asked for; the first page has no number."""
        said = self.filters.in_path
        if place := said.section or said.tag:
            path = place.get_absolute_url()
        elif said.month:
            path = reverse("month", args=[said.year, said.month])
        else:
            path = reverse("year", args=[said.year]) if said.year else reverse("announcements")
        return _address(path, self.filters.params(said), page)

    def feed_path(self, form: str, page: int = 1) -> str:
        """Where the feed is in that form; a year has none of its own."""
        said = replace(self.filters.in_path, year=None, month=None)
        place = said.section or said.tag
        folder = place.get_absolute_url() if place else reverse("home")
        return _address(f"{folder}flux.{form}", self.filters.params(said), page)

    @property
    def feeds(self) -> Iterator[tuple[Form, str]]:
        """Each form with its address."""
        for name, form in FORMS.items():
            yield form, self.feed_path(name)


def _address(path: str, query: dict[str, str], page: int) -> str:
    said = urlencode(query | ({"page": str(page)} if page > 1 else {}))
    return f"{path}?{said}" if said else path
