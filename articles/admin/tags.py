"""Tags: renamed here, and merged when two of them say the same."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import versions
from articles.gone import say_lists_gone
from articles.models import Act, Article, Tag
from articles.models.tags import lock_tagged, tagged_by
from articles.text import fold

from .fields import MAX_TAG_LENGTH
from .site import TitledAdmin


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name"]
        labels = {"name": "Mot-clé"}
        help_texts = {"name": "L’adresse de sa page ne change pas quand vous le renommez."}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not fold(name) or len(name) > MAX_TAG_LENGTH:
            raise ValidationError(f"Écrivez un mot ou quelques mots, {MAX_TAG_LENGTH} caractères au plus.")
        twin = Tag.objects.filter(folded=fold(name)).exclude(pk=self.instance.pk).first()
        if twin is not None:
            raise ValidationError(
                f"Le mot-clé « {twin} » existe déjà : dans la liste, cochez les deux et fusionnez-les."
            )
        return name


def counted(tag: Any) -> str:
    """How many articles have a tag, in words; `uses` is annotated (see `TagAdmin.get_queryset`)."""
    return f"{tag.uses} article{'s' if tag.uses > 1 else ''}"


class KeptField(forms.ModelChoiceField):
    def label_from_instance(self, tag: Any) -> str:
        return f"{tag} ({counted(tag)})"


class MergeForm(forms.Form):
    kept = KeptField(
        Tag.objects.none(),
        label="Mot-clé à garder",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choisissez le mot-clé à garder."},
    )

    def __init__(self, tags: QuerySet[Tag], *args: Any) -> None:
        super().__init__(*args)
        self.fields["kept"].queryset = tags  # type: ignore[attr-defined]  # a ModelChoiceField


def record(request: HttpRequest, articles: list[int], note: str) -> None:
    """Record that the tags of these articles, by primary key, have changed."""
    versions.record_all(Article.objects.filter(pk__in=articles), request.user, Act.RETAGGED, note=note)


@admin.register(Tag)
class TagAdmin(TitledAdmin):
    list_title = "Mots-clés"
    add_title = "Ajouter un mot-clé"
    change_title = "Renommer le mot-clé"
    form = TagForm
    list_display = ["name", "articles"]
    list_per_page = 100
    ordering = ["folded"]
    search_fields = ["folded"]
    actions = ["merge"]
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(uses=Count("tagged_items"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        words = fold(search_term).replace("\0", "")  # which PostgreSQL does not know
        return super().get_search_results(request, queryset, words)

    @admin.display(description="articles", ordering="uses")
    def articles(self, tag: Any) -> SafeString:
        address = reverse("admin:articles_article_changelist")
        return format_html('<a href="{}?mot-cle={}">{}</a>', address, tag.pk, counted(tag))

    @transaction.atomic
    def save_model(self, request: HttpRequest, tag: Tag, form: Any, change: bool) -> None:
        super().save_model(request, tag, form, change)
        if change:
            record(request, tagged_by([tag]), f"Mot-clé renommé : « {tag} ».")

    def delete_model(self, request: HttpRequest, tag: Tag) -> None:
        self.delete_queryset(request, Tag.objects.filter(pk=tag.pk))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, tags: QuerySet[Tag]) -> None:
        articles, names = lock_tagged(tags), ", ".join(map(str, tags))
        say_lists_gone(tags)
        super().delete_queryset(request, tags)
        record(request, articles, f"Mot-clé supprimé : {names}.")

    def has_merge_permission(self, request: HttpRequest) -> bool:
        # Of several permissions named by an action, Django asks for any one.
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description="Fusionner les mots-clés choisis", permissions=["merge"])
    def merge(self, request: HttpRequest, tags: QuerySet[Tag]) -> HttpResponse | None:
        """Ask which name stays, then give it the articles of the others."""
        if tags.count() < 2:
            self.message_user(request, "Cochez au moins deux mots-clés à fusionner.", messages.WARNING)
            return None
        form = MergeForm(tags, request.POST if "merge" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": "Fusionner des mots-clés",
                "opts": self.opts,
                "tags": tags,
                "form": form,
            }
            return TemplateResponse(request, "admin/articles/tag/merge.html", context)
        kept: Tag = form.cleaned_data["kept"]
        others = list(tags.exclude(pk=kept.pk))
        with transaction.atomic():
            for other in others:
                self.log_change(request, kept, f"« {other} » fusionné dans ce mot-clé.")
            articles = lock_tagged(others)
            say_lists_gone(others, merged_into=kept)
            kept.absorb(others)
            record(request, articles, f"Mot-clé fusionné dans « {kept} ».")
        self.message_user(request, f"Mots-clés fusionnés : il reste « {kept} ».", messages.SUCCESS)
        return None
