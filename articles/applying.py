"""A post applied to an article: its rows say what the post says, items matched by key, files kept.

Must not know where the post comes from: import, an old version and a merge all apply one.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import ForeignKey, Model

from .exporting import PLAIN_FIELDS, UNRESOLVED_TRANSLATION
from .media import FILES
from .models import (
    Article,
    Attachment,
    CarouselImage,
    OldAddress,
    Tag,
    TaggedArticle,
    VideoEmbed,
)
from .posts import Post
from .text import INVISIBLE, is_blank


def apply(post: Post, article: Article) -> None:
    """Make the article's rows say what the post says; items are matched by key, files kept.

    Call it in a transaction. Raises ValidationError or IntegrityError when the post breaks a rule
    of the models. An original that is not in yet is found by `link_translations`, once it is.
    """
    for name in PLAIN_FIELDS:
        setattr(article, name, getattr(post, name))
    article.extra = dict(post.extra)
    article.translation_of = None
    if post.translation_of:
        article.extra[UNRESOLVED_TRANSLATION] = f"/{post.translation_of.strip('/')}/"
    _link_translation(article)
    _save(article)
    OldAddress.objects.lead_to(article, post.old_addresses)
    _put_tags(article, post.tags)
    _put_items(
        article,
        CarouselImage,
        {
            each.key: {
                "address": each.address,
                "alt_text": each.alt.strip(INVISIBLE),
                "needs_alt": is_blank(each.alt),
                "caption": each.caption,
                "credit": each.credit,
            }
            for each in post.images
        },
    )
    _put_items(
        article,
        VideoEmbed,
        {
            each.key: {
                "provider": each.provider,
                "video_id": each.video_id,
                "host": each.host,
                "title": each.title,
                "caption": each.caption,
                "transcript": each.transcript,
                "poster_address": each.poster,
            }
            for each in post.videos
        },
    )
    documents = _put_items(
        article,
        Attachment,
        {
            each.key: {
                "address": each.address,
                "title": each.title,
                "language": each.language,
                "accessible_version_of": None,
            }
            for each in post.documents
        },
    )
    for each in post.documents:
        if each.accessible_version_of in documents:
            documents[each.key].accessible_version_of = documents[each.accessible_version_of]
            documents[each.key].save(update_fields=["accessible_version_of"])


def _put_tags(article: Article, names: tuple[str, ...]) -> None:
    tags = Tag.objects.named(names)
    if [item.tag_id for item in article.tagged_items.order_by("pk")] == [tag.pk for tag in tags]:
        return
    article.tagged_items.all().delete()
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for tag in tags)


def _put_items(article: Article, kind: type[Any], wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Make the rows of one kind those wanted, in that order; returns them by key."""
    rows: dict[str, Any] = {row.key: row for row in kind._default_manager.filter(article=article)}
    for position, (key, values) in enumerate(wanted.items(), start=1):
        row = rows.get(key) or kind(article=article, key=key)
        for address, file in FILES:
            if address in values and getattr(row, address) != values[address]:
                setattr(row, file, None)
        for name, value in values.items():
            setattr(row, name, value)
        row.position = position
        _save(row)
        rows[key] = row
    for key in rows.keys() - wanted.keys():
        rows.pop(key).delete()
    return rows


def _save(row: Model) -> None:
    foreign_keys = {field.name for field in row._meta.fields if isinstance(field, ForeignKey)}
    row.clean_fields(exclude=foreign_keys)
    row.save()


def link_translations() -> None:
    """Tie translations to originals that came in after them, or in an earlier run."""
    for article in Article.objects.filter(extra__has_key=UNRESOLVED_TRANSLATION):
        if _link_translation(article):
            article.save(update_fields=["translation_of", "extra"])


def _link_translation(article: Article) -> bool:
    """Name the original whose address the article keeps, if it is here and in another language."""
    original = Article.objects.at(article.extra.get(UNRESOLVED_TRANSLATION, "")).first()
    if original is None or original.language == article.language:
        return False
    article.translation_of = original
    del article.extra[UNRESOLVED_TRANSLATION]
    return True
