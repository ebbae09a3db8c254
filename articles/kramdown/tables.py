"""Tables: any lines with a bar, between blank lines.

Source: https://kramdown.gettalong.org/syntax.html#tables
"""

import re

from .blocks import BLOCK_BOUNDARY
from .elements import without_elements
from .tree import CONTAINER, TEXT, WHITE, Block, Scanner

# A short row is filled up to the longest: few bars can ask for millions of cells.
MAX_CELLS = 20_000

_LINE = re.compile(r"(?:\||.*?[^\\\n]\|).*?\n")
# A line without any bar, as most are, is soon left.
_START = re.compile(r" {0,3}(?=\S)(?=[^|\n]*\|)(?:\||.*?[^\\\n]\|).*?\n", re.A)
_SEPARATOR = re.compile(r"([+|: \t-]*?-[+|: \t-]*?)[ \t]*\n")
_FOOT_SEPARATOR = re.compile(r"[+|: \t=]*?=[+|: \t=]*?[ \t]*\n")
_ALIGNMENT = re.compile(r"[ \t]?(:?)-+(:?)[ \t]?")
_BAR = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"(<code[^>]*>.*?</code>|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`))", re.S)


def table(scanner: Scanner) -> bool:
    """Rows of cells; a line of dashes ends the head, one of equal signs begins the foot."""
    if not scanner.after_boundary or not scanner.look(_START):
        return False
    lines = _lines(scanner)
    end = scanner.pos + sum(map(len, lines))
    if not BLOCK_BOUNDARY.match(scanner.src, end) or not _each_line_has_a_bar("".join(lines)):
        return False
    parts, alignments = _parts(lines)
    rows = [row for part in parts for row in part.children]
    columns = max((len(row.children) for row in rows), default=0)
    if not any(part.tag == "tbody" for part in parts) or columns * len(rows) > MAX_CELLS:
        return False
    _align(rows, alignments, columns)
    for row in parts[0].children if parts[0].tag == "thead" else ():
        for cell in row.children:
            cell.tag = "th"
    scanner.add(Block(CONTAINER, "table", children=parts))
    scanner.pos = end
    return True


def _lines(scanner: Scanner) -> list[str]:
    lines = []
    pos = scanner.pos
    while found := _LINE.match(scanner.src, pos):
        lines.append(found[0])
        pos = found.end()
    return lines


def _each_line_has_a_bar(source: str) -> bool:
    """Bars inside code, or inside an element, do not count."""
    outside = without_elements(_CODE.sub(lambda code: "\n" * code[0].count("\n"), source))
    return all(_LINE.match(f"{line}\n") for line in outside.rstrip("\n").split("\n"))


def _parts(lines: list[str]) -> tuple[list[Block], list[str]]:
    parts: list[Block] = []
    alignments: list[str] = []
    rows: list[Block] = []
    has_foot = False

    def close(tag: str) -> None:
        nonlocal rows
        if rows:
            parts.append(Block(CONTAINER, tag, children=rows))
        rows = []

    leading_bar = lines[0].lstrip(WHITE).startswith("|")
    for number, line in enumerate(lines):
        if separator := _SEPARATOR.fullmatch(line):
            if rows and number and not alignments and not has_foot:
                close("thead")
                alignments = [_alignment(*sides) for sides in _ALIGNMENT.findall(separator[1])]
            elif not has_foot:
                close("tbody")
        elif _FOOT_SEPARATOR.fullmatch(line):
            close("tbody")
            has_foot = True
        else:
            rows.append(_row(line, leading_bar))
    close("tfoot" if has_foot else "tbody")
    return parts, alignments


def _alignment(left: str, right: str) -> str:
    if left and right:
        return "center"
    return "left" if left else "right" if right else "default"


def _row(line: str, leading_bar: bool) -> Block:
    cells = [""]
    pos = 0
    for code in (*_CODE.finditer(line), None):
        first, *others = _BAR.split(line[pos : code.start() if code else len(line)])
        cells[-1] += first.replace("\\|", "|")
        cells += [other.replace("\\|", "|") for other in others]
        if code:
            cells[-1] += code[0]
            pos = code.end()
    if leading_bar and not cells[0].strip(WHITE):
        del cells[0]
    if cells and not cells[-1].strip(WHITE):
        cells.pop()
    return Block(CONTAINER, "tr", children=[Block(TEXT, "td", text=cell.strip(WHITE)) for cell in cells])


def _align(rows: list[Block], alignments: list[str], columns: int) -> None:
    """Give every row as many cells, each with the alignment of its column."""
    alignments += ["default"] * (columns - len(alignments))
    for row in rows:
        row.children += [Block(TEXT, "td") for _ in range(columns - len(row.children))]
        for cell, alignment in zip(row.children, alignments, strict=False):
            if alignment != "default":
                cell.attrs["style"] = f"text-align: {alignment}"
