"""Corrections of a live page, taken over into its next version that is being prepared beside it.

Three posts are merged (`merging`): the version that the draft began from, the draft, the page as it is.
Where both changed the same passage the draft keeps its own, and the page's waits as a `MergeConflict`.
"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from . import merging, versions
from .models import Act, Article, MergeConflict, Version
from .posts import STANDING, Post
from .versions import Snapshot, UnreadableVersionError


class NotCarriedError(Exception):
    """What changed on a page and waits to be taken over into its next version: a French sentence says why."""


def carry(live: Article, by: Any) -> None:
    """Take what changed on the page since the draft of its next version knew it over into that draft.

    Call it in a transaction. Raises NotCarriedError where that cannot be: nothing is changed then, and the
    next time takes it over too.
    """
    draft = Article.objects.select_for_update(of=("self",)).filter(replaces=live).first()
    last = Version.objects.last_of(live.uuid) if draft is not None else None
    if draft is None or last is None or draft.replaces_number == last.number:
        return
    try:
        with transaction.atomic():
            _merge(draft, last, by)
    except UnreadableVersionError as error:
        raise NotCarriedError(
            "La version de la page d’où celle-ci est partie a été effacée ou altérée : ce qui a été corrigé "
            "depuis ne peut pas y être reporté."
        ) from error
    except (ValidationError, DataError, IntegrityError) as error:
        said = f" : {' '.join(error.messages)}" if isinstance(error, ValidationError) else "."
        raise NotCarriedError(
            f"Ce qui a été corrigé sur la page ne peut pas être reporté dans cette version{said}"
        ) from error


def _merge(draft: Article, last: Version, by: Any) -> None:
    """Take what the page's last version says over into the draft."""
    assert draft.replaces_number is not None
    known = Version.objects.get(article_uuid=last.article_uuid, number=draft.replaces_number)
    base, ours, theirs = versions.snapshot_of(known), versions.take(draft), versions.snapshot_of(last)
    zone = timezone.get_current_timezone()
    merged = merging.merge(_settled(base.post, ours.post), ours.post, _settled(theirs.post, ours.post), zone)
    files, conflicts = merging.merge_files(base.files, ours.files, theirs.files, zone)
    draft.replaces_number = last.number
    post = merging.with_items_of(files, merged.post, ours.post, theirs.post)
    versions.put(Snapshot(post, files), draft)
    versions.record(draft, by, Act.MERGED, about=last.number)
    MergeConflict.objects.bulk_create(
        MergeConflict(article=draft, field=each.field, base=each.base, ours=each.ours, theirs=each.theirs)
        for each in (*merged.conflicts, *conflicts)
    )


def carry_again(live: Article, by: Any) -> None:
    """Take all that changed on the page since the draft was prepared over into it, whose text was put back.

    What it had of that merges as equal; what clashed is asked again, settled or not: a text that is put
    back has lost what settled it. Call it and it raises as `carry`.
    """
    draft = Article.objects.select_for_update(of=("self",)).get(replaces=live)
    prepared = Version.objects.filter(article_uuid=draft.uuid, act=Act.PREPARED).latest("number")
    draft.merge_conflicts.all().delete()
    draft.replaces_number = prepared.about
    draft.save(update_fields=["replaces_number"])
    carry(live, by)


def _settled(post: Post, ours: Post) -> Post:
    """The post with what does not travel between a page and its draft: its state, and where it is."""
    return replace(post, **{name: getattr(ours, name) for name in STANDING})
