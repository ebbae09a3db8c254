from itertools import count
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from articles import importing, publishing, versions
from articles.archive import MediaFolder, PostFile, find_posts
from articles.erasing import erase
from articles.exporting import dump
from articles.importing import Outcome, import_files
from articles.media import Media
from articles.models import Article, GoneAddress, ImportedPost, ImportRemark, ImportRun, Status, Version
from articles.publishing import delete, undelete, withdraw
from articles.reporting import settle
from articles.roles import ADMINISTRATORS
from articles.verifying import verify

from .factories import image_bytes, make_administrator, make_article, make_member, pdf_bytes, section
from .together import Together

pytestmark = pytest.mark.django_db

POST = """\
---
title: 'Un service public plus simple : le bilan'
date: 2024-03-05 09:30:00 +01:00
chapeau-text: Trois démarches sur quatre se font **en ligne**.
tags:
- démarches
categories:
- Démarches
- Article
une-ou-diaporama:
- image: "/uploads/guichet%20unique.png"
  alternative-textuelle: Un guichet d’accueil
- image: "/uploads/sans-texte.png"
---

Un premier paragraphe.

<iframe src="//www.dailymotion.com/embed/video/x7abcde" width="620"></iframe>
*Le bilan en deux minutes*{: .text-align-center}

![Carte des guichets](/uploads/carte.png)

Voir [la circulaire](/uploads/circulaire.pdf) (pdf - 12 ko).

* [Le dossier complet](/uploads/dossier.pdf)
"""


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "_actualites"
    folder.mkdir()
    (folder / "2024-03-05-un-service-plus-simple.markdown").write_text(POST)
    return folder


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "media"
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "guichet unique.png").write_bytes(image_bytes(60))
    (folder / "sans-texte.png").write_bytes(image_bytes(61))
    (folder / "uploads" / "Carte.PNG").write_bytes(image_bytes(62))
    (folder / "uploads" / "circulaire.pdf").write_bytes(pdf_bytes(1))
    (folder / "uploads" / "dossier.pdf").write_bytes(pdf_bytes(4))
    return folder


def run(*paths, media=None, **options):
    found = [file for path in paths for file in find_posts(Path(path))]
    files = [file for file in found if isinstance(file, PostFile)]
    return list(import_files(files, section(), media and Media(MediaFolder(media), **options)))


def test_what_a_post_drops_of_a_page_that_stays_is_gone(posts, media):
    run(posts, media=media)
    shown = Article.objects.get().body_images.get().file
    files = ["/uploads/carte.png", shown.image_source().src, "/uploads/dossier.pdf"]
    beside = ["/mots-cles/demarches/", *files]
    assert [Client().get(each).status_code for each in beside] == [200] * 4
    dropped = (
        "- démarches\n",
        "- Démarches\n",
        "![Carte des guichets](/uploads/carte.png)\n",
        "* [Le dossier complet](/uploads/dossier.pdf)\n",
    )
    [file] = posts.iterdir()
    for line in dropped:
        file.write_text(file.read_text().replace(line, ""))
    assert [result.outcome for result in run(posts, media=media)] == [Outcome.UPDATED]
    assert [Client().get(each).status_code for each in beside] == [410] * 4
    assert Client().get("/uploads/circulaire.pdf").status_code == 200


def test_what_a_post_drops_of_a_draft_was_never_there(posts, media):
    [file] = posts.iterdir()
    file.write_text(POST.replace("---\n", "---\npublished: false\n", 1))
    run(posts, media=media)
    file.write_text(file.read_text().replace("- démarches\n", "").replace("- Démarches\n", ""))
    assert [result.outcome for result in run(posts, media=media)] == [Outcome.UPDATED]
    assert Client().get("/mots-cles/demarches/").status_code == 404
    assert not GoneAddress.objects.exists()


def test_a_post_comes_in_whole(posts, media):
    [result] = run(posts, media=media)
    assert (result.outcome, result.address) == (Outcome.CREATED, "/actualites/un-service-plus-simple/")
    article = Article.objects.get()
    assert article.status == Status.PUBLISHED
    assert article.published_at.isoformat() == "2024-03-05T08:30:00+00:00"
    assert [tag.name for tag in article.tags.all()] == ["démarches", "Article"]
    images = article.carousel_images.all()
    assert [(i.alt_text, i.needs_alt, i.file is not None) for i in images] == [
        ("Un guichet d’accueil", False, True),
        ("", True, True),
    ]
    video = article.video_embeds.get()
    assert (video.provider, video.video_id, video.caption) == (
        "dailymotion",
        "x7abcde",
        "Le bilan en deux minutes",
    )
    assert f"[[video:{video.key}]]" in article.body
    documents = {each.title: each.file.page_count for each in article.attachments.all()}
    assert documents == {"la circulaire": 1, "Le dossier complet": 4}
    assert "circulaire.pdf" in article.body
    assert "dossier.pdf" not in article.body
    assert article.body_images.get().file.width == 62
    assert not [warning for warning in result.warnings if warning.code.startswith("file-")]


def test_a_second_run_changes_nothing(posts, media):
    run(posts, media=media)
    before = (Article.objects.values().get(), dump(Article.objects.get()))
    [result] = run(posts, media=media)
    assert result.outcome is Outcome.UNCHANGED
    assert (Article.objects.values().get(), dump(Article.objects.get())) == before


def test_a_changed_source_updates_its_article(posts):
    run(posts)
    path = next(posts.iterdir())
    path.write_text(POST.replace("Un premier", "Un autre"))
    [result] = run(posts)
    assert result.outcome is Outcome.UPDATED
    assert Article.objects.get().body.startswith("Un autre")


def test_an_article_that_an_editor_changed_is_never_written_over(posts):
    run(posts)
    article = Article.objects.get()
    article.title = "Titre de la rédaction"
    article.save()
    assert [r.outcome for r in run(posts)] == [Outcome.UNCHANGED]
    path = next(posts.iterdir())
    path.write_text(POST.replace("Un premier", "Un autre"))
    assert [r.outcome for r in run(posts)] == [Outcome.EDITED]
    article.refresh_from_db()
    assert article.title == "Titre de la rédaction"
    assert article.body.startswith("Un premier")


@pytest.fixture
def erased(posts):
    """The folder of a post that came in and was erased here, whose article no longer says what it says."""
    run(posts)
    article = Article.objects.get()
    article.body = "Un texte de la rédaction."
    article.save()
    versions.record(article, None)
    erase([], make_member(ADMINISTRATORS), "Demande de la personne.", original_of=article.uuid)
    assert ImportedPost.objects.get().is_erased
    return posts


def is_still_erased() -> bool:
    is_said = Article.objects.filter(body__contains="Un premier paragraphe").exists()
    return not is_said and not any(each.text or each.dump for each in ImportedPost.objects.all())


def test_an_erased_post_is_known_and_does_not_come_back(erased):
    assert [r.outcome for r in run(erased)] == [Outcome.UNCHANGED]
    assert is_still_erased()
    ImportRun.objects.update(site_config="timezone: Europe/Paris\n")  # its site has other settings now
    assert [r.outcome for r in run(erased)] == [Outcome.UNCHANGED]
    assert is_still_erased()
    next(erased.iterdir()).write_text(POST.replace("Un premier", "Le premier"))
    assert [r.outcome for r in run(erased)] == [Outcome.EDITED]
    assert is_still_erased()


def test_an_erased_post_whose_article_nobody_edited_is_not_written_over_either(posts):
    run(posts)
    article = Article.objects.get()
    erase([], make_member(ADMINISTRATORS), "Demande de la personne.", original_of=article.uuid)
    next(posts.iterdir()).write_text(POST.replace("Un premier", "Un autre"))
    assert [r.outcome for r in run(posts)] == [Outcome.EDITED]
    article.refresh_from_db()
    assert article.body.startswith("Un premier")


def test_an_erased_post_stays_so_under_a_new_name_and_for_its_twins(erased):
    path = next(erased.iterdir()).rename(erased / "2024-03-05-le-bilan.markdown")
    assert [r.outcome for r in run(erased)] == [Outcome.RENAMED]
    assert is_still_erased()
    (erased / "2024-03-05-le-bilan-encore.markdown").write_text(POST)
    assert {r.outcome for r in run(erased)} == {Outcome.UNCHANGED, Outcome.TWIN}
    assert is_still_erased()
    path.write_text(POST.replace("Un premier", "Le premier"))
    assert {r.outcome for r in run(erased)} == {Outcome.EDITED, Outcome.DELETED}
    assert is_still_erased()
    assert Article.objects.count() == 1


def test_an_erased_post_comes_back_where_that_is_asked_for(erased):
    [result] = import_files(list(find_posts(erased)), section(), theirs=True)
    assert result.outcome is Outcome.UPDATED
    assert ImportedPost.objects.get().text == POST
    assert Article.objects.get().body.startswith("Un premier")


def test_an_erased_post_has_no_line_where_it_names_its_original(tmp_path):
    write_versions(tmp_path, a="fr", b="fr_a")
    article = Article.objects.get(slug="b")
    assert article.translation_of is None
    erase([], make_member(ADMINISTRATORS), "Demande de la personne.", original_of=article.uuid)
    assert {r.outcome for r in run(tmp_path)} == {Outcome.UNCHANGED}
    assert ImportRemark.objects.get(post__article=article, code="translation-alone").line is None


def test_an_article_that_an_editor_deleted_is_not_brought_back(posts):
    run(posts)
    Article.objects.get().delete()
    assert [r.outcome for r in run(posts)] == [Outcome.DELETED]
    assert not Article.objects.exists()


def test_a_post_that_was_brought_back_stays_with_its_new_article(posts):
    run(posts)
    first = Article.objects.get()
    administrator = make_member(ADMINISTRATORS)
    withdraw(first, administrator)
    delete(first, administrator)
    list(import_files(list(find_posts(posts)), section(), theirs=True))
    second = Article.objects.get()
    assert undelete(first.uuid, administrator).get_absolute_url() != second.get_absolute_url()
    assert ImportedPost.objects.get().article == second


def test_missing_files_are_warnings_and_a_later_run_completes_them(posts, media):
    [first] = run(posts)
    article = Article.objects.get()
    assert [w.code for w in first.warnings].count("file-missing") == 5
    assert all(image.file is None for image in article.carousel_images.all())
    [second] = run(posts, media=media)
    assert second.outcome is Outcome.COMPLETED
    assert all(image.file for image in article.carousel_images.all())
    assert [r.outcome for r in run(posts, media=media)] == [Outcome.UNCHANGED]


def test_a_file_that_is_not_what_its_name_says_is_a_warning(posts, media):
    (media / "uploads" / "dossier.pdf").write_bytes(b"<html><script>alert(1)</script></html>")
    [result] = run(posts, media=media)
    assert [w.code for w in result.warnings if w.code.startswith("file-")] == ["file-refused"]
    assert Article.objects.get().attachments.get(title="Le dossier complet").file is None


def test_a_bad_post_does_not_stop_the_others(posts):
    (posts / "a-mauvais.md").write_text("---\ntitle: Sans fin\n")
    outcomes = {Path(r.path).name: r for r in run(posts)}
    assert outcomes["a-mauvais.md"].outcome is Outcome.REFUSED
    assert "a-mauvais.md" in outcomes["a-mauvais.md"].message
    assert Article.objects.count() == 1


def test_a_post_that_the_database_gives_up_does_not_stop_the_others(posts, monkeypatch):
    (posts / "2024-03-06-autre.md").write_text("---\ntitle: Autre\ndate: 2024-03-06\n---\nTexte.\n")
    apply, times = importing.apply, count()

    def given_up_once(*args):
        if next(times) == 0:
            raise OperationalError("deadlock detected")
        return apply(*args)

    monkeypatch.setattr(importing, "apply", given_up_once)
    refused, created = run(posts)
    assert (refused.outcome, created.outcome) == (Outcome.REFUSED, Outcome.CREATED)
    assert "importez à nouveau" in refused.message
    assert [result.outcome for result in run(posts)] == [Outcome.CREATED, Outcome.UNCHANGED]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_article_may_be_deleted_while_its_post_is_imported_again(posts, monkeypatch):
    run(posts)
    article, client, together = Article.objects.get(), Client(), Together()
    administrator = make_administrator()
    client.force_login(administrator)
    withdraw(article, administrator)
    post = next(posts.iterdir())
    post.write_text(POST.replace("Un premier", "Un autre"))
    monkeypatch.setattr(publishing.gone, "say_gone", together.held_before(publishing.gone.say_gone))
    sent = {"seen": Version.objects.last_of(article.uuid).number}
    imported = []
    outcomes = together.do(
        lambda: client.post(f"/admin/articles/article/{article.pk}/delete/", sent),
        lambda: imported.extend(import_files([*find_posts(posts)], section(), theirs=True)),
    )
    assert outcomes == ["done", "done"]
    [result] = imported
    assert result.outcome in (Outcome.REFUSED, Outcome.CREATED)  # it looked before the deletion, or after
    assert Article.objects.exists() == (result.outcome is Outcome.CREATED)


def test_a_refused_post_leaves_nothing_behind(posts):
    path = next(posts.iterdir())
    path.write_text(POST.replace("title: 'Un service public plus simple : le bilan'", f"title: {'a' * 600}"))
    [result] = run(posts)
    assert result.outcome is Outcome.REFUSED
    assert not Article.objects.exists()


def test_a_post_whose_address_is_taken_comes_in_at_another_and_says_so(posts):
    make_article(slug="un-service-plus-simple")
    make_article(slug="2024-03-05-un-service-plus-simple")
    [result] = run(posts)
    assert (result.outcome, result.address) == (Outcome.CREATED, "/actualites/un-service-plus-simple-2/")
    [warning] = [each for each in result.warnings if each.code == "taken-address"]
    assert "« un-service-plus-simple »" in warning.message
    assert [r.outcome for r in run(posts)] == [Outcome.UNCHANGED]


def test_the_folder_of_the_collection_names_the_section(tmp_path):
    for folder in ("_communiques", "_evenements", "_publications/2024", "_posts", "sans-nom"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "billet.md").write_text("---\ntitle: Billet\ndate: 2024-01-01\n---\n")
    results = run(tmp_path / "_posts") + run(
        tmp_path / "_communiques", tmp_path / "_evenements", tmp_path / "_publications"
    )
    assert [r.address for r in results] == [
        "/actualites/billet/",
        "/espace-presse/billet/",
        "/agenda/billet/",
        "/publication/billet/",
    ]
    (tmp_path / "_inconnus").mkdir()
    (tmp_path / "_inconnus" / "b.md").write_text("---\ntitle: Billet\n---\n")
    [refused] = run(tmp_path / "_inconnus")
    assert refused.outcome is Outcome.REFUSED
    assert "_inconnus" in refused.message


def test_a_post_without_a_date_comes_in_as_a_draft(tmp_path):
    (tmp_path / "billet.md").write_text("---\ntitle: Billet\n---\nTexte.\n")
    [result] = run(tmp_path / "billet.md")
    assert Article.objects.get().status == Status.DRAFT
    assert [w.code for w in result.warnings] == ["no-date"]


def test_a_translation_finds_its_original_whichever_comes_first(tmp_path):
    (tmp_path / "a.md").write_text(
        "---\ntitle: In English\ndate: 2024-01-01\nlang: en\ntraduction-de: /actualites/b/\n---\n"
    )
    run(tmp_path / "a.md")
    assert "/actualites/b/" in dump(Article.objects.get())
    (tmp_path / "b.md").write_text("---\ntitle: En français\ndate: 2024-01-01\n---\n")
    results = run(tmp_path / "a.md", tmp_path / "b.md")
    assert Article.objects.get(slug="a").translation_of.slug == "b"
    assert [r.outcome for r in results] == [Outcome.CREATED, Outcome.UNCHANGED]
    (tmp_path / "a.md").write_text((tmp_path / "a.md").read_text() + "More.\n")
    assert [r.outcome for r in run(tmp_path / "a.md")] == [Outcome.UPDATED]
    assert Article.objects.get(slug="a").translation_of.slug == "b"


def test_a_draft_of_a_site_comes_in_as_a_draft(tmp_path):
    for folder in ("_drafts", "_posts"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"dans{folder}.md").write_text("---\ntitle: Billet\ndate: 2024-01-01\n---\n")
    run(tmp_path)
    assert dict(Article.objects.values_list("slug", "status")) == {
        "dans_drafts": Status.DRAFT,
        "dans_posts": Status.PUBLISHED,
    }
    assert [r.outcome for r in run(tmp_path)] == [Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_a_media_file_that_cannot_be_read_is_a_warning_about_that_file(posts, media, monkeypatch):
    opened = Path.open

    def refusing(self, *args, **kwargs):
        if self.name == "dossier.pdf":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)
    [result] = run(posts, media=media)
    assert result.outcome is Outcome.CREATED
    [warning] = [warning for warning in result.warnings if warning.code == "file-refused"]
    assert "dossier.pdf" in warning.message
    assert "Permission denied" in warning.message


def test_a_store_that_cannot_be_written_is_named_and_the_post_not_blamed(posts, media, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "fichier"
    settings.MEDIA_ROOT.write_text("un fichier, pas un dossier")
    [result] = run(posts, media=media)
    assert result.outcome is Outcome.CREATED
    refused = [warning.message for warning in result.warnings if warning.code == "file-refused"]
    assert len(refused) == 5
    assert all(str(settings.MEDIA_ROOT) in message for message in refused)
    settings.MEDIA_ROOT = tmp_path / "dossier"
    assert [r.outcome for r in run(posts, media=media)] == [Outcome.COMPLETED]


def test_a_run_that_only_completes_files_may_be_cut_short(posts, media):
    [first] = posts.iterdir()
    (posts / "2024-03-06-un-autre.md").write_text(first.read_text())
    run(posts)
    files = [file for file in find_posts(posts) if isinstance(file, PostFile)]
    cut_short = import_files(files, section(), Media(MediaFolder(media)))
    assert next(cut_short).outcome is Outcome.COMPLETED
    cut_short.close()
    verify()
    run(posts, media=media)
    verify()
    for article in Article.objects.all():
        assert len(Version.objects.last_of(article.uuid).files) == 5


def test_a_trial_run_says_completed_where_the_real_run_does(posts, media):
    run(posts)
    assert [r.outcome for r in run(posts, media=media, keep=False)] == [Outcome.COMPLETED]
    assert [r.outcome for r in run(posts, media=media)] == [Outcome.COMPLETED]


def test_another_spelling_of_a_tag_is_no_edit(posts):
    run(posts)
    tag = Article.objects.get().tags.get(folded="demarches")
    tag.name = "DÉMARCHES"
    tag.save()
    path = next(posts.iterdir())
    path.write_text(POST.replace("Un premier", "Un autre"))
    assert [r.outcome for r in run(posts)] == [Outcome.UPDATED]


def test_a_translation_in_the_language_of_its_original_waits(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: 2024-01-01\n---\n")
    (tmp_path / "b.md").write_text("---\ntitle: B\ndate: 2024-01-01\ntraduction-de: /actualites/a/\n---\n")
    run(tmp_path / "a.md", tmp_path / "b.md")
    assert Article.objects.get(slug="b").translation_of is None
    assert "/actualites/a/" in dump(Article.objects.get(slug="b"))


def write_versions(folder, **versions):
    """Posts by name: their language and the name of their original, in one word (`en_a`)."""
    for name, said in versions.items():
        language, _, original = said.partition("_")
        header = f"lang: {language}\n" + (f"traduction-de: /actualites/{original}/\n" if original else "")
        (folder / f"{name}.md").write_text(f"---\ntitle: {name}\ndate: 2024-01-01\n{header}---\n")
    return run(*(folder / f"{name}.md" for name in versions))


def originals():
    return {a.slug: a.translation_of and a.translation_of.slug for a in Article.objects.all()}


def test_two_posts_that_name_each_other_are_not_each_others_original(tmp_path, client):
    results = write_versions(tmp_path, a="fr_b", b="en_a")
    assert originals() == {"a": None, "b": "a"}
    [said] = [(r.path[-4:], w.code, w.line) for r in results for w in r.warnings]
    assert said == ("a.md", "translation-alone", 5)
    remark = ImportRemark.objects.get()
    assert (remark.code, remark.line) == ("translation-alone", 5)
    assert "donnez un autre original" in remark.message
    assert "/actualites/a/" in client.get("/").content.decode()
    assert "/actualites/b/" in client.get("/actualites/a/").content.decode()
    runs = ImportRun.objects.count()
    results = write_versions(tmp_path, a="fr_b", b="en_a")
    assert {r.outcome for r in results} == {Outcome.UNCHANGED}
    assert (ImportRemark.objects.get(), ImportRun.objects.count()) == (remark, runs)
    write_versions(tmp_path, a="fr", b="en_a")
    assert not ImportRemark.objects.exists()


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_a_chain_of_translations_has_one_original(tmp_path, order):
    posts = {"a": "fr", "b": "en_a", "c": "de_b"}
    write_versions(tmp_path, **{name: posts[name] for name in order})
    assert originals() == {"a": None, "b": "a", "c": "a"}
    path = tmp_path / "c.md"
    path.write_text(path.read_text() + "Mehr.\n")
    assert [r.outcome for r in run(path)] == [Outcome.UPDATED]
    assert originals()["c"] == "a"


def test_the_second_translation_into_a_language_comes_in_alone(tmp_path):
    results = write_versions(tmp_path, a="fr", b="en_a", c="en_a")
    assert originals() == {"a": None, "b": "a", "c": None}
    [warning] = results[-1].warnings
    assert (warning.code, warning.line) == ("translation-alone", 5)
    assert "« b »" in warning.message


def test_an_original_does_not_take_the_language_of_its_translation(tmp_path):
    write_versions(tmp_path, a="fr", b="en_a")
    [refused, _unchanged] = write_versions(tmp_path, a="en", b="en_a")
    assert refused.outcome is Outcome.REFUSED
    assert "« b » est déjà la version en" in refused.message
    assert (originals()["b"], Article.objects.get(slug="a").language) == ("a", "fr")


def test_an_original_given_by_an_editor_ticks_the_remark_and_stays(tmp_path):
    write_versions(tmp_path, a="fr", b="en_a", c="en_a", d="de")
    article = Article.objects.get(slug="c")
    article.translation_of = Article.objects.get(slug="d")
    article.save()
    assert settle(article, None) == 1
    run(tmp_path / "a.md")
    assert originals()["c"] == "d"


def test_a_document_is_never_taken_for_an_image(posts, media, client):
    (media / "uploads" / "dossier.pdf").write_bytes(pdf_bytes(4))
    path = next(posts.iterdir())
    path.write_text(
        POST.replace("/uploads/sans-texte.png", "/uploads/dossier.pdf").replace(
            "/uploads/carte.png", "/uploads/circulaire.pdf"
        )
    )
    [result] = run(posts, media=media)
    assert [w.code for w in result.warnings].count("file-refused") == 2
    for address in ("/", "/actualites/", result.address):
        assert client.get(address).status_code == 200


def test_two_posts_of_one_name_do_not_write_over_each_other(tmp_path):
    for year in ("2017", "2018"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "bilan.md").write_text(f"---\ntitle: Bilan {year}\ndate: {year}-01-01\n---\n")
    results = run(tmp_path)
    assert [r.outcome for r in results] == [Outcome.CREATED, Outcome.REFUSED]
    assert "2017/bilan.md" in results[1].message
    assert Article.objects.get().title == "Bilan 2017"


def test_a_page_never_takes_an_address_of_the_site(tmp_path):
    (tmp_path / "_pages").mkdir()
    for name in ("actualites", "admin", "contact"):
        (tmp_path / "_pages" / f"{name}.md").write_text(f"---\ntitle: {name}\ndate: 2024-01-01\n---\n")
    addresses = [r.address for r in run(tmp_path / "_pages")]
    assert addresses == ["/actualites-2/", "/admin-2/", "/contact/"]


def test_a_dump_that_cannot_be_read_back_leaves_its_article_alone(posts):
    run(posts)
    ImportedPost.objects.update(dump="illisible")
    path = next(posts.iterdir())
    path.write_text(POST.replace("Un premier", "Un autre"))
    assert [r.outcome for r in run(posts)] == [Outcome.EDITED]


def test_an_image_of_the_text_at_an_impossible_address_is_nobodys(posts):
    path = next(posts.iterdir())
    path.write_text(POST + f"\n![a](/uploads/{'a' * 600}.png)\n\n![b](/uploads/%00.png)\n")
    assert [r.outcome for r in run(posts)] == [Outcome.CREATED]
    assert [row.address for row in Article.objects.get().body_images.all()] == ["/uploads/carte.png"]


# --- versions


def acts() -> list[tuple[int, str, str]]:
    return list(Version.objects.order_by("pk").values_list("number", "act", "author_name"))


def test_what_an_import_changes_is_a_version_with_its_files(posts, media):
    run(posts, media=media)
    assert acts() == [(1, "imported", "")]
    assert len(Version.objects.get().files) == 5
    run(posts, media=media)
    assert len(acts()) == 1
    path = next(posts.iterdir())
    path.write_text(path.read_text().replace("Un premier paragraphe.", "Un autre paragraphe."))
    run(posts, media=media)
    assert acts() == [(1, "imported", ""), (2, "imported", "")]
    assert "Un autre paragraphe." in Version.objects.get(number=2).dump


def test_files_that_come_later_are_a_version_too(posts, media):
    run(posts)
    assert Version.objects.get().files == {}
    run(posts, media=media)
    assert Version.objects.get(number=2).files != {}


def test_a_run_that_was_cut_short_is_recorded_by_the_next(posts):
    run(posts)
    Version.objects.all().delete()
    ImportRun.objects.update(ended_at=None)
    run(posts)
    assert acts() == [(1, "imported", "")]


def test_what_a_post_changes_on_a_page_is_merged_into_its_next_version(posts, media):
    run(posts, media=media)
    page = Article.objects.get()
    draft = publishing.prepare(page, make_administrator())
    path = next(posts.iterdir())
    path.write_text(path.read_text().replace("Un premier paragraphe.", "Un autre paragraphe."))
    run(posts, media=media)
    draft.refresh_from_db()
    assert draft.body.startswith("Un autre paragraphe.")


def test_what_a_next_version_cannot_take_over_stops_no_import(posts, monkeypatch):
    run(posts)
    page = Article.objects.get()
    draft = publishing.prepare(page, make_administrator())
    path = next(posts.iterdir())
    path.write_text(path.read_text().replace("Un premier paragraphe.", "Un autre paragraphe."))

    def refuse(*args):
        raise IntegrityError

    with monkeypatch.context() as patch:
        patch.setattr("articles.merging.merge", refuse)
        assert [result.outcome for result in run(posts)] == [Outcome.UPDATED]
    page.refresh_from_db()
    assert page.body.startswith("Un autre paragraphe.")
    assert ImportRun.objects.latest("pk").ended_at is not None
    publishing.publish(draft, make_administrator("autre"))
    page.refresh_from_db()
    assert page.body.startswith("Un autre paragraphe.")


@pytest.mark.parametrize(
    ("said", "says"),
    [("\n---\n\n", "\npublished: false\n---\n\n"), ("date: 2024-03-05", "date: 2099-03-05")],
)
def test_a_page_that_its_post_takes_off_the_site_says_that_it_is_gone(posts, media, said, says):
    run(posts, media=media)
    path = next(posts.iterdir())
    path.write_text(path.read_text().replace(said, says, 1))
    run(posts, media=media)
    client = Client()
    assert client.get("/actualites/un-service-plus-simple/").status_code == 410
    assert client.get("/uploads/circulaire.pdf").status_code == 410


def test_a_draft_that_stays_one_leaves_no_word(posts, media):
    path = next(posts.iterdir())
    path.write_text(path.read_text().replace("---\n\n", "published: false\n---\n\n", 1))
    run(posts, media=media)
    path.write_text(path.read_text().replace("Un premier paragraphe.", "Un autre paragraphe."))
    run(posts, media=media)
    assert Client().get("/actualites/un-service-plus-simple/").status_code == 404
