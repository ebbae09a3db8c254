"""Say what was altered behind the application's back, the first thing found."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.verifying import AlteredError, verify


class Command(BaseCommand):
    help = "Vérifie que rien n’a été modifié en dehors de l’application : historique, articles, fichiers."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = verify()
        except AlteredError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Rien n’a été modifié en dehors de l’application : articles {found.articles}, "
            f"versions {found.versions}, fichiers {found.files}."
        )
