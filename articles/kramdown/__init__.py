"""kramdown's ways as a markdown-it plugin: Markdown in, the tokens and the HTML that Jekyll made of it out.

Must not know what HTML is safe. The rules stand in kramdown's order, one family a module.
Source: https://kramdown.gettalong.org/syntax.html and the parser for GitHub's flavour, Jekyll's options.
"""

import re
from collections.abc import Callable, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from . import (
    abbreviations,
    attributes,
    blocks,
    contents,
    definitions,
    elements,
    extensions,
    footnotes,
    links,
    lists,
    math,
    placing,
    raw_html,
    scanning,
    spans,
    tables,
    typography,
)
from .scanning import Effort, SpanRule
from .tree import HEADING, BlockRule, Scanner, tokens, with_characters

# Each with the first marks of the lines that it may take, in kramdown's order; none: any line.
_BLOCK_RULES: tuple[tuple[str, BlockRule], ...] = (
    ("\n", blocks.blank_lines),
    ("", blocks.indented_code),
    ("~`", blocks.fenced_code),
    (">", blocks.quote),
    ("#", blocks.heading),
    ("*-_", blocks.rule),
    ("*+-0123456789", lists.list_block),
    (":", definitions.definition_list),
    ("<", raw_html.html_block),
    ("", blocks.underlined_heading),
    ("$\\", math.math_block),
    ("", tables.table),
    ("[", placing.place),
    ("[", footnotes.footnote_definition),
    ("[", links.link_definition),
    ("*", abbreviations.abbreviation_definition),
    ("{", extensions.block_extension),
    ("{", attributes.block_attributes),
    ("^", blocks.end_mark),
    ("", blocks.paragraph),
)
BLOCK_RULES = {
    mark: tuple(rule for marks, rule in _BLOCK_RULES if not marks or (mark and mark in marks))
    for mark in {"", *"".join(marks for marks, _ in _BLOCK_RULES)}
}
SPAN_RULES: dict[str, tuple[SpanRule, ...]] = {
    "*": (spans.emphasis,),
    "_": (spans.emphasis,),
    "`": (spans.code_span,),
    "<": (typography.guillemets, spans.autolink, raw_html.html_span),
    "!": (links.link,),
    "[": (footnotes.footnote_call, links.link),
    "'": (typography.quotation,),
    '"': (typography.quotation,),
    "$": (math.math_span,),
    "{": (extensions.span_extension, attributes.span_attributes),
    "&": (spans.entity,),
    "\n": (spans.line_break,),
    "\\": (spans.line_break, spans.escaped),
    "~": (spans.struck,),
}

_NOT_IN_IDS = re.compile(r"[^\w\- \t]")
_TAG = re.compile(r"<[^>]*>")
_DASHES = str.maketrans(" \t", "--")


def kramdown(md: MarkdownIt) -> None:
    """Make `md` read and write as kramdown does; used as `MarkdownIt("zero").use(kramdown)`."""
    md.core.ruler.at("block", read_blocks)
    md.core.ruler.at("inline", read_spans)
    md.core.ruler.after("inline", "footnote_section", footnotes.footnote_section)
    md.core.ruler.after("footnote_section", "symbols", typography.symbols)
    md.core.ruler.after("symbols", "heading_ids", heading_ids)
    md.core.ruler.after("heading_ids", "abbreviations", abbreviations.abbreviations)
    md.core.ruler.after("text_join", "table_of_contents", contents.table_of_contents)
    md.core.ruler.enableOnly(
        [
            *("normalize", "block", "inline", "footnote_section", "symbols"),
            *("heading_ids", "abbreviations", "text_join", "table_of_contents"),
        ]
    )
    for name, write in _WRITERS.items():
        md.add_render_rule(name, _render_rule(write))


def read_blocks(state: StateCore) -> None:
    """Read the whole source; what its texts share stands in `env`."""
    state.env.update(
        links={},
        footnotes={},
        abbreviations={},
        attributes={},
        options={},
        open_spans=[],
        span_rules=SPAN_RULES,
        effort=Effort.for_text(state.src),
    )
    found = Scanner(state.src, state.env, BLOCK_RULES).read()
    for part in (found, *state.env["footnotes"].values()):
        attributes.resolve(part, state.env["attributes"])
    state.tokens += tokens(found)


def read_spans(state: StateCore) -> None:
    """Read the texts that the blocks hold."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = scanning.parse(token.content, state.md, state.env)


def heading_ids(state: StateCore) -> None:
    """Ids as GitHub's flavour makes them: letters, digits and dashes of the heading, numbered on repeat."""
    seen: dict[str, int] = {}
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.nesting == 1 and opening.info == HEADING and "id" not in opening.attrs:
            text = "".join(_visible(child) for child in inline.children or ())
            identifier = _NOT_IN_IDS.sub("", text.lower()).translate(_DASHES)
            repeat = seen.get(identifier, -1) + 1
            seen[identifier] = repeat
            if identifier:
                opening.attrs["id"] = f"{identifier}-{repeat}" if repeat else identifier


def _visible(token: Token) -> str:
    if token.type in ("text", "text_special", "code_inline", "math"):
        return token.content
    if token.type == "html_raw":
        return with_characters(_TAG.sub("", token.content))
    return " " if token.type == "hardbreak" else ""


def _code(token: Token) -> str:
    """Code, whose language its fence or a class says."""
    attrs = dict(token.attrs)
    names = [f"language-{token.info}"] if token.info else []
    names += str(attrs.pop("class", "")).split()
    language = next((name for name in names if name.startswith("language-")), "")
    if others := [name for name in names if name != language]:
        attrs["class"] = " ".join(others)
    opening = elements.opening_tag("pre", attrs)
    opening += elements.opening_tag("code", {"class": language} if language else {})
    return f"{opening}{escape(token.content, quote=False)}</code></pre>\n"


_WRITERS: dict[str, Callable[[Token], str]] = {
    "abbreviation": abbreviations.write_abbreviation,
    "code": _code,
    "footnote_call": footnotes.write_call,
    "html_element": lambda token: elements.write_element(token.tag, token.attrs, token.content),
    "html_raw": lambda token: token.content,
    "math": math.write_formula,
    "image": lambda token: elements.opening_tag("img", token.attrs),
}


def _render_rule(write: Callable[[Token], str]) -> Callable[..., str]:
    def render(
        self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        return write(tokens[index])

    return render
