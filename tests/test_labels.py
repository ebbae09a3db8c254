from dataclasses import fields
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from articles.exporting import PLAIN_FIELDS
from articles.labels import CHOICES, ITEM_LABELS, LABELS, label, said
from articles.models import Article
from articles.models.articles import Status
from articles.posts import LANGUAGES, Post, PostChange, PostDocument, PostImage, PostVideo

PARIS = ZoneInfo("Europe/Paris")


def test_every_field_of_a_post_and_of_its_items_has_a_name():
    assert [each.name for each in fields(Post) if each.name not in LABELS] == []
    said_by_items = {each.name for item in (PostImage, PostVideo, PostDocument) for each in fields(item)}
    assert said_by_items - {"key"} == ITEM_LABELS.keys()


def test_a_field_is_called_as_the_form_calls_it():
    called = {name: str(Article._meta.get_field(name).verbose_name) for name in (*PLAIN_FIELDS, "changes")}
    assert {name: LABELS[name] for name in called} == called


def test_every_code_has_a_name():
    assert CHOICES["status"] == {value: str(name) for value, name in Status.choices}
    assert CHOICES["language"].keys() == set(LANGUAGES)


@pytest.mark.parametrize(
    ("field", "called"),
    [
        ("title", "titre"),
        ("extra:a.b:c", "clé « a.b:c »"),
        ("images:plan", "image « plan »"),
        ("images:plan.alt", "image « plan » : texte alternatif"),
        ("document:plan", "fichier du document « plan »"),
        ("text:/uploads/a.b.png", "image du texte « /uploads/a.b.png »"),
    ],
)
def test_a_part_of_a_field_is_called_by_its_name(field, called):
    assert label(field) == called


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("published_at", None, ""),
        ("pinned", True, "oui"),
        ("pinned", False, "non"),
        ("status", "in_review", "en relecture"),
        ("documents:plan.language", "en", "anglais"),
        ("documents:plan.language", "", ""),
        ("videos:film.provider", "peertube", "PeerTube"),
        ("title", "draft", "draft"),
        ("updated_on", date(2026, 3, 1), "1er mars 2026"),
        ("published_at", datetime(2026, 3, 3, 9, 5, tzinfo=UTC), "3 mars 2026 à 10 h 05"),
        (
            "published_at",
            datetime(2026, 8, 2, 22, 0, 7, tzinfo=UTC),
            "3 août 2026 à 0 h 00 min 07 s",
        ),
        ("extra:position", 7, "7"),
        ("extra:liste", ["é", None], '["é", null]'),
        ("changes", PostChange(date(2026, 3, 1), "Une date."), "1er mars 2026 – Une date."),
        ("images:plan", PostImage("plan", "/uploads/plan.png", "Un plan"), "/uploads/plan.png – Un plan"),
        ("videos:film", PostVideo("film", "vimeo", "12", title="Un film"), "Vimeo – 12 – Un film"),
    ],
)
def test_a_value_is_said_in_words(field, value, words):
    assert said(field, value, PARIS) == words
