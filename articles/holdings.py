"""All that belongs to an article, or to each of many, in one query: items with their files, and tags.

A row travels as JSON, so that tables of different shapes make one union. Instances come out; what no
page shows (sources, dates of storage) is deferred.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, JSONField, Model, QuerySet, Value
from django.db.models.functions import JSONObject

from .models import Article, Attachment, BodyImage, CarouselImage, StoredFile, Tag, VideoEmbed

_NOT_SHOWN = {"created_at", "transcript"}
_FILES = {"file", "poster"}
"""The fields that lead to a stored file."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an article has, each kind in its own order."""

    carousel_images: tuple[CarouselImage, ...]
    body_images: tuple[BodyImage, ...]
    video_embeds: tuple[VideoEmbed, ...]
    attachments: tuple[Attachment, ...]
    tags: tuple[Tag, ...]


def held_by(articles: Sequence[Article]) -> list[Holdings]:
    """What each article has, in the order of the articles."""
    arms = [
        _arm(CarouselImage.objects.filter(article__in=articles), "article", "position"),
        _arm(BodyImage.objects.filter(article__in=articles), "article", "pk"),
        _arm(VideoEmbed.objects.filter(article__in=articles), "article", "position"),
        _arm(Attachment.objects.filter(article__in=articles), "article", "position"),
        _arm(
            Tag.objects.filter(tagged_items__content_object__in=articles),
            "tagged_items__content_object",
            "tagged_items__pk",
        ),
    ]
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for holder, kind, _rank, _pk, row in arms[0].union(*arms[1:], all=True).order_by("rank", "pk"):
        found[holder, kind].append(row)
    return [_holdings(article, found) for article in articles]


def _holdings(article: Article, found: Mapping[tuple[int, str], list[dict[str, Any]]]) -> Holdings:
    def made(kind: type[Model]) -> tuple[Any, ...]:
        return tuple(_instance(kind, row) for row in found.get((article.pk, kind.__name__), ()))

    attachments: tuple[Attachment, ...] = made(Attachment)
    originals: dict[int | None, Attachment] = {each.pk: each for each in attachments}
    for each in attachments:
        each.accessible_version_of = originals.get(each.accessible_version_of_id)
    return Holdings(made(CarouselImage), made(BodyImage), made(VideoEmbed), attachments, made(Tag))


def _arm(rows: QuerySet[Any], holder: str, rank: str) -> QuerySet[Any, Any]:
    """The (holder, kind, rank, pk, row) of each row; `rank` names what orders them, and `pk` what is left."""
    kind = rows.model
    parts: dict[str, Any] = {**_columns(kind)}
    for relation in _FILES & {field.name for field in kind._meta.fields}:
        parts[relation] = JSONObject(**_columns(StoredFile, f"{relation}__"))
    annotated = rows.order_by().annotate(
        holder=F(holder), kind=Value(kind.__name__), rank=F(rank), row=JSONObject(**parts)
    )
    arm: QuerySet[Any, Any] = annotated.values_list("holder", "kind", "rank", "pk", "row")
    return arm


def _columns(model: type[Model], path: str = "") -> dict[str, F]:
    fields = [field for field in model._meta.concrete_fields if field.name not in _NOT_SHOWN]
    return {field.attname: F(path + field.attname) for field in fields}


def _instance(model: type[Model], row: dict[str, Any]) -> Any:
    # `from_db` wants the values in the order of the fields; PostgreSQL sorts the keys of an object.
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    values = [_value(field, row[field.attname]) for field in fields]
    instance = model.from_db(None, [field.attname for field in fields], values)
    for relation in _FILES & row.keys():
        if row[relation]["id"]:
            setattr(instance, relation, _instance(StoredFile, row[relation]))
    return instance


def _value(field: Any, value: Any) -> Any:
    # SQLite gives numbers for booleans, and a string for what is JSON in its column.
    if isinstance(field, JSONField) and isinstance(value, str):
        return json.loads(value)
    return field.to_python(value)
