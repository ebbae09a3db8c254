from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Status
from articles.neighbours import ALIKE, RELATED, around

from .factories import make_article, section

pytestmark = pytest.mark.django_db


def neighbours(article):
    return around(article, list(article.tags.all()))


def ago(days):
    return timezone.now() - timedelta(days=days)


def titles(articles):
    return [article.title for article in articles]


def test_everything_comes_in_one_query(django_assert_num_queries):
    article = make_article(tags=["a", "b"])
    make_article(translation_of=article, language="en")
    for days in range(2, 9):
        make_article(published_at=ago(days), tags=["a"])
    tags = list(article.tags.all())
    with django_assert_num_queries(1):
        found = around(article, tags)
        assert (len(found.translations), len(found.related)) == (1, RELATED)
        assert found.related[0].section.prefix == "actualites"


# --- translations


def test_versions_of_an_article_find_each_other_by_language():
    original = make_article()
    english = make_article(language="en", translation_of=original)
    german = make_article(language="de", translation_of=original)
    make_article(language="es", translation_of=original, status=Status.DRAFT)
    assert neighbours(original).translations == (german, english)
    assert neighbours(german).translations == (english, original)


def test_a_page_of_the_site_has_translations_alone():
    page = make_article(section=section("pages"), tags=["a"])
    english = make_article(section=section("pages"), language="en", translation_of=page, tags=["a"])
    make_article(tags=["a"])
    found = neighbours(page)
    assert found.translations == (english,)
    assert (found.previous, found.following, found.related) == (None, None, ())


# --- before and after


def test_before_and_after_are_the_nearest_of_the_section():
    first, second, third, _fourth = [make_article(published_at=ago(days)) for days in (40, 30, 20, 10)]
    make_article(section=section("communiques"), published_at=ago(29))
    found = neighbours(second)
    assert (found.previous, found.following) == (first, third)
    assert neighbours(first).previous is None


def test_articles_of_one_moment_follow_each_other_without_a_loop():
    moment = ago(5)
    articles = [make_article(published_at=moment) for _ in range(3)]
    assert [neighbours(each).following for each in articles] == [articles[1], articles[2], None]
    assert [neighbours(each).previous for each in articles] == [None, articles[0], articles[1]]


def test_events_follow_each_other_by_their_own_day():
    late, early = [
        make_article(section=section("evenements"), published_at=ago(published), event_starts_at=ago(starts))
        for published, starts in ((9, 2), (8, 7))
    ]
    undated = make_article(section=section("evenements"), published_at=ago(5))
    assert (neighbours(early).following, neighbours(undated).following) == (undated, late)
    assert neighbours(late).previous == undated


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN},
        {"status": Status.WITHDRAWN, "withdrawal_notice": "Périmé."},
        {"published_at": timezone.now() + timedelta(days=1)},
        {"ends_at": timezone.now() - timedelta(hours=1)},
        {"redirect_to": "/agenda/"},
    ],
)
def test_what_is_not_public_is_nobodys_neighbour(hidden):
    article = make_article(published_at=ago(10), tags=["a"])
    make_article(**({"published_at": ago(5), "tags": ["a"]} | hidden))
    make_article(language="en", translation_of=article, **({"published_at": ago(5)} | hidden))
    found = neighbours(article)
    assert (found.translations, found.previous, found.following, found.related) == ((), None, None, ())


def test_readers_go_on_in_their_language():
    french = make_article(published_at=ago(4))
    english = make_article(published_at=ago(3), language="en")
    assert neighbours(french).following is None
    assert neighbours(english).previous is None


# --- related


def test_the_most_alike_come_first_then_the_latest_of_the_section():
    article = make_article(tags=["a", "b"], published_at=ago(100))
    for title, days, tags, collection in [
        ("Une ailleurs", 30, ["a"], "communiques"),
        ("Deux", 50, ["a", "b", "c"], "communiques"),
        ("Une ici", 40, ["b"], "actualites"),
        ("Autre", 2, ["c"], "communiques"),
    ]:
        make_article(title=title, published_at=ago(days), tags=tags, section=section(collection))
    make_article(published_at=ago(99), title="Suivante")
    assert titles(neighbours(article).related) == ["Deux", "Une ici", "Une ailleurs"]


def test_an_article_without_tags_is_related_to_the_latest_of_its_section():
    article = make_article(published_at=ago(100))
    for days in (99, 30, 20, 10, 5):
        make_article(published_at=ago(days), title=f"Il y a {days} jours")
    assert titles(neighbours(article).related) == ["Il y a 5 jours", "Il y a 10 jours", "Il y a 20 jours"]


def test_what_stands_before_or_after_is_not_said_twice():
    before, article, after = [make_article(published_at=ago(days), tags=["a"]) for days in (3, 2, 1)]
    found = neighbours(article)
    assert (found.previous, found.following, found.related) == (before, after, ())


def test_the_own_language_comes_first_and_each_text_once():
    article = make_article(language="en", tags=["a"], published_at=ago(9))
    french = make_article(tags=["a"], title="Partir", published_at=ago(8))
    make_article(tags=["a"], title="Leaving", language="en", translation_of=french, published_at=ago(7))
    make_article(tags=["a"], title="Rester", published_at=ago(6))
    make_article(tags=["a"], title="Next", language="en", published_at=ago(8.5))
    assert titles(neighbours(article).related) == ["Leaving", "Rester"]
    assert "Leaving" not in titles(neighbours(make_article(tags=["a"])).related)


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": Status.DRAFT},
        {"ends_at": timezone.now() - timedelta(hours=1)},
        {"redirect_to": "/agenda/"},
        {"language": "en"},
    ],
)
def test_what_readers_do_not_see_takes_nobodys_place(hidden):
    article = make_article(tags=["a", "b"])
    make_article(title="Suivante")
    make_article(title="Commune", tags=["a"], section=section("communiques"), published_at=ago(50))
    for _ in range(ALIKE + 1):
        original = make_article(published_at=ago(30), section=section("publications"))
        hidden_too = {"translation_of": original} if "language" in hidden else {}
        make_article(tags=["a", "b"], **{"published_at": ago(9)} | hidden | hidden_too)
    assert titles(neighbours(article).related)[0] == "Commune"


def test_of_more_that_are_as_alike_the_latest_are_related():
    article = make_article(tags=["a"], published_at=ago(200))
    for days in range(10, 10 + ALIKE + 5):
        make_article(
            tags=["a"], title=f"{days}", section=section("communiques"), published_at=ago(days + 0.5)
        )
    assert titles(neighbours(article).related) == ["10", "11", "12"]


def test_an_article_is_not_related_to_itself_in_another_language():
    original = make_article(tags=["a"])
    english = make_article(tags=["a"], language="en", translation_of=original)
    assert neighbours(original).related == neighbours(english).related == ()
