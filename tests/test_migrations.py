"""What a migration makes of a site that has data."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("articles", "0002_first_sections")], [("articles", "0003_addresses_and_runs")]


@pytest.fixture
def migrate(transactional_db, django_db_serialized_rollback):
    def to(targets):
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return executor.loader.project_state(targets).apps

    yield to
    to(MigrationExecutor(connection).loader.graph.leaf_nodes())


def test_a_site_that_had_imported_posts_keeps_their_addresses_and_remarks(migrate):
    apps = migrate(BEFORE)
    section = apps.get_model("articles", "Section").objects.get(collection="communiques")
    article = apps.get_model("articles", "Article").objects.create(
        section=section,
        slug="a",
        title="A",
        extra={
            "permalink": "/court/",
            "redirect_from": ["/ancien.html", "/court"],
            "redirection-interne": "/agenda/",
            "slug": "a",
            "layout": "page",
        },
    )
    warning = {"code": "no-date", "line": None, "message": "Sans date."}
    apps.get_model("articles", "ImportedPost").objects.create(
        article=article,
        name="communiques/a.md",
        text="é",
        dump="---\npermalink: /court/\n---\n",
        warnings=[warning],
    )
    apps = migrate(AFTER)
    article = apps.get_model("articles", "Article").objects.get()
    assert (article.redirect_to, article.extra) == ("/agenda/", {"layout": "page"})
    addresses = apps.get_model("articles", "OldAddress").objects.filter(article=article)
    assert set(addresses.values_list("address", flat=True)) == {"/court/", "/ancien/"}
    post = apps.get_model("articles", "ImportedPost").objects.get()
    assert (post.path, post.address) == ("_communiques/a.md", "/espace-presse/a/")
    assert len(post.sha256) == 64
    assert "redirect_from: /court/" in post.dump
    assert post.run.ended_at is not None
    [remark] = post.remarks.all()
    assert (remark.code, remark.line, remark.message, remark.is_done) == (
        "no-date",
        None,
        "Sans date.",
        False,
    )
    apps = migrate(BEFORE)
    assert apps.get_model("articles", "ImportedPost").objects.get().warnings == [warning]


@pytest.mark.stale_index
def test_versions_that_named_each_other_have_one_original(migrate):
    apps = migrate([("articles", "0007_search")])
    Article = apps.get_model("articles", "Article")
    section = apps.get_model("articles", "Section").objects.get(collection="actualites")
    rows = {
        slug: Article.objects.create(section=section, slug=slug, title=slug, language=language)
        for slug, language in [
            *(("alone", "fr"), ("english", "en"), ("french", "fr"), ("german", "de"), ("second", "de")),
            *(("original", "fr"), ("link", "en"), ("end", "es"), ("same", "fr")),
        ]
    }
    named = {
        "alone": "alone",
        "english": "french",
        "french": "english",
        "german": "english",
        "second": "french",
        "link": "original",
        "end": "link",
        "same": "link",
    }
    for slug, other in named.items():
        Article.objects.filter(slug=slug).update(translation_of=rows[other])
    apps = migrate([("articles", "0008_one_original")])
    mended = apps.get_model("articles", "Article").objects.select_related("translation_of")
    assert {row.slug: row.translation_of and row.translation_of.slug for row in mended} == {
        "alone": None,
        "english": "french",
        "french": None,
        "german": "french",
        "second": None,
        "original": None,
        "link": "original",
        "end": "original",
        "same": None,
    }
    assert {row.slug: row.extra["traduction-de"] for row in mended if row.extra} == {
        "second": "/actualites/french/",
        "same": "/actualites/link/",
    }


def test_a_remark_that_the_next_import_makes_in_the_same_words_keeps_its_tick(migrate):
    apps = migrate([("articles", "0013_erasure_of_originals")])
    run = apps.get_model("articles", "ImportRun").objects.create()
    said = ["/a.pdf : fichier introuvable ; déposez-le", "clé « fin » : 09:30", "Sans date."]
    for message in said:
        run.remarks.create(code="file-missing", path="_a/a.md", message=message, is_done=True)
    apps = migrate([("articles", "0014_no_break_spaces")])
    remarks = apps.get_model("articles", "ImportRemark").objects.filter(is_done=True).order_by("pk")
    assert list(remarks.values_list("message", flat=True)) == [
        "/a.pdf\u00a0: fichier introuvable\u00a0; déposez-le",
        "clé «\u00a0fin\u00a0»\u00a0: 09:30",
        "Sans date.",
    ]
