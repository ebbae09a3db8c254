"""The pages on which somebody decides what becomes of an article: each says what follows, and asks once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles import publishing
from articles.models import Article, Status, Version
from articles.models.articles import validate_target
from articles.reporting import leads_nowhere
from articles.rules import Action, Refused, allowed, refusal
from articles.whereabouts import whereabouts

from .beside import difference_from_page, passages_to_settle
from .fields import NoteField
from .seen import is_overtaken, what_happened

PUBLIC_NOTE = "Ce que les lecteurs verront dans la liste des modifications de la page, en une phrase."


class StepForm(forms.Form):
    """What a step asks; refused once where the article is no longer what was seen when it was opened.

    `done` tells what the step did, where that depends on what was chosen.
    """

    done = ""
    required_css_class = "required"

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, article: Article, data: QueryDict | None) -> None:
        super().__init__(data)
        self.article = article
        self.last = Version.objects.last_of(article.uuid)
        self.initial["seen"] = self.last and self.last.number

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.last is not None and is_overtaken(self, self.last):
            raise forms.ValidationError(what_happened(self.last, cleaned.get("seen")))
        return {name: value for name, value in cleaned.items() if name != "seen"}


class NoteForm(StepForm):
    note = NoteField()


class ReviewForm(NoteForm):
    note = NoteField(
        label="Message aux relecteurs",
        help_text="Envoyé par courriel avec le lien, et gardé dans l’historique.",
    )


class ReasonForm(NoteForm):
    note = NoteField(
        label="Motif",
        help_text="Envoyé par courriel à l’auteur, et gardé dans l’historique.",
        error_messages={"required": "Dites à l’auteur ce qu’il doit revoir."},
        required=True,
    )


class NextVersionForm(NoteForm):
    is_major = forms.TypedChoiceField(
        label="Ce changement est",
        choices=[
            ("0", "mineur : forme, coquille, précision ; les lecteurs n’en sont pas avertis"),
            ("1", "de fond : la page dira « mis à jour le », et ce qui a changé"),
        ],
        coerce=lambda answer: answer == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si ce changement est mineur, ou de fond."},
    )
    public_note = NoteField(
        rows=2,
        label="Note publique",
        help_text=PUBLIC_NOTE,
    )

    field_order = ["is_major", "public_note", "note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_public_note(self, cleaned)
        cleaned.pop("is_major", None)
        return cleaned


def check_public_note(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    """A change of substance is told to readers, a minor one is not."""
    is_major, note = bool(cleaned.get("is_major")), (cleaned.get("public_note") or "").strip()
    if is_major and not note:
        form.add_error("public_note", "Un changement de fond se dit aux lecteurs : écrivez ce qui change.")
    elif note and not is_major:
        form.add_error("is_major", "La note publique est celle d’un changement de fond : choisissez-le.")


class WithdrawForm(NoteForm):
    OUTCOMES = {
        "notice": "L’article est retiré : son texte reste lisible sous l’avis de retrait.",
        "redirect": "L’article est retiré : son adresse mène à l’autre page.",
        "gone": "L’article est retiré : son adresse répond qu’il n’est plus en ligne.",
    }

    how = forms.ChoiceField(
        label="Ce que devient la page",
        choices=[
            ("notice", "Son texte reste lisible sous un avis de retrait, hors des listes et des moteurs"),
            ("redirect", "Son adresse mène à une autre page"),
            ("gone", "Elle disparaît : son adresse répond qu’elle n’est plus en ligne"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que devient la page."},
    )
    notice = NoteField(
        label="Avis de retrait",
        help_text="Ce que les lecteurs verront au-dessus du texte : pourquoi, et où s’adresser.",
    )
    redirect_to = forms.CharField(
        label="Adresse de l’autre page",
        required=False,
        max_length=500,
        validators=[validate_target],
        help_text="Une adresse du site (/actualites/…) ou une adresse en https://.",
    )

    field_order = ["how", "notice", "redirect_to", "note"]

    def __init__(self, article: Article, data: QueryDict | None) -> None:
        super().__init__(article, data)
        if article.status == Status.WITHDRAWN:
            notice, target = article.withdrawal_notice, article.redirect_to
            how = "redirect" if target else "notice" if notice else "gone"
            self.initial.update(how=how, notice=notice, redirect_to=target)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        how = cleaned.pop("how", "")
        self.done = self.OUTCOMES.get(how, "")
        wanted = {"notice": "notice", "redirect": "redirect_to"}.get(how, "")
        unshown = {
            "notice": "Cet avis ne serait pas montré : videz-le, ou choisissez l’avis de retrait.",
            "redirect_to": "Cette adresse ne servirait pas : videz-la, ou choisissez l’autre page.",
        }
        for name in unshown:
            # What stood there before is no typed text, and stays in the history.
            if how and name != wanted and name in self.changed_data and cleaned.get(name):
                self.add_error(name, unshown[name])
        sentences = {
            "notice": "Écrivez l’avis que les lecteurs verront.",
            "redirect_to": "Donnez l’adresse de l’autre page.",
        }
        if wanted and not cleaned.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, sentences[wanted])
        elif (
            wanted == "redirect_to"
            and wanted in cleaned
            and leads_nowhere(cleaned[wanted], Article.objects.online())
        ):
            self.add_error(
                wanted, "Aucune page du site n’est à cette adresse, ou pas encore : donnez-en une autre."
            )
        return {name: value for name, value in cleaned.items() if name in ("note", wanted)}


class NoForm(StepForm):
    """Nothing to say."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page of decision: the end of its address, its words, what it asks, what it does.

    `offer` is what leads there from a form whose fields still decide which page it is.
    """

    slug: str
    button: str
    explanation: str
    form: type[StepForm]
    do: Callable[..., Any]
    done: str
    offer: str = ""
    shows_whereabouts: bool = False
    tells_time: bool = False


PUBLISH_OR_SCHEDULE = "Publier ou programmer"

STEPS = {
    Action.SUBMIT: Step(
        "relecture",
        "Mettre en relecture",
        "Les personnes qui publient reçoivent un courriel. Le texte peut encore changer.",
        ReviewForm,
        publishing.submit,
        "L’article est en relecture.",
    ),
    Action.SEND_BACK: Step(
        "renvoi",
        "Renvoyer à la rédaction",
        "L’article redevient un brouillon ; son auteur reçoit un courriel.",
        ReasonForm,
        publishing.send_back,
        "L’article est renvoyé à la rédaction.",
    ),
    Action.PUBLISH: Step(
        "publication",
        "Publier",
        "La page est en ligne aussitôt, dans les listes, les flux et la recherche. Pour qu’elle paraisse "
        "plus tard, donnez d’abord à l’article une date de publication à venir.",
        NoteForm,
        publishing.publish,
        "L’article est publié.",
        offer=PUBLISH_OR_SCHEDULE,
    ),
    Action.UNSCHEDULE: Step(
        "deprogrammation",
        "Annuler la programmation",
        "L’article redevient un brouillon, et ne paraîtra pas à son heure ; son auteur reçoit un courriel.",
        NoteForm,
        publishing.unschedule,
        "La programmation est annulée : l’article est un brouillon.",
    ),
    Action.PREPARE: Step(
        "nouvelle-version",
        "Préparer une nouvelle version",
        "Un brouillon s’ouvre, qui dit ce que dit la page. Elle reste en ligne telle quelle jusqu’à ce qu’il "
        "soit publié ; ce qui y est corrigé d’ici là est reporté dans le brouillon.",
        NoForm,
        publishing.prepare,
        "La nouvelle version est ouverte : la page en ligne ne change pas.",
    ),
    Action.WITHDRAW: Step(
        "retrait",
        "Retirer",
        "La page quitte les listes, les flux, la recherche, les plans du site. Elle peut y revenir.",
        WithdrawForm,
        publishing.withdraw,
        "L’article est retiré.",
        shows_whereabouts=True,
    ),
    Action.REINSTATE: Step(
        "remise-en-ligne",
        "Remettre en ligne",
        "La page revient à son adresse, dans les listes, les flux et la recherche.",
        NoteForm,
        publishing.reinstate,
        "L’article est de nouveau en ligne.",
    ),
    Action.DELETE: Step(
        "suppression",
        "Supprimer",
        f"L’article va à la corbeille, d’où il peut revenir pendant {publishing.UNDELETE_DAYS} jours. Ses "
        "versions restent dans l’historique ; si le public l’a connu, ses adresses le disent disparu.",
        NoteForm,
        publishing.delete,
        "L’article est supprimé : il peut revenir de la corbeille.",
        shows_whereabouts=True,
    ),
}
"""The page of each action that changes an article's state."""

REPLACE = Step(
    "publication",
    "Publier cette version",
    "Elle prend la place de la page en ligne, à la même adresse, et ce brouillon disparaît.",
    NextVersionForm,
    publishing.publish,
    "La nouvelle version est en ligne.",
)
PUT_BACK = replace(
    REPLACE,
    explanation="La page est retirée : publier cette version la remet en ligne, à la même adresse, dans les "
    "listes, les flux et la recherche. Ce brouillon disparaît.",
)
PREPARE_WITHDRAWN = replace(
    STEPS[Action.PREPARE],
    explanation="Un brouillon s’ouvre, qui dit ce que dit la page. Elle reste retirée jusqu’à ce qu’il soit "
    "publié, ce qui la remet en ligne ; ce qui y est corrigé d’ici là est reporté dans le brouillon.",
    done="La nouvelle version est ouverte : la page reste retirée.",
)
SCHEDULE = Step(
    "publication",
    "Programmer",
    "La page sera en ligne à son heure, sans autre geste ; d’ici là, personne n’en voit rien. "
    "Pour publier tout de suite, videz d’abord la date de publication de l’article.",
    NoteForm,
    publishing.publish,
    "L’article est programmé : il paraîtra de lui-même le {}.",
    offer=PUBLISH_OR_SCHEDULE,
    tells_time=True,
)


CHANGE_WITHDRAWAL = replace(
    STEPS[Action.WITHDRAW],
    button="Modifier le retrait",
    explanation="La page reste retirée : ce qui change est ce que son adresse répond aux lecteurs.",
)


OF_WITHDRAWN = {Action.PREPARE: PREPARE_WITHDRAWN, Action.WITHDRAW: CHANGE_WITHDRAWAL}
"""The pages that have words of their own for what is withdrawn already."""


DELETE_BESIDE = replace(
    STEPS[Action.DELETE],
    explanation="Seule cette nouvelle version va à la corbeille, d’où elle peut revenir pendant "
    f"{publishing.UNDELETE_DAYS} jours : la page elle-même ne change pas.",
    done="La nouvelle version est supprimée : elle peut revenir de la corbeille. La page n’a pas changé.",
)


def step_for(action: Action, article: Article) -> Step:
    """The page of an action, in the words that this article wants."""
    if action == Action.DELETE and article.replaces_id is not None:
        return DELETE_BESIDE
    if article.status == Status.WITHDRAWN:
        return OF_WITHDRAWN.get(action, STEPS[action])
    if action != Action.PUBLISH:
        return STEPS[action]
    if article.replaces is not None:
        return PUT_BACK if article.replaces.status == Status.WITHDRAWN else REPLACE
    if article.published_at is None or article.published_at <= timezone.now():
        return STEPS[action]
    when = date_format(localtime(article.published_at), "l j F Y à H:i")
    return replace(SCHEDULE, done=SCHEDULE.done.format(when))


def steps_for(user: Any, article: Article) -> list[Step]:
    """The pages that this user may go to from the article, in the order of its life; deleting comes apart."""
    return [
        step_for(action, article)
        for action in allowed(user, article)
        if action in STEPS and action != Action.DELETE and not _is_open(action, article)
    ]


def _is_open(action: Action, article: Article) -> bool:
    """Whether there is a next version already: it is gone to, not opened."""
    return action == Action.PREPARE and Article.objects.filter(replaces=article).exists()


def decide(request: HttpRequest, article: Article, action: Action, context: dict[str, Any]) -> HttpResponse:
    """Show the page of an action, or do it; what may not be done leads back to the article, with why."""
    back = HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
    step = step_for(action, article)
    if reason := refusal(request.user, action, article):
        messages.error(request, reason)
        return back
    form = step.form(article, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            outcome = step.do(article, request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, form.done or step.done)
            return _after(action, article, outcome)
    page = {
        **context,
        "title": step.button,
        "subtitle": str(article),
        "article": article,
        "step": step,
        "form": form,
        "difference_at": difference_from_page(article) if action == Action.PUBLISH else "",
        "to_settle": passages_to_settle(article.pk) if action in (Action.SUBMIT, Action.PUBLISH) else "",
        "whereabouts": whereabouts(article) if step.shows_whereabouts else None,
    }
    return TemplateResponse(request, "admin/articles/article/transition.html", page)


def _after(action: Action, article: Article, outcome: Any) -> HttpResponse:
    """Where the work goes on: on the draft of a next version, on the page that it became, on the list."""
    if action == Action.DELETE:
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
    goes_on = article.pk
    if action == Action.PREPARE:
        goes_on = outcome.pk
    elif action == Action.PUBLISH:
        goes_on = article.replaces_id or article.pk
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[goes_on]))
