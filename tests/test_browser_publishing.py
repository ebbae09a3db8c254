"""An announcement from an idea to its withdrawal, by two people in two browsers, the clock moved on."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from articles import publishing, versions
from articles.models import Article, Status, Version
from articles.roles import PUBLISHERS, WRITERS

from .conftest import PATIENCE_MS
from .editing import LIST, log_in, violations
from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_member,
    pdf_bytes,
    store,
)


@pytest.fixture
def open_page(browser: Browser, page: Page, live_server, page_errors: list[str]):
    """A way to open a page of another browser, watched as the first one is."""
    contexts = []

    def opened(user: str = "") -> Page:
        context = browser.new_context(base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris")
        contexts.append(context)
        other = context.new_page()
        other.set_default_timeout(PATIENCE_MS)
        other.on(
            "console",
            lambda said: page_errors.append(said.text) if said.type == "error" else None,
        )
        return log_in(other, User.objects.get(username=user)) if user else other

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def people(page: Page):
    """Somebody who writes, and somebody who publishes."""
    make_member(WRITERS, "autrice")
    make_member(PUBLISHERS, "editrice")


def confirm(page: Page, button: str, **typed: str) -> None:
    """Read the page of a decision, say what it asks, and decide."""
    expect(page.get_by_role("heading", level=1)).to_have_text(button)
    assert violations(page) == []
    for label, text in typed.items():
        page.get_by_role("textbox", name=label.replace("_", " ")).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("listitem").filter(has_text=words).first).to_be_visible()


def status_of(page: Page, address: str) -> int:
    """What the public gets, asked past the browser: a refusal is no error of a page."""
    return page.request.get(address, max_redirects=0).status


def test_an_announcement_from_idea_to_withdrawal_and_back(people, clock, open_page, page_errors):
    writer, publisher, reader = open_page("autrice"), open_page("editrice"), open_page()

    # Written, sent to review
    writer.goto(LIST)
    assert violations(writer) == []
    writer.get_by_role("link", name="Écrire un article").click()
    writer.locator("#id_title").fill("Le guichet de l’eau ouvre")
    writer.get_by_label("Rubrique").select_option(label="Actualités")
    writer.locator("#id_body").fill("Le guichet ouvre lundi.\n\nIl ferme à midi.\n\nEntrée libre.")
    assert violations(writer) == []
    writer.get_by_role("button", name="Mettre en relecture").click()
    confirm(writer, "Mettre en relecture", Message_aux_relecteurs="Prêt pour lundi.")
    said(writer, "L’article est en relecture.")
    article = Article.objects.get()
    address = article.get_absolute_url()

    # Read, scheduled
    publisher.goto(f"{LIST}?etat=in_review")
    publisher.get_by_role("link", name="Le guichet de l’eau ouvre").click()
    coming = timezone.localtime() + timedelta(hours=1)
    publisher.locator("#id_published_at").fill(f"{coming:%Y-%m-%dT%H:%M}")
    publisher.get_by_role("button", name="Enregistrer et continuer").click()
    publisher.get_by_role("button", name="Programmer").click()
    confirm(publisher, "Programmer")
    said(publisher, "L’article est programmé")
    article.refresh_from_db()
    assert violations(publisher) == []

    # Unseen before its hour, seen from then on
    assert status_of(reader, address) == 404
    assert "guichet" not in reader.request.get("/actualites/").text()
    hour = article.published_at
    clock(hour - timedelta(seconds=1))
    assert status_of(reader, address) == 404
    clock(hour)
    reader.goto("/actualites/")
    reader.get_by_role("link", name="Le guichet de l’eau ouvre").click()
    expect(reader.get_by_text("Il ferme à midi.")).to_be_visible()

    # A new version beside, while a typo is mended on the page
    writer.goto(f"{LIST}{article.pk}/change/")
    expect(writer.get_by_role("button", name="Mettre à jour")).to_have_count(0)
    writer.get_by_role("link", name="Préparer une nouvelle version").click()
    confirm(writer, "Préparer une nouvelle version")
    said(writer, "La nouvelle version est ouverte")
    draft = writer.url
    written = "Le guichet ouvre lundi.\n\nIl ferme à midi.\n\nEntrée libre, sur inscription."
    writer.locator("#id_body").fill(written)
    writer.get_by_role("button", name="Enregistrer et continuer").click()
    assert violations(writer) == []
    publisher.goto(f"{LIST}{article.pk}/change/")
    publisher.locator("#id_body").fill("Le guichet ouvre mardi.\n\nIl ferme à midi.\n\nEntrée libre.")
    publisher.get_by_role("button", name="Mettre à jour la page en ligne").click()
    reader = open_page()
    reader.goto(address)
    expect(reader.get_by_text("Le guichet ouvre mardi.")).to_be_visible()
    expect(reader.get_by_text("sur inscription")).to_have_count(0)
    writer.goto(draft)
    expect(writer.locator("#id_body")).to_have_value(written.replace("lundi", "mardi"))

    # Published with a note for readers
    writer.get_by_role("button", name="Mettre en relecture").click()
    confirm(writer, "Mettre en relecture")
    publisher.goto(draft)
    publisher.get_by_role("button", name="Publier cette version").click()
    publisher.get_by_label("de fond").check()
    confirm(publisher, "Publier cette version", Note_publique="L’entrée est sur inscription.")
    said(publisher, "La nouvelle version est en ligne.")
    reader = open_page()
    reader.goto(address)
    expect(reader.get_by_text("Entrée libre, sur inscription.")).to_be_visible()
    expect(reader.get_by_text("L’entrée est sur inscription.").first).to_be_attached()
    expect(reader.get_by_text("autrice")).to_have_count(0)

    # Compared, and gone back to
    publisher.get_by_role("link", name="Historique").click()
    assert violations(publisher) == []
    publisher.get_by_role("button", name="Comparer les deux versions choisies").click()
    expect(publisher.locator("ins").filter(has_text="sur inscription").first).to_be_visible()
    assert violations(publisher) == []
    publisher.goto(f"{LIST}{article.pk}/history/")
    online = Version.objects.filter(article_uuid=article.uuid, act="scheduled").get()
    publisher.get_by_role("link", name=f"Revenir à la version {online.number}").click()
    assert violations(publisher) == []
    publisher.get_by_role("button", name="Revenir à cette version").click()
    reader = open_page()
    reader.goto(address)
    expect(reader.get_by_text("Le guichet ouvre lundi.")).to_be_visible()

    # Withdrawn, put back
    publisher.goto(f"{LIST}{article.pk}/change/")
    publisher.get_by_role("button", name="Retirer").click()
    publisher.get_by_label("Son texte reste lisible").check()
    confirm(publisher, "Retirer", Avis_de_retrait="Le guichet a déménagé.")
    said(publisher, "L’article est retiré")
    reader = open_page()
    reader.goto(address)
    expect(reader.get_by_text("Le guichet a déménagé.")).to_be_visible()
    assert violations(reader) == []
    assert "guichet" not in reader.request.get("/actualites/").text()
    publisher.get_by_role("button", name="Remettre en ligne").click()
    confirm(publisher, "Remettre en ligne")
    assert "guichet" in reader.request.get("/actualites/").text()

    # Withdrawn for good, deleted, and brought back
    publisher.get_by_role("button", name="Retirer").click()
    publisher.get_by_label("Elle disparaît").check()
    confirm(publisher, "Retirer")
    assert status_of(reader, address) == 410
    publisher.get_by_role("link", name="Supprimer l’article").click()
    confirm(publisher, "Supprimer")
    assert status_of(reader, address) == 410
    publisher.get_by_role("link", name="Corbeille").click()
    assert violations(publisher) == []
    publisher.get_by_role("button", name="Annuler la suppression").click()
    back = Article.objects.get(uuid=article.uuid)
    publisher.goto(f"{LIST}{back.pk}/change/")
    publisher.get_by_role("button", name="Remettre en ligne").click()
    confirm(publisher, "Remettre en ligne")
    assert status_of(reader, address) == 200
    assert page_errors == []


def test_two_browsers_on_one_article_lose_nothing(people, open_page):
    article = make_article(title="Le guichet ouvre", body="Lundi.", status=Status.DRAFT)
    versions.begin(Article.objects.all())
    writer, publisher = open_page("autrice"), open_page("editrice")
    for each in (writer, publisher):
        each.goto(f"{LIST}{article.pk}/change/")
    publisher.locator("#id_body").fill("Mardi.")
    publisher.get_by_role("button", name="Enregistrer", exact=True).click()
    writer.locator("#id_title").fill("Le guichet de l’eau ouvre")
    writer.locator("#id_body").fill("Lundi matin.")
    writer.get_by_role("button", name="Enregistrer", exact=True).click()
    summary = writer.locator(".error-summary")
    expect(summary).to_contain_text("editrice a changé cet article pendant que vous l’écriviez")
    expect(writer.locator("#id_title")).to_have_value("Le guichet de l’eau ouvre")
    expect(writer.locator("#id_body")).to_have_value("Lundi matin.")
    expect(writer.locator(".conflict ins").filter(has_text="Mardi")).to_be_visible()
    assert violations(writer) == []
    writer.locator("#id_body").fill("Mardi matin.")
    writer.get_by_role("button", name="Enregistrer", exact=True).click()
    article.refresh_from_db()
    assert (article.title, article.body) == ("Le guichet de l’eau ouvre", "Mardi matin.")


def test_passages_that_both_changed_are_settled_in_the_form(people, open_page):
    article = make_article(title="Le guichet ouvre", body="Lundi.")
    writer, publisher = open_page("autrice"), open_page("editrice")
    writer.goto(f"{LIST}{article.pk}/change/")
    writer.get_by_role("link", name="Préparer une nouvelle version").click()
    confirm(writer, "Préparer une nouvelle version")
    draft = writer.url
    writer.locator("#id_body").fill("Lundi matin.")
    writer.get_by_role("button", name="Enregistrer et continuer").click()
    publisher.goto(f"{LIST}{article.pk}/change/")
    publisher.locator("#id_body").fill("Lundi soir.")
    publisher.get_by_role("button", name="Mettre à jour la page en ligne").click()
    publisher.goto(draft)
    publisher.get_by_role("button", name="Publier cette version").click()
    publisher.get_by_label("mineur").check()
    publisher.get_by_role("button", name="Publier cette version").click()
    expect(
        publisher.get_by_text("1 passage dit autre chose sur la page et dans cette version")
    ).to_be_visible()
    assert violations(publisher) == []
    publisher.get_by_role("link", name="1 passage est à régler").click()
    assert violations(publisher) == []
    publisher.locator("#id_body").fill("Lundi matin et soir.")
    publisher.get_by_label("Réglé").check()
    publisher.get_by_role("button", name="Publier cette version").click()
    publisher.get_by_label("mineur").check()
    confirm(publisher, "Publier cette version")
    article.refresh_from_db()
    assert article.body == "Lundi matin et soir."


def test_files_that_both_replaced_are_seen_side_by_side(people, open_page):
    publisher_user = User.objects.get(username="editrice")
    live = make_article(title="Le guichet ouvre")
    make_carousel_image(live, key="une", file=store("a.png", image_bytes(400, 300)))
    make_attachment(live, key="plan", title="Le plan", file=store("a.pdf", pdf_bytes(1)))
    versions.record(live, None)
    draft = publishing.prepare(live, publisher_user)
    for article, color, pages in ((draft, "teal", 2), (live, "maroon", 3)):
        article.carousel_images.update(file=store("b.png", image_bytes(400, 300, color)))
        article.attachments.update(file=store("b.pdf", pdf_bytes(pages)))
        publishing.keep(article, publisher_user)
    writer = open_page("autrice")
    writer.goto(f"{LIST}{draft.pk}/change/")
    for side in ("Cette version", "La page"):
        image = writer.get_by_role("img", name=f"{side}\xa0: Fichier de l’image «\xa0une\xa0»")
        expect(image).to_be_visible()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        link = writer.get_by_role("link", name=f"{side}\xa0: Fichier du document «\xa0plan\xa0»")
        expect(link).to_be_visible()
    ours, theirs = (
        writer.get_by_role("img", name=f"{side}\xa0: Fichier").bounding_box()
        for side in ("Cette version", "La page")
    )
    assert (ours["y"], ours["x"] + ours["width"] < theirs["x"]) == (theirs["y"], True)
    assert violations(writer) == []


def test_whoever_changes_a_page_sees_it_changed(people, open_page):
    article = make_article(title="Le guichet ouvre lundi")
    publisher = open_page("editrice")
    publisher.goto(article.get_absolute_url())
    publisher.goto(f"{LIST}{article.pk}/change/")
    publisher.locator("#id_title").fill("Le guichet ouvre mardi")
    publisher.get_by_role("button", name="Mettre à jour et continuer").click()
    publisher.get_by_role("link", name="Voir sur le site", exact=True).last.click()
    expect(publisher.get_by_role("heading", level=1)).to_have_text("Le guichet ouvre mardi")
