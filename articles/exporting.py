"""Rows to post: what an article says, as a `Post` and as text.

`dump` is the one serialisation of an article; it reads rows and knows no file, HTML or HTTP.
"""

from urllib.parse import unquote

from . import jekyll
from .models import Article, Attachment
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
    extra = dict(article.extra)
    original = article.translation_of
    unresolved = extra.pop(UNRESOLVED_TRANSLATION, "")
    return Post(
        **{name: getattr(article, name) for name in PLAIN_FIELDS},
        translation_of=unquote(original.get_absolute_url()) if original else unresolved,
        old_addresses=tuple(old.address for old in article.old_addresses.all()),
        tags=tuple(tag.name for tag in article.tags.all()),
        images=tuple(
            PostImage(each.key, each.address, each.alt_text, each.caption, each.credit)
            for each in article.carousel_images.all()
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
            for each in article.video_embeds.all()
        ),
        documents=tuple(
            PostDocument(
                key=each.key,
                address=each.address,
                title=each.title,
                language=each.language,
                accessible_version_of=_key_of(each.accessible_version_of),
            )
            for each in article.attachments.select_related("accessible_version_of")
        ),
        extra=extra,
    )


def _key_of(attachment: Attachment | None) -> str:
    return "" if attachment is None else attachment.key
