"""Whatever changes what an article says, the search knows it: every way to write is here once.

Every other test of the suite proves it too: `conftest.stale_entries` is asked at its end.
"""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.applying import apply
from articles.models import Article, CarouselImage, SearchEntry, Tag
from articles.models.index import SearchEntryManager, vector
from articles.posts import Post, PostDocument
from articles.queries import read
from articles.search import matching

from .conftest import stale_entries
from .factories import (
    make_administrator,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    section,
)

pytestmark = pytest.mark.django_db


def found(typed: str) -> list[str]:
    return sorted(matching(read(typed), Article.objects.all()).values_list("slug", flat=True))


@pytest.fixture
def editor(client):
    client.force_login(make_administrator())
    return client


def test_an_article_is_found_as_it_was_saved_last():
    article = make_article(slug="a", title="Avant")
    article.title = "Après"
    article.save(update_fields=["title"])
    assert (found("avant"), found("après")) == ([], ["a"])


def test_saving_what_is_not_searched_asks_nothing_of_the_index(django_assert_num_queries):
    article = make_article()
    with django_assert_num_queries(1):
        article.save(update_fields=["pinned"])


def test_a_deleted_article_leaves_the_index():
    make_article(slug="a", title="Ancien")
    make_article(slug="b", title="Ancien")
    Article.objects.get(slug="a").delete()
    assert found("ancien") == ["b"]
    Article.objects.all().delete()
    assert found("ancien") == []
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize(
    ("make", "field"),
    [(make_attachment, "title"), (make_carousel_image, "caption"), (make_video, "title")],
)
def test_an_item_is_found_with_its_article(make, field):
    item = make(make_article(slug="a"), **{field: "Avant"})
    assert found("avant") == ["a"]
    setattr(item, field, "Après")
    item.save()
    assert (found("avant"), found("après")) == ([], ["a"])
    item.delete()
    assert found("après") == []


def test_tags_set_added_removed_and_cleared_are_followed():
    article = make_article(slug="a")
    article.tags.set(["Logement"])
    assert found("logement") == ["a"]
    article.tags.add("Ville")
    assert found("ville logement") == ["a"]
    article.tags.remove("Logement")
    assert (found("logement"), found("ville")) == ([], ["a"])
    article.tags.clear()
    assert found("ville") == []


def test_a_tag_renamed_or_deleted_in_the_admin_is_followed(editor):
    make_article(slug="a", tags=["Logemant", "Ville"])
    tag, other = Tag.objects.get(name="Logemant"), Tag.objects.get(name="Ville")
    editor.post(reverse("admin:articles_tag_change", args=[tag.pk]), {"name": "Logement"})
    assert (found("logemant"), found("logement")) == ([], ["a"])
    editor.post(reverse("admin:articles_tag_delete", args=[tag.pk]), {"post": "yes"})
    assert found("logement") == []
    chosen = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    editor.post(reverse("admin:articles_tag_changelist"), chosen)
    assert found("ville") == []


def test_merged_tags_are_followed(editor):
    make_article(slug="a", tags=["Habitat"])
    make_article(slug="b", tags=["Habitat", "Logement"])
    kept, other = Tag.objects.get(name="Logement"), Tag.objects.get(name="Habitat")
    chosen = {"action": "merge", "_selected_action": [kept.pk, other.pk], "kept": kept.pk, "merge": "1"}
    editor.post(reverse("admin:articles_tag_changelist"), chosen)
    assert (found("habitat"), found("logement")) == ([], ["a", "b"])


def test_a_caption_changed_beside_the_article_is_followed():
    image = make_carousel_image(make_article(slug="a"), caption="Légende")
    CarouselImage.objects.get(pk=image.pk).delete()
    assert found("légende") == []


def test_an_applied_post_is_indexed_once_with_all_it_holds(monkeypatch):
    puts = []
    put = SearchEntryManager._put

    def counted(self, pks):
        puts.append(pks)
        put(self, pks)

    monkeypatch.setattr(SearchEntryManager, "_put", counted)
    article = Article(section=section(), slug="a")
    post = Post(
        title="Le guichet",
        body="Il ouvre.",
        published_at=timezone.now(),
        tags=("Logement",),
        documents=(PostDocument(key="d", address="/uploads/a.pdf", title="Notice"),),
    )
    with transaction.atomic():
        apply(post, article)
    assert puts == [[article.pk]]
    assert found("guichet ouvre logement notice") == ["a"]


def test_a_failure_leaves_nothing_waiting():
    article = make_article(slug="a")
    with pytest.raises(ZeroDivisionError), SearchEntry.objects.put_once():
        raise ZeroDivisionError
    article.title = "Après"
    article.save()
    assert found("après") == ["a"]


def test_commands_make_the_index_again(capsys):
    make_article(slug="a", title="Avant", body="Un texte.")
    Article.objects.update(title="Après")
    assert found("après") == []
    call_command("index_articles")
    assert found("après") == ["a"]
    assert "articles 1" in capsys.readouterr().out
    Article.objects.update(body="Un autre.")
    call_command("render_articles")
    assert (found("autre"), found("texte")) == (["a"], [])


def test_an_index_left_behind_is_found():
    article = make_article(title="Avant")
    assert stale_entries() == []
    Article.objects.update(title="Après")
    assert stale_entries() == [article.pk]
    SearchEntry.objects.all().delete()
    assert stale_entries() == [article.pk]
    assert stale_entries() == []


@pytest.mark.parametrize("body", ["mot " * 30_000, "é" * 100_000, " ".join(f"mot{n}" for n in range(30_000))])
def test_a_very_long_text_is_indexed(body):
    make_article(slug="long", title="Très long", body=body)
    assert found("long") == ["long"]


def test_words_become_a_vector_that_keeps_their_places():
    assert vector("plan vel = eau = =plan =velo") == "'plan':2 'vel':3 'eau':5 '=plan' '=velo'"
    assert vector("'plan':2") == "'plan':2"


def test_articles_of_more_tags_than_sqlite_compares_to_are_indexed():
    article = make_article(tags=[f"Mot {number}" for number in range(1_100)])
    article.title = "Un autre titre"
    article.save()
    assert "autre" in SearchEntry.objects.get(article=article).title


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_save_that_the_index_refuses_leaves_nothing_changed(monkeypatch):
    article = make_article(title="Avant")
    monkeypatch.setattr("articles.models.index.words_of_article", lambda article: 1 / 0)
    article.title = "Après"
    with pytest.raises(ZeroDivisionError):
        article.save()
    monkeypatch.undo()
    assert Article.objects.get(pk=article.pk).title == "Avant"
