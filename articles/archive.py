"""A folder of posts on disk: which files are posts, what each is known by, where their media are.

Paths come in, paths and addresses go out; knows neither the format of a post nor the database.
"""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

POST_SUFFIXES = frozenset({".md", ".markdown", ".txt"})
SITE_FOLDERS = frozenset({"_data", "_includes", "_layouts", "_plugins", "_sass", "_site"})
"""Folders of a Jekyll site that hold no posts."""


@dataclass(frozen=True, slots=True)
class PostFile:
    """A post on disk: its collection (`actualites` for `_actualites/`, else empty) and the path below."""

    path: Path
    collection: str
    below: str


def find_posts(path: Path) -> Iterator[PostFile]:
    """The posts at a path, in a stable order: one file, or all those of a folder, links not followed.

    Raises FileNotFoundError when there is nothing at the path.
    """
    if path.is_file():
        yield post_file(path)
        return
    if not path.is_dir():
        raise FileNotFoundError(path)
    for entry in sorted(path.iterdir()):
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            if entry.name not in SITE_FOLDERS:
                yield from find_posts(entry)
        elif entry.suffix.lower() in POST_SUFFIXES:
            yield post_file(entry)


def post_file(path: Path) -> PostFile:
    """What a post is known by: the nearest folder above it named `_…`, and the path below that."""
    parts = path.resolve().parts
    for depth in range(len(parts) - 2, -1, -1):
        if parts[depth].startswith("_"):
            return PostFile(path, parts[depth][1:], _name("/".join(parts[depth + 1 :])))
    return PostFile(path, "", _name(path.name))


class MediaFolder:
    """The files that posts name by address: `/uploads/x` is `x` or `uploads/x` below the root.

    Names are compared as NFC, then without case; links and anything outside the root are not seen.
    """

    def __init__(self, root: Path) -> None:
        self._exact: dict[str, Path] = {}
        self._folded: dict[str, Path] = {}
        for folder, _folders, names in os.walk(root):
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_symlink():
                    continue
                relative = _name(path.relative_to(root).as_posix())
                self._exact[relative] = path
                self._folded.setdefault(relative.casefold(), path)

    def find(self, address: str) -> Path | None:
        """The file that answers this address (`/uploads/a%20b.pdf`), or None."""
        full = _name(unquote(address)).lstrip("/")
        short = full.partition("/")[2]
        for index, fold in ((self._exact, str), (self._folded, str.casefold)):
            for candidate in (short, full):
                if (path := index.get(fold(candidate))) is not None:
                    return path
        return None


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text)
