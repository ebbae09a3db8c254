"""HTML written in the text: blocks end at their closing tag and are left as they are, spans are parsed.

Source: https://kramdown.gettalong.org/syntax.html#html-blocks
"""

import re

from markdown_it.rules_inline import StateInline

from .elements import (
    BLOCKS,
    CLOSING,
    HELD,
    OPENING,
    PARSED,
    SPAN_NAMES,
    TRAILING,
    VOID,
    Raw,
    closing_tag,
    comment_end,
    held,
    parse_tag,
    read_markdown,
)
from .scanning import parse_until, push_text
from .tree import CONTAINER, HTML, MAX_DEPTH, Block, Scanner

BLOCK_TAG = rf" {{0,3}}</?(?!(?:{SPAN_NAMES}|script)\b)[^\W\d]"
_BLOCK_OPENING = re.compile(rf" {{0,3}}(?=<(?!(?:{SPAN_NAMES})\b)[^\W\d])", re.I)
_BLOCK_CLOSING = re.compile(rf" {{0,3}}{CLOSING.pattern}")


def html_block(scanner: Scanner) -> bool:
    """An element that is no span, down to its own closing tag; the rest of that line is a new block."""
    if end := comment_end(scanner.src, scanner.pos, len(scanner.src)):
        scanner.blocks.append(Block(HTML))
        scanner.pos = end
        scanner.take(TRAILING)
        return True
    if _ends(scanner):
        return True
    start = scanner.look(_BLOCK_OPENING)
    opening = OPENING.match(scanner.src, start.end()) if start else None
    if not opening:
        return False
    scanner.pos = opening.end()
    name, attrs = opening[1].lower(), parse_tag(opening[2])
    reads_all = scanner.env["options"].get("parse_block_html") == "true"
    kind = held(name, attrs, HELD.get(name, "") if reads_all else "")
    block = scanner.add(Block(HTML, name, attrs))
    if not opening[3] and name not in VOID:
        if kind and scanner.depth < MAX_DEPTH:
            read_markdown(scanner, block, kind)
        else:
            _read_raw(scanner, block)
    scanner.take(TRAILING)
    return True


def _ends(scanner: Scanner) -> bool:
    """Whether the element whose inside is read ends here."""
    closing = scanner.look(_BLOCK_CLOSING) if scanner.element else None
    if not closing or closing[1].lower() != scanner.element:
        return False
    scanner.pos = closing.end()
    scanner.closed = True
    return True


def _read_raw(scanner: Scanner, block: Block) -> None:
    """Take the inside of `block` as it is, but for the elements in it that are to be read as Markdown."""
    raw = Raw(scanner.src, scanner.pos, len(scanner.src), scanner=scanner)
    block.text = raw.read(block.tag)
    scanner.pos = raw.pos
    if any(isinstance(piece, Block) for piece in raw.pieces):
        block.kind = CONTAINER
        block.children = [
            piece if isinstance(piece, Block) else Block(HTML, text=piece) for piece in raw.pieces
        ]


def html_span(state: StateInline) -> bool:
    """A tag inside a line: its inside is Markdown up to its closing tag, or to the end of the text."""
    src, pos = state.src, state.pos
    if end := comment_end(src, pos, state.posMax):
        # Shows nothing, yet attributes after it are its own.
        state.push("html_raw", "", 0)
        state.pos = end
        return True
    opening = OPENING.match(src, pos, state.posMax)
    tag = opening or CLOSING.match(src, pos, state.posMax)
    if not tag:
        return False
    state.pos = tag.end()
    name = tag[1].lower()
    if not opening or name in BLOCKS:
        push_text(state, tag[0])
        return True
    token = state.push("html_span_open", name, 0 if opening[3] or name in VOID else 1)
    token.attrs = parse_tag(opening[2])
    asked = token.attrs.pop("markdown", "")
    if name in VOID:
        return True
    if opening[3]:
        state.push("html_raw", "", 0).content = f"</{name}>"
        return True
    if asked == "span" or (name in PARSED and asked != "0"):
        if closing := parse_until(state, closing_tag(name)):
            state.pos = closing.end()
    else:
        raw = Raw(src, state.pos, state.posMax, BLOCKS)
        state.push("html_raw", "", 0).content = raw.read(name)
        state.pos = raw.pos
    state.push("html_span_close", name, -1)
    return True
