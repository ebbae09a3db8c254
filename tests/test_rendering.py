import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.rendering import (
    TEXT_CLASSES,
    ImageSource,
    Placement,
    illustrate,
    image_addresses,
    led_below,
    linked_addresses,
    outline,
    page_html,
    portable,
    render,
    sanitise,
    split,
    typography,
    unlinked,
)

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
PIECES = st.lists(
    st.sampled_from(
        [
            *[
                "<h1>",
                "</h1>",
                "<h4>",
                "</h4>",
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<pre>",
                "</pre>",
                "a :",
                "« b »",
            ],
            *[
                '<a href="/x">',
                "</a>",
                '<img src="/i.png" alt="vue">',
                '<div style="text-align:center">',
                "</div>",
            ],
            *[
                '<p id="x" class="y">',
                '<a name="z" target="_blank" href="#x">',
                "&lt;",
                "&amp;",
                "<!--",
                "-->",
            ],
            *['<div data-place="video:a"></div>', '<img src="https://a.fr/i.png" width="3px">', '"', "\n"],
            *["<table><thead><tr><th>", "</th></tr></thead></table>"],
        ]
    ),
    max_size=20,
).map("".join)


# --- safety


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java\nscript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "<javascript:alert(1)>",
        "![x](data:image/svg+xml;base64,AAAA)",
        '<a href="data:text/html,x">x</a>',
        '<iframe src="https://a.fr"></iframe>',
        '<form action="/x"><input name="y"></form>',
        "<style>p{display:none}</style>",
        '<p style="position:fixed">x</p>',
        "x\n{: style='position:fixed' onclick='alert(1)'}",
        "*x*{: onmouseover='alert(1)'}",
        '<svg onload="alert(1)"><script>alert(1)</script></svg>',
        '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
        '<video src="https://a.fr/v.mp4" autoplay></video>',
        '<object data="x"></object><embed src="x">',
        '<meta http-equiv="refresh" content="0"><base href="https://a.fr/"><link rel=stylesheet href=x>',
        '```x"onclick=alert(1)\na\n```',
        '<div data-place="video:a" onclick="alert(1)"></div>',
    ],
)
def test_nothing_that_runs_loads_submits_or_styles_is_left(attack):
    found = re.findall(r"<([a-z]+)([^>]*)>", render(attack))
    for tag, attributes in found:
        names = re.findall(r" ([a-z-]+)=", attributes)
        assert tag not in (
            "script",
            "iframe",
            "form",
            "input",
            "style",
            "svg",
            "math",
            "video",
            "object",
            "embed",
        )
        assert tag not in ("meta", "base", "link")
        assert not [name for name in names if name == "style" or name.startswith("on")]
        assert "javascript:" not in attributes
        assert "data:" not in attributes


def test_what_a_text_needs_is_left():
    kept = '<p lang="en" class="encadre">a <a href="https://a.fr/x">b</a> <img src="/i.png" alt="c"></p>'
    assert sanitise(kept) == kept


def test_known_styles_become_classes_and_the_rest_drops():
    html = sanitise(
        '<p class="a" style="color: red; TEXT-ALIGN: center !important">x</p><p align="right">y</p>'
    )
    assert html == '<p class="a text-center">x</p><p class="text-right">y</p>'
    assert "text-center" in render("|a|\n|:-:|\n|b|")


def test_a_link_to_a_new_window_says_noopener():
    assert (
        sanitise('<a href="/x" target="_blank">y</a>') == '<a href="/x" rel="noopener" target="_blank">y</a>'
    )
    assert sanitise('<a href="/x" target="top" rel="opener">y</a>') == '<a href="/x">y</a>'


def test_ids_and_the_links_to_them_never_meet_those_of_the_page():
    assert render("# Contenu") == '<h1 id="texte-contenu">Contenu</h1>\n'
    assert sanitise('<a name="x"></a><a href="#x">y</a>') == '<a id="texte-x"></a><a href="#texte-x">y</a>'
    assert sanitise('<a href="#">y</a>') == '<a href="#">y</a>'


def test_sizes_are_whole_pixels():
    html = sanitise('<img src="/i" width="88px" height="50%">')
    assert html == '<img src="/i" width="88">'


@settings(deadline=None)
@given(PIECES)
def test_sanitising_twice_brings_nothing_back(html):
    # HTML cannot write some trees (a heading in a heading's link): tags may move, none may appear.
    once = sanitise(html)
    assert set(re.findall("<[a-z0-9]+", sanitise(once))) <= set(re.findall("<[a-z0-9]+", once))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_any_text_renders(markdown):
    assert isinstance(page_html(markdown, "fr"), str)


def test_the_null_character_and_lone_surrogates_render():
    assert page_html("a\0b\ud800", "fr")


@pytest.mark.parametrize(
    "part",
    ["<div>", "<b><p>", "<a><b>", "<table><tr><td>", "<h1>", "<ul><li><b>", '<p style="a:b;', "<svg><p>"],
)
def test_hostile_html_is_sanitised_to_its_end(part):
    html = page_html("<div>" + part * (4000 // len(part)), "fr")
    assert illustrate(html, {}) is not None


# --- outline, tables, typography


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([1, 2, 3], [2, 3, 4]),
        ([4, 4, 5], [2, 2, 3]),
        ([2, 4, 3, 2], [2, 3, 3, 2]),
        ([3, 1, 6], [2, 2, 3]),
        ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]),
    ],
)
def test_headings_start_at_h2_and_skip_no_level(levels, expected):
    html = outline("".join(f'<h{level} id="a" class="b">x</h{level}>' for level in levels))
    assert html == "".join(f'<h{level} id="a" class="b">x</h{level}>' for level in expected)


@pytest.mark.parametrize("empty", ["<h2></h2>", '<h3 id="x"> <strong>&nbsp;</strong><br></h3>'])
def test_empty_headings_vanish(empty):
    assert outline(f"{empty}<p>a</p>") == "<p>a</p>"


def test_a_heading_with_an_image_is_not_empty():
    assert outline('<h1><img src="/i.png" alt="a"></h1>') == '<h2><img src="/i.png" alt="a"></h2>'


@settings(deadline=None)
@given(PIECES)
def test_no_heading_level_is_skipped_whatever_the_text(html):
    level = 1
    for found in re.findall(r"<h([1-6])", outline(sanitise(html))):
        assert 2 <= int(found) <= level + 1
        level = int(found)


def test_french_typography_leaves_code_and_attributes_alone():
    html = '<p title="a : b">a : b <b>c</b> ! <code>d : e</code></p><pre>f : g</pre>'
    expected = '<p title="a : b">a\u00a0: b <b>c</b>\u00a0! <code>d : e</code></p><pre>f : g</pre>'
    assert typography(html, "fr") == expected


def test_other_languages_keep_their_spaces():
    assert typography("<p>a : b</p>", "en") == "<p>a : b</p>"


# --- items placed in the text


def test_a_text_is_cut_where_items_are_placed():
    html = render("Un\n\n[[video:film-1]]\n\n> a\n> [[image:vue]]\n> b")
    before, film, between, view, after = split(html)
    assert film == Placement("video", "film-1")
    assert view == Placement("image", "vue")
    assert before + between + after == re.sub(r"<div data-place=[^>]*></div>", "", html)


def test_a_text_without_items_is_one_piece():
    assert split("<p>a</p>") == ("<p>a</p>",)
    assert split("") == ()


def test_a_marker_is_text_in_code():
    assert [part for part in split(render("    [[video:a]]")) if isinstance(part, Placement)] == []


@settings(deadline=None)
@given(PIECES)
def test_cutting_loses_nothing(html):
    parts = split(sanitise(html))
    whole = "".join(
        part if isinstance(part, str) else f'<div data-place="{part.kind}:{part.key}"></div>'
        for part in parts
    )
    assert whole == sanitise(html)


# --- images and links

PHOTO = ImageSource(
    "/images/p.jpg",
    1200,
    600,
    (
        ("image/avif", "/images/p.avif 1200w"),
        ("image/webp", "/images/p.webp 1200w"),
        ("image/jpeg", "/images/p.jpg 1200w"),
    ),
)


def test_addresses_are_decoded_composed_and_local():
    decomposed = unicodedata.normalize("NFD", "/uploads/été.png")
    html = render(
        f"![a](/uploads/mon%20plan.png) ![b]({decomposed}) ![c](https://a.fr/d.png) ![e](//a.fr/f.png)"
    )
    assert image_addresses(html) == ("/uploads/mon plan.png", "/uploads/été.png")


def test_linked_addresses_are_those_of_files_without_fragment():
    html = render("[a](/uploads/b%20c.pdf#page=2) [d](https://a.fr/e.pdf) [f](g.pdf) [h](/uploads/i.pdf?j)")
    assert linked_addresses(html) == {"/uploads/b c.pdf", "/uploads/i.pdf"}


def test_a_known_image_becomes_a_picture():
    html = illustrate(render("![Vue](/p.jpg)"), {"/p.jpg": PHOTO})
    assert html.index("image/avif") < html.index("image/webp") < html.index("<img")
    assert 'alt="Vue"' in html
    assert 'width="1200" height="600" loading="lazy" decoding="async"' in html
    assert 'srcset="/images/p.jpg 1200w"' in html


def test_the_width_that_an_author_gave_is_kept_with_its_proportions():
    html = illustrate(render('![Vue](/p.jpg){: width="300px"}'), {"/p.jpg": PHOTO})
    assert 'width="300" height="150"' in html
    assert 'sizes="300px"' in html


@pytest.mark.parametrize(("alt", "shown"), [("plan.png", ""), ("Le plan.PNG ", ""), ("Le plan", "Le plan")])
def test_a_file_name_is_no_alternative_text(alt, shown):
    assert f'alt="{shown}"' in illustrate(render(f"![{alt}](/p.jpg)"), {"/p.jpg": PHOTO})


@pytest.mark.parametrize(
    ("alt", "shown"),
    [
        ("Vue du port", "Image non disponible\u00a0: Vue du port"),
        ("vue.png", "Image non disponible"),
        ("", "Image non disponible"),
    ],
)
def test_an_image_that_the_site_lacks_leaves_its_text(alt, shown):
    html = illustrate(f'<img src="/q.png" alt="{alt}">', {})
    assert html.startswith('<span class="image-missing"><span lang="fr">Image non disponible')
    assert re.sub("<[^>]*>", "", html) == shown


@pytest.mark.parametrize(
    "address", ["https://a.fr/i.png", "//a.fr/i.png", r"/\a.fr/i.png", "HTTP://a.fr/i.png"]
)
def test_an_image_of_another_site_is_a_link_and_never_loads(address):
    html = illustrate(sanitise(f'<p><img src="{address}" alt="Vue"></p>'), {})
    assert "<img" not in html
    assert f'<a href="{address}">Vue</a>' in html


def test_an_image_of_another_site_inside_a_link_is_its_text():
    html = illustrate(render("[![Vue](https://a.fr/i.png)](/x) ![](https://a.fr/j.png)"), {})
    assert '<a href="/x">Vue</a>' in html
    assert '<a href="https://a.fr/j.png">Voir l’image sur a.fr</a>' in html


@settings(deadline=None)
@given(PIECES)
def test_no_image_is_left_that_would_load_from_elsewhere(html):
    assert "<img" not in illustrate(sanitise(html), {})


# --- real posts, where they are

BLOCK_TAGS = (
    "address|article|aside|blockquote|br|caption|d[dlt]|details|div|figcaption|figure|h[1-6r]|li|[ou]l|p|pre"
    "|section|summary|table|t(?:[dhr]|body|foot|head)"
)


def levelled(html):
    html = re.sub(r"(?:\s|\u00a0|&nbsp;)*<a [^>]*reversefootnote.*?</a>", "", html)
    html = re.sub(r"(?:\s|\u00a0|&nbsp;)+", " ", html)
    return re.sub(rf" ?(</?(?:{BLOCK_TAGS})(?: [^>]*)?>) ?", r"\1", html).strip()


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real posts are not beside the project")
@pytest.mark.parametrize(
    ("bodies", "references", "at_least"),
    [("blog/bodies", "blog/kramdown", 0.97), ("site-bodies", "site-kramdown", 0.94)],
)
def test_real_posts_look_as_they_looked(bodies, references, at_least):
    posts = sorted((CORPUS / bodies).glob("*.md"))
    alike = sum(
        levelled(render(post.read_text("utf-8")))
        == levelled(sanitise((CORPUS / references / f"{post.stem}.html").read_text("utf-8")))
        for post in posts
    )
    assert alike / len(posts) >= at_least


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real posts are not beside the project")
def test_the_first_post_looks_as_it_looked():
    source = next((CORPUS / "seed").glob("*.markdown")).read_text("utf-8")
    reference = next((CORPUS / "seed").glob("*.html")).read_text("utf-8")
    html = render(source.split("---\n", 2)[2])
    assert levelled(html) == levelled(sanitise(reference))
    assert "{:" not in html


def test_footnotes_claim_no_role_that_their_element_may_not_have():
    html = page_html("Un fait[^1].\n\n[^1]: Sa source.", "fr")
    assert "doc-noteref" not in html
    assert 'role="doc-endnote"' not in html
    assert "Sa source." in html


def test_texts_of_one_page_have_ids_of_their_own():
    markdown = "# Titre\n\nUn fait[^1].\n\n[^1]: Sa source."
    body, chapeau = page_html(markdown, "fr"), page_html(markdown, "fr", ids="chapeau")
    found = set(re.findall(r' id="([^"]+)"', chapeau))
    assert "chapeau-titre" in found
    assert not found & set(re.findall(r' id="([^"]+)"', body))
    assert set(re.findall(r'href="#([^"]+)"', chapeau)) <= found


def test_what_looks_like_an_id_in_a_text_stays():
    assert 'id="texte-x"' in page_html('`id="texte-x"`', "en", ids="chapeau")


def test_a_link_to_a_lost_document_leaves_its_text_and_says_so():
    html = '<p><a href="/uploads/%C3%A9t%C3%A9.pdf" class="x">L’<em>été</em></a> <a href="/b">b</a></p>'
    lost = '<span>L’<em>été</em> <span lang="fr">(document non disponible)</span></span>'
    assert unlinked(html, {"/uploads/été.pdf"}) == f'<p>{lost} <a href="/b">b</a></p>'
    assert unlinked(html, set()) == html


def test_links_to_the_files_of_a_page_have_the_prefix_of_its_readers():
    html = '<p><a class="x" href="/uploads/%C3%A9t%C3%A9.pdf#page=2">a</a> <a href="/b">b</a></p>'
    led = html.replace("/uploads", "/partage/1.abc/fichiers/uploads")
    assert led_below(html, "/partage/1.abc/fichiers", {"/uploads/été.pdf"}) == led
    assert led_below(html, "/partage/1.abc/fichiers", set()) == html


@pytest.mark.parametrize("name", ["video__play", "carousel", "fr-modal--opened", "fr-sr-only"])
def test_a_text_wears_no_class_of_the_page_around_it(name):
    html = page_html(f"[piège](https://example.org/){{: .{name} .encadre}}", "fr")
    assert name not in html
    assert 'class="encadre"' in html


def test_the_style_sheet_has_every_class_that_a_text_may_wear():
    sheets = Path(__file__).parent.parent / "articles/static/articles/css"
    css = "".join(sheet.read_text() for sheet in sheets.glob("*.css"))
    assert [name for name in TEXT_CLASSES if f".{name}" not in css] == []


# --- text that leaves its page


PAGE = "https://site.example/actualites/l'%C3%A9t%C3%A9/"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<h2 id="texte-a" class="text-center">a</h2><p lang="en">b</p>', '<h2>a</h2><p lang="en">b</p>'),
        ('<a href="#texte-a" target="_blank">a</a>', f'<a href="{PAGE}#texte-a">a</a>'),
        ('<a href="/uploads/B%20c.pdf">a</a>', '<a href="https://site.example/uploads/B%20c.pdf">a</a>'),
        ('<a href="//example.org/">a</a>', '<a href="https://example.org/">a</a>'),
        ('<a href="mailto:a@b.example">a</a>', '<a href="mailto:a@b.example">a</a>'),
        ('<q cite="/a/">a</q>', "<q>a</q>"),
        (
            '<picture><source srcset="/a.webp"><img src="/a.png" srcset="/b" alt="Vue" width="3"></picture>',
            '<img src="https://site.example/a.png" alt="Vue" width="3">',
        ),
    ],
)
def test_a_portable_text_has_whole_addresses_and_leans_on_no_page(html, expected):
    assert portable(html, PAGE) == expected


def test_a_portable_text_runs_nothing():
    html = (
        '<p onclick="x()">a<script>x()</script><iframe src="/x">b</iframe><a href="javascript:x()">c</a></p>'
    )
    assert portable(html, PAGE) == "<p>a<a>c</a></p>"
