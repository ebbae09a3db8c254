"""Events as calendars read them (iCalendar, RFC 5545): one event, or what an agenda announces."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from icalendar import Calendar, Event

from .caching import public_page
from .models import Article, ArticleQuerySet, Kind, Section, event_day, is_to_come
from .outside import absolute
from .plaintext import excerpt
from .text import xml_text

MAX_EVENTS = 200
DESCRIBED_IN_WORDS = 60
READ_AGAIN_AFTER = timedelta(hours=12)


@public_page
def event(request: HttpRequest, prefix: str, slug: str) -> HttpResponse:
    article = get_object_or_404(events(), section__prefix=prefix, slug=slug)
    return answer(calendar_of([article]), f"{slug}.ics")


@public_page
def agenda(request: HttpRequest, prefix: str) -> HttpResponse:
    """What a section of events announces, for calendars that come back for it."""
    section = get_object_or_404(Section, prefix=prefix, kind=Kind.EVENT)
    coming = events().filter(is_to_come(), section=section).order_by(event_day(), "pk")
    calendar = calendar_of(coming[:MAX_EVENTS])
    # What calendars show and ask by: today's names (RFC 7986) and those before, which more of them know.
    name = xml_text(f"{section.title} – {settings.SITE_NAME}")
    for key in ("NAME", "X-WR-CALNAME"):
        calendar.add(key, name)
    for key in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        calendar.add(key, READ_AGAIN_AFTER, {"VALUE": "DURATION"})
    return answer(calendar, f"{section.prefix}.ics")


def events() -> ArticleQuerySet:
    dated = Article.objects.public().annotate(day=event_day())
    return dated.exclude(day=None).select_related("section")


def calendar_of(articles: Iterable[Article]) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", f"-//{settings.SITE_HOST}//dcant//FR")
    calendar.add("VERSION", "2.0")
    for article in articles:
        calendar.add_component(event_of(article))
    return calendar


def event_of(article: Article) -> Event:
    """An event that stays the same one for calendars when its page moves or changes."""
    address = absolute(article.get_absolute_url())
    place = (article.place, *article.street_address.splitlines())
    language = {"LANGUAGE": article.language}
    made = Event()
    made.add("UID", str(article.uuid))  # alone, without a host (RFC 7986, 5.3)
    # When nothing is asked of anybody, both say when the event was last changed (RFC 5545, 3.8.7.2).
    made.add("DTSTAMP", article.modified_at)
    made.add("LAST-MODIFIED", article.modified_at)
    for key, value in moments(article):
        made.add(key, value)
    made.add("SUMMARY", xml_text(article.title), language)
    said = excerpt(article.chapeau_html, DESCRIBED_IN_WORDS)
    made.add("DESCRIPTION", xml_text("\n\n".join(filter(None, (said, address)))), language)
    if any(place):
        made.add("LOCATION", xml_text(", ".join(filter(None, place))), language)
    made.add("URL", address)
    return made


def moments(article: Article) -> Iterator[tuple[str, date]]:
    """Start and end: times in UTC, which need no table of zones, or days, of which the end is the day after.

    An event of which only the end is known lasts all that day. An end that is not later than the start
    says nothing (RFC 5545, 3.8.2.2).
    """
    day, starts, ends = article.event_day, article.event_starts_at, article.event_ends_at
    assert day is not None
    if starts is None or article.event_all_day:
        first, last = timezone.localdate(day), timezone.localdate(ends or day)
        yield "DTSTART", first
        yield "DTEND", max(first, last) + timedelta(days=1)
        return
    yield "DTSTART", starts.astimezone(UTC)
    if ends is not None and ends > starts:
        yield "DTEND", ends.astimezone(UTC)


def answer(calendar: Calendar, file_name: str) -> HttpResponse:
    response = HttpResponse(calendar.to_ical(), "text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    return response
