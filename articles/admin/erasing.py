"""What an article said, erased for good: one version, or all that say a passage, and the post that came in.

The page asks, twice for a passage: what to look for, then what of it goes. A passage is sent, never part of
an address, where logs would keep it. A view of `audit.VersionAdmin`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundWidget
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from articles import erasing
from articles.models import ImportedPost, Version
from articles.rules import Refused

from .fields import LinesInput, NoteField
from .history import Context, address, article_of, asked, title_of
from .report import counted

ERASE = "_erase"
"""The button that erases; any other only looks."""

ONE = "version"
"""The parameter that names the one version to erase."""

MAX_PASSAGE_LENGTH = 1_000


class PassageForm(forms.Form):
    passage = forms.CharField(
        label="Passage à effacer",
        max_length=MAX_PASSAGE_LENGTH,
        widget=LinesInput(attrs={"rows": 2}),
        help_text="Un nom, une adresse, une phrase… Ni les accents, ni les majuscules, ni la ponctuation ne "
        "comptent. Il est cherché dans l’historique de l’article et de ce qui fut préparé à côté, et n’est "
        "gardé nulle part.",
        error_messages={"required": "Écrivez le passage à effacer."},
    )

    def clean_passage(self) -> erasing.Passage:
        return erasing.Passage(self.cleaned_data["passage"])


class ErasureForm(forms.Form):
    versions = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Ce qui peut être effacé a changé : vérifiez les cases, puis recommencez."
        },
    )
    original = forms.BooleanField(label="Effacer aussi le billet importé, avec ses remarques", required=False)
    reason = NoteField(
        label="Motif",
        help_text="Il reste dans l’historique : n’y écrivez pas ce que vous effacez.",
        error_messages={"required": "Écrivez le motif de l’effacement."},
        required=True,
    )

    def __init__(
        self,
        data: Any,
        erasable: Sequence[Version],
        originals: Sequence[ImportedPost],
        passage: erasing.Passage | None,
    ) -> None:
        found = [(version.pk, version.number) for version in erasable]
        # A post that came in is known to say a passage, not what one version says.
        super().__init__(data, initial={"versions": [pk for pk, _ in found], "original": passage is not None})
        self.fields["versions"].choices = found  # type: ignore[attr-defined]  # a ChoiceField
        if not originals:
            del self.fields["original"]
        self._passage = passage

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if self._passage and self._passage.is_in(reason):
            raise forms.ValidationError(
                "Ce motif dit le passage à effacer, et reste dans l’historique : dites-le autrement."
            )
        return reason

    def clean(self) -> None:
        if not (self.errors or self.cleaned_data["versions"] or self.cleaned_data.get("original")):
            raise forms.ValidationError("Cochez ce qui doit être effacé.")


@dataclass(frozen=True, slots=True)
class Line:
    """A version that was found: prepared beside the page or not, its box, or why it has none."""

    version: Version
    is_beside: bool
    box: BoundWidget | None
    obstacle: str


@sensitive_post_parameters("passage")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, context: Context, uuid: UUID) -> HttpResponse:
    """Ask what and why, then erase for good what the chosen versions say, and the post that came in."""
    own = Version.objects.filter(article_uuid=uuid).only("beside_uuid").first()
    if own is None:
        raise Http404
    one = asked(request, Version.objects.of(uuid), ONE)
    # What a draft says, its page may have said, and the drafts before.
    about = uuid if one else own.beside_uuid or uuid
    known = Version.objects.of(about)
    subject = f"le contenu de la version {one.number}" if one else "un passage"
    title = title_of(article_of(about), known.defer("dump", "files"))
    context |= {"title": f"Effacer {subject} : {title}", "uuid": uuid, "one": one}
    if refused := erasing.denial(request.user):
        return _page(request, context | {"refused": refused})
    passage: erasing.Passage | None = None
    if one is not None:
        found, originals = [one], list(erasing.originals_of(about))
    else:
        asking = PassageForm(request.POST if request.method == "POST" else None)
        context["asking"] = asking
        if not asking.is_valid():
            return _page(request, context)
        passage = asking.cleaned_data["passage"]
        found = erasing.saying(known, passage)
        originals = [each for each in erasing.originals_of(about) if erasing.original_says(each, passage)]
    obstacles = erasing.obstacles(found)
    if passage is not None:
        standings = erasing.standings(known, passage)
        # The version that tells of an erasure would say the passage again.
        if corrected_first := [each for each in standings if each.fields]:
            return _page(request, context | {"corrected_first": corrected_first})
        obstacles |= {each.version: each.obstacle for each in standings}
    erasable = [version for version in found if version not in obstacles]
    form = ErasureForm(request.POST if ERASE in request.POST else None, erasable, originals, passage)
    if form.is_valid():
        chosen = [version for version in erasable if version.pk in form.cleaned_data["versions"]]
        with_original = form.cleaned_data.get("original", False)
        try:
            erasing.erase(chosen, request.user, form.cleaned_data["reason"], about if with_original else None)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(len(chosen), with_original))
            return HttpResponseRedirect(address(uuid))
    boxes = dict(zip(erasable, form["versions"], strict=True))
    context |= {
        "form": form,
        "originals": originals,
        "may_erase": erasable or originals,
        "lines": [
            Line(each, each.article_uuid != about, boxes.get(each), obstacles.get(each, "")) for each in found
        ],
    }
    return _page(request, context)


def _page(request: HttpRequest, context: Context) -> HttpResponse:
    return TemplateResponse(request, "admin/articles/version/erase.html", context)


def _said(number: int, with_original: bool) -> str:
    versions = [counted(number, "version effacée", "versions effacées")] if number else []
    also = ["billet importé effacé"] if with_original else []
    return f"{', '.join(versions + also)}.".capitalize()
