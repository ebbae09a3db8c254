"""The filters of the list of articles."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article, Status, Tag

from . import gaps
from .keys import key_in

TAGS_SHOWN = 20


class StateFilter(admin.SimpleListFilter):
    """The stored states, and those that follow from the times (`Article.state`)."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return (
            ("draft", "Brouillon"),
            ("in_review", "En relecture"),
            ("scheduled", "Programmé"),
            ("published", "Publié"),
            ("ended", "Terminé"),
            ("withdrawn", "Retiré"),
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        now = timezone.now()
        published = Q(status=Status.PUBLISHED)
        scheduled = Q(published_at__gt=now)
        conditions = {
            "scheduled": published & scheduled,
            "published": published & Q(pk__in=Article.objects.online(now)),
            "ended": published & ~scheduled & Q(ends_at__lte=now),
        }
        chosen = self.value()
        if chosen is None:
            return queryset
        return queryset.filter(conditions.get(chosen, Q(status=chosen)))


class GapFilter(admin.SimpleListFilter):
    title = "ce qui manque"
    parameter_name = "manque"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return (("alternative", "Texte alternatif à écrire"), ("fichier", "Fichier manquant"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() == "alternative":
            return queryset.filter(gaps.needs_alt())
        if self.value() == "fichier":
            return queryset.filter(gaps.lacks_file())
        return queryset


class PinnedFilter(admin.BooleanFieldListFilter):
    """That of Django under a noun: the field's name is an adjective."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "épinglage"


class TagFilter(admin.SimpleListFilter):
    """The tags most in use, and the one chosen from the list of tags."""

    title = "mot-clé"
    parameter_name = "mot-cle"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        used = Tag.objects.annotate(uses=Count("tagged_items")).filter(uses__gt=0).order_by("-uses", "folded")
        found = [(str(tag.pk), tag.name) for tag in used[:TAGS_SHOWN]]
        chosen = key_in(self.used_parameters.get(self.parameter_name, ""))
        if chosen and str(chosen) not in dict(found):
            found += [(str(tag.pk), tag.name) for tag in Tag.objects.filter(pk=chosen)]
        return found

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        chosen = key_in(self.value() or "")
        return queryset.filter(tagged_items__tag=chosen) if chosen else queryset
