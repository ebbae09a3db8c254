"""Abbreviations: `*[HTML]: what it stands for` on a line of its own explains each HTML of the text.

Source: https://kramdown.gettalong.org/syntax.html#abbreviations
"""

import re
from collections.abc import Iterator, Mapping
from html import escape

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .elements import opening_tag
from .tree import BOUNDARY, DEFINITION, WHITE, Attributes, Block, Scanner

_DEFINITION = re.compile(r" {0,3}\*\[([^\n]+?)\]:(.*)\n")


def abbreviation_definition(scanner: Scanner) -> bool:
    """What an abbreviation stands for; of two definitions, the last holds."""
    found = scanner.take(_DEFINITION)
    if not found:
        return False
    block = scanner.add(Block(BOUNDARY, DEFINITION))
    title = found[2].strip(WHITE)
    scanner.env["abbreviations"][found[1]] = (block.attrs, {"title": title} if title else {})
    return True


def abbreviations(state: StateCore) -> None:
    """Mark up the abbreviations in running text, where they stand as words; the longest one first."""
    known: Mapping[str, tuple[Attributes, Attributes]] = state.env["abbreviations"]
    if not known:
        return
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?:(?<=\W)|(?<![^\n]))(?:{names})(?!\w)", re.A)
    for token in state.tokens:
        if token.children and pattern.search(token.content):
            token.children = [
                part
                for child in token.children
                for part in (_marked_up(child, pattern, known) if child.type == "text" else (child,))
            ]


def write_abbreviation(token: Token) -> str:
    """The HTML of an abbreviation."""
    return f"{opening_tag(token.tag, token.attrs)}{escape(token.content)}</{token.tag}>"


def _marked_up(
    text: Token, pattern: re.Pattern[str], known: Mapping[str, tuple[Attributes, Attributes]]
) -> Iterator[Token]:
    pos = 0
    for found in pattern.finditer(text.content):
        attrs, title = known[found[0]]
        yield text.copy(content=text.content[pos : found.start()])
        yield Token("abbreviation", "abbr", 0, {**attrs, **title}, content=found[0])
        pos = found.end()
    yield text.copy(content=text.content[pos:])
