import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.queries import MAX_CHARACTERS, MAX_TERMS, Term, neighbours, read, words_of_address
from articles.words import folded_word


def terms(typed: str) -> list[str]:
    """What is looked for, a string a term: its words, and an asterisk where it may go on."""
    return [" ".join(term.words) + "*" * term.is_beginning for term in read(typed).terms]


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("plan vélo", ["plan", "velo*"]),
        ("le plan de relance", ["plan", "relance*"]),
        ("l’eau", ["eau*"]),
        ("l'eau", ["eau*"]),
        ("aujourd’hui", ["aujourd", "hui*"]),
        ("rendez-vous", ["rendez vous"]),
        ("Île-de-France", ["ile de france"]),
        ("service-public.fr", ["service public fr"]),
        ('"plan de relance" vélo', ["plan de relance", "velo*"]),
        ("«\u00a0plan de relance\u00a0»", ["plan de relance"]),
        ("“plan de relance”", ["plan de relance"]),
        ('"vélo"', ["velo"]),
        ('"plan vélo', ["plan", "velo*"]),
        ('plan " deux', ["plan", "deux*"]),
        ("RGAA", ["rgaa*"]),
        ("2024", ["2024*"]),
        ("UE", ["ue"]),
        ("vélo Vélo VELO", ["velo*"]),
        ("plan, vélo ; train", ["plan", "velo", "train*"]),
        ("plan d", ["plan"]),
    ],
)
def test_what_is_typed_is_read(typed, looked_for):
    assert terms(typed) == looked_for


@pytest.mark.parametrize("typed", ["le", "de la", "qui"])
def test_grammar_alone_is_looked_for(typed):
    assert [word for term in read(typed).terms for word in term.words] == typed.split()


@pytest.mark.parametrize("typed", ["", "   ", "\0", "🙂", '"', '""', "«»", "-", "*", "'", "%"])
def test_what_has_no_word_looks_for_nothing(typed):
    assert read(typed).terms == ()


def test_a_long_query_is_cut_and_says_so():
    assert not read("plan vélo").is_cut
    long = read(" ".join(f"mot{number}" for number in range(MAX_TERMS + 1)))
    assert long.is_cut
    assert len(long.terms) == MAX_TERMS
    longer = read("x" * 10_000)
    assert longer.is_cut
    assert len(longer.text) == MAX_CHARACTERS


@given(st.text())
def test_any_text_is_a_query_of_letters_and_digits(typed):
    query = read(typed)
    assert query.text.isprintable()
    assert all(word.isalnum() for term in query.terms for word in term.words)


def test_a_term_has_the_stems_of_its_words():
    assert Term(("plans", "velos")).stems == ("plan", "velo")


def test_a_word_of_the_text_can_be_written_otherwise():
    assert read("Le  Plan renovatoin !").with_word("renovatoin", "rénovation") == "Le Plan rénovation !"


@pytest.mark.parametrize("near", ["rénovatio", "renovations", "renovatoin", "renovatian"])
def test_neighbours_are_a_slip_away(near):
    assert "renovation" in neighbours(folded_word(near))


def test_a_word_is_no_neighbour_of_itself_and_two_slips_are_too_many():
    assert "renovation" not in neighbours("renovation")
    assert "renovation" not in neighbours("renoavtoin")
    assert "" not in neighbours("a")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/actualites/plan-velo-2024/", "plan velo"),
        ("/2018/03/04/l-eau.html", "l eau"),
        ("/uploads/Rapport_annuel.PDF", "Rapport annuel"),
        ("/éco-quartier", "éco quartier"),
        ("/", ""),
        ("/2024/", ""),
        ('/"><script>', "script"),
    ],
)
def test_an_address_says_what_was_looked_for_there(path, words):
    assert words_of_address(path) == words
