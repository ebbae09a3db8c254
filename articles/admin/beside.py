"""What stands above an article's form: what colleagues ask, its next version, passages that clash."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.comparing import BODY_FILE, ITEMS, Difference, compare_texts, is_file_name
from articles.labels import label
from articles.models import Act, Article, MergeConflict, Version

from .history import HeldFile, comparison_address, held_files, stored_files
from .keys import key_in
from .report import counted

ASKED = {Act.SUBMITTED, Act.RETURNED}
"""The changes of state by which people hand an article to each other."""

SETTLED = "conflict_settled"
"""The checkboxes of passages that are settled, saved with the article."""


SHOWN = 3
"""Passages that stand open; of more, the others are folded."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that the page and its next version both changed: how each differs from what was before.

    Of a file, what each has, None for none. `place` is the element of the form where it is settled.
    """

    pk: str
    label: str
    place: str
    is_open: bool
    is_file: bool
    ours: Difference | HeldFile | None
    theirs: Difference | HeldFile | None


Files = Mapping[tuple[str, str], HeldFile]
"""Files by their names and the sha256 of their contents."""


def _passages(draft: Article, conflicts: Sequence[MergeConflict]) -> list[Passage]:
    files = _files(draft, conflicts)
    return [_passage(conflict, files, number < SHOWN) for number, conflict in enumerate(conflicts)]


def _passage(conflict: MergeConflict, files: Files, is_open: bool) -> Passage:
    field, is_file = conflict.field, is_file_name(conflict.field)
    ours, theirs = (
        files.get((field, said)) if is_file else compare_texts(field, conflict.base, said)
        for said in (conflict.ours, conflict.theirs)
    )
    is_here = ours is not None or field.startswith(BODY_FILE)  # else its item has gone
    place = _place(field) if is_here else ""
    return Passage(str(conflict.pk), label(field), place, is_open, is_file, ours, theirs)


def _place(field: str) -> str:
    kind, colon, key = field.partition(":")
    if kind in ITEMS:
        return f"{ITEMS[kind]}:{key.partition('.')[0]}"
    if is_file_name(field):
        return "id_body" if field.startswith(BODY_FILE) else field
    return "" if colon else f"id_{field}"


def _files(draft: Article, conflicts: Iterable[MergeConflict]) -> Files:
    """The files that disagree, each where the last version has it that does, of the draft or its page."""
    wanted = {
        (each.field, sha256)
        for each in conflicts
        if is_file_name(each.field)
        for sha256 in (each.ours, each.theirs)
        if sha256
    }
    if not wanted or draft.replaces is None:
        return {}
    stored = stored_files(sha256 for _name, sha256 in wanted)
    # What no version has any more was erased.
    found = {(name, sha256): HeldFile(name, "", sha256, None, "") for name, sha256 in wanted}
    for version in Version.objects.of(draft.replaces.uuid).only("files").iterator():
        for name, file in held_files(version, stored).items():
            if (name, file.sha256) in wanted:
                wanted.remove((name, file.sha256))
                found[name, file.sha256] = file
        if not wanted:
            break
    return found


def beside(article: Article) -> dict[str, Any]:
    """What the form of an article says of its review, its next version, or the page that it is to replace."""
    waiting = list(article.merge_conflicts.waiting()) if article.replaces_id is not None else []
    turn = Version.objects.filter(article_uuid=article.uuid).turns().defer("dump", "files").first()
    next_version = Article.objects.filter(replaces=article).first()
    return {
        "asked": turn if turn is not None and turn.act in ASKED else None,
        "next_version": next_version,
        "to_settle": passages_to_settle(next_version.pk) if next_version is not None else "",
        "difference_at": difference_from_page(article),
        "passages": _passages(article, waiting),
    }


def difference_from_page(draft: Article) -> str:
    """Where what a next version changes of its page is shown; empty for what replaces none."""
    if draft.replaces is None:
        return ""
    old, new = (Version.objects.last_of(each.uuid) for each in (draft.replaces, draft))
    return comparison_address(old, new) if old is not None and new is not None else ""


def passages_to_settle(draft: int) -> SafeString | str:
    """How many passages of a next version are to be settled, with the link there; empty if none is.

    `draft` is its key.
    """
    waiting = MergeConflict.objects.waiting().filter(article=draft).count()
    if not waiting:
        return ""
    address = reverse("admin:articles_article_change", args=[draft])
    said = counted(waiting, "passage est à régler", "passages sont à régler")
    return format_html('<a href="{}#passages-title">{}</a>', address, said)


def settle_conflicts(article: Article, request: HttpRequest) -> None:
    """Note the passages that were ticked as settled, and by whom."""
    ticked = [key for each in request.POST.getlist(SETTLED) if (key := key_in(each))]
    if ticked:
        chosen = MergeConflict.objects.waiting().filter(article=article, pk__in=ticked)
        chosen.update(settled_at=timezone.now(), settled_by=request.user)
