"""The text of a post to a `Post` and back: the legacy Siteleaf dialect and our own, which contains it.

docs/format.md tells every key. Must not know the database.
"""

from collections.abc import Collection
from datetime import date

from .posts import ParsedPost, Post


def parse(data: bytes, path: str, *, peertube_hosts: Collection[str] = ()) -> ParsedPost:
    """Read a post, legacy or our own; raises PostError for what cannot be read at all."""
    raise NotImplementedError


def format(post: Post) -> str:  # noqa: A001
    """Write a post in our own dialect: `parse(format(post).encode(), path).post == post`."""
    raise NotImplementedError


def file_name(path: str) -> tuple[str, date | None]:
    """The slug and the date that the base name of a post's file gives."""
    raise NotImplementedError
