"""Lists of definitions: `: definition` under a paragraph, each line of which is a term.

Source: https://kramdown.gettalong.org/syntax.html#definition-lists
"""

import re

from .attributes import ITEM_LIST, parse_attributes
from .lists import bare, drop_last_blank, gather_items
from .tree import BLANK, CONTAINER, TEXT, WHITE, Attributes, Block, Scanner

_START = re.compile(r" {0,3}:[\t ]")


def definition_list(scanner: Scanner) -> bool:
    """The definitions from here on, their terms, and those of the list right above."""
    blocks = scanner.blocks
    apart = len(blocks) > 1 and blocks[-1].kind == BLANK
    above = blocks[-2:-1] if apart else blocks[-1:]
    if not above or not above[0].is_paragraph or not scanner.look(_START):
        return False
    del blocks[-2 if apart else -1 :]
    terms = [_term(line) for line in above[0].text.split("\n")]
    definitions = []
    is_loose = apart
    for item in gather_items(scanner, ":"):
        definition = item.read(scanner, "dd")
        definitions.append(definition)
        ends_blank = drop_last_blank(definition)
        first, second = (*definition.children, None, None)[:2]
        if first and first.is_paragraph and not is_loose:
            bare(first, second)
        is_loose = ends_blank
    _list_above(scanner, above[0].attrs).children += [*terms, *definitions]
    if is_loose:
        blocks.append(Block(BLANK))
    return True


def _term(line: str) -> Block:
    found = ITEM_LIST.match(line)
    attrs = parse_attributes(found[1]) if found else {}
    return Block(TEXT, "dt", attrs, line[found.end() if found else 0 :].strip(WHITE))


def _list_above(scanner: Scanner, attrs: Attributes) -> Block:
    blocks = scanner.blocks
    if len(blocks) > 1 and blocks[-1].kind == BLANK and blocks[-2].tag == "dl":
        blocks.pop()
    if blocks and blocks[-1].tag == "dl":
        return blocks[-1]
    return scanner.add(Block(CONTAINER, "dl", attrs))
