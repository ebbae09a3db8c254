"""The page of an article in a browser: carousel, video, contents, sharing; widths, keyboard, no script."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from articles.models import Article

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
ADDRESS = "/agenda/entiere/"
BODY = """Un [lien](https://example.org/){:target="_blank"}, un [document](/uploads/perdu.pdf) et ![une
vue](/uploads/absente.png) qui manquent.

## Les citations

> Une citation
{: .citation}

> Camille
{: .auteur-citation}

> Un encadré
> {: .encadre}

## Le code

    curl https://annonces.exemple.example/une-adresse-bien-plus-large-que-ce-que-montre-un-telephone/et-plus

### Une partie du code

<img src="/uploads/vue.png" alt="Une vue" class="float-right"> Du texte autour d’une image.

[[video:visite]]
"""


@pytest.fixture
def article(page: Page, settings) -> Article:
    """An article with one of everything. `page` comes first: it gives the migrations' rows back."""
    settings.CONTACT_EMAIL = "contact@exemple.fr"
    article = make_article(
        section=section("evenements"),
        title="Lancement de services.publics.exemple.example/anticonstitutionnellement",
        slug="entiere",
        subtitle="Un sous-titre",
        body=BODY,
        tags=["Services publics"],
        event_starts_at=timezone.now() - timedelta(days=3),
        place="Maison des services",
        practical_details="Accès\n: Métro Modèle",
        press_contact="Service de presse",
    )
    article.body_images.filter(address="/uploads/vue.png").update(
        file=store("vue.png", image_bytes(300, 200))
    )
    for number, color in enumerate(("navy", "teal", "maroon"), start=1):
        make_carousel_image(
            article,
            alt_text=f"Un aplat {color}",
            caption="Une légende longue. " * number**2,
            file=store("a.png", image_bytes(400, 100 * number, color)),
        )
    make_video(article, key="visite", title="La visite", transcript="Le texte de la vidéo.")
    make_video(article, provider="peertube", host="videos.exemple.example", video_id="a1b2")
    make_attachment(article, title="Le rapport")
    make_attachment(article, title="Le plan", address="/uploads/perdu.pdf", file=None)
    for number in range(5):
        make_article(section=section("evenements"), title=f"Événement {number}", tags=["Services publics"])
    make_article(title="The launch", language="en", translation_of=article)
    return article


@pytest.fixture
def plain_page(browser: Browser, live_server, page: Page):
    """A page of a browser without script, on a phone."""
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_article_is_accessible_and_fits_its_screen(page, article, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ADDRESS)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page).response
    assert [(each["id"], each["nodes"]) for each in found["violations"]] == []
    for box in page.locator(".article > *:visible").all():
        assert box.bounding_box()["width"] <= width


def test_without_script_nothing_is_wider_than_the_screen_and_nothing_is_missing(plain_page, article):
    plain_page.goto(ADDRESS)
    for image in plain_page.locator(".carousel img").all():
        expect(image).to_be_visible()
        assert image.bounding_box()["x"] + image.bounding_box()["width"] <= 320
    expect(plain_page.get_by_role("button")).to_have_count(0)
    expect(plain_page.locator(".video__frame")).to_have_count(1)
    expect(plain_page.locator(".video__frame")).to_be_hidden()
    expect(plain_page.get_by_text("votre adresse IP")).to_be_visible()
    expect(plain_page.get_by_role("link", name="Voir la vidéo")).to_have_count(2)


# --- contents


def test_contents_lead_to_the_parts_of_the_text_from_the_keyboard(page, article):
    page.goto(ADDRESS)
    contents = page.get_by_role("navigation", name="Sommaire")
    expect(contents.get_by_role("link")).to_have_text(["Les citations", "Le code", "Une partie du code"])
    contents.get_by_role("link", name="Une partie du code").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Une partie du code")).to_be_in_viewport()


def test_contents_stand_beside_the_text_where_there_is_room(page, article):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(ADDRESS)
    contents, text = page.locator(".contents").bounding_box(), page.locator(".article__body").bounding_box()
    assert contents["x"] >= text["x"] + text["width"]
    page.get_by_role("heading", name="Le code", exact=True).scroll_into_view_if_needed()
    expect(page.locator(".contents")).to_be_in_viewport()


# --- carousel


SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_script_moves_nothing_when_it_comes(page, article, width):
    page.set_viewport_size({"width": width, "height": 2000})
    page.add_init_script(SHIFTS)
    page.goto(ADDRESS)
    expect(page.get_by_role("button", name="Image suivante")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifted") < 0.05


TOP = "element => element.getBoundingClientRect().top + scrollY"


def test_the_carousel_keeps_its_place_whatever_the_caption(page, article):
    page.goto(ADDRESS)
    following = page.get_by_role("button", name="Image suivante")
    places = []
    for _ in range(3):
        places.append([each.evaluate(TOP) for each in (following, page.locator(".article__body"))])
        following.click()
    assert places[0] == places[1] == places[2]


def test_the_keyboard_stops_at_nothing_hidden(page, article):
    page.goto(ADDRESS)
    page.get_by_role("button", name="Image précédente").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Image suivante")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="2 sur 3")).to_be_visible()
    expect(page.get_by_role("button", name="Image suivante")).to_be_focused()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.carousel')")


SWIPE = """([from, to]) => {
  const track = document.querySelector(".carousel__slides");
  const touch = (x) => new Touch({ identifier: 1, target: track, clientX: x, clientY: 300 });
  track.dispatchEvent(new TouchEvent("touchstart", { touches: [touch(from)] }));
  track.dispatchEvent(new TouchEvent("touchend", { changedTouches: [touch(to)] }));
}"""


def test_a_finger_turns_the_carousel(page, article):
    page.goto(ADDRESS)
    for start, end, shown in [(250, 100, "2 sur 3"), (100, 110, "2 sur 3"), (100, 250, "1 sur 3")]:
        page.evaluate(SWIPE, [start, end])
        expect(page.get_by_role("group", name=shown)).to_be_visible()


def test_an_image_is_there_when_it_is_looked_at(page, article):
    page.goto(ADDRESS)
    for color in ("navy", "teal", "maroon"):
        image = page.get_by_role("img", name=f"Un aplat {color}")
        expect(image).to_be_visible()
        expect(image).not_to_have_js_property("naturalWidth", 0)
        page.get_by_role("button", name="Image suivante").click()


# --- video


def test_a_video_is_closed_as_it_was_opened_from_the_keyboard(page, page_errors, article):
    page.route("https://geo.dailymotion.com/**", lambda route: route.abort())
    page.goto(ADDRESS)
    play = page.get_by_role("button", name="Lire la vidéo\u00a0: La visite")
    close = page.get_by_role("button", name="Fermer la vidéo")
    expect(close).to_be_hidden()
    play.focus()
    page.keyboard.press("Enter")
    expect(page.locator("iframe")).to_be_focused()
    expect(play).to_be_hidden()
    close.focus()
    page.keyboard.press("Enter")
    expect(page.locator("iframe")).to_have_count(0)
    expect(play).to_be_focused()
    expect(close).to_be_hidden()
    page_errors.clear()


def test_a_player_that_the_site_does_not_know_is_a_link(page, article):
    page.goto(ADDRESS)
    expect(page.get_by_role("button", name="Lire la vidéo")).to_have_count(1)
    expect(page.locator('.video a[href^="https://videos.exemple.example/"]')).to_have_count(1)


# --- sharing


def test_the_address_is_copied_and_said_to_be(page, article):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ADDRESS)
    button = page.get_by_role("button", name="Copier l’adresse")
    status = page.locator(".share [role=status]")
    expect(status).to_be_empty()
    button.focus()
    page.keyboard.press("Enter")
    expect(status).to_have_text("Adresse copiée.")
    assert page.evaluate("navigator.clipboard.readText()") == f"http://127.0.0.1:8000{ADDRESS}"
    expect(button).to_be_focused()


def test_a_browser_that_refuses_to_copy_shows_the_address(page, article):
    page.goto(ADDRESS)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.get_by_role("button", name="Copier l’adresse").click()
    expect(page.locator(".share [role=status]")).to_contain_text(f"http://127.0.0.1:8000{ADDRESS}")


def test_links_that_open_a_window_say_so(page, article):
    page.goto(ADDRESS)
    link = page.get_by_role("link", name="lien", exact=True)
    expect(link).to_have_attribute("title", "lien - nouvelle fenêtre")


# --- what is wide


def test_code_wider_than_the_screen_can_be_scrolled_from_the_keyboard(page, article):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(ADDRESS)
    code = page.get_by_role("group", name="Extrait de code")
    code.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("pre")).not_to_have_js_property("scrollLeft", 0)
