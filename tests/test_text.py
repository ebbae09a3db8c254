"""Folding, slugs and French spacing."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import (
    address_slug,
    fold,
    french_spacing,
    language_named,
    new_slug,
    reading_minutes,
    slug_key,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Évènement", "EVENEMENT"),
        ("e\u0301ve\u0301nement", "événement"),
        ("Œuvre", "oeuvre"),
        ("ex æquo", "EX AEQUO"),
        ("L’État", "l'etat"),
        ("  Service \u00a0 public\n", "service public"),
        ("co\u00adopération", "coopération"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_accents_ligatures_apostrophes_and_spaces_do_not_tell_words_apart(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("données", "donnée"), ("e-État", "État"), ("C++", "C")])
def test_other_differences_still_tell_words_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(s):
    assert fold(fold(s)) == fold(s)


@given(st.text())
def test_folding_does_not_see_how_accents_are_stored(s):
    assert fold(unicodedata.normalize("NFD", s)) == fold(unicodedata.normalize("NFC", s))


@pytest.mark.parametrize(
    ("s", "key"),
    [
        ("Vidéo n° 1 : l’atelier", "video-n-1-l-atelier"),
        ("--x--", "x"),
        ("", "element"),
        ("«  »", "element"),
        ("日本", "element"),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_slug_key_is_ascii_and_never_empty(s, key):
    assert slug_key(s) == key


@given(st.text())
def test_slug_key_is_always_a_key_and_stays_itself(s):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", slug_key(s))
    assert slug_key(slug_key(s)) == slug_key(s)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L’État publie ses œuvres en 2026 !", "l-etat-publie-ses-oeuvres-en-2026"),
        ("« »", "annonce"),
        ("mot " * 30, "-".join(["mot"] * 25)),
        ("x" * 150, "x" * 100),
        ("x" * 100 + " fin", "x" * 100),
    ],
)
def test_new_slug_is_made_of_whole_ascii_words(title, slug):
    assert new_slug(title) == slug


@given(st.text())
def test_new_slug_always_fits_an_address(title):
    assert len(new_slug(title)) <= 100
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", new_slug(title))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("journée-de-l'État", "journée-de-l'État"),
        ("bilan-<<-en-images->>", "bilan-en-images"),
        ("Feuille de route : l’essentiel", "Feuille-de-route-l-essentiel"),
        ("site.exemple.fr", "site.exemple.fr"),
        ("journe\u0301e", "journée"),
        ("a--b", "a-b"),
        ("-a-", "a"),
        ("(1)_~!$&'()+,;=@", "(1)_~!$&'()+,;=@"),
        ("½ journée n° 3", "journée-n-3"),
        ("a/../b", "a-..-b"),
        ("..", ""),
        (".", ""),
        ("/?#%", ""),
    ],
)
def test_an_imported_name_keeps_what_jekyll_kept_of_it(name, slug):
    assert address_slug(name) == slug


@given(st.text())
def test_an_address_slug_is_one_path_segment_in_nfc_and_stays_itself(name):
    slug = address_slug(name)
    assert not set(slug) & set(" /\\?#%<>\"'\n") - {"'"}
    assert slug not in (".", "..")
    assert unicodedata.is_normalized("NFC", slug)
    assert address_slug(slug) == slug


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Bonjour !", f"Bonjour{NBSP}!"),
        ("Pourquoi ? Parce que : voilà ; bien.", f"Pourquoi{NBSP}? Parce que{NBSP}: voilà{NBSP}; bien."),
        ("un « mot » cité", f"un «{NBSP}mot{NBSP}» cité"),
        ("10 % des cas", f"10{NBSP}% des cas"),
        ("(vraiment ?)", f"(vraiment{NBSP}?)"),
        (" : suite d'un mot en gras", f"{NBSP}: suite d'un mot en gras"),
        ("avant un lien « ", f"avant un lien «{NBSP}"),
        ("Quoi  ?!", f"Quoi{NBSP}?!"),
        ("10 000 agents, 1 234 567 euros", f"10{NBSP}000 agents, 1{NBSP}234{NBSP}567 euros"),
    ],
)
def test_an_ordinary_space_becomes_a_no_break_one_where_french_wants_it(typed, shown):
    assert french_spacing(typed) == shown


@pytest.mark.parametrize(
    "s",
    [
        "https://exemple.fr/a?b=1&c=2;d",
        "voir https://exemple.fr/?q=1 :8000",
        "de 14:30 à 16 h 30",
        "a != b, x :y",
        "sans espace: rien!",
        "«mot»",
        "en 2018 300 agents",
        "01 23 45 67 89",
        "12 décembre 2017",
        ": en tête",
        "3,5 000",
    ],
)
def test_french_spacing_leaves_the_rest_alone(s):
    assert french_spacing(s) == s


@given(st.text(alphabet="ab1 0«»:;!?%\u00a0\n"))
def test_french_spacing_changes_spaces_only_and_once(s):
    spaced = french_spacing(s)
    assert spaced.split() == s.split()
    assert french_spacing(spaced) == spaced


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Le guide (en anglais)", "en"),
        ("Le guide (PDF – 1,81 Mo – Anglais)", "en"),
        ("Guide - version allemande", "de"),
        ("English version", "en"),
        ("en français", "fr"),
        ("Cours d’anglais", ""),
        ("Le guide des Anglais", ""),
        ("", ""),
    ],
)
def test_words_about_a_document_may_name_its_language(words, code):
    assert language_named(words) == code


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("", 1), ("mot " * 250, 1), ("mot\u00a0mot " * 200, 2), ("mot " * 799, 4), ("漢" * 1200, 3)],
)
def test_reading_takes_a_minute_for_two_hundred_words(words, minutes):
    assert reading_minutes(words) == minutes
