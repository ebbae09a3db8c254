"""Where the page of an article leads on: its translations, the articles before and after it, related ones.

One query, whatever there is. Public articles only; pages of the site have translations alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from .models import Article, ArticleQuerySet, Kind, Tag, TaggedArticle, event_day

RELATED = 3
# More than are shown: some may stand beside the article, or say the same as another.
ALIKE, RECENT = 30, 10

Keys = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`previous` and `following` are of the same section and language, by day of publication or event."""

    translations: tuple[Article, ...] = ()
    previous: Article | None = None
    following: Article | None = None
    related: tuple[Article, ...] = ()


def around(article: Article, tags: Iterable[Tag]) -> Neighbours:
    """The neighbours of an article that bears `tags`."""
    versions = Article.objects.in_all_languages(article.translation_of_id or article.pk).order_by()
    wanted = {"translation": versions.public().exclude(pk=article.pk).values("pk")}
    if article.section.kind != Kind.PAGE:
        # A translation is for readers of its language: the others get the original.
        readable = Q(translation_of=None) | Q(language=article.language)
        others = Article.objects.listed().filter(readable).exclude(pk__in=versions)
        before, after = _beside(article, others)
        wanted |= {
            "previous": before.values("pk")[:1],
            "following": after.values("pk")[:1],
            "alike": _alike(others, tags),
            "recent": others.filter(section=article.section).values("pk")[:RECENT],
        }
    found = _in_one_query(wanted, tags)
    previous, following = (next(iter(found[role]), None) for role in ("previous", "following"))
    candidates = [other for other in found["alike"] + found["recent"] if other not in (previous, following)]
    return Neighbours(
        translations=tuple(sorted(found["translation"], key=lambda other: other.language)),
        previous=previous,
        following=following,
        related=tuple(_each_once(article, candidates))[:RELATED],
    )


def _beside(article: Article, others: ArticleQuerySet) -> tuple[ArticleQuerySet, ArticleQuerySet]:
    """What comes before the article in its section, the nearest first, and what comes after it."""
    is_event = article.section.kind == Kind.EVENT
    day = (is_event and article.event_day) or article.published_at
    in_section = others.filter(section=article.section, language=article.language)
    its_day = Coalesce(event_day(), "published_at") if is_event else F("published_at")
    dated = in_section.annotate(day=its_day)
    before = dated.filter(Q(day__lt=day) | Q(day=day, pk__lt=article.pk)).order_by("-day", "-pk")
    after = dated.filter(Q(day__gt=day) | Q(day=day, pk__gt=article.pk)).order_by("day", "pk")
    return before, after


def _alike(others: ArticleQuerySet, tags: Iterable[Tag]) -> Keys:
    """What shares most tags, of as many the latest."""
    shared = TaggedArticle.objects.filter(tag__in=tags)
    of_each = shared.filter(content_object=OuterRef("pk")).values("content_object")
    # Not by a join, which would read the articles: who bears a tag, and what is listed, indexes tell.
    alike = others.filter(pk__in=shared.values("content_object")).annotate(
        shared=Subquery(of_each.annotate(count=Count("pk")).values("count"))
    )
    keys: Keys = alike.order_by("-shared", "-published_at", "-pk").values("pk")
    return keys[:ALIKE]


def _in_one_query(wanted: dict[str, Keys], tags: Iterable[Tag]) -> dict[str, list[Any]]:
    """The articles of each role, the latest first; each knows how many `tags` it shares."""
    shared = Count("tagged_items", filter=Q(tagged_items__tag__in=tags))
    arms = [
        Article.objects.filter(pk__in=keys).order_by().for_cards().annotate(role=Value(role), shared=shared)
        for role, keys in wanted.items()
    ]
    found: dict[str, list[Any]] = defaultdict(list)
    for each in arms[0].union(*arms[1:], all=True).order_by("-published_at", "-pk"):
        found[each.role].append(each)
    return found


def _each_once(article: Article, candidates: Iterable[Any]) -> Iterator[Article]:
    """Each text once: in the own language first, then the most alike, of the section, the latest."""
    order = sorted(
        candidates,
        key=lambda other: (
            other.language != article.language,
            -other.shared,
            other.section_id != article.section_id,
        ),
    )
    seen: set[int] = set()
    for other in order:
        original = other.translation_of_id or other.pk
        if original not in seen:
            seen.add(original)
            yield other
