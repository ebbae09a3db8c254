from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import sitemaps
from articles.models import Status

from .factories import image_bytes, make_article, make_carousel_image, section, store

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
NAMES = {
    "": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def tree(address: str) -> ElementTree.Element:
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    return ElementTree.fromstring(response.content)


def pages(address: str) -> dict[str, ElementTree.Element]:
    """The entries of a sitemap by their path."""
    return {entry.findtext("loc", None, NAMES).removeprefix(SITE): entry for entry in tree(address)}


def files() -> dict[str, str]:
    """What the index names, and when it says that it changed."""
    found = pages("/sitemap.xml")
    return {path: entry.findtext("lastmod", None, NAMES) for path, entry in found.items()}


@pytest.fixture(autouse=True)
def one_file_of_articles(monkeypatch):
    """Keys go on from test to test on PostgreSQL: two articles may lie on both sides of a full thousand."""
    monkeypatch.setattr(sitemaps, "PER_FILE", 10**9)


def articles_file() -> str:
    """The only file of articles."""
    [name] = [name for name in files() if "-articles-" in name]
    return name


def test_the_index_leads_to_every_public_page():
    last_night = datetime(2024, 12, 31, 23, 30, tzinfo=timezone.get_default_timezone())
    for collection in ("actualites", "communiques", "evenements"):
        make_article(section=section(collection), slug=collection, tags=["Eau"], published_at=last_night)
    make_article(section=section("pages"), slug="mentions-legales")
    assert tree("/sitemap.xml").tag == f"{{{NAMES['']}}}sitemapindex"
    found = {path for file in files() for path in pages(file)}
    assert found == {
        "/",
        "/actualites/",
        "/actualites/actualites/",
        "/agenda/",
        "/agenda/evenements/",
        "/annonces/",
        "/annonces/2024/",
        "/annonces/2024/12/",
        "/espace-presse/",
        "/espace-presse/communiques/",
        "/mentions-legales/",
        "/mots-cles/eau/",
        "/plan-du-site/",
    }
    for path in found:
        assert Client().get(path).status_code == 200


def test_what_is_not_public_or_only_leads_elsewhere_is_in_no_file():
    make_article(status=Status.DRAFT, tags=["Secret"])
    make_article(redirect_to="/agenda/", tags=["Ailleurs"])
    make_article(ends_at=timezone.now() - timedelta(hours=1))
    assert {path for file in files() for path in pages(file)} == {"/", "/annonces/", "/plan-du-site/"}
    assert files().keys() == {"/sitemap-listes.xml", "/sitemap-nouvelles.xml"}


def test_a_page_changed_when_it_was_published_or_when_an_editor_says():
    published = datetime(2025, 1, 15, 22, 30, tzinfo=timezone.get_default_timezone())
    article = make_article(slug="a", published_at=published, updated_on=date(2025, 1, 15))
    address, path = articles_file(), "/actualites/a/"
    assert files()[address] == "2025-01-15T22:30:00+01:00"
    assert pages(address)[path].findtext("lastmod", None, NAMES) == "2025-01-15T22:30:00+01:00"
    article.title = "Une coquille de moins"
    article.save()
    assert pages(address)[path].findtext("lastmod", None, NAMES) == "2025-01-15T22:30:00+01:00"
    article.updated_on = date(2025, 1, 16)
    article.save()
    assert pages(address)[path].findtext("lastmod", None, NAMES) == files()[address] == "2025-01-16"
    assert pages("/sitemap-listes.xml")["/actualites/"].findtext("lastmod", None, NAMES) == "2025-01-16"


def test_an_update_to_come_is_no_change_yet():
    published = datetime(2025, 1, 15, 22, 30, tzinfo=timezone.get_default_timezone())
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_article(slug="a", published_at=published, updated_on=tomorrow)
    address = articles_file()
    assert files()[address] == "2025-01-15T22:30:00+01:00"
    assert pages(address)["/actualites/a/"].findtext("lastmod", None, NAMES) == files()[address]
    assert "Mis à jour le" not in Client().get("/actualites/a/").content.decode()
    make_article(published_at=published, updated_on=date(2025, 1, 17))
    assert files()[address] == "2025-01-17"


def test_a_page_names_the_images_that_it_shows():
    article = make_article(slug="a", body="![Vue](/uploads/vue.png)")
    article.body_images.update(file=store("vue.png", image_bytes(700)))
    image = make_carousel_image(article)
    make_carousel_image(article, file=image.file)
    make_carousel_image(article, file=None)
    entry = pages(articles_file())["/actualites/a/"]
    found = [each.text.removeprefix(SITE) for each in entry.iterfind("image:image/image:loc", NAMES)]
    assert found == [image.file.image_source().src, article.body_images.get().file.image_source().src]
    for path in found:
        response = Client().get(path)
        response.close()
        assert response.status_code == 200


def test_translations_name_each_other_and_themselves():
    original = make_article(slug="a")
    make_article(slug="b", language="en", translation_of=original)
    make_article(slug="c", language="de", translation_of=original, status=Status.DRAFT)
    make_article(slug="seul")
    found = pages(articles_file())
    links = {
        path: {
            (link.get("hreflang"), link.get("href").removeprefix(SITE))
            for link in entry.iterfind("xhtml:link[@rel='alternate']", NAMES)
        }
        for path, entry in found.items()
    }
    both = {("fr", "/actualites/a/"), ("en", "/actualites/b/")}
    assert links == {"/actualites/a/": both, "/actualites/b/": both, "/actualites/seul/": set()}


def test_news_are_those_of_the_last_two_days():
    make_article(slug="hier", title="Hier & « aujourd’hui »\x0b", language="zh-hans")
    make_article(slug="avant", published_at=timezone.now() - timedelta(days=3))
    make_article(section=section("pages"), slug="une-page")
    [(path, entry)] = pages("/sitemap-nouvelles.xml").items()
    assert path == "/actualites/hier/"
    assert entry.findtext("news:news/news:title", None, NAMES) == "Hier & « aujourd’hui »"
    assert entry.findtext("news:news/news:publication/news:name", None, NAMES) == "Annonces"
    assert entry.findtext("news:news/news:publication/news:language", None, NAMES) == "zh-cn"
    published = datetime.fromisoformat(entry.findtext("news:news/news:publication_date", None, NAMES))
    assert timedelta(hours=23) < timezone.now() - published < timedelta(hours=25)


def test_a_big_site_has_several_files_and_a_page_stays_in_its_own(monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_FILE", 3)
    articles = [make_article(tags=[f"Mot {number}"]) for number in range(7)]
    last = make_article(language="en", translation_of=articles[0])
    names = [name for name in files() if "-articles-" in name]
    assert len(names) in (3, 4)
    where = {path: name for name in names for path in pages(name)}
    assert where.keys() == {each.get_absolute_url() for each in (*articles, last)}
    assert where[last.get_absolute_url()] == where[articles[0].get_absolute_url()]
    assert max(len(pages(name)) for name in names) <= 4
    articles[1].delete()
    assert {path: name for name in names for path in pages(name)}.items() < where.items()
    assert sum(len(pages(name)) for name in files() if "-mots-cles-" in name) == 6


@pytest.mark.parametrize("number", ["0", "01", "999999999", "9" * 30, "abc", "-1", "١"])
def test_a_file_that_does_not_exist_is_not_found(number):
    make_article(tags=["Eau"])
    for kind in ("articles", "mots-cles"):
        assert Client().get(f"/sitemap-{kind}-{number}.xml").status_code == 404


def test_queries_do_not_grow_with_the_site():
    def fill(count: int) -> None:
        for _ in range(count):
            article = make_article(tags=[f"mot {count}", "commun"], body="![Vue](/uploads/vue.png)")
            article.body_images.update(file=picture)
            make_carousel_image(article, file=picture)
            make_article(language="en", translation_of=article)

    def count_queries() -> dict[str, int]:
        counts = {}
        for address in ["/sitemap.xml", *files()]:
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(address).status_code == 200
            counts[address] = len(queries)
        return counts

    picture = store("vue.png", image_bytes())
    fill(1)
    few = count_queries()
    fill(20)
    assert count_queries() == few
    assert len(few) == 5
    assert max(few.values()) <= 3


def test_robots_are_told_where_the_sitemap_is_and_what_not_to_read():
    response = Client().get("/robots.txt")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert "Disallow: /admin/" in lines


def test_the_icon_is_where_browsers_look_for_it():
    response = Client().get("/favicon.ico")
    assert response.status_code == 302
    assert response["Cache-Control"].startswith("public, max-age=")
    assert response["Location"].startswith("/static/articles/favicon")
