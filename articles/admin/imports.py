"""Where imported articles came from: the posts as they came, to read, not to write."""

from typing import Any
from urllib.parse import unquote

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import ImportedPost

from .remarks import follow_up, said_and_where
from .site import ReadOnlyAdmin


class RemarksFilter(admin.SimpleListFilter):
    title = "remarques"
    parameter_name = "remarques"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("attente", "Avec remarques à traiter"), ("oui", "Avec remarques"), ("non", "Sans remarque")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportedPost]) -> QuerySet[ImportedPost]:
        conditions = {
            "attente": Q(remarks_waiting__gt=0),
            "oui": Q(remark_total__gt=0),
            "non": Q(remark_total=0),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(ImportedPost)
class ImportedPostAdmin(ReadOnlyAdmin):
    list_title = "Billets importés"
    add_title = ""
    change_title = "Billet importé"
    list_display = ["name", "article_link", "remark_count", "imported_at"]
    list_filter = [RemarksFilter]
    list_per_page = 100
    search_fields = ["name"]
    fields = ("path", "article_link", "page", "address", "twin", "imported_at", "remarks", "source")
    readonly_fields = fields
    view_on_site = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        has_twin = obj is not None and (obj.twin_of is not None or obj.twins.exists())
        return [name for name in self.fields if name != "twin" or has_twin]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportedPost]:
        posts = super().get_queryset(request).select_related("article", "twin_of__article")
        return posts.defer("dump", "twin_of__dump", "twin_of__text").annotate(
            remark_total=Count("remarks"), remarks_waiting=Count("remarks", filter=Q(remarks__is_done=False))
        )

    @admin.display(description="article", ordering="article__title")
    def article_link(self, post: ImportedPost) -> SafeString | str:
        article = post.answering_article
        if article is None:
            return "supprimé depuis"
        address = reverse("admin:articles_article_change", args=[article.pk])
        twin = format_html(" (le même article que {})", post_link(post.twin_of)) if post.twin_of else ""
        return format_html('<a href="{}">{}</a>{}', address, article, twin)

    @admin.display(description="page publique")
    def page(self, post: ImportedPost) -> SafeString | str:
        article = post.answering_article
        if article is None or not article.is_online():
            return "aucune : l’article n’est pas en ligne"
        address = article.get_absolute_url()
        return format_html('<a href="{}">{}</a>', address, unquote(address))

    @admin.display(description="jumeaux")
    def twin(self, post: ImportedPost) -> SafeString:
        """Which post says the same: the one that has the article, or those that this one answers for."""
        if post.twin_of is not None:
            return format_html("Ce billet dit la même chose que {}.", post_link(post.twin_of))
        twins = format_html_join("", "<li>{}</li>", ((post_link(each),) for each in post.twins.all()))
        return format_html("Ces billets disent la même chose :<ul>{}</ul>", twins)

    @admin.display(description="remarques à traiter", ordering="remarks_waiting")
    def remark_count(self, post: Any) -> str:
        return f"{post.remarks_waiting} sur {post.remark_total}" if post.remark_total else "aucune"

    @admin.display(description="remarques")
    def remarks(self, post: ImportedPost) -> SafeString | str:
        lines = [
            (f"Ligne {each.line} : " if each.line else "", said_and_where(each)[0], follow_up(each))
            for each in post.remarks.select_related("done_by")
        ]
        if not lines:
            return "aucune"
        items = format_html_join("", '<li>{}{} <span class="place">{}</span></li>', lines)
        return format_html("<ul>{}</ul>", items)

    @admin.display(description="texte du billet")
    def source(self, post: ImportedPost) -> SafeString | str:
        if post.is_erased:
            return "Effacé, avec ses remarques : l’historique de l’article dit par qui et pourquoi."
        return format_html('<pre class="post-source">{}</pre>', post.text)


def post_link(post: ImportedPost) -> SafeString:
    address = reverse("admin:articles_importedpost_change", args=[post.pk])
    return format_html('<a href="{}">{}</a>', address, post)
