"""A large site to measure on: 20,000 announcements (BENCH_ARTICLES), with four tags each, written in bulk.

Texts are drawn by Zipf's law from words made of French syllables: a few words are in nearly every article,
most are in few. The same site each time, but for the day on which it begins.
"""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from itertools import accumulate

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "20000"))
WORDS, TAGS, TAGS_EACH = 40_000, 300, 4
BATCH = 1_000

ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr j l m n p pl pr qu r s t tr v"
RIMES = "a ai an au e é ée eau en er i in ion ique ité o oi on ou u une aire ement ation"


def fill() -> list[str]:
    """Write and index the articles; the words that they are made of, the commonest first."""
    chance = random.Random(1)
    words = made_up(chance)
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    make_articles(chance, lambda length: " ".join(chance.choices(words, cum_weights=weights, k=length)))
    index()
    return words


def make_articles(chance: random.Random, text: Callable[[int], str]) -> None:
    """`bulk_create` makes neither HTML nor index; an announcement every five hours, for eleven years."""
    from django.utils import timezone

    from articles.models import Article, Tag, TaggedArticle

    from . import factories

    names = ("actualites", "communiques", "evenements", "publications")
    sections = [factories.section(name) for name in names]
    tags = Tag.objects.named(f"Mot {number}" for number in range(TAGS))
    common = list(accumulate(1 / rank for rank in range(1, TAGS + 1)))
    now = timezone.now()
    for batch in range(0, ARTICLES, BATCH):
        articles = Article.objects.bulk_create(
            made_article(chance, text, chance.choice(sections), number, now - timedelta(hours=5 * number))
            for number in range(batch, batch + BATCH)
        )
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag=tag)
            for article in articles
            for tag in set(chance.choices(tags, cum_weights=common, k=TAGS_EACH))
        )


def made_article(chance, text, section, number, published_at):
    from articles.models import Article, Kind

    is_event = section.kind == Kind.EVENT
    return Article(
        section=section,
        title=text(9),
        slug=f"annonce-du-site-{number}",
        language="en" if number % 10 == 0 else "fr",
        chapeau_html=f"<p>{text(30)}</p>",
        body_html="".join(f"<p>{text(60)}</p>" for _ in range(chance.randint(2, 9))),
        status="published",
        published_at=published_at,
        event_starts_at=published_at + timedelta(days=chance.randint(5, 60)) if is_event else None,
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
