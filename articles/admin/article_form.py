"""The form in which an article is written: its fields, and what it refuses when it is sent."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles.models import Article, Version, passes
from articles.rules import Action, refusal

from . import history
from .editor import MarkdownWidget
from .fields import ArticleAddressField, ChangesField, LinesInput, NoteField, TagNamesField
from .seen import is_overtaken
from .transitions import PUBLIC_NOTE, check_public_note

FEW_LINES = MarkdownWidget(attrs={"rows": 4})

TEXT = ["title", "subtitle", "chapeau", "body"]
PUBLICATION = ["section", "published_at", "ends_at", "updated_on", "pinned", "slug", "redirect_to"]
CHANGE = ["is_major", "public_note", "note"]
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
MOMENTS = {"published_at", "ends_at", "event_starts_at", "event_ends_at"}

NOBODY_READS = (
    "Cette page n’est plus lue sur le site : personne ne verrait cette note publique. Gardez-la ailleurs, "
    "puis videz ce champ."
)


class ArticleForm(forms.ModelForm):
    """An article, and what is said of its change; a stale one is refused once, with what others changed.

    `user` is who sends it. `seen` is the number of the version that the form was filled from.
    """

    user: Any
    difference: history.Changes | None = None

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_major = forms.BooleanField(
        label="Changement de fond",
        required=False,
        help_text="La page dira « mis à jour le », et ce qui a changé. Sans cela, le changement est mineur.",
    )
    public_note = NoteField(
        rows=2,
        label="Note publique",
        help_text=PUBLIC_NOTE,
    )
    note = NoteField(rows=2)
    told = ChangesField(
        label="Modifications déjà dites aux lecteurs",
        required=False,
        widget=LinesInput(attrs={"rows": 3}),
        help_text="Une par ligne, la première d’abord. Pour corriger une note publique, ou la retirer.",
    )
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        article = self.instance
        self.last = Version.objects.last_of(article.uuid) if article.pk else None
        self.was_readable = article.pk is not None and article.is_readable()
        self.was_known = article.pk is not None and article.has_been_public()
        self.is_scheduled = article.state == "scheduled"
        self.initial["seen"], self.initial["told"] = self.last and self.last.number, article.changes
        if "published_at" in self.fields and (self.was_known or article.replaces_id):
            self.fields["published_at"].help_text = "La date montrée aux lecteurs, qui peut être passée."
        elif "published_at" in self.fields and self.is_scheduled:
            self.fields["published_at"].help_text = "La page paraît d’elle-même à cette date, à venir."

    def clean_translation_of(self) -> Article | None:
        original: Article | None = self.cleaned_data["translation_of"]
        if original is not None and original.pk in (self.instance.pk, self.instance.replaces_id):
            raise forms.ValidationError("Un article n’est pas sa propre traduction : donnez l’original.")
        return original

    def clean(self) -> dict[str, Any] | None:
        """Refuse what the article's state forbids, what others would lose, and a circle for readers."""
        cleaned = super().clean()
        if not self.was_readable and self.cleaned_data.get("public_note"):
            self.add_error("public_note", NOBODY_READS)  # typed while it was
        if not self.was_readable:
            # Nobody is told of what nobody could read; the page of the form does not ask.
            self.cleaned_data |= {"is_major": False, "public_note": ""}
        if self.instance.pk and (reason := refusal(self.user, Action.EDIT, self.instance)):
            raise forms.ValidationError(reason)
        self.refuse_stale()
        if "tags" not in self.changed_data:
            self.cleaned_data.pop("tags", None)  # what is not there is not written
        for name in MOMENTS - set(self.changed_data):
            self.cleaned_data[name] = getattr(self.instance, name)  # fields of forms know no microseconds
        check_public_note(self, self.cleaned_data)
        self.refuse_time()
        target, section, slug = (self.cleaned_data.get(name) for name in ("redirect_to", "section", "slug"))
        if target and section and slug and passes(target, section.address_of(slug)):
            self.add_error(
                "redirect_to",
                "Cette adresse ramène à l’article, directement ou par d’autres : donnez-en une autre.",
            )
        return cleaned

    def refuse_time(self) -> None:
        """Add an error where the date alone would take the page off the site, or put it there."""
        if "published_at" in self.errors:
            return
        published_at = self.cleaned_data.get("published_at")
        is_to_come = published_at is not None and published_at > timezone.now()
        if self.was_known and (published_at is None or is_to_come):
            self.add_error(
                "published_at",
                "Cet article a déjà paru : sa date ne peut être ni vide, ni à venir. Pour l’ôter du site, "
                "retirez-le.",
            )
        elif self.is_scheduled and not is_to_come and "published_at" in self.changed_data:
            self.add_error(
                "published_at",
                "Cet article est programmé : sa date ne peut être ni vide, ni passée. Pour publier "
                "maintenant, annulez la programmation, puis publiez.",
            )

    def refuse_stale(self) -> None:
        """Raise ValidationError where somebody has saved the article since; sent again, it passes."""
        last = self.last
        if last is None or not is_overtaken(self, last):
            return
        self.difference = difference_since(last, self.cleaned_data.get("seen"))
        when = date_format(localtime(last.created_at), "j F Y à H:i")
        raise forms.ValidationError(
            f"{last.author_name or 'Le site'} a changé cet article pendant que vous l’écriviez, le {when}. "
            "Comparez, reprenez ici ce qu’il faut garder, puis enregistrez à nouveau : ce que vous avez "
            "écrit remplacera la version enregistrée."
        )


def difference_since(last: Version, seen: int | None) -> history.Changes | None:
    """What others changed since the version that a form was filled from; None where it cannot be told."""
    known = Version.objects.filter(article_uuid=last.article_uuid, number=seen or 0).first()
    return history.changes_between(known, last) if known is not None else None
