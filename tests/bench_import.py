"""Measure an import and an export of many posts, media aside: posts a second, and the most memory used.

Run by `make bench`, each command in a process of its own, start included, as an operator runs it.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

POSTS = int(os.environ.get("BENCH_POSTS", "10000"))
PROJECT = Path(__file__).resolve().parents[1]

POST = """\
---
title: 'Annonce numéro {number} : ce qui change en {year}'
date: {year}-{month:02}-{day:02} 09:30:00 +01:00
chapeau-text: |-
  Les démarches du mois {month}, **en quelques minutes**, pour le dossier {number}.
une-ou-diaporama:
- image: /uploads/annonce-{number}.png
  alternative-textuelle: Une affiche qui annonce le dossier {number}
tags: [démarches, année {year}]
layout: annonce
---

Le dossier {number} change : voici l’essentiel, puis [le détail](/actualites/annonce-{before}/).

<iframe src="//www.dailymotion.com/embed/video/x{number:06}" width="620" height="348"></iframe>
*Le dossier {number} en deux minutes*{{: .text-align-center}}

#### Ce qui change

{paragraphs}
* un point sur le dossier {number},
* un autre, avec **du gras** et *de l’italique*[^1].

> Une phrase à retenir.
{{: .encadre}}

| Mois | Dossiers |
|------|---------:|
| {month} | {number} |

[^1]: Et une note.

* [La notice du dossier {number}](/uploads/notice-{number}.pdf) (pdf - 853 ko)
"""
PARAGRAPH = (
    "Chaque personne qui a déposé un dossier reçoit un message, puis une réponse sous dix jours ; "
    "le guichet reste ouvert à celles et ceux qui préfèrent se déplacer. "
)


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_mb: float


def report() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        write_posts(site / "_actualites")
        environment = environment_of(Path(folder))
        measure(environment, "migrate", "--verbosity", "0")
        print(f"\n{POSTS} billets, fichiers à part, démarrage compris")
        print(f"{'commande':<34}{'billets/s':>10}{'Mo au plus':>12}")
        for name, *arguments in (
            ("import_posts", "import_posts", site),
            ("import_posts, rien de nouveau", "import_posts", site),
            ("export_posts", "export_posts", Path(folder, "export")),
        ):
            measured = measure(environment, *map(str, arguments))
            print(f"{name:<34}{POSTS / measured.seconds:>10.0f}{measured.peak_mb:>12.0f}")


def write_posts(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(POSTS):
        (folder / f"annonce-{number}.md").write_text(post_text(number), encoding="utf-8")


def post_text(number: int) -> str:
    return POST.format(
        number=number,
        before=max(0, number - 1),
        year=2014 + number % 12,
        month=1 + number % 12,
        day=1 + number % 28,
        paragraphs="".join(f"{PARAGRAPH * 2}\n\n" for _ in range(3 + number % 5)),
    )


def environment_of(folder: Path) -> dict[str, str]:
    (folder / "media").mkdir()
    return {
        **os.environ,
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "secret-of-the-measure-" + "0123456789" * 5,
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "DJANGO_SETTINGS_MODULE": "dcant_site.settings",
    }


def measure(environment: dict[str, str], *arguments: str) -> Measured:
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} a échoué : la mesure n’aurait pas de sens.")
    return Measured(time.perf_counter() - start, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    report()
