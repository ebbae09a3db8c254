"""Measure the search on 20,000 articles: milliseconds in the server for a whole page, by kind of query.

Run by `make bench`, on the database of `DATABASE_URL`'s kind. Texts are drawn by Zipf's law from words made
of French syllables: a few words are in nearly every article, most are in few.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import accumulate

from .bench import measured, median_ms

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "20000"))
WORDS = 40_000
ROUNDS = 15
BATCH = 1_000

ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr j l m n p pl pr qu r s t tr v"
RIMES = "a ai an au e é ée eau en er i in ion ique ité o oi on ou u une aire ement ation"


def main() -> None:
    with measured():
        report()


def report() -> None:
    chance = random.Random(1)
    words = made_up(chance)
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    start = time.perf_counter()
    make_articles(chance, lambda length: " ".join(chance.choices(words, cum_weights=weights, k=length)))
    written = time.perf_counter()
    index()
    seconds = time.perf_counter() - written
    print(f"{ARTICLES} articles écrits en {written - start:.0f} s, indexés en {seconds:.0f} s")
    print(f"recherche ; médiane de {ROUNDS} pages entières")
    print(f"{'recherche':<28}{'résultats':>10}{'requêtes SQL':>14}{'ms':>8}")
    common, usual, unusual, rare = words[20], words[100], words[400], words[9_000]
    for name, params in {
        "mot dans presque tous": {"q": common},
        "mot courant": {"q": usual},
        "mot moins courant": {"q": unusual},
        "mot rare": {"q": rare},
        "début de mot": {"q": rare[:4]},
        "deux mots": {"q": f"{usual} {unusual}"},
        "trois mots courants": {"q": f"{words[101]} {words[102]} {usual}"},
        "expression": {"q": f'"{words[18]} {words[19]}"'},
        "mot courant, filtré": {"q": usual, "rubrique": "actualites", "mot-cle": "mot-3"},
        "mot courant, par date": {"q": usual, "tri": "date"},
        "faute de frappe": {"q": unusual[:-1] + "zz"[len(unusual) % 2 :]},
        "un mot de trop": {"q": f"{unusual} zzzzzz"},
        "rien": {"q": "zzzzzz"},
    }.items():
        print_search(name, params)


def print_search(name: str, params: dict[str, str]) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/recherche/", params)
    count = len(queries)
    if response.status_code != 200:
        raise SystemExit(f"{params} a répondu {response.status_code} : la mesure n’aurait pas de sens.")
    found = response.context["page"].paginator.count
    elapsed = median_ms(lambda: client.get("/recherche/", params), rounds=ROUNDS)
    print(f"{name:<28}{found:>10}{count:>14}{elapsed:>8.1f}", flush=True)


def make_articles(chance: random.Random, text: Callable[[int], str]) -> None:
    """Write the articles, with two tags of thirty each; `bulk_create` makes neither HTML nor index."""
    from django.utils import timezone

    from articles.models import Article, Tag, TaggedArticle

    from . import factories

    sections = [factories.section(name) for name in ("actualites", "communiques", "publications")]
    tags = Tag.objects.named(f"Mot {number}" for number in range(30))
    now = timezone.now()
    for batch in range(0, ARTICLES, BATCH):
        articles = Article.objects.bulk_create(
            Article(
                section=chance.choice(sections),
                title=text(9),
                slug=f"annonce-{number}",
                chapeau_html=f"<p>{text(30)}</p>",
                body_html="".join(f"<p>{text(60)}</p>" for _ in range(chance.randint(2, 9))),
                status="published",
                published_at=now - timedelta(hours=5 * number),
            )
            for number in range(batch, batch + BATCH)
        )
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag=tag)
            for article in articles
            for tag in chance.sample(tags, 2)
        )


def index() -> None:
    from django.db import connection

    from articles.models import Article, SearchEntry

    SearchEntry.objects.put(Article.objects.values_list("pk", flat=True))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server does by itself after a while


def made_up(chance: random.Random) -> list[str]:
    """Words of one to three syllables, the commonest the shortest."""
    onsets, rimes = ONSETS.split(), RIMES.split()
    words: dict[str, None] = {}
    while len(words) < WORDS:
        syllables = 1 if len(words) < 200 else 2 if len(words) < WORDS / 2 else 3
        words["".join(chance.choice(onsets) + chance.choice(rimes) for _ in range(syllables))] = None
    return list(words)


if __name__ == "__main__":
    main()
