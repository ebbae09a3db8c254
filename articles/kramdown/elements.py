"""HTML elements as kramdown reads them: their tags, and what stands between these, balanced.

A closing tag that closes nothing is shown as text; whether an element is safe is decided elsewhere.
Source: https://kramdown.gettalong.org/syntax.html#html-blocks
"""

import re
from dataclasses import dataclass, field
from html import escape

from .placing import PLACED
from .tree import (
    CONTAINER,
    HTML,
    MAX_DEPTH,
    REFERENCE,
    TEXT,
    WHITE,
    Attributes,
    Block,
    Scanner,
    with_characters,
)

_SPANS = """
    a abbr acronym b bdo big br button cite code del dfn em i img input ins kbd label mark option q rb rbc rp
    rt rtc ruby samp select small span strong sub sup tt u var
"""
# Shown as text where they stand inside a line.
_BLOCKS = """
    address applet article aside blockquote body caption col colgroup dd div dl dt fieldset figcaption footer
    form h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main map menu nav ol optgroup p pre
    section summary table tbody td tfoot th thead tr ul
"""
_VOID = "area base br col command embed hr img input keygen link meta param source track wbr"
# Spans whose inside is Markdown; the others keep theirs as it is.
_PARSED = """
    a abbr acronym b bdo big button cite del details dfn em figure i ins label noscript object q rb rbc rp rt
    rtc ruby select small span strong sub sup tt
"""
# What holds blocks, or spans, where it is asked to be read as Markdown.
_HOLD_BLOCKS = """
    address applet article aside blockquote body dd details div dl fieldset figcaption figure footer form
    header hgroup iframe li main map menu nav noscript object section summary td
"""
_HOLD_SPANS = """
    a abbr acronym b bdo big button caption cite del dfn dt em h1 h2 h3 h4 h5 h6 i ins label legend optgroup p
    q rb rbc rp rt rtc ruby select small span strong sub sup th tt
"""
BLOCKS, VOID, PARSED = (frozenset(names.split()) for names in (_BLOCKS, _VOID, _PARSED))
HELD = dict.fromkeys(_HOLD_BLOCKS.split(), "block") | dict.fromkeys(_HOLD_SPANS.split(), "span")
SPAN_NAMES = "|".join(_SPANS.split())
_VERBATIM = frozenset({"script", "style"})
_CODE = frozenset({"code", "pre"})

_BLANK = f"[{WHITE}]"
_NAME = r"[^\W\d][\w.-]*+(?::[^\W\d][\w.-]*+)?"
_ATTRIBUTE = rf"{_BLANK}++(?:{_NAME})(?:{_BLANK}*+={_BLANK}*+(?:\w++|\"[^\"]*+\"|'[^']*+'))?"
OPENING = re.compile(rf"<({_NAME})((?:{_ATTRIBUTE})*+){_BLANK}*+(/?)>")
CLOSING = re.compile(rf"</({_NAME})\s*>")
_ATTRIBUTE_PARTS = re.compile(rf"{_BLANK}+({_NAME})(?:{_BLANK}*={_BLANK}*(?:(\w+)|\"([^\"]*)\"|'([^']*)'))?")
TRAILING = re.compile(r"[ \t]*\n")
_BARE_AMPERSAND = re.compile(rf"(?!{REFERENCE})&")
_PLACE_LINE = re.compile(rf"^[ \t]*{PLACED}[ \t]*$", re.M)


def closing_tag(name: str) -> re.Pattern[str]:
    """The tag that closes `name`, in any case."""
    return re.compile(rf"</{re.escape(name)}\s*>", re.I)


def comment_end(src: str, pos: int, end: int) -> int:
    """Where the comment at `pos` ends; 0 when there is none."""
    closing = src.find("-->", pos + 4, end) if src.startswith("<!--", pos, end) else -1
    return closing + 3 if closing >= 0 else 0


def parse_tag(source: str) -> Attributes:
    """The attributes of a tag, without its name."""
    if not source:
        return {}
    return {
        part[1].lower(): with_characters(part[2] or part[3] or part[4] or "")
        for part in _ATTRIBUTE_PARTS.finditer(source)
    }


def held(name: str, attrs: Attributes, default: str = "") -> str:
    """What `name` holds as its `markdown` attribute, taken off here, asks: block, span, or no Markdown."""
    asked = str(attrs.pop("markdown", ""))
    return {"0": "", "1": HELD.get(name, ""), "span": "span", "block": "block"}.get(asked, default)


def read_markdown(scanner: Scanner, block: Block, kind: str) -> None:
    """Read the inside of `block`, which begins where the scanner is, and go past its closing tag."""
    block.kind = CONTAINER
    if kind == "block":
        scanner.take(TRAILING)
        block.children = scanner.within(block.tag)
        return
    closing = closing_tag(block.tag).search(scanner.src, scanner.pos)
    text = scanner.src[scanner.pos : closing.start() if closing else None]
    block.children = [Block(TEXT, text=text.strip(WHITE), bare=True)]
    scanner.pos = closing.end() if closing else len(scanner.src)


@dataclass(slots=True)
class Raw:
    """HTML being read as it is, from `pos` on.

    Tags of `refused` elements are shown as text. With a scanner, elements that ask for it are read as
    Markdown: they are the blocks among the `pieces`.
    """

    src: str
    pos: int
    end: int
    refused: frozenset[str] = frozenset()
    scanner: Scanner | None = None
    pieces: list[str | Block] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def read(self, name: str) -> str:
        """Go past the closing tag of `name`, and return what stands before it, less the blocks."""
        self.opened.append(name)
        while self.opened and self.pos < self.end:
            if self.opened[-1] in _VERBATIM:
                closing = closing_tag(self.opened[-1]).search(self.src, self.pos, self.end)
                self._take(closing.start() if closing else self.end)
            tag_at = self.src.find("<", self.pos, self.end)
            if tag_at != self.pos:
                self._take_text(tag_at if tag_at >= 0 else self.end)
            if tag_at >= 0:
                self._take_tag()
        self.pieces += [f"</{name}>" for name in reversed(self.opened[1:])]
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    def _take(self, end: int) -> None:
        self.pieces.append(self.src[self.pos : end])
        self.pos = end

    def _take_text(self, end: int) -> None:
        text = self.src[self.pos : end]
        self.pos = end
        if "&" in text:
            text = _BARE_AMPERSAND.sub("&amp;", text)
        if "[[" in text and _CODE.isdisjoint(self.opened):
            text = _PLACE_LINE.sub(r'<div data-place="\1"></div>', text)
        self.pieces.append(text)

    def _take_tag(self) -> None:
        if closing := CLOSING.match(self.src, self.pos, self.end):
            self.pos = closing.end()
            self._close(closing)
        elif opening := OPENING.match(self.src, self.pos, self.end):
            self.pos = opening.end()
            self._open(opening)
        elif end := comment_end(self.src, self.pos, self.end):
            self.pos = end
        else:
            self.pieces.append("&lt;")
            self.pos += 1

    def _close(self, closing: re.Match[str]) -> None:
        if closing[1].lower() != self.opened[-1]:
            self.pieces.append(escape(closing[0]))
            return
        name = self.opened.pop()
        if self.opened:
            self.pieces.append(f"</{name}>")

    def _open(self, opening: re.Match[str]) -> None:
        name = opening[1].lower()
        if name in self.refused:
            self.pieces.append(escape(opening[0]))
            return
        attrs = parse_tag(opening[2])
        kind = held(name, attrs)
        is_open = name not in VOID and not opening[3]
        if kind and is_open and self.scanner and self.scanner.depth < MAX_DEPTH:
            self.scanner.pos = self.pos
            block = Block(HTML, name, attrs)
            read_markdown(self.scanner, block, kind)
            self.pieces.append(block)
            self.pos = self.scanner.pos
            return
        self.pieces.append(opening_tag(name, attrs))
        if is_open:
            self.opened.append(name)
        elif name not in VOID:
            self.pieces.append(f"</{name}>")


def without_elements(source: str) -> str:
    """`source` less the elements in it, each down to its closing tag."""
    out = []
    pos = 0
    while opening := OPENING.search(source, pos):
        out.append(source[pos : opening.start()])
        pos = opening.end()
        name = opening[1].lower()
        if name not in VOID | BLOCKS and not opening[3]:
            raw = Raw(source, pos, len(source))
            raw.read(name)
            pos = raw.pos
    return "".join(out) + source[pos:]


def opening_tag(name: str, attrs: Attributes) -> str:
    return "<" + name + "".join(f' {key}="{escape(str(value))}"' for key, value in attrs.items()) + ">"


def write_element(tag: str, attrs: Attributes, inner: str) -> str:
    """The HTML of a raw block; one without tag is only what is inside it."""
    if not tag:
        return inner
    return opening_tag(tag, attrs) + inner + ("" if tag in VOID else f"</{tag}>") + "\n"
