"""The settings of the site: one row, its form, and what every page shows of it."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import BannerLevel, SiteSettings

from .editing import as_editor
from .factories import make_administrator, make_article, make_user, section

pytestmark = pytest.mark.django_db

FORM = "/admin/articles/sitesettings/1/change/"
NOTICE = 'class="fr-notice'


def save_settings(**fields) -> SiteSettings:
    site = SiteSettings.current()
    for name, value in fields.items():
        setattr(site, name, value)
    site.full_clean()
    site.save()
    return site


def get(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status
    return response.content.decode()


# --- the row


def test_a_site_begins_without_banner_and_not_compliant():
    assert not SiteSettings.objects.exists()
    assert not SiteSettings.current().has_banner()
    assert SiteSettings.current().accessibility_state == "non"


def test_there_is_one_row():
    save_settings(accessibility_state="totalement")
    save_settings(banner_title="Gardé")
    assert SiteSettings.objects.get().accessibility_state == "totalement"
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSettings.objects.create(pk=2)


@pytest.mark.parametrize("title", ["", " ", "\u200b"])
def test_a_banner_has_a_title_that_shows(title):
    with pytest.raises(ValidationError) as caught:
        SiteSettings(pk=1, banner_level="alert", banner_title=title, banner_text="Un texte").full_clean()
    assert list(caught.value.message_dict) == ["banner_title"]


def test_the_database_too_asks_for_the_title_of_a_banner():
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSettings.objects.create(pk=1, banner_level="alert")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"banner_link_label": "Consignes"}, "banner_link_address"),
        ({"banner_link_address": "/consignes/"}, "banner_link_label"),
        ({"banner_link_label": "x", "banner_link_address": "javascript:x()"}, "banner_link_address"),
        ({"banner_link_label": "x", "banner_link_address": "//autre.example/"}, "banner_link_address"),
    ],
)
def test_a_link_is_whole_and_leads_to_a_page(fields, wrong):
    with pytest.raises(ValidationError) as caught:
        SiteSettings(pk=1, **fields).full_clean()
    assert list(caught.value.message_dict) == [wrong]


def test_a_banner_ends_at_its_very_second():
    end = timezone.now()
    site = SiteSettings(banner_level="info", banner_title="Un titre", banner_ends_at=end)
    assert site.has_banner(end - timedelta(microseconds=1))
    assert not site.has_banner(end)


# --- every page


def addresses() -> list[str]:
    make_article(slug="une", tags=["commun"])
    make_article(section=section("pages"), slug="une-page")
    return [
        "/",
        "/actualites/",
        "/agenda/",
        "/actualites/une/",
        "/une-page/",
        "/mots-cles/commun/",
        "/plan-du-site/",
    ]


def test_the_banner_is_on_every_page_and_comes_to_its_end_everywhere():
    pages = addresses()
    assert not any(NOTICE in get(address) for address in pages)
    save_settings(
        banner_level="weather-red",
        banner_title="Crues <graves>",
        banner_text="Restez chez vous.",
        banner_link_label="Consignes",
        banner_link_address="/actualites/une/",
        banner_ends_at=timezone.now() + timedelta(hours=1),
    )
    for address in pages:
        html = get(address)
        assert 'class="fr-notice fr-notice--weather-red"' in html
        assert "Crues &lt;graves&gt;" in html
        assert "Restez chez vous." in html
        assert re.search(r'fr-notice__link"\s+href="/actualites/une/">Consignes<', html)
    assert NOTICE in get("/nulle-part/", 404)
    save_settings(banner_ends_at=timezone.now() - timedelta(seconds=1))
    assert not any(NOTICE in get(address) for address in pages)


def test_a_banner_without_level_is_kept_but_not_shown():
    save_settings(banner_title="Crues", banner_text="Restez chez vous.")
    assert NOTICE not in get("/")


def test_the_banner_is_a_named_part_of_the_page_and_no_alert():
    save_settings(banner_level="alert", banner_title="Crues")
    html = get("/")
    assert 'role="alert"' not in html
    assert "aria-live" not in html
    assert 'aria-label="Information importante"' in html
    assert html.index('href="#contenu"') < html.index('href="#bandeau"')
    assert html.index("</header>") < html.index('id="bandeau"') < html.index("<main")


def test_each_level_is_one_of_the_design_systems():
    from dcant_site.static_parts import sheet

    assert all(f".fr-notice--{level}" in sheet() for level in BannerLevel)


def test_the_footer_says_how_accessible_the_site_is():
    assert re.search(r"<span[^>]*>Accessibilité\s: non conforme</span>", get("/"))
    save_settings(accessibility_state="partiellement")
    make_article(section=section("pages"), slug="accessibilite")
    assert re.search(r'href="/accessibilite/">Accessibilité\s: partiellement conforme<', get("/"))


def test_the_frame_of_a_page_costs_one_query():
    save_settings(banner_level="alert", banner_title="Crues")
    make_article(section=section("pages"), slug="accessibilite")
    with CaptureQueriesContext(connection) as queries:
        assert NOTICE in render_to_string("404.html")
    assert len(queries) == 1


# --- the form


@pytest.fixture
def administrator(client):
    client.force_login(make_administrator())
    return client


def fields(**changed):
    return {
        "accessibility_state": "non",
        "banner_level": "",
        "banner_title": "",
        "banner_text": "",
        "banner_link_label": "",
        "banner_link_address": "",
        "banner_ends_at": "",
        **changed,
    }


def test_the_form_is_one_click_away_and_saves_the_one_row(administrator):
    home = administrator.get("/admin/").content.decode()
    assert 'href="/admin/articles/sitesettings/"' in home
    assert "/admin/articles/sitesettings/add/" not in home
    assert administrator.get("/admin/articles/sitesettings/")["Location"] == FORM
    page = administrator.get(FORM).content.decode()
    assert "Réglages du site" in page
    assert "Aucun bandeau." in page
    sent = fields(banner_level="warning", banner_title="Panne", accessibility_state="partiellement")
    response = administrator.post(FORM, sent, follow=True)
    assert response.redirect_chain[-1][0] == FORM
    assert "Montré sur toutes les pages." in response.content.decode()
    assert SiteSettings.objects.get().banner_title == "Panne"
    assert "Panne" in get("/")


def test_the_form_says_when_the_banner_ends_and_that_it_has(administrator):
    save_settings(
        banner_level="info", banner_title="Panne", banner_ends_at=timezone.now() + timedelta(hours=1)
    )
    assert "jusqu’au" in administrator.get(FORM).content.decode()
    save_settings(banner_ends_at=timezone.now() - timedelta(hours=1))
    assert "Terminé" in administrator.get(FORM).content.decode()


def test_the_history_says_who_changed_what(administrator):
    administrator.post(FORM, fields(banner_level="alert", banner_title="Crues"))
    entry = LogEntry.objects.get()
    assert entry.user.username == "administration"
    assert "Titre" in entry.get_change_message()
    history = administrator.get("/admin/articles/sitesettings/1/history/").content.decode()
    assert "administration" in history


def test_a_form_that_is_refused_does_not_say_that_the_banner_is_shown(administrator):
    page = administrator.post(FORM, {"accessibility_state": "none", "banner_level": "alert"})
    assert "Montré sur toutes les pages" not in page.content.decode()
    assert "Aucun bandeau." in page.content.decode()


def test_the_form_refuses_a_banner_without_title_and_loses_nothing(administrator):
    page = administrator.post(FORM, fields(banner_level="alert", banner_text="Restez chez vous."))
    assert "Un bandeau a un titre" in page.content.decode()
    assert "Restez chez vous." in page.content.decode()
    assert not SiteSettings.objects.exists()


def test_there_is_no_other_row_to_add_change_or_delete(administrator):
    assert administrator.get("/admin/articles/sitesettings/add/").status_code == 403
    assert administrator.get("/admin/articles/sitesettings/1/delete/").status_code == 403
    assert administrator.get("/admin/articles/sitesettings/2/change/")["Location"] == "/admin/"


def test_an_editor_may_raise_the_alarm(client):
    response = as_editor(client).post(FORM, fields(banner_level="alert", banner_title="Crues"))
    assert response.status_code == 302
    assert SiteSettings.current().has_banner()


@pytest.mark.parametrize("codename", ["view_sitesettings", "add_sitesettings", "delete_sitesettings"])
def test_who_may_not_change_the_settings_does_not_see_them(client, codename):
    user = make_user("stagiaire", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(user)
    assert "sitesettings" not in client.get("/admin/").content.decode()
    assert client.get(FORM).status_code == 403
    assert client.post(FORM, fields(banner_level="alert", banner_title="Crues")).status_code == 403
    assert not SiteSettings.objects.exists()
    user.user_permissions.add(Permission.objects.get(codename="change_sitesettings"))
    assert client.get(FORM).status_code == 200
