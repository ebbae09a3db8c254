"""The plain blocks: paragraphs, headings, rules, quotes, code.

Source: https://kramdown.gettalong.org/syntax.html, with the parser for GitHub's flavour: lists,
headings, quotes and fenced code interrupt a paragraph.
"""

import re

from .attributes import BLOCK_LIST
from .placing import PLACE_LINE
from .raw_html import BLOCK_TAG
from .tree import (
    BLANK,
    BOUNDARY,
    CODE,
    CONTAINER,
    END,
    HEADING,
    HTML,
    TEXT,
    WHITE,
    Block,
    Scanner,
    merge_attributes,
)

BLANK_LINES = r"(?:[ \t\r\f\v]*\n)+"
_HASHES = r"(?:#{2,6}(?![#\n])|#(?=[ \t]))"
_BULLET = r" {0,3}(?:[+*-]|\d+\.)[\t |]"
_FENCE = r" {0,3}(?P<fence>(?P<mark>[~`])(?P=mark){2,})[ \t]*(?P<info>[^\s?]*)(?:\?\S*)?[ \t]*\n"
RULE = r" {0,3}([*_-])[ \t]*\1[ \t]*\1(?:\1|[ \t])*\n"

# Where a lazy line is no longer taken into a list item, a quote or a paragraph.
_END_MARK = r"\^[ \t\r\f\v]*\n"
LAZY_END = rf"{BLANK_LINES}|{BLOCK_LIST}|{_END_MARK}|{BLOCK_TAG}"
_PARAGRAPH_END = rf"{LAZY_END}|{_BULLET}|{_HASHES}| {{0,3}}:[\t ]| {{0,3}}>| {{0,3}}(?:~~~|```)|{PLACE_LINE}"

_BLANK = re.compile(BLANK_LINES)
_PARAGRAPH = re.compile(rf".*\n(?:(?!{_PARAGRAPH_END}).*\n)*")
_QUOTE = re.compile(rf" {{0,3}}>.*\n(?:(?!{LAZY_END}).*\n)*")
_QUOTE_MARK = re.compile(r"^ {0,3}> ?", re.M)
_HEADING = re.compile(rf"(?P<level>(?:{_HASHES}))[ \t]*(?P<text>[^ \t\n].*)\n")
_UNDERLINED = re.compile(r" {0,3}(?P<text>[^ \t\n].*)\n(?P<mark>[-=])(?P=mark)*[ \t\r\f\v]*\n")
_CLOSING_MARKS = re.compile(r"[ \t]+#+[ \t]*$")
_HEADING_ID = re.compile(r"[ \t]+\{#(\w[\w:-]*)\}[ \t]*$", re.A)
_RULE = re.compile(RULE)
# Indented lines, those between blank ones too, and the lazy lines after them.
INDENTED = rf"(?:(?:{BLANK_LINES})?(?:(?:\t| {{4}})[ \t]*\S.*\n)+(?:(?!{LAZY_END})[ \t]*\S.*\n)*)"
_INDENTED = re.compile(rf"{INDENTED}+", re.A)
_LAZY_CODE = re.compile(r"(?<=[^\n])\n(?= {0,3}[^ \t\n])")
INDENT = re.compile(r"^(?:\t| {4})", re.M)
_FENCED = re.compile(_FENCE)
END_MARK = re.compile(_END_MARK)
BLOCK_BOUNDARY = re.compile(rf"{BLANK_LINES}|{BLOCK_LIST}|{_END_MARK}|\Z")


def blank_lines(scanner: Scanner) -> bool:
    """Blank lines end blocks; attributes between two of them wait for the next block, others are lost."""
    if not scanner.take(_BLANK):
        return False
    if not scanner.last or scanner.last.kind != BLANK:
        scanner.pending = {}
        scanner.blocks.append(Block(BLANK))
    return True


def end_mark(scanner: Scanner) -> bool:
    """A circumflex alone on a line ends the block above it."""
    if not scanner.take(END_MARK):
        return False
    scanner.add(Block(BOUNDARY, END))
    return True


def indented_code(scanner: Scanner) -> bool:
    """Lines that begin with four spaces, and the lazy lines that follow them."""
    found = scanner.take(_INDENTED)
    if not found:
        return False
    scanner.add(Block(CODE, "pre", text=INDENT.sub("", _LAZY_CODE.sub(" ", found[0]))))
    return True


def fenced_code(scanner: Scanner) -> bool:
    """Code between two lines of at least three back quotes or tildes; unclosed, it is a paragraph."""
    opening = scanner.look(_FENCED)
    if not opening:
        return False
    fence = opening["fence"]
    # One fruitless search is enough for all the fences that look for the same end.
    if len(fence) >= scanner.unclosed_fences.get(opening["mark"], len(fence) + 1):
        return False
    closing = re.compile(rf"^ {{0,3}}{fence}{opening['mark']}*[ \t]*\n", re.M)
    end = closing.search(scanner.src, opening.end())
    if not end:
        scanner.unclosed_fences[opening["mark"]] = len(fence)
        return False
    scanner.add(Block(CODE, "pre", text=scanner.src[opening.end() : end.start()], info=opening["info"]))
    scanner.pos = end.end()
    return True


def heading(scanner: Scanner) -> bool:
    """`## Heading ##`; two marks or more need no space after them."""
    found = scanner.take(_HEADING)
    if not found:
        return False
    _add_heading(scanner, len(found["level"]), _CLOSING_MARKS.sub("", found["text"]))
    return True


def underlined_heading(scanner: Scanner) -> bool:
    """One line above a line of `=` or `-`."""
    if not scanner.after_boundary or not (found := scanner.take(_UNDERLINED)):
        return False
    _add_heading(scanner, 1 if found["mark"] == "=" else 2, found["text"])
    return True


def _add_heading(scanner: Scanner, level: int, text: str) -> None:
    block = Block(TEXT, f"h{level}", info=HEADING)
    if identifier := _HEADING_ID.search(text):
        text = text[: identifier.start()]
        block.attrs["id"] = identifier[1]
    block.text = text.strip(WHITE)
    scanner.add(block)


def rule(scanner: Scanner) -> bool:
    """Three or more `*`, `-` or `_` alone on a line."""
    if not scanner.take(_RULE):
        return False
    scanner.add(Block(HTML, "hr"))
    return True


def quote(scanner: Scanner) -> bool:
    """Lines that begin with `>`, and the lazy ones that follow them."""
    found = scanner.take(_QUOTE)
    if not found:
        return False
    block = scanner.add(Block(CONTAINER, "blockquote"))
    block.children = scanner.inside(_QUOTE_MARK.sub("", found[0]))
    return True


def paragraph(scanner: Scanner) -> bool:
    """Whatever no other rule takes; it goes on with the paragraph right above it."""
    found = scanner.take(_PARAGRAPH)
    assert found is not None
    text = found[0].rstrip(WHITE)
    last = scanner.last
    if last and last.is_paragraph:
        hard_break = scanner.src[max(0, found.start() - 3) : found.start()] == "  \n"
        last.text += ("  \n" if hard_break else "\n") + text
        if scanner.pending:
            merge_attributes(last.attrs, scanner.pending)
            scanner.pending = {}
    else:
        scanner.add(Block(TEXT, "p", text=text.lstrip(WHITE)))
    return True
