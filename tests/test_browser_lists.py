"""Lists in a browser: filters chosen with the keyboard and without script, pages, and every width."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .factories import make_article, section

WIDTHS = (320, 768, 1280)
LISTS = ("/annonces/", "/annonces/2025/", "/annonces/2025/5/", "/annonces/?annee=2025&mot-cle=energie&page=2")


@pytest.fixture
def announcements(page: Page) -> None:
    """Two pages of them, of two years and two sections. `page` comes first: it gives the rows back."""
    for day in range(1, 15):
        make_article(
            title=f"Énergie {day}", published_at=datetime(2025, 5, day, tzinfo=UTC), tags=["Énergie"]
        )
    make_article(
        title="Autre",
        published_at=datetime(2024, 5, 1, tzinfo=UTC),
        section=section("communiques"),
        language="en",
        tags=["Logement"],
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_each_list_is_accessible_and_fits_its_screen(page, announcements, width):
    page.set_viewport_size({"width": width, "height": 800})
    faults = []
    for address in LISTS:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append((address, "wider than the screen"))
        faults += [(address, each["id"]) for each in Axe().run(page).response["violations"]]
    assert faults == []


def test_a_list_is_narrowed_with_the_keyboard_alone(page, announcements):
    page.goto("/annonces/")
    page.get_by_label("Année").focus()
    page.keyboard.type("2024")
    expect(page.locator(".cards h2")).to_have_count(12)  # nothing happens before the button
    page.get_by_role("button", name="Filtrer").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/annonces/?rubrique=&mot-cle=&annee=2024&langue=")
    expect(page.get_by_text("1 annonce", exact=True)).to_be_visible()
    expect(page.get_by_label("Année")).to_have_value("2024")
    page.get_by_role("link", name="2024", exact=True).press("Enter")
    expect(page).to_have_url("/annonces/")


def test_filters_and_pages_need_no_script(browser: Browser, live_server, announcements):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    page.goto("/annonces/")
    page.get_by_label("Mot-clé").select_option("energie")
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_role("navigation", name="Pagination").get_by_role("link", name="Page suivante").click()
    expect(page).to_have_title("Toutes les annonces – Énergie – page 2 sur 2 – Annonces")
    expect(page.get_by_role("heading", level=2, name="Énergie")).to_have_count(2)
    context.close()
