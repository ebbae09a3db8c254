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
