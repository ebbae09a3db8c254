"""Lists: an item is what is indented under its mark and the lazy lines right after it.

An item's lines are gathered first, then read as a text of their own.
Source: https://kramdown.gettalong.org/syntax.html#lists
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from .attributes import BLOCK_LIST, ITEM_LIST, parse_attributes
from .blocks import BLANK_LINES, END_MARK, RULE
from .raw_html import BLOCK_TAG
from .tree import BLANK, BOUNDARY, CONTAINER, WHITE, Attributes, Block, Scanner, merge_attributes

BULLET = r"[+*-]"
NUMBER = r"\d+\."
_START = re.compile(rf" {{0,3}}(?:({BULLET})|{NUMBER})[\t |]", re.A)
_BLANK = re.compile(BLANK_LINES)
_RULE = re.compile(RULE)
_UNINDENTED_LIST = BLOCK_LIST.removeprefix(" {0,3}")
_UNINDENTED_TAG = BLOCK_TAG.removeprefix(" {0,3}")
_BOX = re.compile(r"\s*\[([ xX])\]\s+")
_CHECKBOX = '<input type="checkbox" class="task-list-item-checkbox"'
_TAB_WIDTH = 4


@dataclass(frozen=True, slots=True)
class _Margins:
    """The lines that an item takes in, what is cut off them, and how its next sibling begins."""

    content: re.Pattern[str]
    lazy: re.Pattern[str]
    indent: re.Pattern[str]
    sibling: re.Pattern[str]


@lru_cache(maxsize=256)
def _margins(indentation: int, marker: str) -> _Margins:
    tabs, spaces = divmod(indentation, _TAB_WIDTH)
    indent = rf"(?:\t| {{4}}){{{tabs}}} {{{spaces}}}"
    # What ends laziness, however little it is indented.
    end = rf" {{0,{min(indentation, 3)}}}(?:{_UNINDENTED_LIST}|{_UNINDENTED_TAG})"
    return _Margins(
        content=re.compile(rf"(?:{indent}|(?:\t| {{4}}){{{tabs + 1}}}).*\S.*\n", re.A),
        lazy=re.compile(rf"(?!{end}).*\S.*\n", re.A),
        indent=re.compile(indent),
        sibling=item_start(marker, min(3, indentation - 1)),
    )


@lru_cache(maxsize=64)
def item_start(marker: str, depth: int = 3) -> re.Pattern[str]:
    """The first line of an item that stands at most `depth` columns in."""
    return re.compile(rf"( {{0,{depth}}}{marker})([\t |].*\n)", re.A)


@dataclass(slots=True)
class Item:
    """An item being read: its lines, in the parts that are read one after the other."""

    indentation: int
    margins: _Margins
    attrs: Attributes
    parts: list[list[str]]
    has_nested: bool = field(init=False)

    def __post_init__(self) -> None:
        self.has_nested = _START.match(self.parts[0][0]) is not None

    @classmethod
    def beginning(cls, lead: str, content: str, marker: str) -> "Item":
        """The item whose first line is `lead`, with its mark, and `content`."""
        blank = content[: len(content) - len(content.lstrip(" \t"))]
        attrs: Attributes = {}
        if found := ITEM_LIST.match(content):
            attrs = parse_attributes(found[1])
            content = content[found.end() :]
        content = content.lstrip(WHITE)
        indentation = _width(lead, blank) if content else _TAB_WIDTH
        return cls(indentation, _margins(indentation, marker), attrs, [[content]])

    def take(self, scanner: Scanner, *, lazily: bool) -> bool:
        """Take in the next line if it belongs to this item."""
        line = scanner.take(self.margins.content) or (scanner.take(self.margins.lazy) if lazily else None)
        if not line:
            return False
        text = line[0].lstrip("\t")
        text = " " * _TAB_WIDTH * (len(line[0]) - len(text)) + text
        indent = self.margins.indent.match(text)
        text = text[indent.end() :] if indent else text
        if _START.match(text):
            if indent and not self.has_nested:
                # A nested list right under the item's text: that text is read on its own.
                self.parts.append([])
                self.has_nested = True
            elif not indent and self.has_nested:
                text = " " * (self.indentation + _TAB_WIDTH) + text
        self.parts[-1].append(text)
        return True

    def take_blank(self, scanner: Scanner) -> bool:
        blank = scanner.take(_BLANK)
        if not blank:
            return False
        self.has_nested = True
        self.parts[-1].append(blank[0])
        return True

    def read(self, scanner: Scanner, tag: str) -> Block:
        """The item's lines as blocks."""
        children = [block for part in self.parts for block in scanner.inside("".join(part))]
        return Block(CONTAINER, tag, self.attrs, children=children)


def _width(lead: str, blank: str) -> int:
    """The columns up to an item's text."""
    width = len(lead)
    for char in blank:
        width += 1 if char == " " else _TAB_WIDTH - width % _TAB_WIDTH
    return width


def gather_items(scanner: Scanner, marker: str) -> list[Item]:
    """The items from here on, as lines, up to what belongs to none or to an end mark."""
    items: list[Item] = []
    start = item_start(marker)
    after_blank = False
    while scanner.pos < len(scanner.src) and not (after_blank and scanner.look(_RULE)):
        if scanner.look(END_MARK):
            break
        if first := scanner.take(start):
            items.append(Item.beginning(first[1], first[2], marker))
            start = items[-1].margins.sibling
            after_blank = False
        elif items[-1].take(scanner, lazily=not after_blank):
            after_blank = False
        elif items[-1].take_blank(scanner):
            after_blank = True
        else:
            break
    return items


def list_block(scanner: Scanner) -> bool:
    """`* item` or `1. item`; numbers always count from 1."""
    start = scanner.look(_START)
    if not start:
        return False
    block = scanner.add(Block(CONTAINER, "ul" if start[1] else "ol"))
    items = gather_items(scanner, BULLET if start[1] else NUMBER)
    block.children = [item.read(scanner, "li") for item in items]
    ends = scanner.take(END_MARK) is not None
    _tighten(block.children, ends)
    _mark_tasks(block)
    if drop_last_blank(block.children[-1]) and not ends:
        scanner.blocks.append(Block(BLANK))
    return True


def _mark_tasks(block: Block) -> None:
    """`[ ]` and `[x]` at the beginning of items are boxes to tick."""
    found = False
    for item in block.children:
        first = item.children[0] if item.children else None
        if not first or not first.is_paragraph:
            continue
        if box := _BOX.match(first.text):
            found = True
            state = "" if box[1] == " " else ' checked="checked"'
            first.text = f'{_CHECKBOX} disabled="disabled"{state}>{first.text[box.end() :]}'
        if found:
            merge_attributes(item.attrs, {"class": "task-list-item"})
    if found:
        merge_attributes(block.attrs, {"class": "task-list"})


def _tighten(items: list[Block], ends: bool) -> None:
    """Take the tags off the first paragraph of each item that no blank line sets apart.

    The last item, which has nothing after it to tell, does as those before it, unless the list `ends` at a
    mark.
    """
    for item in items:
        first, second = (*item.children, None, None)[:2]
        if first and first.attrs and second and second.kind == BOUNDARY:
            # The end of the attributes of the paragraph.
            del item.children[1]
            second = item.children[1] if len(item.children) > 1 else None
        if not first or not first.is_paragraph:
            continue
        is_last = item is items[-1]
        apart = (
            second is not None
            and second.kind == BLANK
            and not (is_last and len(item.children) == 2 and not ends)
        )
        if not apart and (not is_last or len(items) == 1 or any(map(_is_tight, items[:-1]))):
            bare(first, second)


def bare(first: Block, second: Block | None) -> None:
    """Take the tags off the `first` paragraph of an item, which stays apart from what is right below it."""
    first.bare = True
    if second and second.kind != BLANK:
        first.text += "\n"


def _is_tight(item: Block) -> bool:
    return not item.children or not item.children[0].is_paragraph or item.children[0].bare


def drop_last_blank(item: Block) -> bool:
    """Blank lines at the end of an item stand after the list."""
    if not item.children or item.children[-1].kind != BLANK:
        return False
    item.children.pop()
    return True
