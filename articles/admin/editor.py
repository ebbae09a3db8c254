"""The Markdown editor: markdownx's widget, form and views, with a door, a real check and alt texts.

markdownx's own addresses are never mounted: they ask for no login and believe what the client says
of a file. Must not know how the page around the editor is made.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from markdownx.forms import ImageForm
from markdownx.views import ImageUploadView, MarkdownifyView
from markdownx.widgets import AdminMarkdownxWidget

from articles import erasing, previews
from articles.models import Article, BodyImage, Section, StoredFile
from articles.models.articles import known_files
from articles.reading import Reading, read
from articles.rendering import image_addresses

from .fields import UnixLines
from .items import refuse_empty_alt
from .uploads import Upload, image_field

MAX_TYPED_LENGTH = 300_000
KINDS = {"image": "aucune image", "video": "aucune vidéo", "document": "aucun document"}


class MarkdownWidget(UnixLines, AdminMarkdownxWidget):
    """A text area with a few buttons; Tab leaves it, as any field (RGAA 12.9)."""

    template_name = "articles/widgets/markdown.html"

    def __init__(self, attrs: dict[str, Any] | None = None, takes_images: bool = False) -> None:
        super().__init__(attrs)
        self.takes_images = takes_images

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["takes_images"] = self.takes_images
        return context

    @staticmethod
    def add_markdownx_attrs(attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "class": "markdown-source vLargeTextField"}

    class Media:
        extend = False
        js = [forms.Script("articles/admin/editor.js", defer=True)]


class BodyImageForm(ImageForm):
    """An image for the text, with the words that stand for it."""

    image = image_field("Fichier de l’image (obligatoire)")
    alt_text = forms.CharField(
        label="Texte alternatif (obligatoire)",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce que l’image apprend à qui ne la voit pas. Jamais un nom de fichier.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data  # markdownx's own check believes the client's content type
        upload: Upload | None = cleaned.get("image")
        if upload is None and "image" not in self.errors:
            self.add_error("image", "Choisissez l’image.")
        if "alt_text" in cleaned:
            try:
                refuse_empty_alt(cleaned["alt_text"], upload.name if upload else "")
            except ValidationError as error:
                self.add_error("alt_text", error)
        return cleaned

    def save(self, commit: bool = True) -> str:
        """Keep the image for the article that will show it, and return the Markdown that does.

        Drops the uploads of long ago: no other moment is theirs.
        """
        upload: Upload = self.cleaned_data["image"]
        if commit:
            same = BodyImage.objects.filter(article=None, address=upload.address, file=upload.stored)
            if not same.update(created_at=timezone.now()):
                BodyImage.objects.create(address=upload.address, file=upload.stored)
            erasing.drop_old_uploads()
        words = " ".join(self.cleaned_data["alt_text"].split())
        # A bar would begin a table, stars and their like would be taken for marks.
        for sign in "\\[]|*_`{}":
            words = words.replace(sign, f"\\{sign}")
        return f"![{words}]({upload.address})"


class UploadView(ImageUploadView):
    """POST of an image; JSON out: the Markdown to insert, or sentences by field."""

    http_method_names = ["post"]
    form_class = BodyImageForm
    model_admin: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_write(self.model_admin, request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: BodyImageForm) -> JsonResponse:
        return JsonResponse({"markdown": form.save()})

    def form_invalid(self, form: BodyImageForm) -> JsonResponse:
        return JsonResponse({"errors": form.errors}, status=400)


def may_write(model_admin: Any, request: HttpRequest) -> bool:
    return bool(model_admin.has_add_permission(request) or model_admin.has_change_permission(request))


class TypedPreviewView(MarkdownifyView):
    """POST of the article's form; JSON out: the public page of what is typed, nothing of it stored."""

    http_method_names = ["post"]
    model_admin: Any = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        article = self._article(request)
        typed = sum(len(value) for value in request.POST.values() if isinstance(value, str))
        if typed > MAX_TYPED_LENGTH:
            message = (
                "L’article est trop long pour l’aperçu pendant la saisie : enregistrez-le, puis « Aperçu »."
            )
            return JsonResponse({"error": message}, status=413)
        take_typed(self.model_admin, request, article)
        prefix = files_prefix(article)
        reading = read(article, prefix, known_uploads(article))
        context = previews.context(article, reading, prefix)
        html = render_to_string("articles/article_detail.html", context, request)
        return JsonResponse({"html": html, "notes": notes(reading, article)})

    def _article(self, request: HttpRequest) -> Article:
        pk = request.POST.get("article", "")
        if not pk:
            if not self.model_admin.has_add_permission(request):
                raise PermissionDenied
            return Article()
        article: Article | None = self.model_admin.get_object(request, pk)
        if article is None or not self.model_admin.has_change_permission(request, article):
            raise PermissionDenied
        return article


def files_prefix(article: Article | None = None) -> str:
    """What makes a public file address the editors' own; without an article, that of a rendition only."""
    articles: str = reverse("admin:articles_article_changelist")
    return f"{articles}{article.pk}/fichiers" if article is not None else f"{articles}fichiers"


def take_typed(model_admin: Any, request: HttpRequest, article: Article) -> None:
    """Put on `article`, unsaved, whatever the typed form holds that is valid."""
    form_class = model_admin.get_form(request, article if article.pk else None)
    form_class(request.POST, instance=article).full_clean()
    if article.pk is None:
        article.pk = 0  # no row has it: an article that is not saved yet has no items
    if article.section_id is None:
        article.section = Section.objects.all()[0]
    article.render()


def known_uploads(article: Article) -> dict[str, StoredFile]:
    """The files that the article will find for the images of its text when it is saved."""
    files = known_files(image_addresses(article.body_html), article)
    stored = StoredFile.objects.in_bulk(files.values())
    return {address: stored[key] for address, key in files.items()}


def notes(reading: Reading, article: Article) -> list[str]:
    """What an editor should know that the public will not see."""
    sentences = []
    if article.redirect_to:
        sentences.append(f"Le public ne voit pas cette page : son adresse mène à {article.redirect_to}.")
    for name in reading.unknown:
        kind = name.partition(":")[0]
        sentences.append(
            f"[[{name}]] ne correspond à {KINDS[kind]} de l’article : vérifiez la clé, "
            "ou enregistrez d’abord ce que vous venez d’ajouter."
        )
    return sentences
