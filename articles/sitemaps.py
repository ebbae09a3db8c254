"""What robots read of the site as a whole: robots.txt, and sitemaps of all that is public.

A file is of bounded size: it holds the translations of some originals (or tags), by the originals' keys, so
that an address stays in its file for ever. All lie at the root, since a sitemap speaks for its own folder
and what is below (sitemaps.org, « Sitemap file location »).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import BigIntegerField, F, Max, Min, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from .caching import public_page
from .models import Article, BodyImage, CarouselImage, Kind, Section, last_change, public_tags
from .outside import absolute, moment
from .periods import Period, year_and_month
from .text import xml_text

PER_FILE = 1_000
"""Originals, or tags, that a file holds at most; it may hold 50,000 addresses (sitemaps.org)."""

NEWS_LASTS, MAX_NEWS = timedelta(days=2), 1_000
"""What a sitemap of news may hold (Google, « Create a news sitemap »)."""

NEWS_LANGUAGES = {"zh-hans": "zh-cn"}
"""Languages that a sitemap of news writes otherwise than BCP 47."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of a sitemap, or one sitemap; `versions` are its languages and addresses, itself included."""

    address: str
    changed: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    address: str
    published: str
    language: str
    title: str


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": absolute(reverse("sitemap"))}
    return render(request, "robots.txt", context, "text/plain; charset=utf-8")


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """The sitemap of sitemaps, each with the last change of what it holds; that of lists, of all."""
    articles = last_changes(in_files(Article.objects.public(), original), "file")
    latest = max(articles.values(), default="")
    tags = in_files(public_tags(), F("pk")).order_by("file").values_list("file", flat=True).distinct()
    files = [
        *((reverse("sitemap_articles", args=[number]), changed) for (number,), changed in articles.items()),
        *((reverse("sitemap_tags", args=[number]), latest) for number in tags),
        (reverse("sitemap_lists"), latest),
        (reverse("sitemap_news"), latest),
    ]
    return answer(request, "sitemap_index.xml", (Entry(absolute(path), changed) for path, changed in files))


@public_page
def lists(request: HttpRequest) -> HttpResponse:
    """The pages that list articles, each as new as the newest of these."""
    public = Article.objects.public()
    now = timezone.now()
    ends = public.aggregate(first=Min("published_at", default=now), last=Max("published_at", default=now))
    first, last = (timezone.localtime(ends[end]).year for end in ("first", "last"))
    years = range(first, last + 1)
    by_month = public.annotate(month=Period("published_at", years, in_months=years))
    sections = Section.objects.in_bulk()
    site = [reverse("home"), reverse("announcements"), reverse("site_map")]
    pages = dict.fromkeys(site, "")
    for (section, period), changed in last_changes(by_month, "section", "month").items():
        paths = [sections[section].get_absolute_url()] if sections[section].prefix else []
        if sections[section].kind != Kind.PAGE:
            year, month = year_and_month(period)
            paths += [*site, reverse("year", args=[year]), reverse("month", args=[year, month])]
        pages |= {path: max(changed, pages.get(path, "")) for path in paths}
    return answer(request, "sitemap.xml", (Entry(absolute(path), changed) for path, changed in pages.items()))


@public_page
def tags(request: HttpRequest, number: int) -> HttpResponse:
    tagged = in_files(Article.objects.listed(), F("tagged_items__tag")).filter(file=number)
    found = last_changes(tagged, "tagged_items__tag__slug")
    entries = (Entry(absolute(reverse("tag", args=[slug])), changed) for (slug,), changed in found.items())
    return answer(request, "sitemap.xml", entries)


@public_page
def articles(request: HttpRequest, number: int) -> HttpResponse:
    found = (
        in_files(Article.objects.public(), original)
        .filter(file=number)
        .order_by("pk")
        .select_related("section")
        .only("section__prefix", "slug", "language", "translation_of", "published_at", "updated_on")
        .prefetch_related(with_file("carousel_images", CarouselImage), with_file("body_images", BodyImage))
    )
    versions: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for article in found:
        address = absolute(article.get_absolute_url())
        versions[article.translation_of_id or article.pk].append((article.language, address))
    entries = (
        Entry(
            absolute(article.get_absolute_url()),
            moment(article.last_change),
            tuple(versions[article.translation_of_id or article.pk]),
            tuple(images_of(article)),
        )
        for article in found
    )
    return answer(request, "sitemap.xml", entries)


@public_page
def news(request: HttpRequest) -> HttpResponse:
    """What was published in the last two days; none is a good answer too."""
    latest = Article.objects.listed().filter(published_at__gt=timezone.now() - NEWS_LASTS)
    shown = latest.only("section__prefix", "slug", "language", "published_at", "title")
    context = {
        "publication": settings.SITE_NAME,
        "news": [
            News(
                absolute(article.get_absolute_url()),
                moment(cast(datetime, article.published_at)),
                NEWS_LANGUAGES.get(article.language, article.language),
                xml_text(article.title),
            )
            for article in shown.select_related("section")[:MAX_NEWS]
        ],
    }
    return render(request, "sitemap_news.xml", context, "application/xml")


original = Coalesce("translation_of_id", "pk", output_field=BigIntegerField())
"""What an article and its translations have in common."""


def in_files(rows: QuerySet, key: Any) -> QuerySet:
    """The rows, each with the number of the `file` that it is in."""
    return rows.annotate(file=(key - 1) / PER_FILE + 1)


def last_changes(articles: QuerySet, *keys: str) -> dict[tuple[Any, ...], str]:
    """The values of `keys` that articles have, each with the last change of those that have it."""
    has_come = Q(updated_on__lte=timezone.localdate())
    found = (
        articles.order_by(*keys)
        .values_list(*keys)
        .annotate(
            last_published_at=Max("published_at"),
            last_updated_on=Max("updated_on", filter=has_come),
        )
    )
    return {
        tuple(values): moment(last_change(published_at, updated_on))
        for *values, published_at, updated_on in found
    }


def with_file(relation: str, model: type[CarouselImage] | type[BodyImage]) -> Prefetch:
    return Prefetch(relation, model._default_manager.exclude(file=None).select_related("file"))


def images_of(article: Article) -> Iterable[str]:
    """The addresses of the images that the page shows, each once."""
    images: Iterable[Any] = (*article.carousel_images.all(), *article.body_images.all())
    return dict.fromkeys(absolute(image.file.image_source().src) for image in images)


def answer(request: HttpRequest, template: str, entries: Iterable[Entry]) -> HttpResponse:
    """The sitemap; one without any page does not exist."""
    found = list(entries)
    if not found:
        raise Http404
    return render(request, template, {"entries": found}, "application/xml")
