"""The public site in a browser: widths, keyboard, without script, and nothing asked of others unasked."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from articles.models import Article, Status

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    section,
    store,
)

WIDTHS = (320, 768, 1280)
BODY = """## Une partie

Un texte **gras**, avec un [lien](https://example.org/) et une adresse
https://exemple.example/une-adresse-qui-ne-se-coupe-nulle-part-et-qui-est-bien-plus-large-qu-un-telephone.

| Démarche | Janvier | Février | Mars | Avril | Mai | Juin | Juillet |
|---|---|---|---|---|---|---|---|
| Demander une aide au logement | 120 | 130 | 140 | 150 | 160 | 170 | 180 |

> Une citation.

* un point
* un autre

[[video:visite]]
"""


@pytest.fixture
def article(page: Page) -> Article:
    """An article with one of everything. `page` comes first: it gives the migrations' rows back."""
    article = make_article(
        title="Anticonstitutionnellement : une annonce entière",
        changes=[{"on": "2026-02-03", "note": "Le montant est précisé."}],
        slug="entiere",
        subtitle="Un sous-titre",
        body=BODY,
        tags=["Services publics"],
        press_contact="Service de presse, [presse@exemple.example](mailto:presse@exemple.example)",
    )
    for number, color in enumerate(("navy", "teal", "maroon"), start=1):
        make_carousel_image(
            article,
            alt_text=f"Un aplat {color}",
            caption=f"Légende {number}",
            credit="Camille",
            file=store("a.png", image_bytes(800, 450, color)),
        )
    make_video(article, key="visite", title="La visite", transcript="Le texte de la vidéo.")
    make_attachment(article, title="Le rapport")
    make_article(title="An announcement", language="en", translation_of=article)
    make_article(section=section("pages"), slug="accessibilite", title="Accessibilité")
    make_article(
        section=section("evenements"),
        slug="rencontre",
        event_starts_at=timezone.now() + timedelta(days=3),
        place="Maison des services",
        street_address="1, rue du Modèle",
    )
    make_article(
        slug="retiree", status=Status.WITHDRAWN, withdrawal_notice="Voyez l’annonce qui suit.", body=BODY
    )
    make_article(slug="finie", status=Status.WITHDRAWN)
    return article


PAGES = {
    "home": "/",
    "list": "/actualites/",
    "agenda": "/agenda/",
    "tag": "/mots-cles/services-publics/",
    "site map": "/plan-du-site/",
    "search": "/recherche/",
    "results": "/recherche/?q=services",
    "no result": "/recherche/?q=introuvable",
    "article": "/actualites/entiere/",
    "event": "/agenda/rencontre/",
    "legal page": "/accessibilite/",
    "withdrawn": "/actualites/retiree/",
}


@pytest.mark.parametrize("width", WIDTHS)
def test_each_kind_of_page_is_accessible_and_fits_its_screen(page, article, width):
    page.set_viewport_size({"width": width, "height": 800})
    faults = []
    for kind, address in PAGES.items():
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append((kind, "wider than the screen"))
        violations = Axe().run(page).response["violations"]
        faults += [(kind, each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
    assert faults == []


@pytest.mark.parametrize(
    ("address", "heading"), [("/nulle-part/", "Page non trouvée"), ("/actualites/finie/", "Page retirée")]
)
def test_a_page_that_is_not_there_is_accessible_too(page, page_errors, article, address, heading):
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert Axe().run(page).response["violations"] == []
    page_errors.clear()


def test_the_keyboard_reaches_the_content_first(page, article):
    page.goto("/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Contenu")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


OUTLINE = """() => Math.max(...[null, "::before", "::after"].map((part) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement, part);
  return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
}))"""


def test_every_stop_of_the_keyboard_is_seen(page, article):
    page.goto(PAGES["article"])
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) >= 2, page.evaluate("document.activeElement.outerHTML")


def test_the_menu_says_where_the_reader_is(page, article):
    page.goto(PAGES["list"])
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu.get_by_role("link", name="Actualités")).to_have_attribute("aria-current", "page")
    page.goto(PAGES["article"])
    expect(menu.get_by_role("link", name="Actualités")).to_have_attribute("aria-current", "true")


@pytest.fixture
def plain_page(browser: Browser, live_server, page: Page):
    """A page of a browser without script, on a phone."""
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    yield context.new_page()
    context.close()


def test_the_menu_of_a_phone_opens_without_script(plain_page, article):
    plain_page.goto("/")
    link = plain_page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Agenda")
    expect(link).to_be_hidden()
    plain_page.locator("summary", has_text="Menu").click()
    link.locator("visible=true").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Agenda")


def test_nothing_needs_script_to_be_read(plain_page, article):
    plain_page.goto(PAGES["article"])
    expect(plain_page.get_by_role("img", name="Un aplat")).to_have_count(3)
    for slide in plain_page.locator(".carousel__slide").all():
        expect(slide).to_be_visible()
    expect(plain_page.get_by_role("button")).to_have_count(0)
    expect(plain_page.get_by_role("link", name="Voir la vidéo sur Dailymotion")).to_be_visible()
    plain_page.get_by_text("Transcription de la vidéo").click()
    expect(plain_page.get_by_text("Le texte de la vidéo.")).to_be_visible()


def test_the_carousel_shows_one_image_at_a_time(page, article):
    page.goto(PAGES["article"])
    carousel = page.get_by_role("region", name="Images de l’article")
    following, previous = (
        carousel.get_by_role("button", name=name) for name in ("Image suivante", "Image précédente")
    )
    expect(carousel.get_by_role("group", name="1 sur 3")).to_be_visible()
    expect(carousel.get_by_role("img")).to_have_count(1)
    following.focus()
    page.keyboard.press("Enter")
    expect(carousel.get_by_role("group", name="2 sur 3")).to_be_visible()
    expect(carousel.get_by_role("img")).to_have_accessible_name("Un aplat teal")
    expect(following).to_be_focused()
    previous.click()
    previous.click()
    expect(carousel.get_by_role("group", name="3 sur 3")).to_be_visible()
    assert carousel.locator("[aria-live=polite]").count() == 1


def test_nothing_is_asked_of_the_videos_provider_before_the_click(page, page_errors, article):
    asked = []
    page.route("https://geo.dailymotion.com/**", lambda route: asked.append(route) or route.abort())
    page.goto(PAGES["article"])
    button = page.get_by_role("button", name="Lire la vidéo")
    expect(button).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert asked == []
    assert page_errors == []
    button.click()
    player = page.locator("iframe")
    expect(player).to_be_focused()
    expect(player).to_have_attribute("title", "Vidéo\u00a0: La visite")
    assert len(asked) == 1
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.reload()
    expect(button).to_be_visible()
    page_errors.clear()


def test_who_receives_data_is_said_by_the_button(page, article):
    page.goto(PAGES["article"])
    button = page.get_by_role("button", name="Lire la vidéo")
    notice = page.locator(f"#{button.get_attribute('aria-describedby')}")
    expect(notice).to_contain_text("Dailymotion SA")
    expect(notice).to_be_visible()


def test_a_table_wider_than_the_screen_can_be_scrolled_from_the_keyboard(page, article):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(PAGES["article"])
    table = page.get_by_role("group", name="Tableau")
    table.focus()
    expect(table).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert table.evaluate("table => table.scrollLeft") > 0


def test_a_pdf_opens_in_the_browsers_viewer(page, page_errors, article):
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-extension://")):
        page.goto(article.attachments.get().address)
    page.goto("about:blank")
    page_errors.clear()  # the viewer's own files


def test_paper_gets_the_text_alone(page, article):
    page.goto(PAGES["article"])
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in (".menu", ".fr-breadcrumb", ".fr-footer", ".carousel__controls", ".video__frame", ".share"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".carousel img")).to_have_count(3)
    for image in page.locator(".carousel img").all():
        expect(image).to_be_visible()
    expect(page.locator(".article__address")).to_contain_text(
        f"Annonces – http://127.0.0.1:8000{page.url[-20:]}"
    )
    expect(page.get_by_text("Publié le")).to_be_visible()


def test_paper_begins_at_one_edge_and_asks_nothing(page, article):
    page.set_viewport_size({"width": 760, "height": 1000})
    page.emulate_media(media="print")
    page.goto(PAGES["article"])
    parts = (".fr-header__service-title", "h1", ".rich p")
    assert [page.locator(part).first.bounding_box()["x"] for part in parts] == [0, 0, 0]
    for address in (PAGES["article"], "/agenda/", "/annonces/", "/recherche/?q=services"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 760
        expect(page.locator("form:visible, .follow:visible, [href$='.ics']:visible")).to_have_count(0)


def test_a_search_needs_no_script(plain_page, article):
    plain_page.goto("/")
    plain_page.set_viewport_size({"width": 1280, "height": 800})
    plain_page.get_by_label("Rechercher une annonce").fill("services")
    plain_page.keyboard.press("Enter")
    expect(plain_page.get_by_role("heading", level=2).first).to_contain_text("pour « services »")
    plain_page.get_by_label("Trier par").select_option("date")
    plain_page.get_by_role("button", name="Appliquer").click()
    assert plain_page.url.endswith("tri=date")


def test_a_search_is_one_step_away_on_a_phone(plain_page, article):
    plain_page.goto("/")
    plain_page.get_by_role("link", name="Rechercher").click()
    plain_page.get_by_label("Mots cherchés").fill("services")
    plain_page.get_by_role("button", name="Rechercher").click()
    expect(plain_page.locator(".results a").first).to_be_visible()
