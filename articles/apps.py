from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Annonces"

    def ready(self) -> None:
        from . import checks  # noqa: F401  # registers the checks

        post_migrate.connect(complete, sender=self)


def complete(app_config: AppConfig, **kwargs: Any) -> None:
    """Make what a database holds beside its tables: the groups, and a history for each article."""
    from django.contrib.auth.management import create_permissions

    from . import roles, versions
    from .models import Article

    if _columns(kwargs.get("apps", apps)) != _columns(apps):
        return  # migrated to an older state: today's code cannot read it
    create_permissions(app_config, verbosity=0)
    roles.make_groups()
    versions.begin(Article.objects.all())


def _columns(state: Any) -> set[tuple[str, str]]:
    models = (model for model in state.get_models() if model._meta.app_label == "articles")
    return {(model._meta.model_name, field.column) for model in models for field in model._meta.fields}
