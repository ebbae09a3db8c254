"""Lists by their addresses: what filters leave, what they offer, and what cannot be asked."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Section, Status

from .factories import at, make_article, section
from .test_public_addresses import NOT_PUBLIC

SITE = settings.SITE_URL

pytestmark = pytest.mark.django_db


class Form(HTMLParser):
    """The options of each select of the page, and those that are chosen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.options: dict[str, list[str]] = {}
        self.chosen: dict[str, str] = {}
        self.open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "select":
            self.select = found["name"]
            self.options[self.select] = []
        elif tag == "option":
            self.open = self.select
            if "selected" in found:
                self.chosen[self.select] = found["value"]

    def handle_data(self, data):
        if self.open:
            self.options[self.open].append(data)
            self.open = ""


def get(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status
    return response.content.decode()


def titles(html: str) -> set[str]:
    return set(re.findall(r'class="(?:fr-card__title|event__title)"><a [^>]*>([^<]*)<', html))


@pytest.fixture
def announcements() -> None:
    make_article(title="Ancienne", published_at=at(2024, 3), tags=["Logement"])
    make_article(title="De mars", published_at=at(2025, 3), tags=["Logement", "Énergie"])
    make_article(title="De mai", published_at=at(2025, 5), tags=["Énergie"])
    make_article(title="In English", published_at=at(2025, 5), language="en")
    make_article(title="Pour la presse", published_at=at(2025, 5), section=section("communiques"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/annonces/", {"Ancienne", "De mars", "De mai", "In English", "Pour la presse"}),
        ("/annonces/?rubrique=espace-presse", {"Pour la presse"}),
        ("/annonces/?mot-cle=logement", {"Ancienne", "De mars"}),
        ("/annonces/?mot-cle=logement&annee=2025", {"De mars"}),
        ("/annonces/?annee=2025&mois=5&rubrique=actualites&langue=fr", {"De mai"}),
        ("/annonces/?langue=en", {"In English"}),
        ("/annonces/?mois=5", {"Ancienne", "De mars", "De mai", "In English", "Pour la presse"}),
        ("/annonces/?rubrique=&mot-cle=logement&annee=&page=", {"Ancienne", "De mars"}),
        ("/annonces/2025/", {"De mars", "De mai", "In English", "Pour la presse"}),
        ("/annonces/2025/3/", {"De mars"}),
        ("/annonces/2025/?annee=2024", {"De mars", "De mai", "In English", "Pour la presse"}),
        ("/annonces/1999/", set()),
        ("/actualites/?annee=2024", {"Ancienne"}),
        ("/actualites/?rubrique=espace-presse&annee=2024", {"Ancienne"}),
        ("/actualites/?utm_source=lettre&mot-cle=energie", {"De mars", "De mai"}),
        ("/mots-cles/energie/?annee=2025&mois=5", {"De mai"}),
        ("/actualites/?annee=1950", set()),
    ],
)
def test_a_list_shows_what_passes_all_its_filters(announcements, address, expected):
    shown = titles(get(address))
    assert shown == expected


@pytest.mark.parametrize(
    "query",
    [
        "annee=abc",
        "annee=0",
        "annee=-1",
        "annee=9999",
        "annee=1850",
        "annee=²025",
        "annee=٢٠٢٥",
        "annee=20250",
        "annee=2025&mois=13",
        "annee=2025&mois=0",
        "annee=2025&mois=mai",
        "mot-cle=inconnu",
        "mot-cle=%00",
        "rubrique=inconnue",
        "rubrique=%F0%9F%98%80%00",
        "langue=xx",
        "page=abc",
        "page=0",
        "page=-1",
        "page=99999",
        "page=01",
        "page=%2B1",
        "page=1.0",
        "page=" + "9" * 5000,
    ],
)
def test_what_cannot_be_read_or_is_unknown_is_not_found(announcements, query):
    assert "Page non trouvée" in get(f"/annonces/?{query}", 404)


@pytest.mark.parametrize(
    "path", ["/annonces/0999/", "/annonces/9999/", "/annonces/2025/13/", "/annonces/2025/03/"]
)
def test_a_year_or_month_that_is_none_is_not_found(path):
    get(path, 404)


def test_a_year_begins_and_ends_at_midnight_in_paris():
    make_article(title="Réveillon", published_at=at(2024, 12, 31, 23))
    make_article(title="Nouvel an", published_at=at(2025, 1, 1, 0))
    assert titles(get("/annonces/?annee=2025")) == {"Nouvel an"}
    assert titles(get("/annonces/?annee=2024&mois=12")) == {"Réveillon"}


def test_each_choice_says_how_many_announcements_it_would_show(announcements):
    form = Form(get("/annonces/?annee=2025"))
    assert form.options == {
        "rubrique": ["Tout", "Actualités (3)", "Espace presse (1)"],
        "mot-cle": ["Tout", "Énergie (2)", "Logement (1)"],
        "annee": ["Tout", "2025 (4)", "2024 (1)"],
        "mois": ["Tout", "mars (1)", "mai (3)"],
        "langue": ["Tout", "English (1)", "français (3)"],
    }
    assert form.chosen == {"annee": "2025"}


def test_a_filter_that_leaves_nothing_stays_chosen_and_can_be_taken_back(announcements):
    html = get("/annonces/?mot-cle=logement&langue=en")
    assert "Rien ne répond à ces filtres" in html
    assert Form(html).chosen == {"mot-cle": "logement", "langue": "en"}
    assert 'href="/annonces/?langue=en"' in html
    assert 'href="/annonces/?mot-cle=logement"' in html


@pytest.mark.parametrize("state", NOT_PUBLIC)
def test_what_is_not_public_is_neither_counted_nor_offered(announcements, state):
    lists = ("/annonces/", "/annonces/?annee=2025", "/annonces/2025/", "/actualites/", "/mots-cles/energie/")
    before = {address: Form(get(address)).options for address in lists}
    fields = {"published_at": at(2025, 1)} | NOT_PUBLIC[state](timezone.now())
    make_article(title="Secrète", language="de", tags=["Secret", "Énergie"], **fields)
    assert {address: Form(get(address)).options for address in lists} == before
    get("/annonces/?mot-cle=secret", 404)


def test_the_agenda_filters_by_the_day_of_events():
    agenda = section("evenements")
    make_article(section=agenda, title="En 2031", event_starts_at=at(2031, 2), published_at=at(2025, 1))
    make_article(section=agenda, title="En 2025", event_starts_at=at(2025, 2), published_at=at(2024, 1))
    html = get("/agenda/?annee=2031")
    assert titles(html) == {"En 2031"}
    assert Form(html).options["annee"] == ["Tout", "2031 (1)", "2025 (1)"]


def test_an_event_without_a_date_is_listed_as_such_and_last():
    agenda = section("evenements")
    make_article(section=agenda, title="Sans date")
    make_article(section=agenda, title="Passé", event_starts_at=at(2025, 2))
    make_article(section=agenda, title="À venir bientôt", event_starts_at=at(2131, 2))
    html = get("/agenda/")
    parts = [
        html.index(words)
        for words in ("À venir bientôt", "Événements passés", ">Passé<", "Date non précisée", "Sans date")
    ]
    assert parts == sorted(parts)


def test_pages_of_a_filtered_list_keep_its_filters():
    for _ in range(13):
        make_article(published_at=at(2025, 5), tags=["Énergie"])
    html = get("/annonces/?page=2&mot-cle=energie&utm_source=x&annee=2025")
    assert f'rel="canonical" href="{SITE}/mots-cles/energie/?annee=2025&amp;page=2"' in html
    assert 'href="/annonces/?mot-cle=energie&amp;annee=2025"' in html
    first = get("/annonces/?mot-cle=energie&annee=2025&page=1")
    assert f'rel="canonical" href="{SITE}/mots-cles/energie/?annee=2025"' in first


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/annonces/2025/?mois=3", "/annonces/2025/3/"),
        ("/annonces/?annee=2025&mois=3", "/annonces/2025/3/"),
        ("/annonces/?annee=2025&rubrique=actualites", "/actualites/?annee=2025"),
        ("/mots-cles/energie/?rubrique=actualites", "/actualites/?mot-cle=energie"),
        ("/actualites/?annee=2025&utm_source=x&page=1", "/actualites/?annee=2025"),
    ],
)
def test_a_list_has_one_address_however_it_is_asked_for(announcements, asked, canonical):
    assert f'rel="canonical" href="{SITE}{canonical}"' in get(asked)


def test_the_year_of_an_event_is_that_of_its_day_wherever_the_agenda_is_asked_for():
    make_article(section=section("evenements"), title="Bal", event_starts_at=at(2031, 2))
    assert titles(get("/agenda/?annee=2031")) == {"Bal"}
    assert titles(get("/annonces/?rubrique=agenda&annee=2031")) == {"Bal"}


def test_one_mistyped_year_leaves_the_others_to_choose():
    agenda = section("evenements")
    make_article(section=agenda, event_starts_at=at(2199, 5))
    make_article(section=agenda, event_starts_at=at(2026, 5))
    assert Form(get("/agenda/")).options["annee"] == ["Tout", "2199 (1)", "2026 (1)"]


def test_a_list_of_pages_is_not_followed():
    help_pages = Section.objects.create(title="Aide", prefix="aide", kind="page", collection="aide")
    make_article(section=help_pages)
    html = get("/aide/")
    assert "1 page" in html
    assert "flux.atom" not in html.replace('"/flux.atom"', "")


def test_titles_of_filtered_lists_differ(announcements):
    html = get("/actualites/?annee=2025&mot-cle=energie")
    assert "<title>Actualités – Énergie – 2025 – " in html


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/actualites/?tags=Énergie", "/actualites/?mot-cle=energie"),
        ("/actualites/?tags=energie", "/actualites/?mot-cle=energie"),
        ("/actualites/?tags=inconnu,LOGEMENT&annee=2024", "/actualites/?annee=2024&mot-cle=logement"),
        ("/actualites/?tags=inconnu", "/actualites/"),
        ("/actualites/?tags=", "/actualites/"),
        ("/annonces/?tags=%00", "/annonces/"),
        ("/actualites/?tags=logement&page=7", "/actualites/?mot-cle=logement"),
        ("/actualites/?tags=logement,energie", "/actualites/?mot-cle=logement"),
        ("/ACTUALITES/?tags=logement", "/actualites/?mot-cle=logement"),
        ("/actualites?tags=logement", "/actualites/?mot-cle=logement"),
    ],
)
def test_an_old_list_address_leads_to_the_tag_it_names(announcements, old, new):
    response = Client().get(old)
    assert (response.status_code, response.headers.get("Location")) == (301, new)
    get(new)


def test_an_old_list_address_does_not_tell_that_a_draft_has_a_tag():
    make_article(status=Status.DRAFT, tags=["Secret"])
    assert Client().get("/actualites/?tags=Secret").headers["Location"] == "/actualites/"


@pytest.mark.parametrize("count", [1, 40])
def test_a_filtered_list_asks_a_bounded_number_of_queries(count):
    for number in range(count):
        make_article(published_at=at(2000 + number % 25, 5), tags=["Énergie", f"Mot {number}"])
    with CaptureQueriesContext(connection) as queries:
        get("/annonces/?rubrique=actualites&mot-cle=energie&annee=2000&mois=5&langue=fr")
    assert len(queries) <= 8


def test_a_section_of_pages_is_no_choice():
    Section.objects.create(title="Aide", prefix="aide", kind="page", collection="aide")
    get("/annonces/?rubrique=aide", 404)
