"""Links and images, inline and by reference, and the lines that define references.

Addresses are taken as people write them: with blanks, parentheses, line ends.
Source: https://kramdown.gettalong.org/syntax.html#links-and-images
"""

import re

from markdown_it.rules_inline import StateInline

from .scanning import Effort, Snapshot, parse_until
from .tree import BOUNDARY, WHITE, Block, Scanner

_START = re.compile(r"!?\[(?!\^)")
_BRACKET = re.compile(r"!?\[|\]")
_REFERENCE = re.compile(r"\s*?\[([^\]]+)?\]", re.A)
_ANGLED = re.compile(r"\(<([^>\n]*)>(?=\)|\s)")
_ADDRESS_STOP = re.compile(r"(\()|(\))|\s(?=[\"'])", re.A)
_TITLE = re.compile(r"\s*([\"'])(.+?)\1\s*?\)", re.S | re.A)
_ESCAPED = re.compile(r"\\([\\.*_+`<>()\[\]{}#!:|\"'$=~-])")
_DEFINITION = re.compile(
    r" {0,3}\[([^\n\]]+)\]:[ \t]*(?:<(.*?)>|([^'\"\n]*?\S[^'\"\n]*?))"
    r"(?:(?:[ \t]*?\n|[ \t]+?)[ \t]*?(['\"])(.+?)\4)?[ \t]*?\n"
)


def link_definition(scanner: Scanner) -> bool:
    """`[name]: address "title"`."""
    if scanner.src[scanner.pos : scanner.pos + 4].lstrip(" ")[:1] != "[":
        return False
    found = scanner.take(_DEFINITION)
    if not found:
        return False
    address = found[2] if found[2] is not None else found[3]
    scanner.env["links"].setdefault(_normalised(found[1]), (address.strip(WHITE), found[5]))
    scanner.blocks.append(Block(BOUNDARY))
    return True


def _normalised(name: str) -> str:
    return " ".join(name.split()).lower()


def link(state: StateInline, silent: bool) -> bool:
    """`[text](address "title")`, `[text][name]`, `[name]`, and images the same after a `!`."""
    src, pos = state.src, state.pos
    if src[pos] not in "![":
        return False
    start = _START.match(src, pos, state.posMax)
    if not start:
        return False
    is_image = start[0][0] == "!"
    opened = state.env["open_spans"]
    found = False
    if is_image or "a" not in opened:
        snapshot = Snapshot(state)
        found = _linked(state, start.end(), is_image)
        if not found:
            snapshot.restore()
    if not found:
        state.append_pending(start[0])
        state.pos = start.end()
    return True


def _linked(state: StateInline, pos: int, is_image: bool) -> bool:
    token = state.push("image" if is_image else "link_open", "img" if is_image else "a", 0 if is_image else 1)
    first, level = len(state.tokens), state.level + 1
    state.pos = pos
    depth, counted = 1, first

    def closes(found: re.Match[str]) -> bool:
        nonlocal depth, counted
        depth += -1 if found[0] == "]" else 1
        # The bracket of an image has been counted as opened; its end was not seen from here.
        depth -= sum(child.type == "image" and child.level == level for child in state.tokens[counted:])
        counted = len(state.tokens)
        return depth == 0

    opened: list[str] = state.env["open_spans"]
    opened.append("img" if is_image else "a")
    opened.append("a")
    closing = parse_until(state, _BRACKET, closes)
    del opened[-2:]
    if not closing:
        return False
    text = _ESCAPED.sub(r"\1", state.src[pos : closing.start()])
    target = _target(state, closing.end(), text)
    if target is None:
        return False
    address, title, state.pos = target
    if is_image:
        del state.tokens[first:]
        del state.tokens_meta[first:]
        state.pending = ""
        token.attrs = {"src": address, "alt": text}
        token.children = []
        token.content = text
    else:
        token.attrs = {"href": address}
        state.push("link_close", "a", -1)
    if title:
        token.attrs["title"] = title
    return True


def _target(state: StateInline, pos: int, text: str) -> tuple[str, str | None, int] | None:
    """Address, title and end of what follows the text of a link; None when it is no link."""
    src, end = state.src, state.posMax
    reference = _REFERENCE.match(src, pos, end)
    if reference or not src.startswith("(", pos, end):
        name = _normalised((reference[1] if reference else None) or text)
        known = state.env["links"].get(name)
        return (*known, reference.end() if reference else pos) if known else None
    if angled := _ANGLED.match(src, pos, end):
        address, pos = angled[1], angled.end()
        if src.startswith(")", pos, end):
            return address, None, pos + 1
    else:
        stop = _address_end(state, pos)
        if stop is None:
            return None
        address = src[pos + 1 : stop.end() - 1].strip(WHITE)
        if stop[2]:
            return address, None, stop.end()
        pos = stop.start()
    title = _TITLE.match(src, pos, end)
    return (address, title[2], title.end()) if title else None


def _address_end(state: StateInline, pos: int) -> re.Match[str] | None:
    """The parenthesis that closes an address, or the blank before its title."""
    effort: Effort = state.env["effort"]
    depth = 0
    for found in _ADDRESS_STOP.finditer(state.src, pos, state.posMax):
        effort.left -= 1
        if found[1]:
            depth += 1
        elif found[2]:
            depth -= 1
            if depth == 0:
                return found
        else:
            return found
        if effort.left <= 0:
            return None
    effort.left -= (state.posMax - pos) // 64
    return None
