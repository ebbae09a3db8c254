"""`[[video:key]]` alone on a line says where the page shows an item of the article: an addition of ours.

It becomes a neutral marker, so that what the item says never makes the text stale.
"""

import re

from .tree import HTML, Block, Scanner

PLACED = r"\[\[((?:video|image|document):[a-z0-9][a-z0-9-]*)\]\]"
PLACE_LINE = rf" {{0,3}}{PLACED}[ \t]*\n"
_PLACE_LINE = re.compile(PLACE_LINE)


def place(scanner: Scanner) -> bool:
    """The marker of an item; it may interrupt a paragraph."""
    found = scanner.take(_PLACE_LINE)
    if not found:
        return False
    scanner.add(Block(HTML, "div", {"data-place": found[1]}))
    return True
