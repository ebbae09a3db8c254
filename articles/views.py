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
from django.db.models import Case, F, Prefetch, Q, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from .models import Article, ArticleQuerySet, CarouselImage, Kind, Section, Tag
from .reading import read

PER_PAGE = 12
LATEST_ON_HOME = 7
EVENTS_ON_HOME = 3

View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """A page that caches may share for a minute, and that is not sent again unchanged.

    Compression gives nothing away: the page holds nothing secret (BREACH).
    """
    decorated = gzip_page(conditional_page(cache_control(public=True, max_age=60)(require_safe(view))))
    return wraps(view)(decorated)


@public_page
def home(request: HttpRequest) -> HttpResponse:
    everything = Article.objects.listed()
    # The lists show translations too; here, one card says it once.
    listed = everything.exclude(translation_of__in=everything.order_by())
    announcements = listed.filter(Q(pinned=True) | ~Q(section__kind=Kind.EVENT))
    latest = announcements.order_by("-pinned", "-published_at", "-pk")[:LATEST_ON_HOME]
    coming = listed.filter(to_come(), section__kind=Kind.EVENT).order_by(
        F("event_starts_at").asc(nulls_last=True), "pk"
    )
    return render(
        request,
        "articles/home.html",
        {"latest": cards(latest), "events": cards(coming[:EVENTS_ON_HOME])},
    )


@public_page
def section_or_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A section's list or, where no section has this prefix, the page of the site that is there."""
    section = Section.objects.filter(prefix=name).first()
    if section is None:
        return article_page(request, "", name)
    articles = Article.objects.public().filter(section=section)
    if section.kind == Kind.EVENT:
        page = page_of(request, in_agenda_order(articles))
        return list_page(request, "articles/agenda.html", page, section.title, section=section)
    page = page_of(request, articles)
    return list_page(request, "articles/article_list.html", page, section.title, section=section)


@public_page
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of a tag; one that no public article bears does not exist for the public."""
    found = get_object_or_404(Tag, slug=slug)
    page = page_of(request, Article.objects.listed().filter(tagged_items__tag=found))
    if not page:
        raise Http404
    heading = _("Mot-clé : %(name)s") % {"name": found.name}
    return list_page(request, "articles/article_list.html", page, heading)


@public_page
def article(request: HttpRequest, prefix: str, slug: str) -> HttpResponseBase:
    return article_page(request, prefix, slug)


def article_page(request: HttpRequest, prefix: str, slug: str) -> HttpResponseBase:
    public = Article.objects.public().select_related("section")
    found = get_object_or_404(public, section__prefix=prefix, slug=slug)
    reading = read(found)
    context = {
        "article": found,
        "reading": reading,
        "section": found.section,
        "translations": translations_of(found),
        "files_prefix": "",
    }

    def show(request: HttpRequest) -> HttpResponseBase:
        return render(request, "articles/article_detail.html", context)

    players = [f"https://{host}" for host in reading.player_hosts]
    return csp_replace({"frame-src": players})(show)(request) if players else show(request)


def translations_of(article: Article) -> ArticleQuerySet:
    """The public articles that say the same in other languages."""
    original = article.translation_of_id or article.pk
    same = Article.objects.public().filter(Q(pk=original) | Q(translation_of=original))
    return same.exclude(pk=article.pk).for_cards().order_by("language")


def start_of_today() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def to_come() -> Q:
    """Events that are not over: one lasts until the end of its last day."""
    today = start_of_today()
    return Q(event_ends_at__gte=today) | Q(event_ends_at=None, event_starts_at__gte=today)


def in_agenda_order(articles: ArticleQuerySet) -> ArticleQuerySet:
    """What comes (`is_over` tells), the nearest first; then what is past, the latest first."""
    return articles.annotate(is_over=Case(When(to_come(), then=False), default=True)).order_by(
        "is_over",
        # Databases disagree on where what has no value stands.
        Case(When(is_over=False, then=F("event_starts_at"))).asc(nulls_last=True),
        Coalesce("event_starts_at", "published_at").desc(),
        "-pk",
    )


def cards(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Articles with what their cards show: `images` holds the first image of the carousel, if any."""
    images = CarouselImage.objects.exclude(file=None).select_related("file")[:1]
    return articles.for_cards().prefetch_related(Prefetch("carousel_images", images, to_attr="images"))


def page_of(request: HttpRequest, articles: ArticleQuerySet) -> Page[Any]:
    try:
        return Paginator(cards(articles), PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error


def list_page(
    request: HttpRequest, template: str, page: Page[Any], heading: str, section: Section | None = None
) -> HttpResponse:
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    context = {
        "address": request.path if page.number == 1 else f"{request.path}?page={page.number}",
        "page": page,
        "heading": heading,
        "section": section,
        "numbers": numbers,
    }
    return render(request, template, context)
