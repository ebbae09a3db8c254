"""Read Markdown posts into articles: arguments, one call, report, exit code."""

import json
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from tqdm import tqdm

from articles.archive import MediaFolder, find_posts
from articles.importing import Media, Outcome, Result, import_files
from articles.models import Section

LABELS = {
    Outcome.CREATED: "créés",
    Outcome.UPDATED: "mis à jour",
    Outcome.COMPLETED: "complétés de leurs fichiers",
    Outcome.UNCHANGED: "inchangés",
    Outcome.EDITED: "modifiés ici, laissés tels quels",
    Outcome.DELETED: "supprimés ici, laissés ainsi",
    Outcome.REFUSED: "refusés",
}


class Command(BaseCommand):
    help = "Importe des billets Markdown : fichiers, dossiers ou site Jekyll."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="CHEMIN")
        parser.add_argument(
            "--media", type=Path, metavar="DOSSIER", help="où chercher les fichiers de /uploads et /assets"
        )
        parser.add_argument(
            "--section",
            default="actualites",
            help="dossier de la rubrique des billets dont rien ne dit la rubrique (actualites)",
        )
        parser.add_argument("--dry-run", action="store_true", help="tout faire, sans rien enregistrer")
        parser.add_argument("--report", type=Path, metavar="FICHIER", help="compte rendu en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        section = Section.objects.filter(collection=options["section"]).first()
        if section is None:
            names = ", ".join(Section.objects.values_list("collection", flat=True))
            raise CommandError(f"--section : « {options['section']} » n’existe pas. Au choix : {names}.")
        media = self.media(options["media"], keep=not options["dry_run"])
        try:
            files = [file for path in options["paths"] for file in find_posts(path)]
        except FileNotFoundError as error:
            raise CommandError(f"Rien à cette adresse : {error}. Vérifiez le chemin.") from error
        results = []
        with transaction.atomic() if options["dry_run"] else nullcontext():
            for result in import_files(tqdm(files, unit=" billets", disable=None), section, media):
                results.append(result)
                self.tell(result)
            if options["dry_run"]:
                transaction.set_rollback(True)
        self.sum_up(results, dry_run=options["dry_run"])
        if options["report"]:
            options["report"].write_text(
                json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1) + "\n"
            )
        if any(result.outcome is Outcome.REFUSED for result in results):
            raise CommandError("Des billets ont été refusés : corrigez-les, puis importez à nouveau.")

    def media(self, folder: Path | None, keep: bool) -> Media | None:
        if folder is None:
            return None
        if not folder.is_dir():
            raise CommandError(f"--media : le dossier « {folder} » n’existe pas. Vérifiez le chemin.")
        return Media(MediaFolder(folder), keep)

    def tell(self, result: Result) -> None:
        if result.message and result.outcome is Outcome.REFUSED:
            self.stderr.write(self.style.ERROR(f"refusé : {result.message}"))
        elif result.message:
            self.stdout.write(f"{result.path} : {result.message}")
        for warning in result.warnings:
            place = result.path if warning.line is None else f"{result.path}, ligne {warning.line}"
            self.stdout.write(f"à voir : {place} : {warning.message}")

    def sum_up(self, results: list[Result], dry_run: bool) -> None:
        outcomes = Counter(result.outcome for result in results)
        counts = [
            f"{outcomes[outcome]} {label}"
            for outcome, label in LABELS.items()
            if outcomes[outcome] or outcome in (Outcome.CREATED, Outcome.UPDATED)
        ]
        trial = " (essai : rien n’a été enregistré)" if dry_run else ""
        self.stdout.write(f"{len(results)} billets lus : {', '.join(counts)}{trial}.")
        codes = Counter(warning.code for result in results for warning in result.warnings)
        for code, number in codes.most_common():
            self.stdout.write(f"  {number} × {code}")
