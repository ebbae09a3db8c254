from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.periods import Period, beginning, within, year_and_month

from .factories import make_article

pytestmark = pytest.mark.django_db


def periods(**moments: datetime | None) -> dict[str, tuple[int, int]]:
    """The year and month that the database finds for each moment, 2025 being told by its months."""
    for name, moment in moments.items():
        make_article(title=name, event_starts_at=moment)
    found = Period("event_starts_at", range(2000, 2027), in_months=range(2025, 2026))
    rows = Article.objects.annotate(period=found).values_list("title", "period")
    return {name: year_and_month(period) for name, period in rows}


def test_a_period_begins_at_midnight_in_the_zone_of_the_site():
    assert beginning(2025, 7).astimezone(UTC) == datetime(2025, 6, 30, 22, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    assert periods(
        eve=beginning(2024) - instant,
        new_year=beginning(2024),
        last_of_june=beginning(2025, 7) - instant,
        first_of_july=beginning(2025, 7),
        december=beginning(2026) - instant,
        year_after=beginning(2026),
    ) == {
        "eve": (2023, 0),
        "new_year": (2024, 0),
        "last_of_june": (2025, 6),
        "first_of_july": (2025, 7),
        "december": (2025, 12),
        "year_after": (2026, 0),
    }


def test_what_is_before_after_or_without_a_moment_is_in_no_period():
    assert periods(
        before=beginning(2000) - timedelta(seconds=1), after=beginning(2027), without=None
    ) == dict.fromkeys(("before", "after", "without"), (0, 0))


def test_each_period_is_found_by_either_way():
    for month in range(1, 13):
        make_article(event_starts_at=datetime(2025, month, 15, tzinfo=UTC))
    period = Period("event_starts_at", in_months=range(2025, 2026))
    for month in range(1, 13):
        by_range = Article.objects.filter(within("event_starts_at", 2025, month))
        assert list(by_range) == list(Article.objects.annotate(period=period).filter(period=202500 + month))
        assert by_range.count() == 1
    assert Article.objects.filter(within("event_starts_at", 2025)).count() == 12


def test_a_zone_of_another_site_has_its_own_years():
    make_article(event_starts_at=datetime(2024, 12, 31, 12, tzinfo=UTC))
    year = Article.objects.annotate(period=Period("event_starts_at")).values_list("period", flat=True)
    assert year.get() == 202400
    with timezone.override("Pacific/Kiritimati"):
        assert year.all().get() == 202500
