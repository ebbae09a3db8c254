"""Write the safe HTML of Markdown posts or bodies: what their pages would show, to compare or to read."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles import jekyll
from articles.archive import POST_SUFFIXES
from articles.posts import PostError
from articles.rendering import render


class Command(BaseCommand):
    help = "Écrit le HTML assaini du texte de billets Markdown, un fichier .html par billet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="FICHIER|DOSSIER")
        parser.add_argument("--out", type=Path, required=True, metavar="DOSSIER", help="où écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        files = [file for path in options["paths"] for file in self.files(path)]
        written: dict[str, Path] = {}
        refused = 0
        try:
            out.mkdir(parents=True, exist_ok=True)
            for file in tqdm(files, unit=" billets", disable=None):
                name = f"{file.stem}.html"
                if (other := written.setdefault(name, file)) != file:
                    raise CommandError(
                        f"{file} et {other} donneraient le même {name} : renommez l’un des deux."
                    )
                try:
                    html = render(jekyll.markdown(file.read_bytes(), str(file)))
                except PostError as error:
                    refused += 1
                    self.stderr.write(self.style.ERROR(f"refusé : {error}"))
                else:
                    (out / name).write_text(html, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"« {error.filename} » : {error.strerror}. Vérifiez le chemin et ses droits."
            ) from error
        self.stdout.write(f"HTML écrit dans {out} : {len(files) - refused} sur {len(files)}.")
        if refused:
            raise CommandError("Des billets ont été refusés : corrigez-les, puis recommencez.")

    def files(self, path: Path) -> list[Path]:
        if path.is_file():
            return [path]
        if path.is_dir():
            return sorted(
                file for file in path.rglob("*") if file.suffix.lower() in POST_SUFFIXES and file.is_file()
            )
        raise CommandError(f"Rien à cet endroit : {path}. Vérifiez le chemin.")
