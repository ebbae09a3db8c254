"""Sections: few, and set up once."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from articles import gone
from articles.models import Section

from .site import TitledAdmin


@admin.register(Section)
class SectionAdmin(TitledAdmin):
    list_title = "Rubriques"
    add_title = "Ajouter une rubrique"
    change_title = "Modifier la rubrique"
    list_display = ["title", "kind", "prefix", "article_count", "position"]
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return super().get_queryset(request).annotate(article_count=Count("articles"))

    def get_readonly_fields(self, request: HttpRequest, obj: Section | None = None) -> list[str]:
        return ["collection"] if obj is not None else []

    def delete_model(self, request: HttpRequest, obj: Section) -> None:
        gone.say_sections_gone([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Section]) -> None:
        gone.say_sections_gone(queryset)
        super().delete_queryset(request, queryset)

    @admin.display(description="articles", ordering="article_count")
    def article_count(self, section: Section) -> int:
        return section.article_count  # type: ignore[attr-defined]  # annotated above
