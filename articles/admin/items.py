"""Images, videos and documents, edited with their article: forms that refuse, and their inlines."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst

from articles import documents, videos
from articles.models import Attachment, CarouselImage, StoredFile, VideoEmbed
from articles.text import INVISIBLE

from .fields import LinesInput
from .uploads import Upload, document_field, image_field

IMAGE_NAME = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)$", re.IGNORECASE)
NO_ALT = "Écrivez le texte alternatif : ce que l’image apprend à qui ne la voit pas."


def refuse_empty_alt(text: str, *names: str) -> None:
    """Raise ValidationError unless `text` says something, and is none of the file `names` (RGAA 1.3)."""
    if not any(letter.isalnum() for letter in text):
        raise ValidationError(NO_ALT)
    stems = {PurePath(name).stem.casefold() for name in names if name}
    # A stem that is one plain word (« marianne ») may well be what the image shows.
    if IMAGE_NAME.search(text) or (text.casefold() in stems and not text.isalpha()):
        raise ValidationError(
            f"« {text} » est un nom de fichier : écrivez plutôt ce que l’image apprend à qui ne la voit pas."
        )


class ItemForm(forms.ModelForm):
    """What the rows of an article's items share.

    A rank alone is no change: it follows from moving another row. `wanted` names what a row must have once
    something is in it: one that came in without stays as it is, so that browsers must not ask.
    """

    wanted: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rank = self.fields["position"]
        rank.required = False
        rank.widget.attrs |= {"class": "item-rank", "min": "0"}
        rank.label = "Rang"
        for name in self.wanted:
            field = self.fields[name]
            field.label = f"{capfirst(field.label or '')} (obligatoire)"

    @property
    def is_touched(self) -> bool:
        return bool(set(self.changed_data) - {"position"})

    def has_changed(self) -> bool:
        return self.is_touched if self.instance._state.adding else bool(self.changed_data)

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0

    def require(self, field: str, message: str) -> None:
        """Refuse a row that is new or touched, and has nothing in `field`."""
        if self.is_touched and not self.cleaned_data.get(field) and field not in self.errors:
            self.add_error(field, message)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance._state.adding and "upload" in self.fields:
            self.require("upload", "Choisissez le fichier.")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        upload = self.cleaned_data.get("upload")
        if upload is not None:
            self.take(upload)
        return super().save(commit)

    def take(self, upload: Upload) -> None:
        """Show another content; the address stays as long as the type does."""
        item = self.instance
        item.file = upload.stored
        if extension_of(item.address) != upload.stored.extension:
            item.address = upload.address

    @property
    def file(self) -> StoredFile | None:
        return self.instance.file

    @property
    def missing_address(self) -> str:
        """The address whose file is not here, if the row names one."""
        return self.instance.address if self.file is None else ""

    @property
    def thumbnail(self) -> str:
        return thumbnail_address(self.file)


def thumbnail_address(file: StoredFile | None) -> str:
    """The address, for editors, of the smallest rendition that every browser reads."""
    if file is None or not file.is_image:
        return ""
    plain = file.largest_rendition["extension"]
    widths = [each["width"] for each in file.renditions if each["extension"] == plain]
    return reverse("admin:articles_article_rendition", args=[file.sha256, min(widths), plain])


def extension_of(address: str) -> str:
    extension = PurePath(address).suffix.lower().removeprefix(".")
    return "jpg" if extension == "jpeg" else extension


class CarouselImageForm(ItemForm):
    wanted = ("alt_text",)

    upload = image_field("Fichier de l’image")

    class Meta:
        model = CarouselImage
        fields = ["upload", "alt_text", "caption", "credit", "position"]
        widgets = {
            "alt_text": LinesInput(attrs={"rows": 2}),
            "caption": forms.TextInput,
            "credit": forms.TextInput,
        }

    def clean_alt_text(self) -> str:
        return self.cleaned_data["alt_text"].strip(INVISIBLE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.get("alt_text", "")
        upload = cleaned.get("upload")
        if text and "alt_text" in self.changed_data:
            try:
                refuse_empty_alt(text, self.instance.address, upload.name if upload else "")
            except ValidationError as error:
                self.instance.alt_text = text  # the model need not ask for a text on top
                self.add_error("alt_text", error)
        elif self.instance.needs_alt:
            self.require("alt_text", NO_ALT)
        return cleaned


class VideoEmbedForm(ItemForm):
    wanted = ("title",)

    source = forms.CharField(
        label="Adresse ou code de la vidéo",
        max_length=videos.MAX_PASTED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Collez l’adresse de la vidéo, ou son code d’intégration."},
        help_text="L’adresse de la page de la vidéo, l’adresse courte, ou le code « iframe » à intégrer.",
    )
    upload = image_field("Image d’attente")

    class Meta:
        model = VideoEmbed
        fields = ["source", "title", "caption", "transcript", "upload", "position"]
        widgets = {"transcript": LinesInput(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["source"] = self.instance.page_url

    def clean_source(self) -> str:
        pasted: str = self.cleaned_data["source"]
        if "source" in self.changed_data:
            found = videos.parse(pasted, settings.PEERTUBE_HOSTS)
            if found is None:
                raise ValidationError(
                    "Aucune vidéo reconnue à cette adresse. Hébergeurs acceptés : "
                    f"{', '.join(accepted_hosts())}. Collez l’adresse de la page de la vidéo."
                )
            video = self.instance
            video.provider, video.video_id, video.host = found.provider, found.video_id, found.host
        return pasted

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = forms.ModelForm.clean(self) or self.cleaned_data  # a poster is optional
        self.require("title", "Donnez un titre : ce que montre la vidéo.")
        return cleaned

    def take(self, upload: Upload) -> None:
        self.instance.poster = upload.stored
        self.instance.poster_address = upload.address

    @property
    def file(self) -> StoredFile | None:
        return self.instance.poster

    @property
    def missing_address(self) -> str:
        return self.instance.poster_address if self.file is None else ""


def accepted_hosts() -> Iterator[str]:
    for name in videos.PROVIDERS:
        if name != "peertube":
            yield videos.label(name)
    yield from settings.PEERTUBE_HOSTS


class AttachmentForm(ItemForm):
    wanted = ("title",)

    upload = document_field("Fichier du document")

    class Meta:
        model = Attachment
        fields = ["upload", "title", "language", "accessible_version_of", "position"]

    def clean_upload(self) -> Upload | None:
        upload: Upload | None = self.cleaned_data["upload"]
        address = self.instance.address
        if upload is not None and address and extension_of(address) != upload.stored.extension:
            raise ValidationError(
                f"Ce document garde son adresse, qui finit par .{extension_of(address)} : déposez un fichier "
                "du même format, ou ajoutez un nouveau document."
            )
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.require("title", "Donnez le titre du document : c’est le texte de son lien.")
        return cleaned

    @property
    def facts(self) -> list[str]:
        """What was measured: format, size, pages."""
        file = self.file
        if file is None:
            return []
        pages = file.page_count
        counted = [f"{pages} page{'s' if pages > 1 else ''}"] if pages else []
        return [file.extension.upper(), documents.size_label(file.size_bytes), *counted]

    @property
    def file_path(self) -> str:
        """The document's address without its first slash, to end another one."""
        return self.instance.address.removeprefix("/")

    @property
    def is_untagged(self) -> bool:
        return self.file is not None and self.file.extension == "pdf" and not self.file.is_tagged


class ItemFormSet(forms.BaseInlineFormSet):
    """The rows of an article's items; one that somebody else has removed meanwhile is a new one again.

    Django takes the first rows sent for those that are stored, and stumbles over one that is not.
    """

    data: Any
    files: Any

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        rows: Any = form.fields["id"]
        # Django would ask the database for each row again.
        rows.to_python = {str(row.pk): row for row in self.get_queryset()}.get

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.instance.pk is not None and self.management_form.is_valid():
            self.take_back_lost_rows()

    def take_back_lost_rows(self) -> None:
        """Send the rows that are not stored after those that are, without their ids."""
        count: Any = self.management_form.cleaned_data
        initial, total = count["INITIAL_FORMS"], min(count["TOTAL_FORMS"], self.absolute_max)
        stored = {str(row.pk) for row in self.get_queryset()}
        lost = [row for row in range(initial) if self.data.get(f"{self.prefix}-{row}-id", "") not in stored]
        if not lost:
            return
        kept = [row for row in range(initial) if row not in lost]
        moves = {row: place for place, row in enumerate([*kept, *lost, *range(initial, total)])}
        self.data = self.moved(self.data, moves)
        self.files = self.moved(self.files, moves) if self.files else self.files
        for place in range(len(kept), initial):
            self.data[f"{self.prefix}-{place}-id"] = ""
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(kept))
        vars(self).pop("management_form")  # kept since it was first asked for

    def moved(self, sent: Any, moves: dict[int, int]) -> MultiValueDict[str, Any]:
        """What was sent, with the fields of some rows under the names of others."""
        moved = MultiValueDict[str, Any]()
        for name, values in sent.lists():
            row = re.match(rf"{self.prefix}-(\d+)-", name)
            if row is not None and int(row[1]) in moves:
                name = f"{self.prefix}-{moves[int(row[1])]}-{name[row.end() :]}"
            moved.setlist(name, values)
        return moved


class AttachmentFormSet(ItemFormSet):
    """A document may stand in for another of the same article only."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        field: Any = form.fields["accessible_version_of"]
        field.queryset = self.get_queryset()
        field.widget.choices = [
            ("", "Aucun autre document"),
            *((each.pk, str(each)) for each in self.get_queryset() if each.pk != form.instance.pk),
        ]


class ItemInline(admin.StackedInline):
    """Rows in their order, each with its key to place it; the scripts are ours, without jQuery.

    Django's script renumbers the rows of a formset by their order on the page when one is removed,
    which a row that was moved does not survive.
    """

    extra = 0
    formset = ItemFormSet
    template = "admin/articles/edit_inline/items.html"
    kind: str
    add_label: str

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("articles/admin/items.js", defer=True)
        return forms.Media(js=[script])

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where an article is only read, what an item has; what is chosen or pasted is for writing."""
        fields = super().get_fields(request, obj)
        if self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, obj):
            return fields
        own = {field.name for field in self.opts.fields}
        return [name for name in fields if name in own]


class CarouselImageInline(ItemInline):
    model = CarouselImage
    form = CarouselImageForm
    kind = "image"
    add_label = "Ajouter une image"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CarouselImage]:
        return super().get_queryset(request).select_related("file")


class VideoEmbedInline(ItemInline):
    model = VideoEmbed
    form = VideoEmbedForm
    kind = "video"
    add_label = "Ajouter une vidéo"

    def get_queryset(self, request: HttpRequest) -> QuerySet[VideoEmbed]:
        return super().get_queryset(request).select_related("poster")


class AttachmentInline(ItemInline):
    model = Attachment
    form = AttachmentForm
    formset = AttachmentFormSet
    kind = "document"
    add_label = "Ajouter un document"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        return super().get_queryset(request).select_related("file")
