from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from articles.frontmatter import join, split
from articles.lines import with_keys
from articles.posts import PostError

from .test_frontmatter import TEXTS, VALUES

POST = """\
---
# ce que tout billet a
title: Le guichet
  de l’eau   # sur deux lignes

date: 2024-03-04
tags:
- eau

# - vieux

chapeau-text: |
  Deux lignes,
  # dont une avec un dièse.

layout: page
---

title: ce n’est pas une clé
"""


@pytest.mark.parametrize(
    ("gone", "written", "before", "after"),
    [
        (
            ["title"],
            {"title": "L’eau : le guichet"},
            "title: Le guichet\n  de l’eau   # sur deux lignes\n",
            "title: 'L’eau : le guichet'\n",
        ),
        (["date"], {"date": "2024"}, "date: 2024-03-04\n", "date: '2024'\n"),
        (["tags"], {"tags": ["eau", "air"]}, "tags:\n- eau\n", "tags:\n- eau\n- air\n"),
        (["tags"], {}, "tags:\n- eau\n", ""),
        (
            ["chapeau-text"],
            {"chapeau-text": "Une\n\ndeux"},
            "|\n  Deux lignes,\n  # dont une avec un dièse.\n",
            "|-\n  Une\n\n  deux\n",
        ),
        (["layout"], {"layout": "large"}, "layout: page\n", "layout: large\n"),
        (["lieu"], {"lieu": "Lyon"}, "layout: page\n", "layout: page\nlieu: Lyon\n"),
        (["lieu"], {}, "", ""),
    ],
)
def test_only_the_lines_of_a_key_change(gone, written, before, after):
    assert with_keys(POST, [(gone, written)]) == POST.replace(before, after, 1)


def test_several_changes_are_made_at_once():
    post = "---\na: 1\n# b\nc: 2\n---\ntexte"
    changes = [(["c"], {"c": "d"}), (["e"], {"e": "f"}), (["a"], {}), (["g"], {"g": "h"})]
    assert with_keys(post, changes) == "---\n# b\nc: d\ne: f\ng: h\n---\ntexte"


def test_several_keys_give_their_place_to_the_first_of_them():
    post = "---\na: 1\nb:\n- x\nc: 2\nd: 3\n---\ntexte"
    assert with_keys(post, [(["d", "b"], {"e": "f"})]) == "---\na: 1\ne: f\nc: 2\n---\ntexte"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_mark_and_line_ends_stay(end, mark):
    def ended(text):
        return mark + text.replace("\n", end)

    post = ended("---\na: b\nc: d\n---\n\nUn\ndeux")
    changed = with_keys(post, [(["a"], {"a": "une\nautre"})])
    assert changed == ended("---\na: |-\n  une\n  autre\nc: d\n---\n\nUn\ndeux")


def test_lines_that_end_otherwise_than_the_first_one_stay():
    assert with_keys("---\r\na: b\nc: d\r\n---\nUn", [(["c"], {"c": "e"})]) == "---\r\na: b\nc: e\r\n---\nUn"


def test_characters_that_end_a_line_for_yaml_alone_do_not_move_the_others():
    post = '---\na: "un\u2028deux\u0085trois"\nb: c\nd: e\n---\n'
    assert with_keys(post, [(["b"], {"b": "f"})]) == post.replace("b: c", "b: f")


def test_a_block_that_keeps_its_blank_lines_goes_with_them():
    assert with_keys("---\na: |+\n  b\n\n\nc: d\n---\n", [(["a"], {"a": "e"})]) == "---\na: e\nc: d\n---\n"


def test_a_key_without_value_has_one_line():
    assert with_keys("---\na:\n\n# b\nc: d\n---\n", [(["a"], {"a": "e"})]) == "---\na: e\n\n# b\nc: d\n---\n"


def test_an_alias_and_a_list_in_brackets_have_their_lines():
    post = "---\na: &x [1,\n  2]\nb:\n  *x\nc: d\n---\n"
    assert with_keys(post, [(["b"], {"b": "e"})]) == "---\na: &x [1,\n  2]\nb: e\nc: d\n---\n"


def test_keys_on_one_line_go_together():
    assert with_keys("---\n{a: b, c: d}\n---\n", [(["a"], {"e": "f"})]) == "---\ne: f\n---\n"


@given(
    st.dictionaries(TEXTS.map(lambda key: key[:50]), VALUES, min_size=2),
    st.data(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_a_key_becomes_all_other_lines_stay(keys, data, end):
    """Over posts with a comment and a blank line before each key."""
    written = {key: join({key: value}, "").split("\n")[1:-2] for key, value in keys.items()}
    assume(not any("\r" in line for lines in written.values() for line in lines))
    key = data.draw(st.sampled_from(sorted(keys)))
    value = data.draw(VALUES)

    def post(lines_of):
        parts = (
            f"# à garder{end}{end}" + "".join(f"{line}{end}" for line in lines_of[each]) for each in keys
        )
        return f"---{end}{''.join(parts)}---{end}texte"

    changed = with_keys(post(written), [([key], {key: value})])
    assert changed == post(written | {key: join({key: value}, "").split("\n")[1:-2]})
    front = split(changed.encode(), "a.md")
    assert {name: each.as_json() for name, each in front.keys.items()} == keys | {key: value}


@given(st.binary() | TEXTS.map(lambda text: f"---\n{text}\n---\n".encode()))
def test_any_post_that_can_be_read_can_be_changed(data):
    with suppress(PostError):
        split(data, "a.md")
        with_keys(data.decode(), [(["title"], {"title": "a"})])
