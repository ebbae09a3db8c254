"""Bytes of an image to what it is, and to the renditions that the public gets.

Orientation is applied and every piece of metadata left behind. Must not know where files are stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_SIZE_BYTES = 30_000_000
MAX_PIXELS = 50_000_000
WIDTHS = (320, 640, 960, 1280, 1920)
EXTENSIONS = frozenset({"jpg", "jpeg", "png", "webp", "gif", "avif"})


class ImageError(Exception):
    """A file that cannot be published as an image: a French sentence saying why and what to do."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an image is; width and height in pixels, as seen once the orientation is applied."""

    media_type: str
    extension: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """One version of an image for the public, `data` being the whole file, without metadata."""

    width: int
    height: int
    media_type: str
    extension: str
    data: bytes


def measure(data: bytes | BinaryIO, name: str) -> ImageFacts:
    """Return what the image is, whatever `name` says; raises ImageError."""
    raise NotImplementedError


def renditions(data: bytes | BinaryIO) -> Iterator[Rendition]:
    """Yield the image at each width of WIDTHS up to its own, in AVIF, WebP and its own type."""
    raise NotImplementedError
