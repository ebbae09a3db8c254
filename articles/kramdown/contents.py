"""The table of contents that `{:toc}` puts in the place of a list: the headings, less those of `.no_toc`.

Source: https://kramdown.gettalong.org/converter/html.html#toc
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .tree import HEADING

_NOT_REPEATED = ("link_open", "link_close", "footnote_call")


def table_of_contents(state: StateCore) -> None:
    """Put the headings in the place of the first list that asks for it."""
    place = take_list(state.tokens, "toc")
    if place:
        index, opening = place
        opening.attrs.setdefault("id", "markdown-toc")
        state.tokens[index:index] = _nested(opening, list(_headings(state.tokens)))


def take_list(tokens: list[Token], purpose: str) -> tuple[int, Token] | None:
    """Take away the first list that is there for `purpose` only: where it was, and its opening token."""
    for index, opening in enumerate(tokens):
        if opening.tag in ("ul", "ol") and purpose in opening.info.split():
            end = index + 1
            while tokens[end].tag != opening.tag or tokens[end].level != opening.level:
                end += 1
            del tokens[index : end + 1]
            return index, opening
    return None


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    for opening, inline in pairwise(tokens):
        left_out = "no_toc" in str(opening.attrs.get("class", "")).split()
        if opening.info == HEADING and opening.nesting == 1 and not left_out:
            yield opening, inline


def _nested(top: Token, headings: Sequence[tuple[Token, Token]]) -> list[Token]:
    """The lists of the headings: a lower heading under the one before it, whatever level it skips."""
    tokens: list[Token] = []
    above: list[str] = []
    for heading, inline in headings:
        if not above or above[-1] < heading.tag:
            tokens.append(_tag(top.tag, 1) if above else top)
        else:
            tokens += _closings(top.tag, above, heading.tag)
        above.append(heading.tag)
        tokens += [_tag("li", 1), _entry(top, heading, inline)]
    tokens += _closings(top.tag, above, "")
    return [*tokens, _tag(top.tag, -1)] if headings else []


def _closings(list_tag: str, above: list[str], level: str) -> Iterator[Token]:
    """End the items of `level` and lower, and the lists between them."""
    first = True
    while above and above[-1] >= level:
        above.pop()
        if not first:
            yield _tag(list_tag, -1)
        yield _tag("li", -1)
        first = False


def _entry(top: Token, heading: Token, inline: Token) -> Token:
    identifier = heading.attrs.get("id", "")
    link = Token("link_open", "a", 1, {"href": f"#{identifier}", "id": f"{top.attrs['id']}-{identifier}"})
    text = [child for child in inline.children or () if child.type not in _NOT_REPEATED]
    return Token("inline", "", 0, children=[link, *text, Token("link_close", "a", -1)], block=True)


def _tag(tag: str, nesting: int) -> Token:
    return Token(
        f"{tag}_open" if nesting == 1 else f"{tag}_close", tag, 1 if nesting == 1 else -1, block=True
    )
