"""Attribute lists, `{: .class #id key="value"}`, after a block, before a block, or after a span.

A list may be given a name, `{:name: .class}`, and others refer to it, `{: name}`.

Source: https://kramdown.gettalong.org/syntax.html#attribute-list-definitions
"""

import re
from collections.abc import Mapping, Sequence

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .tree import (
    BLANK,
    BOUNDARY,
    DEFINITION,
    REFERENCES,
    WHITE,
    Attributes,
    Block,
    Scanner,
    merge_attributes,
    with_characters,
)

# So long at most, and possessive: what has no closing brace is given up soon.
LIST = r"\{:(?![:/])((?:[^}\\]|\\.){1,500}+)\}"
_NAMED_LIST = re.compile(r" {0,3}\{:(\w[\w-]*):((?:[^}\\]|\\.){1,500}+)\}[ \t\r\f\v]*\n", re.A)
BLOCK_LIST = rf" {{0,3}}{LIST}[ \t\r\f\v]*\n"
ITEM_LIST = re.compile(rf"[ \t]*(?!{{:\w[\w-]*:){LIST}[ \t]*", re.A)

_BLOCK_LIST = re.compile(BLOCK_LIST)
_SPAN_LIST = re.compile(LIST)
# A word that is none of these, such as one with broken quotes, is passed over.
_PART = re.compile(
    r"""(?:^|(?<=\s))(?:
        (?P<key>[\w:-]+)=(?P<quote>["'])(?P<value>(?:\\.|(?!(?P=quote))[^}\\])*)(?P=quote)
      | (?P<reference>\w[\w-]*)
      | (?P<names>(?:\#[\w][\w:-]*|\.[^\s.\#]+)+)
    )(?=\s|$)""",
    re.X | re.A,
)
_NAME = re.compile(r"#([\w:-]+)|\.([^\s.#]+)", re.A)
_TEXT = ("text", "hardbreak")
# Characters that kramdown writes as elements of their own: a list after them is dropped.
_TYPED = re.compile(r"(?:[\"']|\.\.\.|--)\Z")


def parse_attributes(source: str) -> Attributes:
    """The attributes of a list, without its braces."""
    attrs: Attributes = {}
    for part in _PART.finditer(source):
        if part["key"]:
            value = re.sub(r"\\([}\"'])", r"\1", part["value"])
            attrs[part["key"]] = with_characters(value).strip(WHITE)
        if part["reference"]:
            merge_attributes(attrs, {REFERENCES: part["reference"]})
        for identifier, name in _NAME.findall(part["names"] or ""):
            merge_attributes(attrs, {"id": identifier} if identifier else {"class": name})
    return attrs


def block_attributes(scanner: Scanner) -> bool:
    """A list on a line of its own belongs to the block right above it, else to the one below."""
    if named := scanner.take(_NAMED_LIST):
        lists: dict[str, Attributes] = scanner.env["attributes"]
        merge_attributes(lists.setdefault(named[1], {}), resolved(parse_attributes(named[2]), lists))
        scanner.add(Block(BOUNDARY))
        return True
    found = scanner.take(_BLOCK_LIST)
    if not found:
        return False
    attrs = parse_attributes(found[1])
    last = scanner.last
    if not last or last.kind == BLANK or (last.kind == BOUNDARY and last.tag != DEFINITION):
        merge_attributes(scanner.pending, attrs)
        return True
    merge_attributes(last.attrs, attrs)
    if not scanner.look(_BLOCK_LIST):
        scanner.blocks.append(Block(BOUNDARY))
    return True


def resolved(attrs: Attributes, lists: Mapping[str, Attributes]) -> Attributes:
    """`attrs` with what the lists that they refer to say, in place of the references."""
    if REFERENCES not in attrs:
        return attrs
    result: Attributes = {}
    for name in dict.fromkeys(str(attrs[REFERENCES]).split()):
        merge_attributes(result, lists.get(name, {}))
    merge_attributes(result, {name: value for name, value in attrs.items() if name != REFERENCES})
    if "class" in result:
        result["class"] = " ".join(dict.fromkeys(str(result["class"]).split()))
    return result


def resolve(blocks: Sequence[Block], lists: Mapping[str, Attributes]) -> None:
    """Put what they say in place of all references; a list keeps the names, which may want it replaced."""
    for block in blocks:
        if REFERENCES in block.attrs:
            if block.tag in ("ul", "ol"):
                block.info = str(block.attrs[REFERENCES])
            attrs = resolved(block.attrs, lists)
            # In place: what was defined holds on to the attributes of its definition.
            block.attrs.clear()
            block.attrs.update(attrs)
        resolve(block.children, lists)


def span_attributes(state: StateInline) -> bool:
    """A list right after an element belongs to it; after text it is text."""
    src, pos = state.src, state.pos
    if state.pending and not _TYPED.search(src, max(0, pos - 3), pos):
        return False
    element = None if state.pending else _last_element(state)
    found = _SPAN_LIST.match(src, pos, state.posMax) if element or state.pending else None
    if not found:
        return False
    if element:
        merge_attributes(element.attrs, resolved(parse_attributes(found[1]), state.env["attributes"]))
    state.pos = found.end()
    return True


def _last_element(state: StateInline) -> Token | None:
    """The element that ends right here; none after text."""
    last = state.tokens[-1] if state.tokens else None
    if not last or last.nesting == 1 or last.type in _TEXT or last.info == "escape":
        return None
    if last.nesting == 0:
        return last
    return next(each for each in reversed(state.tokens) if each.nesting == 1 and each.level == last.level)
