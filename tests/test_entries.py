"""What an entry holds: the whole article, in a text that stands anywhere."""

from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.entries import entries_of
from articles.models import Article, BodyImage

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    section,
    store,
)

SITE = settings.SITE_URL

pytestmark = pytest.mark.django_db


class Content(HTMLParser):
    """Tags and addresses of a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses += [value for name, value in attrs if name in ("href", "src", "cite", "srcset")]


def content_of(article: Article) -> str:
    (entry,) = entries_of([Article.objects.select_related("section").get(pk=article.pk)])
    return entry.content_html


def test_the_whole_article_is_there_in_the_order_of_its_page():
    article = make_article(
        section=section("evenements"),
        subtitle="Le sous-titre",
        chapeau="Le chapeau.",
        body="Le début.\n\n[[video:film]]\n\nLa suite.\n\n[[image:carte]]\n\n[[document:bilan]]\n\nLa fin.",
        place="Salle des fêtes",
        practical_details="Entrée libre.",
        press_contact="Service de presse.",
    )
    make_video(article, key="film", title="Le film", transcript="Ce qui se dit.")
    make_video(article, title="Un autre film")
    make_carousel_image(article, key="carte", alt_text="La carte", caption="La légende")
    make_carousel_image(article, alt_text="La façade")
    make_attachment(article, key="bilan", title="Le bilan")
    make_attachment(article, title="Le rapport")
    html = content_of(article)
    words = [
        *["Le sous-titre", "Le chapeau.", "Salle des fêtes", "Entrée libre.", "La façade", "Le début."],
        *["Le film", "Ce qui se dit.", "La suite.", "La carte", "La légende", "Le bilan", "La fin."],
        *["Un autre film", "Le rapport", "Service de presse."],
    ]
    places = [html.index(each) for each in words]
    assert places == sorted(places)


def test_every_address_is_whole_and_answers():
    article = make_article(
        chapeau="Lire [la suite](/actualites/).",
        body=(
            "![Une carte](/uploads/carte.png)\n\n[Bas](#bas) [ici](?a=1) [guide](/uploads/guide.pdf) "
            "[note](../autre/) [site](//example.org/x) [courriel](mailto:a@example.org)\n\n"
            "Une note[^1].\n\n[^1]: La note.\n\n> Cité.\n{: cite='/source/'}"
        ),
    )
    BodyImage.objects.filter(article=article).update(file=store("carte.png", image_bytes()))
    make_carousel_image(article)
    make_attachment(article, address="/uploads/guide.pdf")
    make_attachment(article, address="/uploads/Un autre.pdf")
    make_video(article)
    addresses = Content(content_of(article)).addresses
    assert len(addresses) >= 11
    for address in addresses:
        assert address.startswith(("https://", "http://", "mailto:")), address
    images = [address for address in addresses if "/images/" in address]
    documents = [address for address in addresses if address.endswith(".pdf")]
    assert (len(images), len(documents)) == (2, 2)
    for address in images + documents:
        response = Client().get(address.removeprefix(SITE))
        response.close()
        assert response.status_code == 200
    assert f"{SITE}{article.get_absolute_url()}#texte-bas" in addresses
    assert f"{SITE}/uploads/Un%20autre.pdf" in addresses


def test_nothing_of_a_third_party_is_shown_and_nothing_of_the_page_is_left():
    article = make_article(body="[[video:film]]\n\n![Ailleurs](https://example.org/a.png)\n\nUn texte.")
    make_video(article, key="film")
    make_carousel_image(article)
    content = Content(content_of(article))
    assert not content.tags & {"iframe", "script", "style", "picture", "source", "button", "video", "div"}
    assert not content.attributes & {"class", "id", "style", "srcset", "loading", "role", "aria-label"}
    assert [each for each in content.addresses if each.endswith("/a.png")] == ["https://example.org/a.png"]
    assert 'src="https://example.org' not in content_of(article)


def test_a_document_says_its_format_size_and_pages():
    article = make_article()
    document = make_attachment(article, title="Bilan <2025>", language="en")
    make_attachment(article, title="Pour tous", accessible_version_of=document)
    html = content_of(article)
    assert 'hreflang="en">Bilan &lt;2025&gt;</a>' in html
    assert "(PDF, 1&nbsp;ko, " in html
    assert "(version accessible de «&nbsp;Bilan &lt;2025&gt;&nbsp;»)" in html


def test_what_has_no_file_is_said_to_be_missing_and_leads_nowhere():
    article = make_article(body="[[image:absente]]\n\nVoir [le bilan](/uploads/perdu.pdf).")
    make_carousel_image(article, key="absente", file=None, alt_text="La carte")
    make_attachment(article, address="/uploads/perdu.pdf", file=None)
    make_attachment(article, title="Le rapport", file=None)
    html = content_of(article)
    assert '<span lang="fr">Image non disponible</span>&nbsp;: La carte' in html
    assert 'Le rapport <span lang="fr">(document non disponible)</span>' in html
    content = Content(html)
    assert "img" not in content.tags
    assert content.addresses == []


def test_the_image_is_that_of_the_card_wherever_the_text_shows_it():
    article = make_article(body="[[image:carte]]")
    make_carousel_image(article, position=2)
    first = make_carousel_image(article, key="carte", position=1)
    (entry,) = entries_of([Article.objects.get(pk=article.pk)])
    assert entry.image == SITE + first.file.image_source().src
    assert Client().get("/actualites/").content.decode().count(first.file.sha256)
    (plain,) = entries_of([make_article()])
    assert plain.image == ""


def test_titles_have_the_spaces_of_their_language():
    french, english = entries_of(
        [make_article(title="Que faire ?"), make_article(title="Why ?", language="en")]
    )
    assert (french.title, english.title) == ("Que faire\u00a0?", "Why ?")


def test_an_entry_says_the_last_change_that_readers_are_told():
    changes = [
        {"on": "2026-02-03", "note": "Avant."},
        {"on": "2026-03-01", "note": "Le montant est précisé."},
    ]
    [entry] = entries_of([make_article(changes=changes)])
    assert "Mis à jour le 1er&nbsp;mars 2026&nbsp;:</strong> Le montant est précisé." in entry.content_html
    assert "Avant." not in entry.content_html


def test_an_entry_changes_on_the_later_of_its_days():
    article = make_article(published_at=timezone.now() - timedelta(days=800))
    day = timezone.localdate(article.published_at)
    (same,) = entries_of([article])
    assert same.changed_at == same.published_at == article.published_at
    article.updated_on = day - timedelta(days=1)
    assert entries_of([article])[0].changed_at == article.published_at
    article.updated_on = day + timedelta(days=1)
    assert entries_of([article])[0].changed_at.date() == article.updated_on


# --- whatever is written


# A database keeps neither NUL nor half a character.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
NASTY = st.sampled_from(
    [
        *["]]>", "<![CDATA[", "&", "&#11;", "&#xFFFE;", "<", "[[video:x]]"],
        *["\x0b", "\x1b", "\ufffe", "\uffff", "\x85", "\u2028", "\ufeff", "e\u0301", "🏛️"],
    ]
)
WRITTEN = st.lists(TEXT | NASTY, max_size=4).map("".join)


@hypothesis.settings(max_examples=40)
@given(WRITTEN, WRITTEN)
def test_whatever_is_written_feeds_are_well_formed(line, text):
    Article.objects.all().delete()
    article = make_article(
        section=section("evenements"),
        **dict.fromkeys(("title", "subtitle", "place"), line),
        **dict.fromkeys(("chapeau", "body", "street_address"), text),
        tags=[f"Mot {line}"[:100]],
    )
    make_attachment(article, title=line, file=None)
    make_carousel_image(article, caption=line, file=None)
    for address in ("/flux.atom", "/flux.rss", f"{article.tags.get().get_absolute_url()}flux.atom"):
        ElementTree.fromstring(Client().get(address).content)
    (item,) = Client().get("/flux.json").json()["items"]
    assert item["id"]
