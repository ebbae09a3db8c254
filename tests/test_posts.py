"""The fields of a post: each is of a sort that those who move posts about know."""

from dataclasses import fields

from articles.models import Article
from articles.posts import STANDING, TEXTS, TIMES, Post

OF_THE_TEXT = {
    *("title", "subtitle", "language", "translation_of", "pinned", "tags", "extra"),
    *("images", "videos", "documents"),
    *("event_starts_at", "event_ends_at", "event_all_day", "place", "street_address"),
}
"""What a next version brings to its page, and a restored version back, beside the Markdown."""


def test_each_field_goes_with_the_text_or_is_kept_by_its_page():
    sorts = [*TEXTS, *STANDING, *TIMES, *OF_THE_TEXT]
    assert sorted(sorts) == sorted(each.name for each in fields(Post)), "Sort the new field: see posts.py."


def test_markdown_is_what_has_html():
    html = {each.name for each in Article._meta.get_fields() if each.name.endswith("_html")}
    assert html == {f"{name}_html" for name in TEXTS}
