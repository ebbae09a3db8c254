"""Measure pages on a large site of its own: queries, milliseconds in the server, bytes; then a first view.

Run by `make bench`, on the database of `DATABASE_URL`'s kind. Medians of repeated requests in one process, no
network; compare figures of one run only, machines differ and are noisy.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

ROUNDS = 15
SAVED = 50


@contextmanager
def measured() -> Iterator[None]:
    """A database and files of its own, as long as it lasts."""
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment(debug=False)
    with tempfile.TemporaryDirectory() as media_root:
        settings.MEDIA_ROOT = media_root
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            teardown_databases(databases, verbosity=0)


def main() -> None:
    with measured():
        report()


def report() -> None:
    from . import bench_editing, bench_site, bench_weight, factories

    start = time.perf_counter()
    words = bench_site.fill()
    print(f"{bench_site.ARTICLES} articles écrits et indexés en {time.perf_counter() - start:.0f} s")
    article = factories.make_article(body=BODY, tags=["mesure", "simplification"])
    for _ in range(3):
        factories.make_carousel_image(article)
        factories.make_attachment(article)
    factories.make_video(article, transcript="Le texte de la vidéo.")
    saved = median_ms(lambda: factories.make_article(body=BODY), rounds=SAVED)
    title = f"médiane de {ROUNDS} pages"
    print(f"{title:<36}{'requêtes SQL':>14}{'ms':>8}{'octets':>10}{'gzip':>10}")
    for name, address in pages(article.published_at.year - 2).items():
        print_page(name, address)
    print_page("article", article.get_absolute_url())
    for name, params in searches(words).items():
        print_page(f"recherche : {name}", "/recherche/", params)
    print(f"enregistrer un article : {saved:.1f} ms\n")
    bench_editing.report()
    bench_weight.report(article.get_absolute_url())


def pages(year: int) -> dict[str, str]:
    """A page of each kind, and lists of a year that has all its months."""
    return {
        "accueil": "/",
        "annonces": "/annonces/",
        "annonces, loin": "/annonces/?page=200",
        "annonces filtrées": f"/annonces/?rubrique=actualites&mot-cle=mot-3&annee={year}&mois=5&langue=fr",
        "annonces d’une année": f"/annonces/{year}/",
        "annonces d’un mois": f"/annonces/{year}/5/",
        "rubrique": "/actualites/",
        "agenda": "/agenda/",
        "agenda d’une année": f"/agenda/?annee={year}",
        "mot-clé courant": "/mots-cles/mot-0/",
        "mot-clé rare": "/mots-cles/mot-250/",
        "plan du site": "/plan-du-site/",
        "sitemap : index": "/sitemap.xml",
        "sitemap : listes": "/sitemap-listes.xml",
        "sitemap : mille articles": "/sitemap-articles-1.xml",
        "sitemap : mots-clés": "/sitemap-mots-cles-1.xml",
        "flux Atom": "/flux.atom",
        "flux RSS": "/flux.rss",
        "flux JSON": "/flux.json",
        "flux d’un mot-clé": "/mots-cles/mot-0/flux.atom",
        "calendrier de l’agenda": "/agenda/flux.ics",
    }


def searches(words: list[str]) -> dict[str, dict[str, str]]:
    """A search of each kind; `words` are those of the site, the commonest first."""
    common, usual, unusual, rare = words[20], words[100], words[400], words[9_000]
    return {
        "mot dans presque tous": {"q": common},
        "mot courant": {"q": usual},
        "mot moins courant": {"q": unusual},
        "mot rare": {"q": rare},
        "début de mot": {"q": rare[:4]},
        "deux mots": {"q": f"{usual} {unusual}"},
        "trois mots courants": {"q": f"{words[101]} {words[102]} {usual}"},
        "expression": {"q": f'"{words[18]} {words[19]}"'},
        "filtrée": {"q": usual, "rubrique": "actualites", "mot-cle": "mot-3"},
        "par date": {"q": usual, "tri": "date"},
        "faute de frappe": {"q": unusual[:-1] + "zz"[len(unusual) % 2 :]},
        "un mot de trop": {"q": f"{unusual} zzzzzz"},
        "rien": {"q": "zzzzzz"},
    }


def print_page(name: str, address: str, params: dict[str, str] | None = None) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, params)
    count = len(queries)  # the next request empties the log
    if response.status_code != 200:
        raise SystemExit(f"{address} a répondu {response.status_code} : la mesure n’aurait pas de sens.")
    elapsed = median_ms(lambda: client.get(address, params), rounds=ROUNDS)
    compressed = len(client.get(address, params, headers={"accept-encoding": "gzip"}).content)
    print(f"{name:<36}{count:>14}{elapsed:>8.1f}{len(response.content):>10}{compressed:>10}", flush=True)


def median_ms(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


BODY = "\n\n".join(
    f"## Partie {number}\n\nUn texte **gras**, un [lien](https://example.org/) et une note[^{number}].\n\n"
    "| Année | Démarches |\n|---|---|\n| 2025 | 12 |\n| 2026 | 240 |\n\n"
    f"* un point\n* un autre\n\n[^{number}]: La note {number}."
    for number in range(1, 6)
)


if __name__ == "__main__":
    main()
