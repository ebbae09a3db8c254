"""The images that wait for their alternative text, to work off one after the other."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import publishing
from articles.models import Article, CarouselImage
from articles.reporting import settle
from articles.rules import editable

from .items import refuse_empty_alt, thumbnail_address
from .keys import key_in
from .site import TitledAdmin

_KEY_OF_ROW = re.compile(r"form-\d+-id", re.ASCII)


class AlternativeForm(forms.ModelForm):
    class Meta:
        model = CarouselImage
        fields = ["alt_text"]
        widgets = {"alt_text": forms.Textarea(attrs={"rows": 3, "cols": 50})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        image = self.instance
        if image.pk is not None:  # Django makes an empty form too, for its media
            name = f"Texte alternatif de l’image {image.key}, article « {image.article} »"
            self.fields["alt_text"].widget.attrs["aria-label"] = name

    def clean_alt_text(self) -> str:
        text: str = self.cleaned_data["alt_text"]
        if text and "alt_text" in self.changed_data:
            refuse_empty_alt(text, self.instance.address)
        return text


class NeedsAltFilter(admin.SimpleListFilter):
    """Those that wait, unless all are asked for."""

    title = "texte alternatif"
    parameter_name = "texte"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("tous", "Toutes les images")]

    def choices(self, changelist: Any) -> Any:
        waiting, everything = super().choices(changelist)
        return [{**waiting, "display": "À écrire"}, everything]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CarouselImage]) -> QuerySet[CarouselImage]:
        return queryset if self.value() == "tous" else queryset.filter(needs_alt=True)


@admin.register(CarouselImage)
class AlternativeAdmin(TitledAdmin):
    list_title = "Images : textes alternatifs à écrire"
    add_title = change_title = ""
    list_display = ["thumbnail", "alt_text", "caption", "article_link"]
    list_display_links = None
    list_editable = ["alt_text"]
    list_filter = [NeedsAltFilter]
    list_select_related = ["article", "file"]
    list_per_page = 20
    ordering = ["-article__published_at", "article_id", "position"]
    actions = None
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CarouselImage]:
        """The images of the articles that this editor may change."""
        articles = editable(request.user, Article.objects.order_by())
        return super().get_queryset(request).filter(article__in=articles.values("pk"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One version for each article, however many of its images get their text at once."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        written = set[int]()  # articles, by primary key, as they are saved
        request.written = written  # type: ignore[attr-defined]  # save_model adds to it
        with transaction.atomic():
            locked = list(posted_articles(request))
            response = super().changelist_view(request, extra_context)
            for article in locked:
                if article.pk in written:
                    publishing.keep(article, request.user, note="Textes alternatifs.")
        return response

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return AlternativeForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """An image is edited with its article."""
        image = self.get_object(request, object_id)
        if image is None:
            raise Http404
        return HttpResponseRedirect(article_address(image))

    def save_model(self, request: HttpRequest, image: CarouselImage, form: Any, change: bool) -> None:
        super().save_model(request, image, form, change)
        request.written.add(image.article_id)  # type: ignore[attr-defined]  # see changelist_view
        settle(image.article, request.user)

    @admin.display(description="image")
    def thumbnail(self, image: CarouselImage) -> SafeString | str:
        address = thumbnail_address(image.file)
        if not address:
            return "Fichier manquant"
        return format_html('<img class="thumbnail" src="{}" alt="Image à décrire, {}">', address, image.key)

    @admin.display(description="article", ordering="article__title")
    def article_link(self, image: CarouselImage) -> SafeString:
        return format_html('<a href="{}">{}</a>', article_address(image), image.article)


def posted_articles(request: HttpRequest) -> QuerySet[Article]:
    """The articles of the rows that are sent, and their next versions: from then on nobody else changes them.

    Locked before their images, as whoever saves an article does: two who lock the same rows in two orders
    wait for ever. Who may change them is asked afterwards, of what they are then.
    """
    keys = (key_in(str(value)) for name, value in request.POST.items() if _KEY_OF_ROW.fullmatch(name))
    images = CarouselImage.objects.filter(pk__in=[key for key in keys if key])
    shown = Q(pk__in=images.values("article")) | Q(replaces__in=images.values("article"))
    return Article.objects.select_for_update(of=("self",)).filter(shown).order_by("pk")


def article_address(image: CarouselImage) -> str:
    return reverse("admin:articles_article_change", args=[image.article_id])
