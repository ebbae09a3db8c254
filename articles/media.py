"""Files that posts name by address, taken from a folder on disk into storage, one for each item.

Must not know posts nor HTTP.
"""

from collections.abc import Iterator
from typing import Any

from .archive import MediaFolder
from .documents import DocumentError
from .images import ImageError
from .models import Article, Attachment, StoredFile
from .posts import PostWarning

FILES = (("address", "file"), ("poster_address", "poster"))
"""Item fields that hold an address, and the file found there."""


class MediaError(Exception):
    """A file of the media folder that cannot be read: a French sentence."""


class Media:
    """Stored files for the addresses that posts name, taken from a folder.

    With `keep` false files are measured but not stored, for a trial run.
    """

    def __init__(self, folder: MediaFolder, keep: bool = True) -> None:
        self._folder = folder
        self._keep = keep

    def has(self, address: str) -> bool:
        return self._folder.find(address) is not None

    def stored(self, address: str) -> StoredFile | None:
        """The stored file at this address, or None.

        Raises MediaError when it cannot be read, else as `StoredFile.objects.store` does.
        """
        path = self._folder.find(address)
        if path is None:
            return None
        try:
            opened = path.open("rb")
        except OSError as error:
            message = f"« {path} » n’a pas pu être lu ({error.strerror}) ; vérifiez ses droits."
            raise MediaError(message) from error
        with opened as file:
            store = StoredFile.objects.store if self._keep else StoredFile.objects.measured
            return store(file, path.name)


def _file_rows(article: Article) -> Iterator[tuple[Any, str, str]]:
    """Every row of the article that names a file: the row, its file field, the address."""
    rows: list[Any] = [*article.carousel_images.all(), *article.attachments.all()]
    if "<img" in article.body_html:
        rows += article.body_images.all()
    for row in rows:
        yield row, "file", row.address
    for video in article.video_embeds.exclude(poster_address=""):
        yield video, "poster", video.poster_address


def missing_addresses(article: Article) -> Iterator[str]:
    for row, field, address in _file_rows(article):
        if getattr(row, f"{field}_id") is None:
            yield address


def take_files(article: Article, media: Media | None, again: bool = False) -> tuple[PostWarning, ...]:
    """Give the article's items their files; what is missing or refused is a warning, not an error.

    Only items without file are looked up, unless `again`.
    """
    warnings = []
    for row, field, address in _file_rows(article):
        if getattr(row, f"{field}_id") is not None and not again:
            continue
        try:
            stored = media.stored(address) if media else None
        except (DocumentError, ImageError, MediaError) as error:
            warnings.append(PostWarning("file-refused", None, f"{address} : {error}"))
            continue
        if stored is not None and not (stored.is_image or isinstance(row, Attachment)):
            message = f"{address} : une image est attendue ici, et ce fichier n’en est pas une."
            warnings.append(PostWarning("file-refused", None, message))
        elif stored is not None and stored.pk:
            setattr(row, field, stored)
            row.save(update_fields=[field])
        elif stored is None and getattr(row, f"{field}_id") is None:
            message = (
                f"{address} : fichier introuvable ; ajoutez-le au dossier donné par --media, "
                "puis importez à nouveau."
            )
            warnings.append(PostWarning("file-missing", None, message))
    return tuple(warnings)
