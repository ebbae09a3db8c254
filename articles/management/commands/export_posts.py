"""Write all articles as Markdown posts, with their files: one argument, two calls, a summary."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles import leaving
from articles.exporting import How
from articles.models import Article
from articles.remarks import counted

LABELS = {
    How.AS_IT_CAME: ("tel qu’il est venu", "tels qu’ils sont venus"),
    How.PATCHED: ("avec des lignes changées", "avec des lignes changées"),
    How.OURS: ("dans notre dialecte", "dans notre dialecte"),
}


class Command(BaseCommand):
    help = "Exporte tous les articles, publics ou non, en billets Markdown, avec leurs fichiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER", help="un dossier absent ou vide")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = leaving.Folder(options["folder"])
            articles = Article.objects.filter(replaces=None).count()
            posts = Counter(tqdm(leaving.posts(folder), total=articles, unit=" billets", disable=None))
            written = warned = 0
            for file in tqdm(leaving.files(folder), unit=" fichiers", disable=None):
                written += file.is_written
                warned += file.warning != ""
                if file.warning:
                    with tqdm.external_write_mode():
                        self.stdout.write(f"à voir : {file.warning}")
        except leaving.FolderError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(counted(posts.total(), "billet écrit", "billets écrits"))
        for how, words in LABELS.items():
            self.stdout.write(f"  {counted(posts[how], *words)}")
        self.stdout.write(counted(written, "fichier écrit", "fichiers écrits"))
        self.stdout.write(counted(warned, "avertissement", "avertissements"))
        if beside := Article.objects.exclude(replaces=None).count():
            words = (
                "nouvelle version en préparation reste ici",
                "nouvelles versions en préparation restent ici",
            )
            self.stdout.write(counted(beside, *words))
