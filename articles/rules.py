"""Who may do what with an article, by its state; and, where somebody may not, why and who may.

Must not do any of it (see `publishing`), nor know how it is asked for.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from .models import Act, Article, ArticleQuerySet, Version
from .roles import PUBLISHERS, WRITERS


class Refused(Exception):  # noqa: N818  # what people are told, no fault of the program
    """What somebody may not do, or not now: a French sentence saying what is missing, and who may."""


class Action(StrEnum):
    EDIT = "edit"
    RESTORE = "restore"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    UNSCHEDULE = "unschedule"
    PREPARE = "prepare"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    DELETE = "delete"


WRITE, DELETE, PUBLISH = "articles.change_article", "articles.delete_article", "articles.publish_article"
GROUP_OF = {WRITE: WRITERS, DELETE: WRITERS, PUBLISH: PUBLISHERS}

HIDDEN = frozenset({"draft", "in_review"})
SHOWN = frozenset({"scheduled", "published", "ended", "withdrawn"})

RULES: Mapping[Action, Mapping[str, frozenset[str]]] = {
    Action.EDIT: {WRITE: HIDDEN, PUBLISH: SHOWN},
    Action.RESTORE: {WRITE: HIDDEN, PUBLISH: SHOWN},
    Action.SUBMIT: {WRITE: frozenset({"draft"})},
    Action.SEND_BACK: {PUBLISH: frozenset({"in_review"})},
    Action.PUBLISH: {PUBLISH: HIDDEN},
    Action.UNSCHEDULE: {PUBLISH: frozenset({"scheduled"})},
    Action.PREPARE: {WRITE: frozenset({"published", "ended", "withdrawn"})},
    Action.WITHDRAW: {PUBLISH: frozenset({"published", "ended", "withdrawn"})},
    Action.REINSTATE: {PUBLISH: frozenset({"withdrawn"})},
    Action.DELETE: {DELETE: HIDDEN, PUBLISH: frozenset({"withdrawn"})},
}
"""The states in which each action may be done, by the permission that it takes there."""

WHAT = {
    Action.EDIT: "le modifier",
    Action.RESTORE: "revenir à une version",
    Action.SUBMIT: "mettre en relecture",
    Action.SEND_BACK: "renvoyer à la rédaction",
    Action.PUBLISH: "publier",
    Action.UNSCHEDULE: "annuler la programmation",
    Action.PREPARE: "préparer une nouvelle version",
    Action.WITHDRAW: "retirer ou modifier le retrait",
    Action.REINSTATE: "remettre en ligne",
    Action.DELETE: "supprimer",
}
STATE_NAMES = {
    "draft": "en brouillon",
    "in_review": "en relecture",
    "scheduled": "programmé",
    "published": "publié",
    "ended": "terminé",
    "withdrawn": "retiré",
}

WORK = frozenset({Act.SAVED, Act.RESTORED})
"""What counts as writing: a second person looks at it."""


def may(user: Any, action: Action, article: Article) -> bool:
    permission = _needed(action, article)
    if permission is None or not user.has_perm(permission):
        return False
    return not (settings.SECOND_PERSON and _second_person(user, action, article))


def _needed(action: Action, article: Article) -> str | None:
    """The permission that an action takes in the article's state; None where nobody may."""
    state = article.state
    return next((permission for permission, states in RULES[action].items() if state in states), None)


def allowed(user: Any, article: Article) -> list[Action]:
    """What this user may do with the article now, in the order of an article's life."""
    return [action for action in Action if may(user, action, article)]


def editable(user: Any, articles: ArticleQuerySet) -> ArticleQuerySet:
    """Those of the articles that this user may edit; `may` for many."""
    states = {
        state
        for permission, known in RULES[Action.EDIT].items()
        if user.has_perm(permission)
        for state in known
    }
    if settings.SECOND_PERSON:
        states -= SHOWN
    # What is scheduled or has ended is stored as published.
    return articles if states == HIDDEN | SHOWN else articles.filter(status__in=states)


def require(user: Any, action: Action, article: Article) -> None:
    """Raise Refused unless this user may do this with the article now."""
    if reason := refusal(user, action, article):
        raise Refused(reason)


def refusal(user: Any, action: Action, article: Article) -> str:
    """Why this user may not do this with the article now; empty where they may."""
    permission, state = _needed(action, article), article.state
    if permission is None:
        states = frozenset().union(*RULES[action].values())
        names = " ou ".join(STATE_NAMES[each] for each in STATE_NAMES if each in states)
        return (
            f"« {article} » est {STATE_NAMES[state]} : pour {WHAT[action]}, il doit être {names}."
            f"{_latest(article)}"
        )
    if not user.has_perm(permission):
        return f"L’article est {STATE_NAMES[state]}. {lacking(WHAT[action], GROUP_OF[permission])}"
    if settings.SECOND_PERSON:
        return _second_person(user, action, article)
    return ""


def lacking(what: str, group: str) -> str:
    """What is said to somebody who lacks the right to do this: who has it."""
    return (
        f"Pour {what}, il faut un droit que vous n’avez pas : "
        f"demandez à une personne du groupe « {group} » de le faire."
    )


def _second_person(user: Any, action: Action, article: Article) -> str:
    """Where two people are wanted: nothing goes public that one alone has written and looked at."""
    if action in (Action.PUBLISH, Action.REINSTATE) and _last_writer(article) == user.pk:
        return (
            "Vous avez fait la dernière modification de cet article : une deuxième personne du groupe "
            f"« {PUBLISHERS} » doit le relire et le publier."
        )
    if action in (Action.EDIT, Action.RESTORE) and article.state in SHOWN:
        return (
            "Ce site veut deux personnes pour chaque publication : préparez une nouvelle version, qu’une "
            f"deuxième personne du groupe « {PUBLISHERS} » publiera."
        )
    return ""


def _last_writer(article: Article) -> int | None:
    """Who wrote the article last; of a next version in which nobody wrote, who wrote its page."""
    written = Version.objects.filter(article_uuid=article.uuid, act__in=WORK).order_by("-number").first()
    if written is None and article.replaces is not None:
        return _last_writer(article.replaces)
    return written.author_id if written is not None else None


def _latest(article: Article) -> str:
    """Who did what last: whoever comes second is told."""
    last = Version.objects.last_of(article.uuid)
    if last is None:
        return ""
    when = date_format(localtime(last.created_at), "j F Y à H:i")
    by = f" par {last.author_name}" if last.author_name else ""
    return f" Dernière action : {last.deed}{by}, le {when}."
