"""Bytes of an attached document to what it is: real type, size, pages. The name only has to agree.

Must not know where files are stored, nor trust what a client says of them.
"""

import posixpath
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

from pypdf import PasswordType, PdfReader, apply_configuration
from pypdf.generic import BooleanObject, DictionaryObject, TextStringObject

MAX_SIZE_BYTES = 50_000_000
MAX_ARCHIVE_ENTRIES = 50_000
MAX_ENTRY_BYTES = 1_000_000
MAX_TEXT_LENGTH = 200
MAX_PDF_OBJECTS = 500_000
MAX_PDF_SECONDS = 5

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "docx": f"{_OPEN_XML}.wordprocessingml.document",
        "xlsx": f"{_OPEN_XML}.spreadsheetml.sheet",
        "pptx": f"{_OPEN_XML}.presentationml.presentation",
        "odt": f"{_OPEN_DOCUMENT}.text",
        "ods": f"{_OPEN_DOCUMENT}.spreadsheet",
        "odp": f"{_OPEN_DOCUMENT}.presentation",
        "odg": f"{_OPEN_DOCUMENT}.graphics",
        "epub": "application/epub+zip",
        "zip": "application/zip",
        "csv": "text/csv",
        "txt": "text/plain",
        "ics": "text/calendar",
    }
)
EXTENSIONS = frozenset(_MEDIA_TYPES)
_OTHER_EXTENSIONS = """
    7z ai avi avif bmp dmg doc docm dwg eps exe flv geojson gif gz jpeg jpg json kml mdb mov mp3 mp4 msi ogg
    png pps ppsx ppt pptm psd rar rtf shp svg swf tar tif tiff wav webm webp wmv xls xlsm xml
"""
_OTHER_FILES = frozenset(f".{extension}" for extension in _OTHER_EXTENSIONS.split())
_TEXT_EXTENSIONS = frozenset({"csv", "txt", "ics"})

_DAMAGED_ARCHIVE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, LookupError)
_OLD_OFFICE_MARK = b"\xd0\xcf\x11\xe0"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
# A browser that guesses types would run these, wherever they stand in the file.
_MARKUP = re.compile(rb"<(?:!doctype|html|script|iframe|svg|object|embed)\b", re.IGNORECASE)

T = TypeVar("T")


class DocumentError(Exception):
    """A file that cannot be published as a document: a French sentence saying why and what to do."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a document is; what only a PDF can say, or does not say, is None or empty.

    `extension` has no dot; `label` is the format as shown to people.
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
    file.seek(0)
    content = file.read(MAX_SIZE_BYTES + 1)
    file.seek(0)
    if not content:
        raise DocumentError(f"Le fichier « {name} » est vide : choisissez le document d’origine.")
    if len(content) > MAX_SIZE_BYTES:
        raise DocumentError(
            f"Le fichier « {name} » pèse plus de {size_label(MAX_SIZE_BYTES)} : "
            "allégez-le ou découpez-le en plusieurs documents."
        )
    named = PurePosixPath(name).suffix.lower().removeprefix(".")
    found = _extension_of(content, name, named)
    if found != named:
        raise DocumentError(
            f"Le nom « {name} » ne correspond pas au contenu, qui est au format {found.upper()} : "
            f"renommez le fichier en .{found} ou déposez le bon document."
        )
    facts = DocumentFacts(_MEDIA_TYPES[found], found, found.upper(), len(content))
    return _with_pdf_facts(facts, content, name) if found == "pdf" else facts


def is_document_address(address: str) -> bool:
    """Tell by its extension whether an address is a document's."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return False
    return posixpath.splitext(path)[1].lower().removeprefix(".") in EXTENSIONS


def is_file_address(address: str) -> bool:
    """Tell by its extension whether an address is that of a file, of a type that is taken or not."""
    return is_document_address(address) or PurePosixPath(address).suffix.lower() in _OTHER_FILES


def size_label(size_bytes: int) -> str:
    """Return a size in French, in decimal units (1 ko is 1 000 octets): « 853 ko », « 1,81 Mo »."""
    if size_bytes < 1_000:
        return f"{size_bytes} octet{'s' if size_bytes > 1 else ''}"
    if size_bytes < 999_500:
        return f"{round(size_bytes / 1_000)} ko"
    megabytes = f"{size_bytes / 1_000_000:.2f}".rstrip("0").rstrip(".")
    return f"{megabytes.replace('.', ',')} Mo"


def _extension_of(content: bytes, name: str, named: str) -> str:
    """Return the extension that the content deserves; `named` only chooses between kinds of text."""
    if content.startswith(b"%PDF-"):
        # ISO 32000-1, 7.5.5: the last line. Readers look for it in the last kilobyte.
        if b"%%EOF" not in content[-2_048:]:
            raise DocumentError(
                f"Le PDF « {name} » est incomplet : exportez-le à nouveau, puis redéposez-le."
            )
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _archive_extension(content, name)
    if content.startswith(_OLD_OFFICE_MARK):
        raise DocumentError(
            f"Le fichier « {name} » est à un ancien format d’Office, ou protégé par un mot de passe : "
            "enregistrez-le sans mot de passe en PDF, .odt, .docx, .xlsx ou .pptx."
        )
    if named not in EXTENSIONS:
        accepted = ", ".join(_MEDIA_TYPES)
        raise DocumentError(f"Le fichier « {name} » n’est pas d’un format accepté. Formats : {accepted}.")
    if named not in _TEXT_EXTENSIONS or not _is_plain_text(content, named):
        raise DocumentError(
            f"Le contenu de « {name} » n’est pas celui d’un fichier {named.upper()} : "
            "enregistrez-le à nouveau avec le logiciel d’origine, puis redéposez-le."
        )
    return named


def _is_plain_text(content: bytes, named: str) -> bool:
    if _NOT_IN_TEXT.search(content) or _MARKUP.search(content):
        return False
    # RFC 5545, 3.4.
    return named != "ics" or content.removeprefix(_BYTE_ORDER_MARK).startswith(b"BEGIN:VCALENDAR")


def _archive_extension(content: bytes, name: str) -> str:
    # Every entry of the directory begins so: counted before zipfile makes an object of each.
    if content.count(b"PK\x01\x02") > MAX_ARCHIVE_ENTRIES:
        raise DocumentError(f"L’archive « {name} » contient trop de fichiers : découpez-la.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = frozenset(archive.namelist())
            content_types = _small_entry(archive, "[Content_Types].xml")
            media_type = _small_entry(archive, "mimetype").decode("ascii", "replace").strip()
    except _DAMAGED_ARCHIVE as error:
        raise DocumentError(
            f"Le fichier « {name} » est incomplet ou abîmé : enregistrez-le à nouveau, puis redéposez-le."
        ) from error
    if b"macroEnabled" in content_types or any(map(_is_macro, names)):
        raise DocumentError(
            f"Le document « {name} » contient des macros, des programmes qui peuvent nuire aux lecteurs : "
            "enregistrez-le sans macros (.odt, .docx, .xlsx, .pptx) ou en PDF."
        )
    for extension, known in _MEDIA_TYPES.items():
        # ECMA-376, part 1, 15.2: the main part's type is the document's with this ending.
        if known == media_type or f'"{known}.main+xml"'.encode() in content_types:
            return extension
    return "zip"


def _small_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a small entry of an archive, empty if there is none; ValueError if it is not small."""
    if name not in archive.namelist():
        return b""
    entry = archive.getinfo(name)
    # zipfile inflates bzip2 and LZMA by the block, however large the outcome.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(name)
    with archive.open(entry) as file:
        content = file.read(MAX_ENTRY_BYTES + 1)
    if len(content) > MAX_ENTRY_BYTES:
        raise ValueError(name)
    return content


def _is_macro(entry_name: str) -> bool:
    """Tell a macro from its place in an OOXML (`vbaProject.bin`) or OpenDocument (`Basic/`) file."""
    path = PurePosixPath(entry_name)
    if path.parts[:1] == ("Basic",):
        # Documents without macros may hold these two empty lists.
        return path.suffix == ".xml" and path.name not in ("script-lc.xml", "script-lb.xml")
    return path.name == "vbaProject.bin"


class _TimedBytes(BytesIO):
    """Bytes that a parser may read for MAX_PDF_SECONDS: crafted files of this size take a minute."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._deadline = time.monotonic() + MAX_PDF_SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._deadline:
            raise TimeoutError
        return super().read(size)


def _with_pdf_facts(facts: DocumentFacts, content: bytes, name: str) -> DocumentFacts:
    """Return `facts` with what the PDF says of itself, as far as it can be read in little time."""
    if content.count(b" obj") > MAX_PDF_OBJECTS:
        return facts
    with apply_configuration(zlib_maximum_output_length=5_000_000, page_tree_maximum_entries=20_000):
        reader = _known(lambda: PdfReader(_TimedBytes(content), root_object_recovery_limit=1_000))
        if reader is None:
            return facts
        if reader.is_encrypted and _known(lambda: reader.decrypt("")) == PasswordType.NOT_DECRYPTED:
            raise DocumentError(
                f"Le PDF « {name} » demande un mot de passe : "
                "enregistrez-le sans protection, pour que tout le monde puisse l’ouvrir."
            )
        return replace(
            facts,
            page_count=_known(reader.get_num_pages) or None,
            is_tagged=_known(lambda: _is_tagged(reader.root_object)),
            language=_known(lambda: _text(reader.root_object, "/Lang")) or "",
            title=_known(lambda: _text(_value(reader.trailer, "/Info"), "/Title")) or "",
        )


def _known(read: Callable[[], T]) -> T | None:
    """Return what `read` finds in a PDF, or None: « broken PDF files might cause other Exceptions »."""
    try:
        return read()
    except Exception:  # the sentence above is pypdf.errors' own
        return None


def _is_tagged(catalog: DictionaryObject) -> bool:
    """Tell a tagged PDF (ISO 32000-1, 14.8.1): it is marked so and has a structure tree."""
    is_marked = _value(_value(catalog, "/MarkInfo"), "/Marked") == BooleanObject(True)
    return is_marked and isinstance(_value(catalog, "/StructTreeRoot"), DictionaryObject)


def _text(dictionary: object, key: str) -> str:
    value = _value(dictionary, key)
    return " ".join(value.split())[:MAX_TEXT_LENGTH] if isinstance(value, TextStringObject) else ""


def _value(dictionary: object, key: str) -> object:
    """Return what a PDF dictionary holds, its reference followed; None if it is none, or lacks the key."""
    return dictionary[key] if isinstance(dictionary, DictionaryObject) and key in dictionary else None
