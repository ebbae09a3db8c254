"""The editors' tool without what other apps put there and nobody should edit."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class EditorsToolConfig(AdminConfig):
    def ready(self) -> None:
        super().ready()
        from dsfr.models import DsfrConfig
        from taggit.models import Tag

        # Settings that no page reads, and keywords other than the site's own.
        admin.site.unregister([DsfrConfig, Tag])
