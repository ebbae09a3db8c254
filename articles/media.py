"""Files that posts name by address, taken from a folder on disk into storage, one for each item.

Must not know posts nor HTTP.
"""

from collections.abc import Iterable

from django.conf import settings

from .archive import MediaFolder
from .documents import DocumentError
from .images import ImageError
from .models import Article, Attachment, BodyImage, CarouselImage, StoredFile, VideoEmbed
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
            message = f"« {path} » n’a pas pu être lu ({error.strerror}) ; vérifiez ses droits."
            raise MediaError(message) from error
        with opened as file:
            store = StoredFile.objects.store if self._keep else StoredFile.objects.measured
            return store(file, path.name)


Row = CarouselImage | VideoEmbed | Attachment | BodyImage
"""What may name a file."""


def address_of(row: Row) -> str:
    """The address of the file that a row names; empty for a video without poster."""
    return row.poster_address if isinstance(row, VideoEmbed) else row.address


def has_file(row: Row) -> bool:
    return (row.poster_id if isinstance(row, VideoEmbed) else row.file_id) is not None


def body_images(article: Article) -> list[BodyImage]:
    """The images of the text; no query for a text that shows none."""
    return list(article.body_images.all()) if "<img" in article.body_html else []


def lacking_file(article: Article) -> list[Row]:
    """The rows of the article that name a file and have none."""
    rows: list[Row] = [*article.carousel_images.filter(file=None), *article.attachments.filter(file=None)]
    videos = article.video_embeds.filter(poster=None).exclude(poster_address="")
    return [*rows, *(image for image in body_images(article) if image.file_id is None), *videos]


def find_files(
    rows: Iterable[Row], media: Media | None
) -> tuple[list[tuple[Row, StoredFile]], tuple[PostWarning, ...]]:
    """The rows whose files were found, each with its own; what is missing or refused is a warning."""
    found = list[tuple[Row, StoredFile]]()
    warnings: dict[str, PostWarning] = {}  # an address is told once, however many rows name it
    for row in rows:
        address = address_of(row)
        if not address:
            continue
        try:
            stored = media.stored(address) if media else None
        except OSError as error:
            message = (
                f"{address} : ce fichier n’a pas pu être enregistré sous « {settings.MEDIA_ROOT} » "
                f"({error.strerror or error}) ; vérifiez les droits et la place de ce dossier."
            )
            warnings[address] = PostWarning("file-refused", None, message)
            continue
        except (DocumentError, ImageError, MediaError) as error:
            warnings[address] = PostWarning("file-refused", None, f"{address} : {error}")
            continue
        if stored is not None and not (stored.is_image or isinstance(row, Attachment)):
            message = f"{address} : une image est attendue ici, et ce fichier n’en est pas une."
            warnings[address] = PostWarning("file-refused", None, message)
        elif stored is not None and stored.pk:
            found.append((row, stored))
        elif stored is None and not has_file(row):
            message = (
                f"{address} : fichier introuvable ; déposez-le dans l’article, ou faites-le mettre dans "
                "le dossier des fichiers du site, puis importer à nouveau."
            )
            warnings[address] = PostWarning("file-missing", None, message)
    return found, tuple(warnings.values())


def give(found: Iterable[tuple[Row, StoredFile]]) -> None:
    """Give rows their files, unless somebody has deleted one or given it another meanwhile."""
    for row, stored in found:
        field = "poster" if isinstance(row, VideoEmbed) else "file"
        before = getattr(row, f"{field}_id")
        setattr(row, field, stored)
        type(row)._default_manager.filter(pk=row.pk, **{field: before}).update(**{field: stored})
