"""The bytes of a post in; its front-matter keys, each with its line, and its body out.

Must not know what a key means: `jekyll` asks each value for the reading that it wants.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A front-matter value as written, and the line of the file where it starts."""

    line: int
    content: "str | tuple[Value, ...] | Mapping[str, Value]"
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a post is made of: `lines` are those of the keys, `body_line` that of the body's first line."""

    keys: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str
    body_line: int


def split(data: bytes, path: str) -> FrontMatter:
    """Read the front matter of a post strictly; raises PostError, with path and line."""
    raise NotImplementedError
