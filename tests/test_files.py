import logging
import re

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Status

from . import samples
from .factories import image_bytes, make_article, make_attachment, make_carousel_image, make_video, store

pytestmark = pytest.mark.django_db

ADDRESS = "/uploads/rapport.pdf"


def get(address: str, **headers: str):
    return Client().get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def document() -> bytes:
    data = samples.pdf(3)
    make_attachment(make_article(), address=ADDRESS, file=store("rapport.pdf", data))
    return data


def test_a_document_is_given_as_it_is(document):
    response = get(ADDRESS)
    assert response.getvalue() == document
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(document))
    assert response["Content-Disposition"] == 'inline; filename="rapport.pdf"'


def test_a_file_can_run_and_load_nothing(document):
    response = get(ADDRESS)
    response.close()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "script" not in response["Content-Security-Policy"]


def test_caches_keep_a_file_for_a_short_time_only(document):
    response = get(ADDRESS)
    response.close()
    assert re.fullmatch(r"public, max-age=[1-5]?[0-9]|public, max-age=60", response["Cache-Control"])
    assert "Cookie" not in response.get("Vary", "")


def test_what_is_neither_image_nor_pdf_is_downloaded_under_its_own_name(db):
    file = store("données.csv", b"nom;nombre\nun;1\n")
    make_attachment(make_article(), address="/uploads/2024/données « 1 ».csv", file=file)
    response = get("/uploads/2024/donn%C3%A9es%20%C2%AB%201%20%C2%BB.csv")
    response.close()
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''donn%C3%A9es")


@pytest.mark.parametrize("written", ["/uploads/caf%C3%A9.pdf", "/uploads/cafe%CC%81.pdf"])
def test_an_address_is_found_in_either_normal_form(written):
    make_attachment(make_article(), address="/uploads/café.pdf")
    response = get(written)
    response.close()
    assert response.status_code == 200


def test_an_address_under_assets_is_a_file_too(document):
    make_attachment(make_article(), address="/assets/doc/a.pdf")
    response = get("/assets/doc/a.pdf")
    response.close()
    assert response.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/uploads/nulle-part.pdf",
        "/uploads/",
        "/uploads/../settings.py",
        "/uploads/..%2f..%2fdb.sqlite3",
        "/uploads/a%00.pdf",
        "/uploads/a%0aSet-Cookie:x.pdf",
        "/uploads/%ff%fe.pdf",
        "/uploads/" + "a" * 10_000,
        "/images/" + "0" * 64 + "/320.webp",
        "/images/" + "0" * 64 + "/99999999999999999999.webp",
        "/images/xyz/320.webp",
    ],
)
def test_what_is_not_there_is_not_found(document, address):
    assert get(address).status_code == 404


def test_the_original_of_an_image_stays_private():
    data = samples.image("JPEG", exif=samples.exif())
    image = make_carousel_image(make_article(), address="/uploads/photo.jpg", file=store("photo.jpg", data))
    response = get("/uploads/photo.jpg")
    given = response.getvalue()
    assert given != data
    assert b"Camille" in data
    assert b"Camille" not in given
    assert response["Content-Type"] == "image/jpeg"
    assert get("/" + image.file.original_path).status_code == 404


def test_every_rendition_of_a_public_image_is_given_in_its_type():
    image = make_carousel_image(make_article(), file=store("a.png", image_bytes(700, 400)))
    for made in image.file.renditions:
        response = get(f"/images/{image.file.sha256}/{made['width']}.{made['extension']}")
        assert len(response.getvalue()) == made["size_bytes"]
        assert response["Content-Type"] == made["media_type"]
        assert response["Content-Security-Policy"].startswith("sandbox")


def test_the_poster_of_a_video_is_given():
    file = store("a.png", image_bytes(200, 100))
    make_video(make_article(), poster=file, poster_address="/uploads/affiche.png")
    for address in ("/uploads/affiche.png", file.image_source().src):
        response = get(address)
        response.close()
        assert response.status_code == 200


def test_the_public_article_owns_an_address_that_a_draft_shares(document):
    draft = make_article(status=Status.DRAFT)
    make_attachment(draft, address=ADDRESS, file=store("autre.pdf", samples.pdf(1)))
    assert get(ADDRESS).getvalue() == document


def test_a_page_under_a_notice_keeps_its_files_and_never_hides_those_of_a_published_one(document):
    withdrawn = make_article(
        status=Status.WITHDRAWN, withdrawal_notice="Périmé.", published_at=timezone.now()
    )
    earlier, own = samples.pdf(1), samples.pdf(2)
    make_attachment(withdrawn, address=ADDRESS, file=store("ancien.pdf", earlier))
    make_attachment(withdrawn, address="/uploads/autre.pdf", file=store("autre.pdf", own))
    assert get(ADDRESS).getvalue() == document
    assert get("/uploads/autre.pdf").getvalue() == own


def test_an_unchanged_file_is_not_sent_again(document):
    first = get(ADDRESS)
    first.close()
    assert get(ADDRESS, if_none_match=first["ETag"]).status_code == 304
    assert get(ADDRESS, if_modified_since=first["Last-Modified"]).status_code == 304
    changed = get(ADDRESS, if_none_match='"autre"', if_modified_since=first["Last-Modified"])
    changed.close()
    assert changed.status_code == 200


def test_the_validator_is_strong_and_differs_by_rendition():
    file = store("a.png", image_bytes(700, 400))
    make_carousel_image(make_article(), address="/uploads/a.png", file=file)
    responses = [
        get(f"/images/{file.sha256}/{each['width']}.{each['extension']}") for each in file.renditions
    ]
    for response in responses:
        response.close()
    tags = {response["ETag"] for response in responses}
    assert len(tags) == len(file.renditions)
    assert all(tag.startswith('"') for tag in tags)


def test_head_gives_the_headers_alone(document):
    response = Client().head(ADDRESS)
    assert response.getvalue() == b""
    assert response["Content-Length"] == str(len(document))
    assert response["Accept-Ranges"] == "bytes"


def test_nothing_but_reading_is_allowed(document):
    assert Client().post(ADDRESS).status_code == 405


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-10", -10, None),
        ("bytes=5-999999999", 5, None),
        ("bytes=-999999999", 0, None),
        ("bytes=0-0", 0, 1),
    ],
)
def test_a_part_is_given(document, asked, start, stop):
    response = get(ADDRESS, range=asked)
    part = document[start:stop]
    first = len(document) + start if start < 0 else start
    assert response.status_code == 206
    assert response.getvalue() == part
    assert response["Content-Length"] == str(len(part))
    assert response["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(document)}"


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-2", "bytes=0-1,4-5", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=١-٢", "n’importe"],
)
def test_a_range_that_cannot_be_read_counts_as_not_asked(document, asked):
    response = get(ADDRESS, range=asked)
    assert response.status_code == 200
    assert response.getvalue() == document


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(document, asked):
    response = get(ADDRESS, range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(document)}"


def test_a_part_of_another_content_is_not_given(document):
    etag = get(ADDRESS, range="bytes=0-0")["ETag"]
    assert get(ADDRESS, range="bytes=0-4", if_range=etag).getvalue() == document[:5]
    assert get(ADDRESS, range="bytes=0-4", if_range='"autre"').getvalue() == document
    assert get(ADDRESS, range="bytes=0-4", if_range="W/" + etag).getvalue() == document


def test_a_big_document_is_not_read_whole_into_memory(monkeypatch):
    from articles import files

    monkeypatch.setattr(files, "CHUNK_BYTES", 100)
    data = samples.pdf(5)
    make_attachment(make_article(), address=ADDRESS, file=store("a.pdf", data))
    response = get(ADDRESS)
    chunks = list(response)
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) == 100


def test_a_file_missing_on_disk_is_not_found_and_told_to_the_operator(document, caplog):
    path = make_attachment(make_article(), address="/uploads/perdu.pdf").file.original_path
    default_storage.delete(path)
    with caplog.at_level(logging.ERROR, "articles.files"):
        assert get("/uploads/perdu.pdf").status_code == 404
    assert path in caplog.text


def test_nginx_is_handed_what_the_public_may_have(document, settings):
    settings.FILES_ACCEL_PREFIX = "/interne/"
    response = get(ADDRESS)
    assert response.content == b""
    assert response["X-Accel-Redirect"].startswith("/interne/originals/")
    assert response["Content-Type"] == "application/pdf"


def test_nginx_is_not_handed_what_a_draft_shows(settings):
    settings.FILES_ACCEL_PREFIX = "/interne/"
    make_attachment(make_article(status=Status.DRAFT), address="/uploads/projet.pdf")
    response = get("/uploads/projet.pdf")
    assert response.status_code == 404
    assert "X-Accel-Redirect" not in response


@given(asked=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30))
def test_any_range_header_is_a_normal_answer(asked):
    from django.test import RequestFactory

    from articles.files import Content, wanted_range

    request = RequestFactory().get("/", headers={"range": f"bytes={asked}"})
    part = wanted_range(request, Content("a", "b", '"c"', timezone.now()), 100)
    assert part is None or set(part) <= set(range(100))
