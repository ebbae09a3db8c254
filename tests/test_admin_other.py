"""Sections, tags, imports, alternative texts to write, and what all pages of the admin share."""

import re
import threading
from dataclasses import replace

import pytest
from django.db import connections, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from articles import publishing, versions
from articles.admin.searching import pattern
from articles.models import Article, CarouselImage, ImportedPost, MergeConflict, Tag, Version
from articles.roles import PUBLISHERS, WRITERS
from articles.rules import Action, may
from articles.verifying import verify

from .editing import as_editor
from .factories import (
    make_administrator,
    make_article,
    make_carousel_image,
    make_imported_post,
    make_member,
    make_remark,
    make_user,
    section,
)
from .together import Together

pytestmark = pytest.mark.django_db

ALTS = "/admin/articles/carouselimage/"
TAGS = "/admin/articles/tag/"


@pytest.fixture
def editor(client):
    return as_editor(client)


@pytest.fixture
def administrator(client):
    client.force_login(make_administrator())
    return client


# All pages


def pages_of_the_admin():
    article = make_article(tags=["Paris"])
    make_carousel_image(article)
    post = make_imported_post(article)
    make_remark(post)
    version = versions.record(article, None)
    names = ("article", "carouselimage", "importedpost", "importremark", "section", "tag", "version")
    yield from (reverse(f"admin:articles_{name}_changelist") for name in names)
    yield from (reverse(f"admin:articles_{name}_add") for name in ("article", "section", "tag"))
    yield reverse("admin:articles_article_change", args=[article.pk])
    yield reverse("admin:articles_article_retrait", args=[article.pk])
    yield reverse("admin:articles_article_delete", args=[make_article(status="draft").pk])
    yield reverse("admin:articles_version_history", args=[article.uuid])
    compared = reverse("admin:articles_version_comparison", args=[article.uuid])
    yield f"{compared}?avant={version.pk}&apres={version.pk}"
    for name in ("version", "restore"):
        yield reverse(f"admin:articles_version_{name}", args=[version.pk])
    erasure = reverse("admin:articles_version_erase", args=[article.uuid])
    yield from (erasure, f"{erasure}?version={version.pk}")
    yield reverse("admin:articles_version_bin")
    yield reverse("admin:articles_importedpost_change", args=[post.pk])
    yield reverse("admin:articles_sitesettings_change", args=[1])
    yield from map(reverse, ("admin:index", "admin:password_change", "admin:auth_user_changelist"))


def test_every_page_has_one_heading_and_nothing_inline_or_stored(administrator):
    for address in pages_of_the_admin():
        page = administrator.get(address).content.decode()
        assert len(re.findall(r"<h1[ >]", page)) == 1, address
        assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", page), address
        assert not re.search(r"theme\.js|nav_sidebar\.js|(?:src|href)=\"(?:https?:)?//", page), address


def test_the_login_page_has_a_heading_too(client):
    page = client.get("/admin/login/").content.decode()
    assert page.count("<h1>") == 1
    assert "<title>Connexion" in page


def test_the_first_page_leads_to_what_an_editor_comes_for(editor):
    page = editor.get("/admin/").content.decode()
    assert 'href="/admin/articles/article/add/"' in page
    assert f'href="{ALTS}"' in page


@pytest.fixture
def member(client):
    """A way to be somebody of a group."""

    def of(group):
        client.force_login(make_member(group))
        return client

    return of


def piles_of(client) -> dict[str, list[str]]:
    """What waits for somebody, as the first page has it."""
    piles = client.get("/admin/").context["piles"]
    return {pile.name: [str(article) for article in pile.articles] for pile in piles}


def test_the_first_page_shows_what_waits_for_each_role(member):
    publisher = make_member(PUBLISHERS, "editrice")
    for title in ("À relire", "Renvoyé", "Renvoyé puis relu"):
        publishing.submit(make_article(title=title, slug=title, status="draft"), publisher)
    for title in ("Renvoyé", "Renvoyé puis relu"):
        publishing.send_back(Article.objects.get(title=title), publisher, "Il manque la date.")
    publishing.submit(Article.objects.get(title="Renvoyé puis relu"), publisher)
    make_article(title="Brouillon", slug="brouillon", status="draft")
    publishing.prepare(make_article(title="En ligne"), publisher)
    own = {"Renvoyés à la rédaction": ["Renvoyé"], "Nouvelles versions en préparation": ["En ligne"]}
    assert piles_of(member(WRITERS)) == own
    assert piles_of(member(PUBLISHERS)) == {"À relire": ["À relire", "Renvoyé puis relu"], **own}


def test_the_first_page_counts_the_passages_to_be_settled(member):
    draft = publishing.prepare(make_article(), make_member(PUBLISHERS, "editrice"))
    MergeConflict.objects.create(article=draft, field="body", base="Un", ours="Deux", theirs="Trois")
    assert "1 passage à régler" in member(WRITERS).get("/admin/").content.decode()


def test_the_first_page_says_so_when_nothing_waits(member):
    make_article(status="draft")
    assert "aucun article ne demande quelque chose de vous" in member(WRITERS).get("/admin/").content.decode()


def test_the_first_page_costs_the_same_whatever_waits(member, django_assert_max_num_queries):
    publisher = make_member(PUBLISHERS, "editrice")
    for number in range(12):
        publishing.submit(make_article(slug=f"a-{number}", status="draft"), publisher)
    client = member(PUBLISHERS)
    with django_assert_max_num_queries(15):
        page = client.get("/admin/")
    (pile,) = page.context["piles"]
    assert (len(pile.articles), pile.total) == (10, 12)


# Alternative texts to write


def alts(client, *made):
    fields = {"form-TOTAL_FORMS": len(made), "form-INITIAL_FORMS": len(made), "_save": "1"}
    for index, (image, text) in enumerate(made):
        fields |= {f"form-{index}-id": image.pk, f"form-{index}-alt_text": text}
    return client.post(ALTS, fields)


def test_the_images_that_wait_are_listed_and_worked_off(editor):
    article = make_article(title="Muet")
    first, second = (make_carousel_image(article, alt_text="", needs_alt=True) for _ in range(2))
    make_carousel_image(article, alt_text="Écrit")
    page = editor.get(ALTS)
    assert set(page.context["cl"].result_list) == {first, second}
    assert "Texte alternatif de l’image" in page.content.decode()
    listed = list(page.context["cl"].result_list)
    texts = [(image, "Un guichet" if image == first else "") for image in listed]
    assert alts(editor, *texts).status_code == 302
    assert CarouselImage.objects.get(pk=first.pk).alt_text == "Un guichet"
    assert list(editor.get(ALTS).context["cl"].result_list) == [second]
    assert len(editor.get(ALTS, {"texte": "tous"}).context["cl"].result_list) == 3


@pytest.mark.parametrize("text", ["…", "photo.jpg", "\u200b"])
def test_a_text_that_says_nothing_is_refused_there_too(editor, text):
    image = make_carousel_image(make_article(), alt_text="", needs_alt=True)
    assert alts(editor, (image, text)).status_code == 200
    assert CarouselImage.objects.get().needs_alt


def test_a_text_that_is_there_is_not_taken_away_there(editor):
    image = make_carousel_image(make_article(), alt_text="Écrit")
    fields = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": image.pk, "form-0-alt_text": ""}
    assert editor.post(f"{ALTS}?texte=tous", fields | {"_save": "1"}).status_code == 200
    assert CarouselImage.objects.get().alt_text == "Écrit"


def test_the_texts_of_an_article_make_one_version(editor):
    images = [make_carousel_image(make_article(), alt_text="", needs_alt=True)]
    images += [make_carousel_image(images[0].article, alt_text="", needs_alt=True) for _ in range(2)]
    versions.begin(Article.objects.all())
    listed = editor.get(ALTS).context["cl"].result_list
    assert alts(editor, *((image, "Un guichet") for image in listed)).status_code == 302
    assert list(Version.objects.order_by("number").values_list("act", "note")) == [
        ("found", ""),
        ("saved", "Textes alternatifs."),
    ]
    assert verify().articles == 1


def test_who_does_not_publish_writes_texts_of_drafts_alone(client):
    client.force_login(make_member(WRITERS))
    public = make_carousel_image(make_article(), alt_text="", needs_alt=True)
    draft = make_carousel_image(make_article(status="draft"), alt_text="", needs_alt=True)
    assert list(client.get(ALTS).context["cl"].result_list) == [draft]
    alts(client, (public, "Un guichet"))
    public.refresh_from_db()
    assert public.needs_alt


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_article_may_be_saved_while_the_texts_of_its_images_are(monkeypatch):
    image = make_carousel_image(make_article(), alt_text="", needs_alt=True)
    editor, save_base = as_editor(Client()), CarouselImage.save_base
    has_image, has_article, outcomes = threading.Event(), threading.Event(), []

    def held(*args, **kwargs) -> None:
        save_base(*args, **kwargs)
        has_image.set()
        has_article.wait(1)  # in vain: the article is locked before its images

    def go(outcome, step) -> None:
        try:
            step()
            outcomes.append(outcome)
        finally:
            has_image.set()
            connections.close_all()

    @transaction.atomic
    def save_article() -> None:
        article = Article.objects.select_for_update(of=("self",)).get(pk=image.article_id)
        has_article.set()
        article.carousel_images.update(position=7)

    monkeypatch.setattr(CarouselImage, "save_base", held)
    threads = [threading.Thread(target=go, args=("written", lambda: alts(editor, (image, "Un guichet"))))]
    threads[0].start()
    has_image.wait(10)
    threads.append(threading.Thread(target=go, args=("saved", save_article)))
    threads[1].start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["saved", "written"]
    image.refresh_from_db()
    assert (image.alt_text, image.position) == ("Un guichet", 7)


def test_an_image_is_edited_with_its_article(editor):
    image = make_carousel_image(make_article())
    response = editor.get(f"{ALTS}{image.pk}/change/")
    assert response["Location"] == f"/admin/articles/article/{image.article_id}/change/"
    assert editor.get(f"{ALTS}99999/change/").status_code == 404
    assert editor.get(f"{ALTS}add/").status_code == 403


# Tags


def test_whoever_renames_a_tag_has_not_read_its_articles(client, settings):
    settings.SECOND_PERSON = True
    writer, other = make_member(PUBLISHERS, "a"), make_member(PUBLISHERS, "b")
    article = make_article(status="draft", tags=["Eau"])
    versions.record(article, writer)
    client.force_login(other)
    client.post(f"/admin/articles/tag/{Tag.objects.get().pk}/change/", {"name": "Mer"})
    assert Version.objects.first().note == "Mot-clé renommé : « Mer »."
    assert not may(writer, Action.PUBLISH, article)
    assert may(other, Action.PUBLISH, article)


def test_what_happens_to_a_tag_is_a_version_of_each_of_its_articles(editor):
    articles = [make_article(tags=tags) for tags in (["Eau"], ["Mer"], ["Eau", "Mer"], [])]
    versions.begin(Article.objects.all())
    eau, mer = Tag.objects.order_by("name")
    editor.post(f"/admin/articles/tag/{eau.pk}/change/", {"name": "EAU"})
    merge(editor, eau, mer, merge="1", kept=eau.pk)
    editor.post(f"/admin/articles/tag/{eau.pk}/delete/", {"post": "yes"})
    told = Version.objects.order_by("number")
    notes = [
        list(told.filter(article_uuid=article.uuid).values_list("note", flat=True)) for article in articles
    ]
    renamed, merged, deleted = (
        "Mot-clé renommé : « EAU ».",
        "Mot-clé fusionné dans « EAU ».",
        "Mot-clé supprimé : EAU.",
    )
    assert notes == [
        ["", renamed, deleted],
        ["", merged, deleted],
        ["", renamed, merged, deleted],
        [""],
    ]
    assert verify().articles == 4


def test_tags_are_suggested_whatever_their_accents(editor):
    make_article(tags=["Été", "Hiver"])
    query = {"app_label": "articles", "model_name": "taggedarticle", "field_name": "tag", "term": "ETE"}
    found = editor.get("/admin/autocomplete/", query).json()["results"]
    assert [each["text"] for each in found] == ["Été"]


def test_tags_are_suggested_to_nobody_else(client):
    query = {"app_label": "articles", "model_name": "taggedarticle", "field_name": "tag", "term": ""}
    assert client.get("/admin/autocomplete/", query).status_code == 302
    client.force_login(make_user("comptable", is_staff=True))
    assert client.get("/admin/autocomplete/", query).status_code == 403


def test_a_tag_is_renamed_and_keeps_its_address(editor):
    make_article(tags=["numerique"])
    tag = Tag.objects.get()
    address = tag.get_absolute_url()
    assert editor.post(f"{TAGS}{tag.pk}/change/", {"name": "Numérique"}).status_code == 302
    tag.refresh_from_db()
    assert (tag.name, tag.get_absolute_url()) == ("Numérique", address)


def test_what_is_refused_or_not_found_in_the_admin_leads_back_to_it(client):
    client.force_login(make_user("lectrice", is_staff=True))
    home = '<a class="fr-btn" href="/admin/">Accueil de la rédaction</a>'
    for address, status in (("/admin/nulle-part/", 404), (TAGS, 403)):
        response = client.get(address)
        assert response.status_code == status
        assert home in response.content.decode()
    assert "rédaction" not in client.get("/nulle-part/admin/").content.decode()


@pytest.mark.parametrize("name", ["Été", "ete", " ÉTÉ ", "\u200b", "a" * 101])
def test_a_tag_takes_no_other_tags_name_and_no_empty_one(editor, name):
    make_article(tags=["Été", "Hiver"])
    tag = Tag.objects.get(name="Hiver")
    assert editor.post(f"{TAGS}{tag.pk}/change/", {"name": name}).status_code == 200
    tag.refresh_from_db()
    assert tag.name == "Hiver"


def merge(client, *tags, **fields):
    chosen = {"action": "merge", "_selected_action": [tag.pk for tag in tags]}
    return client.post(TAGS, chosen | fields)


def test_tags_are_merged_after_a_question(editor):
    make_article(title="a", tags=["Été"])
    make_article(title="b", tags=["Étés"])
    make_article(title="c", tags=["Été", "Étés"])
    kept, other = Tag.objects.get(name="Été"), Tag.objects.get(name="Étés")
    assert b"Mot-cl\xc3\xa9 \xc3\xa0 garder" in merge(editor, kept, other).content
    assert Tag.objects.count() == 2
    assert merge(editor, kept, other, merge="1", kept=kept.pk).status_code == 302
    assert list(Tag.objects.all()) == [kept]
    assert Article.objects.filter(tagged_items__tag=kept).count() == 3


def test_a_merge_without_a_choice_or_with_a_stranger_changes_nothing(editor):
    make_article(tags=["a", "b", "c"])
    first, second, third = Tag.objects.order_by("name")
    assert "Choisissez le mot-clé à garder" in merge(editor, first, second, merge="1").content.decode()
    merge(editor, first, second, merge="1", kept=third.pk)
    merge(editor, first, merge="1", kept=first.pk)
    assert Tag.objects.count() == 3


def test_a_merge_says_how_many_articles_each_tag_has_and_what_is_missing(editor):
    make_article(title="a", tags=["Été", "Hiver"])
    make_article(title="b", tags=["Été"])
    tags = Tag.objects.order_by("folded")
    asked = merge(editor, *tags).content.decode()
    assert "Été (2 articles)" in asked
    assert "Hiver (1 article)" in asked
    assert "Rien n’est fait" not in asked
    refused = merge(editor, *tags, merge="1").content.decode()
    assert "Rien n’est fait" in refused
    assert '<a href="#id_kept_0">Mot-clé à garder</a>' in refused
    assert 'id="id_kept_0"' in refused


def test_a_merge_needs_the_right_to_change_and_delete_tags(client):
    from django.contrib.auth.models import Permission

    make_article(tags=["a", "b"])
    reader = make_user("lectrice", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename__in=["view_tag", "change_tag"]))
    client.force_login(reader)
    first, second = Tag.objects.all()
    merge(client, first, second, merge="1", kept=first.pk)
    assert Tag.objects.count() == 2


@pytest.mark.parametrize("done", ["renamed", "deleted", "merged"])
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_articles_may_be_saved_while_a_keyword_of_theirs_changes(monkeypatch, done):
    other, article = make_article(tags=["Eau", "Eaux"]), make_article(tags=["Eaux", "Mer"])
    versions.begin(Article.objects.all())
    editor, together = as_editor(Client()), Together()
    eau, eaux = Tag.objects.filter(folded__in=["eau", "eaux"]).order_by("folded")
    change, held = {
        "renamed": (lambda: editor.post(f"{TAGS}{eaux.pk}/change/", {"name": "Les eaux"}), "save_base"),
        "deleted": (lambda: editor.post(f"{TAGS}{eaux.pk}/delete/", {"post": "yes"}), None),
        "merged": (lambda: merge(editor, eau, eaux, merge="1", kept=eau.pk), "delete"),
    }[done]
    if held:
        hold = together.held_after if held == "save_base" else together.held_before
        monkeypatch.setattr(Tag, held, hold(getattr(Tag, held)))
    else:
        monkeypatch.setattr(QuerySet, "delete", together.held_after(QuerySet.delete))

    @transaction.atomic
    def reorder() -> None:
        locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        taken = versions.take(locked)
        tags = tuple(reversed(taken.post.tags))
        versions.put(versions.Snapshot(replace(taken.post, tags=tags), taken.files), locked)
        publishing.keep(locked, None)

    assert together.do(change, reorder) == ["done", "done"]
    assert {"renamed": "Les eaux", "merged": "Eau"}.get(done, "Mer") in versions.take(article).post.tags
    assert versions.take(other).post.tags != ("Eau", "Eaux")
    assert verify().articles == 2


# Sections, imports


def test_a_section_is_changed_by_administrators_and_read_by_editors(client):
    address = reverse("admin:articles_section_change", args=[section().pk])
    as_editor(client)
    assert b'name="_save"' not in client.get(address).content
    client.force_login(make_administrator())
    assert b'name="_save"' in client.get(address).content


def test_nobody_writes_an_imported_post(administrator):
    post = ImportedPost.objects.create(name="actualites/a.md", text="<b>t</b>", dump="d")
    assert administrator.get("/admin/articles/importedpost/add/").status_code == 403
    address = reverse("admin:articles_importedpost_change", args=[post.pk])
    assert administrator.post(address, {"name": "x"}).status_code == 403
    page = administrator.get(address).content.decode()
    assert "supprimé depuis" in page
    assert "&lt;b&gt;t&lt;/b&gt;" in page
    for answer in ("oui", "non"):
        assert administrator.get("/admin/articles/importedpost/", {"remarques": answer}).status_code == 200


# Searching


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("coeur", "Un cœur", True),
        ("cœur", "Un COEUR", True),
        ("noël", "noe\u0308l", True),
        ("aujourd'hui", "aujourd’hui", True),
        ("a.b", "acb", False),
        ("(", "(", True),
        ("ß", "strasse", True),
        ("strasse", "Straße", True),
    ],
)
def test_a_pattern_finds_its_word_however_it_is_written(words, text, found):
    assert bool(re.search(pattern(words), text, re.IGNORECASE)) == found


def test_a_wrong_password_is_said_in_a_plain_sentence(client):
    response = client.post("/admin/login/", {"username": "personne", "password": "faux"})
    assert "Identifiant ou mot de passe inconnu" in response.content.decode()


@pytest.mark.django_db
def test_an_address_with_a_sign_that_databases_do_not_know_is_not_found(client):
    as_editor(client)
    article = f"/admin/articles/article/{make_article().pk}"
    assert client.get(f"{article}/fichiers/uploads/a%00b.pdf").status_code == 404
    assert client.get(f"{article}/fichiers/images/%00/3.png").status_code == 404
    asked = "app_label=articles&model_name=taggedarticle&field_name=tag"
    assert client.get(f"/admin/autocomplete/?term=%00&{asked}").status_code == 200


def test_the_tool_has_nothing_of_other_apps_that_nobody_should_edit(admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert 'href="/admin/articles/tag/"' in page
    assert 'href="/admin/auth/user/"' in page
    assert "/admin/taggit/" not in page
    assert "/admin/dsfr/" not in page
