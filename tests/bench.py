"""Measure pages on a database of its own: queries, milliseconds in the server, bytes.

Run by `make bench`. Medians of repeated requests in one process, no network; compare figures of
one run only, machines differ and are noisy.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

ARTICLES = 500
ROUNDS = 30


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
    from . import factories

    article = factories.make_article(body=BODY, tags=["mesure", "simplification"])
    for _ in range(3):
        factories.make_carousel_image(article)
        factories.make_attachment(article)
    factories.make_video(article, transcript="Le texte de la vidéo.")
    others = median_ms(lambda: factories.make_article(body=BODY), rounds=ARTICLES - 1)
    print(f"{ARTICLES} articles ; médiane de {ROUNDS} requêtes par page")
    print(f"{'page':<12}{'requêtes SQL':>14}{'ms':>8}{'octets':>10}{'gzip':>10}")
    for name, address in [
        ("accueil", "/"),
        ("liste", "/actualites/"),
        ("article", article.get_absolute_url()),
        ("flux Atom", "/flux.atom"),
        ("flux RSS", "/flux.rss"),
        ("flux JSON", "/flux.json"),
    ]:
        print_page(name, address)
    print(f"enregistrer un article : {others:.1f} ms")


def print_page(name: str, address: str) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    count = len(queries)  # the next request empties the log
    if response.status_code != 200:
        raise SystemExit(f"{address} a répondu {response.status_code} : la mesure n’aurait pas de sens.")
    elapsed = median_ms(lambda: client.get(address), rounds=ROUNDS)
    compressed = len(client.get(address, headers={"accept-encoding": "gzip"}).content)
    print(f"{name:<12}{count:>14}{elapsed:>8.1f}{len(response.content):>10}{compressed:>10}")


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
