"""The Liquid of a Jekyll post in; the text that Jekyll would have had, as far as a post alone can tell.

Only what stands for itself is written out: the site's address, the post's own keys, literals, links to
posts, and the address that is embedded, as a frame. The rest is taken out, and told. Must not know Markdown.
Source: https://jekyllrb.com/docs/liquid/ and https://shopify.github.io/liquid/
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .header import Misread
from .posts import PostWarning

# Braces between quotes are text; a quote without its like is text too.
_INSIDE = r"""(?:(?:"[^"\n]*"|'[^'\n]*'|[^{}"'])*+|[^{}]*+)"""
_MARK = re.compile(rf"\{{%(?P<tag>{_INSIDE})(?<=%)\}}|\{{\{{(?P<output>{_INSIDE})\}}\}}")
_BLOCKS = {name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}") for name in ("raw", "comment", "highlight")}
_LITERAL = re.compile(r"""(?:"([^"]*)"|'([^']*)')\Z""")
# What shows the page of another site in the text, by whatever name a site gives its own filter.
_EMBEDDED = re.compile(
    r"""["']?(https?://[^\s"'{}<>|]+)["']?\s*\|\s*\w*embed\b|\{%-?\s*\w*embed\s+["']?(https?://[^\s"'{}<>]+)"""
)
_BASES = frozenset({"site.baseurl", "site.url"})
_HARMLESS_FILTERS = frozenset({"escape", "strip", "uri_escape", "url"})
_ENCLOSING = frozenset({"if", "elsif", "else", "unless", "case", "when", "for", "tablerow", "capture"})
_SHOWN = 60
MAX_LENGTH = 2_000_000


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text without Liquid, on the same lines, and what was taken out of it."""

    text: str
    warnings: tuple[PostWarning, ...] = ()


def expand(
    text: str,
    *,
    first_line: int = 1,
    base: str = "",
    page: Mapping[str, str] | None = None,
    post_address: Callable[[str], str] = lambda name: "",
) -> Expanded:
    """Write out the Liquid of a text; `first_line` is its own in the file.

    `page` are the post's own keys that are texts; `post_address` finds the address of the post that
    `link` and `post_url` name, empty where there is none. The site's address is written from its root.
    Raises Misread where a post writes itself out without measure.
    """
    if "{{" not in text and "{%" not in text:
        return Expanded(text)
    values = {"site.url": "", "site.baseurl": base}
    values |= {f"page.{key}": value for key, value in (page or {}).items()}
    parts: list[str] = []
    warnings: list[PostWarning] = []
    unclosed: set[str] = set()
    end = counted = length = 0
    line = first_line
    while found := _MARK.search(text, end):
        start, stop = found.span()
        parts.append(text[end:start])
        line, counted = line + text.count("\n", counted, start), start
        name, _blank, argument = (found["tag"] or "").strip("% \n-").partition(" ")
        written: str | None
        if name in _BLOCKS and name not in unclosed and (closing := _BLOCKS[name].search(text, stop)):
            written = _block(name, argument.strip(), text[stop : closing.start()])
            stop = closing.end()
        elif found["output"] is not None:
            written = _output(found["output"].strip(" \n-"), values)
        else:
            unclosed |= {name} & _BLOCKS.keys()
            written = post_address(argument.strip()) if name in ("link", "post_url") else ""
            written = written or None
        if written is None and (embedded := _EMBEDDED.search(found[0])):
            written = f'<iframe src="{embedded[1] or embedded[2]}"></iframe>'
        if written is None:
            warnings.append(PostWarning("liquid", line, _told(found[0])))
        length += len(written or "")
        if length > MAX_LENGTH:
            raise Misread(line, "les gabarits Liquid écrivent ici un texte démesuré : retirez-les.")
        # Lines below keep their number.
        lost = text.count("\n", start, stop) - (written or "").count("\n")
        parts.append((written or "") + "\n" * lost)
        end = stop
    return Expanded("".join((*parts, text[end:])), tuple(warnings))


def _told(mark: str) -> str:
    shown = " ".join(mark.split())
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    name = mark.strip("{}%- \n").partition(" ")[0]
    shows = ", ce qu’il enferme est montré" if name in _ENCLOSING else ""
    return f"gabarit Liquid « {shown} » : il n’est pas exécuté ici, et retiré du texte{shows}."


def _block(name: str, argument: str, inside: str) -> str:
    """What a block stands for: text as it is, nothing, or code in a language."""
    if name == "raw":
        return inside
    if name == "comment":
        return ""
    language = argument.partition(" ")[0]
    return f"```{language}\n{inside.strip(chr(10))}\n```"


def _output(expression: str, values: Mapping[str, str]) -> str | None:
    """What `{{ expression }}` stands for; None where the post alone cannot tell."""
    first, *filters = (part.strip() for part in expression.split("|"))
    literal = _LITERAL.match(first)
    value = (literal[1] or literal[2] or "") if literal else values.get(first)
    if value is None:
        return None
    for each in filters:
        name, _colon, argument = (part.strip() for part in each.partition(":"))
        if name in ("prepend", "append") and argument in _BASES:
            value = values[argument] + value if name == "prepend" else value + values[argument]
        elif name in ("relative_url", "absolute_url") and value:
            value = f"{values['site.baseurl']}/{value.lstrip('/')}"
        elif name not in _HARMLESS_FILTERS:
            return None
    return value
