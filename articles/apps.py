from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Annonces"

    def ready(self) -> None:
        from . import checks  # noqa: F401  # registers the checks
