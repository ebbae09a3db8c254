"""The first texts of the pages that the law asks for: one call, and what became of each page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from articles import first_pages
from articles.models import Section


class Command(BaseCommand):
    help = "Publie les pages que la loi demande, là où leur adresse est libre ; ne touche à aucune autre."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pages = list(first_pages.create())
        except Section.DoesNotExist as error:
            raise CommandError(
                "Il manque la rubrique des pages du site, de genre « pages du site » et sans préfixe : "
                "ajoutez-la dans l’administration, puis recommencez."
            ) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("La base n’est pas prête : lancez d’abord manage.py migrate.") from error
        for page in pages:
            if page.is_new:
                self.stdout.write(f"{page.address} : publiée, avec des blancs à compléter.")
        kept = [page.address for page in pages if not page.is_new]
        if kept:
            self.stdout.write(f"Pages déjà là, laissées telles quelles : {', '.join(kept)}.")
