"""Plain text to its words, folded, and to their French stems: what is indexed and searched agree here.

Knows neither markup nor the database.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer import stemmer

from .text import fold

MAX_WORD_LENGTH = 40
MARK = "="
"""What begins a word in the index, and no stem."""

# Letters and digits of any script, with accents of their own (NFD) and soft hyphens between them.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad])*")
# The stemmer knows participles by their accents: « rénovée » would not meet « rénover » without them.
_PARTICIPLE = re.compile(r"(?<=..)ees?\Z")
# It leaves « emplois », « élus », « lieux » in the plural.
_PLURAL = re.compile(r"(?<=..[iou])s\Z|(?<=.eu)x\Z")

_french = stemmer("french")


class Word(NamedTuple):
    """A word of a text: where it stands there, and folded."""

    start: int
    end: int
    folded: str


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in order; apostrophes and hyphens part words, as everywhere here."""
    for found in _WORD.finditer(text):
        if folded := folded_word(found[0]):
            yield Word(found.start(), found.end(), folded)


@lru_cache(maxsize=200_000)
def folded_word(word: str) -> str:
    """A word without case and accents, cut at 40 characters; only letters and digits are left."""
    return "".join(c for c in fold(word) if c.isalnum())[:MAX_WORD_LENGTH]


@lru_cache(maxsize=200_000)
def stem(folded: str) -> str:
    """The French stem of a folded word, never empty.

    Source: Snowball's French stemmer (https://snowballstem.org/algorithms/french/stemmer.html), after
    folding, so that a word typed without its accents has the same stem.
    """
    return _PLURAL.sub("", _french.stemWord(_PARTICIPLE.sub("e", folded))) or folded


def indexed(texts: Iterable[str], max_characters: int) -> str:
    """The words of several texts as the index holds them, up to so many characters in all.

    Stems in order, a lone `=` where a text ends, then each word once, marked by `=`: a phrase is a run
    of stems, and never runs on from one text to the next.
    """
    left = max_characters
    stems: list[str] = []
    folded: dict[str, None] = {}
    for text in texts:
        found = [*filter(None, map(folded_word, _WORD.findall(composed(text)[:left])))]
        left = max(0, left - len(text))
        folded |= dict.fromkeys(found)
        stems += [*map(stem, found), MARK]
    return " ".join((*stems, *(MARK + word for word in folded)))


def composed(text: str) -> str:
    """The text in NFC: one character a letter, where Unicode has one."""
    return unicodedata.normalize("NFC", text)
