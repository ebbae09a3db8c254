"""Footnotes: `[^name]` in the text, `[^name]: note` on a line of its own, all of them at the end.

Source: https://kramdown.gettalong.org/syntax.html#footnotes
"""

import re
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .blocks import BLANK_LINES
from .tree import BOUNDARY, Block, Scanner, tokens

_NAME = r"\w[\w:-]*"
_DEFINITION = re.compile(
    rf" {{0,3}}\[\^({_NAME})\]:[ \t]*(.*\n(?:(?:{BLANK_LINES})?(?:(?:\t| {{4}})[ \t]*\S.*\n)+)*)", re.A
)
_CALL = re.compile(rf"\[\^({_NAME})\]", re.A)
_INDENT = re.compile(r"^(?:\t| {4})", re.M)
BACK_LABEL = "Retour au texte"


def footnote_definition(scanner: Scanner) -> bool:
    """The note itself: its first line, and the indented ones under it."""
    found = scanner.take(_DEFINITION)
    if not found:
        return False
    scanner.env["footnotes"].setdefault(found[1], scanner.inside(_INDENT.sub("", found[2])))
    scanner.blocks.append(Block(BOUNDARY))
    return True


def footnote_call(state: StateInline, silent: bool) -> bool:
    """A number that leads to the note; a name without note is text."""
    if not state.src.startswith("[^", state.pos):
        return False
    found = _CALL.match(state.src, state.pos, state.posMax)
    if not found or found[1] not in state.env["footnotes"]:
        return False
    state.push("footnote_call", "", 0).content = found[1]
    state.pos = found.end()
    return True


def footnote_section(state: StateCore) -> None:
    """Number the calls in their order, and put the notes at the end, each with ways back."""
    calls: dict[str, int] = {}
    _number(state.tokens, calls)
    if not calls:
        return
    items = []
    for name in _growing(calls):
        note = [*tokens(state.env["footnotes"][name])]
        for token in note:
            if token.type == "inline":
                token.children = []
                state.md.inline.parse(token.content, state.md, state.env, token.children)
        _number(note, calls)
        items.append((name, note))
    state.tokens.append(_html('<div class="footnotes" role="doc-endnotes"><ol>'))
    for name, note in items:
        state.tokens.append(_html(f'<li id="fn:{name}" role="doc-endnote">'))
        state.tokens += _with_ways_back(note, name, calls[name])
        state.tokens.append(_html("</li>"))
    state.tokens.append(_html("</ol></div>"))


def _growing(calls: dict[str, int]) -> Any:
    """The names in order, those included that are called by notes on the way."""
    done = 0
    while done < len(calls):
        yield list(calls)[done]
        done += 1


def _number(within: list[Token], calls: dict[str, int]) -> None:
    for token in within:
        for child in token.children or ():
            if child.type == "footnote_call":
                name = child.content
                calls[name] = calls.get(name, 0) + 1
                child.meta = {"number": list(calls).index(name) + 1, "repeat": calls[name] - 1}


def write_call(call: Token) -> str:
    """The HTML of a numbered call."""
    name, number, repeat = call.content, call.meta["number"], call.meta["repeat"]
    return (
        f'<sup id="fnref:{name}{f":{repeat}" if repeat else ""}" role="doc-noteref">'
        f'<a href="#fn:{name}" class="footnote" rel="footnote">{number}</a></sup>'
    )


def _with_ways_back(note: list[Token], name: str, count: int) -> list[Token]:
    links = "".join(
        f'\u00a0<a href="#fnref:{name}{f":{repeat}" if repeat else ""}" class="reversefootnote" '
        f'role="doc-backlink" aria-label="{BACK_LABEL}">↩{f"<sup>{repeat + 1}</sup>" if repeat else ""}</a>'
        for repeat in range(count)
    )
    last = note[-2] if len(note) > 1 and note[-1].type == "p_close" else None
    if last and last.children is not None:
        last.children.append(Token("html_raw", "", 0, content=links))
        return note
    return [*note, _html(f"<p>{links}</p>")]


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content, block=True)
