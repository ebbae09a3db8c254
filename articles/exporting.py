"""Rows to post: what an article says, as a `Post` and as text.

`dump` is the one serialisation of an article; `leave` is the text under which it leaves. Reads rows and
knows no file, HTML or HTTP.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from . import jekyll, legacy, lines, sources
from .models import (
    Article,
    ArticleQuerySet,
    Attachment,
    CarouselImage,
    ImportedPost,
    OldAddress,
    Tag,
    VideoEmbed,
)
from .models.articles import RENDERED
from .posts import ParsedPost, Post, PostChange, PostDocument, PostError, PostImage, PostVideo
from .sources import Around
from .text import INVISIBLE, fold

PLAIN_FIELDS = (
    "title",
    "subtitle",
    "published_at",
    "status",
    "chapeau",
    "body",
    "language",
    "updated_on",
    "ends_at",
    "withdrawal_notice",
    "pinned",
    "redirect_to",
    "press_contact",
    "event_starts_at",
    "event_ends_at",
    "event_all_day",
    "place",
    "street_address",
    "practical_details",
)
"""The fields that an article and a post have under the same name."""

UNRESOLVED_TRANSLATION = "traduction-de"
"""The key in `Article.extra` that keeps the address of an original that is not here (yet)."""


_PARTS = ("old_addresses", "tags", "carousel_images", "video_embeds", "attachments", "imported_from__twins")


def with_all_parts(articles: ArticleQuerySet) -> ArticleQuerySet:
    """The articles with all that `dump` and `leave` read, in as many queries whatever their number."""
    return (
        articles.select_related("section", "translation_of__section", "imported_from__run")
        .prefetch_related(*_PARTS)
        .defer(*RENDERED.values())
    )


def dump(article: Article) -> str:
    """The article as a post: the text that import reads back field by field."""
    return jekyll.format(post_of(article))


def post_of(article: Article) -> Post:
    """What the article's rows say."""
    return post_from(
        article,
        tags=article.tags.all(),
        images=article.carousel_images.all(),
        videos=article.video_embeds.all(),
        documents=article.attachments.all(),
        old_addresses=article.old_addresses.all(),
    )


def post_from(
    article: Article,
    *,
    tags: Iterable[Tag],
    images: Iterable[CarouselImage],
    videos: Iterable[VideoEmbed],
    documents: Iterable[Attachment],
    old_addresses: Iterable[OldAddress],
) -> Post:
    """What the article says with these rows, which are all that it has, in order."""
    extra = dict(article.extra)
    original = article.translation_of
    unresolved = extra.pop(UNRESOLVED_TRANSLATION, "")
    return Post(
        **{name: getattr(article, name) for name in PLAIN_FIELDS},
        translation_of=unquote(original.get_absolute_url()) if original else unresolved,
        changes=tuple(PostChange(date.fromisoformat(each["on"]), each["note"]) for each in article.changes),
        old_addresses=tuple(old.address for old in old_addresses),
        tags=tuple(tag.name for tag in tags),
        images=tuple(
            PostImage(each.key, each.address, each.alt_text, each.caption, each.credit) for each in images
        ),
        videos=tuple(
            PostVideo(
                key=each.key,
                provider=each.provider,
                video_id=each.video_id,
                host=each.host,
                title=each.title,
                caption=each.caption,
                transcript=each.transcript,
                poster=each.poster_address,
            )
            for each in videos
        ),
        documents=tuple(_documents(list(documents))),
        extra=extra,
    )


def _documents(attachments: list[Attachment]) -> Iterator[PostDocument]:
    keys = {each.pk: each.key for each in attachments}
    for each in attachments:
        # It stands in for another document of the same article: no query is needed to name it.
        original = keys.get(each.accessible_version_of_id or 0, "")
        yield PostDocument(each.key, each.address, each.title, each.language, original)


# --- comparing


def says_the_same(post: Post, other: Post) -> bool:
    """Whether rows would be the same for both, but for old addresses, which another article may have taken.

    Another spelling of a tag, which all its articles share, is the same tag.
    """
    return _levelled(post) == _levelled(other)


def _levelled(post: Post) -> Post:
    return replace(
        post,
        old_addresses=(),
        tags=tuple(map(fold, post.tags)),
        images=tuple(replace(each, alt=each.alt.strip(INVISIBLE)) for each in post.images),
    )


def _has_old_addresses_of(post: Post, other: Post) -> bool:
    return set(post.old_addresses) >= set(other.old_addresses)


# --- leaving


class How(StrEnum):
    AS_IT_CAME = "as_it_came"
    PATCHED = "patched"  # as it came, but for the lines of some keys
    OURS = "ours"  # whole, in our own dialect


@dataclass(frozen=True, slots=True)
class Leaving:
    """The text under which an article leaves, and how it was made."""

    text: str
    how: How


NOTHING = Around()


def imported_of(article: Article) -> ImportedPost | None:
    """How the article came in, if it did."""
    return getattr(article, "imported_from", None)


def is_at_home(article: Article) -> bool:
    """Whether an imported article still fits the path where it was: by its address, and as a draft."""
    imported = imported_of(article)
    if imported is None or imported.address != unquote(article.get_absolute_url()):
        return False
    return not sources.is_drafted(imported.path) or article.status == "draft"


def leave(article: Article, path: str, around: Around = NOTHING) -> Leaving:
    """The text under which an article leaves at a path, which names its folder (`_actualites/a.md`).

    An imported post leaves as it came while the article is what it was then, else with other lines for the
    keys that say something else. What leaves otherwise than it came has been read back; where that does
    not give the article, or the post's text is erased, it leaves in our own dialect.
    """
    post, imported = post_of(article), imported_of(article)
    if imported is not None:
        slug = "" if path == imported.path and is_at_home(article) else article.slug
        # Read again, it is by the settings that leave with it.
        if not slug and imported.config == around.site.text and is_as_imported(post, imported):
            return Leaving(imported.text, How.AS_IT_CAME)
        for text in _patched(imported.text, path, around, slug, post):
            if _reads_back(text, path, around, slug, post):
                return Leaving(text, How.AS_IT_CAME if text == imported.text else How.PATCHED)
    return Leaving(jekyll.format(post, _slug_to_write(article.slug, path)), How.OURS)


def is_as_imported(post: Post, imported: ImportedPost) -> bool:
    """Whether a post says what its article said once it was in; a dump that cannot be read says no."""
    if jekyll.format(post) == imported.dump:
        return True
    # A dump of before may be laid out otherwise.
    then = _read(imported.dump, imported.name, NOTHING)
    if then is not None and is_same_original(then.post.translation_of, imported.article):
        then = replace(then, post=replace(then.post, translation_of=post.translation_of))
    return (
        then is not None
        and says_the_same(then.post, post)
        and set(then.post.old_addresses) == set(post.old_addresses)
    )


def is_same_original(address: str, article: Article | None) -> bool:
    """Whether this address leads to the original of a translation: it may have moved, or be another's too."""
    original = article.translation_of_id if article else None
    named = Article.objects.known_at(address) if original else None
    return named is not None and original in (named.pk, named.translation_of_id)


def _patched(text: str, path: str, around: Around, slug: str, post: Post) -> Iterator[str]:
    """What to try for a post that says something else now: its source with other lines, in two ways.

    `slug` is empty where the end of the address is what it was.
    """
    source = _read(text, path, around)
    if source is None or source.post.body != post.body:  # which no key says
        return
    keys = jekyll.said(post, _slug_to_write(slug, path))
    before, after = _comparable(source.post), _comparable(post)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if not _has_old_addresses_of(source.post, post):
        changed.add("redirect_from")
    if slug and slug != _slug_of(source, path):
        changed.add("slug")
    yield _with_keys(text, changed, keys, post)
    # Times at midnight take the whole day in a post of Siteleaf's, unless it says otherwise.
    aloud = {"journee-entiere": post.event_all_day}
    yield _with_keys(text, changed | aloud.keys(), keys | aloud, post)


def _comparable(post: Post) -> dict[str, Any]:
    """Each key and what it says, to be compared with what it says in another post."""
    return jekyll.said(_levelled(post))


def _with_keys(text: str, changed: Set[str], keys: Mapping[str, Any], post: Post) -> str:
    changes = []
    for key in [*(key for key in keys if key in changed), *sorted(changed - keys.keys())]:
        # What others wrote for the same thing goes too, unless the article keeps it for itself.
        older = [each for each in legacy.OLDER.get(key, ()) if each not in post.extra]
        changes.append(([key, *older], {key: keys[key]} if key in keys else {}))
    return lines.with_keys(text, changes)


def _reads_back(text: str, path: str, around: Around, slug: str, post: Post) -> bool:
    """Whether a text at a path says all that the post says, and the end of its address."""
    read = _read(text, path, around)
    return (
        read is not None
        and says_the_same(read.post, post)
        and _has_old_addresses_of(read.post, post)
        and slug in ("", _slug_of(read, path))
    )


def _read(text: str, path: str, around: Around) -> ParsedPost | None:
    """What import would read at this path, None if it would refuse it."""
    try:
        return sources.read(text.encode(), path, path, around)
    except PostError:
        return None


def _slug_of(parsed: ParsedPost, path: str) -> str:
    return parsed.slug or jekyll.file_name(path)[0]


def _slug_to_write(slug: str, path: str) -> str:
    """The slug that a post must write because the name of its file gives another; empty for none."""
    return "" if slug == jekyll.file_name(path)[0] else slug
