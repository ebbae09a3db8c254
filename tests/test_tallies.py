"""Counts of lists against the lists themselves: what a choice says it would show, it shows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import tallies
from articles.filters import UNFILTERED, Filters
from articles.models import Article, Section
from articles.tallies import tally, years_by_section

from .factories import make_article, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> None:
    """Announcements of three years and two languages; events of other years than their publication's."""
    for number in range(24):
        is_event = number % 3 == 2
        make_article(
            section=section(("actualites", "communiques", "evenements")[number % 3]),
            published_at=datetime(2023 + number % 3, 1 + number % 5, 9, tzinfo=UTC),
            event_starts_at=datetime(2024 + number % 2, 6, 9, tzinfo=UTC)
            if is_event and number % 4
            else None,
            event_ends_at=datetime(2025, 7, 9, tzinfo=UTC) if is_event and number % 8 else None,
            language=("fr", "fr", "en")[number // 3 % 3],
            tags=["Énergie", "Ville"][number % 2 :],
        )


ASKED = [
    {},
    {"rubrique": "actualites"},
    {"rubrique": "agenda"},
    {"annee": "2024"},
    {"annee": "2024", "langue": "fr"},
    {"rubrique": "agenda", "annee": "2025"},
    {"rubrique": "agenda", "annee": "2025", "mois": "7"},
    {"rubrique": "actualites", "annee": "2023", "mois": "4"},
    {"mot-cle": "energie", "langue": "en"},
    {"mot-cle": "energie", "annee": "2024", "mois": "2", "rubrique": "espace-presse"},
    {"annee": "1950"},
]


def fixed_filters() -> list[Filters]:
    in_section = [Filters(section=each) for each in Section.objects.exclude(prefix="")]
    return [
        UNFILTERED,
        *in_section,
        Filters().read({"mot-cle": "ville"}),
        Filters(year=2024),
        Filters(year=2025, month=6),
    ]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_each_choice_shows_as_many_as_it_says(site, asked):
    listed = Article.objects.listed()
    for fixed in fixed_filters():
        filters = fixed.read(asked)
        counted = tally(filters, listed, fixed)
        assert counted.total == filters.narrow(listed).count()
        for facet in counted.facets:
            for choice in facet.choices:
                others = {
                    name: each.value for name, each in filters.chosen.items() if name not in fixed.chosen
                }
                if facet.name == "annee" and choice != facet.chosen:
                    others.pop("mois", None)
                chosen = fixed.read(others | {facet.name: choice.value})
                assert choice.count == chosen.narrow(listed).count(), (fixed, facet.name, choice)


def test_all_that_is_there_is_offered(site):
    facets = {
        facet.name: [choice.words for choice in facet.choices]
        for facet in tally(UNFILTERED, Article.objects.listed()).facets
    }
    assert facets == {
        "rubrique": ["Actualités", "Espace presse", "Agenda"],
        "mot-cle": ["Énergie", "Ville"],
        "annee": ["2025", "2024", "2023"],
        "mois": [],
        "langue": ["English", "français"],
    }


def test_tags_of_a_long_list_are_those_of_its_latest_articles_uncounted(site, monkeypatch):
    monkeypatch.setattr(tallies, "MAX_READ_FOR_TAGS", 2)
    make_article(tags=["Nouveau", "Ville"])
    make_article(tags=["Nouveau"])
    counted = tally(UNFILTERED, Article.objects.listed())
    [tags] = [facet for facet in counted.facets if facet.name == "mot-cle"]
    assert [(choice.words, choice.count) for choice in tags.choices] == [("Nouveau", None), ("Ville", None)]


def test_the_tags_that_most_bear_are_offered(site, monkeypatch):
    monkeypatch.setattr(tallies, "MAX_TAGS", 1)
    [tags] = [
        facet for facet in tally(UNFILTERED, Article.objects.listed()).facets if facet.name == "mot-cle"
    ]
    assert [choice.words for choice in tags.choices] == ["Ville"]


def test_an_article_is_read_once_and_by_the_index_alone(site):
    listed = Article.objects.listed()
    with CaptureQueriesContext(connection) as queries:
        tally(Filters(year=2024), listed, with_tags=False)
    assert len(queries) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
            plan = [row[3] for row in cursor.fetchall() if "articles_article" in row[3]]
        assert ["COVERING INDEX" in step for step in plan] == [True]


def test_what_filters_keep_out_is_known(site):
    listed = Article.objects.listed()
    counted = tally(Filters(section=section("publications")), listed, with_tags=False)
    assert (counted.total, counted.unfiltered) == (0, listed.count())


def test_a_section_counts_its_years_as_it_is_filtered_by_them(site):
    listed = Article.objects.listed()
    for key, years in years_by_section(listed).items():
        of_section = Filters(section=Section.objects.get(pk=key))
        assert years.total() == of_section.narrow(listed).count()
        for year in filter(None, years):
            assert years[year] == replace(of_section, year=year).narrow(listed).count()
