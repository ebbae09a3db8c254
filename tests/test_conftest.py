import os
import socket
import urllib.request
from urllib.error import URLError

import pytest
from django.conf import settings


def test_a_test_that_reaches_for_another_machine_fails():
    with pytest.raises(AssertionError, match="network"), socket.socket() as client:
        client.connect(("192.0.2.1", 80))


def test_a_library_that_reaches_for_another_machine_fails():
    with pytest.raises((AssertionError, URLError)):
        urllib.request.urlopen("http://192.0.2.1/", timeout=1)


def test_a_test_may_talk_to_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


def test_no_env_file_reaches_the_tests():
    assert os.environ["ENV_FILE"] == os.devnull
    assert settings.SECRET_KEY.startswith("secret-of-tests")


def test_stored_files_of_a_test_are_its_own(media_root):
    assert list(media_root.iterdir()) == []
    assert settings.BASE_DIR not in media_root.parents


@pytest.mark.parametrize("order", ["first", "second"])
def test_a_page_finds_the_rows_that_migrations_made(page, order):
    from articles.models import Section

    assert Section.objects.exists()


def test_a_page_that_asks_another_host_is_caught(page, page_errors):
    page.route("**/page", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto("/page")
    page.evaluate("fetch('http://192.0.2.1/x').catch(() => null)")
    assert any("another host: http://192.0.2.1/x" in error for error in page_errors)
    page_errors.clear()


def test_a_page_that_logs_an_error_is_caught(page, page_errors):
    page.goto("/admin/login/")
    assert page_errors == []
    page.evaluate("console.error('aïe')")
    assert page_errors == ["aïe ()"]
    page_errors.clear()
