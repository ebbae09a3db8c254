"""The YAML of a post's front matter in; its values, each with its line, out.

A value is kept as written: `jekyll` asks it for the reading that it wants, so that a title may be
« 2018 » or « oui ». Must not know what a key means.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from .posts import YEARS

MAX_VALUES = 20_000
"""Values of a front matter, each alias counted as all that it stands for."""
MAX_DEPTH = 20
MAX_KEY_LENGTH = 100
PARIS = ZoneInfo("Europe/Paris")

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "oui", "vrai"})
_FALSE = frozenset({"false", "no", "off", "non", "faux"})
# YAML 1.1's booleans, for keys that nobody asks a reading of: French words stay words.
_YAML_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Only numbers that have one spelling, here and in a database: postal codes, 1_000 and 1.5e3 stay text.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"(?!-0\.0\Z)-?(?:0|[1-9][0-9]{0,17})\.[0-9]+")
# YAML 1.1 timestamps (https://yaml.org/type/timestamp.html), and times without seconds.
_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6})[0-9]*)?)?"
    r"[ \t]*(?P<zone>[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{1,2})"
    r"(?::?(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2}))?)?)?)?"
)

_TAGS_OF_PLAIN_SCALARS = {
    f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null", "timestamp")
}
_TAGS = _TAGS_OF_PLAIN_SCALARS | {"!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))}
# What YAML cannot hold unescaped (YAML 1.1, 4.1.1), as far as UTF-8 lets it in.
_UNPRINTABLE = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Misread(Exception):  # noqa: N818  # what happened, as a reader says it
    """A value that is not written as its reader wants: its line, and a French sentence with the remedy."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Value:
    """A value as written, and the line of the file where it starts; each reading raises Misread.

    `is_plain` tells an unquoted scalar, the only one that YAML takes for something else than text.
    """

    line: int
    content: "str | tuple[Value, ...] | Mapping[str, Value]"
    is_plain: bool = False

    @property
    def is_null(self) -> bool:
        """Whether nothing is written, or one of YAML's words for nothing."""
        return self.is_plain and self.content in NULLS

    def written(self) -> str:
        """The text as it stands, whatever YAML would make of it: `2018`, `yes` and `null` are words."""
        if isinstance(self.content, str):
            return self.content
        raise Misread(
            self.line, "un texte est attendu ici : écrivez-le après les deux-points, sur une ligne."
        )

    def text(self) -> str:
        """The text as it stands; nothing is the empty text."""
        return "" if self.is_null else self.written()

    def flag(self) -> bool:
        """True or false, in French or English, quoted or not."""
        word = self.written().strip().casefold()
        if word in _TRUE | _FALSE:
            return word in _TRUE
        raise Misread(self.line, "écrivez true ou false.")

    def moment(self, zone: ZoneInfo = PARIS) -> datetime:
        """The instant, with its offset as written or else that of `zone`; midnight where no time is."""
        found = _MOMENT.fullmatch(self.written().strip())
        try:
            moment = _moment(found, zone) if found is not None else None
        except ValueError:  # 31 February, 25:00
            moment = None
        if moment is None:
            message = "cette date n’en est pas une : écrivez-la comme 2024-03-31 09:30:00 +02:00."
            raise Misread(self.line, message)
        if moment.astimezone(PARIS).year not in YEARS:
            message = (
                f"l’année {moment.year} n’est pas entre {YEARS[0]} et {YEARS[-1]} : "
                "corrigez-la, ou laissez la clé vide."
            )
            raise Misread(self.line, message)
        return moment

    def day(self) -> date:
        """The day in Paris."""
        return self.moment().astimezone(PARIS).date()

    def sequence(self) -> "tuple[Value, ...]":
        """The values of a list; nothing is the empty list."""
        if self.is_null:
            return ()
        if isinstance(self.content, tuple):
            return self.content
        raise Misread(
            self.line, "une liste est attendue ici : une ligne par élément, chacune après un tiret."
        )

    def table(self) -> "Mapping[str, Value]":
        """The keys and values of a table; nothing is the empty table."""
        if self.is_null:
            return {}
        if isinstance(self.content, Mapping):
            return self.content
        raise Misread(
            self.line, "des clés et leurs valeurs sont attendues ici : « cle: valeur » sur chaque ligne."
        )

    def as_json(self) -> Any:
        """The value as JSON has it: plain YAML 1.1 scalars get their type, dates are ISO text."""
        if isinstance(self.content, tuple):
            return [value.as_json() for value in self.content]
        if isinstance(self.content, Mapping):
            return {key: value.as_json() for key, value in self.content.items()}
        return _plain_as_json(self.content) if self.is_plain else self.content


def read(yaml_text: str, first_line: int) -> tuple[Mapping[str, Value], Mapping[str, int]]:
    """The keys of a front matter and their lines, the text's own first line being `first_line`.

    Strict: raises Misread for what YAML would guess or drop, and for what costs too much.
    """
    found = _UNPRINTABLE.search(yaml_text)
    if found is not None:
        line = yaml_text.count("\n", 0, found.start()) + first_line
        code = f"U+{ord(found[0]):04X}"
        raise Misread(line, f"un caractère de contrôle invisible ({code}) est dans l’en-tête : supprimez-le.")
    try:
        root = _composed(yaml.parse(yaml_text, Loader=LOADER), first_line)
    except yaml.YAMLError as error:
        raise _explained(error, first_line) from error
    if root is None or not isinstance(root.value.content, Mapping):
        raise Misread(
            first_line, "l’en-tête doit être fait de clés : « title: … », « date: … », une par ligne."
        )
    return root.value.content, root.key_lines


@dataclass(slots=True)
class _Composed:
    """A value being or just read: how many values it stands for, how deep it goes."""

    value: Value
    size: int = 1
    depth: int = 1
    key_lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A list or table whose end is not read yet."""

    line: int
    anchor: str | None
    is_table: bool
    parts: list[_Composed] = field(default_factory=list)
    size: int = 1

    def add(self, part: _Composed) -> None:
        self.parts.append(part)
        self.size += part.size

    def closed(self) -> _Composed:
        depth = 1 + max((part.depth for part in self.parts), default=0)
        values = tuple(part.value for part in self.parts)
        if not self.is_table:
            return _Composed(Value(self.line, values), self.size, depth)
        table: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for key, value in zip(values[::2], values[1::2], strict=True):
            name = _key_name(key)
            if name in table:
                first = lines[name]
                raise Misread(
                    key.line, f"la clé « {name} » est déjà ligne {first} : gardez une seule des deux."
                )
            table[name], lines[name] = value, key.line
        return _Composed(Value(self.line, table), self.size, depth, lines)


def _key_name(key: Value) -> str:
    if not isinstance(key.content, str):
        raise Misread(
            key.line, "une clé doit être un mot : mettez ce qui précède les deux-points entre guillemets."
        )
    if len(key.content) > MAX_KEY_LENGTH:
        raise Misread(
            key.line,
            f"cette ligne commence par une clé de plus de {MAX_KEY_LENGTH} caractères : "
            "si elle continue la valeur du dessus, décalez-la de deux espaces.",
        )
    return key.content


def _composed(events: Iterable[yaml.Event], first_line: int) -> _Composed | None:
    """The value that YAML events tell.

    Made from the events, which come one by one, so that nesting and aliases are stopped before they
    cost anything; PyYAML's own composer recurses, and forgets duplicate keys.
    """
    root: _Composed | None = None
    stack: list[_Open] = []
    anchors: dict[str, _Composed] = {}
    for event in events:
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise Misread(line, "une ligne de l’en-tête commence par « --- » : supprimez-la.")
        if isinstance(event, yaml.CollectionStartEvent):
            _refuse_tag(event.tag, line)
            if len(stack) >= MAX_DEPTH:
                raise Misread(line, f"plus de {MAX_DEPTH} niveaux de listes : simplifiez cette valeur.")
            stack.append(_Open(line, event.anchor, isinstance(event, yaml.MappingStartEvent)))
            continue
        if isinstance(event, yaml.ScalarEvent):
            part, anchor = _scalar(event, line), event.anchor
        elif isinstance(event, yaml.AliasEvent):
            part, anchor = _aliased(event.anchor or "", anchors, line), None
        elif isinstance(event, yaml.CollectionEndEvent):
            part, anchor = stack[-1].closed(), stack.pop().anchor
        else:
            continue
        if anchor is not None:
            anchors[anchor] = part
        if not stack:
            root = part
            continue
        stack[-1].add(part)
        if len(stack) + part.depth > MAX_DEPTH or stack[-1].size > MAX_VALUES:
            raise Misread(line, "cette valeur est trop grande ou trop imbriquée : simplifiez-la.")
    return root


def _scalar(event: yaml.ScalarEvent, line: int) -> _Composed:
    _refuse_tag(event.tag, line)
    if _IMPOSSIBLE.search(event.value):
        raise Misread(line, "cette valeur contient un caractère impossible (\\0 ou \\uD800) : supprimez-le.")
    is_plain = event.implicit[0] or event.tag in _TAGS_OF_PLAIN_SCALARS
    return _Composed(Value(line, event.value, is_plain))


def _refuse_tag(tag: str | None, line: int) -> None:
    if tag is not None and tag not in _TAGS:
        raise Misread(
            line, f"l’étiquette YAML « {tag} » n’est pas acceptée : supprimez-la, la valeur suffit."
        )


def _aliased(name: str, anchors: Mapping[str, _Composed], line: int) -> _Composed:
    if name not in anchors:
        raise Misread(
            line, f"« *{name} » ne renvoie à aucune valeur complète placée avant : recopiez la valeur."
        )
    return anchors[name]


def _explained(error: yaml.YAMLError, first_line: int) -> Misread:
    problem = getattr(error, "problem", None) or ""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    if "mapping values are not allowed" in problem:
        message = (
            "un deux-points suivi d’une espace coupe cette valeur : mettez-la tout entière entre guillemets."
        )
    elif "quoted scalar" in context:
        mark = getattr(error, "context_mark", None) or mark
        message = (
            "ce guillemet n’est pas bien refermé : vérifiez la valeur, "
            "et doublez les apostrophes qu’elle contient."
        )
    elif "tab character" in problem or "cannot start any token" in problem:
        message = (
            "une valeur ne peut commencer ni par une tabulation ni par @, % ou ` : "
            "mettez des espaces, ou la valeur entre guillemets."
        )
    else:
        message = (
            "cette ligne ou celle du dessus n’est pas lisible : alignez les clés à gauche, refermez [ et {, "
            "et mettez entre guillemets une valeur qui contient des signes comme : # [ { * & !."
        )
    return Misread(None if mark is None else mark.line + first_line, message)


def _moment(found: re.Match[str], zone: ZoneInfo = PARIS) -> datetime:
    parts = {name: int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    if not 1000 <= parts["year"] <= 9998:  # a change of zone must not leave the calendar
        raise ValueError
    moment = datetime(**parts, microsecond=int((found["fraction"] or "0").ljust(6, "0")), tzinfo=UTC)
    if found["sign"]:
        offset = timedelta(**{name: int(found[name] or 0) for name in ("hours", "minutes", "seconds")})
        return moment.replace(tzinfo=timezone(-offset if found["sign"] == "-" else offset))
    if found["zone"]:
        return moment
    # A fixed offset: a time in the hour that a change of clocks skips or repeats equals itself elsewhere.
    local = moment.replace(tzinfo=zone)
    return moment.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def _plain_as_json(content: str) -> Any:
    if content in NULLS:
        return None
    if content.casefold() in _YAML_BOOLEANS:
        return _YAML_BOOLEANS[content.casefold()]
    if _INTEGER.fullmatch(content):
        return int(content)
    if _DECIMAL.fullmatch(content):
        number = float(content)
        return number if str(number) == content else content
    if (found := _MOMENT.fullmatch(content)) and found["hour"]:
        try:
            return _moment(found).isoformat()
        except ValueError:
            return content
    return content
