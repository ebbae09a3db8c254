import pytest

from articles.words import MAX_WORD_LENGTH, folded_word, indexed, stem, words_of


def folded(text: str) -> list[str]:
    return [word.folded for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’œuvre d'un Été", ["l", "oeuvre", "d", "un", "ete"]),
        ("aujourd’hui, rendez-vous !", ["aujourd", "hui", "rendez", "vous"]),
        ("10 000 m² en 2024", ["10", "000", "m2", "en", "2024"]),
        ("RGAA 4.1", ["rgaa", "4", "1"]),
        ("re\u0301novation ré\u00adnovée", ["renovation", "renovee"]),
        ("東京 москва", ["東京", "москва"]),
        ("snake_case", ["snake", "case"]),
        ("🙂 — … «»", []),
    ],
)
def test_words_are_folded(text, words):
    assert folded(text) == words


def test_a_word_says_where_it_stands():
    text = "À l’Île-de-France"
    assert [text[word.start : word.end] for word in words_of(text)] == ["À", "l", "Île", "de", "France"]


@pytest.mark.parametrize("odd", ["ŉa", "⑴", "㏂", "a'b", "ﬁn", "½"])
def test_a_folded_word_is_letters_and_digits_only(odd):
    """Whatever Unicode makes of it: nothing in it means anything to a database."""
    assert folded_word(odd).isalnum()


def test_a_word_is_cut():
    assert folded("x" * 10_000) == ["x" * MAX_WORD_LENGTH]


@pytest.mark.parametrize(
    "family",
    [
        "rénover rénovation rénové rénovée rénovées renovees",
        "année années annee annees",
        "logement logements",
        "régional régionale régionaux",
        "européen européenne européennes europeennes",
        "eau eaux",
        "emploi emplois",
        "élu élus",
        "vélo vélos",
        "lieu lieux",
        "heureux heureuse heureuses",
    ],
)
def test_a_family_of_words_has_one_stem(family):
    assert len({stem(folded_word(word)) for word in family.split()}) == 1


def test_words_of_two_families_have_two_stems():
    assert stem("eau") != stem("eleve")


def test_no_stem_is_empty():
    assert all(stem(word) for word in ("ee", "ees", "s", "e", "les", "1"))


def test_the_index_holds_stems_in_order_and_each_word_once():
    assert indexed(["Les écoles", "Une école"], 100) == "le ecol = une ecol = =les =ecoles =une =ecole"


def test_long_texts_are_indexed_up_to_their_length_in_all():
    assert indexed(["un deux", "trois quatre", "cinq"], 13) == "un deu = troi = = =un =deux =trois"
