"""The history of one article, also of one that is deleted: its versions, one of them, any two compared.

Views of `audit.VersionAdmin`, which lets in those who may read articles and gives the context of all pages.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import erasing, previews, versions
from articles.comparing import BODY_FILE, ITEMS, Comparison, FileDifference, ItemDifference, Side, compare
from articles.labels import label, said
from articles.models import Act, Article, StoredFile, Version
from articles.models.versions import VersionQuerySet
from articles.posts import TEXTS, Post
from articles.rendering import Placement, illustrate, page_html, split
from articles.rules import Action, may
from articles.versions import Snapshot, UnreadableVersionError

from .editor import files_prefix
from .items import thumbnail_address
from .keys import key_in

PER_PAGE = 50
OLD, NEW = "avant", "apres"
"""The parameters that name two versions to compare."""

Context = dict[str, Any]


# --- the versions of an article


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the list: of a draft prepared beside, what an article says today, chosen where.

    `left` is the post of a page that was withdrawn: it says in which way.
    """

    version: Version
    left: Post | None
    is_beside: bool
    is_today: bool
    is_old: bool
    is_new: bool


def address(uuid: UUID) -> str:
    """Where the history of an article is, whether the article is still here or not."""
    found: str = reverse("admin:articles_version_history", args=[uuid])
    return found


def comparison_address(old: Version, new: Version) -> str:
    """Where two versions of an article, or of what is prepared beside it, are compared."""
    uuid = new.beside_uuid or new.article_uuid
    query = {OLD: old.pk, NEW: new.pk}
    found: str = reverse("admin:articles_version_comparison", args=[uuid], query=query)
    return found


def article_of(uuid: UUID) -> Article | None:
    return Article.objects.select_related("section", "replaces").filter(uuid=uuid).first()


@require_safe
def history(request: HttpRequest, context: Context, uuid: UUID) -> HttpResponse:
    """The versions of an article, the latest first, with two columns of radio buttons to compare any two."""
    article = article_of(uuid)
    known = Version.objects.of(uuid).defer("dump", "files")
    page = Paginator(known, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    if article is None and not shown:
        raise Http404
    # By itself, the article's last two: what was prepared beside it ends as it says now.
    own = [each for each in shown if each.article_uuid == uuid] or shown
    new = asked(request, known, NEW) or next(iter(own), None)
    old = asked(request, known, OLD) or next(iter(own[1:]), None)
    today = set(Version.objects.current_of({each.article_uuid for each in shown}))
    elsewhere = {each for each in (old, new) if each is not None} - set(shown)
    left = _left({*shown, *elsewhere})
    context |= {
        "title": f"Historique : {title_of(article, shown)}",
        "article": article,
        "uuid": uuid,
        "page": page,
        "page_numbers": list(page.paginator.get_elided_page_range(page.number)),
        "groups": [
            [
                Line(
                    each,
                    left.get(each.pk),
                    each.article_uuid != uuid,
                    each in today,
                    each == old,
                    each == new,
                )
                for each in group
            ]
            for group in (sorted(elsewhere, key=lambda each: -each.pk), shown)
        ],
        "may_restore": article is not None and may(request.user, Action.RESTORE, article),
        "may_erase": not erasing.denial(request.user),
    }
    return TemplateResponse(request, "admin/articles/version/history.html", context)


def _left(shown: Iterable[Version]) -> dict[int, Post]:
    """What those of these versions say that are withdrawals and can be read, by their keys."""
    keys = [each.pk for each in shown if each.act == Act.WITHDRAWN and not each.is_erased]
    snapshots = {each.pk: _read(each) for each in Version.objects.filter(pk__in=keys)} if keys else {}
    return {pk: snapshot.post for pk, snapshot in snapshots.items() if snapshot}


def title_of(article: Article | None, shown: Iterable[Version]) -> str:
    """What an article is called, by its versions where it is no longer here."""
    return (
        article.title if article else next((each.title for each in shown if each.title), "article supprimé")
    )


def asked(request: HttpRequest, known: VersionQuerySet, name: str) -> Version | None:
    """The version that a parameter names, if it is one of those."""
    key = key_in(request.GET.get(name, ""))
    return known.filter(pk=key).first() if key else None


# --- one version


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file of a version: how it is called, where editors read it, and what is left of it."""

    name: str
    address: str
    sha256: str
    stored: StoredFile | None
    thumbnail: str

    @property
    def label(self) -> str:
        return label(self.name)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a field of a post says, or one of its items."""

    label: str
    words: tuple[str, ...]


@require_safe
def version(request: HttpRequest, context: Context, pk: int) -> HttpResponse:
    """One version as it was: its text as the public read it, all that it says, its files, its post."""
    shown = get_object_or_404(Version, pk=pk)
    snapshot, stored = _read(shown), stored_files(shown.files.values())
    article = article_of(shown.article_uuid)
    erasure = _erasure(shown) if shown.is_erased else None
    context |= {
        "title": f"Version {shown.number}{_of(shown)}",
        "version": shown,
        "post": snapshot and snapshot.post,
        "texts": snapshot and _texts(snapshot, stored),
        "sayings": snapshot and list(_sayings(snapshot.post)),
        "files": list(held_files(shown, stored).values()),
        "erasure": erasure,
        "reason": erasure and versions.reason_of(erasure),
        "uuid": shown.article_uuid,
        "may_restore": article and not shown.is_erased and may(request.user, Action.RESTORE, article),
        "may_erase": not erasing.denial(request.user) and not erasing.obstacles([shown]),
    }
    return TemplateResponse(request, "admin/articles/version/version.html", context)


@require_safe
def file(request: HttpRequest, context: Context, pk: int, name: str) -> HttpResponseBase:
    """A file of a version as it was; of an image, its largest rendition."""
    held = get_object_or_404(Version, pk=pk).files.get(name)
    stored = get_object_or_404(StoredFile, sha256=held)
    if not stored.is_image:
        return previews.send(stored.original_path, stored.media_type, f"{stored}")
    largest = stored.largest_rendition
    return previews.send(stored.rendition_path(largest), largest["media_type"])


def _of(version: Version) -> str:
    """What follows in the title of a page: which article a version is of."""
    return f" : {version.title}" if version.title else ""


def _read(version: Version) -> Snapshot | None:
    """What the version holds; None where it was erased, or where no post is in it."""
    try:
        return versions.snapshot_of(version)
    except UnreadableVersionError:
        return None


def _erasure(version: Version) -> Version | None:
    """The version that tells who erased this one, and why."""
    told = Version.objects.filter(article_uuid=version.article_uuid, act=Act.ERASED)
    return told.filter(Q(about=version.number) | Q(about=None, created_at=version.erased_at)).first()


def _texts(snapshot: Snapshot, stored: Mapping[str, StoredFile]) -> list[tuple[str, list[str | Placement]]]:
    """The texts as the public read them, each with its name, cut where an item was placed."""
    post, prefix = snapshot.post, f"{files_prefix()}/images/"
    images = {
        name.removeprefix(BODY_FILE): stored[sha256].image_source(prefix)
        for name, sha256 in snapshot.files.items()
        if name.startswith(BODY_FILE) and sha256 in stored
    }
    texts = []
    for name in TEXTS:
        html = page_html(getattr(post, name), post.language, name, settings.OWN_HOSTS)
        if html:
            texts.append((label(name), list(split(illustrate(html, images if name == "body" else {})))))
    return texts


def _sayings(post: Post) -> Iterator[Saying]:
    """What a version says beside its texts, as people read it."""
    zone = timezone.get_current_timezone()
    for name in (each.name for each in fields(post) if each.name not in ("title", *TEXTS, *ITEMS)):
        value = getattr(post, name)
        if isinstance(value, Mapping):
            yield from (
                Saying(label(f"{name}:{key}"), (said(name, each, zone),)) for key, each in value.items()
            )
        elif value:
            parts = value if isinstance(value, tuple) else (value,)
            yield Saying(label(name), tuple(said(name, each, zone) for each in parts))
    for kind in ITEMS:
        for item in getattr(post, kind):
            yield Saying(label(f"{kind}:{item.key}"), (said(kind, item, zone),))


def stored_files(sha256s: Iterable[str]) -> dict[str, StoredFile]:
    """The files of these contents that are still here, by their sha256."""
    return StoredFile.objects.in_bulk(set(sha256s), field_name="sha256")


def held_files(version: Version, stored: Mapping[str, StoredFile]) -> dict[str, HeldFile]:
    """The files of a version by their names."""
    return {
        name: HeldFile(
            name,
            reverse("admin:articles_version_file", args=[version.pk, name]),
            sha256,
            found,
            thumbnail_address(found),
        )
        for name, sha256 in version.files.items()
        for found in [stored.get(sha256)]
    }


# --- two versions


@dataclass(frozen=True, slots=True)
class Change:
    """How an item or a file of the text differs, with what there is to see of it on both sides."""

    difference: ItemDifference | FileDifference
    before: HeldFile | None
    after: HeldFile | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two versions."""

    comparison: Comparison
    items: tuple[Change, ...]
    files: tuple[Change, ...]


@require_safe
def comparison(request: HttpRequest, context: Context, uuid: UUID) -> HttpResponse:
    """What differs between two versions of an article, in their order whichever is named first."""
    known = Version.objects.of(uuid)
    named = [each for name in (OLD, NEW) if (each := asked(request, known, name))]
    if len(named) < 2:
        raise Http404
    old, new = in_order(*named)
    context |= {
        "title": f"Comparer deux versions{_of(new)}",
        "uuid": uuid,
        "old": old,
        "new": new,
        "changes": changes_between(old, new),
    }
    return TemplateResponse(request, "admin/articles/version/comparison.html", context)


def in_order(one: Version, other: Version) -> tuple[Version, Version]:
    """Two versions, first the one that the other follows: a page comes before what is to replace it.

    A page goes on while its next version is prepared; its own last version may be the later one.
    """
    earlier, later = sorted((one, other), key=lambda each: each.pk)
    is_still_beside = (
        earlier.beside_uuid == later.article_uuid
        and not Version.objects.filter(
            article_uuid=earlier.article_uuid, act=Act.ABSORBED, pk__lt=later.pk
        ).exists()
    )
    return (later, earlier) if is_still_beside else (earlier, later)


def changes_between(old: Version, new: Version) -> Changes | None:
    """What differs between two versions; None where one of them cannot be read."""
    before, after = _read(old), _read(new)
    if before is None or after is None:
        return None
    post = after.post
    if new.beside_uuid == old.article_uuid:
        # A page keeps its state and the addresses that lead to it when its next version takes its place.
        post = replace(post, status=before.post.status, old_addresses=before.post.old_addresses)
    found = compare(
        Side(before.post, before.files, old.address),
        Side(post, after.files, new.address),
        timezone.get_current_timezone(),
    )
    stored = stored_files([*old.files.values(), *new.files.values()])
    was, now = held_files(old, stored), held_files(new, stored)

    def changes(differences: Iterable[ItemDifference | FileDifference]) -> tuple[Change, ...]:
        return tuple(Change(each, was.get(each.file_name), now.get(each.file_name)) for each in differences)

    return Changes(found, changes(found.items), changes(found.files))
