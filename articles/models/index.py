"""The search index: the words and stems of every article, public or not, made when it is saved.

The search joins it to the articles that anybody may read. `QuerySet.update` and `bulk_create` pass it
by, as they do the HTML: follow them by `manage.py index_articles`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models, transaction

from articles.plaintext import plain
from articles.words import MARK, indexed

# PostgreSQL holds a megabyte of one article's words: longer texts are indexed so far.
MAX_CHARACTERS = {"title": 1_000, "lead": 5_000, "text": 100_000}
BATCH = 200
# The last position that PostgreSQL counts.
MAX_POSITION = 16_383

_waiting: ContextVar[set[int] | None] = ContextVar("_waiting", default=None)


class WordsField(models.TextField):
    """Words as `words.indexed` writes them; on PostgreSQL a `tsvector` made of them, not read back."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: str, connection: Any, prepared: bool = False) -> str:
        return vector(value) if connection.vendor == "postgresql" else value


def vector(words: str) -> str:
    """The `tsvector` of words: stems with their positions, the others without.

    It begins at the second position, so that no phrase goes over where two vectors are joined.
    Source: PostgreSQL, 8.11.1.
    """
    if words.startswith("'"):
        return words
    return " ".join(
        f"'{word}'" if word.startswith(MARK) else f"'{word}':{min(position, MAX_POSITION)}"
        for position, word in enumerate(words.split(), start=2)
        if word != MARK
    )


class SearchEntryManager(models.Manager["SearchEntry"]):
    def put(self, articles: Iterable[int]) -> None:
        """Make the entries of these articles (primary keys) say what their rows say now."""
        waiting = _waiting.get()
        if waiting is None:
            self._put(sorted(articles))
        else:
            waiting.update(articles)

    @contextmanager
    def put_once(self) -> Iterator[None]:
        """Put what is saved within at its end, each article once, however many of its rows are."""
        waiting: set[int] = set()
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        self._put(sorted(waiting))

    def _put(self, pks: list[int]) -> None:
        articles = self.model._meta.get_field("article").related_model._default_manager
        for start in range(0, len(pks), BATCH):
            found = articles.filter(pk__in=pks[start : start + BATCH]).order_by("pk")
            # Who saves another part of an article meanwhile waits, and indexes what both have written.
            with transaction.atomic(savepoint=False):
                locked = with_indexed(found.select_for_update())
                self.bulk_create(
                    [self.model(article_id=article.pk, **words_of_article(article)) for article in locked],
                    update_conflicts=True,
                    unique_fields=["article"],
                    update_fields=list(MAX_CHARACTERS),
                )


def with_indexed(articles: Any) -> Any:
    """Articles with all that `words_of_article` reads.

    Tags come by a join: a second look for a thousand of them is more than SQLite compares to.
    """
    tagged = articles.model._meta.get_field("tagged_items").related_model._default_manager
    tags = models.Prefetch("tagged_items", tagged.select_related("tag").order_by("pk"))
    return articles.prefetch_related(tags, "carousel_images", "video_embeds", "attachments")


def words_of_article(article: Any) -> dict[str, str]:
    """What an entry holds of an article: its title, what leads in, all else."""
    texts = {
        "title": [article.title, article.subtitle],
        "lead": [
            plain(article.chapeau_html),
            article.place,
            *(item.tag.name for item in article.tagged_items.all()),
        ],
        "text": [
            plain(article.body_html),
            plain(article.practical_details_html),
            article.street_address,
            *(image.caption for image in article.carousel_images.all()),
            *(document.title for document in article.attachments.all()),
        ],
    }
    for video in article.video_embeds.all():
        texts["text"] += [video.title, video.caption, plain(video.transcript_html)]
    return {zone: indexed(filter(None, texts[zone]), length) for zone, length in MAX_CHARACTERS.items()}


class SearchEntry(models.Model):
    """What the index holds of an article.

    The migration that makes the table ties full-text indexes to it: on SQLite the virtual table
    `articles_search` (FTS5), kept by triggers; on PostgreSQL GIN indexes, asked by functions.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    title = WordsField()
    lead = WordsField()
    text = WordsField()

    objects = SearchEntryManager()

    def __str__(self) -> str:
        return f"{self.article_id}"
