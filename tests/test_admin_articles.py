"""The list of articles and their form, as an editor meets them."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import versions
from articles.admin.articles import ArticleAdmin
from articles.models import (
    Act,
    Article,
    ImportedPost,
    ImportRemark,
    ImportRun,
    OldAddress,
    Status,
    Tag,
    Version,
)

from .editing import ADD, LIST, as_editor, errors_of, form, form_of, save
from .factories import (
    make_article,
    make_attachment,
    make_carousel_image,
    make_user,
    make_video,
    section,
)
from .together import Together

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    return as_editor(client)


def page_of(client, address):
    return client.get(address).content.decode()


def titles(response):
    return {article.title for article in response.context["cl"].result_list}


# The list


def test_the_list_says_each_state_in_words(editor):
    now = timezone.now()
    make_article(title="a", status="draft", published_at=None)
    make_article(title="b", status="in_review", published_at=None)
    make_article(title="c", published_at=now + timedelta(days=1))
    make_article(title="d", ends_at=now - timedelta(hours=1))
    make_article(title="e", status="withdrawn")
    page = editor.get(LIST).content.decode()
    for name in ("Brouillon", "En relecture", "Programmé", "Terminé", "Retiré"):
        assert f">{name}</span>" in page


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "published", "ended", "withdrawn"])
def test_the_filter_finds_the_articles_whose_state_says_so(editor, state):
    now = timezone.now()
    made = [
        make_article(status="draft", published_at=None),
        make_article(status="in_review", published_at=now),
        make_article(),
        make_article(published_at=now + timedelta(days=1)),
        make_article(published_at=now + timedelta(days=1), ends_at=now + timedelta(days=2)),
        make_article(ends_at=now - timedelta(hours=1)),
        make_article(status="withdrawn", ends_at=now - timedelta(hours=1)),
    ]
    expected = {article.title for article in made if article.state == state}
    assert expected
    assert titles(editor.get(LIST, {"etat": state})) == expected


def test_what_is_missing_is_a_column_and_a_filter(editor):
    make_article(title="complet")
    make_carousel_image(make_article(title="muet"), alt_text="", needs_alt=True)
    make_attachment(make_article(title="sans document"), file=None)
    make_video(make_article(title="sans affiche"), poster_address="/uploads/affiche.png")
    shown = make_article(title="sans image", body="![Une image](/uploads/absente.png)")
    shown.take_body_images()
    page = editor.get(LIST).content.decode()
    assert page.count('<span class="gap">Texte alternatif à écrire</span>') == 1
    assert page.count('<span class="gap">Fichier manquant</span>') == 3
    assert titles(editor.get(LIST, {"manque": "alternative"})) == {"muet"}
    assert titles(editor.get(LIST, {"manque": "fichier"})) == {"sans document", "sans affiche", "sans image"}


@pytest.mark.parametrize("words", ["ecole", "ÉCOLE", "œuvre", "oeuvre", "l'ete", "l’été", "école été", "50%"])
def test_the_search_ignores_accents_and_case(editor, words):
    make_article(title="L’été à l’École", body="Une œuvre à 50% près.")
    make_article(title="Hiver")
    assert titles(editor.get(LIST, {"q": words})) == {"L’été à l’École"}


@pytest.mark.parametrize("words", ["ecole)", "[", "\\", "été.cole", "hiverner"])
def test_the_search_takes_signs_as_signs(editor, words):
    make_article(title="L’été à l’École")
    assert titles(editor.get(LIST, {"q": words})) == set()


def test_the_search_finds_accents_written_as_marks_of_their_own(editor):
    make_article(title="E\u0301cole")
    assert len(titles(editor.get(LIST, {"q": "école"}))) == 1


def test_the_filters_of_tags_sections_and_languages(editor):
    make_article(title="a", tags=["Numérique"])
    make_article(title="b", section=section("communiques"), language="en")
    tag = Tag.objects.get()
    assert titles(editor.get(LIST, {"mot-cle": tag.pk})) == {"a"}
    assert titles(editor.get(LIST, {"section__id__exact": section("communiques").pk})) == {"b"}
    assert titles(editor.get(LIST, {"language__exact": "en"})) == {"b"}
    assert len(titles(editor.get(LIST, {"mot-cle": "x"}))) == 2


def test_the_list_is_narrowed_to_what_is_pinned(editor):
    make_article(title="Le guichet ouvre", pinned=True)
    make_article(title="La crèche ferme")
    shown = editor.get(f"{LIST}?pinned__exact=1").content.decode()
    assert "Par épinglage" in shown
    assert "Le guichet ouvre" in shown
    assert "La crèche ferme" not in shown


def test_a_public_article_leads_to_its_page_and_no_other_does(editor):
    public, draft = make_article(), make_article(status="draft")
    page = editor.get(LIST).content.decode()
    assert f'href="{public.get_absolute_url()}"' in page
    assert f'href="{draft.get_absolute_url()}"' not in page
    for article in (public, draft):
        change = editor.get(f"{LIST}{article.pk}/change/").content.decode()
        assert (f'href="{article.get_absolute_url()}"' in change) == article.is_public()
        assert f'href="{LIST}{article.pk}/apercu/"' in change


def queries_of_the_list(client, count):
    while Article.objects.count() < count:
        article = make_article(tags=["a", "b"])
        make_carousel_image(article, alt_text="", needs_alt=True, file=None)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)


def test_the_list_asks_as_much_of_the_database_whatever_its_length(editor):
    few, many = queries_of_the_list(editor, 10), queries_of_the_list(editor, 100)
    assert few == many <= 15


# The form


def test_an_article_is_written_with_what_is_left_empty_filled_in(editor):
    assert editor.post(ADD, form()).status_code == 302
    article = Article.objects.get()
    assert article.slug == "un-guichet-ouvre"
    assert article.status == Status.DRAFT
    assert Version.objects.get().title == "Un guichet ouvre"


def test_refused_fields_say_why_and_keep_what_is_typed(editor):
    response = editor.post(ADD, form(title="", section="", body="Un long texte.", tags="Paris, Lyon\nété"))
    page = response.content.decode()
    assert errors_of(response)["title"] == ["Donnez un titre à l’article."]
    assert errors_of(response)["section"] == ["Choisissez la rubrique de l’article."]
    assert '<a href="#id_title">' in page
    assert "<title>Erreur" in page
    assert "Un long texte." in page
    assert "Paris, Lyon\nété" in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_title_error"' in page


def test_an_address_already_taken_is_refused_at_its_field_or_above(editor):
    make_article(slug="pris")
    response = editor.post(ADD, form(slug="pris"))
    assert "Un autre article de cette rubrique a déjà cette adresse" in str(errors_of(response))


def test_saving_without_a_change_changes_nothing(editor):
    article = make_article(
        tags=["Été", "Paris, Lyon"],
        extra={"clé": ["gardée"]},
        event_starts_at=timezone.now().replace(microsecond=0),
        published_at=timezone.now().replace(second=7, microsecond=0) - timedelta(days=1),
        updated_on=timezone.localdate(),
    )
    make_carousel_image(article)
    make_video(article)
    make_attachment(article)
    ImportedPost.objects.create(article=article, name="actualites/a.md", text="t", dump="d")
    versions.begin(Article.objects.all())
    kept = Article.objects.filter(pk=article.pk).values().get()
    assert save(editor, article).status_code == 302
    now = Article.objects.filter(pk=article.pk).values().get()
    assert {**now, "modified_at": None} == {**kept, "modified_at": None}
    assert {tag.name for tag in article.tags.all()} == {"Été", "Paris, Lyon"}
    assert article.imported_from.text == "t"
    assert Version.objects.count() == 1


def test_the_text_is_rendered_and_its_images_taken_when_saved(editor):
    article = make_article()
    save(editor, article, body="## Titre\n\n![Un plan](/uploads/plan.png)")
    article.refresh_from_db()
    assert "<h2" in article.body_html
    assert article.body_images.get().address == "/uploads/plan.png"


def test_tags_are_one_a_line_and_meet_their_twins(editor):
    make_article(tags=["Numérique"])
    editor.post(ADD, form(tags="numerique\n\n  Paris,  Lyon \nÀ la une\nnumérique"))
    article = Article.objects.get(title="Un guichet ouvre")
    assert [tag.name for tag in article.tags.all()] == ["Numérique", "Paris, Lyon", "À la une"]


def test_a_translation_names_its_original_by_its_address(editor):
    original = make_article(slug="l-original")
    response = editor.post(ADD, form(language="en", translation_of="https://x.fr/actualites/l-original/"))
    assert response.status_code == 302
    translation = Article.objects.get(language="en")
    assert translation.translation_of == original
    page = editor.get(f"{LIST}{translation.pk}/change/").content.decode()
    assert 'value="/actualites/l-original/"' in page


@pytest.mark.parametrize("address", ["/actualites/inconnu/", "n’importe quoi", "http://[", "/"])
def test_an_original_that_is_not_here_is_refused(editor, address):
    response = editor.post(ADD, form(language="en", translation_of=address))
    assert "Aucun article à l’adresse" in errors_of(response)["translation_of"][0]


def test_an_article_is_not_its_own_translation(editor):
    article = make_article()
    response = save(editor, article, translation_of=article.get_absolute_url())
    assert "sa propre traduction" in errors_of(response)["translation_of"][0]


def test_a_next_version_is_not_a_translation_of_its_page(editor):
    page = make_article()
    draft = make_article(status=Status.DRAFT, replaces=page, slug=page.slug, language="en")
    response = save(editor, draft, translation_of=page.get_absolute_url())
    assert "sa propre traduction" in errors_of(response)["translation_of"][0]


def test_a_next_version_takes_no_language_that_its_page_has_already(editor):
    page = make_article()
    make_article(title="Moving", language="en", translation_of=page)
    draft = make_article(status=Status.DRAFT, replaces=page, slug=page.slug)
    assert "« Moving »" in errors_of(save(editor, draft, language="en"))["language"][0]


def test_an_original_that_becomes_a_translation_takes_its_own_along(editor):
    first, second = make_article(), make_article(language="en")
    german = make_article(language="de", translation_of=second)
    assert save(editor, second, translation_of=first.get_absolute_url()).status_code == 302
    german.refresh_from_db()
    assert german.translation_of == first


def test_an_original_is_not_its_translations_translation(editor):
    original = make_article()
    english = make_article(title="Moving", language="en", translation_of=original)
    response = save(editor, original, translation_of=english.get_absolute_url())
    assert "« Moving »" in errors_of(response)["translation_of"][0]


@pytest.mark.parametrize(("collection", "folded"), [("actualites", True), ("evenements", False)])
def test_the_fields_of_an_event_are_folded_elsewhere(editor, collection, folded):
    article = make_article(section=section(collection))
    page = editor.get(f"{LIST}{article.pk}/change/").content.decode()
    before = page.partition('name="event_starts_at"')[0]
    assert ("<details>" in before[before.rindex("<fieldset") :]) == folded


def test_the_form_asks_as_much_of_the_database_whatever_its_rows(editor):
    def queries(rows):
        article = make_article()
        for _ in range(rows):
            make_carousel_image(article)
            make_video(article)
            make_attachment(article)
        with CaptureQueriesContext(connection) as made:
            editor.get(f"{LIST}{article.pk}/change/")
        return len(made)

    assert queries(1) == queries(8)


def test_the_remarks_of_the_import_are_one_click_away(editor):
    article = make_article()
    post = ImportedPost.objects.create(
        article=article,
        name="actualites/a.md",
        text="t",
        dump="d",
    )
    ImportRun.objects.create().remarks.create(
        post=post, path="_actualites/a.md", code="x", line=3, message="Une remarque & une suite"
    )
    page = editor.get(f"{LIST}{article.pk}/change/").content.decode()
    address = f"/admin/articles/importedpost/{post.pk}/change/"
    assert f'href="{address}"' in page
    remarks = editor.get(address).content.decode()
    assert "Ligne 3 : Une remarque &amp; une suite" in remarks
    assert 'name="_save"' not in remarks
    assert editor.get("/admin/articles/importedpost/").status_code == 200


def test_an_article_is_deleted_with_its_items(editor):
    article = make_article(tags=["Été"], status=Status.DRAFT)
    make_carousel_image(article)
    make_video(article)
    make_attachment(article)
    assert editor.post(f"{LIST}{article.pk}/delete/").status_code == 302
    assert not Article.objects.exists()


def test_only_the_text_takes_images(editor):
    page = editor.get(ADD).content.decode()
    assert page.count('data-mark="image"') == 1
    assert page.index('data-mark="image"') > page.index('name="chapeau"')


# Old addresses, and articles that only lead elsewhere


def test_the_form_shows_the_old_addresses_that_lead_to_the_article(editor):
    article = make_article()
    assert "Anciennes adresses" not in page_of(editor, f"{LIST}{article.pk}/change/")
    OldAddress.objects.create(article=article, address="/2017/04/guichet/")
    page = page_of(editor, f"{LIST}{article.pk}/change/")
    assert "Anciennes adresses" in page
    assert "<li>/2017/04/guichet/</li>" in page
    assert save(editor, article).status_code == 302
    assert article.old_addresses.get().address == "/2017/04/guichet/"


def test_an_article_that_leads_elsewhere_says_where(editor):
    article = make_article(redirect_to="/agenda/")
    page = page_of(editor, LIST)
    assert "redirige vers /agenda/" in page
    assert "Suivre la redirection" in page
    assert "Voir sur le site<" not in page
    form = page_of(editor, f"{LIST}{article.pk}/change/")
    assert f'href="{article.get_absolute_url()}" class="viewsitelink">Suivre la redirection' in " ".join(
        form.split()
    )
    preview = " ".join(re.sub(r"<[^>]+>", " ", page_of(editor, f"{LIST}{article.pk}/apercu/")).split())
    assert "Le public ne voit pas cette page. Son adresse mène à /agenda/" in preview


def test_the_preview_of_a_withdrawn_page_says_how_the_public_sees_it(editor):
    article = make_article(status="withdrawn", withdrawal_notice="Périmé.")
    preview = page_of(editor, f"{LIST}{article.pk}/apercu/")
    assert "sous l’avis de retrait" in preview
    assert "Cette page a été retirée." in preview


def test_a_draft_that_will_lead_elsewhere_says_so_and_is_not_followed(editor):
    article = make_article(redirect_to="/agenda/", status="draft")
    assert "redirige vers /agenda/" in page_of(editor, LIST)
    assert "Suivre la redirection" not in page_of(editor, LIST) + page_of(
        editor, f"{LIST}{article.pk}/change/"
    )
    assert "Son adresse mènera à" in page_of(editor, f"{LIST}{article.pk}/apercu/")
    sent = form_of(editor, article) | {"article": article.pk}
    notes = editor.post("/admin/articles/article/editeur/apercu/", sent).json()["notes"]
    assert notes == ["Le public ne voit pas cette page : son adresse mène à /agenda/."]
    assert Article.objects.get().redirect_to == "/agenda/"


# Who may


def test_staff_without_a_right_on_articles_are_told_who_may(client):
    client.force_login(make_user("comptable", is_staff=True))
    response = client.get(LIST)
    assert response.status_code == 403
    assert "une personne qui administre le site" in response.content.decode()


def test_a_reader_gets_no_editor(client):
    from django.contrib.auth.models import Permission

    reader = make_user("lectrice", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    article = make_article()
    make_carousel_image(article)
    page = client.get(f"{LIST}{article.pk}/change/")
    assert page.status_code == 200
    assert b"image-dialog" not in page.content
    assert b'name="_save"' not in page.content


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"slug": "a/b"}, "slug", "adresse"),
        ({"slug": "occupe"}, "slug", "déjà"),
        ({"published_at": "0001-01-01T00:00"}, "published_at", "année"),
        ({"ends_at": "9999-12-31T23:59"}, "ends_at", "année"),
        ({"event_starts_at": "0001-01-01T00:00"}, "event_starts_at", "année"),
        ({"updated_on": "0002-01-01"}, "updated_on", "année"),
        ({"published_at": "2027-03-28T02:30"}, "published_at", "heure"),
        ({"published_at": "2026-05-02T10:00", "ends_at": "2026-05-01T10:00"}, "ends_at", "suivre"),
    ],
)
def test_what_a_public_article_may_not_have_is_said_at_its_field(editor, typed, field, words):
    make_article(slug="occupe")
    article = make_article(slug="a-moi", body="Un texte.")
    response = save(editor, article, **typed, body="Tapé.")
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert words in " ".join(form.errors[field])
    assert not form.non_field_errors()
    assert "Tapé." in response.content.decode()
    article.refresh_from_db()
    assert article.slug == "a-moi"


def test_an_untouched_article_of_several_lines_is_no_change(editor):
    article = make_article(
        body="Une ligne.\n\nUne autre.", press_contact="Presse\nMinistère", street_address="1 rue\n75000"
    )
    versions.begin(Article.objects.all())
    assert save(editor, article).status_code == 302
    assert Version.objects.count() == 1


def test_an_address_that_a_public_article_leaves_leads_to_it(editor, client):
    article, draft = make_article(slug="avant"), make_article(slug="secret", status="draft")
    save(editor, article, slug="apres")
    save(editor, article, section=section("communiques").pk)
    save(editor, draft, slug="autre-secret")
    for address in ("/actualites/avant/", "/actualites/apres/"):
        assert client.get(address).headers["Location"] == "/espace-presse/apres/"
    assert list(draft.old_addresses.all()) == []


def test_every_name_of_its_section_still_leads_to_a_public_article_that_moves(editor, client):
    press = section("communiques")
    press.prefix = "presse"
    press.save()
    article, draft = make_article(section=press, slug="avis"), make_article(section=press, status="draft")
    addresses = [f"/{name}/avis/" for name in ("presse", "espace-presse", "communiques")]
    save(editor, article, title="Autre titre")
    assert list(article.old_addresses.all()) == []  # they lead there by themselves
    save(editor, article, slug="avis-public")
    save(editor, article, section=section().pk)
    save(editor, draft, section=section().pk)
    for address in (*addresses, "/communiques/avis-public/"):
        assert client.get(address).headers.get("Location") == "/actualites/avis-public/", address
    assert list(draft.old_addresses.all()) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("www.example.fr", "adresse en https"),
        ("agenda/", "adresse en https"),
        ("javascript:alert(1)", "adresse en https"),
        ("/actualites/a/", "ramène"),
        ("/actualites/b/", "ramène"),
        ("/ancienne-de-a/", "ramène"),
    ],
)
def test_a_redirect_that_leads_nowhere_or_back_is_refused(editor, target, words):
    article = make_article(slug="a")
    OldAddress.objects.lead_to(article, ["/ancienne-de-a/"])
    make_article(slug="b", redirect_to="/actualites/c/")
    make_article(slug="c", redirect_to="/actualites/a/")
    page = save(editor, article, redirect_to=target)
    assert page.status_code == 200
    [message] = page.context["adminform"].form.errors["redirect_to"]
    assert words in message
    assert target in page.content.decode()


def test_a_redirect_to_a_page_that_is_not_here_is_saved_and_told(editor):
    article = make_article(slug="a")
    page = editor.post(
        f"{LIST}{article.pk}/change/",
        form_of(editor, article, redirect_to="/actualites/absente/"),
        follow=True,
    )
    article.refresh_from_db()
    assert article.redirect_to == "/actualites/absente/"
    assert "aucune page n’est à cette adresse" in page.content.decode()


def test_what_is_mended_is_ticked_by_itself_and_nothing_else(editor):
    article = make_article()
    image = make_carousel_image(article, alt_text="", needs_alt=True)
    make_carousel_image(article, alt_text="", needs_alt=True, address="/uploads/autre.png")
    lost = make_attachment(article, file=None)
    post = ImportedPost.objects.create(article=article, name="actualites/a.md", path="p", text="t", dump="d")
    run = ImportRun.objects.create()
    messages = {
        "image-without-alt": [f"{image.address} : sans texte", "/uploads/autre.png : sans texte"],
        "file-missing": [f"{lost.address} : introuvable", "/uploads/rendu.pdf : introuvable"],
        "redirect-nowhere": ["redirection vers /a/ : absente"],
        "no-date": ["sans date"],
    }
    for code, each in messages.items():
        for message in each:
            run.remarks.create(post=post, path="p", code=code, message=message)
    save(editor, article, **{"carousel_images-0-alt_text": "Un plan du guichet"})
    waiting = set(ImportRemark.objects.waiting().values_list("code", "message"))
    assert waiting == {
        ("image-without-alt", "/uploads/autre.png : sans texte"),
        ("file-missing", f"{lost.address} : introuvable"),
        ("no-date", "sans date"),
    }
    assert ImportRemark.objects.get(message=messages["image-without-alt"][0]).done_by.username == "redactrice"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_original_may_move_while_a_keyword_of_its_translations_changes(monkeypatch):
    editor, together = as_editor(Client()), Together()
    translation = make_article(language="en")
    original = make_article(status="draft", slug="eau")
    Article.objects.filter(pk=translation.pk).update(translation_of=original)  # which came in after it
    versions.begin(Article.objects.all())
    monkeypatch.setattr(ArticleAdmin, "save_model", together.held_before(ArticleAdmin.save_model))
    sent = form_of(editor, original, slug="mer")

    @transaction.atomic
    def retag() -> None:
        versions.record_all(Article.objects.all(), None, Act.RETAGGED)

    outcomes = together.do(lambda: editor.post(f"{LIST}{original.pk}/change/", sent), retag)
    assert outcomes == ["done", "done"]
    assert Article.objects.get(pk=original.pk).slug == "mer"
    assert Version.objects.last_of(translation.uuid).act == Act.RELINKED
