from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.posts import PostError
from articles.sites import NO_SITE, located, read

CONFIG = """\
title: Les annonces
url: https://www.annonces.example.fr
baseurl: /infos
timezone: America/Cayenne
permalink: pretty
collections_dir: contenus
exclude: [README.md, brouillons, 'notes/*.md']
collections:
  notes:
    title: Les notes
    output: true
    permalink: /notes-de-service/:title/
  dossiers:
    output: true
  auteurs:
    output: false
defaults:
- scope:
    path: ''
  values:
    lang: en
    layout: page
- scope:
    path: _posts/secret
    type: posts
  values:
    lang: fr
    published: false
- scope:
    type: notes
  values:
    auteur: Service
"""
AT = datetime(2024, 3, 5, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def site():
    return read(CONFIG, "_config.yml")


def test_a_site_says_where_it_is_and_in_which_zone(site):
    assert (site.url, site.base, site.zone) == (
        "https://www.annonces.example.fr",
        "/infos",
        ZoneInfo("America/Cayenne"),
    )
    assert site.own_hosts == {"annonces.example.fr", "www.annonces.example.fr"}


def test_only_collections_with_output_have_pages(site):
    assert {name: each.has_pages for name, each in site.collections.items()} == {
        "posts": True,
        "notes": True,
        "dossiers": True,
        "auteurs": False,
    }
    assert site.collections["notes"].prefix == "notes-de-service"
    assert site.collections["dossiers"].prefix == ""
    listed = read("collections: [notes]\n", "_config.yml")
    assert not listed.collections["notes"].has_pages


def test_the_deepest_default_wins(site):
    def values(path, collection):
        return {key: value.content for key, value in site.values_for(path, collection).items()}

    assert values("_posts/a.md", "posts") == {"lang": "en", "layout": "page"}
    assert values("_posts/secret/a.md", "posts") == {"lang": "fr", "layout": "page", "published": "false"}
    assert values("_notes/a.md", "notes") == {"lang": "en", "layout": "page", "auteur": "Service"}
    assert NO_SITE.values_for("_posts/a.md", "posts") == {}


def test_excluded_files_are_told(site):
    told = [
        each for each in ("README.md", "brouillons/a/b.md", "notes/a.md", "autres.md") if site.excludes(each)
    ]
    assert told == ["README.md", "brouillons/a/b.md", "notes/a.md"]


@pytest.mark.parametrize(
    ("pattern", "path", "address"),
    [
        ("", "_notes/2024/Le-Plan.md", "/notes-de-service/Le-Plan/"),
        ("", "_dossiers/2024/Le-Plan.md", "/dossiers/2024/Le-Plan.html"),
        ("", "_posts/2024-03-04-Le-Plan.md", "/eau/2024/03/04/Le-Plan/"),
        ("", "contenus/_posts/2024-03-04-Le-Plan.md", "/eau/2024/03/04/Le-Plan/"),
        ("", "fleuves/_posts/2024-03-04-Le-Plan.md", "/fleuves/eau/2024/03/04/Le-Plan/"),
        ("/:i_day/:i_month/:short_year/:slug:output_ext", "_posts/x.md", "/4/3/24/le-plan.html"),
        ("/:inconnu/:title/", "_posts/x.md", ""),
    ],
)
def test_the_address_that_jekyll_gave_follows_its_patterns(site, pattern, path, address):
    # 1.30 in the morning of the fifth is still the fourth in Cayenne.
    assert site.address(pattern, path, "Le-Plan", AT, ["Eau"]) == address


def test_a_pattern_with_a_date_gives_no_address_without_one(site):
    assert site.address("", "_posts/x.md", "x", None, []) == ""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("url: a\nurl: b\n", 2, "déjà"),
        ("- a\n", 1, "clés"),
        ("timezone: Mars/Olympus\n", 1, "fuseau"),
        ("timezone: ../../etc\n", 1, "fuseau"),
        ("title: a\ncollections: vrai\n", 2, "clés"),
        ("title: !ruby/object {}\n", 1, "étiquette"),
    ],
)
def test_a_wrong_config_is_refused_with_its_line(text, line, words):
    with pytest.raises(PostError, match=words) as error:
        read(text, "_config.yml")
    assert error.value.line == line


@given(st.text())
@example("timezone: 'a\u0000'")
def test_any_text_is_a_config_or_refused(text):
    with suppress(PostError):
        assert read(text, "_config.yml").text == text


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("_posts/a/b.md", ("", "posts", "a/b.md")),
        ("x/_notes/b.md", ("x", "notes", "b.md")),
        ("x/b.md", ("x", "", "b.md")),
        ("b.md", ("", "", "b.md")),
    ],
)
def test_a_path_tells_its_collection(path, parts):
    assert located(path) == parts
