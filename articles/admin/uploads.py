"""Files that editors send: bytes in, stored files out, or a sentence at the field.

A file that was accepted is not asked for again when something else in the form was refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from articles import documents, images
from articles.models import StoredFile

SALT = "articles.admin.uploads"
IMAGE_HELP = "JPEG, PNG, WebP, AVIF ou GIF fixe, 30 Mo au plus."
DOCUMENT_HELP = "PDF de préférence balisé, .odt, .docx, .ods, .xlsx, .csv, .zip… 50 Mo au plus."


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file, and the name that it had on the editor's machine."""

    stored: StoredFile
    name: str

    @property
    def address(self) -> str:
        return self.stored.new_address(self.name)


def store_image(upload: UploadedFile) -> StoredFile:
    name = upload.name or ""
    if _extension(name) not in images.EXTENSIONS | {"svg"}:
        raise ValidationError(f"« {name} » n’est pas une image : déposez une image JPEG, PNG, WebP ou AVIF.")
    return _store(upload, images.MAX_SIZE_BYTES)


def store_document(upload: UploadedFile) -> StoredFile:
    name = upload.name or ""
    if _extension(name) in images.EXTENSIONS:
        raise ValidationError(f"« {name} » est une image : déposez-la parmi les images, pas les documents.")
    return _store(upload, documents.MAX_SIZE_BYTES)


def _store(upload: UploadedFile, max_size_bytes: int) -> StoredFile:
    if (upload.size or 0) > max_size_bytes:  # said before anything is read into memory
        limit = documents.size_label(max_size_bytes)
        raise ValidationError(f"« {upload.name} » pèse plus de {limit} : allégez le fichier.")
    try:
        return StoredFile.objects.store(cast(BinaryIO, upload), upload.name or "")
    except (documents.DocumentError, images.ImageError) as error:
        raise ValidationError(str(error)) from error


def _extension(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


class StoredFileInput(forms.FileInput):
    """A file input that remembers a file already received, by a signed token beside it."""

    template_name = "articles/widgets/stored_file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name) or data.get(f"{name}-received") or None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-received" not in data

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, dict(attrs or {}))
        token = value if isinstance(value, str) else getattr(value, "received_token", "")
        context["widget"] |= {"token": token, "received": _read_token(token).get("name", "")}
        return context


class StoredFileField(forms.Field):
    """Cleans to an `Upload`, or to None when nothing was sent."""

    widget = StoredFileInput

    def __init__(self, *, store: Callable[[UploadedFile], StoredFile], **options: Any) -> None:
        super().__init__(required=False, **options)
        self.store = store

    def to_python(self, value: Any) -> Upload | None:
        if not value:
            return None
        if isinstance(value, str):
            return self._received(value)
        upload = Upload(self.store(value), value.name)
        # The widget finds it there when the form is shown again.
        value.received_token = signing.dumps(
            {"sha256": upload.stored.sha256, "name": value.name, "store": self.store.__name__}, salt=SALT
        )
        return upload

    def _received(self, token: str) -> Upload:
        facts = _read_token(token)
        stored = StoredFile.objects.filter(sha256=facts.get("sha256", "")).first()
        if stored is None or facts["store"] != self.store.__name__:
            raise ValidationError("Le fichier n’est pas arrivé entier : choisissez-le à nouveau.")
        return Upload(stored, facts["name"])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def _read_token(token: str) -> dict[str, str]:
    try:
        return signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return {}


def image_field(label: str, **options: Any) -> StoredFileField:
    accept = ",".join(sorted(f".{extension}" for extension in images.EXTENSIONS))
    widget = StoredFileInput(attrs={"accept": accept})
    return StoredFileField(store=store_image, label=label, help_text=IMAGE_HELP, widget=widget, **options)


def document_field(label: str) -> StoredFileField:
    accept = ",".join(sorted(f".{extension}" for extension in documents.EXTENSIONS))
    widget = StoredFileInput(attrs={"accept": accept})
    return StoredFileField(store=store_document, label=label, help_text=DOCUMENT_HELP, widget=widget)
