"""What links or leads to an article, and what carries it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import OldAddress, Status
from articles.whereabouts import whereabouts

from .factories import make_article, section
from .test_public_addresses import PLACES, make_placed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "link",
    [
        "/actualites/l’eau-là/",
        "/actualites/l%E2%80%99eau-l%C3%A0/",
        "/actualites/l’eau-là.html",
        "/actualites/l’eau-là/?a=b#suite",
        "/actualites/l%e2%80%99eau-l%c3%a0/",
        "/ACTUALITES/L’eau-là/",
        "/ancienne/",
        "/Ancienne/",
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


@pytest.mark.parametrize("link", ["l'eau-là", "l'eau-l%C3%A0", "l%27eau-l%C3%A0", "l&#39;eau-là"])
def test_a_text_that_links_to_an_address_with_an_apostrophe_is_found(link):
    article = make_article(slug="l'eau-là")
    other = make_article(body=f"[Lire](/actualites/{link}/)")
    assert whereabouts(article).linking == (other,)


@pytest.mark.parametrize(
    ("folder", "is_here"),
    [
        ("presse", True),
        ("espace-presse", True),
        ("communiques", True),
        ("Communiques", True),
        ("actualites", False),
    ],
)
def test_a_text_that_links_here_by_a_name_of_the_section_is_found_as_readers_are_led(client, folder, is_here):
    press = section("communiques")
    article = make_article(section=press, slug="avis")
    press.prefix = "presse"
    press.save()
    address = f"/{folder}/avis/"
    linking, leading = make_article(body=f"[Lire]({address})"), make_article(redirect_to=address)
    assert (client.get(address, follow=True).status_code == 200) is is_here
    found = whereabouts(article)
    assert (found.linking, found.leading) == (((linking,), (leading,)) if is_here else ((), ()))


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
    day = timezone.localtime(article.published_at)
    found = whereabouts(article)
    assert [address for _name, address in found.lists] == [
        "/",
        "/annonces/",
        "/actualites/",
        "/mots-cles/eau/",
        f"/annonces/{day.year}/",
        f"/annonces/{day.year}/{day.month}/",
        "/plan-du-site/",
        "/sitemap.xml",
    ]
    assert {address for _name, address in found.feeds} == {
        f"{folder}flux.{form}"
        for folder in ("/", "/actualites/", "/mots-cles/eau/")
        for form in ("atom", "rss", "json")
    }


ITS_OWN = "its own address, which is what goes"
IN_SITEMAP = "one file of the sitemap, which is named"
FORMER_NAME = "the former address of a feed that is named"
NOT_NAMED = {
    "article": ITS_OWN,
    "page": ITS_OWN,
    "event_calendar": ITS_OWN,
    "file": ITS_OWN,
    "rendition": ITS_OWN,
    "sitemap_news": IN_SITEMAP,
    "sitemap_tags": IN_SITEMAP,
    "sitemap_articles": IN_SITEMAP,
    "old_feed": FORMER_NAME,
    "old_section_feed": FORMER_NAME,
    "search": "shows what is asked for, whatever that is",
}
CARRYING = {name: row for name, row in PLACES.items() if row.outcome in ("absent", "not found")}


def names_of(article):
    found = whereabouts(article)
    pages = (*found.linking, *found.leading, *found.translations)
    return {address for _name, address in (*found.lists, *found.feeds)} | {
        page.get_absolute_url() for page in pages
    }


@pytest.mark.parametrize("place", [place for place in CARRYING if place not in NOT_NAMED])
def test_every_public_address_that_shows_it_is_named(place):
    article = make_placed(CARRYING[place])
    assert CARRYING[place].address(article) in names_of(article)


def test_what_is_not_named_has_its_reason_and_is_a_public_address():
    assert NOT_NAMED.keys() <= CARRYING.keys()


def test_the_home_page_is_named_for_what_it_shows_alone():
    latest = [make_article(published_at=timezone.now() - timedelta(days=day)) for day in range(8)]
    assert [("Accueil", "/") in whereabouts(article).lists for article in latest] == [True] * 7 + [False]


def test_an_agenda_has_a_calendar_of_what_is_to_come_alone():
    calendar, hour = "/agenda/flux.ics", timedelta(hours=1)
    for starts_at, is_named in (
        (timezone.now() + hour, True),
        (timezone.now() - 48 * hour, False),
        (None, False),
    ):
        event = make_article(section=section("evenements"), event_starts_at=starts_at)
        assert (calendar in names_of(event)) is is_named


def test_a_page_of_the_site_is_in_no_feed():
    found = whereabouts(make_article(section=section("pages")))
    assert found.feeds == ()
    assert [address for _name, address in found.lists] == ["/plan-du-site/", "/sitemap.xml"]


def test_what_is_not_public_is_carried_by_nothing():
    found = whereabouts(make_article(published_at=timezone.now() + timedelta(hours=1)))
    assert (found.lists, found.feeds) == ((), ())
