"""`{::comment}`, `{::nomarkdown}` and `{::options}`, with `{:/}` at their end, as blocks and in lines.

Source: https://kramdown.gettalong.org/syntax.html#extensions
"""

import re

from markdown_it.rules_inline import StateInline

from .attributes import parse_attributes
from .tree import BOUNDARY, HTML, Attributes, Block, Scanner

_START = r"\{::(?P<name>comment|nomarkdown|options)(?:\s(?P<list>[^}]{0,500}?))?(?P<closed>/)?\}"
_SPAN = re.compile(_START)
_BLOCK = re.compile(rf" {{0,3}}{_START}[ \t\r\f\v]*\n")
_SPAN_ENDS, _BLOCK_ENDS = (
    {name: re.compile(pattern % name, re.M) for name in ("comment", "nomarkdown", "options")}
    for pattern in (r"\{:/(?:%s)?\}", r"^ {0,3}\{:/(?:%s)?\}[ \t\r\f\v]*\n")
)


def block_extension(scanner: Scanner) -> bool:
    """An extension on lines of its own."""
    start = scanner.look(_BLOCK)
    found = _inside(scanner.src, len(scanner.src), start, _BLOCK_ENDS) if start else None
    if not start or not found:
        return False
    inner, scanner.pos = found
    attrs = parse_attributes(start["list"] or "")
    if start["name"] == "options":
        scanner.env["options"].update(attrs)
        scanner.add(Block(BOUNDARY))
    else:
        scanner.blocks.append(Block(HTML, text=_shown(start["name"], attrs, inner)))
    return True


def span_extension(state: StateInline) -> bool:
    """An extension inside a line."""
    start = _SPAN.match(state.src, state.pos, state.posMax)
    found = _inside(state.src, state.posMax, start, _SPAN_ENDS) if start else None
    if not start or not found:
        return False
    inner, end = found
    content = _shown(start["name"], parse_attributes(start["list"] or ""), inner)
    state.push("html_raw", "", 0).content = content
    state.pos = end
    return True


def _inside(
    src: str, end: int, start: re.Match[str], ends: dict[str, re.Pattern[str]]
) -> tuple[str, int] | None:
    """What stands between an extension's tags, and where the second ends; None without a second one."""
    if start["closed"]:
        return "", start.end()
    closing = ends[start["name"]].search(src, start.end(), end)
    return (src[start.end() : closing.start()], closing.end()) if closing else None


def _shown(name: str, attrs: Attributes, inner: str) -> str:
    """The HTML of an extension: only what is not Markdown shows, unless it is for another format."""
    formats = str(attrs.get("type", "html")).split()
    return inner if name == "nomarkdown" and "html" in formats else ""
