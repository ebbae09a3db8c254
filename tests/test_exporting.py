from dataclasses import fields, replace
from datetime import timedelta
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, reject, settings

from articles import jekyll
from articles.applying import apply
from articles.exporting import PLAIN_FIELDS, dump, post_of
from articles.models import Article
from articles.models.articles import RENDERED
from articles.posts import Post
from articles.text import INVISIBLE

from .factories import make_article, make_attachment, make_carousel_image, make_video, section
from .test_jekyll import EVERYTHING, posts

pytestmark = pytest.mark.django_db

numbers = count(1)


def on_rows(post: Post) -> Article:
    article = Article(section=section(), slug=f"billet-{next(numbers)}")
    apply(post, article)
    return Article.objects.get(pk=article.pk)


def storable(post: Post) -> Post:
    """The post as rows can hold it: what they level, levelled."""
    ends_at = post.ends_at
    if ends_at and post.published_at and ends_at <= post.published_at:
        ends_at = post.published_at + timedelta(days=1)
    return replace(
        post,
        ends_at=ends_at,
        images=tuple(replace(each, alt=each.alt.strip(INVISIBLE)) for each in post.images),
        translation_of=post.translation_of and f"/{post.translation_of.strip('/')}/",
    )


def test_every_field_of_a_post_comes_back_from_rows():
    assert post_of(on_rows(EVERYTHING)) == EVERYTHING


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(posts())
def test_what_is_put_onto_rows_is_read_back(post):
    post = storable(post)
    Article.objects.all().delete()  # an address leads to one article only
    try:
        article = on_rows(post)
    except ValidationError:  # longer than a field
        reject()
    assert post_of(article) == post


def test_no_field_of_an_article_is_forgotten():
    elsewhere = {
        # what a post's own parts or its name say
        *("id", "section", "slug", "translation_of", "extra"),
        # what follows from other fields, or from the clock
        *RENDERED.values(),
        *("created_at", "modified_at"),
    }
    stored = {field.name for field in Article._meta.concrete_fields}
    assert stored == set(PLAIN_FIELDS) | elsewhere
    parts = {"tags", "images", "videos", "documents", "translation_of", "old_addresses", "extra"}
    assert {field.name for field in fields(Post)} == set(PLAIN_FIELDS) | parts


def test_a_dump_is_a_post_that_says_the_same():
    article = make_article(tags=["démarches", "Open data"], body="[[video:film]]")
    make_carousel_image(article, caption="Une légende", credit="Service photo")
    make_carousel_image(article, alt_text="", needs_alt=True)
    make_video(article, key="film", transcript="Bonjour.")
    original = make_attachment(article)
    make_attachment(article, language="en", accessible_version_of=original)
    assert jekyll.parse(dump(article).encode(), "a.md").post == post_of(article)


def test_a_dump_takes_a_handful_of_queries(django_assert_max_num_queries):
    article = make_article(tags=["un", "deux"])
    for _ in range(5):
        make_attachment(article)
        make_carousel_image(article)
    with django_assert_max_num_queries(5):
        dump(article)
