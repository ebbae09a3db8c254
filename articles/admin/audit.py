"""Who did what: all versions of all articles, filtered and searched; and the pages about one article."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime

from articles.models import Act, Article, Version
from articles.versions import name_of

from . import erasing, history, undoing
from .keys import key_in
from .site import ReadOnlyAdmin

MAX_SHOWN = 200
"""Characters of a note that the list shows."""

THE_SITE = "site"
NAMED = "nom:"
"""What a name that versions keep begins with, where its account is gone."""


class PersonFilter(admin.SimpleListFilter):
    """Who did it: those who did anything, also once their account is gone, and the site itself."""

    title = "personne"
    parameter_name = "personne"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        authors = Version.objects.order_by().values("author")
        user_model: Any = get_user_model()
        accounts = user_model._default_manager.filter(pk__in=authors).order_by()
        gone = Version.objects.filter(author=None).exclude(author_name="").order_by()
        # One query: the page pays for it each time.
        people = accounts.values_list("pk", "username", "first_name", "last_name").union(
            gone.values_list(Value(None, IntegerField()), "author_name", Value(""), Value(""))
        )
        choices = [
            (str(pk), name_of(user_model(username=name, first_name=first, last_name=last)))
            if pk
            else (f"{NAMED}{name}", f"{name} (compte supprimé)")
            for pk, name, first, last in people
        ]
        return [*sorted(choices, key=itemgetter(1)), (THE_SITE, "Le site lui-même")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Version]) -> QuerySet[Version]:
        chosen: Any = self.value()
        if chosen == THE_SITE:
            return queryset.filter(author=None, author_name="")
        if chosen and chosen.startswith(NAMED):
            return queryset.filter(author=None, author_name=chosen.removeprefix(NAMED))
        author = key_in(chosen or "")
        return queryset.filter(author=author) if author else queryset


class ArticleFilter(admin.SimpleListFilter):
    """One article, which its history leads here for."""

    title = "article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        try:
            uuid = UUID(self.used_parameters.get(self.parameter_name, ""))
        except ValueError:
            return []
        titles = Version.objects.of(uuid).exclude(title="").values_list("title", flat=True)
        return [(str(uuid), titles.first() or "Article supprimé")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Version]:
        found: QuerySet[Version] = queryset.of(UUID(self.value())) if self.value() else queryset
        return found


class ActFilter(admin.SimpleListFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(act.value, capfirst(str(act.label))) for act in Act]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Version]) -> QuerySet[Version]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    list_title = "Historique : qui a fait quoi"
    add_title = change_title = ""
    list_display = ["created", "who", "did", "article", "states", "why"]
    list_display_links = None
    list_filter = [ArticleFilter, PersonFilter, ActFilter]
    list_per_page = 100
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    search_fields = ["title", "address"]
    search_help_text = (
        "Dans le titre et l’adresse des articles. Ni les accents ni les majuscules ne comptent."
    )
    show_full_result_count = False
    actions = None
    view_on_site = False

    class Media:
        css = {"all": ["articles/admin/history.css"]}

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).defer("dump", "files")

    @admin.display(description="quand", ordering="created_at")
    def created(self, version: Version) -> str:
        return date_format(localtime(version.created_at), "d/m/Y H:i")

    @admin.display(description="qui")
    def who(self, version: Version) -> str:
        return version.author_name or "Le site"

    @admin.display(description="action")
    def did(self, version: Version) -> str:
        return capfirst(version.deed)

    @admin.display(description="article")
    def article(self, version: Version) -> SafeString:
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> : historique</span></a>'
            ' <span class="place">{}</span>',
            history.address(version.beside_uuid or version.article_uuid),
            version.title or "Contenu effacé",
            f"version {version.number}{' d’une nouvelle version préparée' if version.beside_uuid else ''}",
        )

    @admin.display(description="états")
    def states(self, version: Version) -> str:
        return render_to_string("admin/articles/version/_states.html", {"version": version})

    @admin.display(description="notes", empty_value="")
    def why(self, version: Version) -> SafeString:
        """What was said of it, to colleagues and to readers; the whole text is in the history."""
        said = [version.note, f"Note publique : {version.public_note}" if version.public_note else ""]
        notes = ((Truncator(note).chars(MAX_SHOWN),) for note in said if note)
        return format_html_join("", "<p>{}</p>", notes)

    # The pages about one article, for whoever may read it

    def get_urls(self) -> list[URLPattern]:
        (changelist,) = (each for each in super().get_urls() if each.name == "articles_version_changelist")
        return [
            changelist,
            path("corbeille/", self.page(undoing.deletions), name="articles_version_bin"),
            path("article/<uuid:uuid>/", self.page(history.history), name="articles_version_history"),
            path(
                "article/<uuid:uuid>/comparer/",
                self.page(history.comparison),
                name="articles_version_comparison",
            ),
            path("article/<uuid:uuid>/effacer/", self.page(erasing.erase), name="articles_version_erase"),
            path("<int:pk>/", self.page(history.version), name="articles_version_version"),
            path("<int:pk>/revenir/", self.page(undoing.restore), name="articles_version_restore"),
            path("<int:pk>/fichiers/<path:name>", self.page(history.file), name="articles_version_file"),
        ]

    def page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """A view of the tool for those who may read articles, with the context that all pages have."""

        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if not self.admin_site.get_model_admin(Article).has_view_or_change_permission(request):
                raise PermissionDenied
            return view(request, {**self.admin_site.each_context(request), "opts": self.opts}, **kwargs)

        guarded_view: Callable[..., HttpResponseBase] = self.admin_site.admin_view(guarded)
        return guarded_view
