"""What links or leads to an article, and what carries it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import OldAddress, Status
from articles.whereabouts import whereabouts

from .factories import make_article, section

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "link",
    [
        "/actualites/l’eau-là/",
        "/actualites/l%E2%80%99eau-l%C3%A0/",
        "/actualites/l’eau-là.html",
        "/actualites/l’eau-là/?a=b#suite",
        "/ancienne/",
        "http://127.0.0.1:8000/actualites/l’eau-là/",
    ],
)
@pytest.mark.parametrize("field", ["body", "chapeau", "practical_details"])
def test_a_text_that_links_here_is_found_however_it_writes_the_address(link, field, settings):
    settings.OWN_HOSTS = {"127.0.0.1:8000", "127.0.0.1"}
    article = make_article(slug="l’eau-là")
    OldAddress.objects.lead_to(article, ["/ancienne/"])
    other = make_article(**{field: f"[Lire]({link})"}, status=Status.DRAFT)
    assert whereabouts(article).linking == (other,)


@pytest.mark.parametrize(
    "body",
    [
        "[Lire](/agenda/l-eau/)",
        "[Lire](/actualites/l-eau-bis/)",
        "[Lire](https://ailleurs.example/actualites/l-eau/)",
        "Il est question de l-eau.",
        "`/actualites/l-eau/`",
    ],
)
def test_a_text_that_only_looks_like_it_is_not(body):
    article = make_article(slug="l-eau", body="[Moi](/actualites/l-eau/)")
    make_article(body=body)
    assert whereabouts(article).linking == ()


def test_what_leads_here_and_other_languages_are_told():
    article = make_article()
    leading = make_article(redirect_to=f"{article.get_absolute_url()}#suite")
    english = make_article(language="en", translation_of=article)
    found = whereabouts(article)
    assert (found.leading, found.translations) == ((leading,), (english,))


def test_lists_and_feeds_are_those_that_carry_it():
    article = make_article(tags=["eau"], pinned=True)
    found = whereabouts(article)
    assert [address for _name, address in found.lists] == [
        "/",
        "/annonces/",
        "/actualites/",
        "/mots-cles/eau/",
        "/plan-du-site/",
        "/sitemap.xml",
    ]
    assert {address for _name, address in found.feeds} == {
        f"{folder}flux.{form}"
        for folder in ("/", "/actualites/", "/mots-cles/eau/")
        for form in ("atom", "rss", "json")
    }


def test_a_page_of_the_site_is_in_no_feed():
    found = whereabouts(make_article(section=section("pages")))
    assert found.feeds == ()
    assert [address for _name, address in found.lists] == ["/plan-du-site/", "/sitemap.xml"]


def test_what_is_not_public_is_carried_by_nothing():
    found = whereabouts(make_article(published_at=timezone.now() + timedelta(hours=1)))
    assert (found.lists, found.feeds) == ((), ())
