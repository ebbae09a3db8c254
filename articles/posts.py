"""What an announcement says, as frozen values: the pivot between post text and database rows.

`jekyll` makes a `Post` from text and text from a `Post`; `importing` puts one onto rows and
`exporting` makes one from rows. Nothing here knows a file format, HTML or the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Status = Literal["draft", "in_review", "published", "withdrawn"]

LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "pl", "ro", "uk", "ar", "zh-hans", "br", "ca", "eu")
"""The languages of articles and documents, by their BCP 47 codes."""

YEARS = range(1900, 2200)
"""Years that the dates of an announcement may have; beyond, a key was pressed too many or too few."""

MAX_LENGTHS: Mapping[str, int] = {
    "title": 500,
    "subtitle": 500,
    "place": 300,
    "tag": 100,
    "address": 490,
    "alt": 500,
    "caption": 500,
    "credit": 200,
    "video title": 300,
    "document title": 500,
}
"""Characters that a value may have; a text that is not here may have any number."""


TEXTS = ("chapeau", "body", "practical_details", "press_contact")
"""The fields of a post that are Markdown, as its page has them from top to bottom."""

STANDING = ("status", "withdrawal_notice", "redirect_to", "old_addresses")
"""The fields that say how a page stands on the site: it keeps its own, whatever text it takes over."""

TIMES = ("published_at", "ends_at", "updated_on", "changes")
"""The fields that say when a page comes and goes, and what readers were told: going back changes none."""


class PostError(Exception):
    """A post that cannot be read: where, and a French sentence saying what to do about it."""

    def __init__(self, path: str, line: int | None, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, ligne {self.line}"
        return f"{place} : {self.message}"


@dataclass(frozen=True, slots=True)
class PostWarning:
    """Something to look at in a post that was read all the same: a stable code, a line, a sentence."""

    code: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class PostImage:
    """One image of the carousel; an empty `alt` means that nobody has written it yet."""

    key: str
    address: str
    alt: str = ""
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class PostVideo:
    """One video, named by its provider; `host` is set for PeerTube only, whose instances are many."""

    key: str
    provider: str
    video_id: str
    host: str = ""
    title: str = ""
    caption: str = ""
    transcript: str = ""
    poster: str = ""


@dataclass(frozen=True, slots=True)
class PostDocument:
    """One attached document; `accessible_version_of` is the key of the document it stands in for."""

    key: str
    address: str
    title: str = ""
    language: str = ""
    accessible_version_of: str = ""


@dataclass(frozen=True, slots=True)
class PostChange:
    """One change of substance since publication: its day, and what readers are told of it."""

    on: date
    note: str


@dataclass(frozen=True, slots=True)
class Post:
    """Everything that one announcement says; Markdown fields hold source, never HTML.

    Datetimes are aware. Addresses (`/uploads/…`) are percent-decoded, NFC, and start with a slash.
    `translation_of` is the address path of the original. `redirect_to` is a web address, or one from
    the site's root, that the post only leads to; `old_addresses` (`/a/b/`, as `addresses.page_address`
    has them) are those under which it was known. `withdrawal_notice` is what readers of a withdrawn post are
    told above its text, which stays; `changes` go from the first to the last. `extra` holds the front-matter
    keys that have no field of their own, as JSON values. Keys of items are `[a-z0-9-]`, unique in their
    kind; lines of the body end with LF; a published post has a date.
    """

    title: str
    published_at: datetime | None = None
    status: Status = "published"
    subtitle: str = ""
    chapeau: str = ""
    body: str = ""
    language: str = "fr"
    translation_of: str = ""
    redirect_to: str = ""
    old_addresses: tuple[str, ...] = ()
    updated_on: date | None = None
    ends_at: datetime | None = None
    withdrawal_notice: str = ""
    changes: tuple[PostChange, ...] = ()
    pinned: bool = False
    tags: tuple[str, ...] = ()
    images: tuple[PostImage, ...] = ()
    videos: tuple[PostVideo, ...] = ()
    documents: tuple[PostDocument, ...] = ()
    press_contact: str = ""
    event_starts_at: datetime | None = None
    event_ends_at: datetime | None = None
    event_all_day: bool = False
    place: str = ""
    street_address: str = ""
    practical_details: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedPost:
    """A post as read from a file: what it says, and what somebody should look at.

    `slug` is the end of its address where its key `slug` says it, else empty: its file's name does then.
    """

    post: Post
    warnings: tuple[PostWarning, ...] = ()
    slug: str = ""
