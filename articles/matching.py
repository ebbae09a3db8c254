"""Two sequences to what stands in both, in order, at a cost that grows with their length and no faster.

Knows neither what they are made of nor what is done with it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain

AT_ONCE = 40_000
"""Above this product of lengths, what stands between landmarks is compared, each stretch by itself."""

RUNS = (16, 4, 1)
"""How many elements in a row are a landmark where both sides have them once: long ones are surer."""


def stretches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[bool, range, range]]:
    """Both sequences in stretches, in order: whether they are the same, and their places on either side.

    Where nothing tells a long stretch of one from the other, neither is the same.
    """
    start, new_start, at, new_at = 0, 0, 0, 0
    pairs = _pairs(old, new, range(len(old)), range(len(new)), RUNS)
    for place, new_place in chain(pairs, [(len(old), len(new))]):
        if (place, new_place) != (at, new_at):
            if start < at:
                yield True, range(start, at), range(new_start, new_at)
            yield False, range(at, place), range(new_at, new_place)
            start, new_start = place, new_place
        at, new_at = place + 1, new_place + 1
    if start < len(old):
        yield True, range(start, len(old)), range(new_start, len(new))


def _pairs(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    places: range,
    new_places: range,
    lengths: Sequence[int],
) -> Iterator[tuple[int, int]]:
    """The places of each element that is the same, between landmarks of the first of these lengths."""
    if not places or not new_places:
        return
    if len(places) * len(new_places) <= AT_ONCE:
        yield from _pairs_at_once(old, new, places, new_places)
        return
    head = _alike(old, new, places, new_places)
    yield from zip(places[:head], new_places[:head], strict=True)
    places, new_places = places[head:], new_places[head:]
    tail = _alike(old, new, places[::-1], new_places[::-1])
    ends = places[len(places) - tail :], new_places[len(new_places) - tail :]
    places, new_places = places[: len(places) - tail], new_places[: len(new_places) - tail]
    if lengths:
        at, new_at = places.start, new_places.start
        for place, new_place in _landmarks(old, new, places, new_places, lengths[0]):
            yield from _pairs(old, new, range(at, place), range(new_at, new_place), lengths[1:])
            yield place, new_place
            at, new_at = place + 1, new_place + 1
        yield from _pairs(old, new, range(at, places.stop), range(new_at, new_places.stop), lengths[1:])
    yield from zip(*ends, strict=True)


def _pairs_at_once(
    old: Sequence[Hashable], new: Sequence[Hashable], places: range, new_places: range
) -> Iterator[tuple[int, int]]:
    stretch, new_stretch = old[places.start : places.stop], new[new_places.start : new_places.stop]
    for block in SequenceMatcher(None, stretch, new_stretch, autojunk=False).get_matching_blocks():
        found, new_found = places[block.a :], new_places[block.b :]
        yield from zip(found[: block.size], new_found[: block.size], strict=True)


def _alike(old: Sequence[Hashable], new: Sequence[Hashable], places: range, new_places: range) -> int:
    """How many elements are the same before the first that is not."""
    together = zip(places, new_places, strict=False)
    differing = (count for count, (at, new_at) in enumerate(together) if old[at] != new[new_at])
    return next(differing, min(len(places), len(new_places)))


def _landmarks(
    old: Sequence[Hashable], new: Sequence[Hashable], places: range, new_places: range, length: int
) -> list[tuple[int, int]]:
    """The places of runs that both have once, as many as are in order (B. Cohen’s « patience diff »)."""
    once, new_once = _once(old, places, length), _once(new, new_places, length)
    pairs = [(at, new_once[run]) for run, at in once.items() if run in new_once]
    return _most_in_order(pairs)


def _once(sequence: Sequence[Hashable], places: range, length: int) -> dict[Hashable, int]:
    runs = {at: tuple(sequence[at : at + length]) for at in places[: len(places) - length + 1]}
    counts = Counter(runs.values())
    return {run: at for at, run in runs.items() if counts[run] == 1}


def _most_in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs by their first, the longest part whose second ones increase as well."""
    ends: list[int] = []  # for each length, the lowest second one that such a part ends with,
    last: list[int] = []  # the number of the pair that has it,
    before: list[int] = []  # and for each pair, that of the one before it
    for number, (_, new_place) in enumerate(pairs):
        length = bisect_left(ends, new_place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [new_place], [number]
    number, found = last[-1] if last else -1, []
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
