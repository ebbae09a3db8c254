import re

import pytest

from articles.layout import anchored, announced, scoped, scrollable, unquoted, without_holes
from articles.rendering import page_html, render

# --- blocks


@pytest.mark.parametrize("kind", ["encadre", "lien-important", "auteur-citation", "encadré", "encadre\u0301"])
def test_what_the_dialect_writes_as_a_quote_and_is_none_becomes_a_box(kind):
    html = page_html(f"> Un texte\n{{: .{kind}}}\n\n> Une vraie citation\n{{: .citation}}", "fr")
    assert html.count("<blockquote") == 1
    assert f'<div class="{kind.translate({0xE9: "e", 0x301: None})}">\n<p>Un texte' in html
    assert '<blockquote class="citation">' in html


def test_a_quote_inside_a_box_stays_one():
    inner = "<blockquote>a</blockquote>"
    box = f'<blockquote class="encadre" cite="/x">{inner}</blockquote>'
    assert unquoted(box + inner) == f'<div class="encadre">{inner}</div>{inner}'


def test_empty_blocks_leave_no_hole_and_places_stay():
    html = '<p><br></p><figure></figure><div class="x"><p>&nbsp;</p></div><p>a</p>'
    assert without_holes(html) == "<p>a</p>"
    place = '<div data-place="video:film"></div><p id="ici"></p>'
    assert without_holes(place) == place


def test_a_table_has_a_box_to_scroll_in():
    assert scrollable("<table><tr></tr></table>") == '<div class="table"><table><tr></tr></table></div>'
    assert 'class="table"' not in page_html('<div class="table">x</div>', "fr")


# --- tables


def test_headers_say_whether_they_head_a_column_or_a_row():
    html = scoped(
        '<table><thead><tr><td></td><th class="a">x</th><th scope="row">y</th></tr></thead>'
        "<tbody><tr><th>x</th><th>y</th></tr><tr><th>z</th><td>1</td></tr></tbody></table>"
    )
    assert '<th scope="col" class="a">x</th><th scope="row">y</th>' in html
    assert '<tr><th scope="col">x</th><th scope="col">y</th></tr>' in html
    assert '<th scope="row">z</th><td>1</td>' in html
    assert 'scope="col"' in page_html("|a|\n|-|\n|b|", "fr")


# --- headings


def test_headings_of_one_name_have_an_id_each():
    html = anchored('<h2>Date</h2><h2 id="t-date-1">x</h2><h3>Date</h3><h2 class="a">Date</h2>', "t")
    assert re.findall(r'id="([^"]*)"', html) == ["t-date", "t-date-1", "t-date-2", "t-date-3"]
    assert len(re.findall(" id=", anchored("<h2>Date</h2>" * 20_000, "t"))) == 20_000


# --- links


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<a{}>Le plan</a>", "Le plan - nouvelle fenêtre"),
        ("<a{}>Le <b>plan</b>\nici</a>", "Le plan ici - nouvelle fenêtre"),
        ('<a title="Le plan, en couleurs"{}>Le plan</a>', "Le plan, en couleurs - nouvelle fenêtre"),
        ('<a title="Lien externe"{}>Le plan</a>', "Le plan - Lien externe - nouvelle fenêtre"),
        ('<a title="Le plan (nouvelle fenêtre)"{}>Le plan</a>', "Le plan (nouvelle fenêtre)"),
        ('<a{}><img src="/x.png" alt="Un plan"></a>', "Un plan - nouvelle fenêtre"),
        ('<a{}>Le "plan" &amp; co</a>', "Le &quot;plan&quot; &amp; co - nouvelle fenêtre"),
        ("<a{}></a>", "nouvelle fenêtre"),
    ],
)
def test_a_link_to_a_new_window_is_announced_by_its_own_words(written, title):
    [found] = re.findall(r' title="([^"]*)"', announced(written.format(' target="_blank"')))
    assert found == title


def test_a_link_that_stays_is_not_announced():
    html = '<a href="/x" title="t">a</a><a href="/y">b</a>'
    assert announced(html) == html


def test_the_announcement_has_the_spaces_of_the_link():
    html = page_html('[Quoi ?](/x){:target="_blank"}', "fr")
    assert 'title="Quoi\u00a0? - nouvelle fenêtre">Quoi\u00a0?</a>' in html.replace("&nbsp;", "\u00a0")


def test_what_is_compared_with_kramdown_is_not_laid_out():
    html = render('> [a](/x){:target="_blank"}\n{: .encadre}\n\n<h2>b</h2>\n\n|c|\n|-|\n|d|')
    assert "<blockquote" in html
    assert "fenêtre" not in html
    assert "<h2>b</h2>" in html
    assert "<div" not in html
