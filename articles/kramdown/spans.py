"""The spans that marks make: emphasis, struck text, code, line breaks, escapes, bare addresses.

Source: https://kramdown.gettalong.org/syntax.html#span-level-elements
"""

import re
from html import unescape

from markdown_it.rules_inline import StateInline

from .scanning import Effort, Snapshot, parse_until, push_text
from .tree import REFERENCE, WHITE, with_characters

_EMPHASIS = re.compile(r"\*\*?|__?")
_STRUCK = re.compile(r"~~(?=[^\s~])", re.A)
_BACKTICKS = re.compile(r"`+")
ESCAPED = re.compile(r"\\(<<|>>|[\\.*_+`<>()\[\]{}#!:|\"'$=~-])")
_BREAK = re.compile(r"\\\\?\n")
_AUTOLINK = re.compile(r"<((?:mailto|https?|ftps?):[^>\n]{1,2000}+|[-.\w]{1,64}+@[-.\w]+)>", re.I)
_ENTITY = re.compile(REFERENCE)
_CLOSERS = {mark: re.compile(re.escape(mark)) for mark in ("*", "**", "_", "__")}
_NEVER = re.compile(r"(?!)")


def emphasis(state: StateInline) -> bool:
    """`*em*` and `**strong**`, neither inside itself; marks that close nothing are text."""
    src, pos = state.src, state.pos
    marks = _EMPHASIS.match(src, pos, state.posMax)
    if not marks:
        return False
    mark = marks[0]
    if not _opens(state, mark) or not (
        _emphasised(state, mark)
        or (len(mark) == 2 and not _is_open(state, "em") and _emphasised(state, mark[0]))
    ):
        state.append_pending(mark)
        state.pos = pos + len(mark)
    return True


def _opens(state: StateInline, mark: str) -> bool:
    after = state.src[state.pos + len(mark) : state.pos + len(mark) + 1]
    if not after or after in WHITE or _is_open(state, "strong" if len(mark) == 2 else "em"):
        return False
    if mark[0] == "_":
        before = state.src[max(0, state.pos - 2) : state.pos]
        return not (before[-1:].isalpha() or (before[-1:] == "-" and before[:1].isalpha()))
    return True


def _is_open(state: StateInline, tag: str) -> bool:
    return tag in state.env["open_spans"]


def _emphasised(state: StateInline, mark: str) -> bool:
    """Parse from `mark` to the mark that closes it; nothing has happened if there is none."""
    src, tag = state.src, "strong" if len(mark) == 2 else "em"
    snapshot = Snapshot(state)
    token = state.push(f"{tag}_open", tag, 1)
    token.markup = mark
    state.pos += len(mark)
    first = len(state.tokens)

    def closes(found: re.Match[str]) -> bool:
        end = found.end()
        return (
            src[found.start() - 1] not in WHITE
            and (len(state.tokens) > first or bool(state.pending))
            and (tag != "em" or not _is_other_mark(src, found.start(), mark))
            and (mark[0] != "_" or not src[end : end + 1].isalnum())
        )

    state.env["open_spans"].append(tag)
    closing = parse_until(state, _CLOSERS[mark], closes)
    state.env["open_spans"].pop()
    if not closing:
        snapshot.restore()
        return False
    state.push(f"{tag}_close", tag, -1).markup = mark
    state.pos = closing.end()
    return True


def _is_other_mark(src: str, pos: int, mark: str) -> bool:
    """Two marks, and not three, belong to a `strong`."""
    return src.startswith(mark * 2, pos) and not src.startswith(mark * 3, pos)


def struck(state: StateInline) -> bool:
    """`~~struck~~`, whose inside is parsed."""
    if state.src[state.pos] != "~" or "del" in state.env["open_spans"]:
        return False
    closing = _struck_end(state) if _STRUCK.match(state.src, state.pos, state.posMax) else -1
    if closing < 0:
        return False
    state.push("del_open", "del", 1).markup = "~~"
    state.pos += 2
    end, state.posMax = state.posMax, closing
    state.env["open_spans"].append("del")
    parse_until(state, _NEVER)
    state.env["open_spans"].pop()
    if state.pos < state.posMax:
        state.append_pending(state.src[state.pos : state.posMax])
    state.posMax = end
    state.push("del_close", "del", -1).markup = "~~"
    state.pos = closing + 2
    return True


def _struck_end(state: StateInline) -> int:
    """Where the marks that close those at the current place begin; -1 without them."""
    effort: Effort = state.env["effort"]
    closing = state.pos + 2
    while effort.left > 0:
        closing = state.src.find("~~", closing + 1, state.posMax)
        if closing < 0 or state.src[closing - 1] not in f"~{WHITE}":
            return closing
        effort.left -= 1
    return -1


def code_span(state: StateInline) -> bool:
    """Code between equal runs of back quotes."""
    src, pos = state.src, state.pos
    marks = _BACKTICKS.match(src, pos, state.posMax)
    if not marks:
        return False
    mark = marks[0]
    apart = pos == 0 or src[pos - 1] in WHITE
    alone = len(mark) == 1 and apart and src[marks.end() : marks.end() + 1] in WHITE
    end = -1 if alone else src.find(mark, marks.end(), state.posMax)
    if end < 0:
        state.append_pending(mark)
        state.pos = marks.end()
        return True
    code = src[marks.end() : end]
    if len(mark) > 1:
        code = code.removeprefix(" ").removesuffix(" ")
    token = state.push("code_inline", "code", 0)
    token.markup = mark
    token.content = code
    state.pos = end + len(mark)
    return True


def escaped(state: StateInline) -> bool:
    """A backslash before a mark makes it text; at the end of a line it breaks it."""
    found = ESCAPED.match(state.src, state.pos, state.posMax)
    if not found or _BREAK.match(state.src, state.pos, state.posMax):
        return False
    push_text(state, found[1], found[0])
    state.pos = found.end()
    return True


def line_break(state: StateInline) -> bool:
    """Two spaces, or one or two backslashes, at the end of a line."""
    src, pos = state.src, state.pos
    if src[pos] == "\n":
        if not src.startswith("  ", pos - 2) or not state.pending.endswith("  "):
            return False
        state.pending = state.pending[:-2]
        state.push("hardbreak", "br", 0)
        state.pos += 1
        return True
    found = _BREAK.match(src, pos, state.posMax)
    if found:
        state.push("hardbreak", "br", 0)
        state.pos = found.end()
    return found is not None


def autolink(state: StateInline) -> bool:
    """An address between angle brackets."""
    found = _AUTOLINK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    address = with_characters(found[1])
    href = address if re.match(r"(?:mailto|https?|ftps?):", address, re.I) else f"mailto:{address}"
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text_special", "", 0).content = re.sub(r"^mailto:", "", address)
    state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def entity(state: StateInline) -> bool:
    """An entity that HTML knows stands for its character."""
    found = _ENTITY.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    token = state.push("text_special", "", 0)
    token.content = unescape(found[0])
    token.markup = found[0]
    token.info = "entity"
    state.pos = found.end()
    return True
