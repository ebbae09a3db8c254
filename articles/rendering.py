"""Markdown in, safe HTML out, and what the pages then do with that HTML.

The only home of markdown-it, nh3 and mark_safe. Everything after `sanitise` reads HTML that nh3 wrote (double
quotes, `<` and `>` always escaped): a regular expression can tell its tags. Must not know the database.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from . import layout, text
from .addresses import without_own_host
from .kramdown import kramdown

# Ids of a text never meet those of the page around it (DOM clobbering, labels, skip links).
ID_PREFIX = "texte-"
IMAGE_SIZES = "(min-width: 48em) 48rem, 100vw"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a text wants one of its article's items: `kind` is video, image or document."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class ImageSource:
    """What shows an image: `src` for all browsers, its size in pixels, and (media type, srcset) pairs."""

    src: str
    width: int
    height: int
    srcsets: tuple[tuple[str, str], ...] = ()


_markdown = MarkdownIt("zero").use(kramdown)


def render(markdown: str) -> str:
    """The safe HTML of a Markdown text, as kramdown makes it (https://kramdown.gettalong.org/syntax.html)."""
    return sanitise(_markdown.render(markdown))


def page_html(
    markdown: str, language: str, ids: str = "texte", own_hosts: Collection[str] = frozenset()
) -> str:
    """The HTML of an article's text: safe, outlined, laid out for a page, spaced as its language wants.

    `ids` begins its ids: texts that stand on one page need one each (RGAA 8.2). Addresses that name one
    of `own_hosts` are written from the site's root.
    """
    if not markdown.strip():
        return ""
    html = at_home(with_ids(render(markdown), ids), own_hosts)
    html = layout.unquoted(with_own_classes(html))
    html = layout.scrollable(layout.scoped(layout.without_holes(html)))
    html = layout.anchored(outline(without_wrong_roles(html)), ids)
    # Last: a title repeats what the link shows, no-break spaces included.
    return layout.announced(typography(html, language))


# --- safety

_TAGS = """
    a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt
    em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section
    small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
"""
_ATTRIBUTES = {
    "*": {"align", "aria-label", "class", "dir", "id", "lang", "role", "style", "title"},
    "a": {"href", "hreflang", "name", "target"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "div": {"data-place"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"datetime"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "li": {"value"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
_UNREAD_TAGS = {"iframe", "noscript", "object", "script", "style", "template"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_cleaner = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags=_UNREAD_TAGS,
    attributes=_ATTRIBUTES,
    # nh3 would write its own `rel` on every link; ours goes on those that open a window.
    link_rel=None,
    url_schemes=_SCHEMES,
    id_prefix=ID_PREFIX,
)

_STYLE_CLASSES = {
    ("text-align", "left"): "text-left",
    ("text-align", "center"): "text-center",
    ("text-align", "right"): "text-right",
    ("text-align", "justify"): "text-justify",
    ("float", "left"): "float-left",
    ("float", "right"): "float-right",
    ("font-style", "italic"): "text-italic",
    ("font-weight", "bold"): "text-bold",
    ("text-decoration", "underline"): "text-underline",
}
_ATTRIBUTE = r' ([a-z-]+)="([^"]*)"'
_OPENING = re.compile(rf"<([a-z][a-z0-9]*)((?:{_ATTRIBUTE.replace('(', '(?:', 2)})+)>")
_PREFIXED = re.compile(rf'( (?:id="|href="#)){ID_PREFIX}')
_NEEDS_TIDYING = re.compile(r' (?:style|align|name|target|width|height)="| href="#')


def sanitise(html: str) -> str:
    """HTML without anything that runs, loads, submits or styles.

    Known inline styles become classes: the pages' security policy forbids `style`. Ids, and links
    to them, get `ID_PREFIX`.
    """
    clean = _cleaner.clean(html.encode("utf-8", "replace").decode())
    return _OPENING.sub(_tidied, clean)


def with_ids(html: str, prefix: str) -> str:
    """`html` whose ids, and links to them, begin with `prefix` and a hyphen instead of `ID_PREFIX`."""
    return _OPENING.sub(lambda tag: _PREFIXED.sub(rf"\1{prefix}-", tag[0]), html)


_WORN = """
    auteur-citation center-image citation encadre float-left float-right footnotes lien-important
    text-align-center text-bold text-center text-italic text-justify text-left text-right text-underline
"""
TEXT_CLASSES = frozenset(_WORN.split())
"""The classes that a text may wear on a page: those that the style sheet has for texts."""


def with_own_classes(html: str) -> str:
    """`html` without the classes that are not a text's: one of the page's could cover the page."""

    def kept(tag: re.Match[str]) -> str:
        if ' class="' not in tag[2]:
            return tag[0]
        attributes = _attributes(tag[2])
        # Posts write some of them with accents (`encadré`).
        classes = [text.fold(name) for name in attributes.pop("class").split()]
        classes = [name for name in classes if name in TEXT_CLASSES]
        if classes:
            attributes["class"] = " ".join(classes)
        return _opening(tag[1], attributes)

    return _OPENING.sub(kept, html)


def _tidied(tag: re.Match[str]) -> str:
    if not _NEEDS_TIDYING.search(tag[2]):
        return tag[0]
    attributes = _attributes(tag[2])
    classes = attributes.get("class", "").split()
    classes += _style_classes(attributes.pop("style", ""), attributes.pop("align", ""))
    if classes:
        attributes["class"] = " ".join(dict.fromkeys(classes))
    if attributes.pop("target", "") == "_blank":
        attributes |= {"target": "_blank", "rel": "noopener"}
    if name := attributes.pop("name", ""):
        attributes.setdefault("id", ID_PREFIX + name.removeprefix(ID_PREFIX))
    for length in ("width", "height"):
        if length in attributes and not (pixels := _pixels(attributes[length])):
            del attributes[length]
        elif length in attributes:
            attributes[length] = pixels
    href = attributes.get("href", "")
    if len(href) > 1 and href[0] == "#" and not href.startswith(f"#{ID_PREFIX}"):
        attributes["href"] = f"#{ID_PREFIX}{href[1:]}"
    return _opening(tag[1], dict(sorted(attributes.items())))


def _style_classes(style: str, align: str) -> Iterator[str]:
    declarations = [declaration.partition(":") for declaration in unescape(style).lower().split(";")]
    if align:
        declarations.append(("text-align", ":", align.lower()))
    for name, _, value in declarations:
        known = _STYLE_CLASSES.get((name.strip(), value.replace("!important", "").strip()))
        if known:
            yield known


def _pixels(length: str) -> str:
    number = re.fullmatch(r"([1-9]\d{0,4})(?:\.\d+)?(?:px)?", length.strip())
    return number[1] if number else ""


def _attributes(source: str) -> dict[str, str]:
    """The attributes of a tag that nh3 wrote, their values still escaped."""
    return dict(re.findall(_ATTRIBUTE, source))


def _opening(name: str, attributes: Mapping[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{value}"' for key, value in attributes.items()) + ">"


# --- text that leaves its page

_PORTABLE = {tag: names - {"cite", "headers", "name", "target"} for tag, names in _ATTRIBUTES.items()}
_PORTABLE["*"] = {"dir", "lang", "title"}


def portable(html: str, address: str) -> str:
    """HTML of a page as it can stand elsewhere: whole addresses, and nothing that leans on the page.

    `address` is the page's own, with its host: links within the text lead there, since its ids stay
    behind with its classes. A picture is left with the one source that everybody reads.
    """
    return nh3.clean(
        html,
        tags=set(_TAGS.split()),
        clean_content_tags=_UNREAD_TAGS,
        attributes=_PORTABLE,
        link_rel=None,
        url_schemes=_SCHEMES,
        url_relative=("rewrite_with_base", address),
    )


# --- headings and typography

_EMPTY_HEADING = re.compile(
    r"<h([1-6])(?: [^>]*)?>(?:\s|&nbsp;|<br>|</?(?:a|b|em|i|small|span|strong|u)(?: [^>]*)?>)*</h\1>"
)
_HEADING_TAG = re.compile(r"<(/?)h([1-6])(?=[ >])")
_NOTE_ROLE = re.compile(r' role="doc-(?:noteref|endnote)"')
_VERBATIM = {"code", "kbd", "pre", "samp", "var"}
_TAG_OR_TEXT = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>|[^<]+")


def data_block(value: Any) -> SafeString:
    """A script element that holds data (JSON-LD) and runs nothing, whatever the words in it.

    Django's `json_script` makes it, whose signs of HTML are escaped, under the media type of JSON-LD.
    """
    block = json_script(value).replace("application/json", "application/ld+json", 1)
    return mark_safe(block)


def outline(html: str, start: int = 2) -> str:
    """`html` with its first headings at level `start`, no level skipped, no empty heading (RGAA 9.1)."""
    above: list[int] = []

    def level(tag: re.Match[str]) -> str:
        if not tag[1]:
            written = int(tag[2])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        return f"<{tag[1]}h{min(start + len(above) - 1, 6)}"

    return _HEADING_TAG.sub(level, _EMPTY_HEADING.sub("", html))


def without_wrong_roles(html: str) -> str:
    """`html` whose footnotes claim no role that ARIA allows on other elements only, or no more.

    kramdown gives notes `doc-noteref`, which is for links, and `doc-endnote`, which is no more.
    """
    return _NOTE_ROLE.sub("", html)


def typography(html: str, language: str) -> str:
    """`html` with the spaces of its language in running text; code is left as it is."""
    if language != "fr":
        return html
    verbatim = 0

    def spaced(part: re.Match[str]) -> str:
        nonlocal verbatim
        if part[2] in _VERBATIM:
            verbatim += -1 if part[1] else 1
        return part[0] if part[2] or verbatim else text.french_spacing(part[0])

    return _TAG_OR_TEXT.sub(spaced, html)


# --- items placed in the text

_MARKER = re.compile(r'<div data-place="(video|image|document):([a-z0-9][a-z0-9-]*)"></div>')


def split(html: str) -> tuple[str | Placement, ...]:
    """`html` cut where items are placed; its strings, taken together, are `html` without the markers."""
    parts: list[str | Placement] = []
    end = 0
    for marker in _MARKER.finditer(html):
        parts += [html[end : marker.start()], Placement(marker[1], marker[2])]
        end = marker.end()
    return tuple(part for part in (*parts, html[end:]) if part)


# --- images and links

_LINK_OR_IMAGE = re.compile(rf"<(/?)(a|img)((?:{_ATTRIBUTE.replace('(', '(?:', 2)})*)>")
_FILE_NAME = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)\s*$", re.I)
_MISSING = "Image non disponible"
_LOST = ' <span lang="fr">(document non disponible)</span>'


def image_addresses(html: str) -> tuple[str, ...]:
    """The site's own images that `html` shows, each once: percent-decoded, NFC."""
    found = (_local(source) for source in _values(html, "img", "src"))
    return tuple(dict.fromkeys(address for address in found if address))


def linked_addresses(html: str) -> frozenset[str]:
    """The site's own addresses that `html` links to: percent-decoded, NFC, without query or fragment."""
    found = (_local(target) for target in _values(html, "a", "href"))
    return frozenset(address for address in found if address)


def unlinked(html: str, addresses: Collection[str]) -> str:
    """`html` where links to these documents, as `linked_addresses` returns them, say that there is none."""
    dead = False

    def shown(tag: re.Match[str]) -> str:
        nonlocal dead
        if tag[2] == "img":
            return tag[0]
        if tag[1]:
            return f"{_LOST}</span>" if dead else tag[0]
        dead = _local(unescape(_attributes(tag[3]).get("href", ""))) in addresses
        return "<span>" if dead else tag[0]

    return _LINK_OR_IMAGE.sub(shown, html)


def led_below(html: str, prefix: str, addresses: Collection[str]) -> str:
    """`html` where links to these files, as `linked_addresses` returns them, have `prefix` before them."""

    def shown(tag: re.Match[str]) -> str:
        attributes = {} if tag[1] or tag[2] == "img" else _attributes(tag[3])
        target = attributes.get("href", "")
        if _local(unescape(target)) not in addresses:
            return tag[0]
        return _opening("a", attributes | {"href": escape(prefix) + target})

    return _LINK_OR_IMAGE.sub(shown, html)


def illustrate(html: str, images: Mapping[str, ImageSource]) -> str:
    """`html` with the site's own images as `<picture>`; those of other sites as links, never loaded.

    `images` is keyed as `image_addresses` returns them. An image that it lacks leaves its text.
    """
    in_link = False

    def shown(tag: re.Match[str]) -> str:
        nonlocal in_link
        if tag[2] == "a":
            in_link = not tag[1]
            return tag[0]
        attributes = _attributes(tag[3])
        source = unescape(attributes.get("src", ""))
        if _is_remote(source):
            return _link_to_image(attributes, source, in_link)
        known = images.get(_local(source))
        return _picture(attributes, known) if known else _missing_image(attributes)

    return _LINK_OR_IMAGE.sub(shown, html)


_ABSOLUTE = re.compile(r' (href|src)="((?:https?:)?//[^"]*)"', re.IGNORECASE)


def at_home(html: str, own_hosts: Collection[str]) -> str:
    """`html` whose links and images on the site's own hosts are addresses from its root."""

    def shown(found: re.Match[str]) -> str:
        return f' {found[1]}="{escape(without_own_host(unescape(found[2]), own_hosts))}"'

    def inside(tag: re.Match[str]) -> str:
        return _ABSOLUTE.sub(shown, tag[0])

    return _OPENING.sub(inside, html) if any(host in html for host in own_hosts) else html


def _values(html: str, tag: str, attribute: str) -> Iterator[str]:
    for found in _LINK_OR_IMAGE.finditer(html):
        if found[2] == tag and not found[1]:
            yield unescape(_attributes(found[3]).get(attribute, ""))


def _local(address: str) -> str:
    if not address.startswith("/") or address.startswith("//"):
        return ""
    return unicodedata.normalize("NFC", unquote(re.split(r"[?#]", address)[0]))


def _is_remote(address: str) -> bool:
    # Browsers take a backslash for a slash (WHATWG URL Standard, special schemes).
    return re.match(r"(?:[a-z][a-z0-9+.-]*:|[/\\]{2})", address.strip(), re.I) is not None


def _written_alt(attributes: Mapping[str, str]) -> str:
    """The alternative text that somebody wrote, escaped; a file name is none (RGAA 1.3)."""
    alt = attributes.get("alt", "").strip()
    return "" if _FILE_NAME.search(alt) else alt


def _link_to_image(attributes: Mapping[str, str], source: str, in_link: bool) -> str:
    alt = _written_alt(attributes)
    if in_link:
        return alt or _MISSING
    try:
        host = urlsplit(source).hostname or ""
    except ValueError:
        host = ""
    return f'<a href="{escape(source)}">{alt or f"Voir l’image sur {escape(host)}".strip()}</a>'


def _missing_image(attributes: Mapping[str, str]) -> str:
    alt = _written_alt(attributes)
    lead = f'<span lang="fr">{_MISSING}{" : " if alt else ""}</span>'
    return f'<span class="image-missing">{lead}{alt}</span>'


def _picture(attributes: Mapping[str, str], image: ImageSource) -> str:
    """The author's width wins over the image's own; height follows in proportion."""
    width = min(int(attributes.get("width") or image.width), image.width)
    sizes = IMAGE_SIZES if "width" not in attributes else f"{width}px"
    modern = [pair for pair in image.srcsets if pair[0] in ("image/avif", "image/webp")]
    sources = "".join(
        f'<source type="{media_type}" srcset="{escape(srcset)}" sizes="{sizes}">'
        for media_type, srcset in modern
    )
    shown = {key: value for key, value in attributes.items() if key in ("class", "id", "lang", "title")}
    shown |= {"src": escape(image.src), "alt": _written_alt(attributes)}
    for _, srcset in [pair for pair in image.srcsets if pair not in modern]:
        shown |= {"srcset": escape(srcset), "sizes": sizes}
    height = max(1, round(image.height * width / image.width))
    shown |= {"width": str(width), "height": str(height), "loading": "lazy", "decoding": "async"}
    return f"<picture>{sources}{_opening('img', shown)}</picture>"
