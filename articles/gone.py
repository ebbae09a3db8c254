"""What the public had of a page, a section or a keyword and has no more: its addresses say that it is gone.

Pages, what they said, sections and keywords in; rows of `GoneAddress` out, which `is_gone` reads. What was
never public leaves no word.
"""

from collections.abc import Iterable

from django.urls import reverse

from . import versions
from .models import Article, GoneAddress, Kind, Section, Tag, TaggedArticle
from .posts import Post
from .text import fold
from .versions import Snapshot

NOTHING = Snapshot(Post(title=""), {})


def say_gone(page: Article) -> None:
    """Let all addresses of a page that goes say so; call it before."""
    if page.has_been_public():
        GoneAddress.objects.put(page.known_addresses() | _beside(page, _shown(versions.take(page))))


def say_dropped(page: Article, was: Snapshot, now: Snapshot) -> None:
    """Let the addresses say so that a page had beside its own when it said this, and has no more."""
    then = Article(status=was.post.status, published_at=was.post.published_at)
    if then.has_been_public():
        GoneAddress.objects.put(_beside(page, _shown(was), _shown(now)))


def say_lists_gone(tags: Iterable[Tag], merged_into: Tag | None = None) -> None:
    """Let the lists of keywords that go say so, if they ever had an article; call it before.

    Those that are merged into another keyword lead to its list, and so do those that led to theirs.
    """
    addresses = {tag.pk: tag.get_absolute_url() for tag in tags}
    GoneAddress.objects.filter(merged_into__in=addresses).update(merged_into=merged_into)
    listed = TaggedArticle.objects.filter(tag__in=addresses, content_object__in=Article.objects.been_listed())
    gone = GoneAddress.objects.filter(address__in=addresses.values(), merged_into=None)
    known = {addresses[key] for key in listed.values_list("tag", flat=True)}
    GoneAddress.objects.put(known.union(gone.values_list("address", flat=True)), merged_into)


def say_sections_gone(sections: Iterable[Section]) -> None:
    """Let the lists and feeds of sections that go say so, by all their names; call it before."""
    for section in sections:
        if section.prefix:  # at the root there is no list
            former = section.former_prefixes.exclude(prefix="").values_list("prefix", flat=True)
            lists = {f"/{name}/" for name in (section.prefix, section.collection, *former)}
            GoneAddress.objects.put(lists | {reverse("old_section_feed", args=[section.collection])})


def _shown(said: Snapshot) -> Snapshot:
    """What the public had of a page that said this: of one that only led on, nothing.

    One that was withdrawn may have had a page before that: what it had is known by its rows (`is_gone`).
    """
    only_led_on = said.post.redirect_to and said.post.status == "published"
    return NOTHING if only_led_on else said


def _beside(page: Article, was: Snapshot, now: Snapshot = NOTHING) -> set[str]:
    """What a page had for the public beside itself and has not now: files, keywords' lists, its calendar."""
    is_listed = page.section.kind != Kind.PAGE
    dropped = set(map(fold, was.post.tags)) - set(map(fold, now.post.tags)) if is_listed else set()
    lists = {tag.get_absolute_url() for tag in Tag.objects.filter(folded__in=dropped)}
    has_lost_day = _has_day(was.post) and not _has_day(now.post)
    calendars = {f"{address}evenement.ics" for address in page.known_addresses()} if has_lost_day else set()
    return (was.file_addresses - now.file_addresses) | lists | calendars


def _has_day(post: Post) -> bool:
    return post.event_starts_at is not None or post.event_ends_at is not None
