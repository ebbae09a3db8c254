"""Typed quotes, dashes and dots to those of print.

Source: https://kramdown.gettalong.org/syntax.html#typographic-symbols
"""

import re

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from .tree import WHITE

_SYMBOLS = {
    "---": "—",
    "--": "–",
    "...": "…",
    "<< ": "«\u00a0",
    " >>": "\u00a0»",
    "<<": "«",
    ">>": "»",
}
# What every symbol holds: soon found, for it begins with no space.
_MARKS = re.compile(r"--|\.\.\.|<<|>>")
_SYMBOL = re.compile(r"---?|\.\.\.|<< ?| ?>>")
_QUOTES = {("'", True): "‘", ("'", False): "’", ('"', True): "“", ('"', False): "”"}
_BEFORE_MARKS = re.compile(r"[_*]{1,2}\S", re.A)
_PUNCTUATION = re.compile(r"[!\"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~](?!\.\.)\B")
_DECADE = re.compile(r"\d\ds")
_END = re.compile(rf"[{WHITE}]|s\b|$")
_NOT_CLOSING = frozenset(" \\\t\r\n[{(-")


def quotation(state: StateInline) -> bool:
    """A typed quote opens or closes according to what stands before and after it."""
    mark = state.src[state.pos]
    # Of two quotes in a row, the second is at the edge.
    before = "" if state.src[state.pos - 1 : state.pos] in ("'", '"') else state.pending[-1:]
    state.append_pending(_QUOTES[mark, _opens(state.src, state.pos, mark, before)])
    state.pos += 1
    return True


def _opens(src: str, pos: int, mark: str, before: str) -> bool:
    """`before` is the character before in the same run of text, none at the edge of a span."""
    after = pos + 1
    if mark == "'" and before in WHITE and _DECADE.match(src, after):
        return False
    if before:
        return before in _NOT_CLOSING
    if _BEFORE_MARKS.match(src, after):
        return True
    return not _PUNCTUATION.match(src, after) and not _END.match(src, after)


def guillemets(state: StateInline) -> bool:
    """Two opening angle brackets begin no tag and no address."""
    if not state.src.startswith("<<", state.pos):
        return False
    state.append_pending("<<")
    state.pos += 2
    return True


def symbols(state: StateCore) -> None:
    """Dashes, ellipses and French quotes in running text."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text" and _MARKS.search(child.content):
                child.content = _SYMBOL.sub(lambda found: _SYMBOLS[found[0]], child.content)
