"""What the first page of the editors' tool says of the work that waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Count, OuterRef, Q, Subquery

from articles.models import Act, Article, ArticleQuerySet, Status, Version
from articles.rules import PUBLISH, WRITE

register = template.Library()

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Pile:
    """Articles that wait for the same thing: the first of them, and how many there are."""

    name: str
    articles: Sequence[Article]
    total: int


@register.simple_tag
def awaiting(user: Any) -> list[Pile]:
    """The work that waits for this user, as the groups have it, the longest waiting first; no empty pile."""
    shown = ("title", "section__title", "modified_at")
    articles = Article.objects.select_related("section").only(*shown)
    piles: list[tuple[str, ArticleQuerySet]] = []
    if user.has_perm(PUBLISH):
        piles.append(("À relire", articles.filter(status=Status.IN_REVIEW)))
    if user.has_perm(WRITE):
        piles.append(("Renvoyés à la rédaction", returned(articles)))
        piles.append(("Nouvelles versions en préparation", articles.filter(replaces__isnull=False)))
    passages = Count("merge_conflicts", filter=Q(merge_conflicts__settled_at__isnull=True))
    found = [
        (name, list(pile.annotate(passage_count=passages).order_by("modified_at", "pk")[:SHOWN]), pile)
        for name, pile in piles
    ]
    return [
        Pile(name, first, len(first) if len(first) < SHOWN else pile.count())
        for name, first, pile in found
        if first
    ]


def returned(articles: ArticleQuerySet) -> ArticleQuerySet:
    """The drafts that came back from a review, and have not gone there again."""
    turns = Version.objects.filter(article_uuid=OuterRef("uuid")).turns().order_by("-number")
    return (
        articles.filter(status=Status.DRAFT)
        .alias(turn=Subquery(turns.values("act")[:1]))
        .filter(turn=Act.RETURNED)
    )
