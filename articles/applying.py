"""A post applied to an article: its rows say what the post says, items matched by key, files kept.

Must not know where the post comes from: import, an old version and a merge all apply one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ForeignKey, Model

from .exporting import PLAIN_FIELDS, UNRESOLVED_TRANSLATION, post_from
from .media import FILES
from .models import (
    Article,
    Attachment,
    CarouselImage,
    OldAddress,
    SearchEntry,
    Tag,
    TaggedArticle,
    VideoEmbed,
)
from .posts import Post, PostDocument, PostImage, PostVideo
from .text import INVISIBLE, is_blank

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an article says once a post is applied to it, and the rows of its items, in order."""

    post: Post
    items: tuple[CarouselImage | VideoEmbed | Attachment, ...]


def apply(post: Post, article: Article) -> Applied:
    """Make the article's rows say what the post says; items are matched by key, files kept.

    What it returns is what `exporting.post_of` would read from the rows. Call it in a transaction.
    Raises ValidationError or IntegrityError when the post breaks a rule of the models. An original
    that is not in yet is found by `link_translations`, once it is.
    """
    with SearchEntry.objects.put_once():
        return _apply(post, article)


def _apply(post: Post, article: Article) -> Applied:
    is_new = article.pk is None
    language = article.language
    for name in PLAIN_FIELDS:
        setattr(article, name, getattr(post, name))
    article.changes = [{"on": each.on.isoformat(), "note": each.note} for each in post.changes]
    article.extra = dict(post.extra)
    article.translation_of = None
    if post.translation_of:
        article.extra[UNRESOLVED_TRANSLATION] = f"/{post.translation_of.strip('/')}/"
        _link_translation(article)
    if not is_new and article.language != language:
        article.original_by(article.translation_of)  # its own translations may have that language
    _save(article)
    OldAddress.objects.lead_to(article, post.old_addresses)
    images = _put_items(article, is_new, CarouselImage, {each.key: _image(each) for each in post.images})
    videos = _put_items(article, is_new, VideoEmbed, {each.key: _video(each) for each in post.videos})
    documents = _put_items(article, is_new, Attachment, {each.key: _file(each) for each in post.documents})
    for each in post.documents:
        if each.accessible_version_of in documents:
            documents[each.key].accessible_version_of = documents[each.accessible_version_of]
            documents[each.key].save(update_fields=["accessible_version_of"])
    said = post_from(
        article,
        tags=_put_tags(article, is_new, post.tags),
        images=images.values(),
        videos=videos.values(),
        documents=documents.values(),
        old_addresses=() if is_new and not post.old_addresses else article.old_addresses.all(),
    )
    return Applied(said, (*images.values(), *documents.values(), *videos.values()))


def _image(image: PostImage) -> Values:
    return {
        "address": image.address,
        "alt_text": image.alt.strip(INVISIBLE),
        "needs_alt": is_blank(image.alt),
        "caption": image.caption,
        "credit": image.credit,
    }


def _video(video: PostVideo) -> Values:
    return {
        "provider": video.provider,
        "video_id": video.video_id,
        "host": video.host,
        "title": video.title,
        "caption": video.caption,
        "transcript": video.transcript,
        "poster_address": video.poster,
    }


def _file(document: PostDocument) -> Values:
    return {
        "address": document.address,
        "title": document.title,
        "language": document.language,
        "accessible_version_of": None,
    }


def _put_tags(article: Article, is_new: bool, names: tuple[str, ...]) -> list[Tag]:
    tags = Tag.objects.named(names) if names else []
    tagged = article.tagged_items.order_by("pk")
    if not is_new and [item.tag_id for item in tagged] != [tag.pk for tag in tags]:
        article.tagged_items.all().delete()
        is_new = True
    if is_new:
        TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for tag in tags)
        SearchEntry.objects.put([article.pk])
    return tags


def _put_items(
    article: Article, is_new: bool, kind: type[Any], wanted: Mapping[str, Values]
) -> dict[str, Any]:
    """Make the rows of one kind those wanted; returns them by key, in that order."""
    known = {} if is_new else {row.key: row for row in kind._default_manager.filter(article=article)}
    rows: dict[str, Any] = {}
    for position, (key, values) in enumerate(wanted.items(), start=1):
        row = known.pop(key, None) or kind(article=article, key=key)
        for address, file in FILES:
            if address in values and getattr(row, address) != values[address]:
                setattr(row, file, None)
        for name, value in values.items():
            setattr(row, name, value)
        row.position = position
        _save(row)
        rows[key] = row
    for row in known.values():
        row.delete()
    return rows


def _save(row: Model) -> None:
    foreign_keys = {field.name for field in row._meta.fields if isinstance(field, ForeignKey)}
    row.clean_fields(exclude=foreign_keys)
    row.save()


def link_translations() -> None:
    """Tie translations to originals that came in after them, or in an earlier run."""
    waiting = Article.objects.filter(extra__has_key=UNRESOLVED_TRANSLATION, translation_of=None)
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            article = Article.objects.select_for_update().filter(pk=pk).first()
            if article is not None and _link_translation(article):
                article.save(update_fields=["translation_of", "extra"])


def _link_translation(article: Article) -> bool:
    """Name the original whose address the article keeps, if it is here and may be its original."""
    named = Article.objects.known_at(article.extra[UNRESOLVED_TRANSLATION])
    if named is None:
        return False
    try:
        article.translation_of = article.original_by(named)
    except ValidationError:  # `reporting.about_original` says why
        return False
    del article.extra[UNRESOLVED_TRANSLATION]
    return True
