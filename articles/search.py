"""A query to the articles that say it, the best first, and to the words that somebody may have meant.

SQLite (FTS5) and PostgreSQL find and rank the same: only how an expression is written differs.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from django.db import connections
from django.db.models import Case, Max, Prefetch, Q, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.utils import timezone

from .excerpts import Piece, around, marked
from .filters import Filters
from .models import Article, ArticleQuerySet, TaggedArticle
from .models.index import MAX_CHARACTERS
from .plaintext import plain
from .queries import Query, Term, neighbours
from .tallies import Tally, tally
from .text import spaced
from .words import MARK, words_of

# What a term is worth by where it stands. In the text alone it is worth nothing more than being there.
IN_TITLE, IN_LEAD, WHOLE_WORD, PHRASE_IN_TITLE = 6, 3, 2, 2
# What an article is worth by its age in days, for each term: news outdo an older chapeau, not an older title.
FRESHNESS = [(90, 3), (365, 2), (3 * 365, 1)]

# Shorter words are near too many others, longer ones are written in too many ways.
MISTAKEN = range(4, 21)
EVENT = ("event_starts_at", "event_ends_at", "event_all_day")
# How many of the latest articles are asked what was meant.
MAX_ASKED = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: articles in order, what there is to choose among them, what may have been meant.

    `is_near`: no article says every term, these say some.
    """

    articles: ArticleQuerySet
    tally: Tally
    is_near: bool
    suggestion: str


@dataclass(frozen=True, slots=True)
class Result:
    """An article found: its title, an excerpt and its tags that say it, what is looked for told apart."""

    article: Article
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    tags: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How a database writes what is looked for, and asks its index about all, the title or what leads in."""

    word: str
    beginning: str
    then: str
    both: str
    either: str
    indexes: dict[str, str]

    def said(self, term: Term) -> str:
        return f"({self.then.join(map(self.word.format, term.stems))})"

    def begun(self, term: Term) -> str:
        """What says a term or, where it may go on, a longer word."""
        if not term.is_beginning:
            return self.said(term)
        return f"({self.said(term)}{self.either}{self.beginning.format(MARK + term.words[0])})"


_SYNTAXES = {
    # https://sqlite.org/fts5.html#full_text_query_syntax
    "sqlite": _Syntax(
        word='"{}"',
        beginning='"{}" *',
        then=" + ",
        both=" AND ",
        either=" OR ",
        indexes={
            "all": "SELECT rowid FROM articles_search WHERE articles_search MATCH %s",
            "title": "SELECT rowid FROM articles_search WHERE title MATCH %s",
            "lead": "SELECT rowid FROM articles_search WHERE lead MATCH %s",
        },
    ),
    # https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY
    "postgresql": _Syntax(
        word="'{}'",
        beginning="'{}':*",
        then=" <-> ",
        both=" & ",
        either=" | ",
        indexes={
            "all": "SELECT pk FROM articles_search_everything(%s::tsquery) AS pk",
            "title": "SELECT pk FROM articles_search_title(%s::tsquery) AS pk",
            "lead": "SELECT pk FROM articles_search_lead(%s::tsquery) AS pk",
        },
    ),
}


def _syntax(articles: ArticleQuerySet) -> _Syntax:
    return _SYNTAXES[connections[articles.db].vendor]


def find(query: Query, filters: Filters, *, by_date: bool = False) -> Found:
    """The listed articles that say all of a query or, where none does, some of it, and pass the filters.

    At most four queries.
    """
    listed = Article.objects.listed()
    articles, suggestion = matching(query, listed), ""
    counted = tally(filters, articles, with_tags=False)
    is_near = not (counted.unfiltered or filters.tag)
    if is_near and not filters.chosen:
        suggestion = nearest(query, listed)
    if is_near and len(query.terms) > 1:
        articles = matching(query, listed, any_term=True)
        counted = tally(filters, articles, with_tags=False)
    articles = filters.narrow(articles)
    if not by_date:
        articles = best_first(query, articles, any_term=is_near)
    return Found(articles, counted, is_near, suggestion)


def matching(query: Query, articles: ArticleQuerySet, *, any_term: bool = False) -> ArticleQuerySet:
    """Those of the articles that say every term, or any; none where there is no term."""
    if not query.terms:
        return articles.none()
    syntax = _syntax(articles)
    joint = syntax.either if any_term else syntax.both
    return articles.filter(_indexed(syntax, joint.join(map(syntax.begun, query.terms))))


def best_first(query: Query, articles: ArticleQuerySet, *, any_term: bool = False) -> ArticleQuerySet:
    """The articles that `matching` found by what the terms are worth in them, then the latest first."""
    syntax = _syntax(articles)
    worth = [_freshness(len(query.terms))]
    for term in query.terms:
        begun = syntax.begun(term)
        in_title, in_lead = _indexed(syntax, begun, "title"), _indexed(syntax, begun, "lead")
        worth.append(Case(When(in_title, then=IN_TITLE), When(in_lead, then=IN_LEAD), default=0))
        if any_term or term.is_beginning:
            worth.append(Case(When(_indexed(syntax, syntax.said(term)), then=WHOLE_WORD), default=0))
    if len(query.terms) > 1:
        side_by_side = Term(tuple(word for term in query.terms for word in term.words))
        in_title = _indexed(syntax, syntax.said(side_by_side), "title")
        worth.append(Case(When(in_title, then=PHRASE_IN_TITLE), default=0))
    total = sum(worth, Value(0))
    return articles.annotate(worth=total).order_by("-worth", "-published_at", "-pk")


def _indexed(syntax: _Syntax, expression: str, index: str = "all") -> Q:
    return Q(pk__in=RawSQL(syntax.indexes[index], [expression]))


def _freshness(terms: int) -> Combinable:
    now = timezone.now()
    return Case(
        *(
            When(published_at__gte=now - timedelta(days=days), then=worth * terms)
            for days, worth in FRESHNESS
        ),
        default=0,
    )


def results(query: Query, articles: ArticleQuerySet) -> list[Result]:
    """What the page of a search shows of these articles, in their order. Three queries.

    The first asks for keys alone: it ranks all that is found, and reads no text to do so.
    """
    pks = list(articles.values_list("pk", flat=True))
    tagged = TaggedArticle.objects.select_related("tag").order_by("pk")
    rows = (
        Article.objects.select_related("section")
        .only("section", "slug", "title", "language", "published_at", "chapeau_html", "body_html", *EVENT)
        .prefetch_related(Prefetch("tagged_items", tagged))
        .in_bulk(pks)
    )
    return [_result(query, rows[pk]) for pk in pks if pk in rows]


def _result(query: Query, article: Article) -> Result:
    title = spaced(article.title, article.language)
    tags = (marked(item.tag.name, query) for item in article.tagged_items.all())
    return Result(
        article,
        marked(title, query),
        around(plain(f"{article.chapeau_html} {article.body_html}")[: MAX_CHARACTERS["text"]], query),
        tuple(pieces for pieces in tags if any(piece.is_found for piece in pieces)),
    )


def nearest(query: Query, articles: ArticleQuerySet) -> str:
    """What somebody may have meant who found nothing: the text with one word as the articles write it.

    Asked of the articles given, so that no word of another one shows; empty when there is none near.
    """
    single = [term for term in query.terms if len(term.words) == 1 and len(term.words[0]) in MISTAKEN]
    known = _known(single, articles)
    unknown = [term.words[0] for term in single if term not in known]
    word = _neighbour(unknown[0], articles) if unknown else ""
    return query.with_word(unknown[0], word) if word else ""


def _known(terms: Sequence[Term], articles: ArticleQuerySet) -> list[Term]:
    """Those of the terms that some article says."""
    if not terms:
        return []
    syntax = _syntax(articles)
    held = articles.order_by().aggregate(
        **{
            f"term_{at}": Max(Case(When(_indexed(syntax, syntax.begun(term)), then=1), default=0))
            for at, term in enumerate(terms)
        }
    )
    return [term for at, term in enumerate(terms) if held[f"term_{at}"]]


def _neighbour(mistaken: str, articles: ArticleQuerySet) -> str:
    """The word one slip away that most of the latest articles have, as one of them writes it."""
    near = neighbours(mistaken)
    syntax = _syntax(articles)
    expression = syntax.either.join(syntax.word.format(MARK + word) for word in sorted(near))
    found = articles.filter(_indexed(syntax, expression)).select_related("search_entry")[:MAX_ASKED]
    held = {article: near.intersection(_held(article)) for article in found}
    count = Counter(word for words in held.values() for word in words)
    if not count:
        return ""
    best = max(sorted(count), key=lambda word: (count[word], SequenceMatcher(None, mistaken, word).ratio()))
    return next(_written(article, best) for article, words in held.items() if best in words)


def _held(article: Article) -> list[str]:
    """The words of an article's entry, as either database gives it."""
    entry = article.search_entry
    return re.findall(rf"{MARK}(\w+)", f"{entry.title} {entry.lead} {entry.text}")


def _written(article: Article, folded: str) -> str:
    """A word as an article writes it."""
    for text in (article.title, plain(article.chapeau_html), plain(article.body_html)):
        for word in words_of(text):
            if word.folded == folded:
                return text[word.start : word.end]
    return folded
