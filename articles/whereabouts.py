"""Where an article is seen from: what links or leads to it, and the lists and feeds that carry it.

For whoever is about to take it away; must not know how it leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from html import escape
from operator import or_
from urllib.parse import quote

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime

from . import front
from .addresses import page_address
from .channels import Channel
from .filters import Filters
from .models import Article, ArticleQuerySet, Kind
from .models.articles import RENDERED
from .rendering import linked_addresses

_PLAIN_IN_PATHS = "!$&'()*+,;=:@"
"""What browsers leave as it is in an address that is copied (RFC 3986, pchar)."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Articles, whatever their state, and (name, address) of lists and feeds."""

    linking: tuple[Article, ...]
    leading: tuple[Article, ...]
    translations: tuple[Article, ...]
    lists: tuple[tuple[str, str], ...]
    feeds: tuple[tuple[str, str], ...]


def whereabouts(article: Article) -> Whereabouts:
    """Where the article is seen from now; lists and feeds only for one that is published."""
    addresses = {address.casefold() for address in article.known_addresses()}
    others = Article.objects.filter(replaces=None).exclude(pk=article.pk).select_related("section")
    redirects = others.exclude(redirect_to="")
    is_public = article.is_public()
    return Whereabouts(
        linking=tuple(_linking(others, addresses)),
        leading=tuple(each for each in redirects if _page(each.redirect_to) in addresses),
        translations=tuple(others.in_all_languages(article.translation_of_id or article.pk)),
        lists=tuple(_lists(article)) if is_public else (),
        feeds=tuple(_feeds(article)) if is_public else (),
    )


def _page(address: str) -> str:
    """The page that an address means, in lower case: the site follows it in any."""
    return page_address(address, settings.OWN_HOSTS).casefold()


def _linking(others: ArticleQuerySet, addresses: set[str]) -> Iterator[Article]:
    """The articles whose texts link to one of the addresses: as the database finds them, then exactly."""
    ends = {address.strip("/").rpartition("/")[2] for address in addresses}
    forms = {form for end in ends for form in (end, quote(end), quote(end, safe=_PLAIN_IN_PATHS))}
    written = {escape(form, quote=False) for form in forms}
    said = reduce(or_, (Q(**{f"{text}__icontains": each}) for text in RENDERED.values() for each in written))
    for other in others.filter(said):
        linked = frozenset().union(*(linked_addresses(getattr(other, text)) for text in RENDERED.values()))
        if addresses & {_page(each) for each in linked}:
            yield other


def _channels(article: Article) -> Iterator[Channel]:
    """What can be followed and carries a published article; pages of the site are in no feed."""
    if article.section.kind != Kind.PAGE:
        yield Channel(Filters())
        yield Channel(Filters(section=article.section))
        yield from (Channel(Filters(tag=tag)) for tag in article.tags.all())


def _times(article: Article) -> Iterator[Channel]:
    """The year and the month of an announcement, which have lists."""
    if article.section.kind != Kind.PAGE and article.published_at is not None:
        day = localtime(article.published_at)
        yield Channel(Filters(year=day.year))
        yield Channel(Filters(year=day.year, month=day.month))


def _lists(article: Article) -> Iterator[tuple[str, str]]:
    home = {*front.latest().values_list("pk", flat=True), *front.next_events().values_list("pk", flat=True)}
    if article.pk in home:
        yield "Accueil, en tête" if article.pinned else "Accueil", reverse("home")
    if front.footer_pages().filter(pk=article.pk).exists():
        yield "Pied de toutes les pages", reverse("home")
    for channel in (*_channels(article), *_times(article)):
        yield channel.title, channel.list_path()
    yield "Plan du site", reverse("site_map")
    yield "Plan du site pour les moteurs de recherche", reverse("sitemap")


def _feeds(article: Article) -> Iterator[tuple[str, str]]:
    for channel in _channels(article):
        yield from ((f"{channel.title}, {form.name}", path) for form, path in channel.feeds)
    if article.section.kind == Kind.EVENT and article.event_day is not None and not article.is_past():
        name = f"{article.section.title}, calendrier (iCalendar)"
        yield name, reverse("agenda_calendar", args=[article.section.prefix])
