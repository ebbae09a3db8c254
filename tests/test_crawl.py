"""The whole site, followed link by link: nothing is broken, hidden, foreign, or reached by detours."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import include, path

from articles.models import Article, Kind, Section

from .crawling import crawl
from .factories import make_article

PROJECT = Path(__file__).resolve().parents[1]
CORPUS = PROJECT.parent / "shared" / "corpus"

pytestmark = pytest.mark.django_db


def public_addresses() -> set[str]:
    return {
        unquote(article.get_absolute_url()) for article in Article.objects.public().select_related("section")
    }


def test_the_sample_site_has_no_broken_link_no_orphan_no_chain_and_nothing_foreign(sample_media, capsys):
    call_command("import_posts", PROJECT / "fixtures" / "posts", media=sample_media)
    call_command("create_pages")
    help_pages = Section.objects.create(title="Aide", prefix="aide", kind=Kind.PAGE, collection="aide")
    make_article(section=help_pages, slug="contact")
    found = crawl()
    assert "/aide/" in found.seen
    assert public_addresses() - {unquote(address) for address in found.seen} == set()
    assert (found.broken, found.chains, found.foreign, found.missing_parts) == (set(), set(), set(), set())


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the real posts are not beside the project")
def test_an_imported_site_has_only_the_broken_links_that_its_posts_had(settings, capsys):
    call_command("import_posts", CORPUS / "site")
    found = crawl()
    assert public_addresses() - {unquote(address) for address in found.seen} == set()
    assert (found.chains, found.foreign) == (set(), set())
    sources = "\n".join(unquote(path.read_text()) for path in (CORPUS / "site").rglob("*.m*"))
    assert {link for _page, link in found.broken if unquote(link) not in sources} == set()


def test_what_is_broken_chained_or_foreign_is_found(settings):
    settings.ROOT_URLCONF = __name__
    found = crawl("/faulty/")
    assert {link for _page, link in found.broken} == {"/nowhere/"}
    assert {link for _page, link in found.missing_parts} == {"/faulty/#absent"}
    assert {link for _page, link in found.chains} == {"/first/"}
    assert {link for _page, link in found.foreign} == {"https://other.example/a.js", "//other.example/b.png"}
    assert found.seen == {"/faulty/", "/third/", "/second/"}


FAULTY = """<p id="here"><a href="#absent">1</a> <a href="#here">2</a> <a href="/nowhere/">3</a>
<a href="/first/">4</a> <a href="/second/">5</a> <a href="https://other.example/">6</a></p>
<script src="https://other.example/a.js"></script><img srcset="//other.example/b.png 2x" alt="">"""

urlpatterns = [
    path("faulty/", lambda request: HttpResponse(FAULTY)),
    path("first/", lambda request: HttpResponseRedirect("/second/")),
    path("second/", lambda request: HttpResponseRedirect("/third/")),
    path("third/", lambda request: HttpResponse("")),
    path("", include("dcant_site.urls")),
]
