"""Bytes of an attached document to what it is: real type, size, pages. The name only has to agree.

Must not know where files are stored, nor trust what a client says of them.
"""

from dataclasses import dataclass
from typing import BinaryIO

MAX_SIZE_BYTES = 50_000_000
EXTENSIONS = frozenset(
    {"pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "odg", "epub", "zip", "csv", "txt", "ics"}
)


class DocumentError(Exception):
    """A file that cannot be published as a document: a French sentence saying why and what to do."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a document is. `page_count`, `is_tagged`, `language` and `title` are known of PDF only.

    `extension` has no dot; `label` is the format as shown to people; None or empty means not knowable.
    """

    media_type: str
    extension: str
    label: str
    size_bytes: int
    page_count: int | None = None
    is_tagged: bool | None = None
    language: str = ""
    title: str = ""


def measure(file: BinaryIO, name: str) -> DocumentFacts:
    """Return what the document in `file` is, whatever `name` says; raises DocumentError."""
    raise NotImplementedError


def is_document_address(address: str) -> bool:
    """Tell by its extension whether an address is a document's."""
    raise NotImplementedError


def size_label(size_bytes: int) -> str:
    """Return a size in French, in decimal units: « 853 ko », « 1,81 Mo »."""
    raise NotImplementedError
