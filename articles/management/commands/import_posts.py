"""Read Markdown posts into articles: arguments, one call, report, exit code."""

import json
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, transaction
from tqdm import tqdm

from articles import sites
from articles.archive import CONFIG, MediaFolder, PostFile, SkippedFile, find_posts, site_folder
from articles.importing import Outcome, Result, absent_posts, import_files
from articles.media import Media
from articles.models import Section
from articles.posts import PostError
from articles.remarks import OUTCOMES, WARNINGS, counted
from articles.sites import NO_SITE, Site

SHOWN = 10
EVERY = 500
"""Posts between two lines of progress, where no terminal shows a bar."""


class Command(BaseCommand):
    help = "Importe des billets Markdown : fichiers, dossiers ou site Jekyll."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="CHEMIN", help="site, collection, dossier ou billet"
        )
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DOSSIER",
            help="où chercher les fichiers de /uploads et /assets (par défaut, le dossier du site Jekyll)",
        )
        parser.add_argument(
            "--section",
            default="actualites",
            help="dossier de la rubrique des billets dont rien ne dit la rubrique (actualites)",
        )
        parser.add_argument(
            "--theirs",
            action="store_true",
            help="les billets l’emportent sur ce qui a été modifié ou supprimé ici",
        )
        parser.add_argument("--dry-run", action="store_true", help="tout faire, sans rien enregistrer")
        parser.add_argument("--report", type=Path, metavar="FICHIER", help="compte rendu en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            section = Section.objects.filter(collection=options["section"]).first()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("La base n’est pas prête : lancez d’abord manage.py migrate.") from error
        if section is None:
            names = ", ".join(Section.objects.values_list("collection", flat=True))
            raise CommandError(f"--section : « {options['section']} » n’existe pas. Au choix : {names}.")
        roots = {path: site_folder(path) for path in options["paths"]}
        if len({root and root.resolve() for root in roots.values()}) > 1:
            raise CommandError("Ces chemins ne sont pas tous du même site : importez un site à la fois.")
        media = self.media(options["media"] or next(filter(None, roots.values()), None), options["dry_run"])
        self.try_report(options["report"])
        found = [file for path, root in roots.items() for file in self.files(path, root)]
        files = list({file.path.resolve(): file for file in found}.values())  # named twice, read once
        results = []
        with transaction.atomic() if options["dry_run"] else nullcontext():
            imported = import_files(files, section, media, theirs=options["theirs"])
            for result in tqdm(imported, total=len(files), unit=" billets", disable=None):
                results.append(result)
                with tqdm.external_write_mode():
                    self.tell(result)
                    self.tell_progress(len(results), len(files))
            if options["dry_run"]:
                transaction.set_rollback(True)
            absent = absent_posts(files) if any(roots.values()) else []
        self.sum_up(results, dry_run=options["dry_run"])
        self.tell_absent(absent)
        if options["report"]:
            self.write_report(options["report"], results)
        if any(result.outcome is Outcome.REFUSED for result in results):
            raise CommandError("Des billets ont été refusés : corrigez-les, puis importez à nouveau.")

    def media(self, folder: Path | None, dry_run: bool) -> Media | None:
        if folder is None:
            return None
        if not folder.is_dir():
            raise CommandError(f"--media : le dossier « {folder} » n’existe pas. Vérifiez le chemin.")
        return Media(MediaFolder(folder), keep=not dry_run)

    def try_report(self, path: Path | None) -> None:
        """Refuse a report that cannot be written before anything is imported."""
        if path is None:
            return
        try:
            path.open("a").close()
        except OSError as error:
            raise CommandError(
                f"--report : « {path} » ne peut pas être écrit ({error.strerror}). "
                "Vérifiez que son dossier existe et que vous pouvez y écrire."
            ) from error

    def tell_absent(self, paths: list[str]) -> None:
        if not paths:
            return
        shown = ", ".join(paths[:SHOWN]) + ("…" if len(paths) > SHOWN else "")
        still = "dont le billet n’est plus là"
        are = counted(len(paths), f"article reste, {still}", f"articles restent, {still}")
        self.stdout.write(f"{are} : {shown}")

    def write_report(self, path: Path, results: list[Result]) -> None:
        report = json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1)
        try:
            path.write_text(report + "\n", encoding="utf-8")
        except OSError as error:
            message = f"Les billets sont importés, mais « {path} » n’a pas pu être écrit ({error.strerror})."
            raise CommandError(message) from error

    def files(self, path: Path, root: Path | None) -> list[PostFile]:
        try:
            found = list(find_posts(path, self.site(root), root))
        except FileNotFoundError as error:
            raise CommandError(f"Rien à cet endroit : {path}. Vérifiez le chemin.") from error
        except OSError as error:
            raise CommandError(
                f"« {error.filename} » ne peut pas être lu ({error.strerror}). Vérifiez ses droits."
            ) from error
        for file in found:
            if isinstance(file, SkippedFile):
                self.stdout.write(f"sauté : {file.path} : {file.why}")
        return [file for file in found if isinstance(file, PostFile)]

    def site(self, root: Path | None) -> Site:
        if root is None:
            return NO_SITE
        config = root / CONFIG
        try:
            return sites.read(config.read_text(encoding="utf-8-sig"), str(config))
        except PostError as error:
            raise CommandError(str(error)) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{config} n’est pas en UTF-8 : enregistrez-le en UTF-8.") from error

    def tell(self, result: Result) -> None:
        if result.message and result.outcome is Outcome.REFUSED:
            self.stderr.write(self.style.ERROR(f"refusé : {result.message}"))
        elif result.message:
            self.stdout.write(f"{result.path} : {result.message}")
        if result.outcome is Outcome.UNCHANGED:
            return  # already said when the post came in; the summary counts what is still missing
        for warning in result.warnings:
            place = result.path if warning.line is None else f"{result.path}, ligne {warning.line}"
            self.stdout.write(f"à voir : {place} : {warning.message}")

    def tell_progress(self, done: int, total: int) -> None:
        if not sys.stderr.isatty() and done % EVERY == 0:
            self.stdout.write(f"{done} billets sur {total}")

    def sum_up(self, results: list[Result], dry_run: bool) -> None:
        outcomes: Counter[str] = Counter(result.outcome for result in results)
        counts = [
            counted(outcomes[outcome], *words)
            for outcome, words in OUTCOMES.items()
            if outcomes[outcome] or outcome in (Outcome.CREATED, Outcome.UPDATED)
        ]
        trial = " (essai : rien n’a été enregistré)" if dry_run else ""
        self.stdout.write(
            f"{counted(len(results), 'billet lu', 'billets lus')} : {', '.join(counts)}{trial}."
        )
        codes = Counter(warning.code for result in results for warning in result.warnings)
        for code, number in codes.most_common():
            self.stdout.write(f"  {number} × {WARNINGS.get(code, code)} ({code})")
