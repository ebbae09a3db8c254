"""Addresses as posts write them, in; the one form that rows and pages know them by, out.

Must not know what an address leads to, nor the database.
"""

import posixpath
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import SplitResult, unquote, urlsplit

from .text import fold

_ONLY_IN_NAMES = re.compile(r"\A(?=\S*[_\d-])\S+\Z")
_IMAGE_FILE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)\s*\Z", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_PAGE_FILE = re.compile(r"(?:/index)?\.html?\Z", re.IGNORECASE)


def local_address(written: str, own_hosts: Collection[str] = ()) -> str:
    """The address of one of the site's own files, decoded, NFC and from the root; empty for another.

    An address with a host is the site's own where its host is one of `own_hosts`.
    """
    parts = _split(written)
    if parts is None or not _is_local(parts, own_hosts):
        return ""
    path = unicodedata.normalize("NFC", unquote(parts.path))
    # Jekyll's templates are not run: what one stands for is not known.
    if "{{" in path or _CONTROL.search(path):
        return ""
    return posixpath.normpath("/" + path.lstrip("/")).rstrip("/")


def page_address(written: str, own_hosts: Collection[str] = ()) -> str:
    """The address of one of the site's own pages, with a slash at both ends; empty for another.

    `/a`, `/a/`, `/a.html` and `/a/index.html` are one page, as every server of a Jekyll site has it.
    """
    address = _PAGE_FILE.sub("", local_address(written, own_hosts))
    return f"{address}/" if address else ""


def target_address(written: str) -> str:
    """What a redirect may lead to: a web address, or one of the site from its root; empty for neither.

    A fragment and a query stay: they are part of where the reader is sent.
    """
    written = written.strip()
    parts = _split(written)
    if parts is None or not written or _CONTROL.search(unquote(written)) or re.search(r"[\s\\]", written):
        return ""
    if parts.scheme in ("http", "https") and parts.hostname:
        return written
    if parts.scheme or parts.netloc or not parts.path:
        return ""
    return f"/{written.lstrip('/')}"


def is_target(written: str) -> bool:
    """Whether it is a redirect's whole address: from the root of the site, or of the web."""
    return written.startswith(("/", "http://", "https://")) and target_address(written) == written


def without_own_host(address: str, own_hosts: Collection[str]) -> str:
    """The address from the root where it names one of the site's own hosts, else as it is."""
    parts = _split(address)
    if parts is None or not parts.netloc or not _is_local(parts, own_hosts):
        return address
    return parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/")).geturl()


def file_stem(address: str) -> str:
    """The name of the file at an address, without its extension."""
    return posixpath.splitext(posixpath.basename(address))[0]


def is_file_name(words: str, address: str) -> bool:
    """Whether words are but the name of the file at an address: no alternative text (RGAA 1.3).

    One word like « Logo » may be both a name and a text; « IMG_0042 » is no text.
    """
    is_stem = fold(words) == fold(file_stem(address))
    return bool(_IMAGE_FILE.search(words) or (is_stem and _ONLY_IN_NAMES.search(words)))


def _split(written: str) -> SplitResult | None:
    try:
        parts = urlsplit(written.strip())
        _ = parts.port  # read only when asked for, and refused only then
    except ValueError:
        return None
    return parts


def _is_local(parts: SplitResult, own_hosts: Collection[str]) -> bool:
    if not parts.scheme and not parts.netloc:
        return True
    return parts.scheme in ("", "http", "https") and (parts.hostname or "") in own_hosts
