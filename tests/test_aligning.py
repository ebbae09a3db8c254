from hypothesis import given
from hypothesis import strategies as st

from articles.aligning import aligned, paragraphs

from .test_matching import look_ups

WORDS = st.lists(st.sampled_from(["eau", "air", "feu", "mer"]), max_size=4).map(" ".join)


def pairs(old, new):
    """What stands beside what."""
    return [
        ([old[at] for at in places], [new[at] for at in new_places])
        for places, new_places in aligned(old, new)
    ]


@given(st.text(st.sampled_from("ab \n\t\u00a0\u2028"), max_size=30))
def test_paragraphs_joined_are_the_text(text):
    assert "".join(paragraphs(text)) == text


def test_a_paragraph_ends_with_its_blank_lines_and_keeps_its_indent():
    assert paragraphs("a\nb\n\n  c\n \n\nd") == ["a\nb\n\n", "  c\n \n\n", "d"]
    assert paragraphs("") == []


def test_what_was_rewritten_stands_beside_what_it_was():
    old = ["Le guichet ouvre lundi.", "Il ferme mardi.", "Une date viendra."]
    new = ["Le guichet ouvre enfin lundi.", "Tout est nouveau ici.", "Une autre date viendra."]
    assert pairs(old, new) == [
        ([old[0]], [new[0]]),
        ([old[1]], [new[1]]),
        ([old[2]], [new[2]]),
    ]


def test_what_came_and_what_went_stand_alone():
    old = ["Le guichet ouvre lundi.", "Une date viendra."]
    new = ["Tout est nouveau.", "Bien nouveau.", "Une autre date viendra.", "Et voilà."]
    assert pairs(old, new) == [([old[0]], new[:2]), ([old[1]], [new[2]]), ([], [new[3]])]


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_every_paragraph_stands_once_and_in_order(old, new):
    found = list(aligned(old, new))
    assert [at for places, _ in found for at in places] == list(range(len(old)))
    assert [at for _, places in found for at in places] == list(range(len(new)))
    assert all(places or new_places for places, new_places in found)


@given(st.lists(WORDS, max_size=8))
def test_a_text_stands_beside_itself(text):
    assert pairs(text, text) == [([each], [each]) for each in text]


def test_the_cost_of_a_long_text_grows_with_its_length_and_no_faster():
    def compared(old, new):
        return list(aligned(old, new))

    assert look_ups(compared, 2000) < 2.2 * look_ups(compared, 1000)
