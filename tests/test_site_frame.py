"""What surrounds every page: name, brand, icon and links from the configuration, and the site map."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Status, Tag, TaggedArticle

from .factories import make_article, section


def get(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- configuration


def test_the_site_is_called_as_its_operator_says(settings):
    settings.SITE_NAME, settings.SITE_TAGLINE = "Le journal", "Ce qui change"
    html = render_to_string("500.html")
    assert '<p class="fr-header__service-title">Le journal</p>' in html
    assert '<p class="fr-header__service-tagline">Ce qui change</p>' in html


def test_links_of_the_configuration_are_in_the_footer(db, settings):
    assert "bsky.app" not in get("/")
    settings.FOOTER_LINKS = [("Lettre", "/lettre/")]
    settings.FOLLOW_LINKS = [("Bluesky", "https://bsky.app/profile/a")]
    html = get("/")
    assert re.search(r'fr-footer__bottom-link"\s+href="/lettre/">Lettre<', html)
    assert re.search(r'href="https://bsky.app/profile/a">Bluesky<', html)


def test_the_states_sites_come_in_their_order():
    html = render_to_string("500.html")
    sites = ["info.gouv.fr", "service-public.gouv.fr", "legifrance.gouv.fr", "data.gouv.fr"]
    assert re.findall(r'footer__content-link"\s+href="https://www\.([a-z.-]+)"', html) == sites


ICON = r'<link rel="icon"\s+href="([^"]+)"'


def test_the_projects_icon_is_shown_unless_the_operator_gives_one(settings, tmp_path):
    assert re.findall(ICON, render_to_string("500.html")) == [
        "/static/articles/favicon.svg",
        "/static/articles/favicon.ico",
    ]
    (tmp_path / "favicon.svg").write_text("<svg/>")
    settings.ROOT_FILES = tmp_path
    assert re.findall(ICON, render_to_string("500.html")) == ["/favicon.svg"]


def test_the_operators_logo_takes_the_place_of_the_brands_text(settings, tmp_path):
    (tmp_path / "logo.png").write_bytes(b"")
    settings.ROOT_FILES = tmp_path
    html = render_to_string("500.html")
    assert html.count('src="/logo.png"') == html.count('alt="Administration de démonstration"') == 2
    assert 'class="brand"' not in html
    settings.STATE_EMBLEM = True
    html = render_to_string("500.html")
    assert "logo.png" not in html
    assert "fr-logo" in html


# --- site map


@pytest.mark.django_db
def test_the_site_map_leads_to_years_pages_and_tags():
    zone = timezone.get_default_timezone()
    make_article(published_at=datetime(2019, 12, 31, 23, 59, tzinfo=zone), tags=["Eau"])
    make_article(published_at=datetime(2020, 1, 1, tzinfo=zone), tags=["Eau", "Énergie"])
    make_article(
        section=section("evenements"),
        published_at=datetime(2020, 6, 1, tzinfo=zone),
        event_starts_at=datetime(2021, 6, 1, tzinfo=zone),
    )
    make_article(section=section("evenements"), published_at=datetime(2018, 6, 1, tzinfo=zone))
    make_article(section=section("pages"), slug="a-propos", title="À propos")
    html = get("/plan-du-site/")
    assert re.findall(r'href="(/[\w-]+/\?annee=\d+)">[^<]+</a> \((\d+)\)', html) == [
        ("/actualites/?annee=2020", "1"),
        ("/actualites/?annee=2019", "1"),
        ("/agenda/?annee=2021", "1"),
    ]
    assert re.findall(r'site-map__count">(\d+) annonces?<', html) == ["2", "0", "2", "0"]
    assert '<a href="/a-propos/">À propos</a>' in html
    assert re.findall(r'href="/mots-cles/[\w-]+/">(\w+)</a>', html) == ["Eau", "Énergie"]
    assert re.findall(r'href="/annonces/(\d+)/"', html) == ["2020", "2019"]


@pytest.mark.django_db
def test_what_is_not_public_adds_nothing_to_the_site_map():
    before = get("/plan-du-site/")
    now = timezone.now()
    make_article(status=Status.DRAFT, tags=["secret"], published_at=now - timedelta(days=9000))
    make_article(status=Status.WITHDRAWN, tags=["secret"])
    make_article(published_at=now + timedelta(days=400), tags=["secret"])
    make_article(ends_at=now - timedelta(hours=1), tags=["secret"])
    make_article(redirect_to="/agenda/", tags=["secret"])
    make_article(section=section("pages"), status=Status.DRAFT, title="Page secrète")
    assert get("/plan-du-site/") == before


@pytest.mark.django_db
@pytest.mark.stale_index
def test_the_site_map_costs_the_same_at_any_size():
    def fill(count: int) -> None:
        for collection in ("actualites", "evenements", "pages"):
            made = Article.objects.bulk_create(
                Article(
                    section=section(collection),
                    slug=f"{collection}-{number}-{count}",
                    title=f"Annonce {number}",
                    status=Status.PUBLISHED,
                    published_at=timezone.now() - timedelta(days=40 * number + 1),
                    event_starts_at=timezone.now() + timedelta(days=40 * number),
                )
                for number in range(count)
            )
            tags = Tag.objects.named(f"Mot {collection} {number} {count}" for number in range(count))
            TaggedArticle.objects.bulk_create(
                TaggedArticle(content_object=article, tag=tag)
                for article, tag in zip(made, tags, strict=True)
            )

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            get("/plan-du-site/")
        return len(queries)

    fill(10)
    few = cost()
    fill(190)
    assert cost() == few <= 8


@pytest.mark.django_db
def test_every_page_of_the_site_is_on_the_site_map_and_that_is_on_every_page():
    for number in range(30):
        make_article(section=section("pages"), slug=f"page-{number}")
    html = get("/plan-du-site/")
    assert all(f'href="/page-{number}/"' in html for number in range(30))
    for address in ("/", "/actualites/", "/page-3/"):
        assert re.search(r'href="/plan-du-site/">Plan du site<', get(address))
