"""Public pages: an address in, HTML out.

Nothing here touches the visitor (user, session, messages): everybody gets the same page, and caches
may share it.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Case, F, IntegerChoices, Prefetch, Value, When
from django.db.models.functions import Coalesce
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import front, queries
from . import search as searching
from .caching import public_page
from .channels import Channel
from .filters import Choice, Filters, UnknownFilterError, page_number, params_of_old
from .models import (
    Article,
    ArticleQuerySet,
    CarouselImage,
    Kind,
    Section,
    event_day,
    is_to_come,
    public_tags,
)
from .neighbours import around
from .reading import read
from .tallies import tally, years_by_section

PER_PAGE = 12


class Part(IntegerChoices):
    """The parts of an agenda as they follow each other."""

    COMING = 1, gettext_lazy("À venir")
    PAST = 2, gettext_lazy("Événements passés")
    UNDATED = 3, gettext_lazy("Date non précisée")

    @property
    def is_to_come(self) -> bool:
        return self == Part.COMING


@public_page
def home(request: HttpRequest) -> HttpResponse:
    # Ordered by keys alone: the database reads only the articles that the page shows.
    latest = Article.objects.filter(pk__in=front.latest().values("pk"))
    return render(
        request,
        "articles/home.html",
        {
            "latest": cards(latest).order_by("-pinned", "-published_at", "-pk"),
            "events": cards(front.next_events()),
            "channels": [Channel(Filters())],
        },
    )


@public_page
def announcements(request: HttpRequest, year: int | None = None, month: int | None = None) -> HttpResponse:
    """Every announcement, or those of a year or a month."""
    heading = _("Toutes les annonces")
    if year:
        try:
            when = formats.date_format(date(year, month or 1, 1), "F Y" if month else "Y")
        except ValueError as error:
            raise Http404 from error
        heading = _("Annonces : %(when)s") % {"when": when}
    return list_page(request, Article.objects.listed(), Filters(year=year, month=month), heading)


@public_page
def section_or_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A section's list or, where no section has this prefix, the page of the site that is there."""
    section = Section.objects.filter(prefix=name).first()
    if section is None:
        return article_page(request, "", name)
    articles = Article.objects.public().order_by("-published_at", "-pk")
    fixed = Filters(section=section)
    if fixed.by_event:
        articles = in_agenda_order(articles)
    return list_page(request, articles, fixed, section.title)


@public_page
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of a tag; one that no public article bears does not exist for the public."""
    try:
        fixed = Filters().read({"mot-cle": slug})
    except UnknownFilterError as error:
        raise Http404 from error
    heading = _("Mot-clé : %(name)s") % {"name": fixed.tag}
    return list_page(request, Article.objects.listed(), fixed, heading)


@public_page
def site_map(request: HttpRequest) -> HttpResponse:
    """The ways to every page of the site (RGAA 12.3), by as many queries whatever its size."""
    listed = Article.objects.listed()
    years = years_by_section(listed)
    sections = list(Section.objects.exclude(kind=Kind.PAGE))
    announced = (section for section in sections if section.kind != Kind.EVENT)
    published = {year for section in announced for year in years[section.pk] if year}
    context = {
        "years": sorted(published, reverse=True),
        "sections": [
            (section, years[section.pk].total(), sorted(years[section.pk].items(), reverse=True))
            for section in sections
        ],
        "pages": Article.objects.public().filter(section__kind=Kind.PAGE).for_cards().order_by("title", "pk"),
        "tags": public_tags().order_by("folded"),
    }
    return render(request, "articles/site_map.html", context)


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """What says what was typed, the best first; where nothing does, what comes near. Any text is answered."""
    typed = queries.read(request.GET.get("q", ""))
    order = request.GET.get("tri", "")
    if order not in ("", "date"):
        raise Http404
    filters, number = asked(request, Filters())
    if not typed.terms:
        return render(request, "articles/search.html", {"typed": typed})
    found = searching.find(typed, filters, by_date=order == "date")
    page = page_of(found.articles, number, found.tally.total)
    shown: Any = page.object_list
    query = {"q": typed.text} | ({"tri": order} if order else {}) | filters.params(Filters())
    context = {
        "typed": typed,
        "order": order,
        "page": page,
        "numbers": numbers_of(page),
        "results": searching.results(typed, shown) if found.tally.total else [],
        "is_near": found.is_near,
        "suggestion": found.suggestion,
        "facets": found.tally.facets,
        "chosen": without_each(query, filters),
        "query": urlencode(query),
    }
    return render(request, "articles/search.html", context)


@public_page
def article(request: HttpRequest, prefix: str, slug: str) -> HttpResponseBase:
    return article_page(request, prefix, slug)


def article_page(request: HttpRequest, prefix: str, slug: str) -> HttpResponseBase:
    readable = Article.objects.readable().select_related("section")
    found = get_object_or_404(readable, section__prefix=prefix, slug=slug)
    reading = read(found)
    neighbours = around(found, reading.tags)
    context = {
        "article": found,
        "reading": reading,
        "section": found.section,
        "neighbours": neighbours,
        "translations": neighbours.translations,
        "channels": channels_of(found.section),
        "files_prefix": "",
    }

    def show(request: HttpRequest) -> HttpResponseBase:
        return render(request, "articles/article_detail.html", context)

    players = [f"https://{host}" for host in reading.player_hosts]
    return csp_replace({"frame-src": players})(show)(request) if players else show(request)


def channels_of(section: Section) -> list[Channel]:
    """What a reader of the section's articles may follow."""
    site = Channel(Filters())
    return [site] if section.kind == Kind.PAGE else [site, Channel(Filters(section=section))]


@public_page
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers and robots look before they read a page."""
    return redirect(static("articles/favicon.ico"))


def in_agenda_order(articles: ArticleQuerySet) -> ArticleQuerySet:
    """What comes, the nearest first; what is past, the latest first; what has no date: `part` says which."""
    part = Case(
        When(day=None, then=Value(Part.UNDATED)),
        When(is_to_come(), then=Value(Part.COMING)),
        default=Value(Part.PAST),
    )
    return articles.annotate(day=event_day(), part=part).order_by(
        "part",
        # Databases disagree on where what has no value stands.
        Case(When(part=Part.COMING, then=F("day"))).asc(nulls_last=True),
        Coalesce("day", "published_at").desc(),
        "-pk",
    )


def cards(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Articles with what their cards show: `images` holds the first image of the carousel, if any."""
    images = CarouselImage.objects.exclude(file=None).select_related("file")[:1]
    return articles.for_cards().prefetch_related(Prefetch("carousel_images", images, to_attr="images"))


def asked(request: HttpRequest, fixed: Filters) -> tuple[Filters, int]:
    """The filters and the page of a list that an address asks for; what cannot be read is not found."""
    try:
        return fixed.read(request.GET.dict()), page_number(request.GET)
    except UnknownFilterError as error:
        raise Http404 from error


def page_of(articles: ArticleQuerySet, number: int, count: int) -> Page[Any]:
    """A page of articles that have been counted already."""
    paginator = Paginator(articles, PER_PAGE)
    paginator.count = count
    try:
        return paginator.page(number)
    except InvalidPage as error:
        raise Http404 from error


def list_page(
    request: HttpRequest,
    articles: ArticleQuerySet,
    fixed: Filters,
    heading: str,
) -> HttpResponse:
    """A list of those `articles` that pass the filters which its address fixes, and those it asks for."""
    if "tags" in request.GET:
        now = urlencode(params_of_old(request.GET))
        return HttpResponsePermanentRedirect(f"{request.path}?{now}" if now else request.path)
    filters, number = asked(request, fixed)
    counted = tally(filters, articles, fixed)
    page = page_of(filters.narrow(articles), number, counted.total)
    # Ordered by keys alone: the database reads only the articles that the page shows.
    keys: Any = page.object_list
    page.object_list = cards(articles.filter(pk__in=keys.values("pk")))
    query = filters.params(fixed)
    channel = Channel(filters)
    chosen = without_each(query, filters)
    context = {
        "page": page,
        "numbers": numbers_of(page),
        "heading": " – ".join([heading, *(choice.words for choice, _query in chosen)]),
        "address": channel.list_path(page.number),
        "section": fixed.section,
        "facets": counted.facets,
        "chosen": chosen,
        "query": urlencode(query),
        # Pages of the site are no news: nobody follows them.
        "channels": [channel] if fixed.section is None or fixed.section.kind != Kind.PAGE else [],
    }
    if fixed.by_event:
        parts = [(Part(part), list(events)) for part, events in groupby(page, attrgetter("part"))]
        return render(request, "articles/agenda.html", context | {"parts": parts})
    return render(request, "articles/article_list.html", context)


def numbers_of(page: Page[Any]) -> Iterable[int | str]:
    """The numbers of the pages that a page leads to."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


def without_each(query: dict[str, str], filters: Filters) -> list[tuple[Choice, str]]:
    """Each choice that an address makes, and what the address says without it."""
    return [
        (choice, urlencode({other: value for other, value in query.items() if other != name}))
        for name, choice in filters.chosen.items()
        if name in query
    ]
