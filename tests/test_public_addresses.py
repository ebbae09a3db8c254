"""Every public address pattern, and what an article that is not public does there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from articles import sitemaps, urls
from articles.models import Article, Attachment, CarouselImage, Status, Tag

from .factories import make_article, make_attachment, make_carousel_image, section


@dataclass(frozen=True)
class Row:
    """Where the article would be seen, and what happens there when it is not public.

    What is `seen` there once it is public is its address, or another that only its being public gives.
    """

    address: Callable[[Article], str]
    outcome: Literal["not found", "absent", "never named", "only by link"]
    collection: str = "actualites"
    translated: bool = False
    seen: Callable[[Article], str] = Article.get_absolute_url


def file_of(article: Article) -> str:
    return Attachment.objects.get(article=article).address


def rendition_of(article: Article) -> str:
    return CarouselImage.objects.get(article=article).file.image_source().src


def year_of(article: Article) -> int:
    return timezone.localtime(article.published_at or timezone.now()).year


def month_of(article: Article) -> int:
    return timezone.localtime(article.published_at or timezone.now()).month


def own_tag_of(article: Article) -> str:
    return Tag.objects.named([f"Mot de {article.pk}"])[0].get_absolute_url()


def feed_of_section(article: Article) -> str:
    return f"{article.section.get_absolute_url()}flux.rss"


def feed_of_own_tag(article: Article) -> str:
    return f"{own_tag_of(article)}flux.json"


def old_feed_of_section(article: Article) -> str:
    return reverse("old_section_feed", args=[article.section.collection])


def sitemap_of(article: Article) -> str:
    """The file of the sitemap that has the address of the article, or would have it."""
    original = article.translation_of_id or article.pk
    return reverse("sitemap_articles", args=[(original - 1) // sitemaps.PER_FILE + 1])


def sitemap_of_tag(article: Article) -> str:
    tag = Tag.objects.named([f"Mot de {article.pk}"])[0]
    return reverse("sitemap_tags", args=[(tag.pk - 1) // sitemaps.PER_FILE + 1])


NO_TOKEN = "1.jeton"

TABLE = {
    "agenda_calendar": Row(
        lambda article: reverse("agenda_calendar", args=[article.section.prefix]),
        "absent",
        collection="evenements",
    ),
    "event_calendar": Row(
        lambda article: f"{article.get_absolute_url()}evenement.ics", "not found", collection="evenements"
    ),
    "robots": Row(lambda article: reverse("robots"), "never named"),
    "favicon": Row(lambda article: reverse("favicon"), "never named"),
    "sitemap": Row(lambda article: reverse("sitemap"), "never named"),
    "sitemap_lists": Row(lambda article: reverse("sitemap_lists"), "never named"),
    "sitemap_news": Row(lambda article: reverse("sitemap_news"), "absent"),
    "sitemap_tags": Row(sitemap_of_tag, "absent", seen=own_tag_of),
    "sitemap_articles": Row(sitemap_of, "absent", translated=True),
    "feed": Row(lambda article: "/flux.atom", "absent"),
    "section_feed": Row(feed_of_section, "absent"),
    "tag_feed": Row(feed_of_own_tag, "not found"),
    "old_feed": Row(lambda article: "/feed.xml", "absent"),
    "old_section_feed": Row(old_feed_of_section, "absent"),
    "home": Row(lambda article: reverse("home"), "absent"),
    "section": Row(lambda article: article.section.get_absolute_url(), "absent"),
    "announcements": Row(lambda article: reverse("announcements"), "absent"),
    "year": Row(lambda article: reverse("year", args=[year_of(article)]), "absent"),
    "month": Row(lambda article: reverse("month", args=[year_of(article), month_of(article)]), "absent"),
    "page": Row(Article.get_absolute_url, "not found", collection="pages"),
    "article": Row(Article.get_absolute_url, "not found"),
    "site_map": Row(lambda article: reverse("site_map"), "absent", collection="pages"),
    "tag": Row(own_tag_of, "not found"),
    "search": Row(lambda article: reverse("search") + "?q=introuvable", "absent"),
    "shared": Row(lambda article: reverse("shared", args=[NO_TOKEN]), "only by link"),
    "shared_file": Row(lambda article: f"/partage/{NO_TOKEN}/fichiers{file_of(article)}", "only by link"),
    "shared_rendition": Row(
        lambda article: f"/partage/{NO_TOKEN}/fichiers{rendition_of(article)}", "only by link"
    ),
    "file": Row(file_of, "not found"),
    "rendition": Row(rendition_of, "not found"),
}
OTHER_PLACES = {
    "the feed in RSS": Row(lambda article: "/flux.rss", "absent"),
    "the feed in JSON": Row(lambda article: "/flux.json", "absent", translated=True),
    "the feed of a tag that others bear": Row(lambda article: "/mots-cles/commun/flux.atom", "absent"),
    "the agenda": Row(lambda article: article.section.get_absolute_url(), "absent", collection="evenements"),
    "a tag that others bear": Row(lambda article: reverse("tag", args=["commun"]), "absent"),
    "its original": Row(lambda article: article.translation_of.get_absolute_url(), "absent", translated=True),
    "the footer": Row(lambda article: reverse("home"), "absent", collection="pages"),
}
PLACES = TABLE | OTHER_PLACES
# Where what is public is seen by everybody alike.
OPEN_PLACES = {name: row for name, row in PLACES.items() if row.outcome != "only by link"}

STAY_UNDER_A_NOTICE = ("page", "article", "file", "rendition")
LEAVE_WITH_A_NOTICE = ("event_calendar", "tag", "tag_feed")
GONE_WITH_IT = (*STAY_UNDER_A_NOTICE, *LEAVE_WITH_A_NOTICE)

HOUR = timedelta(hours=1)
NOT_PUBLIC = {
    "draft": lambda now: {"status": Status.DRAFT},
    "in review": lambda now: {"status": Status.IN_REVIEW},
    "withdrawn": lambda now: {"status": Status.WITHDRAWN},
    "withdrawn under a notice": lambda now: {"status": Status.WITHDRAWN, "withdrawal_notice": "Périmé."},
    "withdrawn under a notice, and its end has come": lambda now: {
        "status": Status.WITHDRAWN,
        "withdrawal_notice": "Périmé.",
        "published_at": now - 2 * HOUR,
        "ends_at": now - HOUR,
    },
    "scheduled": lambda now: {"published_at": now + HOUR},
    "ended": lambda now: {"published_at": now - 2 * HOUR, "ends_at": now - HOUR},
    "leading elsewhere": lambda now: {"redirect_to": "/plan-du-site/"},
}


def patterns_without_row(patterns: list[URLPattern]) -> list[str]:
    return [f"{pattern.pattern} ({pattern.name})" for pattern in patterns if pattern.name not in TABLE]


def make_placed(row: Row, **overrides) -> Article:
    """An article that each place would show: tagged, pinned, with a file and an image."""
    other = make_article(title="Un autre", tags=["commun"])
    article = make_article(
        section=section(row.collection),
        title="Annonce introuvable",
        slug="accessibilite",
        language="en",
        translation_of=other if row.translated else None,
        pinned=True,
        event_starts_at=timezone.now() + HOUR,
        **overrides,
    )
    article.tags.set(["commun", f"Mot de {article.pk}"])
    make_attachment(article, title="Annonce introuvable")
    make_carousel_image(article, caption="Annonce introuvable")
    return article


def body_of(response: HttpResponse) -> bytes:
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("state", NOT_PUBLIC)
@pytest.mark.parametrize("place", PLACES)
def test_an_article_that_is_not_public_is_seen_nowhere(db, place, state):
    row = PLACES[place]
    article = make_placed(row, **NOT_PUBLIC[state](timezone.now()))
    response = Client().get(row.address(article))
    if article.redirect_to and row.address(article) == article.get_absolute_url():
        assert (response.status_code, response["Location"]) == (301, article.redirect_to)
    elif article.is_readable() and place in STAY_UNDER_A_NOTICE:
        assert response.status_code == 200
        return
    elif row.outcome in ("not found", "only by link"):
        was_its_own = state in ("withdrawn", "ended") and place in GONE_WITH_IT
        was_its_own |= state.startswith("withdrawn under a notice") and place in LEAVE_WITH_A_NOTICE
        assert response.status_code == (410 if was_its_own else 404)
    else:
        assert response.status_code in (200, 302)
    for words in ("Annonce introuvable", article.get_absolute_url(), row.seen(article)):
        assert words not in response.content.decode()


@pytest.mark.parametrize("place", OPEN_PLACES)
def test_the_same_article_is_seen_once_public(db, place):
    row = PLACES[place]
    article = make_placed(row)
    response = Client().get(row.address(article))
    body = body_of(response)
    assert response.status_code in (200, 302)
    if row.outcome != "not found":
        assert (row.seen(article).encode() in body) == (row.outcome == "absent")


@pytest.mark.parametrize("place", sorted(PLACES.keys() - OPEN_PLACES.keys()))
def test_without_its_token_a_link_leads_nowhere_even_to_what_is_public(db, place):
    response = Client().get(PLACES[place].address(make_placed(PLACES[place])))
    assert response.status_code == 404
    assert "Annonce introuvable" not in response.content.decode()


def test_every_pattern_has_its_row():
    assert patterns_without_row(urls.urlpatterns) == []
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


def test_a_pattern_without_row_is_found():
    new = path("brouillons/<int:pk>/", lambda request, pk: HttpResponse(), name="drafts")
    assert patterns_without_row([*urls.urlpatterns, new]) == ["brouillons/<int:pk>/ (drafts)"]


def test_the_admin_and_the_public_site_are_all_that_answers():
    from dcant_site.urls import urlpatterns

    assert [str(pattern.pattern) for pattern in urlpatterns] == ["admin/", ""]
