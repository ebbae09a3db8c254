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
    attributes,
    blocks,
    definitions,
    footnotes,
    links,
    lists,
    placing,
    raw_html,
    spans,
    tables,
    typography,
)
from .scanning import Effort
from .tree import Scanner, tokens

BLOCK_RULES = (
    blocks.blank_lines,
    blocks.indented_code,
    blocks.fenced_code,
    blocks.quote,
    blocks.heading,
    blocks.rule,
    lists.list_block,
    definitions.definition_list,
    raw_html.html_block,
    blocks.underlined_heading,
    tables.table,
    placing.place,
    footnotes.footnote_definition,
    links.link_definition,
    attributes.block_attributes,
    blocks.paragraph,
)
INLINE_RULES = (
    ("emphasis", spans.emphasis),
    ("code_span", spans.code_span),
    ("autolink", spans.autolink),
    ("html_span", raw_html.html_span),
    ("footnote_call", footnotes.footnote_call),
    ("link", links.link),
    ("quotation", typography.quotation),
    ("span_attributes", attributes.span_attributes),
    ("entity", spans.entity),
    ("line_break", spans.line_break),
    ("escaped", spans.escaped),
    ("struck", spans.struck),
)

_HEADING = re.compile(r"h[1-6]")
_NOT_IN_IDS = re.compile(r"[^\w\- \t]")
_DASHES = str.maketrans(" \t", "--")


def kramdown(md: MarkdownIt) -> None:
    """Make `md` read and write as kramdown does; used as `MarkdownIt("zero").use(kramdown)`."""
    md.core.ruler.at("block", read_blocks)
    md.core.ruler.after("inline", "footnote_section", footnotes.footnote_section)
    md.core.ruler.after("footnote_section", "symbols", typography.symbols)
    md.core.ruler.after("symbols", "heading_ids", heading_ids)
    for name, rule in INLINE_RULES:
        md.inline.ruler.push(f"kramdown_{name}", rule)
    md.inline.ruler.enableOnly(["text", *(f"kramdown_{name}" for name, _ in INLINE_RULES)])
    md.inline.ruler2.enableOnly([])
    md.inline.add_terminator_char("'")
    md.inline.add_terminator_char('"')
    md.core.ruler.enableOnly(
        ["normalize", "block", "inline", "footnote_section", "symbols", "heading_ids", "text_join"]
    )
    for name, write in _WRITERS.items():
        md.add_render_rule(name, _render_rule(write))


def read_blocks(state: StateCore) -> None:
    """Read the whole source; what its texts share stands in `env`."""
    state.env.update(
        links={},
        footnotes={},
        open_spans=[],
        effort=Effort.for_text(state.src),
    )
    state.tokens += tokens(Scanner(state.src, state.env, BLOCK_RULES).read())


def heading_ids(state: StateCore) -> None:
    """Ids as GitHub's flavour makes them: letters, digits and dashes of the heading, numbered on repeat."""
    seen: dict[str, int] = {}
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.nesting == 1 and _HEADING.fullmatch(opening.tag) and "id" not in opening.attrs:
            text = "".join(_visible(child) for child in inline.children or ()).strip()
            identifier = _NOT_IN_IDS.sub("", text.lower()).translate(_DASHES)
            repeat = seen.get(identifier, -1) + 1
            seen[identifier] = repeat
            opening.attrs["id"] = f"{identifier}-{repeat}" if repeat else identifier


def _visible(token: Token) -> str:
    if token.type in ("text", "text_special", "code_inline"):
        return token.content
    return " " if token.type in ("softbreak", "hardbreak") else ""


def _code(token: Token) -> str:
    language = f' class="language-{escape(token.info)}"' if token.info else ""
    opening = raw_html.opening_tag("pre", token.attrs)
    return f"{opening}<code{language}>{escape(token.content, quote=False)}</code></pre>\n"


_WRITERS: dict[str, Callable[[Token], str]] = {
    "code": _code,
    "footnote_call": footnotes.write_call,
    "html_element": lambda token: raw_html.write_element(token.tag, token.attrs, token.content),
    "html_raw": lambda token: token.content,
    "image": lambda token: raw_html.opening_tag("img", token.attrs),
}


def _render_rule(write: Callable[[Token], str]) -> Callable[..., str]:
    def render(
        self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        return write(tokens[index])

    return render
