"""Public pages: an address in, HTML out.

Nothing here touches the visitor (user, session, messages): everybody gets the same page, and caches
may share it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Case, F, Prefetch, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from .models import Article, CarouselImage, Kind, Section, Tag
from .reading import read

PER_PAGE = 12
LATEST_ON_HOME = 7
EVENTS_ON_HOME = 3

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """A page that caches may share for a minute, and that is not sent again unchanged.

    Compression gives nothing away: the page holds nothing secret (BREACH).
    """
    decorated = gzip_page(conditional_page(cache_control(public=True, max_age=60)(require_safe(view))))
    return wraps(view)(decorated)


@public_page
def home(request: HttpRequest) -> HttpResponse:
    listed = Article.objects.listed()
    announcements = listed.filter(Q(pinned=True) | ~Q(section__kind=Kind.EVENT))
    latest = announcements.order_by("-pinned", "-published_at", "-pk")[:LATEST_ON_HOME]
    coming = listed.filter(to_come(), section__kind=Kind.EVENT).order_by("event_starts_at", "pk")
    return render(
        request,
        "articles/home.html",
        {"latest": cards(latest), "events": cards(coming[:EVENTS_ON_HOME])},
    )


@public_page
def section_or_page(request: HttpRequest, name: str) -> HttpResponse:
    """A section's list or, where no section has this prefix, a page of the site at the root."""
    section = Section.objects.filter(prefix=name).first()
    if section is None:
        return article_page(request, "", name)
    articles = Article.objects.filter(section=section).public()
    if section.kind == Kind.EVENT:
        articles = in_agenda_order(articles)
    page = page_of(request, cards(articles))
    return render(
        request,
        "articles/article_list.html",
        {"section": section, "page": page, "upcoming_from": start_of_today()},
    )


@public_page
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of a tag; one that no public article bears does not exist for the public."""
    found = get_object_or_404(Tag, slug=slug)
    page = page_of(request, cards(Article.objects.listed().filter(tagged_items__tag=found)))
    if not page.paginator.count:
        raise Http404
    return render(request, "articles/tag.html", {"tag": found, "page": page})


@public_page
def article(request: HttpRequest, prefix: str, slug: str) -> HttpResponse:
    return article_page(request, prefix, slug)


def article_page(request: HttpRequest, prefix: str, slug: str) -> HttpResponse:
    public = Article.objects.public().select_related("section")
    found = get_object_or_404(public, section__prefix=prefix, slug=slug)
    reading = read(found)
    context = {"article": found, "reading": reading, "section": found.section, "files_prefix": ""}
    players = sorted({video.embed_host for video in reading.videos})
    show = csp_replace({"frame-src": players})(render) if players else render
    return show(request, "articles/article_detail.html", context)


def start_of_today() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def to_come() -> Q:
    """Events that are not over: one lasts until the end of its last day."""
    today = start_of_today()
    return Q(event_ends_at__gte=today) | Q(event_ends_at=None, event_starts_at__gte=today)


def in_agenda_order(articles: QuerySet[Article]) -> QuerySet[Article]:
    """What comes, the nearest first; then what is past, the latest first."""
    return articles.order_by(
        Case(When(to_come(), then=0), default=1),
        Case(When(to_come(), then=F("event_starts_at"))),
        Coalesce("event_starts_at", "published_at").desc(),
        "-pk",
    )


def cards(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Articles with what their cards show; `images` are those of the carousel that have a file."""
    images = CarouselImage.objects.exclude(file=None).select_related("file")
    return articles.for_cards().prefetch_related(Prefetch("carousel_images", images, to_attr="images"))


def page_of(request: HttpRequest, articles: QuerySet[Article]) -> Page[Any]:
    try:
        return Paginator(articles, PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
