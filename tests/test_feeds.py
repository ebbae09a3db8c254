"""Feeds by their addresses, read by a feed library as subscribers' programs read them."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import feedparser
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.feeds import PER_PAGE
from articles.models import Article, Kind, Section

from .factories import at, make_article, make_attachment, make_carousel_image, make_video, section

SITE = settings.SITE_URL
FORMS = ("atom", "rss", "json")
ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPES = {"application/atom+xml", "application/rss+xml", "application/feed+json"}

pytestmark = pytest.mark.django_db


def get(address: str, status: int = 200, **headers: str):
    response = Client().get(address, headers=headers)
    assert response.status_code == status
    return response


def parsed(address: str):
    """What a feed library finds; it is told to change nothing, and must not complain."""
    response = get(address)
    found = feedparser.parse(
        response.content,
        response_headers={"content-type": response["Content-Type"]},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    assert not found.bozo, found.get("bozo_exception")
    return found


def titles(address: str) -> list[str]:
    if ".json" in address:
        return [item["title"] for item in get(address).json()["items"]]
    return [entry.title for entry in parsed(address).entries]


def ids(address: str) -> list[str]:
    if ".json" in address:
        return [item["id"] for item in get(address).json()["items"]]
    return [entry.id for entry in parsed(address).entries]


def link(found, relation: str) -> str | None:
    return next((each.href for each in found.links if each.rel == relation), None)


@pytest.fixture
def announcements() -> None:
    make_article(title="Ancienne", published_at=at(2024, 3), tags=["Logement"])
    make_article(title="De mars", published_at=at(2025, 3), tags=["Logement", "Énergie"])
    make_article(title="De mai", published_at=at(2025, 5), language="en")
    make_article(title="Presse", published_at=at(2025, 6), section=section("communiques"))
    make_article(
        title="Atelier",
        published_at=at(2025, 7),
        section=section("evenements"),
        event_starts_at=at(2026, 1),
    )
    make_article(title="Mentions légales", section=section("pages"))


# --- which announcements


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/flux.{}", ["Atelier", "Presse", "De mai", "De mars", "Ancienne"]),
        ("/actualites/flux.{}", ["De mai", "De mars", "Ancienne"]),
        ("/mots-cles/logement/flux.{}", ["De mars", "Ancienne"]),
        ("/publication/flux.{}", []),
        ("/flux.{}?rubrique=espace-presse", ["Presse"]),
        ("/flux.{}?mot-cle=logement&annee=2025", ["De mars"]),
        ("/flux.{}?annee=2025&mois=5", ["De mai"]),
        ("/flux.{}?langue=en", ["De mai"]),
        ("/flux.{}?rubrique=&annee=&page=", ["Atelier", "Presse", "De mai", "De mars", "Ancienne"]),
        ("/actualites/flux.{}?rubrique=espace-presse&annee=2024&utm_source=x", ["Ancienne"]),
        ("/agenda/flux.{}?annee=2026", ["Atelier"]),
        ("/agenda/flux.{}?annee=2025", []),
    ],
)
def test_a_feed_holds_what_its_list_shows_latest_first(announcements, address, form, expected):
    assert titles(address.format(form)) == expected


@pytest.mark.parametrize(
    "address",
    [
        "/nulle-part/flux.{}",
        "/mots-cles/nulle-part/flux.{}",
        "/mots-cles/brouillon/flux.{}",
        "/pages-du-site/flux.{}",
        "/flux.{}?rubrique=nulle-part",
        "/flux.{}?rubrique=%00",
        "/flux.{}?mot-cle=brouillon",
        "/flux.{}?annee=abc",
        "/flux.{}?annee=2025&mois=13",
        "/flux.{}?langue=xx",
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_what_no_announcement_answers_to_is_not_found(announcements, address, form):
    Section.objects.create(title="Pages", prefix="pages-du-site", kind=Kind.PAGE, collection="autres")
    make_article(status="draft", tags=["Brouillon"])
    get(address.format(form), 404)


@pytest.mark.parametrize(
    "address", ["/flux.xml", "/flux", "/actualites/flux.atom/x", "/feed.pages.xml", "/feed.rien.xml"]
)
def test_there_are_three_formats_and_no_feed_of_pages(announcements, address):
    assert Client().get(address, follow=True).status_code == 404


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/flux.atom/?annee=2025", "/flux.atom?annee=2025"),
        ("/FLUX.rss", "/flux.rss"),
        ("/communiques/flux.json", "/espace-presse/flux.json"),
    ],
)
def test_an_address_written_otherwise_leads_to_the_feed_in_one_step(announcements, written, meant):
    Section.objects.filter(prefix="espace-presse").first().former_prefixes.create(prefix="communiques")
    response = Client().get(written)
    assert (response.status_code, response["Location"]) == (301, meant)
    get(meant)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/feed.xml", "/flux.atom"),
        ("/feed.actualites.xml", "/actualites/flux.atom"),
        ("/feed.communiques.xml", "/espace-presse/flux.atom"),
        ("/feed.evenements.xml", "/agenda/flux.atom"),
    ],
)
def test_a_feed_of_the_site_before_is_the_new_one_and_says_where_it_is(announcements, old, new):
    assert get(old).content == get(new).content
    assert link(parsed(old).feed, "self") == SITE + new


# --- what the feed says of itself


@pytest.mark.parametrize(
    ("address", "title", "list_address"),
    [
        ("/flux.{}", "Annonces", "/annonces/"),
        ("/actualites/flux.{}", "Actualités – Annonces", "/actualites/"),
        ("/mots-cles/logement/flux.{}", "Logement – Annonces", "/mots-cles/logement/"),
        ("/flux.{}?mois=5&annee=2025", "2025 – mai – Annonces", "/annonces/2025/5/"),
        ("/actualites/flux.{}?annee=2025", "Actualités – 2025 – Annonces", "/actualites/?annee=2025"),
    ],
)
def test_a_feed_names_its_list_and_itself(announcements, address, title, list_address):
    canonical = address.replace("mois=5&annee=2025", "annee=2025&mois=5")
    for form in ("atom", "rss"):
        feed = parsed(address.format(form)).feed
        assert feed.title == title
        assert link(feed, "alternate") == SITE + list_address
        assert link(feed, "self") == SITE + canonical.format(form)
        assert feed.language == "fr"
    feed = get(address.format("json")).json()
    assert feed["title"] == title
    assert feed["home_page_url"] == SITE + list_address
    assert feed["feed_url"] == SITE + canonical.format("json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["language"] == "fr"
    assert feed["authors"] == [{"name": " ".join(settings.BRAND), "url": SITE}]
    get(list_address)


def test_the_list_that_a_feed_names_shows_the_same(announcements):
    for address in ("/flux.atom?annee=2025&mois=3", "/agenda/flux.atom?annee=2026"):
        (title,) = titles(address)
        assert title in get(link(parsed(address).feed, "alternate").removeprefix(SITE)).content.decode()


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("atom", "application/atom+xml; charset=utf-8"),
        ("rss", "application/rss+xml; charset=utf-8"),
        ("json", "application/feed+json; charset=utf-8"),
    ],
)
def test_headers_say_what_it_is_and_let_scripts_of_other_sites_read_it(form, media_type):
    response = get(f"/flux.{form}")
    assert response["Content-Type"] == media_type
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["X-Robots-Tag"] == "noindex"
    again = get(f"/flux.{form}", 304, if_none_match=response["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["/", "/actualites/", "/annonces/"])
def test_no_page_is_read_by_scripts_of_other_sites(address):
    assert "Access-Control-Allow-Origin" not in get(address)


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_stays_the_same_and_is_valid(form):
    address = f"/publication/flux.{form}"
    assert titles(address) == []
    assert get(address).content == get(address).content


def test_a_feed_without_entries_last_changed_never():
    assert parsed("/publication/flux.atom").feed.updated == "1970-01-01T00:00:00+00:00"


# --- what it says of an announcement


def test_an_entry_has_title_address_dates_author_tags_and_language():
    article = make_article(
        title="Rénover : les aides & l’énergie",
        chapeau="Le *chapeau* & la suite.",
        published_at=at(2025, 3, 5, 9),
        updated_on=at(2025, 4, 1).date(),
        language="en",
        tags=["Logement", "Énergie"],
    )
    address = SITE + article.get_absolute_url()
    for form in ("atom", "rss"):
        (entry,) = parsed(f"/flux.{form}").entries
        assert (entry.title, entry.link) == (article.title, address)
        assert entry.summary == "Le chapeau &amp; la suite."  # HTML in both
        assert entry.author == " ".join(settings.BRAND)
        assert [tag.term for tag in entry.tags] == ["Actualités", "Logement", "Énergie"]
        assert entry.published_parsed[:5] == (2025, 3, 5, 8, 0)
    (atom,) = parsed("/flux.atom").entries
    assert (atom.published, atom.updated) == ("2025-03-05T09:00:00+01:00", "2025-04-01T00:00:00+02:00")
    assert atom.content[0].language == "en"
    (rss,) = parsed("/flux.rss").entries
    assert rss.published == "Wed, 05 Mar 2025 09:00:00 +0100"
    assert rss.language == "en"
    assert not rss.guidislink
    (item,) = get("/flux.json").json()["items"]
    assert (item["title"], item["url"], item["language"]) == (article.title, address, "en")
    assert item["summary"] == "Le chapeau & la suite."
    assert item["tags"] == ["Logement", "Énergie"]
    assert item["date_published"] == "2025-03-05T09:00:00+01:00"
    assert item["date_modified"] == "2025-04-01T00:00:00+02:00"


def test_a_save_without_a_new_date_is_no_change():
    article = make_article()
    before = get("/flux.atom").content
    article.save()
    assert get("/flux.atom").content == before


def test_an_id_is_one_for_all_formats_and_outlives_the_address():
    article = make_article()
    (before,) = ids("/flux.atom")
    assert before == article.uuid.urn
    article.slug, article.title, article.section = "ailleurs", "Autrement", section("communiques")
    article.save()
    assert {known for form in FORMS for known in ids(f"/flux.{form}")} == {before}


def test_ids_differ():
    for _ in range(3):
        make_article()
    assert len(set(ids("/flux.atom"))) == 3


def test_documents_are_enclosures_with_type_and_size():
    article = make_article(body="[[document:bilan]]\n\nVoir [la carte](/uploads/La%20carte.pdf).")
    bilan = make_attachment(article, key="bilan", address="/uploads/Bilan annuel.pdf", title="Bilan")
    make_attachment(article, address="/uploads/La carte.pdf")
    make_attachment(article, file=None)
    first = {
        "href": f"{SITE}/uploads/Bilan%20annuel.pdf",
        "length": str(bilan.file.size_bytes),
        "type": "application/pdf",
    }
    (atom,) = parsed("/flux.atom").entries
    assert [each.href for each in atom.enclosures] == [first["href"], f"{SITE}/uploads/La%20carte.pdf"]
    assert first.items() <= dict(atom.enclosures[0]).items()
    (rss,) = parsed("/flux.rss").entries
    assert [dict(each) | first for each in rss.enclosures] == [dict(each) for each in rss.enclosures]
    (item,) = get("/flux.json").json()["items"]
    assert item["attachments"][0] == {
        "url": first["href"],
        "mime_type": "application/pdf",
        "title": "Bilan",
        "size_in_bytes": bilan.file.size_bytes,
    }
    assert len(rss.enclosures) == 1
    assert len(item["attachments"]) == 2
    for attachment in item["attachments"]:
        response = get(attachment["url"].removeprefix(SITE))
        assert len(b"".join(response)) == attachment["size_in_bytes"]


def test_an_event_says_when_and_where():
    make_article(
        section=section("evenements"),
        subtitle="Un sous-titre",
        event_starts_at=at(2026, 1, 8, 14),
        event_ends_at=at(2026, 1, 8, 16),
        place="Salle des fêtes",
        street_address="1, rue du Modèle\n99999 Ville-Exemple",
    )
    make_article(title="Sans date")
    plain, event = get("/flux.json").json()["items"]
    assert event["_dcant"] == {
        "subtitle": "Un sous-titre",
        "section": {"title": "Agenda", "url": f"{SITE}/agenda/"},
        "event": {
            "starts_at": "2026-01-08T14:00:00+01:00",
            "ends_at": "2026-01-08T16:00:00+01:00",
            "all_day": False,
            "place": "Salle des fêtes",
            "street_address": "1, rue du Modèle\n99999 Ville-Exemple",
        },
    }
    assert plain["_dcant"] == {"section": {"title": "Actualités", "url": f"{SITE}/actualites/"}}


def addresses_in_json(value) -> list[str]:
    if isinstance(value, list):
        return [address for each in value for address in addresses_in_json(each)]
    if not isinstance(value, dict):
        return []
    own = [each for name, each in value.items() if name == "image" or name.endswith("url")]
    return own + [address for each in value.values() for address in addresses_in_json(each)]


def test_every_address_of_a_feed_is_whole():
    article = make_article(tags=["Énergie"], slug="l'été", place="Salle des fêtes")
    make_attachment(article, address="/uploads/Bilan annuel.pdf")
    make_carousel_image(article)
    for _ in range(PER_PAGE):
        make_article(tags=["Énergie"])
    for form in ("atom", "rss"):
        root = ElementTree.fromstring(get(f"/mots-cles/energie/flux.{form}?langue=fr").content)
        given = [each.get(name) for each in root.iter() for name in ("href", "url") if each.get(name)]
        given += [each.text for each in root.iter() if each.tag in ("link", f"{{{ATOM}}}uri")]
        assert len(given) > PER_PAGE
        assert [address for address in given if not address.startswith(SITE)] == []
    given = addresses_in_json(get("/mots-cles/energie/flux.json?langue=fr&page=1").json())
    given += addresses_in_json(get("/mots-cles/energie/flux.json?langue=fr&page=2").json())
    assert len(given) > PER_PAGE
    assert [address for address in given if not address.startswith(SITE)] == []


# --- pages


def test_pages_follow_each_other_and_hold_each_announcement_once():
    made = [make_article(published_at=at(2025, 1, 1) + timedelta(hours=n)).title for n in range(PER_PAGE + 3)]
    for form in FORMS:
        assert titles(f"/flux.{form}") + titles(f"/flux.{form}?page=2") == made[::-1]
    first, second = get("/flux.json").json(), get("/flux.json?page=2").json()
    assert first["next_url"] == f"{SITE}/flux.json?page=2" == second["feed_url"]
    assert "next_url" not in second
    for form in ("atom", "rss"):
        page, after = parsed(f"/flux.{form}").feed, parsed(f"/flux.{form}?page=2").feed
        assert link(page, "next") == f"{SITE}/flux.{form}?page=2" == link(after, "self")
        assert (link(page, "previous"), link(after, "next")) == (None, None)
        assert link(after, "previous") == link(after, "first") == f"{SITE}/flux.{form}"
    assert parsed("/flux.atom").feed.id == parsed("/flux.atom?page=2").feed.id


def test_a_full_page_that_is_the_last_names_no_next():
    for _ in range(PER_PAGE):
        make_article()
    assert "next_url" not in get("/flux.json").json()
    get("/flux.json?page=2", 404)


def test_the_next_page_keeps_the_filters():
    for _ in range(PER_PAGE + 1):
        make_article(published_at=at(2025, 5), tags=["Énergie"])
    feed = get("/actualites/flux.json?mois=5&langue=&mot-cle=energie&annee=2025&utm_source=x").json()
    assert feed["next_url"] == f"{SITE}/actualites/flux.json?mot-cle=energie&annee=2025&mois=5&page=2"
    assert len(get(feed["next_url"].removeprefix(SITE)).json()["items"]) == 1


@pytest.mark.parametrize("number", ["abc", "0", "-1", "99999", "1.5", "²", "9" * 5_000, "\0", "01"])
def test_a_page_that_does_not_exist_is_not_found(number):
    make_article()
    for form in FORMS:
        assert Client().get(f"/flux.{form}", {"page": number}).status_code == 404


# --- queries


def test_a_feed_takes_as_many_queries_for_one_announcement_as_for_many():
    addresses = [
        f"{path}.{form}{query}"
        for form in FORMS
        for path, query in [
            ("/flux", ""),
            ("/flux", "?rubrique=actualites&mot-cle=commun&annee=2025&langue=fr"),
            ("/actualites/flux", "?mot-cle=commun"),
            ("/mots-cles/commun/flux", "?rubrique=actualites"),
        ]
    ] + ["/feed.xml", "/feed.actualites.xml"]

    def make_full() -> None:
        article = make_article(
            published_at=at(2025, 5), tags=["Commun", "Autre"], body="![Une](/uploads/une.png)"
        )
        make_carousel_image(article)
        make_video(article)
        make_attachment(article, accessible_version_of=make_attachment(article))
        Article.objects.filter(pk=article.pk).first().take_body_images()

    def counts() -> dict[str, int]:
        found = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                get(address)
            found[address] = len(queries)
        return found

    make_full()
    few = counts()
    for _ in range(PER_PAGE + 2):
        make_full()
    assert counts() == few
    assert max(few.values()) <= 8


# --- heads of pages


@pytest.mark.parametrize(
    ("address", "feeds"),
    [
        ("/", ["/flux"]),
        ("/annonces/", ["/flux"]),
        ("/annonces/2025/", ["/flux?annee=2025"]),
        ("/annonces/2025/3/?mot-cle=energie", ["/mots-cles/energie/flux?annee=2025&mois=3"]),
        ("/actualites/", ["/actualites/flux"]),
        ("/actualites/?annee=2025&page=1&x=y", ["/actualites/flux?annee=2025"]),
        ("/agenda/?annee=2026", ["/agenda/flux?annee=2026"]),
        ("/mots-cles/energie/?rubrique=actualites", ["/actualites/flux?mot-cle=energie"]),
        ("/actualites/de-mars/", ["/flux", "/actualites/flux"]),
        ("/mentions-legales/", ["/flux"]),
    ],
)
def test_a_page_names_its_feeds_in_its_head(announcements, address, feeds):
    Article.objects.filter(title="De mars").update(slug="de-mars")
    Article.objects.filter(title="Mentions légales").update(slug="mentions-legales")
    named = feeds_named(get(address).content.decode())
    assert [path for path, _media_type in named] == [
        SITE + feed.replace("flux", f"flux.{form}") for feed in feeds for form in FORMS
    ]
    for path, media_type in named:
        assert get(path.removeprefix(SITE))["Content-Type"].startswith(media_type)


def feeds_named(html: str) -> list[tuple[str, str]]:
    """Address and type of the feeds that the page's head names, as a browser reads them."""
    found = []

    class Head(HTMLParser):
        def handle_starttag(self, tag, attrs):
            given = dict(attrs)
            if tag == "link" and given.get("type") in MEDIA_TYPES:
                assert given["rel"] == "alternate"
                found.append((given["href"], given["type"]))

    Head().feed(html)
    return found


@pytest.mark.parametrize("address", ["/", "/actualites/?annee=2025", "/mots-cles/energie/", "/agenda/"])
def test_a_list_offers_to_be_followed(announcements, address):
    html = get(address).content.decode()
    block = html[html.index('class="follow"') :]
    for path, _media_type in feeds_named(html):
        assert f'href="{path.removeprefix(SITE)}"'.replace("&", "&amp;") in block


def test_json_is_written_as_it_is_read():
    """Letters stay letters, so that a person can read what a program gets."""
    make_article(title="Été")
    assert "Été" in get("/flux.json").content.decode()
    assert json.loads(get("/flux.json").content)["items"][0]["title"] == "Été"
