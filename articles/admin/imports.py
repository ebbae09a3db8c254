"""Where imported articles came from, and what somebody should look at: to read, not to write."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import ImportedPost

from .site import TitledAdmin


class RemarksFilter(admin.SimpleListFilter):
    title = "remarques"
    parameter_name = "remarques"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("oui", "Avec remarques"), ("non", "Sans remarque")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportedPost]) -> QuerySet[ImportedPost]:
        if self.value() == "oui":
            return queryset.filter(remarks__isnull=False).distinct()
        if self.value() == "non":
            return queryset.filter(remarks__isnull=True)
        return queryset


@admin.register(ImportedPost)
class ImportedPostAdmin(TitledAdmin):
    list_title = "Billets importés"
    add_title = ""
    change_title = "Billet importé"
    list_display = ["name", "article_link", "remark_count", "imported_at"]
    list_filter = [RemarksFilter]
    list_per_page = 100
    search_fields = ["name"]
    fields = ("name", "article_link", "imported_at", "remarks", "source")
    readonly_fields = fields
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportedPost]:
        posts = super().get_queryset(request).select_related("article").defer("dump")
        return posts.annotate(remark_total=Count("remarks"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="article", ordering="article__title")
    def article_link(self, post: ImportedPost) -> SafeString | str:
        if post.article is None:
            return "supprimé depuis"
        address = reverse("admin:articles_article_change", args=[post.article_id])
        return format_html('<a href="{}">{}</a>', address, post.article)

    @admin.display(description="remarques")
    def remark_count(self, post: ImportedPost) -> int:
        return int(post.remark_total)  # type: ignore[attr-defined]

    @admin.display(description="remarques")
    def remarks(self, post: ImportedPost) -> SafeString | str:
        lines = [(f"Ligne {each.line} : " if each.line else "", each.message) for each in post.remarks.all()]
        if not lines:
            return "aucune"
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}{}</li>", lines))

    @admin.display(description="texte du billet")
    def source(self, post: ImportedPost) -> SafeString:
        return format_html('<pre class="post-source">{}</pre>', post.text)
