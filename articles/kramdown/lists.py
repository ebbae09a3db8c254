"""Lists, and lists of definitions.

An item's text is what is indented under it and the lazy lines right after it; it is then read as a
text of its own. Source: https://kramdown.gettalong.org/syntax.html#lists
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from .attributes import BLOCK_LIST, ITEM_LIST, parse_attributes
from .raw_html import BLOCK_TAG
from .tree import BLANK, BOUNDARY, CONTAINER, TEXT, WHITE, Attributes, Block, Scanner, merge_attributes

_UNORDERED = r"[+*-]"
_ORDERED = r"\d+\."
_ANY_ITEM = re.compile(rf" {{0,3}}(?:{_UNORDERED}|{_ORDERED})[\t ]")
_START = re.compile(rf" {{0,3}}(?:({_UNORDERED})|{_ORDERED})[\t ]")
_RULE = re.compile(r" {0,3}([*_-])[ \t]*\1[ \t]*\1(?:\1|[ \t])*\n")
_BLANK_LINE = re.compile(r"(?:[ \t\r\f\v]*\n)+")
_END = re.compile(r"\^[ \t]*\n")
_TASK = re.compile(r"\[([ xX])\](?=[ \t\n])[ \t]*")
_DEFINITION_START = re.compile(r" {0,3}:[\t ]")
_TAB_WIDTH = 4


@dataclass(frozen=True, slots=True)
class _Margins:
    """The lines that an item of a given indentation takes in, and how a sibling begins."""

    content: re.Pattern[str]
    lazy: re.Pattern[str]
    indent: re.Pattern[str]
    sibling: re.Pattern[str]


@lru_cache(maxsize=256)
def _margins(indentation: int, marker: str) -> _Margins:
    tabs, spaces = divmod(indentation, _TAB_WIDTH)
    indent = rf"(?:(?:\t| {{4}}){{{tabs}}} {{{spaces}}}|(?:\t| {{4}}){{{tabs + 1}}})"
    lazy_depth = min(indentation, 3)
    return _Margins(
        content=re.compile(rf"{indent}.*\S.*\n"),
        lazy=re.compile(rf"(?!{_ends_laziness(lazy_depth)}).*\S.*\n"),
        indent=re.compile(rf"(?:\t| {{4}}){{{tabs}}} {{{spaces}}}"),
        sibling=_item_start(marker, min(3, indentation - 1)),
    )


def _ends_laziness(depth: int) -> str:
    tag = BLOCK_TAG.removeprefix(" {0,3}")
    attributes = BLOCK_LIST.removeprefix(" {0,3}")
    return rf" {{0,{depth}}}(?:{attributes}|{tag})"


@lru_cache(maxsize=64)
def _item_start(marker: str, depth: int) -> re.Pattern[str]:
    return re.compile(rf"( {{0,{depth}}}{marker})([\t ].*?\n)")


@dataclass(slots=True)
class _Item:
    """An item being read: its lines, in the parts that are read one after the other."""

    attrs: Attributes
    parts: list[list[str]]
    margins: _Margins
    indentation: int
    nested: bool
    block: Block = field(default_factory=lambda: Block(CONTAINER, "li"))


def list_block(scanner: Scanner) -> bool:
    """`* item` or `1. item`; numbers always count from 1."""
    start = scanner.look(_START)
    if not start:
        return False
    marker = _UNORDERED if start[1] else _ORDERED
    block = scanner.add(Block(CONTAINER, "ul" if start[1] else "ol"))
    items, closed = _items(scanner, marker)
    for item in items:
        merge_attributes(item.block.attrs, item.attrs)
        for part in item.parts:
            item.block.children += scanner.inside("".join(part))
    block.children = [item.block for item in items]
    _loosen(block.children, closed)
    if any(_mark_task(item) for item in block.children):
        merge_attributes(block.attrs, {"class": "task-list"})
    _move_last_blank(scanner, block.children)
    return True


def _items(scanner: Scanner, marker: str) -> tuple[list[_Item], bool]:
    """The items from here on, and whether a `^` closed the list."""
    items: list[_Item] = []
    start = _item_start(marker, 3)
    after_blank = False
    while scanner.pos < len(scanner.src):
        if after_blank and scanner.look(_RULE):
            break
        if scanner.take(_END):
            return items, True
        if found := scanner.take(start):
            items.append(_new_item(found[1], found[2], marker))
            start = items[-1].margins.sibling
            after_blank = False
        elif not items:
            break
        elif line := scanner.take(items[-1].margins.content) or (
            None if after_blank else scanner.take(items[-1].margins.lazy)
        ):
            _take_line(items[-1], line[0])
            after_blank = False
        elif blank := scanner.take(_BLANK_LINE):
            items[-1].nested = after_blank = True
            items[-1].parts[-1].append(blank[0])
        else:
            break
    return items, False


def _new_item(lead: str, content: str, marker: str) -> _Item:
    attrs: Attributes = {}
    if found := ITEM_LIST.match(content):
        attrs = parse_attributes(found[1])
        content = content[found.end() :]
        indentation = _TAB_WIDTH
    elif not content.strip(WHITE):
        indentation = _TAB_WIDTH
    else:
        text = content.lstrip(" \t")
        indentation = len(lead)
        for char in content[: len(content) - len(text)]:
            indentation += 1 if char == " " else _TAB_WIDTH - indentation % _TAB_WIDTH
    content = content.lstrip(WHITE)
    nested = _ANY_ITEM.match(content) is not None
    return _Item(attrs, [[content]], _margins(indentation, marker), indentation, nested)


def _take_line(item: _Item, line: str) -> None:
    text = line.lstrip("\t")
    line = " " * _TAB_WIDTH * (len(line) - len(text)) + text
    indented = item.margins.indent.match(line)
    if indented:
        line = line[indented.end() :]
    if _ANY_ITEM.match(line):
        if not item.nested and indented:
            # A nested list right under the text: what comes before is read on its own.
            item.parts.append([])
            item.nested = True
        elif item.nested and not indented:
            line = " " * (item.indentation + _TAB_WIDTH) + line
    item.parts[-1].append(line)


def _loosen(items: list[Block], closed: bool) -> None:
    """Take the tags off the first paragraph of each item that no blank line sets apart."""
    for item in items:
        first = item.children[0] if item.children else None
        if not first or not first.is_paragraph:
            continue
        second = item.children[1] if len(item.children) > 1 else None
        is_last = item is items[-1]
        alone = is_last and len(item.children) == 2 and not closed
        tight = second is None or second.kind != BLANK or alone
        if tight and (not is_last or len(items) == 1 or any(map(_is_tight, items[:-1]))):
            first.bare = True


def _is_tight(item: Block) -> bool:
    first = item.children[0] if item.children else None
    return first is None or not first.is_paragraph or first.bare


def _move_last_blank(scanner: Scanner, items: list[Block]) -> None:
    """A blank line at the end of the last item stands after the list."""
    last = None
    for item in items:
        last = item.children.pop() if item.children and item.children[-1].kind == BLANK else None
    if last:
        scanner.blocks.append(last)


def _mark_task(item: Block) -> bool:
    """`- [x] done`: a box that says its state, since no form is left in a text."""
    first = item.children[0] if item.children else None
    if not first or not first.is_paragraph or not (box := _TASK.match(first.text)):
        return False
    first.text = ("☐ " if box[1] == " " else "☑ ") + first.text[box.end() :]
    merge_attributes(item.attrs, {"class": "task-list-item"})
    return True


def definition_list(scanner: Scanner) -> bool:
    """`: definition` under a paragraph, each line of which is a term."""
    if not scanner.look(_DEFINITION_START):
        return False
    blocks = scanner.blocks
    apart = len(blocks) > 1 and blocks[-1].kind == BLANK and blocks[-2].is_paragraph
    if not apart and not (blocks and blocks[-1].is_paragraph):
        return False
    if apart:
        blocks.pop()
    terms = blocks.pop()
    found = [Block(TEXT, "dt", text=term.strip(WHITE)) for term in terms.text.split("\n")]
    found += _definitions(scanner, apart)
    _add_definitions(scanner, found, terms.attrs)
    return True


def _add_definitions(scanner: Scanner, found: list[Block], attrs: Attributes) -> None:
    """Put them into the list right above, if there is one."""
    above = [block for block in scanner.blocks[-2:] if block.kind != BLANK]
    if (
        above
        and above[-1].tag == "dl"
        and above[-1] is scanner.blocks[-1 if len(above) == 2 else -len(above)]
    ):
        while scanner.blocks[-1] is not above[-1]:
            scanner.blocks.pop()
        above[-1].children += found
    else:
        scanner.add(Block(CONTAINER, "dl", attrs, children=found))


def _definitions(scanner: Scanner, apart: bool) -> list[Block]:
    items: list[_Item] = []
    loose: list[bool] = []
    start = _item_start(":", 3)
    after_blank = apart
    while scanner.pos < len(scanner.src):
        if found := scanner.take(start):
            items.append(_new_item(found[1], found[2], ":"))
            loose.append(after_blank)
            start = items[-1].margins.sibling
            after_blank = False
        elif not items:
            break
        elif line := scanner.take(items[-1].margins.content) or (
            None if after_blank else scanner.take(items[-1].margins.lazy)
        ):
            indented = items[-1].margins.indent.match(line[0])
            items[-1].parts[-1].append(line[0][indented.end() :] if indented else line[0])
            after_blank = False
        elif blank := scanner.take(_BLANK_LINE):
            items[-1].parts[-1].append(blank[0])
            after_blank = True
        else:
            break
    last = None
    for item, is_loose in zip(items, loose, strict=True):
        item.block.tag = "dd"
        item.block.attrs |= item.attrs
        item.block.children = scanner.inside("".join(item.parts[0]))
        children = item.block.children
        last = children.pop() if children and children[-1].kind == BLANK else None
        if children and children[0].is_paragraph and not is_loose:
            children[0].bare = True
    if last:
        # Stays above whatever follows the list.
        items[-1].block.children.append(Block(BOUNDARY))
    return [item.block for item in items]
