"""HTML written in the text: blocks end at their closing tag and are left as they are, spans are parsed.

Tags are balanced here as kramdown balances them (a closing tag that closes nothing is shown as
text); whether they are safe is decided elsewhere.
Source: https://kramdown.gettalong.org/syntax.html#html-blocks
"""

import re
from html import escape, unescape

from markdown_it.rules_inline import StateInline

from .placing import PLACED
from .scanning import parse_until
from .tree import CONTAINER, HTML, WHITE, Attributes, Block, Scanner

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
BLOCKS, VOID, PARSED = (frozenset(names.split()) for names in (_BLOCKS, _VOID, _PARSED))
_SPAN_NAMES = "|".join(_SPANS.split())
_VERBATIM = frozenset({"script", "style"})
_CODE = frozenset({"code", "pre"})

_BLANK = f"[{WHITE}]"
_NAME = r"[^\W\d][\w.-]*+(?::[^\W\d][\w.-]*+)?"
_ATTRIBUTE = rf"{_BLANK}++(?:{_NAME})(?:{_BLANK}*+={_BLANK}*+(?:\w++|\"[^\"]*+\"|'[^']*+'))?"
_OPENING = re.compile(rf"<({_NAME})((?:{_ATTRIBUTE})*+){_BLANK}*+(/?)>")
_CLOSING = re.compile(rf"</({_NAME})\s*>")
_CLOSING_AT_END = re.compile(rf"</(?:{_NAME})\s*>\Z")
_ATTRIBUTE_PARTS = re.compile(rf"{_BLANK}+({_NAME})(?:{_BLANK}*={_BLANK}*(?:(\w+)|\"([^\"]*)\"|'([^']*)'))?")
_TRAILING = re.compile(r"[ \t\r\f\v]*\n?")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]*|#\d+|#[xX][0-9a-fA-F]+);)")
_PLACE_LINE = re.compile(rf"^[ \t]*{PLACED}[ \t]*$", re.M)

BLOCK_TAG = rf" {{0,3}}</?(?!(?:{_SPAN_NAMES})\b)[^\W\d]"
_BLOCK_OPENING = re.compile(rf" {{0,3}}(?=<(?!(?:{_SPAN_NAMES})\b)[^\W\d])", re.I)
_BLOCK_COMMENT = re.compile(r" {0,3}(?=<!--)")


def html_block(scanner: Scanner) -> bool:
    """An element that is no span, down to its own closing tag; the rest of that line is a new block."""
    comment = scanner.look(_BLOCK_COMMENT)
    if comment and (end := _comment_end(scanner.src, comment.end(), len(scanner.src))):
        scanner.blocks.append(Block(HTML))
        scanner.pos = end
        scanner.take(_TRAILING)
        return True
    start = scanner.look(_BLOCK_OPENING)
    opening = _OPENING.match(scanner.src, start.end()) if start else None
    if not opening:
        return False
    name, attrs = opening[1].lower(), _attributes(opening[2])
    block = scanner.add(Block(HTML, name, attrs))
    inner, end = "", opening.end()
    if not opening[3] and name not in VOID:
        inner, end = _raw_inside(scanner.src, end, len(scanner.src), name)
    if attrs.pop("markdown", "") in ("1", "block"):
        block.kind = CONTAINER
        block.children = scanner.inside(_CLOSING_AT_END.sub("", scanner.src[opening.end() : end]).strip("\n"))
    else:
        block.text = inner
    scanner.pos = end
    scanner.take(_TRAILING)
    return True


def html_span(state: StateInline) -> bool:
    """A tag inside a line: its inside is Markdown up to its closing tag, or to the end of the text."""
    src, pos = state.src, state.pos
    if end := _comment_end(src, pos, state.posMax):
        # Shows nothing, yet attributes after it are its own.
        state.push("html_raw", "", 0)
        state.pos = end
        return True
    opening = _OPENING.match(src, pos, state.posMax)
    if not opening:
        return False
    name = opening[1].lower()
    state.pos = opening.end()
    if name in BLOCKS:
        state.append_pending(opening[0])
        return True
    token = state.push("html_span_open", name, 0 if opening[3] or name in VOID else 1)
    token.attrs = _attributes(opening[2])
    if name in VOID:
        return True
    if opening[3]:
        state.push("html_raw", "", 0).content = f"</{name}>"
    elif name in PARSED:
        if closing := parse_until(state, re.compile(rf"</{re.escape(name)}\s*>", re.I)):
            state.pos = closing.end()
        state.push("html_span_close", name, -1)
    else:
        inner, state.pos = _raw_inside(src, state.pos, state.posMax, name, BLOCKS)
        state.push("html_raw", "", 0).content = inner
        state.push("html_span_close", name, -1)
    return True


def _raw_inside(
    src: str, pos: int, end: int, name: str, refused: frozenset[str] = frozenset()
) -> tuple[str, int]:
    """The HTML from `pos` to the closing tag of `name`, balanced, and where that tag ends.

    Tags of `refused` elements are shown as text.
    """
    out: list[str] = []
    opened = [name]
    while opened and pos < end:
        if opened[-1] in _VERBATIM:
            closing = re.compile(rf"</{opened[-1]}\s*>", re.I).search(src, pos, end)
            out.append(src[pos : closing.start() if closing else end])
            pos = closing.start() if closing else end
        tag_at = src.find("<", pos, end)
        if tag_at < 0:
            out.append(_text(src[pos:end], opened))
            pos = end
            break
        if tag_at > pos:
            out.append(_text(src[pos:tag_at], opened))
        pos = _raw_tag(src, tag_at, end, opened, out, refused)
    out += [f"</{name}>" for name in reversed(opened[1:])]
    return "".join(out), pos


def _raw_tag(src: str, pos: int, end: int, opened: list[str], out: list[str], refused: frozenset[str]) -> int:
    """Take what stands at the `<` at `pos`, and say where it ends."""
    if closing := _CLOSING.match(src, pos, end):
        name = closing[1].lower()
        if name != opened[-1]:
            out.append(escape(closing[0]))
        else:
            opened.pop()
            if opened:
                out.append(f"</{name}>")
        return closing.end()
    if opening := _OPENING.match(src, pos, end):
        name = opening[1].lower()
        if name in refused:
            out.append(escape(opening[0]))
            return opening.end()
        out.append(opening_tag(name, _attributes(opening[2])))
        if name not in VOID:
            if opening[3]:
                out.append(f"</{name}>")
            else:
                opened.append(name)
        return opening.end()
    if comment_end := _comment_end(src, pos, end):
        return comment_end
    out.append("&lt;")
    return pos + 1


def without_elements(source: str) -> str:
    """`source` less the elements in it, each down to its closing tag."""
    out = []
    pos = 0
    while opening := _OPENING.search(source, pos):
        out.append(source[pos : opening.start()])
        pos = opening.end()
        name = opening[1].lower()
        if name not in VOID | BLOCKS and not opening[3]:
            pos = _raw_inside(source, pos, len(source), name)[1]
    return "".join(out) + source[pos:]


def _comment_end(src: str, pos: int, end: int) -> int:
    """Where the comment at `pos` ends; 0 when there is none."""
    closing = src.find("-->", pos + 4, end) if src.startswith("<!--", pos, end) else -1
    return closing + 3 if closing >= 0 else 0


def _text(source: str, opened: list[str]) -> str:
    if "&" in source:
        source = _BARE_AMPERSAND.sub("&amp;", source)
    if "[[" in source and _CODE.isdisjoint(opened):
        source = _PLACE_LINE.sub(r'<div data-place="\1"></div>', source)
    return source


def _attributes(source: str) -> Attributes:
    if not source:
        return {}
    return {
        part[1].lower(): unescape(part[2] or part[3] or part[4] or "")
        for part in _ATTRIBUTE_PARTS.finditer(source)
    }


def opening_tag(name: str, attrs: Attributes) -> str:
    return "<" + name + "".join(f' {key}="{escape(str(value))}"' for key, value in attrs.items()) + ">"


def write_element(tag: str, attrs: Attributes, inner: str) -> str:
    """The HTML of a raw block; a comment is a block without tag, and shows nothing."""
    if not tag:
        return ""
    return opening_tag(tag, attrs) + inner + ("" if tag in VOID else f"</{tag}>") + "\n"
