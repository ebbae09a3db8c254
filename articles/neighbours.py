"""Where the page of an article leads on: its translations, the articles before and after it, related ones.

One query, whatever there is. Public articles only; pages of the site have translations alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from .models import Article, ArticleQuerySet, Kind, Tag

RELATED = 3


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`previous` and `following` are of the same section and language, by day of publication or event."""

    translations: tuple[Article, ...] = ()
    previous: Article | None = None
    following: Article | None = None
    related: tuple[Article, ...] = ()


def around(article: Article, tags: Iterable[Tag]) -> Neighbours:
    """The neighbours of an article that bears `tags`."""
    same = _versions_of(article)
    translations = Article.objects.public().filter(same).exclude(pk=article.pk)
    wanted: list[tuple[str, QuerySet[Article, Any]]] = [("translation", translations)]
    if article.section.kind != Kind.PAGE:
        others = Article.objects.listed().exclude(same)
        before, after = _beside(article, others)
        # Two more than are shown: those beside the article have their own place.
        related = [kind[: RELATED + 2] for kind in _related(article, others, tags)]
        wanted += [
            ("previous", before[:1]),
            ("following", after[:1]),
            *(("related", each) for each in related),
        ]
    found = _in_one_query(wanted, tags)
    previous, following = found.get("previous", [None])[0], found.get("following", [None])[0]
    return Neighbours(
        translations=tuple(sorted(found.get("translation", ()), key=lambda other: other.language)),
        previous=previous,
        following=following,
        related=tuple(_chosen(article, found.get("related", ()), {previous, following}))[:RELATED],
    )


def _versions_of(article: Article) -> Q:
    """The article in all its languages."""
    original = article.translation_of_id or article.pk
    return Q(pk=original) | Q(translation_of=original)


def _beside(article: Article, others: ArticleQuerySet) -> tuple[ArticleQuerySet, ArticleQuerySet]:
    """What comes before the article in its section, the nearest first, and what comes after it."""
    is_event = article.section.kind == Kind.EVENT
    day = (article.event_starts_at if is_event else None) or article.published_at
    in_section = others.filter(section=article.section, language=article.language)
    dated = in_section.annotate(
        day=Coalesce("event_starts_at", "published_at") if is_event else F("published_at")
    )
    before = dated.filter(Q(day__lt=day) | Q(day=day, pk__lt=article.pk)).order_by("-day", "-pk")
    after = dated.filter(Q(day__gt=day) | Q(day=day, pk__gt=article.pk)).order_by("day", "pk")
    return before, after


def _related(
    article: Article, others: ArticleQuerySet, tags: Iterable[Tag]
) -> Iterator[QuerySet[Article, Any]]:
    """What shares tags with the article, the most alike first; then what its section has besides.

    A translation is for readers of its language: the others get the original.
    """
    readable = others.filter(Q(language=article.language) | Q(translation_of=None))
    own_language_first = Case(When(language=article.language, then=0), default=1)
    own_section_first = Case(When(section=article.section, then=0), default=1)
    # `values` first: one group for an article's key, not for all its texts.
    sharing = readable.filter(tagged_items__tag__in=tags).values("pk").annotate(shared=Count("tagged_items"))
    yield sharing.order_by(own_language_first, "-shared", own_section_first, "-published_at", "-pk")
    yield readable.filter(section=article.section).order_by(own_language_first, "-published_at", "-pk")


def _in_one_query(
    wanted: Iterable[tuple[str, QuerySet[Article, Any]]], tags: Iterable[Tag]
) -> dict[str, list[Any]]:
    """Articles by the role they are wanted for, the latest first; each knows how many `tags` it shares."""
    shared = Count("tagged_items", filter=Q(tagged_items__tag__in=tags))
    arms = [
        Article.objects.filter(pk__in=articles.values("pk"))
        .order_by()
        .for_cards()
        .annotate(role=Value(role), shared=shared)
        for role, articles in wanted
    ]
    found: dict[str, list[Any]] = {}
    for each in arms[0].union(*arms[1:], all=True).order_by("-published_at", "-pk"):
        found.setdefault(each.role, []).append(each)
    return found


def _chosen(article: Article, candidates: Iterable[Any], beside: set[Article | None]) -> Iterator[Article]:
    """Each text once, whatever its languages: in the article's own first, then the most alike."""
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
        if other not in beside and original not in seen:
            yield other
        seen.add(original)
