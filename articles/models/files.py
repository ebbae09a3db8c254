"""Stored files: content kept once, under a name made from it, never overwritten.

Bytes come in, a row with measured facts goes out. The original is private; what the public may
get (renditions of an image, a document as it is) is decided by the items that use the file.
"""

import hashlib
from pathlib import PurePath
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles import documents, images
from articles.rendering import ImageSource
from articles.text import slug_key

SHARED_WIDTH = 1200
"""Pixels from which search engines and messages show a large image (Google, « Article structured data »)."""


class StoredFileManager(models.Manager["StoredFile"]):
    def store(self, file: BinaryIO, name: str) -> "StoredFile":
        """The stored file of this content, measured and stored if it is new.

        Raises `images.ImageError` or `documents.DocumentError`, each with a French sentence, when
        the content is refused or is not what `name` says.
        """
        stored = self.measured(file, name)
        known = self.filter(sha256=stored.sha256).first()
        if known is not None and known.is_whole():
            return known
        file.seek(0)
        data = file.read()
        _put(stored.original_path, data)
        if stored.is_image:
            stored.make_renditions(data)
        # Two uploads of the same content may race: the first row stays, both files are the same.
        return self.get_or_create(
            sha256=stored.sha256, defaults={name: getattr(stored, name) for name in MEASURED}
        )[0]

    def measured(self, file: BinaryIO, name: str) -> "StoredFile":
        """What `store` would store, unsaved; raises what `store` raises."""
        file.seek(0)
        data = file.read()
        # Images refuse SVG themselves, and say what to do instead.
        is_image = PurePath(name).suffix.lower().lstrip(".") in images.EXTENSIONS | {"svg"}
        facts = _image_facts(data, name) if is_image else _document_facts(file, name)
        return self.model(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), **facts)


def _image_facts(data: bytes, name: str) -> dict[str, Any]:
    facts = images.measure(data, name)
    return {
        "media_type": facts.media_type,
        "extension": facts.extension,
        "width": facts.width,
        "height": facts.height,
    }


def _document_facts(file: BinaryIO, name: str) -> dict[str, Any]:
    facts = documents.measure(file, name)
    return {
        "media_type": facts.media_type,
        "extension": facts.extension,
        "page_count": facts.page_count,
        "is_tagged": facts.is_tagged,
    }


def _put(path: str, data: bytes) -> None:
    """Store `data` at `path`; content already there is kept, a torn write is made good."""
    if default_storage.exists(path):
        if default_storage.size(path) == len(data):
            return
        default_storage.delete(path)
    default_storage.save(path, ContentFile(data))


class StoredFile(models.Model):
    """One content, immutable; sizes in bytes and pixels, type as measured.

    `renditions` is a list of {width, height, extension, media_type, size_bytes}, the type that
    every browser reads last.
    """

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    media_type = models.CharField(_("type"), max_length=120, editable=False)
    extension = models.CharField(max_length=10, editable=False)
    size_bytes = models.PositiveBigIntegerField(_("taille"), editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    page_count = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    is_tagged = models.BooleanField(_("balisé"), null=True, editable=False)
    renditions = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoredFileManager()

    class Meta:
        verbose_name = _("fichier")
        verbose_name_plural = _("fichiers")

    def __str__(self) -> str:
        return f"{self.sha256[:12]}.{self.extension}"

    @property
    def is_image(self) -> bool:
        return self.width is not None

    @property
    def original_path(self) -> str:
        return f"originals/{self.sha256[:2]}/{self.sha256}.{self.extension}"

    def new_address(self, name: str) -> str:
        """The public address of this content uploaded here as `name`: other content has another."""
        return f"/uploads/{slug_key(PurePath(name).stem)}-{self.sha256[:8]}.{self.extension}"

    def rendition_path(self, rendition: dict[str, Any]) -> str:
        return "renditions/{0}/{1}/{width}.{extension}".format(self.sha256[:2], self.sha256, **rendition)

    def rendition_address(self, rendition: dict[str, Any], prefix: str = "/images/") -> str:
        return f"{prefix}{self.sha256}/{rendition['width']}.{rendition['extension']}"

    @property
    def paths(self) -> list[str]:
        """Where storage has all that the row says: the original, then every rendition."""
        return [self.original_path, *map(self.rendition_path, self.renditions)]

    def is_whole(self) -> bool:
        return all(map(default_storage.exists, self.paths))

    def rendition(self, width: int, extension: str) -> dict[str, Any] | None:
        for each in self.renditions:
            if (each["width"], each["extension"]) == (width, extension):
                return each
        return None

    @property
    def largest_rendition(self) -> dict[str, Any]:
        """The widest rendition in the type that every browser reads."""
        return max(self._plain_renditions, key=lambda each: each["width"])

    @property
    def shared_rendition(self) -> dict[str, Any]:
        """The rendition that other sites show beside a link, in the type that every browser reads."""
        wide = [each for each in self._plain_renditions if each["width"] >= SHARED_WIDTH]
        return min(wide, key=lambda each: each["width"], default=self.largest_rendition)

    @property
    def _plain_renditions(self) -> list[dict[str, Any]]:
        plain = self.renditions[-1]["extension"]
        return [each for each in self.renditions if each["extension"] == plain]

    def image_source(self, prefix: str = "/images/") -> ImageSource:
        """What a page needs to show this image, its renditions' addresses beginning with `prefix`."""
        by_type: dict[str, list[str]] = {}
        for each in self.renditions:
            address = self.rendition_address(each, prefix)
            by_type.setdefault(each["media_type"], []).append(f"{address} {each['width']}w")
        largest = self.largest_rendition
        return ImageSource(
            src=self.rendition_address(largest, prefix),
            width=largest["width"],
            height=largest["height"],
            srcsets=tuple((media_type, ", ".join(each)) for media_type, each in by_type.items()),
        )

    def make_renditions(self, data: bytes) -> None:
        for made in images.renditions(data):
            rendition = {
                "width": made.width,
                "height": made.height,
                "extension": made.extension,
                "media_type": made.media_type,
                "size_bytes": len(made.data),
            }
            _put(self.rendition_path(rendition), made.data)
            self.renditions.append(rendition)


MEASURED = (
    "media_type",
    "extension",
    "size_bytes",
    "width",
    "height",
    "page_count",
    "is_tagged",
    "renditions",
)
