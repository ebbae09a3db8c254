"""A text, and what is looked for in it, to pieces: a page marks those that are found.

Plain text in, plain text out: whoever shows it escapes it.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .queries import Query, Term
from .words import stem, words_of

EXCERPT_LENGTH = 260
# What an excerpt shows before the first match.
LEAD_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `is_found` tells that it is what somebody looks for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    term: Term


def marked(text: str, query: Query) -> tuple[Piece, ...]:
    """The whole text in pieces."""
    return tuple(_pieces(text, list(_matches(text, query)), 0, len(text)))


def around(text: str, query: Query) -> tuple[Piece, ...]:
    """Some 260 characters of a text in pieces, from where most of what is looked for stands together.

    Where nothing is found, its beginning.
    """
    matches = list(_matches(text, query))
    start = max(0, _densest(matches) - LEAD_LENGTH)
    end = min(len(text), start + EXCERPT_LENGTH)
    if start:
        start = text.find(" ", start) + 1
    if end < len(text):
        end = max(text.rfind(" ", start, end), start) or end
    before = [Piece("… ")] if start else []
    after = [Piece("…")] if end < len(text) else []
    return (*before, *_pieces(text, matches, start, end), *after)


def _matches(text: str, query: Query) -> Iterator[_Match]:
    """Where the terms stand, in order; of those that begin at one word, the longest."""
    words = list(words_of(text))
    stems = [stem(word.folded) for word in words]
    by_stem: dict[str, list[Term]] = {}
    for term in query.terms:
        by_stem.setdefault(term.stems[0], []).append(term)
    beginnings = tuple(term for term in query.terms if term.is_beginning)
    end = 0
    for at, (word, root) in enumerate(zip(words, stems, strict=True)):
        here = [t for t in by_stem.get(root, ()) if t.stems == tuple(stems[at : at + len(t.words)])]
        here += [term for term in beginnings if word.folded.startswith(term.words)]
        if here and word.start >= end:
            term = max(here, key=lambda term: len(term.words))
            end = words[at + len(term.words) - 1].end
            yield _Match(word.start, end, term)


def _densest(matches: Sequence[_Match]) -> int:
    """Where the excerpt begins that holds the most terms, then the most matches; the first of several."""
    best, densest = (0, 0), 0
    near: deque[_Match] = deque()
    held: Counter[Term] = Counter()
    for match in matches:
        near.append(match)
        held[match.term] += 1
        while match.end - near[0].start > EXCERPT_LENGTH - LEAD_LENGTH and len(near) > 1:
            left = near.popleft()
            held[left.term] -= 1
        found = (len(+held), len(near))
        if found > best:
            best, densest = found, near[0].start
    return densest


def _pieces(text: str, matches: Sequence[_Match], start: int, end: int) -> Iterator[Piece]:
    at = start
    for match in matches:
        if match.start < at or match.end > end:
            continue
        if match.start > at:
            yield Piece(text[at : match.start])
        yield Piece(text[match.start : match.end], is_found=True)
        at = match.end
    if at < end:
        yield Piece(text[at:end])
