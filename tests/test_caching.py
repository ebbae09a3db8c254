"""Every public address as caches and robots use it: HEAD, conditional requests, refused methods."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from articles.caching import public_page
from articles.models import Status

from .factories import make_article, make_attachment, make_video
from .test_public_addresses import OPEN_PLACES, TABLE, body_of, make_placed

pytestmark = pytest.mark.django_db

REDIRECTS = {"favicon"}
MINUTE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVERYBODYS = TABLE.keys() & OPEN_PLACES.keys()
COMPRESSED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture(params=sorted(EVERYBODYS))
def address(request, clock):
    """One address of each pattern, where an article is; the clock stands still, since ages go with it."""
    clock(MINUTE)
    row = TABLE[request.param]
    return row.address(make_placed(row, body="Un texte assez long pour être compressé. " * 20))


def test_everybody_shares_what_an_address_answers(address):
    response = Client().get(address, headers=COMPRESSED | {"Accept-Language": "en", "Cookie": "a=b"})
    assert response["Cache-Control"].startswith("public, max-age=")
    assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert response.cookies == {}


@pytest.mark.parametrize("headers", [{}, COMPRESSED])
def test_head_says_what_get_would(address, headers):
    get, head = (ask(address, headers=headers) for ask in (Client().get, Client().head))
    assert head.status_code == get.status_code
    assert head.headers == get.headers
    assert body_of(head) == b""
    assert int(get["Content-Length"]) == len(body_of(get))


@pytest.mark.parametrize("address", sorted(EVERYBODYS - REDIRECTS), indirect=True)
@pytest.mark.parametrize("headers", [{}, COMPRESSED])
@pytest.mark.parametrize("method", ["get", "head"])
def test_what_has_not_changed_is_not_sent_again(address, headers, method):
    first = Client().get(address, headers=headers)
    ask = getattr(Client(), method)
    for known in (first["ETag"], f'"autre", {first["ETag"].removeprefix("W/")}', "*"):
        again = ask(address, headers=headers | {"If-None-Match": known})
        assert again.status_code == 304
        assert body_of(again) == b""
        for name in ("ETag", "Cache-Control", "Content-Security-Policy", "Last-Modified", "Vary"):
            assert again.get(name) == first.get(name), name
    assert ask(address, headers={"If-None-Match": '"autre"'}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_an_address_is_only_read(address, method):
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response.cookies == {}


def test_a_file_says_when_it_was_stored_and_a_page_does_not(address):
    response = Client().get(address)
    assert response.streaming == ("Last-Modified" in response)


def test_a_page_that_has_not_changed_keeps_its_players():
    article = make_article()
    make_video(article)
    first = Client().get(article.get_absolute_url())
    again = Client().get(article.get_absolute_url(), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert "frame-src https://" in again["Content-Security-Policy"]


def test_a_changed_page_is_sent_again():
    article = make_article()
    etag = Client().get(article.get_absolute_url())["ETag"]
    article.title = "Un autre titre"
    article.save()
    again = Client().get(article.get_absolute_url(), headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert again["ETag"] != etag


# --- to the minute


@pytest.mark.parametrize(
    ("seconds", "age"), [(0, 60), (0.5, 59), (1, 59), (30, 30), (59, 1), (59.5, 0), (59.999999, 0)]
)
def test_what_caches_keep_ends_with_the_minute(clock, seconds, age):
    clock(MINUTE + timedelta(seconds=seconds))
    gone = make_article(status=Status.WITHDRAWN, published_at=MINUTE)
    document = make_attachment(make_article(published_at=MINUTE))
    for address, status in (
        ("/", 200),
        ("/favicon.ico", 302),
        (document.address, 200),
        ("/Actualites", 301),
        ("/nulle-part/", 404),
        ("/%00/", 404),
        (gone.get_absolute_url(), 410),
    ):
        response = Client().get(address)
        response.close()
        assert response.status_code == status
        browsers_too = address == document.address
        ages = f"max-age={age}" if browsers_too else f"max-age=0, s-maxage={age}"
        assert response["Cache-Control"] == f"public, {ages}", address


def test_what_was_read_in_one_minute_is_not_kept_in_the_next(clock):
    @public_page
    def slow(request):
        clock(MINUTE + timedelta(seconds=61))
        return HttpResponse("Ce qui était là avant.")

    clock(MINUTE + timedelta(seconds=59))
    assert slow(RequestFactory().get("/"))["Cache-Control"] == "public, max-age=0, s-maxage=0"


def test_the_age_is_the_same_whatever_is_planned(clock):
    clock(MINUTE)
    before = Client().get("/")["Cache-Control"]
    make_article(published_at=MINUTE + timedelta(seconds=10))
    assert Client().get("/")["Cache-Control"] == before


def test_what_is_not_found_in_the_admin_is_for_no_cache(admin_client):
    response = admin_client.get("/admin/nulle-part/")
    assert response.status_code == 404
    assert "public" not in response.get("Cache-Control", "")


def test_a_page_that_asks_who_reads_would_be_found_out():
    @public_page
    def page(request):
        response = HttpResponse("Bonjour")
        response["Vary"] = "Cookie"
        return response

    assert page(RequestFactory().get("/"))["Vary"] == "Cookie, Accept-Encoding"
