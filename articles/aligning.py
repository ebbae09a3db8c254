"""Two texts to their paragraphs, side by side: the same ones, those that were rewritten, and the others.

Knows neither what a text is of nor what is done with it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .matching import stretches

_BLANK_LINES = re.compile(r"\n\s*\n")

ALIKE = 0.5
"""How much of the words of two paragraphs is in both where one is the other, rewritten."""

REACH = 20
"""How many paragraphs on a rewritten one is looked for: the cost grows with the length of a text only."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each with the blank lines after it: joined, they are the text again."""
    ends = [found.end() for found in _BLANK_LINES.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)]) if start < end]


def aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[range, range]]:
    """The places of what belongs together, in order, each once: one and one, or what has no counterpart."""
    at, new_at = 0, 0
    for place, new_place in [*_counterparts(old, new), (len(old), len(new))]:
        if at < place or new_at < new_place:
            yield range(at, place), range(new_at, new_place)
        at, new_at = place + 1, new_place + 1
        if place < len(old):
            yield range(place, at), range(new_place, new_at)


def _counterparts(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of paragraphs that are the same, or the same rewritten."""
    for are_same, places, new_places in stretches(old, new):
        if are_same:
            yield from zip(places, new_places, strict=True)
        else:
            yield from _rewritten(old, new, places, new_places)


def _rewritten(
    old: Sequence[str], new: Sequence[str], places: range, new_places: range
) -> Iterator[tuple[int, int]]:
    new_words = {place: _words(new[place]) for place in new_places}
    for place in places:
        words = _words(old[place])
        likeness = {other: _likeness(words, new_words[other]) for other in new_places[:REACH]}
        best = max(likeness, key=likeness.__getitem__, default=None)
        if best is not None and likeness[best] >= ALIKE:
            yield place, best
            new_places = range(best + 1, new_places.stop)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def _likeness(words: frozenset[str], others: frozenset[str]) -> float:
    """From 0, no word in common, to 1, all of them (Dice's coefficient)."""
    return 2 * len(words & others) / (len(words) + len(others) or 1)
