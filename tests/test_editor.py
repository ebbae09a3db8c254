"""The editor's two doors: who gets in, what an upload may be, and what the preview says."""

import hashlib
import io
import zlib
from datetime import timedelta
from html import escape

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles.admin.editor import BodyImageForm
from articles.models import Article, BodyImage, StoredFile
from articles.rendering import render

from . import samples
from .editing import as_editor
from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_user,
    make_video,
    pdf_bytes,
    section,
    store,
    upload,
)

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/articles/article/editeur/image/"
PREVIEW = "/admin/articles/article/editeur/apercu/"
ALT = "Trois guichets fermés"


@pytest.fixture
def editor(client):
    return as_editor(client)


def send(client, name="photo.png", data=None, alt_text=ALT, **headers):
    data = image_bytes() if data is None else data
    return client.post(UPLOAD, {"image": upload(name, data), "alt_text": alt_text}, **headers)


def fetch(client, address):
    """The answer with its content read whole, which closes its file."""
    response = client.get(address)
    response.whole = response.getvalue()
    return response


def typed(**overrides):
    return {"title": "Titre tapé", "section": section().pk, "status": "draft", "language": "fr"} | overrides


# Who gets in


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_nobody_comes_in_without_a_login(client, address):
    response = client.post(address, {"image": upload("photo.png", image_bytes()), "alt_text": ALT})
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_staff_without_a_right_on_articles_are_refused(client, address):
    client.force_login(make_user("comptable", is_staff=True))
    response = client.post(address, {"image": upload("photo.png", image_bytes()), "alt_text": ALT})
    assert response.status_code == 403
    assert not StoredFile.objects.exists()


def test_staff_who_may_only_read_articles_upload_nothing(client):
    reader = make_user("lectrice", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(reader)
    assert send(client).status_code == 403


def test_an_editor_may_upload_and_preview(editor):
    assert send(editor).status_code == 200
    assert editor.post(PREVIEW, typed()).status_code == 200


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_a_request_from_another_site_is_refused(editor, address):
    editor.handler.enforce_csrf_checks = True
    assert editor.post(address, typed()).status_code == 403


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_the_doors_open_to_post_alone(editor, address):
    assert editor.get(address).status_code == 405


@pytest.mark.parametrize("address", ["/markdownx/upload/", "/markdownx/markdownify/"])
def test_markdownx_own_addresses_are_not_mounted(editor, address):
    assert editor.get(address).status_code == 404


# What an upload may be


def test_an_image_is_stored_under_an_address_made_of_its_name_and_content(editor):
    data = image_bytes()
    markdown = send(editor, "Été à Ségur.png", data).json()["markdown"]
    address = f"/uploads/ete-a-segur-{hashlib.sha256(data).hexdigest()[:8]}.png"
    assert markdown == f"![{ALT}]({address})"
    orphan = BodyImage.objects.get(article=None)
    assert (orphan.address, orphan.file) == (address, StoredFile.objects.get())


def test_the_same_image_sent_twice_is_one(editor):
    assert send(editor).json() == send(editor).json()
    assert BodyImage.objects.count() == StoredFile.objects.count() == 1


def test_signs_of_markdown_in_the_text_stay_text(editor):
    assert (
        send(editor, alt_text="Un \\ et [deux]\nlignes")
        .json()["markdown"]
        .startswith("![Un \\\\ et \\[deux\\] lignes](")
    )


@pytest.mark.parametrize("alt_text", ["", "   ", "\u00a0\u202f", "\u200b", "…", "photo.png", "IMG_2041.JPG"])
def test_an_upload_without_a_written_text_is_refused(editor, alt_text):
    response = send(editor, alt_text=alt_text)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["alt_text"]
    assert not BodyImage.objects.exists()


def test_the_name_of_the_file_is_no_text(editor):
    response = send(editor, "guichet-2.png", alt_text="Guichet-2")
    assert "nom de fichier" in response.json()["errors"]["alt_text"][0]


def test_html_named_as_an_image_is_refused(editor):
    response = editor.post(
        UPLOAD, {"image": upload("page.png", b"<html><script>alert(1)</script>"), "alt_text": ALT}
    )
    assert response.status_code == 400
    assert "page.png" in response.json()["errors"]["image"][0]
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("content_type", ["image/png", "text/html"])
def test_what_the_client_says_of_the_type_is_not_believed(editor, content_type):
    page = upload("page.html", b"<html></html>")
    page.content_type = content_type
    assert editor.post(UPLOAD, {"image": page, "alt_text": ALT}).status_code == 400
    true_image = upload("photo.png", image_bytes())
    true_image.content_type = content_type
    assert editor.post(UPLOAD, {"image": true_image, "alt_text": ALT}).status_code == 200


def test_a_drawing_in_svg_is_refused_with_what_to_do(editor):
    response = send(editor, "plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert "PNG" in response.json()["errors"]["image"][0]


def png_of(width, height):
    """A PNG that says it is large and holds next to nothing."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    pixels = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused(editor):
    response = send(editor, "bombe.png", png_of(60_000, 60_000))
    assert response.status_code == 400
    assert "pixels" in response.json()["errors"]["image"][0]


def test_an_upload_over_the_size_is_refused_before_it_is_read(editor, monkeypatch):
    monkeypatch.setattr("articles.images.MAX_SIZE_BYTES", 10)
    assert "pèse plus de" in send(editor).json()["errors"]["image"][0]


def test_the_public_renditions_hold_no_place_and_no_device(editor, media_root):
    photo = samples.image(exif=samples.exif())
    assert b"Camille" in photo
    assert send(editor, "photo.jpg", photo).status_code == 200
    stored = StoredFile.objects.get()
    for rendition in stored.renditions:
        data = (media_root / stored.rendition_path(rendition)).read_bytes()
        assert b"Camille" not in data
        assert not Image.open(io.BytesIO(data)).getexif()


def test_an_uploaded_image_is_not_public_before_an_article_shows_it(editor, client):
    address = send(editor).json()["markdown"].partition("(")[2].rstrip(")")
    client.logout()
    assert client.get(address).status_code == 404


def test_saving_the_article_makes_its_images_its_own(editor):
    markdown = send(editor).json()["markdown"]
    article = make_article(body=f"Voici :\n\n{markdown}\n")
    article.take_body_images()
    assert article.body_images.get().file == StoredFile.objects.get()


def test_an_upload_that_an_article_shows_is_no_upload_any_more(editor):
    markdown = send(editor).json()["markdown"]
    first, second = make_article(body=markdown), make_article(body=markdown)
    assert not BodyImage.objects.filter(article=None).exists()
    assert first.body_images.get().file == second.body_images.get().file == StoredFile.objects.get()
    send(editor)
    first.save()
    assert not BodyImage.objects.filter(article=None).exists()


def test_an_upload_shown_beside_a_page_and_elsewhere_reaches_both(editor):
    markdown = send(editor).json()["markdown"]
    draft = make_article(body=markdown, replaces=make_article(), status="draft")
    assert "/images/" in preview(editor, body=markdown).json()["html"]
    other = make_article(body=markdown)
    assert draft.body_images.get().file == other.body_images.get().file == StoredFile.objects.get()
    assert not BodyImage.objects.filter(article=None).exists()


def test_an_upload_waits_for_its_text_a_week(editor, media_root, django_capture_on_commit_callbacks):
    waiting, forgotten = image_bytes(61), image_bytes(62)
    send(editor, "attendue.png", waiting)
    send(editor, "oubliee.png", forgotten)
    send(editor, "double.png", forgotten)
    paths = [media_root / path for path in StoredFile.objects.get(width=62).paths]
    BodyImage.objects.filter(file__width=62).update(created_at=timezone.now() - timedelta(days=8))
    BodyImage.objects.filter(file__width=61).update(created_at=timezone.now() - timedelta(days=6))
    with django_capture_on_commit_callbacks(execute=True):
        send(editor, "double.png", forgotten)
    assert {row.address.split("-")[0] for row in BodyImage.objects.all()} == {
        "/uploads/attendue",
        "/uploads/double",
    }
    BodyImage.objects.filter(file__width=62).update(created_at=timezone.now() - timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):
        send(editor, "autre.png", image_bytes(63))
    assert set(StoredFile.objects.values_list("width", flat=True)) == {61, 63}
    assert not any(path.exists() for path in paths)


# What the preview says


def preview(client, **fields):
    return client.post(PREVIEW, typed(**fields))


def test_the_preview_is_the_public_page_of_what_is_typed(editor):
    answer = preview(editor, chapeau="**Gras**", body="###Sans espace").json()
    assert "<strong>Gras</strong>" in answer["html"]
    assert ">Sans espace</h2>" in answer["html"]
    assert '<main id="contenu"' in answer["html"]
    assert answer["notes"] == []
    assert not Article.objects.filter(title="Titre tapé").exists()


def test_the_preview_shows_the_items_of_the_saved_article_in_their_place(editor):
    article = make_article(status="draft")
    video = make_video(article, title="Une visite")
    body = f"Avant\n\n[[video:{video.key}]]\n\nAprès"
    answer = preview(editor, article=article.pk, body=body).json()
    before, _video, after = answer["html"].partition("Une visite")
    assert ">Avant</p>" in before
    assert ">Après</p>" in after
    article.refresh_from_db()
    assert article.body == "Un premier paragraphe."


def test_the_preview_names_keys_that_match_nothing(editor):
    answer = preview(editor, body="[[video:xyz]]").json()
    assert answer["notes"] == [
        "[[video:xyz]] ne correspond à aucune vidéo de l’article : vérifiez la clé, "
        "ou enregistrez d’abord ce que vous venez d’ajouter."
    ]
    assert "xyz" not in answer["html"]


def test_the_preview_shows_an_image_just_uploaded(editor):
    markdown = send(editor).json()["markdown"]
    html = preview(editor, body=markdown).json()["html"]
    source = html.partition('<img src="')[2].partition('"')[0]
    assert source.startswith("/admin/articles/article/0/fichiers/images/")
    assert fetch(editor, source).status_code == 200
    editor.logout()
    assert editor.get(source).status_code == 302


def test_the_preview_runs_nothing_that_is_typed(editor):
    html = preview(
        editor, body="<script>alert(1)</script><p onclick='alert(2)' style='color:red'>x</p>"
    ).json()["html"]
    assert "alert" not in html
    assert " style=" not in html


def test_a_preview_of_too_much_is_refused_with_a_sentence(editor):
    response = preview(editor, body="a" * 400_000)
    assert response.status_code == 413
    assert "trop long" in response.json()["error"]


def test_the_preview_asks_for_nothing_but_a_text(editor):
    assert editor.post(PREVIEW, {}).status_code == 200
    assert (
        editor.post(PREVIEW, {"section": "x", "published_at": "demain", "body": "Texte"}).status_code == 200
    )


def test_an_article_that_is_gone_has_no_preview(editor):
    assert editor.post(PREVIEW, typed(article="99999")).status_code == 403
    assert editor.post(PREVIEW, typed(article="abc")).status_code == 403


# The whole preview, and its files


def test_a_draft_is_previewed_under_a_banner_and_stays_out_of_sight(editor):
    article = make_article(status="draft", published_at=None, body="Du texte de brouillon.")
    response = editor.get(reverse("admin:articles_article_preview", args=[article.pk]))
    page = response.content.decode()
    assert "Aperçu – état : brouillon" in page
    assert "Du texte de brouillon." in page
    assert "no-store" in response["Cache-Control"]
    editor.logout()
    assert editor.get(article.get_absolute_url()).status_code == 404
    assert editor.get(reverse("admin:articles_article_preview", args=[article.pk])).status_code == 302


def test_staff_without_a_right_on_articles_see_no_preview_and_no_file(client):
    article = make_article(status="draft")
    attachment = make_attachment(article)
    client.force_login(make_user("comptable", is_staff=True))
    preview_page = reverse("admin:articles_article_preview", args=[article.pk])
    assert client.get(preview_page).status_code == 403
    assert client.get(f"{preview_page[:-7]}fichiers{attachment.address}").status_code == 403


def test_the_files_of_a_draft_are_readable_in_its_preview_alone(editor):
    article = make_article(status="draft")
    attachment = make_attachment(article, file=store("rapport.pdf", pdf_bytes(2)))
    image = make_carousel_image(article)
    page = editor.get(reverse("admin:articles_article_preview", args=[article.pk])).content.decode()
    prefix = f"/admin/articles/article/{article.pk}/fichiers"
    assert f"{prefix}{attachment.address}" in page
    document = fetch(editor, f"{prefix}{attachment.address}")
    assert document["Content-Type"] == "application/pdf"
    assert "sandbox" in document["Content-Security-Policy"]
    assert document.whole.startswith(b"%PDF")
    assert f"{prefix}/images/{image.file.sha256}/" in page
    assert fetch(editor, f"{prefix}{image.address}")["Content-Type"] == "image/png"
    article.body = f"Lire [le rapport]({attachment.address})."
    article.save()
    page = editor.get(reverse("admin:articles_article_preview", args=[article.pk])).content.decode()
    assert f'href="{prefix}{attachment.address}"' in page
    assert f'href="{attachment.address}"' not in page
    other = make_article(status="draft")
    assert editor.get(f"/admin/articles/article/{other.pk}/fichiers{attachment.address}").status_code == 404
    assert editor.get(attachment.address).status_code == 404


def test_a_preview_with_a_video_may_frame_its_player_alone(editor):
    article = make_article(status="draft")
    address = reverse("admin:articles_article_preview", args=[article.pk])
    assert "frame-src 'none'" in editor.get(address)["Content-Security-Policy"]
    make_video(article)
    policy = editor.get(address)["Content-Security-Policy"]
    assert "frame-src https://geo.dailymotion.com" in policy


@pytest.mark.parametrize(
    "words", ["Ouvert | fermé", "*un* et _deux_", "a ` b", "{x} [y]", "1 < 2 & 3", "\\o/"]
)
def test_the_words_of_an_image_come_back_as_they_were_typed(editor, words):
    form = BodyImageForm({"alt_text": words}, {"image": upload("carte.png", image_bytes())})
    assert form.is_valid(), form.errors
    html = render(f"Avant.\n\n{form.save()}\n\nAprès.")
    assert f'alt="{escape(words, quote=False)}"' in html
    assert "<table" not in html
