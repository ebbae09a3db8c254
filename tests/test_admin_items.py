"""Images, videos and documents in their article's form: what is refused, kept and measured."""

import hashlib

import pytest

from articles.admin.items import AttachmentForm, CarouselImageForm, VideoEmbedForm
from articles.models import Article, Attachment, CarouselImage, StoredFile, VideoEmbed

from . import samples
from .editing import ADD, as_editor, form, save
from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    pdf_bytes,
    store,
    upload,
)

pytestmark = pytest.mark.django_db

ALT = "Trois guichets fermés"


@pytest.fixture
def editor(client):
    return as_editor(client)


def rows(prefix, *made, initial=0):
    """The fields of a formset's rows, as a browser sends them."""
    fields = {f"{prefix}-TOTAL_FORMS": len(made), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(made):
        fields |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return fields


def images(*made):
    return rows("carousel_images", *made)


def errors_of(response, prefix):
    inlines = response.context["inline_admin_formsets"]
    return next(each.formset for each in inlines if each.formset.prefix == prefix).errors


# Images


def test_an_image_is_added_with_its_text(editor):
    data = image_bytes()
    row = {"upload": upload("Photo du jour.png", data), "alt_text": ALT, "position": 1}
    assert editor.post(ADD, form(**images(row))).status_code == 302
    image = CarouselImage.objects.get()
    digest = hashlib.sha256(data).hexdigest()
    assert image.file.sha256 == digest
    assert image.address == f"/uploads/photo-du-jour-{digest[:8]}.png"
    assert image.key == f"photo-du-jour-{digest[:8]}"
    assert not image.needs_alt


@pytest.mark.parametrize("alt_text", ["", "  ", "\u00a0\u202f", "\u200b", "...", "photo.png"])
def test_a_new_image_without_a_written_text_is_refused(editor, alt_text):
    row = {"upload": upload("photo.png", image_bytes()), "alt_text": alt_text}
    response = editor.post(ADD, form(**images(row)))
    (errors,) = errors_of(response, "carousel_images")
    assert len(errors["alt_text"]) == 1
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("name", "alt_text", "refused"),
    [
        ("IMG_2041.png", "IMG_2041", True),
        ("guichet-2.png", "Guichet-2", True),
        ("x.png", "capture.WEBP", True),
        ("marianne.png", "Marianne", False),
        ("x.png", "Le logiciel paint.net ouvert", False),
    ],
)
def test_a_file_name_is_no_text(editor, name, alt_text, refused):
    row = {"upload": upload(name, image_bytes()), "alt_text": alt_text}
    response = editor.post(ADD, form(**images(row)))
    assert (response.status_code == 200) == refused
    if refused:
        (errors,) = errors_of(response, "carousel_images")
        assert "nom de fichier" in errors["alt_text"][0]


def test_a_new_image_needs_its_file(editor):
    response = editor.post(ADD, form(**images({"alt_text": ALT})))
    assert errors_of(response, "carousel_images") == [{"upload": ["Choisissez le fichier."]}]


def test_a_row_left_empty_is_no_image(editor):
    assert editor.post(ADD, form(**images({"position": 1}))).status_code == 302
    assert not CarouselImage.objects.exists()


def test_a_refused_file_says_why_at_its_field_and_the_rest_is_kept(editor):
    row = {"upload": upload("page.png", b"<html>"), "alt_text": ALT, "caption": "Une légende"}
    response = editor.post(ADD, form(body="Un texte.", **images(row)))
    (errors,) = errors_of(response, "carousel_images")
    assert "page.png" in errors["upload"][0]
    page = response.content.decode()
    for typed in (ALT, "Une légende", "Un texte."):
        assert typed in page


def test_an_accepted_file_is_not_asked_for_again(editor):
    row = {"upload": upload("photo.png", image_bytes()), "alt_text": ""}
    refused = editor.post(ADD, form(**images(row)))
    page = refused.content.decode()
    assert "Déjà reçu : photo.png" in page
    token = page.partition('name="carousel_images-0-upload-received" value="')[2].partition('"')[0]
    row = {"upload-received": token, "alt_text": ALT}
    assert editor.post(ADD, form(**images(row))).status_code == 302
    assert CarouselImage.objects.get().file == StoredFile.objects.get()


@pytest.mark.parametrize("token", ["x", "eyJzaGEyNTYiOiJ4In0:abc:def"])
def test_a_forged_token_brings_no_file(editor, token):
    row = {"upload-received": token, "alt_text": ALT}
    response = editor.post(ADD, form(**images(row)))
    assert "choisissez-le à nouveau" in errors_of(response, "carousel_images")[0]["upload"][0]


def test_a_document_received_is_no_image(editor):
    row = {"upload": upload("a.pdf", pdf_bytes()), "title": ""}
    page = editor.post(ADD, form(**rows("attachments", row))).content.decode()
    token = page.partition('name="attachments-0-upload-received" value="')[2].partition('"')[0]
    assert token
    response = editor.post(ADD, form(**images({"upload-received": token, "alt_text": ALT})))
    assert errors_of(response, "carousel_images")[0]["upload"]


def test_an_imported_image_that_waits_does_not_stop_its_article(editor):
    article = make_article()
    image = make_carousel_image(article, alt_text="", needs_alt=True)
    assert save(editor, article, title="Un autre titre").status_code == 302
    image.refresh_from_db()
    assert (image.needs_alt, image.alt_text) == (True, "")


def test_moving_an_image_that_waits_is_no_reason_to_ask_for_its_text(editor):
    article = make_article()
    image = make_carousel_image(article, alt_text="", needs_alt=True)
    assert save(editor, article, **{"carousel_images-0-position": 7}).status_code == 302
    image.refresh_from_db()
    assert (image.needs_alt, image.position) == (True, 7)


@pytest.mark.parametrize("touched", [{"caption": "Une légende"}, {"upload": b"another"}])
def test_a_touched_image_must_get_its_text(editor, touched):
    article = make_article()
    make_carousel_image(article, alt_text="", needs_alt=True)

    def save_with(**values):
        if "upload" in touched:
            values["upload"] = upload("autre.png", image_bytes(50))
        sent = {f"carousel_images-0-{name}": value for name, value in {**touched, **values}.items()}
        return save(editor, article, **sent)

    refused = errors_of(save_with(), "carousel_images")
    assert "Écrivez le texte alternatif" in refused[0]["alt_text"][0]
    assert save_with(alt_text=ALT).status_code == 302
    image = CarouselImage.objects.get()
    assert (image.needs_alt, image.alt_text) == (False, ALT)


def test_blanks_are_no_text_and_no_touch(editor):
    article = make_article()
    make_carousel_image(article, alt_text="", needs_alt=True)
    assert save(editor, article, **{"carousel_images-0-alt_text": " \u00a0"}).status_code == 302
    image = CarouselImage.objects.get()
    assert (image.needs_alt, image.alt_text) == (True, "")


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\u202f"])
def test_a_text_that_is_there_cannot_be_taken_away(editor, blank):
    article = make_article()
    make_carousel_image(article, alt_text=ALT)
    response = save(editor, article, **{"carousel_images-0-alt_text": blank})
    assert errors_of(response, "carousel_images")[0]["alt_text"]
    assert CarouselImage.objects.get().alt_text == ALT


@pytest.mark.parametrize("form_class", [CarouselImageForm, VideoEmbedForm, AttachmentForm])
def test_no_form_sets_a_flag_a_key_or_an_address(form_class):
    assert not {"needs_alt", "key", "address", "file"} & set(form_class.base_fields)


def test_a_flag_that_is_sent_is_not_believed(editor):
    row = {"upload": upload("photo.png", image_bytes()), "alt_text": "", "needs_alt": "on"}
    response = editor.post(ADD, form(**images(row)))
    assert errors_of(response, "carousel_images")[0]["alt_text"]


def test_a_missing_file_is_named_and_may_be_given(editor):
    article = make_article()
    image = make_carousel_image(article, file=None, address="/uploads/absente.png")
    page = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "Fichier manquant : /uploads/absente.png" in page
    assert save(editor, article, title="Autre titre").status_code == 302
    given = {"carousel_images-0-upload": upload("trouvee.png", image_bytes())}
    assert save(editor, article, **given).status_code == 302
    image.refresh_from_db()
    assert image.file is not None
    assert image.address == "/uploads/absente.png"


def test_the_key_is_shown_as_it_is_placed(editor):
    article = make_article()
    image, video = make_carousel_image(article), make_video(article)
    page = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert f"<code>[[image:{image.key}]]</code>" in page
    assert f"<code>[[video:{video.key}]]</code>" in page
    assert f'name="{image.key}"' not in page


def test_a_row_is_deleted(editor):
    article = make_article()
    make_carousel_image(article)
    assert save(editor, article, **{"carousel_images-0-DELETE": "on"}).status_code == 302
    assert not CarouselImage.objects.exists()


# Videos


@pytest.mark.parametrize(
    "pasted",
    [
        "https://www.dailymotion.com/video/x5syke0",
        "https://dai.ly/x5syke0",
        '<iframe src="//www.dailymotion.com/embed/video/x5syke0" width="480"\nallowfullscreen></iframe>',
    ],
)
def test_a_video_is_added_by_whatever_is_pasted(editor, pasted):
    row = {"source": pasted, "title": "Une visite"}
    assert editor.post(ADD, form(**rows("video_embeds", row))).status_code == 302
    video = VideoEmbed.objects.get()
    assert (video.provider, video.video_id, video.key) == ("dailymotion", "x5syke0", "x5syke0")


@pytest.mark.parametrize(
    "pasted", ["https://videos.example.com/1", "une phrase", "<script>alert(1)</script>"]
)
def test_another_host_is_refused_by_naming_those_accepted(editor, settings, pasted):
    settings.PEERTUBE_HOSTS = ["tube.example.fr"]
    response = editor.post(ADD, form(**rows("video_embeds", {"source": pasted, "title": "x"})))
    (sentence,) = errors_of(response, "video_embeds")[0]["source"]
    assert "Dailymotion, YouTube, Vimeo, tube.example.fr" in sentence


def test_a_new_video_needs_its_title(editor):
    row = {"source": "https://dai.ly/x5syke0"}
    response = editor.post(ADD, form(**rows("video_embeds", row)))
    assert "Donnez un titre" in errors_of(response, "video_embeds")[0]["title"][0]


def test_an_imported_video_without_title_does_not_stop_its_article(editor):
    article = make_article()
    make_video(article, title="", caption="Une visite")
    assert save(editor, article, title="Autre titre").status_code == 302
    response = save(editor, article, **{"video_embeds-0-caption": "Une autre"})
    assert errors_of(response, "video_embeds")[0]["title"]


def test_a_video_no_longer_accepted_stays_while_nobody_touches_its_address(editor, settings):
    settings.PEERTUBE_HOSTS = []
    article = make_article()
    make_video(article, provider="peertube", host="ancien.example.fr", video_id="d" * 22)
    assert save(editor, article, **{"video_embeds-0-caption": "Une légende"}).status_code == 302
    assert VideoEmbed.objects.get().host == "ancien.example.fr"


def test_a_video_may_have_a_poster_of_ours(editor):
    row = {
        "source": "https://dai.ly/x5syke0",
        "title": "Une visite",
        "upload": upload("affiche.png", image_bytes()),
    }
    assert editor.post(ADD, form(**rows("video_embeds", row))).status_code == 302
    video = VideoEmbed.objects.get()
    assert video.poster.is_image
    assert video.poster_address.startswith("/uploads/affiche-")


# Documents


def test_a_document_is_added_and_measured(editor):
    row = {"upload": upload("Rapport.pdf", samples.pdf(3)), "title": "Le rapport"}
    assert editor.post(ADD, form(**rows("attachments", row))).status_code == 302
    attachment = Attachment.objects.get()
    assert attachment.key == "le-rapport"
    page = editor.get(f"/admin/articles/article/{attachment.article_id}/change/").content.decode()
    assert "PDF, " in page
    assert "3 pages" in page
    assert "PDF non balisé" in page


def test_a_tagged_document_has_no_warning(editor):
    article = make_article()
    make_attachment(article, file=store("a.pdf", samples.pdf(tagged=True)))
    page = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "PDF non balisé" not in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("rapport.pdf", b"PK\x03\x04", "rapport.pdf"),
        ("programme.exe", b"MZ", "programme.exe"),
        ("photo.png", image_bytes(), "parmi les images"),
        ("vide.pdf", b"", "vide"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(editor, name, data, said):
    row = {"upload": upload(name, data), "title": "Titre gardé"}
    response = editor.post(ADD, form(**rows("attachments", row)))
    assert said in errors_of(response, "attachments")[0]["upload"][0]
    assert "Titre gardé" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_a_new_document_needs_its_title(editor):
    row = {"upload": upload("rapport.pdf", pdf_bytes())}
    response = editor.post(ADD, form(**rows("attachments", row)))
    assert "Donnez le titre" in errors_of(response, "attachments")[0]["title"][0]


def test_a_replaced_document_keeps_its_address_and_its_key(editor):
    article = make_article()
    attachment = make_attachment(article, address="/uploads/ancien/Rapport.PDF")
    key, former = attachment.key, attachment.file
    given = {"attachments-0-upload": upload("nouveau.pdf", pdf_bytes(5))}
    assert save(editor, article, **given).status_code == 302
    attachment.refresh_from_db()
    assert (attachment.key, attachment.address) == (key, "/uploads/ancien/Rapport.PDF")
    assert attachment.file != former
    assert attachment.file.page_count == 5


def test_a_document_is_not_replaced_by_another_format(editor):
    article = make_article()
    make_attachment(article, address="/uploads/rapport.pdf")
    response = save(editor, article, **{"attachments-0-upload": upload("a.csv", b"a;b\n")})
    assert "garde son adresse" in errors_of(response, "attachments")[0]["upload"][0]


def test_a_document_stands_in_for_another_of_its_article_alone(editor):
    article = make_article()
    first, second = make_attachment(article), make_attachment(article)
    stranger = make_attachment(make_article())
    ranks = {"attachments-0-position": 1, "attachments-1-position": 2}
    chosen = {"attachments-1-accessible_version_of": first.pk}
    assert save(editor, article, **ranks, **chosen).status_code == 302
    second.refresh_from_db()
    assert second.accessible_version_of == first
    for other in (stranger, second):
        response = save(editor, article, **{"attachments-1-accessible_version_of": other.pk})
        assert errors_of(response, "attachments")[1]["accessible_version_of"]


def test_what_an_item_must_have_is_said_beside_it(editor):
    article = make_article()
    make_carousel_image(article)
    make_video(article)
    page = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    for label in ("Texte alternatif (obligatoire)", "Titre (obligatoire)"):
        assert label in page
