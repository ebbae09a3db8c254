"""The look and the words that all pages of the editors' tool share."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from .searching import matching

# The parameter of a form's address that says which page of the tool led to it.
BACK = "_retour"


class LoginForm(AdminAuthenticationForm):
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "Identifiant ou mot de passe inconnu : vérifiez-les, puis réessayez.",
    }


admin.site.login_form = LoginForm
admin.site.site_header = admin.site.site_title = f"{settings.SITE_NAME} – rédaction"
admin.site.index_title = "Accueil de la rédaction"
# Django's side bar remembers its state in localStorage.
admin.site.enable_nav_sidebar = False


class TitledAdmin(admin.ModelAdmin):
    """An admin whose pages have titles in good French; Django's own begin with « Modification de ».

    What is searched is found whatever its case and accents.
    """

    list_title: str
    add_title: str
    change_title: str
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        titles = {"title": self.list_title, "add_title": self.add_title}
        return super().changelist_view(request, {**titles, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; an address that asks for what no database holds leads to the whole list.

        Django sees to it when it reads the parameters, not when it asks by them.
        """
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return matching(queryset, self.search_fields, search_term), False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        title = self.add_title if object_id is None else self.change_title
        return super().changeform_view(
            request, object_id, form_url, {"title": title, **(extra_context or {})}
        )

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """To the page of the tool that led here, if one did: the work goes on there."""
        back = request.GET.get(BACK, "")
        if back.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(back, None):
            return HttpResponseRedirect(back)
        return super().response_post_save_change(request, obj)


class ReadOnlyAdmin(TitledAdmin):
    """An admin of rows that something else writes: here they are read alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
