"""Formulas between `$$`, written for MathJax: on a line of its own, or inside one.

Source: https://kramdown.gettalong.org/syntax.html#math-blocks
"""

import re
from html import escape

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .blocks import BLOCK_BOUNDARY
from .tree import HTML, WHITE, Block, Scanner

_ESCAPED = re.compile(r" {0,3}\\(?=\$\$[^$]*\$\$[ \t\r\f\v]*\n)")
_BLOCK = re.compile(r" {0,3}\$\$(.*?)\$\$(?:[ \t\r\f\v]*\n)?", re.S)
_SPAN = re.compile(r"\$\$(.*?)\$\$", re.S)


def math_block(scanner: Scanner) -> bool:
    """A formula that is a paragraph of its own; after a backslash, it is one inside a line."""
    if not scanner.after_boundary or scanner.take(_ESCAPED):
        return False
    found = scanner.look(_BLOCK)
    if not found or not BLOCK_BOUNDARY.match(scanner.src, found.end()):
        return False
    scanner.add(Block(HTML, text=rf"\[{escape(found[1].strip(WHITE), quote=False)}\]"))
    scanner.pos = found.end()
    return True


def math_span(state: StateInline) -> bool:
    """A formula inside a line."""
    found = _SPAN.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.push("math", "", 0).content = found[1].strip(WHITE)
    state.pos = found.end()
    return True


def write_formula(formula: Token) -> str:
    """The HTML of a formula inside a line."""
    return rf"\({escape(formula.content, quote=False)}\)"
