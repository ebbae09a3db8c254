"""What somebody typed in the search field to what is looked for: words, phrases, the beginning of a word.

Any text is a query, if only of nothing. Knows neither the database nor its syntax.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from string import ascii_lowercase

from .words import composed, stem, words_of

MAX_CHARACTERS = 200
MAX_TERMS = 10
# Beginnings that are shorter begin too many words to say anything.
MIN_BEGINNING = 3

# Articles, prepositions and what an apostrophe leaves of them: searched only where there is nothing else.
_GRAMMAR_WORDS = """
    a au aux avec c ce ces cet cette d dans de des du en et il j l la le les leur leurs m n ne ou par pour
    qu que qui s sa se ses t un une y
"""
_GRAMMAR = frozenset(_GRAMMAR_WORDS.split())
_PHRASE_OR_PIECE = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|([^\s"“«’\'ʼ]+)')
# What hyphens and dots hold together stands together in the text: rendez-vous, service-public.fr, 3.0.
_COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑.\u0300-\u036f\u00ad][^\W_]+)*")

_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """One folded word, or several that stand side by side; `is_beginning`: the word may go on."""

    words: tuple[str, ...]
    is_beginning: bool = False

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(map(stem, self.words))


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: an article says it if it has every term.

    `text` is what was typed, spaced and cut; `is_cut` tells that some of it is not looked for.
    """

    text: str
    terms: tuple[Term, ...] = ()
    is_cut: bool = False

    def with_word(self, old: str, new: str) -> str:
        """The text with a word, given folded, written otherwise."""
        out, end = [], 0
        for word in words_of(self.text):
            if word.folded == old:
                out += [self.text[end : word.start], new]
                end = word.end
        return "".join((*out, self.text[end:]))


def read(typed: str) -> Query:
    """What a visitor typed, as a query; quotes that are not closed are passed over."""
    printable = "".join(c if c.isprintable() else " " for c in composed(typed[: 10 * MAX_CHARACTERS]))
    whole = " ".join(printable.split())
    text = whole[:MAX_CHARACTERS].rstrip()
    terms = list(dict.fromkeys(_terms(text)))
    if terms and len(terms[-1].words) == 1 and not text.endswith(('"', "”", "»")):
        terms[-1] = replace(terms[-1], is_beginning=len(terms[-1].words[0]) >= MIN_BEGINNING)
    said = [term for term in terms if len(term.words) > 1 or term.words[0] not in _GRAMMAR] or terms
    is_cut = len(whole) > len(text) or len(said) > MAX_TERMS
    return Query(text, tuple(said[:MAX_TERMS]), is_cut)


def _terms(text: str) -> Iterator[Term]:
    for *phrases, piece in _PHRASE_OR_PIECE.findall(text):
        parts = [piece for piece in phrases if piece] or _COMPOUND.findall(piece)
        for part in parts:
            if words := tuple(word.folded for word in words_of(part)):
                yield Term(words)


def words_of_address(path: str) -> str:
    """The words of an address that say what was looked for there: its end, without extension and numbers."""
    end = _EXTENSION.sub("", composed(path).rstrip("/").rpartition("/")[2])
    words = (end[word.start : word.end] for word in words_of(end) if not word.folded.isdigit())
    return " ".join(words)[:MAX_CHARACTERS]


def neighbours(word: str) -> set[str]:
    """Every word that a slip away is this one: a letter more, less or other, or two the wrong way round."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + c + right[1:] for left, right in cuts if right for c in ascii_lowercase}
    more = {left + c + right for left, right in cuts for c in ascii_lowercase}
    return (fewer | swapped | other | more) - {word, ""}
