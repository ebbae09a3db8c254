"""What can be followed: all announcements, a section's or a tag's, narrowed by filters.

Filters come in; a title, and the addresses of list and feeds, from the site's root, go out. Must not know
what a feed holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from .filters import Filters
from .models import Section, Tag
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
    """The announcements that pass `filters`; `fixed` are those of them that the path of the list says."""

    fixed: Filters
    filters: Filters

    @classmethod
    def of(cls, fixed: Filters) -> "Channel":
        """What is followed from a list that nobody has narrowed."""
        return cls(fixed, fixed)

    @property
    def title(self) -> str:
        chosen = (choice.words for choice in self.filters.chosen.values())
        return xml_text(" – ".join([*chosen, settings.SITE_NAME]))

    @property
    def list_path(self) -> str:
        """Where a reader finds the same on the site."""
        place, query = self._place, self._query
        if place:
            return _with_query(place.get_absolute_url(), query)
        return _with_query(reverse("announcements"), query) if query else reverse("home")

    def feed_path(self, form: str, page: int = 1) -> str:
        """Where the feed is in that form; the first page has no number."""
        folder = self._place.get_absolute_url() if self._place else reverse("home")
        return _with_query(f"{folder}flux.{form}", self._query | ({"page": str(page)} if page > 1 else {}))

    @property
    def feeds(self) -> Iterator[tuple[Form, str]]:
        """Each form with its address."""
        for name, form in FORMS.items():
            yield form, self.feed_path(name)

    @property
    def _place(self) -> Section | Tag | None:
        return self.fixed.section or self.fixed.tag

    @property
    def _query(self) -> dict[str, str]:
        """The filters that the path of the feed does not say: a year has no feeds of its own."""
        return self.filters.params(Filters(section=self.fixed.section, tag=self.fixed.tag))


def _with_query(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
