"""The settings of the site: one form, for who may change it."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles.models import SiteSettings
from articles.models.site_settings import THE_ROW

from .fields import LinesInput, MomentField, MomentInput
from .site import TitledAdmin


@admin.register(SiteSettings)
class SiteSettingsAdmin(TitledAdmin):
    list_title = add_title = ""
    change_title = "Réglages du site"
    readonly_fields = ["banner_now"]
    formfield_overrides = {
        models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
        models.TextField: {"widget": LinesInput({"rows": 3})},
    }
    fieldsets = [
        (
            "Bandeau d’urgence",
            {
                "description": (
                    "En haut de toutes les pages publiques. Réservez-le à ce qui est grave et passager : "
                    "une crue, un attentat, une panne des services."
                ),
                "fields": [
                    "banner_now",
                    "banner_level",
                    "banner_title",
                    "banner_text",
                    "banner_link_label",
                    "banner_link_address",
                    "banner_ends_at",
                ],
            },
        ),
        ("Accessibilité", {"fields": ["accessibility_state"]}),
    ]

    @admin.display(description="en ce moment")
    def banner_now(self, form: SiteSettings) -> str:
        """What pages show, whatever a form that is refused says."""
        site = SiteSettings.objects.filter(pk=form.pk).first() or SiteSettings()
        if not site.has_banner():
            return "Terminé : plus aucune page ne le montre." if site.banner_level else "Aucun bandeau."
        if site.banner_ends_at is None:
            return "Montré sur toutes les pages."
        end = date_format(localtime(site.banner_ends_at), "d/m/Y à H:i")
        return f"Montré sur toutes les pages, jusqu’au {end}."

    def view_on_site(self, site: SiteSettings) -> str:
        return reverse("home")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The one row, which need not be saved yet."""
        return SiteSettings.current() if object_id == str(THE_ROW) else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_sitesettings_change", args=[THE_ROW]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        # Saving leads back here: there is no list to go to.
        shown = {"show_save_and_continue": False, "subtitle": None, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, shown)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
