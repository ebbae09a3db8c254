"""Footnotes: `[^name]` in the text, `[^name]: note` on a line of its own, all of them at the end.

Source: https://kramdown.gettalong.org/syntax.html#footnotes
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .blocks import INDENT, INDENTED
from .contents import take_list
from .scanning import parse, push_text
from .tree import BOUNDARY, DEFINITION, Block, Scanner, tokens

BACK_LABEL = "Retour au texte"
_NAME = r"\w[\w:-]*"
_DEFINITION = re.compile(rf" {{0,3}}\[\^({_NAME})\]:(.*\n{INDENTED}*)", re.A)
_CALL = re.compile(rf"\[\^({_NAME})\]", re.A)


@dataclass(slots=True)
class _Note:
    """A note that is called: its number, and how often."""

    name: str
    number: int
    calls: int = 0
    tokens: list[Token] = field(default_factory=list)


def footnote_definition(scanner: Scanner) -> bool:
    """The note itself: its first line, and the indented ones under it."""
    found = scanner.take(_DEFINITION)
    if not found:
        return False
    scanner.env["footnotes"][found[1]] = scanner.inside(INDENT.sub("", found[2]))
    scanner.add(Block(BOUNDARY, DEFINITION))
    return True


def footnote_call(state: StateInline) -> bool:
    """A number that leads to the note; a name without note is text."""
    found = _CALL.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if found[1] in state.env["footnotes"]:
        state.push("footnote_call", "", 0).content = found[1]
    else:
        push_text(state, found[0])
    state.pos = found.end()
    return True


def footnote_section(state: StateCore) -> None:
    """Number the calls in their order, and put the notes at the end or where a list asks for them."""
    notes: dict[str, _Note] = {}
    _number(state.tokens, notes)
    queue = list(notes.values())
    for note in queue:
        note.tokens += tokens(state.env["footnotes"][note.name])
        for token in note.tokens:
            if token.type == "inline":
                token.children = parse(token.content, state.md, state.env)
        # A note may call others, which come after.
        known = len(notes)
        _number(note.tokens, notes)
        queue += list(notes.values())[known:]
    place = take_list(state.tokens, "footnotes")
    index = place[0] if place else len(state.tokens)
    state.tokens[index:index] = _section(notes.values())


def _section(notes: Collection[_Note]) -> Iterator[Token]:
    if not notes:
        return
    yield _html('<div class="footnotes" role="doc-endnotes"><ol>')
    for note in notes:
        yield _html(f'<li id="fn:{note.name}" role="doc-endnote">')
        yield from _with_ways_back(note)
        yield _html("</li>")
    yield _html("</ol></div>")


def _number(within: list[Token], notes: dict[str, _Note]) -> None:
    for token in within:
        for child in token.children or ():
            if child.type == "footnote_call":
                note = notes.setdefault(child.content, _Note(child.content, len(notes) + 1))
                child.meta = {"number": note.number, "place": _place(note.name, note.calls)}
                note.calls += 1


def _place(name: str, repeat: int) -> str:
    """The id of the call of a note, the `repeat`th from 0."""
    return f"fnref:{name}:{repeat}" if repeat else f"fnref:{name}"


def write_call(call: Token) -> str:
    """The HTML of a numbered call."""
    return (
        f'<sup id="{call.meta["place"]}" role="doc-noteref">'
        f'<a href="#fn:{call.content}" class="footnote" rel="footnote">{call.meta["number"]}</a></sup>'
    )


def _with_ways_back(note: _Note) -> list[Token]:
    links = "".join(
        f'\u00a0<a href="#{_place(note.name, repeat)}" class="reversefootnote" role="doc-backlink" '
        f'aria-label="{BACK_LABEL}">↩{f"<sup>{repeat + 1}</sup>" if repeat else ""}</a>'
        for repeat in range(note.calls)
    )
    last = note.tokens[-2] if len(note.tokens) > 1 and note.tokens[-1].type == "p_close" else None
    if last is None or last.children is None:
        return [*note.tokens, _html(f"<p>{links}</p>")]
    last.children.append(Token("html_raw", "", 0, content=links))
    return note.tokens


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content, block=True)
