import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import versions
from articles.models import Act, Article, Status, StoredFile, Version
from articles.posts import PostChange

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_user,
    make_video,
    section,
    store,
)

pytestmark = pytest.mark.django_db


def make_full_article(**overrides) -> Article:
    """An article with a file of each kind."""
    address = "/uploads/dans-le-texte.png"
    article = make_article(body=f"![Un plan]({address})", tags=["eau"], **overrides)
    article.body_images.update(file=store("a.png", image_bytes(160)))
    make_carousel_image(article, key="une")
    make_video(article, key="film", poster=store("b.png", image_bytes(161)), poster_address="/uploads/b.png")
    make_attachment(article, key="plan")
    return article


def test_a_snapshot_names_each_file_by_its_content():
    article = make_full_article()
    taken = versions.take(article)
    assert taken.post.title == article.title
    assert taken.files == {
        "image:une": article.carousel_images.get().file.sha256,
        "video:film": article.video_embeds.get().poster.sha256,
        "document:plan": article.attachments.get().file.sha256,
        "text:/uploads/dans-le-texte.png": article.body_images.get().file.sha256,
    }


def test_a_snapshot_put_on_another_article_gives_all_that_it_holds():
    taken = versions.take(make_full_article())
    other = Article(section=section(), slug="autre")
    versions.put(taken, other)
    assert versions.take(other) == taken


def test_a_snapshot_put_back_gives_replaced_files_back():
    article = make_full_article()
    taken = versions.take(article)
    image, shown = article.carousel_images.get(), article.body_images.get()
    image.file = shown.file = store("c.png", image_bytes(162))
    image.save()
    shown.save()
    article.attachments.all().delete()
    versions.put(taken, article)
    assert versions.take(article) == taken


def test_a_version_is_read_as_it_was_recorded():
    article = make_full_article(
        changes=[{"on": "2024-03-05", "note": "Le guichet ouvre le samedi."}],
        updated_on="2024-03-05",
        status=Status.WITHDRAWN,
        withdrawal_notice="Ce guichet a fermé.",
    )
    version = versions.record(article, None)
    read = versions.snapshot_of(version)
    assert read == versions.take(article)
    assert read.post.changes == (PostChange(date(2024, 3, 5), "Le guichet ouvre le samedi."),)
    assert read.post.withdrawal_notice == "Ce guichet a fermé."


def test_what_has_not_changed_makes_no_version():
    article = make_full_article()
    user = make_user()
    first = versions.record(article, user)
    assert (first.number, first.status_before, first.status_after) == (1, "", "published")
    assert versions.record(article, user) is None
    article.title = "Autre titre"
    article.save()
    second = versions.record(article, user, note="Coquille.")
    assert (second.number, second.author, second.author_name, second.note) == (2, user, "agent", "Coquille.")
    assert not second.is_transition


@pytest.mark.parametrize("said", [{"note": "Relu."}, {"public_note": "Samedi.", "is_major": True}])
def test_what_somebody_says_makes_a_version_though_nothing_changed(said):
    article = make_article()
    versions.record(article, None)
    assert versions.record(article, None, note="", public_note="", is_major=False) is None
    made = versions.record(article, None, **said)
    assert {name: getattr(made, name) for name in said} == said


@pytest.mark.parametrize("change", ["file", "address"])
def test_a_file_or_an_address_alone_makes_a_version(change):
    article = make_full_article()
    versions.record(article, None)
    if change == "file":
        article.attachments.update(file=store("d.png", image_bytes(163)))
    else:
        Article.objects.update(slug="ailleurs")
    assert versions.record(article, None).number == 2


def test_a_transition_makes_a_version_though_nothing_else_changed():
    article = make_article(status=Status.DRAFT)
    versions.record(article, None)
    Article.objects.update(status=Status.IN_REVIEW)
    moved = versions.record(article, None, Act.SUBMITTED)
    assert (moved.status_before, moved.status_after, moved.is_transition) == ("draft", "in_review", True)


def test_each_version_holds_the_hash_of_the_one_before():
    article = make_article()
    first = versions.record(article, None)
    second = versions.record(article, None, Act.RESTORED, about=1)
    first, second = Version.objects.order_by("number")  # as stored
    assert first.sha256 == first.sealed_hash(None)
    assert second.sha256 == second.sealed_hash(first)
    assert second.content_sha256 == second.content_hash() == first.content_sha256


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 7),
        ("act", Act.DELETED),
        ("status_before", "draft"),
        ("status_after", "draft"),
        ("is_major", True),
        ("about", 3),
        ("author_name", "Autre"),
        ("created_at", datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_a_version_says_of_itself_is_in_its_hash(name, value):
    version = versions.record(make_article(), None)
    setattr(version, name, value)
    assert version.sealed_hash(None) != version.sha256
    assert version.content_hash() == version.content_sha256


@pytest.mark.parametrize("name", ["title", "address", "dump", "files", "public_note", "note"])
def test_what_an_article_said_is_in_the_hash_of_the_content(name):
    version = versions.record(make_article(), None)
    setattr(version, name, {"image:a": "0"} if name == "files" else "autre")
    assert version.content_hash() != version.content_sha256


def test_a_version_outlives_its_article_and_its_author():
    article, user = make_article(), make_user()
    versions.record(article, user)
    article.delete()
    user.delete()
    version = Version.objects.get()
    assert (version.article_uuid, version.author, version.author_name) == (article.uuid, None, "agent")


def test_a_file_of_a_version_outlives_its_article():
    article = make_full_article()
    version = versions.record(article, None)
    article.delete()
    assert StoredFile.objects.filter(sha256__in=version.files.values()).count() == 4


def test_an_erased_version_cannot_be_read():
    version = versions.record(make_article(), None)
    version.erased_at = timezone.now()
    with pytest.raises(versions.ErasedVersionError):
        versions.snapshot_of(version)


def test_recording_takes_as_many_queries_whatever_an_article_holds():
    with CaptureQueriesContext(connection) as few:
        versions.record(make_full_article(), None)
    article = make_full_article()
    for _ in range(5):
        make_carousel_image(article)
        make_attachment(article)
    with CaptureQueriesContext(connection) as many:
        versions.record(article, None)
    assert len(many) <= 14 < len(few)  # few has made its article too


def test_many_articles_are_recorded_where_they_changed(django_assert_max_num_queries):
    articles = [make_full_article() for _ in range(5)]
    assert versions.begin(Article.objects.all()) == 5
    assert versions.begin(Article.objects.all()) == 0
    for article in articles[:3]:
        article.title += " bis"
        article.save()
    with django_assert_max_num_queries(14):
        assert versions.record_all(Article.objects.all(), None, Act.SAVED) == 3
    assert list(Version.objects.filter(number=2).values_list("article_uuid", flat=True)) == [
        article.uuid for article in reversed(articles[:3])
    ]
    for version in Version.objects.filter(number=2):
        first = Version.objects.get(article_uuid=version.article_uuid, number=1)
        assert version.sha256 == version.sealed_hash(first)


def test_recording_many_articles_takes_the_memory_of_a_few(monkeypatch):
    monkeypatch.setattr(versions, "CHUNK", 2)

    for _ in range(60):
        make_article()
    body = "Un mot. " * 50_000
    Article.objects.update(body=body)
    tracemalloc.start()
    assert versions.begin(Article.objects.all()) == 60
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * len(body)


def test_a_history_tells_what_was_prepared_beside_an_article():
    live = make_article(published_at=timezone.now() - timedelta(days=3))
    versions.record(live, None)
    beside = make_article(status=Status.DRAFT, replaces=live, slug=live.slug)
    version = versions.record(beside, None, Act.PREPARED)
    assert version.beside_uuid == live.uuid
    assert list(Version.objects.of(live.uuid).values_list("article_uuid", flat=True)) == [
        beside.uuid,
        live.uuid,
    ]


def test_the_longest_name_of_a_person_is_kept_whole():
    by = make_user(first_name="p" * 150, last_name="n" * 150)
    version = versions.record(make_article(), by)
    version.clean_fields(exclude=["about", "beside_uuid", "erased_at", "status_before"])
    assert version.author_name == by.get_full_name()
