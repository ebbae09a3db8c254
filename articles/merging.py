"""Three posts in, one out: two that grew from the same base, merged field by field, with what disagrees.

Texts merge by paragraph (docs/adr/0017-merge-by-paragraph.md). Fields of a conflict are named as in `labels`.
Must not know which fields may travel: whoever merges sets those that may not beforehand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import tzinfo
from typing import Any

from .aligning import aligned, paragraphs
from .labels import said
from .posts import TEXTS, Post

MARKDOWN = frozenset({*TEXTS, "transcript"})
"""The fields, of posts and of items, that merge by paragraph."""

TOGETHER = (
    ("published_at", "ends_at"),
    ("event_starts_at", "event_ends_at"),
    ("provider", "video_id", "host"),
)
"""The fields, of posts and of items, that are one value: of two sides, they might contradict each other."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed, each in its way: ours stands in what was merged, theirs only here.

    An item, a file or a key that one side removed and the other changed stands as changed, whoever did.
    The texts are as people read them, empty for what is not there.
    """

    field: str
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What two posts became, and what somebody must look at."""

    post: Post
    conflicts: tuple[Conflict, ...]


def merge(base: Post, ours: Post, theirs: Post, zone: tzinfo) -> Merged:
    """What both sides changed since `base`, in one post; the zone is that of the times in conflicts.

    Items are matched by key, in our order unless only theirs moved some; what theirs added follows what it
    follows there.
    """
    merging = _Merging(zone)
    post: Post = merging.attributes("", base, ours, theirs)
    return Merged(post, tuple(merging.conflicts))


def merge_files(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str], zone: tzinfo
) -> tuple[dict[str, str], tuple[Conflict, ...]]:
    """The same for the files of posts: their names in `labels`, each with the sha256 of its bytes."""
    merging = _Merging(zone)
    return merging.members("", base, ours, theirs), tuple(merging.conflicts)


def with_items_of(files: Mapping[str, str], post: Post, *sides: Post) -> Post:
    """The post with the items of all these files: one side may have removed what the other gave a new file.

    An item that is not there comes from the first of the sides that has it.
    """
    for name in files:
        kind, _colon, key = name.partition(":")
        if (items := _ITEMS_OF.get(kind)) is None:
            continue
        here = getattr(post, items)
        known = (item for each in (post, *sides) for item in getattr(each, items) if item.key == key)
        if (item := next(known)) not in here:
            more: dict[str, Any] = {items: (*here, item)}
            post = replace(post, **more)
    return post


_ITEMS_OF = {"image": "images", "video": "videos", "document": "documents"}


class _Absent:
    """The value of what is not there: None is a value of JSON."""


_ABSENT = _Absent()


class _Merging:
    """One merge under way: each method merges three values of a sort, and notes what disagrees."""

    def __init__(self, zone: tzinfo) -> None:
        self.conflicts: list[Conflict] = []
        self._zone = zone

    def attributes(self, prefix: str, base: Any, ours: Any, theirs: Any) -> Any:
        """Dataclasses of one type, field by field; `base` may be absent."""
        merged = {}
        clashing = _clashing(base, ours, theirs)
        for field in fields(ours):
            was = getattr(base, field.name, _ABSENT)
            sides = getattr(ours, field.name), getattr(theirs, field.name)
            name = f"{prefix}{field.name}"
            if field.name in clashing:
                self._conflict(name, was, *sides)
                merged[field.name] = sides[0]
            else:
                merged[field.name] = self.value(name, was, *sides, by_paragraph=field.name in MARKDOWN)
        return type(ours)(**merged)

    def members(
        self, prefix: str, base: Mapping[Any, Any], ours: Mapping[Any, Any], theirs: Mapping[Any, Any]
    ) -> dict[Any, Any]:
        """Mappings, key by key."""
        merged = {
            key: self.value(f"{prefix}{key}", *(side.get(key, _ABSENT) for side in (base, ours, theirs)))
            for key in _in_order(list(base), list(ours), list(theirs))
        }
        return {key: value for key, value in merged.items() if value is not _ABSENT}

    def value(self, name: str, base: Any, ours: Any, theirs: Any, *, by_paragraph: bool = False) -> Any:
        """Any three values, each of which may be absent."""
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        if by_paragraph:
            return self._text(name, "" if base is _ABSENT else base, ours, theirs)
        if isinstance(ours, tuple):
            return tuple(self.members(f"{name}:", *map(_by_key, (base, ours, theirs))).values())
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self.members(f"{name}:", base if isinstance(base, Mapping) else {}, ours, theirs)
        if is_dataclass(ours) and is_dataclass(theirs):
            return self.attributes(f"{name}.", base, ours, theirs)
        self._conflict(name, base, ours, theirs)
        return theirs if ours is _ABSENT else ours

    def _text(self, name: str, base: str, ours: str, theirs: str) -> str:
        merged = []
        for was, our, their in _stretches(*map(_closed_paragraphs, (base, ours, theirs))):
            merged.append(self.value(name, "".join(was), "".join(our), "".join(their)))
        return "".join(merged).removesuffix(_BLANK_LINE)

    def _conflict(self, name: str, *values: Any) -> None:
        base, ours, theirs = (
            "" if value is _ABSENT else said(name, value, self._zone).rstrip("\n") for value in values
        )
        if ours != theirs:  # nobody could choose between what reads the same
            self.conflicts.append(Conflict(name, base, ours, theirs))


def _clashing(base: Any, ours: Any, theirs: Any) -> set[str]:
    """The fields of those `TOGETHER` that both sides changed, each in its way."""
    clashing = set[str]()
    for names in TOGETHER:
        was, our, their = ([getattr(side, name, _ABSENT) for name in names] for side in (base, ours, theirs))
        if our != was and their not in (was, our):
            clashing.update(names)
    return clashing


def _by_key(values: tuple[Any, ...]) -> dict[Any, Any]:
    """Items by their keys; what has none is its own, and is there or not."""
    return {getattr(value, "key", value): value for value in values}


def _in_order(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """Every key that a side has, in our order, or in theirs if only they moved some."""

    def has_moved(side: Sequence[Any]) -> bool:
        return [key for key in side if key in base] != [key for key in base if key in side]

    lead, other = (theirs, ours) if has_moved(theirs) and not has_moved(ours) else (ours, theirs)
    order = list(lead)
    place = 0
    for key in other:
        if key not in order:
            order.insert(place, key)
        place = order.index(key) + 1
    return order


# --- paragraphs

_BLANK_LINE = "\n\n"


def _closed_paragraphs(text: str) -> list[str]:
    """The paragraphs, each followed by a blank line: the last stays the same when others follow it."""
    return paragraphs(text + _BLANK_LINE) if text else []


@dataclass(frozen=True, slots=True)
class _Edit:
    """What one side put for some paragraphs of the base."""

    start: int
    end: int
    new: Sequence[str]
    is_ours: bool

    @property
    def adds(self) -> bool:
        return len(self.new) > self.end - self.start

    def meets(self, earlier: "_Edit") -> bool:
        """Whether both change a paragraph, or add some at one place: which come first, nobody knows."""
        return self.start < earlier.end or (self.start == earlier.end and self.adds and earlier.adds)


def _stretches(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Three texts in stretches, what each has of one: in all but the conflicts, a side has what the base has.

    Source: S. Khanna, K. Kunal and B. Pierce, « A Formal Investigation of Diff3 », 2007; but changes of
    paragraphs side by side are apart.
    """
    edits = [*_edits(base, ours, is_ours=True), *_edits(base, theirs, is_ours=False)]
    at = 0
    for group in _met(sorted(edits, key=lambda edit: (edit.start, edit.end, not edit.adds))):
        start, end = group[0].start, max(edit.end for edit in group)
        yield (base[at:start],) * 3
        our, their = (
            _edited(base, start, end, [edit for edit in group if edit.is_ours is is_ours])
            for is_ours in (True, False)
        )
        yield base[start:end], our, their
        at = end
    yield (base[at:],) * 3


def _edits(base: Sequence[str], side: Sequence[str], *, is_ours: bool) -> Iterator[_Edit]:
    for places, new_places in aligned(base, side):
        new = side[new_places.start : new_places.stop]
        if len(places) != len(new):
            yield _Edit(places.start, places.stop, new, is_ours)
        else:  # one for one
            pairs = zip(places, new, strict=True)
            yield from (_Edit(at, at + 1, [each], is_ours) for at, each in pairs if each != base[at])


def _met(edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """The edits of both sides, those together that meet some of the other side."""
    group: list[_Edit] = []
    last: dict[bool, _Edit] = {}
    for edit in edits:
        other = last.get(not edit.is_ours)
        if group and not (other and edit.meets(other)):
            yield group
            group, last = [], {}
        group.append(edit)
        last[edit.is_ours] = edit
    if group:
        yield group


def _edited(base: Sequence[str], start: int, end: int, edits: Sequence[_Edit]) -> list[str]:
    edited: list[str] = []
    for edit in edits:
        edited += [*base[start : edit.start], *edit.new]
        start = edit.end
    return [*edited, *base[start:end]]
