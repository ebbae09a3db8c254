import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Status

from .factories import image_bytes, make_article, make_carousel_image, section, store

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def get(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


def data(address: str) -> dict[str, dict]:
    """What a page says of itself, by type."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', get(address), re.S)
    found = [json.loads(block) for block in blocks]
    assert all(each["@context"] == "https://schema.org" for each in found)
    return {each["@type"]: each for each in found}


def metas(address: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, content in re.findall(r'<meta (?:name|property)="([^"]+)"\s+content="([^"]*)"', get(address)):
        found.setdefault(name, []).append(content)
    return found


def aware(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.get_default_timezone())


def links(address: str, rel: str) -> dict[str, str]:
    tags = [tag for tag in re.findall(r"<link [^>]*>", get(address)) if f'rel="{rel}"' in tag]
    return {
        (re.search(r'hreflang="([^"]*)"', tag) or [None, ""])[1]: re.search(r'href="([^"]*)"', tag)[1]
        for tag in tags
        if "text/calendar" not in tag and "application/" not in tag
    }


def test_an_article_is_news():
    article = make_article(
        slug="guichet",
        title="Un guichet",
        chapeau="Un **chapeau**.",
        published_at=aware(2025, 7, 1, 9, 30),
        updated_on=date(2025, 7, 14),
        language="en",
    )
    image = make_carousel_image(article, file=store("vue.png", image_bytes(1500, 900)))
    assert data("/actualites/guichet/")["NewsArticle"] == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Un guichet",
        "description": "Un chapeau.",
        "url": f"{SITE}/actualites/guichet/",
        "mainEntityOfPage": f"{SITE}/actualites/guichet/",
        "datePublished": "2025-07-01T09:30:00+02:00",
        "dateModified": "2025-07-14",
        "articleSection": "Actualités",
        "inLanguage": "en",
        "image": f"{SITE}/images/{image.file.sha256}/1280.png",
        "isPartOf": {"@type": "WebSite", "name": "Annonces", "url": f"{SITE}/"},
        "publisher": (
            publisher := {
                "@type": "GovernmentOrganization",
                "name": "Administration de démonstration",
                "url": f"{SITE}/",
            }
        ),
        "author": publisher,
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"event_starts_at": aware(2026, 3, 3, 9), "event_ends_at": aware(2026, 3, 3, 12)},
            {"startDate": "2026-03-03T09:00:00+01:00", "endDate": "2026-03-03T12:00:00+01:00"},
        ),
        (
            {"event_starts_at": aware(2026, 7, 3), "event_ends_at": aware(2026, 7, 5), "event_all_day": True},
            {"startDate": "2026-07-03", "endDate": "2026-07-05"},
        ),
        (
            {"event_ends_at": aware(2026, 3, 3, 12)},
            {"startDate": "2026-03-03", "endDate": "2026-03-03T12:00:00+01:00"},
        ),
        (
            {
                "event_starts_at": aware(2026, 7, 3),
                "place": "Maison",
                "street_address": "1, rue\n99999 Ville",
            },
            {"location": {"@type": "Place", "name": "Maison", "address": "1, rue, 99999 Ville"}},
        ),
        (
            {"event_starts_at": aware(2026, 7, 3), "place": "Maison"},
            {"location": {"@type": "Place", "name": "Maison", "address": "Maison"}},
        ),
    ],
)
def test_an_event_says_when_and_where(fields, said):
    make_article(section=section("evenements"), slug="rencontre", title="Rencontre", **fields)
    found = data("/agenda/rencontre/")
    assert "NewsArticle" not in found
    event = found["Event"]
    assert event["name"] == "Rencontre"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["organizer"]["@type"] == "GovernmentOrganization"
    assert said.items() <= event.items()


def test_what_has_a_day_is_an_event_wherever_it_is_published():
    article = make_article(slug="salon", event_starts_at=timezone.now() + timedelta(days=1))
    assert {"Event", "NewsArticle"} & data("/actualites/salon/").keys() == {"Event"}
    assert "/actualites/salon/evenement.ics" in get(article.get_absolute_url())
    assert Client().get("/actualites/salon/evenement.ics").status_code == 200


def test_an_announcement_of_the_agenda_without_a_date_is_news():
    make_article(section=section("evenements"), slug="appel")
    assert "NewsArticle" in data("/agenda/appel/")


def test_a_page_of_the_site_is_a_page():
    make_article(section=section("pages"), slug="mentions-legales", title="Mentions légales")
    found = data("/mentions-legales/")
    assert found["WebPage"]["name"] == "Mentions légales"
    assert "NewsArticle" not in found
    assert metas("/mentions-legales/")["og:type"] == ["website"]


def test_the_way_to_a_page_is_said():
    make_article(slug="guichet", title="Un guichet")
    steps = data("/actualites/guichet/")["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"], step.get("item")) for step in steps] == [
        (1, "Accueil", f"{SITE}/"),
        (2, "Actualités", f"{SITE}/actualites/"),
        (3, "Un guichet", None),
    ]
    assert len(data("/actualites/")["BreadcrumbList"]["itemListElement"]) == 2


def test_the_home_page_says_how_to_search():
    site = data("/")["WebSite"]
    assert site["url"] == f"{SITE}/"
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/recherche/?q={{words}}"


def test_no_word_of_an_author_ends_the_block():
    title = '</script><script>alert(1)</script><!-- & \u2028 \\ " ]]>'
    make_article(slug="guichet", title=title)
    html = get("/actualites/guichet/")
    assert "<script>alert" not in html
    assert "<!--" not in html
    assert data("/actualites/guichet/")["NewsArticle"]["headline"] == title


def test_what_is_shared_of_an_article():
    article = make_article(
        slug="guichet",
        title="Un « guichet »",
        chapeau="Du pain & des jeux",
        language="en",
        tags=["Eau", "Santé"],
        published_at=aware(2025, 7, 1, 9, 30),
    )
    image = make_carousel_image(article, alt_text="Une vue", file=store("v.png", image_bytes(1000, 500)))
    found = metas("/actualites/guichet/?utm_source=x&page=3")
    expected = {
        "og:type": ["article"],
        "og:title": ["Un « guichet »"],
        "description": ["Du pain &amp; des jeux"],
        "og:url": [f"{SITE}/actualites/guichet/"],
        "og:locale": ["en_GB"],
        "og:image": [f"{SITE}/images/{image.file.sha256}/1000.png"],
        "og:image:type": ["image/png"],
        "og:image:width": ["1000"],
        "og:image:height": ["500"],
        "og:image:alt": ["Une vue"],
        "article:published_time": ["2025-07-01T09:30:00+02:00"],
        "article:modified_time": ["2025-07-01T09:30:00+02:00"],
        "article:section": ["Actualités"],
        "twitter:card": ["summary_large_image"],
    }
    assert {name: found.get(name) for name in expected} == expected
    assert links("/actualites/guichet/?utm_source=x", "canonical") == {"": f"{SITE}/actualites/guichet/"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_shared_image_is_one_that_others_can_show(kind):
    article = make_article(slug="guichet", body="[[image:vue]]")
    name = f"vue.{kind.lower().replace('jpeg', 'jpg')}"
    make_carousel_image(article, key="vue", file=store(name, image_bytes(1300, 700, kind=kind)))
    [media_type] = metas("/actualites/guichet/")["og:image:type"]
    assert media_type in ("image/jpeg", "image/png", "image/webp")
    assert metas("/actualites/guichet/")["og:image:width"] == ["1280"]


def test_without_image_none_is_shared():
    make_carousel_image(make_article(slug="guichet"), file=None)
    found = metas("/actualites/guichet/")
    assert "og:image" not in found
    assert found["twitter:card"] == ["summary"]
    assert "image" not in data("/actualites/guichet/")["NewsArticle"]


def test_every_version_names_all_versions_and_itself():
    original = make_article(slug="a")
    make_article(slug="b", language="en", translation_of=original)
    make_article(slug="c", language="zh-hans", translation_of=original)
    make_article(slug="d", language="de", translation_of=original, status=Status.DRAFT)
    make_article(slug="seul")
    addresses = {"fr": "/actualites/a/", "en": "/actualites/b/", "zh-hans": "/actualites/c/"}
    expected = {language: SITE + address for language, address in addresses.items()}
    for language, address in addresses.items():
        assert links(address, "alternate") == expected
        assert len(metas(address)["og:locale:alternate"]) == 2
        assert links(address, "canonical") == {"": expected[language]}
    assert links("/actualites/seul/", "alternate") == {}


def test_the_address_decides_the_language_and_no_header_does():
    make_article(slug="b", language="en")
    pages = {
        Client().get("/actualites/b/", headers={"Accept-Language": language}).content
        for language in ("fr", "en", "de")
    }
    assert len(pages) == 1


def test_a_browser_takes_data_for_data(page, live_server):
    article = make_article(slug="guichet", title="</script><b>Un guichet</b>")
    page.goto(article.get_absolute_url())
    blocks = page.locator("script[type='application/ld+json']").all_inner_texts()
    assert [json.loads(block)["@type"] for block in blocks] == ["NewsArticle", "BreadcrumbList"]
