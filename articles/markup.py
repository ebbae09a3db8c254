"""Markdown source in; where its code, its frames and its links are, out; and source of links.

Each search takes time in proportion to the text, whatever is in it: a regular expression here stops
at the next sign that could begin another match. Must not know what an address leads to.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

Span = tuple[int, int]

BLANK = "\0"
"""What stands for a character in which nothing is to be found; posts hold no such character."""


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text, at the same length, without what these spans hold; they come in order."""
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], BLANK * (end - start)]
        last = end
    return "".join((*parts, text[last:]))


# --- code

_FENCE = re.compile(r"[ \t>]*(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)")
_LONGEST_FENCE = 10
_HOLDS_INDENTED_LINES = re.compile(r" {0,3}(?:[*+-][ \t]|\d{1,9}[.)][ \t]|:[ \t]|\[\^|<)| {1,3}\S")
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")
_BACKTICKS = re.compile(r"`+")
_VERBATIM = re.compile(r"<!--|<(pre|code|script|style)\b", re.IGNORECASE)
_PROGRAM = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_VERBATIM_ENDS = {
    "": re.compile("-->"),
    **{name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("pre", "code", "script", "style")},
}


@dataclass(frozen=True, slots=True)
class Element:
    """What is not Markdown: a comment, which has no name, or an HTML element."""

    name: str
    span: Span


def without_code(body: str) -> str:
    """The text, at the same length, without blocks and spans of code, comments, scripts and styles.

    Fences close or are none, as in kramdown. Lines below a list, a note or HTML may be indented.
    """
    text = _without_marked_code(body)
    return blanked(text, (element.span for element in _verbatim(text)))


def programs(body: str) -> Iterator[Element]:
    """The scripts and styles of a text, outside its code."""
    if _PROGRAM.search(body):
        text = _without_marked_code(body)
        yield from (element for element in _verbatim(text) if element.name in ("script", "style"))


def _without_marked_code(body: str) -> str:
    lines = body.split("\n")
    for blocks in (_fenced_lines, _indented_lines):
        for first, end in blocks(lines):
            lines[first:end] = [BLANK * len(line) for line in lines[first:end]]
    text = "\n".join(lines)
    return blanked(text, _code_spans(text))


def _fenced_lines(lines: list[str]) -> list[Span]:
    openings: dict[int, re.Match[str]] = {}
    closings: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if ("```" in line or "~~~" in line) and (found := _FENCE.match(line)):
            openings[number] = found
            if not found["info"].strip():
                for length in range(3, min(len(found["marks"]), _LONGEST_FENCE) + 1):
                    closings[found["marks"][0], length].append(number)
    blocks: list[Span] = []
    for number, found in openings.items():
        if (blocks and number < blocks[-1][1]) or (found["marks"][0] == "`" and "`" in found["info"]):
            continue
        below = closings[found["marks"][0], min(len(found["marks"]), _LONGEST_FENCE)]
        nearest = bisect_right(below, number)
        if nearest < len(below):
            blocks.append((number, below[nearest] + 1))
    return blocks


def _indented_lines(lines: list[str]) -> list[Span]:
    code: list[Span] = []
    above, is_after_blank, is_code = "", True, False
    for number, line in enumerate(lines):
        if not line.strip():
            is_after_blank = True
            continue
        is_indented = line.startswith(("    ", "\t"))
        is_code = is_indented and (is_code or (is_after_blank and not _HOLDS_INDENTED_LINES.match(above)))
        if is_code:
            code.append((number, number + 1))
        elif not is_indented:
            above = line
        is_after_blank = False
    return code


def _code_spans(text: str) -> Iterator[Span]:
    start = 0
    for end in (*(blank.start() for blank in _BLANK_LINE.finditer(text)), len(text)):
        runs = [run.span() for run in _BACKTICKS.finditer(text, start, end)]
        alike: dict[int, list[int]] = defaultdict(list)
        for index, (first, last) in enumerate(runs):
            alike[last - first].append(index)
        index = 0
        while index < len(runs):
            first, last = runs[index]
            later = alike[last - first]
            nearest = bisect_right(later, index)
            if nearest < len(later) and text[first - 1 : first] != "\\":
                index = later[nearest]
                yield first, runs[index][1]
            index += 1
        start = end


def _verbatim(text: str) -> Iterator[Element]:
    position = 0
    unclosed: set[str] = set()
    while found := _VERBATIM.search(text, position):
        name = (found[1] or "").lower()
        end = None if name in unclosed else _VERBATIM_ENDS[name].search(text, found.end())
        if end is None:
            unclosed.add(name)
            position = found.end()
        else:
            yield Element(name, (found.start(), end.end()))
            position = end.end()


# --- frames

_FRAME_START = re.compile(r"<(iframe|video|audio|object|embed)\b", re.IGNORECASE)
_FRAME_TAG = re.compile(r"""<\w+\b(?:[^<>"']|"[^<"]*"|'[^<']*')*+>""")
_BROKEN_TAG = re.compile(r"<\w+\b[^<>\n]*(?:\n[^<>\n]+)*>?")
_FRAME_ENDS = {
    "iframe": re.compile(r"(?:\s*|[^<\n]*)</iframe\s*>", re.IGNORECASE),
    **{
        name: re.compile(rf"(?:[^<]|<(?!/?{name}\b)){{0,5000}}+</{name}\s*>", re.IGNORECASE)
        for name in ("video", "audio", "object")
    },
}
_SOURCE = re.compile(r"""<(?:source|embed)\b(?:[^<>"']|"[^<"]*"|'[^<']*')*+>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")


@dataclass(frozen=True, slots=True)
class Frame:
    """An iframe or another player, closed or not: what it spans, its address and its title."""

    start: int
    end: int
    src: str
    title: str


def frames(body: str, text: str) -> Iterator[Frame]:
    """The iframes and players of `body`, searched in `text`, the same without code.

    What one holds between its tags goes with it.
    """
    position = 0
    while found := _FRAME_START.search(text, position):
        tag = _FRAME_TAG.match(text, found.start()) or _BROKEN_TAG.match(text, found.start()) or found
        ending = _FRAME_ENDS.get(found[1].lower())
        closed = ending.match(text, tag.end()) if ending else None
        position = closed.end() if closed else tag.end()
        # What is written, which may look like code, is read from the text as it stands.
        attributes = attributes_of(body[slice(*tag.span())])
        source = _SOURCE.search(body, *closed.span()) if closed else None
        inside = attributes_of(source[0]) if source else {}
        src = attributes.get("src") or attributes.get("data") or inside.get("src", "")
        yield Frame(tag.start(), position, src.strip(), plain_text(attributes.get("title", "")))


def without_attribute(tag: str, name: str) -> str:
    """The tag with this attribute empty, wherever it stands in it."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1].lower() == name:
            return f'{tag[: found.start()]}{name}=""{tag[found.end() :]}'
    return tag


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a tag, unescaped; of two alike the first counts (HTML 13.2.5.33)."""
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        attributes.setdefault(name.lower(), unescape(double or single or bare.strip("\"'")))
    return attributes


# --- links

_LINK_TOKEN = re.compile(r"\\.|\[|\]|\n[ \t]*(?=\n)|<a\s[^<>]*>", re.IGNORECASE)
_TARGET = re.compile(
    r"\(\s*+(?:<(?P<bracketed>[^<>\n]*)>|(?P<bare>(?:[^\s()\\]|\\.|\([^\s()]*\))*+))"
    r"""(?:\s++(?:"[^"\n]*"|'[^'\n]*'))?\s*+\)"""
)
_TARGET_WITH_SPACES = re.compile(r"""\((?P<bare>[^()<>"\n]{1,500}+)(?:"[^"()\n]*")?[ \t]*\)""")
_DEFINITION = re.compile(r":[ \t]*<?(?P<bare>[^\s<>]+)")
_ANCHOR_END = re.compile(r"</a\s*>", re.IGNORECASE)
_LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Link:
    """A link in Markdown or HTML: what it spans, the source of its text, its address as written.

    In `[text][file.pdf](/uploads/file.pdf)`, which only means `[text](…)`, `doubled` spans the second name.
    """

    start: int
    end: int
    text: str
    address: str
    doubled: Span | None = None


def links(body: str, text: str) -> Iterator[Link]:
    """The links of `body`, searched in `text`, the same without what is to be passed over.

    A reference definition (`[1]: /uploads/a.pdf`) is a link too, its text that of its first use.
    """
    if "](" not in text and "]:" not in text and "<a" not in text.lower():
        return
    opened: list[int] = []
    label: Span | None = None  # the brackets just closed
    uses: dict[str, str] = {}
    for token in _LINK_TOKEN.finditer(text):
        if token[0] == "[":
            opened.append(token.start())
        elif token[0].startswith("\n"):
            opened.clear()
        elif token[0] == "]" and opened:
            start, close, end = opened.pop(), token.start(), token.end()
            if close - start > _LONGEST_TEXT:
                continue
            before = label if label and label[1] == start else None
            inside = body[start + 1 : close]
            if target := _TARGET.match(text, end) or _TARGET_WITH_SPACES.match(text, end):
                address = _address(body, target)
                if before and inside.strip().casefold() == _file_name(address):
                    named = body[before[0] + 1 : before[1] - 1]
                    yield Link(before[0], target.end(), named, address, (start, end))
                else:
                    yield Link(start, target.end(), inside, address)
            elif (start == 0 or text[start - 1] == "\n") and (target := _DEFINITION.match(text, end)):
                yield Link(start, target.end(), uses.get(inside.casefold(), inside), _address(body, target))
            elif before:
                uses.setdefault(inside.casefold(), body[before[0] + 1 : before[1] - 1])
            label = (start, end)
        elif token[0].startswith("<"):
            address = attributes_of(token[0]).get("href", "").strip()
            close_tag = address and _ANCHOR_END.search(text, token.end(), token.end() + _LONGEST_TEXT)
            if close_tag:
                inside = body[token.end() : close_tag.start()]
                yield Link(token.start(), close_tag.end(), inside, address)


def _address(body: str, target: re.Match[str]) -> str:
    group = "bracketed" if target.groupdict().get("bracketed") is not None else "bare"
    return unescape(body[slice(*target.span(group))].strip())


def _file_name(address: str) -> str:
    return address.rpartition("/")[2].strip().casefold()


_MARKS = re.compile(
    r"!\[(?P<alt>[^\[\]\n]*)\]\([^()\n]*\)|<[^<>]*>|\{:[^{}]*\}"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])|[*`]+|(?<!\w)_+|_+(?!\w)"
)
_BLANKS = re.compile(r"[ \t\n]+")


def plain_text(markdown: str) -> str:
    """The words of a line of Markdown or HTML, on one line."""
    words = _MARKS.sub(lambda mark: mark["escaped"] or mark["alt"] or "", markdown)
    return _BLANKS.sub(" ", unescape(words)).strip()


_SIGNS = re.compile(r"[\\\[\]`*_<>]")
_UNSAFE_IN_TARGET = re.compile(r"[\s()<>\\]")


def escaped(words: str) -> str:
    """The Markdown source of these words, taken as they are."""
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", words)


def link_to(address: str, source: str) -> str:
    """The Markdown source of a link to this address, whose text has that source."""
    return f"[{source}]({_UNSAFE_IN_TARGET.sub(lambda sign: quote(sign[0]), address)})"
