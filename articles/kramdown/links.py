"""Links and images, inline and by reference, and the lines that define references.

Addresses are taken as people write them: with blanks, parentheses, line ends.
Source: https://kramdown.gettalong.org/syntax.html#links-and-images
"""

import re
from dataclasses import dataclass, field

from markdown_it.rules_inline import StateInline

from .scanning import Effort, Snapshot, parse_until
from .spans import ESCAPED
from .tree import BOUNDARY, DEFINITION, WHITE, Attributes, Block, Scanner, with_characters

_START = re.compile(r"!?\[(?!\^)")
_BRACKET = re.compile(r"!?\[|\]")
_REFERENCE = re.compile(r"\s*?\[([^\]]+)?\]", re.A)
_ANGLED = re.compile(r"\(<([^>\n]*)>")
_ADDRESS_STOP = re.compile(r"(\()|(\))|\s(?=[\"'])", re.A)
_TITLE = re.compile(r"\s*([\"'])(.+?)\1\s*?\)", re.S | re.A)
_DEFINITION = re.compile(
    r" {0,3}\[([^\n\]]+)\]:[ \t]*(?:<(.*?)>|([^\n]*?\S[^\n]*?))"
    r"(?:(?:[ \t]*?\n|[ \t]+?)[ \t]*?(['\"])(.+?)\4)?[ \t]*?\n"
)
_BROKEN_TITLE = re.compile(r"[ \t][\"']")


def link_definition(scanner: Scanner) -> bool:
    """`[name]: address "title"`."""
    found = scanner.look(_DEFINITION)
    if not found or _BROKEN_TITLE.search(found[3] or ""):
        return False
    scanner.pos = found.end()
    block = scanner.add(Block(BOUNDARY, DEFINITION))
    address = found[2] if found[2] is not None else found[3]
    title = {"title": with_characters(found[5])} if found[5] else {}
    scanner.env["links"][_normalised(found[1])] = (address.strip(WHITE), title, block.attrs)
    return True


def _normalised(name: str) -> str:
    return " ".join(name.split()).lower()


def link(state: StateInline) -> bool:
    """`[text](address "title")`, `[text][name]`, `[name]`, and images the same after a `!`."""
    start = _START.match(state.src, state.pos, state.posMax)
    if not start:
        return False
    is_image = start[0][0] == "!"
    if is_image or "a" not in state.env["open_spans"]:
        snapshot = Snapshot(state)
        if _image(state, start.end()) if is_image else _link(state, start.end()):
            return True
        snapshot.restore()
    state.append_pending(start[0])
    state.pos = start.end()
    return True


def _link(state: StateInline, pos: int) -> bool:
    token = state.push("link_open", "a", 1)
    target = _target_after_text(state, pos)
    if not target:
        return False
    token.attrs = {**target.attrs, "href": with_characters(target.address), **target.title}
    state.push("link_close", "a", -1)
    state.pos = target.end
    return True


def _image(state: StateInline, pos: int) -> bool:
    snapshot = Snapshot(state)
    target = _target_after_text(state, pos)
    if not target:
        return False
    # Its text was read only to know where it ends.
    snapshot.restore()
    token = state.push("image", "img", 0)
    token.attrs = {
        **target.attrs,
        "src": with_characters(target.address),
        "alt": with_characters(target.text),
        **target.title,
    }
    state.pos = target.end
    return True


def _target_after_text(state: StateInline, pos: int) -> "_Target | None":
    """Parse the text of a link up to its closing bracket, and what follows; None when it is no link."""
    counted, level = len(state.tokens), state.level + 1
    depth = 1

    def closes(found: re.Match[str]) -> bool:
        nonlocal depth, counted
        depth += -1 if found[0] == "]" else 1
        # The bracket of an image has been counted as opened; its end was not seen from here.
        depth -= sum(child.type == "image" and child.level == level for child in state.tokens[counted:])
        counted = len(state.tokens)
        return depth == 0

    state.pos = pos
    state.env["open_spans"].append("a")
    closing = parse_until(state, _BRACKET, closes)
    state.env["open_spans"].pop()
    if not closing:
        return None
    return _target(state, closing.end(), ESCAPED.sub(r"\1", state.src[pos : closing.start()]))


@dataclass(frozen=True, slots=True)
class _Target:
    text: str
    address: str
    title: Attributes
    end: int
    attrs: Attributes = field(default_factory=dict)


def _target(state: StateInline, pos: int, text: str) -> _Target | None:
    """What follows the text of a link: an address, or the name of one."""
    src, end = state.src, state.posMax
    reference = _REFERENCE.match(src, pos, end)
    if reference or not src.startswith("(", pos, end):
        name = _normalised((reference[1] if reference else None) or text)
        known = state.env["links"].get(name)
        if not known:
            return None
        address, title, attrs = known
        return _Target(text, address, title, reference.end() if reference else pos, attrs)
    if angled := _ANGLED.match(src, pos, end):
        address, pos = angled[1], angled.end()
        if src.startswith(")", pos, end):
            return _Target(text, address, {}, pos + 1)
    else:
        stop = _address_end(state, pos)
        if stop is None:
            return None
        address = src[pos + 1 : stop.end() - 1].strip(WHITE)
        if stop[2]:
            return _Target(text, address, {}, stop.end())
        pos = stop.start()
    written = _TITLE.match(src, pos, end)
    if not written:
        state.env["effort"].left -= (end - pos) // 64
        return None
    return _Target(text, address, {"title": with_characters(written[2])}, written.end())


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
