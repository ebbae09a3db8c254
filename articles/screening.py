"""An imported body in; the same without what no page shows, each loss told with its line, out.

Lines keep their number. Must not know front matter nor what an address leads to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import markup
from .addresses import is_file_name, local_address
from .posts import PostWarning

_IMAGE = re.compile(
    r"(?<!\\)!\[(?P<alt>[^\[\]\n]*)\](?:\((?P<address>[^()\s]*)|\[(?P<label>[^\[\]\n]*)\])"
    r"""|(?P<tag><img\b(?:[^<>"']|"[^<"]*"|'[^<']*')*+>)""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Screened:
    """A body as it may be shown, and what somebody should look at."""

    text: str
    warnings: tuple[PostWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    text: str
    message: str
    code: str


def screen(body: str, first_line: int = 1) -> Screened:
    """The body without scripts and styles, its images without file names for alternative texts (RGAA 1.3)."""
    text, removed = _changed(body, _programs(body), first_line)
    text, marked = _changed(text, _images(text), first_line)
    return Screened(text, (*removed, *marked))


def _changed(body: str, changes: Iterator[_Change], line: int) -> tuple[str, list[PostWarning]]:
    parts: list[str] = []
    warnings: list[PostWarning] = []
    end = counted = 0
    for change in changes:
        line, counted = line + body.count("\n", counted, change.start), change.start
        warnings.append(PostWarning(change.code, line, change.message))
        parts += (body[end : change.start], change.text)
        end = change.end
    return "".join((*parts, body[end:])), warnings


def _programs(body: str) -> Iterator[_Change]:
    for element in markup.programs(body):
        lines = "\n" * body.count("\n", *element.span)
        if element.name == "style":
            message = "la feuille de style de cette page n’est pas appliquée : elle est retirée du texte."
            yield _Change(*element.span, lines, message, code="page-style")
        else:
            message = "ce script n’est pas exécuté : il est retiré du texte, comme ce qu’il affichait."
            yield _Change(*element.span, lines, message, code="script")


def _images(body: str) -> Iterator[_Change]:
    if "![" not in body and "<img" not in body.lower():
        return
    for found in _IMAGE.finditer(markup.without_code(body)):
        source = body[found.start() : found.end()]
        if found["tag"]:
            attributes = markup.attributes_of(source)
            address, alt = attributes.get("src", ""), attributes.get("alt", "")
        else:
            written = {name: body[slice(*found.span(name))] for name in ("alt", "address", "label")}
            address, alt = written["address"] or written["label"], markup.plain_text(written["alt"])
        if not alt.strip():
            message = (
                f"{local_address(address) or address} : cette image du texte n’a pas de texte alternatif ; "
                "écrivez-le, ou laissez-le vide si l’image n’apprend rien."
            )
            yield _Change(*found.span(), source, message, code="body-image-without-alt")
        elif is_file_name(alt, address):
            without = (
                markup.without_attribute(source, "alt")
                if found["tag"]
                else f"![]{source[found.end('alt') + 1 - found.start() :]}"
            )
            message = f"« {alt} » est un nom de fichier, pas un texte alternatif : il n’est pas repris."
            yield _Change(*found.span(), without, message, code="body-alt-file-name")
