import pytest

from articles.plaintext import excerpt, plain
from articles.rendering import page_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un&nbsp;: <b>ré</b>novation</p>\n<p>trois</p>", "Un\u00a0: rénovation trois"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>m<sup>2</sup> &lt;b&gt;</p>", "m2 <b>"),
        ('<div data-place="video:x"></div><p>a</p>', "a"),
        ("", ""),
    ],
)
def test_the_text_of_a_passage_keeps_its_words_apart_and_whole(html, text):
    assert plain(html) == text


def test_the_text_of_a_passage_leaves_out_the_marks_of_notes():
    assert plain(page_html("Un mot[^1].\n\n[^1]: La note.", "fr")) == "Un mot. La note."


def test_an_excerpt_ends_after_its_words_and_says_that_there_are_more():
    assert excerpt("<p>Un <b>deux</b></p><p>trois\u00a0: quatre</p>", 3) == "Un deux trois\u00a0:…"
    assert excerpt("<p>Un deux</p>", 2) == "Un deux"
    assert excerpt("") == ""
