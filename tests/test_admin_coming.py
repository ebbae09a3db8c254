"""« À venir »: what is published or ends by itself, in its order, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.admin.coming import DAYS_SHOWN, PER_PAGE, happenings
from articles.models import Status

from .editing import LIST, as_editor
from .factories import at, make_article, make_user

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EMPTY = "Rien n’est programmé."


@pytest.fixture
def editor(client):
    return as_editor(client)


def coming(client, **query):
    return client.get(reverse("admin:articles_article_coming"), query).content.decode()


def rows_of(page):
    """The days of the page, each before its rows, by their words."""
    found = re.findall(r"<(h2|tr)([ >].*?)</\1>", page, re.DOTALL)
    words = [(tag, re.sub(r"<[^>]+>", " ", f"<{tag}{inner}").split(" ")) for tag, inner in found]
    rows = [f"{tag} {' '.join(filter(None, map(str.strip, each)))}" for tag, each in words]
    return [row for row in rows if "Heure" not in row]


def told(now):
    return [(row["what"], row["title"]) for row in happenings(timezone.localtime(now))]


def test_the_list_of_articles_leads_there(editor):
    assert f'href="{reverse("admin:articles_article_coming")}"' in editor.get(LIST).content.decode()


def test_publications_and_ends_come_day_by_day_in_their_order(editor):
    tomorrow = timezone.localtime().replace(hour=9, minute=0) + DAY
    make_article(title="Qui finit", ends_at=tomorrow + HOUR)
    both = make_article(title="Les deux", published_at=tomorrow, ends_at=tomorrow + DAY)
    page = coming(editor)
    rows = rows_of(page)
    assert "9\u00a0h publication Les deux Actualités" in rows[1]
    assert "10\u00a0h fin Qui finit Actualités" in rows[2]
    assert "9\u00a0h fin Les deux Actualités" in rows[4]
    assert [number for number, row in enumerate(rows) if row.startswith("h2")] == [0, 3]
    assert reverse("admin:articles_article_change", args=[both.pk]) in page


def test_what_happened_today_is_told_as_past():
    noon = at(2026, 3, 5)
    make_article(title="Hier", published_at=noon - DAY)
    make_article(title="Ce matin", published_at=noon - 12 * HOUR)
    make_article(title="Terminé", published_at=noon - 9 * DAY, ends_at=noon - HOUR)
    make_article(title="Ce soir", published_at=noon + HOUR)
    assert told(noon) == [
        ("publication", "Ce matin"),
        ("end", "Terminé"),
        ("publication", "Ce soir"),
    ]


def test_the_day_is_that_of_the_site():
    make_article(title="Une heure du matin à Paris", published_at=at(2026, 3, 6, hour=1))
    assert told(at(2026, 3, 5, hour=23)) == [("publication", "Une heure du matin à Paris")]
    assert told(at(2026, 3, 7, hour=0)) == []


def test_a_year_is_told_and_no_more():
    now = at(2026, 3, 5)
    make_article(title="Dans un an", published_at=now + (DAYS_SHOWN - 1) * DAY)
    make_article(title="Plus tard", published_at=now + (DAYS_SHOWN + 1) * DAY)
    assert told(now) == [("publication", "Dans un an")]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN])
def test_what_does_not_happen_by_itself_is_not_told(status):
    now = at(2026, 3, 5)
    times = {"published_at": now + HOUR, "ends_at": now + DAY}
    make_article(status=status, **times)
    assert told(now) == []
    make_article(status=Status.PUBLISHED, **times)
    assert len(told(now)) == 2


def test_an_empty_calendar_says_how_to_fill_it(editor):
    assert EMPTY in coming(editor)
    make_article(title="Tout à l’heure", published_at=timezone.now())
    page = coming(editor)
    assert EMPTY in page
    assert "Tout à l’heure" in page
    make_article(published_at=timezone.now() + HOUR)
    assert EMPTY not in coming(editor)


def test_a_long_calendar_is_read_by_pages_at_the_same_cost(editor, django_assert_num_queries):
    for number in range(PER_PAGE + 1):
        make_article(title=f"Numéro {number:03}", published_at=timezone.now() + DAY + number * HOUR)
    with django_assert_num_queries(9):
        first = coming(editor)
    assert "Page 1 sur 2" in first
    assert f"Numéro {PER_PAGE}" not in first
    assert EMPTY not in first
    last = coming(editor, page=2)
    assert f"Numéro {PER_PAGE}" in last
    assert "Page 2 sur 2" in coming(editor, page="99")
    assert "Page 1 sur 2" in coming(editor, page="x")


def test_only_who_may_read_articles_sees_what_comes(client):
    address = reverse("admin:articles_article_coming")
    assert client.get(address).status_code == 302
    client.force_login(make_user("comptable", is_staff=True))
    assert client.get(address).status_code == 403
    assert as_editor(client).get(address).status_code == 200
    assert client.post(address).status_code == 405


def test_where_nothing_comes_the_page_says_what_the_tool_takes(editor):
    said = re.sub(r"[ \n]+", " ", coming(editor))
    assert "à un brouillon une date de publication à venir, puis choisissez «\u00a0Programmer\u00a0»" in said
    draft = make_article(status="draft", published_at=timezone.now() + DAY)
    assert EMPTY in coming(editor)
    editor.post(f"{LIST}{draft.pk}/publication/", {"note": ""})
    assert EMPTY not in coming(editor)
