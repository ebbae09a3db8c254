"""A folder of posts on disk: which files are posts, what each is known by, where their media are.

Paths come in, paths and addresses go out; knows neither the format of a post nor the database.
"""

import codecs
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from .sites import NO_SITE, Site

POST_SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".txt"})
SITE_FOLDERS = frozenset(
    {"_data", "_includes", "_layouts", "_plugins", "_sass", "_site", "node_modules", "vendor"}
)
"""Folders of a Jekyll site that hold no posts."""
_NO_BREAK_SPACE = re.compile("[\u00a0\u202f]")
DRAFTS = "_drafts"
PAGES = "pages"
CONFIG = "_config.yml"


@dataclass(frozen=True, slots=True)
class PostFile:
    """A post on disk: its collection (`actualites` for `_actualites/`, else empty) and the path below.

    `below` is NFC; `relative` is the path from the collection's folder on, and `place` that below the
    site's folder, both as they are on disk.
    """

    path: Path
    collection: str
    below: str
    relative: str
    is_draft: bool = False
    site: Site = NO_SITE
    place: str = ""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file of a folder that looks like a post and is none: a French sentence says why."""

    path: Path
    why: str


def site_folder(path: Path) -> Path | None:
    """The folder of the Jekyll site that a path is, or is in a collection of; None for neither."""
    folders = (path, *path.absolute().parents)
    collection = next((folder for folder in folders if folder.name.startswith("_")), None)
    # A site may keep its collections in a folder of their own (`collections_dir`).
    above = (collection.parent, collection.parent.parent) if collection else ()
    return next((folder for folder in (path, path.parent, *above) if (folder / CONFIG).is_file()), None)


def find_posts(
    path: Path, site: Site = NO_SITE, root: Path | None = None
) -> Iterator[PostFile | SkippedFile]:
    """The posts at a path, in a stable order: the file that it names, or all those of a folder.

    `root` is the folder of `site`. Links in a folder are not followed. Raises FileNotFoundError when
    there is nothing at the path.
    """
    if path.is_file():
        yield post_file(path, site, root)
    elif path.is_dir():
        yield from _posts_below(path, site, root)
    else:
        raise FileNotFoundError(path)


def _posts_below(folder: Path, site: Site, root: Path | None) -> Iterator[PostFile | SkippedFile]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or site.excludes(_place(entry, root)):
            continue
        if entry.is_symlink():
            if entry.suffix.lower() in POST_SUFFIXES or entry.is_dir():
                yield SkippedFile(entry, "lien vers un autre endroit : nommez cet endroit lui-même")
            continue
        if not _NO_BREAK_SPACE.sub("", entry.name).isprintable():  # not UTF-8, or control characters
            shown = os.fsencode(entry).decode("utf-8", "backslashreplace")
            yield SkippedFile(Path(shown), "nom illisible : renommez le fichier en UTF-8")
            continue
        suffix = entry.suffix.lower()
        if entry.is_dir():
            collection = site.collections.get(entry.name.removeprefix("_"))
            if entry.name.startswith("_") and collection and not collection.has_pages:
                yield SkippedFile(entry, f"collection sans pages, comme le dit {CONFIG} (output)")
            elif entry.name not in SITE_FOLDERS or _is_in_collection(entry):
                yield from _posts_below(entry, site, root)
        elif not entry.is_file():  # reading a pipe would wait for ever
            continue
        elif suffix == ".old":
            yield SkippedFile(entry, "ancienne version d’un billet")
        elif suffix in POST_SUFFIXES and not _may_be_post(entry):
            yield SkippedFile(entry, "fichier sans en-tête, donc pas un billet")
        elif suffix in POST_SUFFIXES or (not suffix and _may_be_post(entry)):
            yield post_file(entry, site, root)


def _is_in_collection(path: Path) -> bool:
    return any(folder.name.startswith("_") for folder in path.parents)


def _place(path: Path, root: Path | None) -> str:
    if root is None:
        return ""
    place = path.absolute()
    return place.relative_to(root.absolute()).as_posix() if place.is_relative_to(root.absolute()) else ""


def _may_be_post(path: Path) -> bool:
    """Whether a file starts as a post does, or cannot be read, which whoever reads it will say."""
    try:
        with path.open("rb") as file:
            start = file.read(200)
    except OSError:
        return True
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    first, *_rest = start.removeprefix(codecs.BOM_UTF8).splitlines() or [b""]
    return first.rstrip() == b"---"


def post_file(path: Path, site: Site = NO_SITE, root: Path | None = None) -> PostFile:
    """What a post is known by: the nearest folder above it named `_…`, and the path below that.

    Only folders of the path as given count, and the current folder where it is relative: what is
    above them (`/home/runner/_work/`) is not the site's. What a site has outside such folders is a page.
    """
    here = () if path.is_absolute() else (Path.cwd().name,)
    parts = (*here, *path.parts)
    place = _place(path, root)
    for depth in range(len(parts) - 2, -1, -1):
        relative = "/".join(parts[depth:])
        if parts[depth] == DRAFTS:
            return PostFile(path, "", _name(relative), relative, True, site, place or relative)
        if parts[depth].startswith("_"):
            below = _name("/".join(parts[depth + 1 :]))
            return PostFile(path, parts[depth][1:], below, relative, False, site, place or relative)
    if place:
        return PostFile(path, PAGES, _name(place), f"_{PAGES}/{place}", False, site, place)
    return PostFile(path, "", _name(path.name), path.name, False, site, path.name)


class MediaFolder:
    """The files that posts name by address: `/uploads/x` is `x` or `uploads/x` below the root.

    Names are compared as NFC, then without case; links and anything outside the root are not seen.
    """

    def __init__(self, root: Path) -> None:
        self._exact: dict[str, Path] = {}
        self._folded: dict[str, Path] = {}
        for folder, folders, names in os.walk(root):
            # What a site has in such folders is its sources, which nobody shall read by an address.
            folders[:] = [name for name in folders if not name.startswith(("_", "."))]
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_symlink() or not path.is_file():
                    continue
                relative = _name(path.relative_to(root).as_posix())
                self._exact[relative] = path
                self._folded.setdefault(relative.casefold(), path)

    def find(self, address: str) -> Path | None:
        """The file that answers this address (`/uploads/a%20b.pdf`), or None."""
        # A name may hold a percent sign of its own.
        for full in dict.fromkeys(_name(written).lstrip("/") for written in (address, unquote(address))):
            short = full.partition("/")[2]
            for index, fold in ((self._exact, str), (self._folded, str.casefold)):
                for candidate in (short, full):
                    if (path := index.get(fold(candidate))) is not None:
                        return path
        return None


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text)
