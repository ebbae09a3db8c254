from hypothesis import given
from hypothesis import strategies as st

from articles.excerpts import EXCERPT_LENGTH, around, marked
from articles.queries import read

FILLING = "Une phrase qui ne dit rien du tout de ce sujet. " * 40


def found(pieces) -> list[str]:
    return [piece.text for piece in pieces if piece.is_found]


def whole(pieces) -> str:
    return "".join(piece.text for piece in pieces)


def test_what_has_the_same_stem_is_marked_as_it_is_written():
    assert found(marked("La Rénovation des écoles rénovées", read("renover"))) == ["Rénovation", "rénovées"]


def test_the_beginning_of_a_word_marks_the_whole_word():
    assert found(marked("Rénovation énergétique", read("énergé"))) == ["énergétique"]


def test_a_phrase_is_marked_where_its_words_stand_together():
    text = "Le plan de relance. De la relance, un plan."
    assert found(marked(text, read('"plan de relance"'))) == ["plan de relance"]


def test_the_text_stays_whole():
    text = "L’eau : <b>1</b> & «\u00a02\u00a0»"
    assert whole(marked(text, read("eau b"))) == text


def test_an_excerpt_is_from_where_most_terms_stand_together():
    text = f"Le plan. {FILLING}Un plan pour le vélo. {FILLING}Le vélo, le vélo, le vélo."
    pieces = around(text, read("plan vélo"))
    assert found(pieces) == ["plan", "vélo"]
    assert whole(pieces).startswith("… ")
    assert whole(pieces).endswith("…")
    assert len(whole(pieces)) <= EXCERPT_LENGTH + 4


def test_an_excerpt_begins_and_ends_at_words():
    text = f"{FILLING}Un plan. {FILLING}"
    assert whole(around(text, read("plan"))).strip("… ") in text
    first, *_, last = whole(around(text, read("plan"))).strip("… ").split()
    assert first in FILLING.split()
    assert last in FILLING.split()


def test_where_nothing_is_found_the_excerpt_is_the_beginning():
    pieces = around(FILLING, read("introuvable"))
    assert found(pieces) == []
    assert whole(pieces).startswith("Une phrase")
    assert whole(around("Court.", read("introuvable"))) == "Court."


@given(st.text(), st.text())
def test_any_text_has_an_excerpt(text, typed):
    query = read(typed)
    assert whole(marked(text, query)) == text
    assert len(whole(around(text * 20, query))) <= EXCERPT_LENGTH + 3 or found(around(text * 20, query))
