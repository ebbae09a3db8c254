"""Spans read kramdown's way: up to a mark that closes them, or not at all.

Only the rules of the mark that stands at a place are tried there; they come in `env`, since they
read on from inside themselves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

SpanRule = Callable[[StateInline], bool]

MAX_NESTING = 25
# What no span begins or ends with; a span may only begin with another character that a rule is for.
_PLAIN = re.compile(r"[^*_`<!\[\]'\"{&\\~$\n]+")


@dataclass(slots=True)
class Effort:
    """How many more spans may be read in one document.

    Marks that close nothing make the spans after them be read again and again. A document gets
    many times what its length calls for; then marks are text.
    """

    left: int

    @classmethod
    def for_text(cls, src: str) -> "Effort":
        return cls(2000 + len(src))


def parse(text: str, md: MarkdownIt, env: Any) -> list[Token]:
    """The spans of a whole text."""
    state = StateInline(text, md, env, [])
    while state.pos < state.posMax:
        _step(state)
    if state.pending:
        state.pushPending()
    return state.tokens


def _step(state: StateInline) -> None:
    """Read on by a run of plain text, by a span, or by a mark that begins none."""
    src, pos = state.src, state.pos
    if plain := _PLAIN.match(src, pos, state.posMax):
        state.append_pending(plain[0])
        state.pos = plain.end()
        return
    for rule in state.env["span_rules"].get(src[pos], ()):
        if rule(state):
            return
    state.append_pending(src[pos])
    state.pos += 1


def parse_until(
    state: StateInline,
    stop: re.Pattern[str],
    accepts: Callable[[re.Match[str]], bool] | None = None,
) -> re.Match[str] | None:
    """Parse spans up to a match of `stop` that is accepted: that match, or None at the end of the text."""
    effort: Effort = state.env["effort"]
    src, end = state.src, state.posMax
    state.level += 1
    try:
        if state.level > MAX_NESTING:
            return None
        while state.pos < end and effort.left > 0:
            found = stop.match(src, state.pos, end)
            if found and (accepts is None or accepts(found)):
                return found
            effort.left -= 1
            _step(state)
        return None
    finally:
        state.level -= 1


def push_text(state: StateInline, text: str, markup: str = "") -> None:
    """Write `text` as it is: no mark, quote or symbol is in it, nor begins in it."""
    token = state.push("text_special", "", 0)
    token.content = text
    token.markup = markup
    token.info = "escape"


class Snapshot:
    """How far an inline state was, to go back there when a mark closes nothing."""

    __slots__ = ("level", "pending", "pos", "state", "tokens")

    def __init__(self, state: StateInline) -> None:
        self.state = state
        self.pos = state.pos
        self.level = state.level
        self.pending = state.pending
        self.tokens = len(state.tokens)

    def restore(self) -> None:
        state = self.state
        state.pos, state.level, state.pending = self.pos, self.level, self.pending
        del state.tokens[self.tokens :]
        del state.tokens_meta[self.tokens :]
