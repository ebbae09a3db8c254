"""Before its hour, at every public address, the site answers as one where the article does not exist.

Status, headers and body are the same byte for byte, so that nothing is to be learnt from any of them; at the
hour all addresses show it, and at its end none does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client

from articles.models import Article, ArticleQuerySet, OldAddress, Status, StoredFile, Tag

from .factories import image_bytes, make_article, make_attachment, make_carousel_image, pdf_bytes, store
from .test_public_addresses import GONE_WITH_IT, OPEN_PLACES, Row, body_of, make_placed

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
SHOWING = [name for name, row in OPEN_PLACES.items() if row.outcome != "never named"]
"""The places where something changes when an article is published."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(address: str, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Client().get(address, headers=sent)
    body = body_of(response)
    response.close()
    return Answer(response.status_code, dict(response.items()), body)


def ask_without(article: Article, address: str) -> Answer:
    """What the site would answer if the article had never been: neither it nor what only it brought along."""
    with transaction.atomic():
        files = {row.file_id for rows in (article.attachments, article.carousel_images) for row in rows.all()}
        Article.objects.get(pk=article.pk).delete()
        StoredFile.objects.filter(pk__in=files).delete()
        Tag.objects.filter(name=f"Mot de {article.pk}").delete()
        answer = ask(address)
        transaction.set_rollback(True)
    return answer


def is_shown(row: Row, article: Article, answer: Answer) -> bool:
    is_there = answer.status in (200, 302)
    return is_there and (row.outcome == "not found" or row.seen(article).encode() in answer.body)


@pytest.mark.parametrize("place", OPEN_PLACES)
def test_a_publication_shows_at_its_second_and_nothing_tells_it_before(clock, place):
    row = OPEN_PLACES[place]
    clock(NOON - INSTANT)
    article = make_placed(row, published_at=NOON)
    address = row.address(article)
    before = ask(address)
    assert before == ask_without(article, address)
    clock(NOON)
    after = ask(address)
    assert is_shown(row, article, after) == (place in SHOWING)
    if place in SHOWING:
        assert ask(address, if_none_match=before.headers.get("ETag", '"aucune"')) == after


@pytest.mark.parametrize("place", OPEN_PLACES)
@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW])
def test_what_is_not_published_is_nowhere_even_after_its_day(clock, status, place):
    clock(NOON)
    article = make_placed(OPEN_PLACES[place], status=status, published_at=NOON - timedelta(hours=1))
    address = OPEN_PLACES[place].address(article)
    assert ask(address) == ask_without(article, address)


@pytest.mark.parametrize("place", OPEN_PLACES)
def test_an_end_shows_at_its_second(clock, place):
    row = OPEN_PLACES[place]
    clock(NOON - INSTANT)
    article = make_placed(row, published_at=NOON - timedelta(hours=1), ends_at=NOON)
    address = row.address(article)
    before = ask(address)
    assert is_shown(row, article, before) == (place in SHOWING)
    clock(NOON)
    after = ask(address)
    if place in GONE_WITH_IT:
        assert after.status == 410
    else:
        assert after == ask_without(article, address)
    if place in SHOWING:
        known = {"if_none_match": before.headers["ETag"]}
        known |= {"if_modified_since": before.headers.get("Last-Modified", "")}
        assert ask(address, **known) == after


@pytest.mark.parametrize(
    "asked",
    [
        "/recherche/?q=introuvabel",
        "/recherche/?q=introuv",
        "/recherche/?q=annonce&langue=en",
        "/annonces/?langue=en",
        "/annonces/?annee=2026&mois=3",
        "/actualites/?mot-cle=commun&langue=en",
        "/flux.json?langue=en",
        "/mots-cles/commun/?langue=en",
    ],
)
def test_no_question_is_answered_by_what_is_to_come(clock, asked):
    clock(NOON - INSTANT)
    article = make_placed(OPEN_PLACES["article"], published_at=NOON)
    before = ask(asked)
    assert before == ask_without(article, asked)
    assert b"introuvable" not in before.body.lower()
    clock(NOON)
    assert b"introuvable" in ask(asked).body.lower()


@pytest.mark.parametrize(
    "written",
    ["/avant/", "/Avant.html", "/ACTUALITES/Accessibilite", "/actualites//accessibilite.html"],
)
def test_no_other_way_to_write_its_address_tells_more(clock, written):
    clock(NOON - INSTANT)
    article = make_placed(OPEN_PLACES["article"], published_at=NOON)
    OldAddress.objects.lead_to(article, ["/avant/"])
    before = ask(written)
    assert before == ask_without(article, written)
    assert before.status == 404
    clock(NOON)
    assert (ask(written).status, ask(written).headers["Location"]) == (301, article.get_absolute_url())


# --- a next version beside a live article


def make_next_version(article: Article) -> Article:
    """A draft that changes all that the article shows: texts, tags, an image, a file at the same address."""
    kept = ("section", "slug", "language", "translation_of", "pinned", "published_at", "event_starts_at")
    draft = make_article(
        replaces=article,
        status=Status.DRAFT,
        title="Annonce introuvable et changée",
        body="Un texte changé.",
        **{name: getattr(article, name) for name in kept},
    )
    draft.tags.set(["commun", f"Mot de {article.pk}", f"Mot de {draft.pk}"])
    address = article.attachments.get().address
    make_attachment(draft, address=address, file=store("b.pdf", pdf_bytes(9)))
    make_attachment(draft, address="/uploads/nouveau.pdf", file=store("c.pdf", pdf_bytes(8)))
    make_carousel_image(draft, file=store("b.png", image_bytes(99, 99)))
    return draft


@pytest.mark.parametrize("place", OPEN_PLACES)
def test_what_is_prepared_beside_a_live_article_changes_nothing(clock, place):
    clock(NOON)
    article = make_placed(OPEN_PLACES[place])
    address = OPEN_PLACES[place].address(article)
    before = ask(address)
    draft = make_next_version(article)
    assert ask(address) == before
    assert ask(address, if_none_match=before.headers.get("ETag", '"aucune"')).status in (302, 304)
    own = [
        "/uploads/nouveau.pdf",
        draft.carousel_images.get().address,
        draft.carousel_images.get().file.image_source().src,
        Tag.objects.named([f"Mot de {draft.pk}"])[0].get_absolute_url(),
    ]
    assert [ask(each).status for each in own] == [404] * len(own)


# --- a live article whose text names a file of what is not public

HIDDEN = {
    "draft": {"status": Status.DRAFT},
    "in review": {"status": Status.IN_REVIEW},
    "scheduled": {"published_at": NOON + INSTANT},
}


def name_hidden_image(**state) -> list[str]:
    """Make a live text name the image of a hidden article: where that would be seen."""
    image = make_carousel_image(make_article(**state), address="/uploads/cachee.png")
    live = make_article()
    live.body = f"![Un plan]({image.address})"
    live.save()
    return [image.address, image.file.image_source().src]


@pytest.mark.parametrize("state", HIDDEN.values(), ids=HIDDEN)
def test_no_live_text_brings_out_a_file_of_what_is_not_public(clock, state):
    clock(NOON)
    assert [ask(each).status for each in name_hidden_image(**state)] == [404, 404]


# --- what these tests would find


def test_a_site_whose_live_texts_take_any_file_would_be_found_out(clock, monkeypatch):
    monkeypatch.setattr(ArticleQuerySet, "been_public", lambda self, at=None: self)
    clock(NOON)
    assert [ask(each).status for each in name_hidden_image(**HIDDEN["draft"])] != [404, 404]


@pytest.mark.parametrize("place", SHOWING)
def test_a_site_that_forgets_the_hour_would_be_found_out_everywhere(clock, monkeypatch, place):
    monkeypatch.setattr(
        "articles.models.articles.is_published",
        lambda at: Q(status=Status.PUBLISHED, published_at__isnull=False),
    )
    clock(NOON - INSTANT)
    article = make_placed(OPEN_PLACES[place], published_at=NOON)
    address = OPEN_PLACES[place].address(article)
    assert ask(address) != ask_without(article, address)


def test_a_site_that_shows_what_is_prepared_would_be_found_out(clock, monkeypatch):
    leak = Q(status__in=[Status.PUBLISHED, Status.DRAFT])
    monkeypatch.setattr(ArticleQuerySet, "public", lambda self, at=None: self.filter(leak))
    clock(NOON)
    article = make_placed(OPEN_PLACES["home"])
    before = {place: ask(place) for place in ("/", "/flux.atom", "/recherche/?q=introuvable")}
    make_next_version(article)
    assert not [place for place, answer in before.items() if ask(place) == answer]
