"""What every test stands on: no network, files of its own, and Chromium for those that take `page`."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from .factories import image_bytes

PROJECT = Path(__file__).resolve().parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks of another host does not leave this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# What a page may take where two suites share a machine; a page that is there does not wait.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
IN_CI = os.environ.get("CI") == "true"
BROWSER_REQUIRED = IN_CI or os.environ.get("DCANT_REQUIRE_BROWSER") == "1"
NO_BROWSER = (
    "Chromium manque : les tests du navigateur n’ont pas été lancés.\n"
    "Installez-le, puis relancez make test. Sous Debian ou Ubuntu : sudo apt install chromium"
)

OF_THE_DATABASE = {"db", "transactional_db", "live_server"}


# A slow machine fails no property; in CI, hypothesis has a profile of its own that says the same.
hypothesis.settings.register_profile("here", deadline=None)
if not IN_CI:
    hypothesis.settings.load_profile("here")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "page" in fixtures:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("django_db") or not fixtures.isdisjoint(OF_THE_DATABASE):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("clean_clone") and not IN_CI:
            item.add_marker(pytest.mark.skip(reason="clone neuf : en intégration continue seulement"))
    browsing = [item for item in items if item.get_closest_marker("browser")]
    if browsing and not CHROMIUM:
        if BROWSER_REQUIRED:
            raise pytest.UsageError(NO_BROWSER)
        for item in browsing:
            item.add_marker(pytest.mark.skip(reason="Chromium manque"))
        config.stash[missing] = True


missing = pytest.StashKey[bool]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash.get(missing, False):
        terminalreporter.section("NAVIGATEUR ABSENT", sep="!", red=True, bold=True)
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A test that reaches for another machine fails, whatever library does it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            self.close()
            raise AssertionError(f"A test reached for the network: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _a_transaction_keeps_its_connection() -> Iterator[None]:
    """A test may close a response: the end of the request leaves alone what the test's rows stand in.

    Django's test client sees to it for the responses that it closes itself.
    """
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def guarded(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", guarded)
        yield


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stored files of one test, empty at its start."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    return settings.MEDIA_ROOT


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time that the site has it, which then stands still."""

    def stand_at(when: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: when)

    return stand_at


@pytest.fixture
def sample_media(tmp_path: Path) -> Path:
    """The files of the sample posts, with small images in place of large ones."""
    folder = tmp_path / "media"
    shutil.copytree(PROJECT / "fixtures" / "media", folder)
    for number, path in enumerate(sorted(folder.rglob("*.*"))):
        if kind := {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}.get(path.suffix.lower()):
            path.write_bytes(image_bytes(40, 30 + number, kind=kind))
    return folder


@pytest.fixture(autouse=True)
def _the_search_index_is_true(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does, the index says what the articles say at its end; `stale_index` excuses a test."""
    marker = request.node.get_closest_marker("django_db")
    named = OF_THE_DATABASE.intersection(request.fixturenames)
    if named or marker:
        is_alone = (marker and marker.kwargs.get("transaction")) or named - {"db"}
        request.getfixturevalue("transactional_db" if is_alone else "db")
    yield
    if (named or marker) and not request.node.get_closest_marker("stale_index"):
        assert stale_entries() == []


def stale_entries() -> list[int]:
    """The articles (primary keys) that the search index does not hold as they are; it does afterwards."""
    from articles.models import Article, SearchEntry

    def entries() -> dict[int, tuple]:
        return {pk: words for pk, *words in SearchEntry.objects.values_list("pk", "title", "lead", "text")}

    before = entries()
    SearchEntry.objects.put(Article.objects.values_list("pk", flat=True))
    after = entries()
    return [pk for pk in before | after if before.get(pk) != after.get(pk)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright's loop rests in a greenlet of this thread between two calls. Django sees a loop and
        # refuses the ORM, though no coroutine ever runs beside the test: there is nothing to protect.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Start the browser before the database is made, if a test needs it.

    Django keeps one connection for code beside a loop and one for code without: started later, the
    browser would part its tests from the rows, and from the transactions, of the others.
    """
    if any("page" in getattr(item, "fixturenames", ()) for item in request.session.items) and CHROMIUM:
        request.getfixturevalue("browser")


@pytest.fixture
def page_errors() -> list[str]:
    """What the browser complained about so far; a test that expects a complaint clears the list."""
    return []


@pytest.fixture
def page(
    browser: Browser, live_server, django_db_serialized_rollback, page_errors: list[str]
) -> Iterator[Page]:
    """A page of a fresh profile, on the test's own server, with the rows that migrations made.

    The test fails if the page breaks its content security policy, logs an error or asks another host.
    """

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_errors.append(f"{message.text} ({message.location['url']})")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            page_errors.append(f"Request to another host: {request.url}")

    context = browser.new_context(base_url=live_server.url, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: page_errors.append(str(error)))
    yield page
    context.close()
    assert page_errors == []
