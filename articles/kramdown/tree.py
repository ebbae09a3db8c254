"""The blocks of a text as a tree, and the scanner that the block rules move along the source.

kramdown's blocks do not end with lines (raw HTML) nor nest by lines (lazy lists), so they are read
by position; the tree becomes markdown-it tokens once it is whole. Knows no rule.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Literal

from markdown_it.token import Token

Attributes = dict[str, str | int | float]
BlockRule = Callable[["Scanner"], bool]
BlockRules = Mapping[str, Sequence[BlockRule]]

# What kramdown takes for white space: a no-break space is a letter like any other.
WHITE = " \t\n\r\f\v"
# Deeper lists and quotes than any text needs, shallow enough for Python's stack.
MAX_DEPTH = 30

REFERENCE = r"&(?:[A-Za-z][A-Za-z0-9]*|#\d+|#[xX][0-9a-fA-F]+);"
_REFERENCE = re.compile(REFERENCE)
_VISIBLE = re.compile(r"[^ \t\r\f\v]")

# The attribute that holds names of attribute lists: no written one is called so.
REFERENCES = ""

DEFINITION, END = "definition", "end"
# No list of attributes can be called so.
HEADING = "#"
BLANK, BOUNDARY, HTML, CODE, TEXT, CONTAINER = "blank", "boundary", "html", "code", "text", "container"


@dataclass(slots=True)
class Block:
    """An element: `text` is inline source (TEXT), what stands between its tags (HTML), or code (CODE).

    A BOUNDARY shows nothing: it keeps two paragraphs apart; its tag says whether it is a DEFINITION or an
    END. A `bare` paragraph goes without its tags. `info` tells code its language, a heading that it is
    one, a list what stands in its place.
    """

    kind: str
    tag: str = ""
    attrs: Attributes = field(default_factory=dict)
    text: str = ""
    children: list["Block"] = field(default_factory=list)
    bare: bool = False
    info: str = ""

    @property
    def is_paragraph(self) -> bool:
        return self.tag == "p" and self.kind == TEXT


class Scanner:
    """A place in a source text, the blocks read so far, and the attributes waiting for the next one.

    `rules` are keyed by the first mark of the line they are for; those under "" are for all others.
    """

    __slots__ = (
        "blocks",
        "closed",
        "depth",
        "element",
        "env",
        "pending",
        "pos",
        "rules",
        "src",
        "unclosed_fences",
    )

    def __init__(self, src: str, env: Any, rules: BlockRules, depth: int = 0) -> None:
        self.src = src if not src or src.endswith("\n") else f"{src}\n"
        self.pos = 0
        self.env = env
        self.rules = rules
        self.depth = depth
        self.blocks: list[Block] = []
        self.pending: Attributes = {}
        self.unclosed_fences: dict[str, int] = {}
        # The HTML element whose inside is read, and whether its closing tag has been met.
        self.element = ""
        self.closed = False

    def look(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.src, self.pos)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.src, self.pos)
        if found:
            self.pos = found.end()
        return found

    def add(self, block: Block) -> Block:
        if self.pending:
            merge_attributes(block.attrs, self.pending)
            self.pending = {}
        self.blocks.append(block)
        return block

    @property
    def last(self) -> Block | None:
        return self.blocks[-1] if self.blocks else None

    @property
    def after_boundary(self) -> bool:
        last = self.last
        return last is None or last.kind == BLANK or last.tag == END or bool(self.pending)

    def read(self) -> list[Block]:
        """Every block of the source; the last rule takes whatever the others leave."""
        while self.pos < len(self.src) and not self.closed:
            mark = _VISIBLE.search(self.src, self.pos)
            for rule in self.rules.get(mark[0] if mark else "\n", self.rules[""]):
                if rule(self):
                    break
        return self.blocks

    def inside(self, src: str) -> list[Block]:
        """The blocks of a part of this source, as deep as is reasonable; deeper, it is one paragraph."""
        if self.depth >= MAX_DEPTH:
            return [Block(TEXT, "p", text=src.strip(WHITE))]
        return Scanner(src, self.env, self.rules, self.depth + 1).read()

    def within(self, element: str) -> list[Block]:
        """The blocks from here on, down to the closing tag of `element`."""
        inner = Scanner(self.src, self.env, self.rules, self.depth + 1)
        inner.element, inner.pos = element, self.pos
        inner.read()
        self.pos = inner.pos
        return inner.blocks


def with_characters(source: str) -> str:
    """`source` with characters in place of the references to them; those without semicolon are none."""
    return _REFERENCE.sub(lambda found: unescape(found[0]), source) if "&" in source else source


def merge_attributes(attrs: Attributes, added: Attributes) -> None:
    """Put `added` onto `attrs`: classes and references join, everything else is replaced."""
    for name, value in added.items():
        joins = name in ("class", REFERENCES) and name in attrs
        attrs[name] = f"{attrs[name]} {value}" if joins else value


def tokens(blocks: Sequence[Block], level: int = 0) -> Iterator[Token]:
    """The markdown-it tokens of `blocks`."""
    for block in blocks:
        if block.kind == TEXT and block.bare:
            yield _inline(block.text, level)
        elif block.kind == TEXT:
            yield _tag(block, 1, level)
            yield _inline(block.text, level + 1)
            yield _tag(block, -1, level)
        elif block.kind == CONTAINER:
            yield _tag(block, 1, level)
            yield from tokens(block.children, level + 1)
            yield _tag(block, -1, level)
        elif block.kind == HTML:
            yield Token(
                "html_element", block.tag, 0, block.attrs, content=block.text, level=level, block=True
            )
        elif block.kind == CODE:
            yield Token(
                "code", "pre", 0, block.attrs, content=block.text, info=block.info, level=level, block=True
            )


def _tag(block: Block, nesting: Literal[-1, 1], level: int) -> Token:
    kind = f"{block.tag}_open" if nesting == 1 else f"{block.tag}_close"
    attrs = block.attrs if nesting == 1 else {}
    return Token(kind, block.tag, nesting, attrs, level=level, block=True, info=block.info)


def _inline(text: str, level: int) -> Token:
    return Token("inline", "", 0, content=text, level=level, children=[], block=True)
