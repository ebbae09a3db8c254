"""What the site shows of articles before anybody asks: on its home page, and in the footer of every page.

Queries go out; must not know what a page shows of each.
"""

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from .models import Article, ArticleQuerySet, Kind, Section, event_day, is_to_come

LATEST = 7
EVENTS = 3

LEGAL_PAGES = {
    "accessibilite": "accessibility",
    "mentions-legales": "legal_notice",
    "donnees-personnelles": "personal_data",
}
"""Slugs of the pages that the footer leads to, and what templates call them."""


def latest() -> ArticleQuerySet:
    """The announcements of the home page, what is pinned first; an event is one only if it is pinned."""
    agendas = Section.objects.filter(kind=Kind.EVENT)
    announcements = _listed_once().filter(Q(pinned=True) | ~Q(section__in=agendas))
    return announcements.order_by("-pinned", "-published_at", "-pk")[:LATEST]


def next_events() -> ArticleQuerySet:
    """The events of the home page, the nearest first."""
    agendas = Section.objects.filter(kind=Kind.EVENT)
    coming = _listed_once().filter(is_to_come(), section__in=agendas)
    return coming.order_by(event_day(), "pk")[:EVENTS]


def footer_pages() -> ArticleQuerySet:
    """The pages that the footer leads to."""
    # By section and slug: the index of these is the short way to three articles among thousands.
    of_pages = Section.objects.filter(kind=Kind.PAGE)
    return Article.objects.public().filter(section__in=of_pages, slug__in=LEGAL_PAGES).order_by()


def _listed_once() -> ArticleQuerySet:
    """What is said in several languages once: by the original or, without it, a translation."""
    listed = Article.objects.listed().order_by()
    orphans = listed.exclude(translation_of=None).exclude(translation_of__in=listed)
    # In French if there is one; by sets of keys, which are cheaper than to compare each with the others.
    chosen = orphans.values("translation_of").annotate(
        chosen=Coalesce(Min("pk", filter=Q(language="fr")), Min("pk"))
    )
    return listed.filter(Q(translation_of=None) | Q(pk__in=chosen.values("chosen")))
