"""The body of a legacy post in; one where videos and documents are placed by their keys out.

Must not know front matter nor the database.
"""

from collections.abc import Collection
from dataclasses import dataclass

from .posts import PostDocument, PostVideo, PostWarning


@dataclass(frozen=True, slots=True)
class PlacedBody:
    """A body with its items taken out: those given, then those found, with keys unique in the post."""

    text: str
    videos: tuple[PostVideo, ...] = ()
    documents: tuple[PostDocument, ...] = ()
    warnings: tuple[PostWarning, ...] = ()


def place(
    body: str,
    *,
    first_line: int = 1,
    videos: tuple[PostVideo, ...] = (),
    documents: tuple[PostDocument, ...] = (),
    peertube_hosts: Collection[str] = (),
) -> PlacedBody:
    """Place the videos and documents that a body holds; `first_line` is the body's line in the file."""
    raise NotImplementedError
