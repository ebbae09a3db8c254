"""The text of a post in; the same with the lines of some of its keys replaced out.

Knows which lines are a key's, and not what a key means.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import yaml

from . import frontmatter, header
from .text import unix_lines

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def with_keys(text: str, changes: Iterable[tuple[Collection[str], Mapping[str, Any]]]) -> str:
    """The post with, for each change, the lines of some keys replaced by those of what is written instead.

    They take the place of the first of these keys, and end the front matter where it has none. Its byte
    order mark and line ends stay; new lines end as the first one does. Where two keys share a line, both
    go: whoever asks reads the result. The text is one that `frontmatter.split` reads.
    """
    lines = _LINE.findall(text)
    yaml_text, _body = frontmatter.parted(unix_lines(text.removeprefix("\ufeff")))
    spans = _spans(yaml_text)
    end = lines[0][len(lines[0].rstrip("\r\n")) :]
    last = yaml_text.count("\n") + 1
    gone: set[int] = set()
    new: dict[int, list[str]] = {}
    for keys, written in changes:
        numbers = {number for key in keys for number in spans.get(key, ())}
        new.setdefault(min(numbers, default=last), []).extend(frontmatter.written(written))
        gone |= numbers
    return "".join(
        part
        for number, line in enumerate(lines)
        for part in (*(f"{each}{end}" for each in new.get(number, ())), *(() if number in gone else (line,)))
    )


def _spans(yaml_text: str) -> dict[str, range]:
    """The lines of each key, from its own to the last of its value; the line `---` is number 0."""
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    depth = nodes = 0
    for event in yaml.parse(yaml_text, Loader=header.LOADER):
        start, end = _positions(event, yaml_text)
        if depth == 1 and isinstance(event, yaml.NodeEvent):
            nodes += 1
            if nodes % 2:  # keys and values take turns
                keys.append(getattr(event, "value", ""))
                starts.append(start)
                ends.append(end)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        # What has no width (nothing, the end of an indented list) is said to be where the next key is.
        if ends and end > start:
            ends[-1] = end
    # Counted here: in YAML's own lines, other characters than the line feed end one.
    return {
        key: range(yaml_text.count("\n", 0, start) + 1, yaml_text.count("\n", 0, end - 1) + 2)
        for key, start, end in zip(keys, starts, ends, strict=True)
    }


def _positions(event: yaml.Event, yaml_text: str) -> tuple[int, int]:
    """Where what an event tells starts and ends."""
    if event.start_mark is None or event.end_mark is None:
        return 0, 0
    start, end = event.start_mark.index, event.end_mark.index
    # A block ends where the next key begins; blank lines between are of neither, unless it keeps them.
    if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">") and not event.value.endswith("\n\n"):
        end = len(yaml_text[:end].rstrip())
    return start, end
