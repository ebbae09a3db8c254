"""What stands above an article's form: what colleagues ask, its next version, passages that clash."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from articles.comparing import ITEMS, Difference, compare_texts
from articles.labels import label
from articles.models import Act, Article, MergeConflict, Version

from .history import comparison_address
from .keys import key_in

ASKED = {Act.SUBMITTED, Act.RETURNED}
"""The changes of state by which people hand an article to each other."""

SETTLED = "conflict_settled"
"""The checkboxes of passages that are settled, saved with the article."""


SHOWN = 3
"""Passages that stand open; of more, the others are folded."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that the page and its next version both changed: how each differs from what was before.

    `place` is the element of the form where it is settled.
    """

    pk: str
    label: str
    place: str
    is_open: bool
    ours: Difference
    theirs: Difference


def _passage(conflict: MergeConflict, is_open: bool) -> Passage:
    field = conflict.field
    kind, _colon, key = field.partition(":")
    place = f"{ITEMS[kind]}:{key.partition('.')[0]}" if kind in ITEMS else f"id_{field}"
    return Passage(
        pk=str(conflict.pk),
        label=label(field),
        place=place if ":" not in field or kind in ITEMS else "",
        is_open=is_open,
        ours=compare_texts(field, conflict.base, conflict.ours),
        theirs=compare_texts(field, conflict.base, conflict.theirs),
    )


def beside(article: Article) -> dict[str, Any]:
    """What the form of an article says of its review, its next version, or the page that it is to replace."""
    waiting = article.merge_conflicts.waiting() if article.replaces_id is not None else ()
    turn = Version.objects.filter(article_uuid=article.uuid).turns().defer("dump", "files").first()
    return {
        "asked": turn if turn is not None and turn.act in ASKED else None,
        "next_version": Article.objects.filter(replaces=article).first(),
        "difference_at": difference_from_page(article),
        "passages": [_passage(conflict, number < SHOWN) for number, conflict in enumerate(waiting)],
    }


def difference_from_page(draft: Article) -> str:
    """Where what a next version changes of its page is shown; empty for what replaces none."""
    if draft.replaces is None:
        return ""
    old, new = (Version.objects.last_of(each.uuid) for each in (draft.replaces, draft))
    return comparison_address(old, new) if old is not None and new is not None else ""


def settle_conflicts(article: Article, request: HttpRequest) -> None:
    """Note the passages that were ticked as settled, and by whom."""
    ticked = [key for each in request.POST.getlist(SETTLED) if (key := key_in(each))]
    if ticked:
        chosen = MergeConflict.objects.waiting().filter(article=article, pk__in=ticked)
        chosen.update(settled_at=timezone.now(), settled_by=request.user)
