"""Lists by their addresses: what filters leave, what they offer, and what cannot be asked."""

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.filters import Filters
from articles.models import Article, Section, Status

from .factories import make_article, section

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


def at(year: int, month: int, day: int = 5, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone.get_default_timezone())


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
        ("/actualites/?annee=1850", set()),
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


def test_drafts_are_neither_counted_nor_offered(announcements):
    make_article(title="Brouillon", status=Status.DRAFT, published_at=at(2020, 1), tags=["Secret"])
    form = Form(get("/annonces/"))
    assert not [choice for choice in form.options["mot-cle"] if "Secret" in choice]
    assert form.options["annee"] == ["Tout", "2025 (4)", "2024 (1)"]
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
        for words in ("À venir bientôt", "Passés", ">Passé<", "Date non précisée", "Sans date")
    ]
    assert parts == sorted(parts)


def test_pages_of_a_filtered_list_keep_its_filters():
    for _ in range(13):
        make_article(published_at=at(2025, 5), tags=["Énergie"])
    html = get("/annonces/?page=2&mot-cle=energie&utm_source=x&annee=2025")
    assert f'rel="canonical" href="{SITE}/annonces/?mot-cle=energie&amp;annee=2025&amp;page=2"' in html
    assert 'href="/annonces/?mot-cle=energie&amp;annee=2025"' in html
    first = get("/annonces/?mot-cle=energie&annee=2025&page=1")
    assert f'rel="canonical" href="{SITE}/annonces/?mot-cle=energie&amp;annee=2025"' in first


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


def test_a_tally_says_what_facets_and_a_count_say():
    for number in range(12):
        make_article(
            section=section(("actualites", "communiques")[number % 2]),
            published_at=at(2024 + number % 3, 5),
            language=("fr", "fr", "en")[number % 3],
            tags=[("Énergie", "Ville")[number % 2]],
        )
    listed = Article.objects.listed()
    for params in (
        {},
        {"rubrique": "actualites"},
        {"annee": "2024", "langue": "fr"},
        {"rubrique": "actualites", "annee": "2025", "mois": "5"},
        {"mot-cle": "energie", "langue": "en"},
        {"annee": "1950"},
    ):
        filters = Filters().read(params)
        with CaptureQueriesContext(connection) as queries:
            tally = filters.tally(listed)
        assert len(queries) == 1
        assert tally.total == filters.narrow(listed).count()
        by_name = {facet.name: facet for facet in filters.facets(listed, Filters())}
        for facet in tally.facets:
            if facet.name in ("rubrique", "langue") or (facet.name == "annee" and "mois" not in params):
                assert facet == by_name[facet.name], (params, facet.name)


def test_a_tally_counts_years_that_are_long_gone_when_they_are_asked_for():
    make_article(published_at=at(1950, 5))
    listed = Article.objects.listed()
    assert Filters(year=1950).tally(listed).total == 1
    assert Filters().tally(listed).total == 1
    assert not any(facet.choices for facet in Filters().tally(listed).facets if facet.name == "annee")


def test_a_tally_tells_what_filters_keep_out():
    make_article(section=section("communiques"))
    tally = Filters(section=section("actualites")).tally(Article.objects.listed())
    assert (tally.total, tally.elsewhere) == (0, 1)
