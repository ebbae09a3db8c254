"""Attribute lists, `{: .class #id key="value"}`, after a block, before a block, or after a span.

Source: https://kramdown.gettalong.org/syntax.html#attribute-list-definitions
"""

import re

from markdown_it.rules_inline import StateInline

from .tree import BLANK, BOUNDARY, WHITE, Attributes, Block, Scanner, merge_attributes

# Possessive: what has no closing brace is given up at once.
_ANY = r"(?:[^}\\]++|\\.)++"
LIST = rf"\{{:(?![:/])({_ANY})\}}"
BLOCK_LIST = rf" {{0,3}}{LIST}[ \t\r\f\v]*\n"
ITEM_LIST = re.compile(rf"[ \t]*{LIST}[ \t]*")

_BLOCK_LIST = re.compile(BLOCK_LIST)
_DEFINITION = re.compile(rf" {{0,3}}\{{:(\w[\w:-]*):({_ANY})\}}[ \t\r\f\v]*\n", re.A)
_SPAN_LIST = re.compile(LIST)
# A word that is none of these, such as one with broken quotes, is passed over.
_PART = re.compile(
    r"""(?:^|(?<=\s))(?:
        (?P<key>[\w:-]+)=(?P<quote>["'])(?P<value>(?:\\.|(?!(?P=quote))[^}\\])*)(?P=quote)
      | (?P<reference>\w[\w:-]*)
      | (?P<names>(?:\#[\w][\w:-]*|\.[^\s.\#]+)+)
    )(?=\s|$)""",
    re.X | re.A,
)
_NAME = re.compile(r"#([\w:-]+)|\.([^\s.#]+)")
# Spans that are text for the reader, not elements.
_TEXT_TOKENS = ("text", "text_special")


def parse_attributes(source: str, definitions: dict[str, str] | None = None) -> Attributes:
    """The attributes of a list, without its braces; `definitions` are the lists that have a name."""
    attrs: Attributes = {}
    for part in _PART.finditer(source):
        if part["key"]:
            attrs[part["key"]] = re.sub(r"\\([}\"'])", r"\1", part["value"]).strip(WHITE)
        elif part["names"]:
            for identifier, name in _NAME.findall(part["names"]):
                merge_attributes(attrs, {"id": identifier} if identifier else {"class": name})
        elif definitions and part["reference"] in definitions:
            merge_attributes(attrs, parse_attributes(definitions[part["reference"]]))
    return attrs


def attribute_definition(scanner: Scanner) -> bool:
    """`{:name: .class}` names a list for others to refer to."""
    found = scanner.take(_DEFINITION)
    if not found:
        return False
    definitions = scanner.env.setdefault("attribute_lists", {})
    definitions[found[1]] = f"{definitions.get(found[1], '')} {found[2]}"
    return True


def block_attributes(scanner: Scanner) -> bool:
    """A list on a line of its own belongs to the block right above it, else to the one below."""
    found = scanner.take(_BLOCK_LIST)
    if not found:
        return False
    attrs = parse_attributes(found[1], scanner.env.get("attribute_lists"))
    last = scanner.last
    if last and last.kind == BOUNDARY and len(scanner.blocks) > 1:
        last = scanner.blocks[-2]
    if last and last.kind not in (BLANK, BOUNDARY):
        merge_attributes(last.attrs, attrs)
        if scanner.last is last:
            scanner.blocks.append(Block(BOUNDARY))
    else:
        merge_attributes(scanner.pending, attrs)
    return True


def span_attributes(state: StateInline, silent: bool) -> bool:
    """A list right after an element belongs to it; after text it is text."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    found = _SPAN_LIST.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    element = state.tokens[-1]
    if element.type in _TEXT_TOKENS:
        return False
    if element.nesting == -1:
        element = next(
            token for token in reversed(state.tokens) if token.nesting == 1 and token.level == element.level
        )
    elif element.nesting == 1:
        return False
    merge_attributes(element.attrs, parse_attributes(found[1], state.env.get("attribute_lists")))
    state.pos = found.end()
    return True
