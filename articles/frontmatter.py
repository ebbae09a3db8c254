"""The bytes of a post to its front-matter keys, each with its line, and its body; and back to text.

Must not know what a key means.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from . import header
from .header import Misread, Value
from .posts import PostError
from .text import unix_lines

MAX_BYTES = 5_000_000
MAX_HEADER_LENGTH = 1_000_000

_FIRST_KEY = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\w-][^\n:]{0,99}:(?:\s|\Z)")
_LIMIT_LINE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a post is made of: `lines` are those of the keys, `body_line` that of the body's first line."""

    keys: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str
    body_line: int


def split(data: bytes, path: str) -> FrontMatter:
    """Read the front matter of a post strictly; raises PostError, with path and line.

    Line ends become LF, wherever they are.
    """
    try:
        yaml, body = parted(unix_lines(_decoded(data)))
        keys, lines = header.read(yaml, first_line=2)
    except Misread as error:
        raise PostError(path, error.line, error.message) from error
    return FrontMatter(keys, lines, body, body_line=yaml.count("\n") + 3)


def body(data: bytes, path: str) -> str:
    """The text of a post behind its front matter, whatever that holds; all of it where there is none.

    Raises PostError for what is not UTF-8 text.
    """
    try:
        text = unix_lines(_decoded(data))
    except Misread as error:
        raise PostError(path, error.line, error.message) from error
    try:
        yaml, behind = parted(text)
    except Misread:
        return text
    # A text may begin by a rule (`---`) and hold another.
    return behind if _FIRST_KEY.match(yaml) else text


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        size = f"{MAX_BYTES // 1_000_000} Mo"
        raise Misread(None, f"ce billet dépasse {size} : raccourcissez-le, ou coupez-le en plusieurs.")
    remedy = "enregistrez le fichier en UTF-8."
    if (nul := data.find(b"\0")) >= 0:
        raise Misread(_line(data, nul), f"ce fichier n’est pas du texte, ou pas en UTF-8 : {remedy}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misread(_line(data, error.start), f"ce caractère n’est pas en UTF-8 : {remedy}") from error


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def parted(text: str) -> tuple[str, str]:
    """The lines between the two `---`, and what follows them."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        raise Misread(
            1, "ce billet n’a pas d’en-tête : il commence par une ligne « --- », des clés, une ligne « --- »."
        )
    limit = _LIMIT_LINE.search(rest)
    if limit is None:
        raise Misread(1, "l’en-tête n’est pas refermé : ajoutez une ligne « --- » avant le texte du billet.")
    if limit[0].startswith("."):
        line = rest.count("\n", 0, limit.start()) + 2
        raise Misread(line, "l’en-tête se termine par « ... » : remplacez cette ligne par « --- ».")
    if limit.start() > MAX_HEADER_LENGTH:
        raise Misread(
            1, "l’en-tête est trop long : mettez le texte du billet après la seconde ligne « --- »."
        )
    return rest[: limit.start()], rest[limit.end() + 1 :]


def join(keys: Mapping[str, Any], body: str) -> str:
    """Write a post: `split` reads back the same keys and, after one blank line, the same body.

    Values are JSON values, dates and datetimes. In a body a carriage return cannot be told from a
    line end: it becomes one.
    """
    lines = "".join(f"{line}\n" for line in written(keys))
    body = unix_lines(body)
    return f"---\n{lines}---\n" + (f"\n{body}\n" if body else "")


def written(keys: Mapping[str, Any]) -> Iterator[str]:
    """The lines of keys, without line ends."""
    for lines in _table(keys, ""):
        yield from lines.split("\n")


# Never what YAML takes for something else: that begins by another sign or a digit, or is listed.
_PLAIN = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)(?:[^\W\d_]|/)(?:[^:#]|:(?=\S)|(?<=\S)#)*", re.I
)
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _table(table: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in table.items():
        name = _quoted(key)
        if value and isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from _table(value, indent + "  ")
        elif value and isinstance(value, list | tuple):
            yield f"{indent}{name}:"
            yield from _sequence(value, indent)
        else:
            yield f"{indent}{name}: {_scalar(value, indent)}"


def _sequence(values: Sequence[Any], indent: str) -> Iterator[str]:
    for value in values:
        if value and isinstance(value, Mapping):
            first, *others = _table(value, indent + "  ")
            yield f"{indent}- {first[len(indent) + 2 :]}"
            yield from others
        elif value and isinstance(value, list | tuple):
            yield f"{indent}-"
            yield from _sequence(value, indent + "  ")
        else:
            yield f"{indent}- {_scalar(value, indent)}"


def _scalar(value: Any, indent: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        local = value.astimezone(header.PARIS)
        naive = local.replace(tzinfo=None).isoformat(" ")
        return f"{naive} {local.isoformat(' ')[len(naive) :]}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _text(value, indent + "  ")
    return json.dumps(value)  # numbers, and empty lists and tables


def _text(text: str, indent: str) -> str:
    """A text that reads back exactly, whatever follows: a literal block if it has lines, else one line."""
    if "\n" not in text or not text.strip() or text.endswith("\n\n") or _ESCAPED.search(text):
        return _quoted(text)
    # YAML finds the indentation by itself, unless the text begins by a blank.
    indicator = "2" if text[0] in " \t\n" else ""
    chomping = "" if text.endswith("\n") else "-"
    lines = (f"{indent}{line}" if line else "" for line in text.removesuffix("\n").split("\n"))
    return "\n".join((f"|{indicator}{chomping}", *lines))


def _quoted(text: str) -> str:
    if "\n" in text or "\t" in text or _ESCAPED.search(text):
        return f'"{_escaped(text)}"'
    if _PLAIN.fullmatch(text) and text == text.strip():
        return text
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
