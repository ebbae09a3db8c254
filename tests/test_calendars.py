from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from articles.models import Status

from .factories import make_article, section

pytestmark = pytest.mark.django_db

PARIS = timezone.get_default_timezone()


def make_event(**overrides):
    fields = {
        "section": section("evenements"),
        "slug": "rencontre",
        "event_starts_at": datetime(2026, 3, 3, 9, tzinfo=PARIS),
        "event_ends_at": datetime(2026, 3, 3, 12, 30, tzinfo=PARIS),
    }
    return make_article(**(fields | overrides))


def raw(address="/agenda/rencontre/evenement.ics") -> bytes:
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return response.content


def events(address="/agenda/rencontre/evenement.ics"):
    return Calendar.from_ical(raw(address)).events


def test_an_event_is_one_event_of_a_calendar():
    article = make_event(
        title="Rencontre, « services »; suite\\fin",
        chapeau="Un **chapeau** & la suite.",
        place="Maison des services",
        street_address="1, rue du Modèle\n99999 Ville",
    )
    [event] = events()
    assert event["SUMMARY"] == "Rencontre, « services »; suite\\fin"
    assert event["DESCRIPTION"] == ("Un chapeau & la suite.\n\nhttp://127.0.0.1:8000/agenda/rencontre/")
    assert event["LOCATION"] == "Maison des services, 1, rue du Modèle, 99999 Ville"
    assert event["URL"] == "http://127.0.0.1:8000/agenda/rencontre/"
    assert event["UID"] == str(article.uuid)
    assert event.DTSTAMP == event.LAST_MODIFIED == article.modified_at.replace(microsecond=0)
    assert datetime(2026, 3, 3, 8, tzinfo=UTC) == event.DTSTART
    assert datetime(2026, 3, 3, 11, 30, tzinfo=UTC) == event.DTEND
    assert b"DTSTART:20260303T080000Z\r\n" in raw()


def test_an_event_stays_the_same_when_its_page_moves():
    article = make_event()
    [before] = events()
    article.slug = "grande-rencontre"
    article.save()
    [after] = events("/agenda/grande-rencontre/evenement.ics")
    assert after["UID"] == before["UID"]
    assert after.DTSTAMP >= before.DTSTAMP


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ((2026, 3, 3), None, date(2026, 3, 4)),
        ((2026, 3, 3), (2026, 3, 5), date(2026, 3, 6)),
        ((2026, 3, 28), (2026, 3, 29), date(2026, 3, 30)),
        ((2026, 3, 3), (2026, 3, 2), date(2026, 3, 4)),
    ],
)
def test_an_event_of_whole_days_ends_the_day_after(start, end, last):
    make_event(
        event_starts_at=datetime(*start, tzinfo=PARIS),
        event_ends_at=datetime(*end, tzinfo=PARIS) if end else None,
        event_all_day=True,
    )
    [event] = events()
    assert date(*start) == event.DTSTART
    assert last == event.DTEND
    assert b"DTSTART;VALUE=DATE:" in raw()


def test_an_event_of_which_only_the_end_is_known_lasts_all_that_day():
    ends = datetime(2026, 3, 3, 12, 30, tzinfo=PARIS)
    make_event(event_starts_at=None, event_ends_at=ends)
    [event] = events()
    assert (date(2026, 3, 3), date(2026, 3, 4)) == (event.DTSTART, event.DTEND)
    make_event(slug="b", event_starts_at=None, event_ends_at=timezone.now() + timedelta(days=9), title="B")
    make_event(slug="a", event_starts_at=timezone.now() + timedelta(days=8), event_ends_at=None, title="A")
    assert [event["SUMMARY"] for event in events("/agenda/flux.ics")] == ["A", "B"]


@pytest.mark.parametrize(
    "end", [None, datetime(2026, 3, 3, 9, tzinfo=PARIS), datetime(2026, 3, 2, tzinfo=PARIS)]
)
def test_an_end_that_is_not_later_says_nothing(end):
    make_event(event_ends_at=end)
    [event] = events()
    assert "DTEND" not in event


def test_lines_are_folded_and_end_as_calendars_want():
    make_event(title="É" * 300, chapeau="été\x0b " * 80, place="\u2028Salle\x07")
    content = raw()
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert not any(control in content for control in (b"\x07", b"\x0b"))
    [event] = events()
    assert event["SUMMARY"] == "É" * 300


@pytest.mark.parametrize(
    "overrides",
    [
        {"event_starts_at": None, "event_ends_at": None},
        {"status": Status.DRAFT},
        {"redirect_to": "/agenda/"},
        {"published_at": timezone.now() + timedelta(hours=1)},
    ],
)
def test_what_is_no_public_event_has_no_calendar(overrides):
    make_event(**overrides)
    assert Client().get("/agenda/rencontre/evenement.ics").status_code == 404
    assert "rencontre" not in raw("/agenda/flux.ics").decode()


def test_a_calendar_moves_with_its_page():
    make_event()
    for written in ("/evenements/Rencontre/Evenement.ics", "/agenda//rencontre/evenement.ics/"):
        response = Client().get("/", PATH_INFO=written)
        assert response.status_code == 301
        assert response["Location"] == "/agenda/rencontre/evenement.ics"
    assert Client().get("/evenements/flux.ics")["Location"] == "/agenda/flux.ics"


def test_an_agenda_is_followed_by_calendars():
    now = timezone.now()
    for title, days in [("Lointain", 30), ("Proche", 2), ("Passé", -3)]:
        make_event(title=title, slug=title, event_starts_at=now + timedelta(days=days), event_ends_at=None)
    make_event(title="En cours", slug="en-cours", event_ends_at=now + timedelta(days=1))
    assert [str(event["SUMMARY"]) for event in events("/agenda/flux.ics")] == [
        "En cours",
        "Proche",
        "Lointain",
    ]
    calendar = Calendar.from_ical(raw("/agenda/flux.ics"))
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Agenda – Annonces"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=12)


def test_only_a_section_of_events_is_an_agenda():
    make_article()
    assert Client().get("/actualites/flux.ics").status_code == 404
    assert Client().get("/nulle-part/flux.ics").status_code == 404


def test_an_agenda_costs_the_same_whatever_it_announces(django_assert_num_queries):
    for number in range(20):
        make_event(slug=f"e-{number}", event_starts_at=timezone.now() + timedelta(days=1), event_ends_at=None)
    with django_assert_num_queries(2):
        raw("/agenda/flux.ics")


def test_the_page_of_an_event_offers_it_to_calendars():
    article = make_event(slug="l'été", event_starts_at=timezone.now() + timedelta(days=1), event_ends_at=None)
    link = 'href="/agenda/l&#x27;%C3%A9t%C3%A9/evenement.ics"'
    html = Client().get(article.get_absolute_url()).content.decode()
    assert link in html or link.replace("&#x27;", "'") in html
    assert "evenement.ics" not in Client().get(make_article().get_absolute_url()).content.decode()


def test_the_agenda_offers_itself_to_calendars():
    html = Client().get("/agenda/").content.decode()
    assert html.count('href="/agenda/flux.ics"') == 2
    assert "flux.ics" not in Client().get("/actualites/").content.decode()
