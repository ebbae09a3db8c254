"""Articles: the list to find one, the form to write it, its previews."""

from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article, ImportedPost, ImportRemark, Kind, OldAddress, passes
from articles.reporting import about_target, settle

from . import gaps, previews
from .editor import BodyImageForm, MarkdownWidget, TypedPreviewView, UploadView
from .fields import (
    ArticleAddressField,
    DayField,
    DayInput,
    LinesInput,
    MomentField,
    MomentInput,
    TagNamesField,
)
from .filters import GapFilter, StateFilter, TagFilter
from .items import AttachmentInline, CarouselImageInline, VideoEmbedInline
from .report import PLACES, counted, list_address
from .searching import matching
from .site import BACK, TitledAdmin

FEW_LINES = MarkdownWidget(attrs={"rows": 4})

TEXT = ["title", "subtitle", "chapeau", "body"]
PUBLICATION = ["section", "status", "published_at", "ends_at", "updated_on", "pinned", "slug", "redirect_to"]
CLASSIFICATION = ["tags", "language", "translation_of"]
EVENT = [
    "event_starts_at",
    "event_ends_at",
    "event_all_day",
    "place",
    "street_address",
    "practical_details",
]
PRESS = ["press_contact"]

# The checkboxes of the import's remarks, which are saved with the article.
TICKED, REMARKS_SHOWN = "remark_done", 10


def short(moment: datetime | None) -> str:
    return date_format(localtime(moment), "d/m/Y H:i") if moment else ""


class ArticleForm(forms.ModelForm):
    tags = TagNamesField(
        label="Mots-clés",
        required=False,
        help_text="Un mot-clé par ligne. Ni les accents ni les majuscules ne comptent.",
    )
    translation_of = ArticleAddressField(
        label="Traduction de",
        required=False,
        help_text="L’adresse de la page de l’original, par exemple /actualites/titre-de-l-article/.",
    )

    class Meta:
        model = Article
        fields = [*TEXT, *PUBLICATION, *CLASSIFICATION, *EVENT, *PRESS]
        widgets = {
            "title": forms.TextInput,
            "subtitle": forms.TextInput,
            "redirect_to": forms.TextInput,
            "chapeau": FEW_LINES,
            "body": MarkdownWidget(attrs={"rows": 22}, takes_images=True),
            "press_contact": FEW_LINES,
            "place": forms.TextInput,
            "street_address": LinesInput(attrs={"rows": 2}),
            "practical_details": FEW_LINES,
        }
        error_messages = {
            "title": {"required": "Donnez un titre à l’article."},
            "section": {"required": "Choisissez la rubrique de l’article."},
        }

    def clean_translation_of(self) -> Article | None:
        original: Article | None = self.cleaned_data["translation_of"]
        if original is not None and original.pk == self.instance.pk:
            raise forms.ValidationError("Un article n’est pas sa propre traduction : donnez l’original.")
        return original

    def clean(self) -> dict[str, Any] | None:
        """Refuse to lead readers round in a circle."""
        cleaned = super().clean()
        target, section, slug = (self.cleaned_data.get(name) for name in ("redirect_to", "section", "slug"))
        if target and section and slug and passes(target, section.address_of(slug)):
            self.add_error(
                "redirect_to",
                "Cette adresse ramène à l’article, directement ou par d’autres : donnez-en une autre.",
            )
        return cleaned


class ArticleList(ChangeList):
    """Rows with what they lack, without the texts that the list does not show."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Article]:
        found: Any = super().get_queryset(request, exclude_parameters)
        return found.for_cards().annotate(needs_alt=gaps.needs_alt(), lacks_file=gaps.lacks_file())


@admin.register(Article)
class ArticleAdmin(TitledAdmin):
    list_title = "Articles"
    add_title = "Écrire un article"
    change_title = "Modifier l’article"

    list_display = ["title", "state", "section", "published", "to_complete", "modified", "page"]
    list_filter = [StateFilter, GapFilter, "section", "language", "pinned", TagFilter]
    list_select_related = ["section"]
    list_per_page = 50
    date_hierarchy = "published_at"
    ordering = ["-modified_at", "-pk"]
    search_fields = ["title", "chapeau", "body"]
    search_help_text = "Dans le titre, le chapeau et le texte. Ni les accents ni les majuscules ne comptent."

    form = ArticleForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
        models.DateField: {"form_class": DayField, "widget": DayInput},
    }
    readonly_fields = ["former_addresses"]
    inlines = [CarouselImageInline, VideoEmbedInline, AttachmentInline]

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ArticleList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        return matching(queryset, self.search_fields, search_term), False

    @admin.display(description="état", ordering="status")
    def state(self, article: Article) -> SafeString:
        name = article.get_state_display().capitalize()
        leads = format_html('<span class="leads">redirige vers {}</span>', article.redirect_to)
        return format_html(
            '<span class="state state-{}">{}</span>{}',
            article.state,
            name,
            leads if article.redirect_to else "",
        )

    @admin.display(description="publication", ordering="published_at", empty_value="")
    def published(self, article: Article) -> str:
        return short(article.published_at)

    @admin.display(description="modification", ordering="modified_at")
    def modified(self, article: Article) -> str:
        return short(article.modified_at)

    @admin.display(description="à compléter", empty_value="")
    def to_complete(self, article: Any) -> SafeString:
        lacks = {
            "Texte alternatif à écrire": article.needs_alt,
            "Fichier manquant": article.lacks_file,
        }
        return format_html_join(
            "", '<span class="gap">{}</span>', ((sentence,) for sentence, is_so in lacks.items() if is_so)
        )

    @admin.display(description="en ligne", empty_value="")
    def page(self, article: Article) -> SafeString | str:
        if not article.is_online():
            return ""
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> : {}</span></a>',
            article.get_absolute_url(),
            "Suivre la redirection" if article.redirect_to else "Voir sur le site",
            article.title,
        )

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Content first; what matters to one kind of section is folded for the others."""
        kind = obj.section.kind if obj is not None else None
        folded = ["main", "collapse"]
        event = ["main"] if kind == Kind.EVENT else folded
        press = ["main"] if kind == Kind.PRESS else folded
        publication = list(PUBLICATION)
        if obj is not None and obj.old_addresses.exists():
            publication.insert(publication.index("slug") + 1, "former_addresses")
        return [
            ("Contenu", {"fields": TEXT, "classes": ["main"]}),
            ("Publication", {"fields": publication, "classes": ["side"]}),
            ("Classement", {"fields": CLASSIFICATION, "classes": ["side"]}),
            ("Événement", {"fields": EVENT, "classes": event, "description": "Pour l’agenda."}),
            ("Presse", {"fields": PRESS, "classes": press, "description": "Pour les communiqués."}),
        ]

    @admin.display(description="anciennes adresses")
    def former_addresses(self, article: Article) -> SafeString:
        """What leads here as long as the article is online: its address may change without a lost link."""
        addresses = ((each.address,) for each in article.old_addresses.all())
        return format_html(
            '<ul class="addresses">{}</ul><p class="help">Chacune mène à l’article, s’il est en ligne.</p>',
            format_html_join("", "<li>{}</li>", addresses),
        )

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section" and field is not None:
            for can in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{can}_related", False)
        return field

    def view_on_site(self, article: Article) -> str | None:
        # As stored: a refused form leaves on the article what no address can hold.
        stored = Article.objects.online().filter(pk=article.pk).select_related("section").first()
        return stored.get_absolute_url() if stored else None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = kwargs.get("obj")
        if article is not None:
            context["imported"] = ImportedPost.objects.filter(article=article).defer("text", "dump").first()
            context |= self.remarks_of(request, article)
        context["image_form"] = BodyImageForm(auto_id="id_dialog_%s")
        return super().render_change_form(request, context, *args, **kwargs)

    def remarks_of(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        """What the import remarked and nobody ticked: the first few, how many, where they all are."""
        waiting = ImportRemark.objects.about(article).waiting().order_by("path", "line", "pk")
        return {
            "remarks": [(each, *PLACES.get(each.code, ("", ""))) for each in waiting[:REMARKS_SHOWN]],
            "remark_total": waiting.count(),
            "remarks_url": list_address(article=article.pk),
            "ticked": request.POST.getlist(TICKED),
        }

    def save_model(self, request: HttpRequest, article: Article, form: Any, change: bool) -> None:
        """Let the address that an article leaves lead to it, if anybody may know it."""
        before = Article.objects.online().select_related("section").filter(pk=article.pk).first()
        super().save_model(request, article, form, change)
        if before is not None:
            OldAddress.objects.lead_to(article, [unquote(before.get_absolute_url())])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tick what was ticked beside the article, once the article is saved; refused, nothing is."""
        super().save_related(request, form, formsets, change)
        settle(form.instance, request.user)
        for warning in about_target(form.instance) if form.instance.redirect_to else ():
            self.message_user(request, capfirst(warning.message), messages.WARNING)
        ticked = request.POST.getlist(TICKED)
        about = ImportRemark.objects.about(form.instance.pk).waiting() if ticked else ()
        done = {remark.pk: remark.code for remark in about if str(remark.pk) in ticked}
        if done:
            number = ImportRemark.objects.filter(pk__in=done).tick(request.user)
            said = counted(number, "remarque traitée", "remarques traitées")
            if BACK in request.GET:  # saving leads there
                self.message_user(request, f"{said}.", messages.SUCCESS)
                return
            codes = set(done.values())
            # Back to where the work goes on: the same sort, if there was one.
            address = list_address(sorte=codes.pop()) if len(codes) == 1 else list_address()
            link = format_html('{}. <a href="{}">Revenir aux remarques d’import</a>', said, address)
            self.message_user(request, link, messages.SUCCESS)

    # Previews, and what the editor asks

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        upload = guarded(UploadView.as_view(model_admin=self))
        typed = guarded(TypedPreviewView.as_view(model_admin=self))
        rendition = guarded(self.rendition_view, cacheable=True)
        return [
            path("editeur/image/", upload, name="articles_article_upload"),
            path("editeur/apercu/", typed, name="articles_article_typed"),
            path("<int:pk>/apercu/", guarded(self.preview_view), name="articles_article_preview"),
            path(
                "<int:pk>/fichiers/images/<str:sha256>/<int:width>.<slug:extension>",
                rendition,
                name="articles_article_rendition",
            ),
            path("<int:pk>/fichiers/<path:address>", guarded(self.file_view), name="articles_article_file"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return previews.page(request, self.readable(request, pk))

    @method_decorator(require_safe)
    def file_view(self, request: HttpRequest, pk: int, address: str) -> HttpResponseBase:
        return previews.file(self.readable(request, pk), f"/{address}")

    @method_decorator([require_safe, cache_control(private=True, max_age=3600)])
    def rendition_view(
        self, request: HttpRequest, pk: int, sha256: str, width: int, extension: str
    ) -> HttpResponseBase:
        """A rendition, named by its content: it may be of an image whose article is not saved yet."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return previews.rendition(sha256, width, extension)

    def readable(self, request: HttpRequest, pk: int) -> Article:
        """The article, if this editor may read it; raises Http404 or PermissionDenied."""
        article: Article | None = self.get_object(request, str(pk))
        if article is None:
            raise Http404
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article
