"""Bytes of an image to what it is, and to the renditions that the public gets.

Orientation is applied, colours become sRGB and every piece of metadata stays behind.
Must not know where files are stored.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms, features

MAX_SIZE_BYTES = 30_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 16_383  # the longest that WebP can hold
WIDTHS = (320, 640, 960, 1280, 1920)
EXTENSIONS = frozenset({"jpg", "jpeg", "png", "webp", "gif", "avif"})

# What Pillow raises on crafted, cut or damaged files, by format.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    RuntimeError,
    EOFError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
)
# EXIF 2.32, tag 0x0112. Pillow's own exif_transpose writes the EXIF block back, and trips on damaged ones.
_UPRIGHT = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
_SRGB = ImageCms.createProfile("sRGB")


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


@dataclass(frozen=True, slots=True)
class ImageFormat:
    """A format by Pillow's name, with what makes a file of good quality in little time."""

    name: str
    media_type: str
    extension: str
    options: Mapping[str, Any]


_AVIF = ImageFormat("AVIF", "image/avif", "avif", {"quality": 60, "speed": 8})
_WEBP = ImageFormat("WEBP", "image/webp", "webp", {"quality": 80, "method": 4})
_JPEG = ImageFormat("JPEG", "image/jpeg", "jpg", {"quality": 82, "progressive": True, "optimize": True})
_PNG = ImageFormat("PNG", "image/png", "png", {"optimize": True})
_GIF = ImageFormat("GIF", "image/gif", "gif", {})
# MPO is a JPEG photograph followed by others of the same view; its first one is the photograph.
_ACCEPTED = MappingProxyType(
    {"JPEG": _JPEG, "MPO": _JPEG, "PNG": _PNG, "WEBP": _WEBP, "GIF": _GIF, "AVIF": _AVIF}
)


def measure(data: bytes | BinaryIO, name: str) -> ImageFacts:
    """Return what the image is, whatever `name` says; raises ImageError.

    Pixels are counted from the header before any is decoded, then all are decoded, so that a cut
    or damaged file is refused here and not on the public page.
    """
    content = _content(data)
    if not content:
        raise ImageError(f"Le fichier « {name} » est vide : choisissez l’image d’origine.")
    if len(content) > MAX_SIZE_BYTES:
        raise ImageError(
            f"L’image « {name} » pèse plus de {MAX_SIZE_BYTES // 1_000_000} Mo : "
            "réduisez ses dimensions ou enregistrez-la en JPEG."
        )
    image, image_format = _opened(content, name)
    _refuse_other_name(name, image_format)
    try:
        _refuse_excess(image, name)
        image.load()
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except _DAMAGED as error:
        raise ImageError(
            f"L’image « {name} » est incomplète ou abîmée : enregistrez-la à nouveau, puis redéposez-la."
        ) from error
    lies_on_its_side = orientation in (5, 6, 7, 8)
    width, height = image.size[::-1] if lies_on_its_side else image.size
    return ImageFacts(image_format.media_type, image_format.extension, width, height)


def renditions(data: bytes | BinaryIO) -> Iterator[Rendition]:
    """Yield the image at each width of WIDTHS up to its own, in AVIF, WebP and its own type.

    Narrowest first. An image no wider than the widest of WIDTHS also comes at its own width; a GIF
    comes as PNG. `data` is an image that `measure` has accepted.
    """
    image, image_format = _opened(_content(data), "")
    image = _for_the_web(image)
    fallback = _PNG if image_format is _GIF else image_format
    formats = [_AVIF, _WEBP] if features.check("avif") else [_WEBP]
    if fallback not in formats:
        formats.append(fallback)
    for width in sorted({min(width, image.width) for width in WIDTHS}):
        height = max(1, round(image.height * width / image.width))
        sized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
        for encoding in formats:
            file = BytesIO()
            sized.save(file, encoding.name, **encoding.options)
            yield Rendition(width, height, encoding.media_type, encoding.extension, file.getvalue())


def _content(data: bytes | BinaryIO) -> bytes:
    if isinstance(data, bytes):
        return data
    data.seek(0)
    content = data.read(MAX_SIZE_BYTES + 1)
    data.seek(0)
    return content


def _opened(content: bytes, name: str) -> tuple[Image.Image, ImageFormat]:
    """Return the image, its header read and no pixel yet, and its format; raises ImageError."""
    try:
        image = Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
        return image, _ACCEPTED[image.format or ""]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name) from error
    except _DAMAGED as error:
        if name.lower().endswith((".svg", ".svgz")) or b"<svg" in content[:1_000].lower():
            raise ImageError(
                f"L’image « {name} » est au format SVG, qui peut contenir des programmes : "
                "exportez-la en PNG, puis déposez le fichier PNG."
            ) from error
        raise ImageError(
            f"Le fichier « {name} » n’est pas une image lisible : "
            "déposez une image JPEG, PNG, WebP, GIF ou AVIF."
        ) from error


def _refuse_other_name(name: str, image_format: ImageFormat) -> None:
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if extension != image_format.extension and (extension, image_format) != ("jpeg", _JPEG):
        raise ImageError(
            f"Le nom « {name} » ne correspond pas au contenu, qui est une image {image_format.name} : "
            f"renommez le fichier en .{image_format.extension}, puis redéposez-le."
        )


def _refuse_excess(image: Image.Image, name: str) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels(name)
    if max(image.size) > MAX_SIDE:
        raise ImageError(
            f"L’image « {name} » mesure plus de {MAX_SIDE} pixels de côté : réduisez-la, puis redéposez-la."
        )
    if image.format != "MPO" and getattr(image, "is_animated", False):
        # RGAA 13.8: readers must be able to stop what moves; an image cannot be stopped.
        raise ImageError(
            f"L’image « {name} » est animée, et les lecteurs ne pourraient pas l’arrêter : "
            "déposez une image fixe, ou publiez l’animation comme une vidéo."
        )


def _too_many_pixels(name: str) -> ImageError:
    return ImageError(
        f"L’image « {name} » compte plus de {MAX_PIXELS // 1_000_000} millions de pixels : "
        f"réduisez-la (une largeur de {WIDTHS[-1]} pixels suffit), puis redéposez-la."
    )


def _for_the_web(image: Image.Image) -> Image.Image:
    """Return the image upright, at most as wide as the widest rendition, in sRGB, without metadata."""
    # A quick first reduction while a JPEG is decoded, to no less than twice what is needed.
    image.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
    profile = image.info.get("icc_profile")
    turn = _UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    if turn is not None:
        image = image.transpose(turn)
    if image.mode.startswith("I;16"):
        # Pillow would cut sixteen bits at 255 instead of scaling them.
        image = image.point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if mode == "RGBA" or image.mode not in ("L", "CMYK"):
        image = image.convert(mode)
    if image.width > WIDTHS[-1]:
        size = WIDTHS[-1], max(1, round(image.height * WIDTHS[-1] / image.width))
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if profile:
        image = _in_srgb(image, profile, mode)
    image = image.convert(mode)
    # Encoders would write what they find here: comments, colour profiles.
    image.info = {}
    return image


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile that is damaged or made for other channels says nothing of these
