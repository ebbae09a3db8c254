"""Spans read kramdown's way: up to a mark that closes them, or not at all.

markdown-it drives the inline rules; this goes over the same rules from inside one of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markdown_it.rules_inline import StateInline

MAX_NESTING = 25


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


def parse_until(
    state: StateInline,
    stop: re.Pattern[str],
    accepts: Callable[[re.Match[str]], bool] | None = None,
) -> re.Match[str] | None:
    """Parse spans up to a match of `stop` that is accepted: that match, or None at the end of the text."""
    effort: Effort = state.env["effort"]
    rules = state.md.inline.ruler.getRules("")
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
            if not any(rule(state, False) for rule in rules):
                state.append_pending(src[state.pos])
                state.pos += 1
        return None
    finally:
        state.level -= 1


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
