"""Rows to post: what an article says, as a `Post` and as text.

`dump` is the one serialisation of an article; it reads rows and knows no file, HTML or HTTP.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from . import jekyll
from .models import Article, Attachment, CarouselImage, OldAddress, Tag, VideoEmbed
from .posts import Post, PostDocument, PostImage, PostVideo

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
