"""The history of an article in a browser: two versions compared, one gone back to, a deletion taken back."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from articles import publishing, versions
from articles.models import Act, Article, Version
from articles.roles import ADMINISTRATORS

from .editing import log_in, violations
from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_imported_post,
    make_member,
    make_video,
    store,
)


@pytest.fixture
def administrator(page: Page) -> Page:
    return log_in(page, make_member(ADMINISTRATORS, "administratrice"))


def article_with_history(**overrides) -> Article:
    """An article whose three versions differ in words, items and files."""
    body = "## Où aller\n\nLe guichet ouvre **lundi**.\n\n![Un plan](/uploads/plan.png)\n\n[[video:film]]"
    article = make_article(title="Un guichet ouvre", body=body, tags=["eau"], **overrides)
    article.body_images.update(file=store("plan.png", image_bytes(300, 200)))
    image = make_carousel_image(article, key="une", file=store("a.png", image_bytes(400, 300)))
    document = make_attachment(article, key="horaires", title="Les horaires")
    make_video(article, key="film", title="La visite")
    versions.record(article, None, note="Premier jet.")
    image.file, image.alt_text = store("b.png", image_bytes(400, 300, "teal")), "Le guichet le matin"
    image.save()
    article.body = body.replace("lundi", "mardi")
    article.save()
    versions.record(article, None, is_major=True, public_note="Le guichet ouvre mardi.")
    document.delete()
    article.title = "Un guichet est ouvert"
    article.save()
    versions.record(article, None)
    return article


def test_two_versions_are_compared_then_one_is_gone_back_to(administrator):
    page, article = administrator, article_with_history()
    page.goto(f"/admin/articles/article/{article.pk}/history/")
    page.get_by_role("radio", name="Avant : version 1").check()
    page.get_by_role("button", name="Comparer les deux versions choisies").click()
    expect(page.get_by_role("heading", name="Comparer deux versions : Un guichet est ouvert")).to_be_visible()
    expect(page.locator("del", has_text="lundi")).to_be_visible()
    expect(page.locator("ins", has_text="mardi")).to_be_visible()
    page.get_by_role("link", name="version 1", exact=True).click()
    expect(page.get_by_role("img", name="Un plan")).to_be_visible()
    page.get_by_role("link", name="Revenir à cette version").click()
    page.get_by_label("Note pour l’historique").fill("Publié à tort.")
    page.get_by_role("button", name="Revenir à cette version").click()
    expect(page.get_by_text("L’article dit de nouveau ce que disait la version 1.")).to_be_visible()
    assert Article.objects.get(pk=article.pk).title == "Un guichet ouvre"


def told_without_colour(page: Page, element: str) -> list[str]:
    """How the first such word is told from those around it, but by colour: what is drawn, what is heard."""
    word = page.locator(f".difference {element}").first
    expect(word).to_be_visible()
    drawn: list[str] = word.evaluate(
        """word => {
            const style = getComputedStyle(word);
            const sign = word.querySelector(".sign");
            const isDrawn = parseFloat(style.borderTopWidth) > 0;
            return [style.textDecorationLine, isDrawn ? style.borderTopStyle : "none", sign.innerText];
        }"""
    )
    heard = word.evaluate("word => word.firstElementChild.textContent.trim()")
    return [*drawn, heard.replace("\xa0", " ")]


@pytest.mark.parametrize("media", [{}, {"forced_colors": "active"}, {"media": "print"}])
def test_what_came_and_what_went_are_told_apart_without_colour(administrator, media):
    page, article = administrator, article_with_history()
    first, third = (Version.objects.get(article_uuid=article.uuid, number=each).pk for each in (1, 3))
    page.emulate_media(**media)
    page.goto(f"/admin/articles/version/article/{article.uuid}/comparer/?avant={first}&apres={third}")
    assert told_without_colour(page, "del") == ["line-through", "dashed", "−", "supprimé : «"]
    assert told_without_colour(page, "ins") == ["underline", "solid", "+", "ajouté : «"]
    page.locator(".difference ins").first.evaluate("word => word.style.textDecoration = 'none'")
    assert told_without_colour(page, "ins") != ["underline", "solid", "+", "ajouté : «"]


def test_a_deletion_is_taken_back(administrator):
    page, article = administrator, article_with_history(status="draft")
    publishing.delete(article, User.objects.get())
    page.goto("/admin/articles/article/")
    page.get_by_role("link", name="Corbeille").click()
    page.get_by_role("button", name="Annuler la suppression").click()
    page.get_by_role("link", name="Un guichet est ouvert").click()
    expect(page.get_by_role("heading", name="Modifier l’article")).to_be_visible()


def test_a_passage_is_erased_from_all_versions_that_say_it(administrator):
    page, article = administrator, article_with_history()
    make_imported_post(article, text="Le guichet ouvre mardi.")
    article.body = "Le guichet est ouvert."
    article.save()
    versions.record(article, None)
    page.goto(f"/admin/articles/article/{article.pk}/history/")
    page.get_by_role("link", name="Effacer un passage").click()
    page.get_by_label("Passage à effacer").fill("OUVRE mardi")
    page.get_by_role("button", name="Chercher ce passage").click()
    expect(page.get_by_role("checkbox", name="Effacer la version")).to_have_count(2)
    page.get_by_role("checkbox", name="Effacer la version 3").uncheck()
    expect(page.get_by_role("checkbox", name="Effacer aussi le billet importé")).to_be_checked()
    page.get_by_label("Motif").fill("Une erreur.")
    page.get_by_role("button", name="Effacer pour toujours").click()
    expect(page.get_by_text("1 version effacée, billet importé effacé.")).to_be_visible()
    assert list(Version.objects.exclude(erased_at=None).values_list("number", flat=True)) == [2]


@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_axe_finds_nothing_on_the_pages_of_the_history(administrator, width):
    page, article = administrator, article_with_history()
    for _ in range(60):
        versions.record(article, None, Act.RESTORED, about=1)
    publishing.prepare(article, User.objects.get())
    make_imported_post(article, text="Le guichet ouvre lundi.")
    gone = article_with_history(status="draft", slug="autre")
    publishing.delete(gone, User.objects.get())
    page.set_viewport_size({"width": width, "height": 900})
    first, third = (Version.objects.get(article_uuid=article.uuid, number=each).pk for each in (1, 3))
    history = f"/admin/articles/version/article/{article.uuid}/"
    for address in (
        f"{history}?page=2&avant={first}",
        f"{history}comparer/?avant={first}&apres={third}",
        f"/admin/articles/version/{first}/",
        f"/admin/articles/version/{first}/revenir/",
        f"{history}effacer/?version={first}",
        "/admin/articles/version/corbeille/",
        "/admin/articles/version/",
    ):
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(f"{history}effacer/")
    page.get_by_label("Passage à effacer").fill("guichet")
    page.get_by_role("button", name="Chercher ce passage").click()
    expect(page.get_by_text("L’article dit encore ce passage")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Passage à effacer").fill("lundi")
    for button in ("Chercher ce passage", "Effacer pour toujours"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("checkbox", name="Effacer aussi le billet importé")).to_be_visible()
        assert violations(page) == [], button
        assert page.evaluate("document.documentElement.scrollWidth") <= width, button
