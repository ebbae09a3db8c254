"""The templates' own rules, read in their source, and the words that tags and filters make."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import render_to_string

from articles.templatetags import french

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
SOURCES = {
    str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
    for path in TEMPLATES.rglob("*.html")
    if "admin" not in path.parts
}
STORED_HTML = re.compile(r"(?:\w+_html|segment\.content)$")


def faults_of(source: str) -> list[str]:
    """What breaks the rules in a template, a word each."""
    faults = []
    if not source.startswith("{# Inputs:"):
        faults.append("inputs")
    if any(not STORED_HTML.search(value) for value in re.findall(r"\{\{\s*([\w.]+)\|safe", source)):
        faults.append("safe")
    if re.search(r"autoescape off|\|safeseq|(?<!_html)(?<!content)\|safe\b", source):
        faults.append("escaping")
    if re.search(r"<[^>]*\s(?:style|on\w+)=", source) or re.search(r"<style|<script(?![^>]*src=)", source):
        faults.append("inline")
    if re.search(r"\brequest\.(?:user|session)|\{% for \w+ in messages|csrf_token", source):
        faults.append("visitor")
    return faults


@pytest.mark.parametrize("name", SOURCES)
def test_a_template_keeps_the_rules(name):
    assert faults_of(SOURCES[name]) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("<p>", "inputs"),
        ("{# Inputs: none. #}{{ article.title|safe }}", "safe"),
        ("{# Inputs: none. #}{% autoescape off %}", "escaping"),
        ('{# Inputs: none. #}<p style="color: red">', "inline"),
        ('{# Inputs: none. #}<a href="" onclick="x()">', "inline"),
        ("{# Inputs: none. #}<script>x()</script>", "inline"),
        ("{# Inputs: none. #}{{ request.user }}", "visitor"),
    ],
)
def test_a_breach_is_found(source, fault):
    assert fault in faults_of(source)


def test_partials_are_those_that_others_include():
    included = set(re.findall(r"{% include [\"']([^\"']+)", " ".join(SOURCES.values())))
    included.add("articles/_picture.html")  # by the tag `picture`
    partials = {name for name in SOURCES if Path(name).name.startswith("_")}
    assert included == partials


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "500"])
def test_an_error_page_needs_no_database(code):
    html = render_to_string(f"{code}.html")
    assert "<title>Erreur – " in re.sub(r"\s*\n\s*", "", html)
    assert 'href="/"' in html
    assert "site.css" in html


def test_only_a_site_of_the_state_bears_its_emblem(settings):
    html = render_to_string("500.html")
    assert "fr-logo" not in html
    assert html.count('<p class="brand">Administration<br>de démonstration</p>') == 2
    settings.STATE_EMBLEM = True
    html = render_to_string("500.html")
    assert html.count('<p class="fr-logo">Administration<br>de démonstration</p>') == 2
    assert 'class="brand"' not in html


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2017, 12, 1), "1er\u00a0décembre 2017"), (date(2026, 8, 12), "12\u00a0août 2026")],
)
def test_a_day_is_said_in_full(day, said):
    assert french.long_date(day) == said


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "1\u00a0ko"),
        (999, "1\u00a0ko"),
        (853_400, "853\u00a0ko"),
        (999_999, "1\u00a0Mo"),
        (1_810_000, "1,8\u00a0Mo"),
        (52_000_000, "52\u00a0Mo"),
    ],
)
def test_a_size_is_said_in_thousands(size_bytes, said):
    assert french.file_size(size_bytes) == said


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un&nbsp;: deux</p>\n<p>trois</p>", "Un\u00a0: deux trois"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
        ("<ul><li>un</li><li>deux</li></ul>", "un deux"),
        ("", ""),
    ],
)
def test_an_excerpt_is_plain_text(html, text):
    assert french.excerpt(html) == text


def test_a_long_excerpt_ends_with_an_ellipsis():
    assert french.excerpt("<p>un deux trois</p>", 2) == "un deux…"


def test_a_passage_names_its_language_and_direction():
    assert french.lang("fr") == ""
    assert french.lang("en") == ' lang="en" dir="ltr"'
    assert french.lang("ar") == ' lang="ar" dir="rtl"'


def test_a_title_is_spaced_in_french_only():
    assert french.spaced("Quoi ?", "fr") == "Quoi\u00a0?"
    assert french.spaced("Quoi ?", "en") == "Quoi ?"


def test_what_is_escaped_stays_so():
    html = engines["django"].from_string("{% load french %}{{ text|excerpt }}").render({"text": "&lt;b&gt;"})
    assert html == "&lt;b&gt;"
