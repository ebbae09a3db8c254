"""Safe HTML of a text in, the same made ready for a page out: what phones and screen readers need of it.

Reads HTML that nh3 wrote (see `rendering`): a regular expression can tell its tags.
"""

import re
from collections import Counter
from dataclasses import dataclass

from .plaintext import plain
from .text import slug_key


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a text as a table of contents names it, with the parts inside it."""

    id: str
    text: str
    parts: tuple["Heading", ...] = ()


_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br>|[ \t\n]+")
_ID = re.compile(r' id="([^"]*)"')
_CLASSES = re.compile(r' class="([^"]*)"')


# --- blocks

_QUOTE = re.compile(r"<(/?)blockquote((?: [^>]*)?)>")
_NO_QUOTES = {"auteur-citation", "encadre", "lien-important"}
_EMPTY = re.compile(r'<(p|div|figure|blockquote)(?: class="[^"]*")?>(?:\s|&nbsp;|<br>)*</\1>\n?')
_NESTED = 3


def unquoted(html: str) -> str:
    """`html` whose boxes, buttons and authors are no quotes, though posts write them so (RGAA 9.4)."""
    names: list[str] = []

    def renamed(tag: re.Match[str]) -> str:
        if tag[1]:
            return f"</{names.pop()}>"
        classes = _CLASSES.search(tag[2])
        is_quote = classes is None or _NO_QUOTES.isdisjoint(classes[1].split())
        names.append("blockquote" if is_quote else "div")
        return f"<{names[-1]}{tag[2]}>" if is_quote else f"<div{classes[0] if classes else ''}>"

    return _QUOTE.sub(renamed, html)


def without_holes(html: str) -> str:
    """`html` without the empty blocks that authors space their texts with."""
    for _ in range(_NESTED):
        html = _EMPTY.sub("", html)
    return html


def scrollable(html: str) -> str:
    """`html` whose tables stand in a box of their own, which scrolls where they are too wide."""
    return html.replace("<table", '<div class="table"><table').replace("</table>", "</table></div>")


# --- tables

_HEAD = re.compile(r"<thead.*?</thead>", re.S)
_ROW = re.compile(r"<tr[ >].*?</tr>", re.S)
_UNSCOPED = re.compile(r"<th(?=[ >])(?![^>]* scope=)")


def scoped(html: str) -> str:
    """`html` whose table headers say what they head: a column, or the row of their data (RGAA 5.7)."""

    def of_row(row: re.Match[str]) -> str:
        scope = "row" if re.search(r"<td[ >]", row[0]) else "col"
        return _UNSCOPED.sub(f'<th scope="{scope}"', row[0])

    headed = _HEAD.sub(lambda head: _UNSCOPED.sub('<th scope="col"', head[0]), html)
    return _ROW.sub(of_row, headed)


# --- headings

_HEADING = re.compile(r"<h([23])((?: [^>]*)?)>(.*?)</h\1>", re.S)


def anchored(html: str, prefix: str) -> str:
    """`html` whose headings have an id each: kramdown gives none to those that are written in HTML."""
    taken = set(_ID.findall(html))
    repeated: Counter[str] = Counter()

    def with_id(heading: re.Match[str]) -> str:
        level, attributes, content = heading.groups()
        if _ID.search(attributes):
            return heading[0]
        wanted = found = f"{prefix}-{slug_key(plain(content))}"
        while found in taken:
            repeated[wanted] += 1
            found = f"{wanted}-{repeated[wanted]}"
        taken.add(found)
        return f'<h{level}{attributes} id="{found}">{content}</h{level}>'

    return _HEADING.sub(with_id, html)


def contents(html: str) -> tuple[Heading, ...]:
    """The headings of levels 2 and 3; none where the author placed a table of contents (`{:toc}`)."""
    if '-markdown-toc"' in html:
        return ()
    chapters: list[tuple[str, str, list[Heading]]] = []
    for level, attributes, content in _HEADING.findall(html):
        found, text = _ID.search(attributes), plain(content)
        if found is None or not text:
            continue
        if level == "3" and chapters:
            chapters[-1][2].append(Heading(found[1], text))
        else:
            chapters.append((found[1], text, []))
    return tuple(Heading(anchor, text, tuple(parts)) for anchor, text, parts in chapters)


# --- links

_NEW_WINDOW = re.compile(r'<a((?: [a-z-]+="[^"]*")* target="_blank"(?: [a-z-]+="[^"]*")*)>(.*?)</a>', re.S)
_TITLE = re.compile(r' title="([^"]*)"')
_ALT = re.compile(r'<img[^>]* alt="([^"]*)"[^>]*>')
_ANNOUNCEMENT = "nouvelle fenêtre"


def announced(html: str) -> str:
    """`html` whose links that open a window say so in a title, which repeats their words (RGAA 13.2)."""

    def titled(link: re.Match[str]) -> str:
        shown = _TAG.sub("", _BREAK.sub(" ", _ALT.sub(r"\1", link[2])))
        words = shown.strip().replace('"', "&quot;")
        title = _TITLE.search(link[1])
        written = title[1] if title else ""
        said = (
            "" if words in written else words,
            written,
            "" if _ANNOUNCEMENT in written else _ANNOUNCEMENT,
        )
        return f'<a{_TITLE.sub("", link[1])} title="{" - ".join(filter(None, said))}">{link[2]}</a>'

    return _NEW_WINDOW.sub(titled, html)
