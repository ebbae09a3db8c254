"""The editors' tool in a browser: an article written from nothing, by keyboard, under the strict policy."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, ImportRemark, ImportRun
from articles.roles import PUBLISHERS

from .editing import log_in, violations
from .factories import (
    image_bytes,
    make_article,
    make_carousel_image,
    make_imported_post,
    make_member,
    make_remark,
    make_video,
    pdf_bytes,
)


@pytest.fixture
def editor(page: Page) -> Page:
    return log_in(page, make_member(PUBLISHERS, "redactrice"))


def chosen(name: str, data: bytes, media_type: str) -> dict[str, object]:
    return {"name": name, "mimeType": media_type, "buffer": data}


def preview_of(page: Page):
    return page.frame_locator("iframe[title='Aperçu de la page publique']")


def open_article(page: Page, article: Article) -> None:
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    expect(preview_of(page).get_by_role("heading", level=1)).to_be_visible()


def test_an_article_is_written_previewed_and_published(editor):
    editor.goto("/admin/articles/article/")
    editor.get_by_role("link", name="Écrire un article").click()
    editor.get_by_label("Titre", exact=False).first.fill("Le guichet commun ouvre")
    editor.get_by_role("textbox", name="Chapeau").fill("Une **seule** adresse.")
    editor.get_by_label("Texte :", exact=True).fill("## Où aller\n\nÀ la mairie.")
    editor.get_by_label("Rubrique").select_option(label="Actualités")
    editor.get_by_label("Mots-clés").fill("Paris, Lyon")
    editor.get_by_label("Mots-clés").press("Enter")

    shown = preview_of(editor)
    expect(shown.get_by_role("heading", name="Le guichet commun ouvre")).to_be_visible()
    expect(shown.get_by_role("heading", name="Où aller", level=2)).to_be_visible()

    editor.get_by_role("button", name="Ajouter une image").click()
    image = editor.get_by_role("group", name="Image du carrousel : à remplir")
    image.get_by_label("Fichier de l’image").set_input_files(
        chosen("guichet.png", image_bytes(400, 300), "image/png")
    )
    image.get_by_label("Texte alternatif").fill("Un guichet ouvert")
    editor.get_by_role("button", name="Ajouter une vidéo").click()
    video = editor.get_by_role("group", name="Vidéo : à remplir")
    video.get_by_label("Adresse ou code").fill("https://www.dailymotion.com/video/x5syke0")
    video.get_by_label("Titre").fill("La visite du guichet")
    editor.get_by_role("button", name="Ajouter un document").click()
    document = editor.get_by_role("group", name="Document : à remplir")
    document.get_by_label("Fichier du document").set_input_files(
        chosen("horaires.pdf", pdf_bytes(2), "application/pdf")
    )
    document.get_by_label("Titre").fill("Les horaires")
    editor.get_by_role("button", name="Enregistrer et continuer").click()
    expect(editor.get_by_text("est enregistré")).to_be_visible()

    # Placed by its key, at the caret of the text.
    editor.get_by_label("Texte :", exact=True).press("Control+End")
    editor.get_by_role("button", name="Placer dans le texte : Vidéo").click()
    expect(editor.get_by_label("Texte :", exact=True)).to_have_value(
        "## Où aller\n\nÀ la mairie.\n\n[[video:x5syke0]]"
    )
    expect(preview_of(editor).get_by_role("figure", name="La visite du guichet")).to_be_visible()
    editor.get_by_role("button", name="Enregistrer et continuer").click()

    article = Article.objects.get()
    assert [tag.name for tag in article.tags.all()] == ["Paris, Lyon"]
    editor.get_by_role("link", name="Aperçu").click()
    expect(editor.get_by_text("Aperçu – état : brouillon")).to_be_visible()
    expect(editor.get_by_role("img", name="Un guichet ouvert")).to_be_visible()
    assert editor.request.get(article.get_absolute_url()).status == 404

    editor.get_by_role("link", name="Revenir à l’article").click()
    editor.get_by_role("button", name="Publier ou programmer…").click()
    editor.get_by_role("button", name="Publier", exact=True).click()
    editor.get_by_role("link", name="Voir sur le site").click()
    expect(editor).to_have_url(f"{editor.url.split('/actualites')[0]}/actualites/le-guichet-commun-ouvre/")
    expect(editor.get_by_role("img", name="Un guichet ouvert")).to_be_visible()
    expect(editor.get_by_role("figure", name="La visite du guichet")).to_be_visible()
    expect(editor.get_by_role("link", name="Les horaires")).to_be_visible()


def test_an_image_comes_into_the_text_with_its_words(editor, page_errors):
    open_article(editor, make_article(status="draft", body="Avant."))
    body = editor.get_by_label("Texte :", exact=True)
    body.press("Control+End")
    editor.get_by_role("group", name="Mise en forme : Texte").get_by_role("button", name="Image…").click()
    dialog = editor.get_by_role("dialog", name="Placer une image dans le texte")
    dialog.get_by_label("Fichier de l’image").set_input_files(
        chosen("plan.png", image_bytes(300, 200), "image/png")
    )
    dialog.get_by_role("button", name="Placer l’image").click()
    expect(dialog.get_by_text("Écrivez le texte alternatif", exact=False)).to_be_visible()
    expect(dialog.get_by_label("Texte alternatif")).to_be_focused()
    page_errors.clear()  # the browser tells of the answer 400
    dialog.get_by_label("Texte alternatif").fill("Un plan du quartier")
    dialog.get_by_role("button", name="Placer l’image").click()
    expect(dialog).to_be_hidden()
    expect(body).to_be_focused()
    assert body.input_value().startswith("Avant.\n\n![Un plan du quartier](/uploads/plan-")
    expect(preview_of(editor).get_by_role("img", name="Un plan du quartier")).to_be_visible()


def test_escape_leaves_the_dialog_and_the_text_as_it_was(editor):
    open_article(editor, make_article(status="draft", body="Avant."))
    editor.get_by_role("group", name="Mise en forme : Texte").get_by_role("button", name="Image…").click()
    editor.keyboard.press("Escape")
    expect(editor.get_by_role("dialog")).to_be_hidden()
    expect(editor.get_by_label("Texte :", exact=True)).to_be_focused()
    expect(editor.get_by_label("Texte :", exact=True)).to_have_value("Avant.")


def test_tab_leaves_the_editor_both_ways(editor):
    open_article(editor, make_article(body="Un texte."))
    body = editor.get_by_label("Texte :", exact=True)
    body.focus()
    editor.keyboard.press("Tab")
    expect(body).not_to_be_focused()
    editor.keyboard.press("Shift+Tab")
    expect(body).to_be_focused()
    editor.keyboard.press("Shift+Tab")
    expect(body).not_to_be_focused()
    expect(body).to_have_value("Un texte.")


def test_buttons_and_keys_mark_the_text_and_undo_takes_it_back(editor):
    open_article(editor, make_article(body="un mot"))
    body = editor.get_by_label("Texte :", exact=True)
    body.focus()
    editor.keyboard.press("Control+a")
    editor.keyboard.press("Control+b")
    expect(body).to_have_value("**un mot**")
    editor.keyboard.press("Control+z")
    expect(body).to_have_value("un mot")
    tools = editor.get_by_role("group", name="Mise en forme : Texte")
    tools.get_by_role("button", name="Intertitre").click()
    expect(body).to_have_value("## un mot")


# The first answer is held back, and cannot be called off.
SLOW_FETCH = """() => {
  const fetched = window.fetch;
  let count = 0;
  let tell;
  window.lateAnswer = new Promise((done) => { tell = done; });
  window.fetch = async (address, options) => {
    const isFirst = count++ === 0;
    const response = await fetched(address, { ...options, signal: undefined });
    if (isFirst) await new Promise((done) => setTimeout(done, 2000));
    if (isFirst) setTimeout(tell, 200);
    return response;
  };
}"""


def test_a_late_preview_never_replaces_a_newer_one(editor):
    open_article(editor, make_article(title="Premier"))
    editor.evaluate(SLOW_FETCH)
    title = editor.get_by_label("Titre").first
    title.fill("Deuxième")
    editor.wait_for_timeout(800)
    title.fill("Troisième")
    newest = preview_of(editor).get_by_role("heading", name="Troisième")
    expect(newest).to_be_visible()
    editor.evaluate("() => window.lateAnswer")
    expect(newest).to_be_visible()


@pytest.mark.parametrize(
    ("status", "content_type", "body", "said"),
    [
        (500, "text/html", "<main>Erreur du serveur</main>", "n’a pas pu répondre"),
        (200, "text/html", "<main>Connexion</main>", "n’a pas pu répondre"),
        (413, "application/json", '{"error": "trop long"}', "trop"),
    ],
)
def test_an_error_is_said_and_never_shown_as_the_page(editor, page_errors, status, content_type, body, said):
    open_article(editor, make_article(title="La vraie page"))
    editor.route(
        "**/editeur/apercu/",
        lambda route: route.fulfill(status=status, content_type=content_type, body=body),
    )
    editor.get_by_role("textbox", name="Chapeau").fill("Autre chose")
    expect(editor.locator(".preview-notes")).to_contain_text("L’aperçu n’est pas à jour.")
    expect(editor.locator(".preview-notes")).to_contain_text(said)
    expect(preview_of(editor).get_by_role("heading", name="La vraie page")).to_be_visible()
    page_errors.clear()  # the browser tells of the status


def test_an_unknown_key_is_named_beside_the_preview(editor):
    open_article(editor, make_article())
    editor.get_by_label("Texte :", exact=True).fill("[[video:xyz]]")
    expect(editor.get_by_text("[[video:xyz]] ne correspond à aucune vidéo")).to_be_visible()


def order_of(page: Page) -> list[str]:
    return page.locator("[data-items=carousel_images] .item:visible textarea").evaluate_all(
        "fields => fields.map((field) => field.value)"
    )


def test_rows_are_ordered_with_the_keyboard_alone(editor):
    article = make_article()
    for position, text in enumerate(("un", "deux", "trois"), start=1):
        make_carousel_image(article, alt_text=text, caption=text, position=position)
    open_article(editor, article)
    up = editor.get_by_role("button", name="Monter : Image du carrousel : trois")
    up.focus()
    editor.keyboard.press("Enter")
    assert order_of(editor) == ["un", "trois", "deux"]
    expect(up).to_be_focused()
    expect(editor.get_by_text("Image du carrousel : trois : rang 2 sur 3.")).to_have_count(1)
    editor.keyboard.press("Space")
    assert order_of(editor) == ["trois", "un", "deux"]
    editor.keyboard.press("Enter")
    expect(editor.get_by_text("Déjà en premier.")).to_have_count(1)
    expect(up).to_be_focused()
    editor.get_by_role("button", name="Mettre à jour la page en ligne").press("Enter")
    expect(editor.get_by_text("est à jour, et en ligne")).to_be_visible()
    assert [image.alt_text for image in article.carousel_images.all()] == ["trois", "un", "deux"]


def test_a_new_row_is_moved_before_the_others_and_another_is_taken_away(editor):
    article = make_article()
    make_carousel_image(article, alt_text="un", position=1)
    open_article(editor, article)
    for name in ("neuf", "de trop"):
        editor.get_by_role("button", name="Ajouter une image").click()
        row = editor.get_by_role("group", name="Image du carrousel : à remplir").last
        expect(row.get_by_label("Fichier de l’image")).to_be_focused()
        row.get_by_label("Fichier de l’image").set_input_files(
            chosen(f"{name}.png", image_bytes(60 + len(name)), "image/png")
        )
        row.get_by_label("Texte alternatif").fill(name)
    editor.get_by_role("button", name="Monter : Image du carrousel : à remplir").first.press("Enter")
    assert order_of(editor) == ["neuf", "un", "de trop"]
    editor.get_by_role("button", name="Retirer : Image du carrousel").last.press("Enter")
    expect(editor.get_by_role("button", name="Ajouter une image")).to_be_focused()
    editor.get_by_role("button", name="Mettre à jour la page en ligne").click()
    expect(editor.get_by_text("est à jour, et en ligne")).to_be_visible()
    assert [image.alt_text for image in article.carousel_images.all()] == ["neuf", "un"]


def test_a_typed_rank_moves_its_row(editor):
    article = make_article()
    for position, text in enumerate(("un", "deux", "trois"), start=1):
        make_carousel_image(article, alt_text=text, position=position)
    open_article(editor, article)
    rank = editor.locator("[data-items=carousel_images]").get_by_label("Rang").first
    rank.fill("3")
    rank.press("Tab")
    assert order_of(editor) == ["deux", "trois", "un"]


def test_tags_are_taken_from_suggestions_or_typed_and_taken_away(editor):
    make_article(tags=["Été"])
    open_article(editor, make_article(title="Sans mot-clé"))
    field = editor.get_by_label("Mots-clés")
    field.press_sequentially("ete")
    expect(editor.locator("datalist option[value='Été']")).to_have_count(1)
    field.press("Enter")
    field.fill("De trop")
    editor.get_by_role("button", name="Ajouter le mot-clé").click()
    editor.get_by_role("button", name="Retirer De trop").press("Enter")
    expect(field).to_be_focused()
    field.fill("Tapé sans valider")
    editor.get_by_role("button", name="Mettre à jour la page en ligne").click()
    article = Article.objects.get(title="Sans mot-clé")
    assert {tag.name for tag in article.tags.all()} == {"Été", "Tapé sans valider"}


def test_what_is_typed_is_not_lost_by_a_click_elsewhere(editor):
    open_article(editor, make_article())
    editor.get_by_role("textbox", name="Chapeau").fill("Un chapeau de plus")
    asked = []
    editor.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    editor.get_by_role("link", name="Mots-clés").click()
    editor.wait_for_url("**/tag/")
    assert asked == ["beforeunload"]


def remark_row(page: Page, message: str):
    return page.locator(".field-remark > div", has_text=message)


def test_remarks_are_worked_off_with_the_keyboard_alone(editor):
    post = make_imported_post(make_article(title="Muet"))
    ImportRun.objects.create(outcomes={"created": 1})
    for name in ("une", "deux", "trois"):
        make_remark(post, code="image-without-alt", message=f"Image {name}")
    editor.goto("/admin/")
    editor.get_by_role("link", name="Traiter les remarques de l’import (3)").press("Enter")
    expect(editor.get_by_text("0 remarque traitée sur 3")).to_be_visible()
    editor.get_by_role("link", name="Image sans texte alternatif").first.press("Enter")
    expect(editor.locator("details.import-report[open]")).to_have_count(0)
    editor.get_by_role("button", name="C’est traité : Image une").press("Enter")
    # The keyboard is where the next remark is, and a second Enter does nothing to it.
    expect(remark_row(editor, "Image deux")).to_be_focused()
    editor.keyboard.press("Enter")
    expect(editor.locator("#import-progress")).to_contain_text("1 remarque traitée sur 3")
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("link", name="Muet").first).to_be_focused()
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("button", name="C’est traité : Image deux")).to_be_focused()
    editor.keyboard.press("Space")
    expect(remark_row(editor, "Image trois")).to_be_focused()
    editor.get_by_role("button", name="Annuler").press("Enter")
    expect(remark_row(editor, "Image deux")).to_be_focused()
    editor.get_by_role("button", name="C’est traité : Image deux").press("Enter")
    expect(editor.locator("#import-progress")).to_contain_text("2 remarques traitées sur 3")
    assert [each.message for each in ImportRemark.objects.waiting()] == ["Image trois"]

    # The last one is ticked with the article that mends it.
    editor.get_by_role("link", name="Muet").press("Enter")
    expect(editor).to_have_url(re.compile("#carousel_images-heading$"))
    editor.wait_for_load_state()  # which moves to the heading
    check = editor.get_by_role("checkbox", name="Traitée : Image sans texte alternatif – Image trois")
    check.press("Space")
    expect(check).to_be_checked()
    editor.get_by_role("button", name="Mettre à jour la page en ligne").press("Enter")
    # Saved, it leads back to the sort one came from.
    expect(editor).to_have_url(re.compile(r"/importremark/\?sorte=image-without-alt"))
    expect(editor.get_by_text("Tout est traité")).to_be_visible()
    editor.get_by_role("link", name="Traitées").press("Enter")
    editor.get_by_role("button", name="Remettre à traiter : Image deux").press("Enter")
    expect(editor.locator("#import-progress")).to_contain_text("2 remarques traitées sur 3")


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_a_link_to_a_field_shows_it_with_its_label(editor, width):
    article = make_article(body="Un texte.\n\n" * 30)
    for number in range(3):
        image = make_carousel_image(article, address=f"/uploads/image-{number}.png")
    post = make_imported_post(article)
    make_remark(post, code="redirect-nowhere")
    make_remark(post, code="body-image-without-alt")
    make_remark(post, code="image-without-alt", message=f"{image.address} : sans texte alternatif")
    editor.set_viewport_size({"width": width, "height": 700})
    open_article(editor, article)
    for link, label in (
        ("Aller à la redirection", "label[for=id_redirect_to]"),
        ("Aller au texte", "label[for=id_body]"),
        ("Aller à cette image", "#carousel_images-2-title"),
    ):
        editor.get_by_role("link", name=link).press("Enter")
        # In sight, and under nothing else.
        editor.locator(label).click(trial=True, timeout=5000)
        assert editor.locator(label).evaluate(
            """(label) => {
              const { left, top } = label.getBoundingClientRect();
              const shown = document.elementFromPoint(left + 4, top + 4);
              return label === shown || label.contains(shown);
            }"""
        )


@pytest.mark.parametrize("width", [360, 1280])
def test_lists_are_read_without_going_sideways(editor, width):
    name = "un-nom-de-fichier-bien-long-" * 6
    article = make_article(title="Titre", redirect_to=f"/{name}/")
    make_carousel_image(article, address=f"/uploads/{name}.png")
    make_remark(make_imported_post(article, path=f"_{name}.md"), message=f"/uploads/{name}.png : à voir")
    editor.set_viewport_size({"width": width, "height": 740})
    for address in ("article/", "importremark/", "importedpost/", f"article/{article.pk}/change/"):
        editor.goto(f"/admin/articles/{address}")
        too_wide = editor.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(".results")]
              .some((box) => box.scrollWidth > box.clientWidth)"""
        )
        assert not too_wide, address
    editor.goto("/admin/articles/importremark/")
    assert editor.locator("#searchbar").bounding_box()["width"] > 200
    assert editor.locator(".actions select").bounding_box()["width"] > 200


def test_several_remarks_are_ticked_at_once(editor):
    post = make_imported_post(make_article())
    for name in ("une", "deux", "trois"):
        make_remark(post, message=f"Remarque {name}")
    editor.goto("/admin/articles/importremark/")
    for name in ("une", "trois"):
        editor.get_by_role("checkbox", name=f"Remarque {name}").press("Space")
    editor.get_by_role("combobox", name="Action").select_option(label="Marquer comme traitées")
    editor.get_by_role("button", name="Exécuter l’action").press("Enter")
    expect(editor.get_by_text("2 remarques marquées comme traitées.")).to_be_visible()
    assert [each.message for each in ImportRemark.objects.waiting()] == ["Remarque deux"]


def test_axe_finds_nothing_on_the_pages_of_the_tool(page, page_errors, request):
    page.goto("/admin/login/")
    assert violations(page) == []
    editor = request.getfixturevalue("editor")
    article = make_article(tags=["Été"], body="[[video:xyz]]")
    make_carousel_image(article, alt_text="", needs_alt=True)
    make_video(article)
    editor.goto("/admin/")
    assert violations(editor) == []
    editor.goto("/admin/articles/article/")
    assert violations(editor) == []
    editor.goto("/admin/articles/sitesettings/1/change/")
    assert violations(editor) == []
    open_article(editor, article)
    assert violations(editor) == []
    for name in ("image", "vidéo"):
        editor.get_by_role("button", name=f"Ajouter une {name}").click()
    editor.get_by_role("group", name="Image du carrousel : à remplir").get_by_label("Légende").fill("x")
    editor.get_by_label("Titre").first.fill("")
    editor.get_by_role("button", name="Mettre à jour la page en ligne").click()
    expect(editor.get_by_text("rien n’est encore enregistré")).to_be_visible()
    assert violations(editor) == []
    editor.get_by_role("group", name="Mise en forme : Texte").get_by_role("button", name="Image…").click()
    assert violations(editor) == []
    editor.keyboard.press("Escape")
    editor.on("dialog", lambda dialog: dialog.accept())
    editor.goto("/admin/articles/carouselimage/")
    assert violations(editor) == []


def test_a_draft_is_shared_read_without_account_and_withdrawn(
    editor, browser, live_server, page_errors, settings
):
    settings.SITE_URL = live_server.url
    article = make_article(status="draft", title="Un guichet à venir")
    make_carousel_image(article)
    make_video(article)
    open_article(editor, article)
    editor.get_by_role("link", name="Partager").click()
    assert violations(editor) == []
    editor.get_by_role("button", name="Créer un lien").click()
    expect(editor.get_by_text("copiez son adresse")).to_be_visible()
    assert violations(editor) == []
    address = editor.get_by_label("Adresse à copier").input_value()
    context = browser.new_context(locale="fr-FR")
    reader = context.new_page()
    reader.on("console", lambda said: page_errors.append(said.text) if said.type == "error" else None)
    reader.goto(address)
    expect(reader.get_by_role("heading", name="Un guichet à venir", level=1)).to_be_visible()
    expect(reader.get_by_role("region", name="Aperçu partagé")).to_contain_text("ne le diffusez pas")
    assert reader.locator("main img").first.evaluate("image => image.naturalWidth") > 0
    assert violations(reader) == []
    assert context.cookies() == []
    assert page_errors == []
    editor.get_by_role("button", name="Révoquer").click()
    expect(editor.get_by_text("Le lien est révoqué")).to_be_visible()
    assert violations(editor) == []
    reader.reload()
    expect(reader.get_by_role("heading", name="Ce lien ne mène plus à rien")).to_be_visible()
    assert violations(reader) == []
    context.close()
    page_errors.clear()  # the browser's own word for a page that is not found


def test_axe_finds_nothing_on_what_comes(editor):
    address = "/admin/articles/article/a-venir/"
    editor.goto(address)
    expect(editor.get_by_text("Rien n’est programmé")).to_be_visible()
    assert violations(editor) == []
    now = timezone.now()
    make_article(title="Publié à l’instant", published_at=now)
    make_article(title="Un guichet à venir", published_at=now + timedelta(days=2))
    editor.goto("/admin/articles/article/")
    editor.get_by_role("link", name="À venir", exact=True).click()
    assert violations(editor) == []
    editor.get_by_role("link", name="Un guichet à venir").click()
    expect(editor.get_by_role("heading", name="Modifier l’article")).to_be_visible()


def test_axe_finds_nothing_on_the_report_of_the_import(editor):
    article = make_article(redirect_to="/agenda/")
    article.old_addresses.create(address="/2017/04/ancienne/")
    post = make_imported_post(article)
    make_imported_post(twin_of=post)
    ImportRun.objects.create(outcomes={"created": 2, "refused": 1})
    for code in ("image-without-alt", "file-missing"):
        make_remark(post, code=code, line=4)
    make_remark(post, is_done=True)
    make_remark(None, code="refused")
    for query in ("", "?sorte=file-missing", "?suivi=toutes", "?q=rien", "?sorte=no-date"):
        editor.goto(f"/admin/articles/importremark/{query}")
        assert violations(editor) == []
    for address in (f"importedpost/{post.pk}/change/", "importedpost/", "article/"):
        editor.goto(f"/admin/articles/{address}")
        assert violations(editor) == []
    open_article(editor, article)
    assert violations(editor) == []
