"""Sections: few, and set up once."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

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

    @admin.display(description="articles", ordering="article_count")
    def article_count(self, section: Section) -> int:
        return section.article_count  # type: ignore[attr-defined]  # annotated above
