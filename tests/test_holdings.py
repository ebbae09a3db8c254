import pytest

from articles.holdings import held_by

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    pdf_bytes,
    store,
)

pytestmark = pytest.mark.django_db


def test_everything_comes_in_one_query_as_its_own_table_has_it(django_assert_num_queries):
    article = make_article(body="![Une carte](/uploads/carte.png)", tags=["Écologie", "Données"])
    article.body_images.update(file=store("carte.png", image_bytes(80)))
    for position in (2, 1):
        make_carousel_image(article, position=position)
    make_video(article, poster=store("vignette.png", image_bytes(90)), transcript="Un *texte*.")
    make_attachment(article, file=store("document.pdf", pdf_bytes(2)))
    make_carousel_image(make_article(tags=["Ailleurs"]))
    with django_assert_num_queries(1):
        [holdings] = held_by([article])
    assert holdings.carousel_images == tuple(article.carousel_images.all())
    assert holdings.body_images == tuple(article.body_images.all())
    assert holdings.attachments == tuple(article.attachments.all())
    assert [tag.name for tag in holdings.tags] == ["Écologie", "Données"]
    [video], stored = holdings.video_embeds, article.video_embeds.get()
    assert (video, video.transcript_html, video.poster) == (stored, stored.transcript_html, stored.poster)


def test_values_have_the_types_of_their_fields():
    article = make_article()
    image = make_carousel_image(article, alt_text="", needs_alt=True)
    make_attachment(article)
    [found], [document] = held_by([article])[0].carousel_images, held_by([article])[0].attachments
    assert found.needs_alt is True
    assert found.file.renditions == image.file.renditions
    assert found.file.image_source() == image.file.image_source()
    assert document.file.page_count in (1, 2, 3)
    assert document.file.is_tagged in (True, False)


def test_what_has_no_file_has_none():
    article = make_article()
    make_carousel_image(article, file=None)
    make_video(article)
    [holdings] = held_by([article])
    assert holdings.carousel_images[0].file is None
    assert holdings.video_embeds[0].poster is None


def test_an_accessible_version_knows_its_original(django_assert_num_queries):
    article = make_article()
    original = make_attachment(article)
    make_attachment(article, accessible_version_of=original)
    with django_assert_num_queries(1):
        first, second = held_by([article])[0].attachments
        assert second.accessible_version_of is first
        assert first.accessible_version_of is None


def test_each_of_many_has_its_own_in_one_query(django_assert_num_queries):
    first, bare, last = make_article(tags=["Écologie"]), make_article(), make_article(tags=["Écologie"])
    mine, other = make_attachment(first), make_attachment(last)
    with django_assert_num_queries(1):
        holdings = held_by([last, bare, first])
    assert [held.attachments for held in holdings] == [(other,), (), (mine,)]
    assert [len(held.tags) for held in holdings] == [1, 0, 1]
