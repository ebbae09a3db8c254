"""Two versions (a post, its files, its page's address) to what differs, word by word, for templates to walk.

Fields and files are named as in `labels`. Must not know markup nor where the versions come from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import tzinfo
from itertools import groupby
from typing import Any, Literal

from .aligning import aligned, paragraphs
from .labels import label, said
from .matching import stretches
from .posts import Post, PostDocument, PostImage, PostVideo

Item = PostImage | PostVideo | PostDocument

ITEMS: Mapping[str, str] = {"images": "image", "videos": "video", "documents": "document"}
"""The fields that hold items, and how the name of an item's file begins."""

BODY_FILE = "text:"
"""How the name of a file that the body shows begins."""

# A mark that combines belongs to its letter; a space to what follows it, so that a last word stays the same.
_TOKEN = re.compile(r"\s*\w[\w\u0300-\u036f]*|\s*[^\w\s]|\s+")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two versions: its post, the sha256 of each file's bytes by name, and the address of its page."""

    post: Post
    files: Mapping[str, str]
    address: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: in both versions, in the old one only, or in the new one only."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the blank lines after it, or one value of several (a tag, an address)."""

    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether both versions have it, whatever the blank lines after it."""
        return all(piece.kind == "same" or not piece.text.strip("\n") for piece in self.pieces)

    @property
    def shown(self) -> tuple[Piece, ...]:
        """The pieces without the blank lines at the end."""
        stripped = (Piece(piece.kind, piece.text.rstrip("\n")) for piece in self.pieces)
        return tuple(piece for piece in stripped if piece.text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs to be shown, or folded: none of them changed, nor is beside one that did."""

    paragraphs: tuple[Paragraph, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, a key or what an item says, in both versions.

    The pieces that are not added give the old text, those that are not removed the new one.
    """

    field: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def label(self) -> str:
        return label(self.field)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The paragraphs, those folded that are far from any change."""
        changed = {at for at, paragraph in enumerate(self.paragraphs) if not paragraph.is_same}
        near = changed | {at - 1 for at in changed} | {at + 1 for at in changed}
        return tuple(
            Stretch(tuple(self.paragraphs[at] for at in places), is_folded)
            for is_folded, places in groupby(range(len(self.paragraphs)), lambda at: at not in near)
        )


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file that came, went, or has other bytes under the same name."""

    file_name: str
    change: Literal["added", "removed", "replaced"]

    @property
    def label(self) -> str:
        return label(self.file_name)


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """An image, a video or a document that came, went, or is not what it was.

    `texts` are the differences of what it says: all of it where it came or went. `file_name` is that of its
    file, whether it has one or not; `file` tells how that differs, where the item stays.
    """

    field: str
    change: Literal["added", "removed", "kept"]
    is_moved: bool
    texts: tuple[Difference, ...]
    file_name: str
    file: FileDifference | None

    @property
    def label(self) -> str:
        return label(self.field)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs; `files` are those that the body shows."""

    fields: tuple[Difference, ...]
    items: tuple[ItemDifference, ...]
    files: tuple[FileDifference, ...]

    @property
    def is_same(self) -> bool:
        return not (self.fields or self.items or self.files)


def is_file_name(field: str) -> bool:
    """Whether what is named is a file, not a field nor a part of one."""
    return field.startswith((BODY_FILE, *(f"{kind}:" for kind in ITEMS.values())))


def compare(old: Side, new: Side, zone: tzinfo) -> Comparison:
    """What differs between two versions, times in this zone."""
    names = [each.name for each in fields(Post)]
    files = {
        name: found
        for name in dict.fromkeys([*new.files, *old.files])
        if (found := _file(name, old.files, new.files))
    }
    return Comparison(
        (
            *_differences("address", old.address, new.address, zone),
            *(
                difference
                for name in names
                if name not in ITEMS
                for difference in _differences(name, getattr(old.post, name), getattr(new.post, name), zone)
            ),
        ),
        tuple(
            difference
            for name in ITEMS
            for difference in _items(name, getattr(old.post, name), getattr(new.post, name), files, zone)
        ),
        tuple(found for name, found in files.items() if name.startswith(BODY_FILE)),
    )


def compare_texts(field: str, old: str, new: str) -> Difference:
    """What differs between two texts of a field."""
    return Difference(field, tuple(_compared(paragraphs(old), paragraphs(new))))


def _file(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> FileDifference | None:
    if name not in old:
        return FileDifference(name, "added")
    if name not in new:
        return FileDifference(name, "removed")
    return FileDifference(name, "replaced") if old[name] != new[name] else None


def _items(
    kind: str, old: Sequence[Item], new: Sequence[Item], files: Mapping[str, FileDifference], zone: tzinfo
) -> Iterator[ItemDifference]:
    """The items of the new version in their order, then those that went."""
    was, now = ({item.key: item for item in side} for side in (old, new))
    moved = _moved([key for key in was if key in now], [key for key in now if key in was])
    for key in dict.fromkeys([*now, *was]):
        field, file_name = f"{kind}:{key}", f"{ITEMS[kind]}:{key}"
        texts = tuple(_texts(field, was.get(key), now.get(key), zone))
        if key not in was:
            yield ItemDifference(field, "added", False, texts, file_name, None)
        elif key not in now:
            yield ItemDifference(field, "removed", False, texts, file_name, None)
        elif texts or file_name in files or key in moved:
            yield ItemDifference(field, "kept", key in moved, texts, file_name, files.get(file_name))


def _texts(field: str, old: Item | None, new: Item | None, zone: tzinfo) -> Iterator[Difference]:
    item = new or old
    for name in (each.name for each in fields(item) if each.name != "key") if item else ():
        yield from _differences(f"{field}.{name}", getattr(old, name, ""), getattr(new, name, ""), zone)


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Of the same keys in two orders, the few that had to move."""
    return {old[at] for are_same, places, _ in stretches(old, new) if not are_same for at in places}


def _differences(field: str, old: Any, new: Any, zone: tzinfo) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*new, *old]):
            yield from _differences(f"{field}:{key}", old.get(key), new.get(key), zone)
        return
    parts, new_parts = (_parts(field, value, zone) for value in (old, new))
    if parts != new_parts:  # else it reads the same
        yield Difference(field, tuple(_compared(parts, new_parts)))


def _parts(field: str, value: Any, zone: tzinfo) -> list[str]:
    if isinstance(value, tuple):
        return [said(field, each, zone) for each in value]
    return paragraphs(said(field, value, zone))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    for places, new_places in aligned(old, new):
        if len(places) == len(new_places) == 1:
            yield Paragraph(tuple(_pieces(old[places[0]], new[new_places[0]])))
        else:
            yield from (Paragraph((Piece("removed", old[at]),)) for at in places)
            yield from (Paragraph((Piece("added", new[at]),)) for at in new_places)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """Both texts in pieces, word by word."""
    words, new_words = _TOKEN.findall(old), _TOKEN.findall(new)
    for are_same, places, new_places in stretches(words, new_words):
        went, came = (
            "".join(side[at.start : at.stop]) for side, at in ((words, places), (new_words, new_places))
        )
        if are_same:
            yield Piece("same", went)
            continue
        if went:
            yield Piece("removed", went)
        if came:
            yield Piece("added", came)
