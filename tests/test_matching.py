from difflib import SequenceMatcher
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from articles.matching import AT_ONCE, _most_in_order, stretches

LONG = 600
"""Elements of sequences that are not compared at once."""

WORDS = st.lists(st.sampled_from("abcd"), max_size=12)
LONG_WORDS = st.builds(
    lambda seed, kinds: Random(seed).choices(range(kinds), k=LONG), st.integers(), st.integers(2, 2 * LONG)
)


def told(old, new) -> list[tuple[str, str]]:
    """What is the same is told as twice the same."""
    return [
        ("".join(old[at.start : at.stop]), "".join(new[new_at.start : new_at.stop]))
        for _, at, new_at in stretches(old, new)
    ]


def assert_stretches(old, new):
    """Every element stands once, in order, and no two stretches beside each other are of one sort."""
    found = list(stretches(old, new))
    assert [each for _, at, _ in found for each in at] == list(range(len(old)))
    assert [each for _, _, at in found for each in at] == list(range(len(new)))
    for are_same, at, new_at in found:
        assert at or new_at
        if are_same:
            assert [old[each] for each in at] == [new[each] for each in new_at]
    assert all(one[0] is not other[0] for one, other in pairwise(found))


@given(WORDS, WORDS)
def test_every_element_stands_once_and_in_order(old, new):
    assert_stretches(old, new)


@given(LONG_WORDS, LONG_WORDS)
def test_every_element_of_long_sequences_stands_once_and_in_order(old, new):
    assert len(old) * len(new) > AT_ONCE
    assert_stretches(old, new)


@given(LONG_WORDS, st.integers(0, LONG), st.integers(0, LONG))
def test_one_change_in_a_long_sequence_is_all_that_differs(old, start, end):
    new = [*old[:start], -1, *old[end:]] if start < end else [*old[:start], -1, *old[start:]]
    (changed,) = [(at, new_at) for are_same, at, new_at in stretches(old, new) if not are_same]
    assert changed == (range(start, max(start, end)), range(start, start + 1))


@given(WORDS, WORDS)
def test_short_sequences_are_compared_as_python_compares_them(old, new):
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    assert list(stretches(old, new)) == [
        (tag == "equal", range(start, end), range(new_start, new_end))
        for tag, start, end, new_start, new_end in opcodes
    ]


def test_what_is_not_the_same_stands_between_what_is():
    assert told("abcd", "aXcdY") == [("a", "a"), ("b", "X"), ("cd", "cd"), ("", "Y")]
    assert told("", "") == []


def test_changes_all_over_a_long_sequence_are_found_by_what_stands_once_beside_them():
    old = [f"mot {number}" for number in range(LONG)]
    new = [f"{each} bis" if number % 2 else each for number, each in enumerate(old)]
    same = [len(at) for are_same, at, _ in stretches(old, new) if are_same]
    assert same == [1] * (LONG // 2)


def test_changes_all_over_a_long_sequence_that_repeats_itself_are_found_by_longer_runs():
    random = Random(5)
    old = random.choices("ab", k=LONG)
    new = ["X" if number % 40 == 20 else each for number, each in enumerate(old)]
    assert sum(len(at) for are_same, at, _ in stretches(old, new) if are_same) == new.count("a") + new.count(
        "b"
    )


def test_nothing_is_the_same_in_a_long_stretch_that_nothing_tells_from_another():
    old, new = (["<", *word * LONG, ">"] for word in ("ab", "bba"))
    matched = [are_same for are_same, _, _ in stretches(old, new)]
    assert matched == [True, False, True]


class Counted(str):
    """A word that counts how often it is looked up."""

    looked_up = 0

    def __hash__(self) -> int:
        Counted.looked_up += 1
        return super().__hash__()


def look_ups(compare, length) -> int:
    """How often words are looked up to compare so many of them with as many, each seventh of them another."""
    old = [Counted(f"mot {number}") for number in range(length)]
    new = [Counted(f"{each} bis") if number % 7 == 0 else each for number, each in enumerate(old)]
    Counted.looked_up = 0
    compare(old, new)
    return Counted.looked_up


def test_the_cost_grows_with_the_length_and_no_faster():
    def matched(old, new):
        return list(stretches(old, new))

    def matched_by_python(old, new):
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()

    assert look_ups(matched, 2000) < 2.2 * look_ups(matched, 1000)
    assert look_ups(matched_by_python, 2000) > 3.5 * look_ups(matched_by_python, 1000)  # its square


@given(st.permutations(range(7)))
def test_as_many_landmarks_as_can_be_are_in_order(places):
    pairs = list(enumerate(places))
    found = _most_in_order(pairs)
    assert set(found) <= set(pairs)
    assert all(at < later and place < further for (at, place), (later, further) in pairwise(found))
    longest = [1] * 7
    for at in range(7):
        longest[at] = 1 + max((longest[b] for b in range(at) if places[b] < places[at]), default=0)
    assert len(found) == max(longest)
