"""E-mails to the people who write and publish: a text is waiting, has come back, goes out, or does not.

Sent once the change is kept; one that cannot be sent is logged, and undoes nothing.
"""

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse

from .models import Act, Article, Version
from .rules import PUBLISH
from .versions import name_of

logger = logging.getLogger(__name__)

OUT = [Act.PUBLISHED, Act.REPLACED, Act.REINSTATED]
"""By what an article goes out at once; what is scheduled does unless it is called off."""


def ask_review(article: Article, by: Any, note: str) -> None:
    """Tell those who may publish that an article waits for them."""
    people = get_user_model().objects.with_perm(PUBLISH, backend="django.contrib.auth.backends.ModelBackend")
    _send("review", article, by, note, people.filter(is_staff=True).exclude(pk=by.pk))


def give_back(article: Article, by: Any, note: str) -> None:
    """Tell those who wrote an article that it comes back to them."""
    _send("returned", article, by, note, _writers(article, by))


def tell_publication(article: Article, by: Any) -> None:
    """Tell those who wrote an article that it goes out, now or at its time."""
    _send("published", article, by, "", _writers(article, by))


def tell_cancellation(article: Article, by: Any, note: str) -> None:
    """Tell those who wrote an article that it does not go out at its time."""
    _send("unscheduled", article, by, note, _writers(article, by))


def _writers(article: Article, by: Any) -> Iterable[Any]:
    """Who wrote or submitted the article, or the version that has just taken its place, since it went out."""
    history = Version.objects.of(article.uuid)
    called_off = Version.objects.filter(
        article_uuid=OuterRef("article_uuid"), number__gt=OuterRef("number"), act=Act.UNSCHEDULED
    )
    went_out = Q(act__in=OUT) | Q(~Exists(called_off), act=Act.SCHEDULED)
    out = history.filter(went_out).exclude(pk=history.values("pk")[:1])
    written = history.filter(act__in=[Act.SAVED, Act.SUBMITTED, Act.RESTORED], author__is_active=True)
    if last := out.values_list("pk", flat=True).first():
        written = written.filter(pk__gt=last)
    authors = written.exclude(author=by.pk).order_by().values("author")
    return get_user_model().objects.filter(pk__in=authors)


def _send(name: str, article: Article, by: Any, note: str, people: Iterable[Any]) -> None:
    addresses = sorted({person.email for person in people if person.email})
    if not addresses:
        return
    # The key of a draft ends with it, or with a deletion that is undone: its uuid leads on.
    form = reverse("admin:articles_article_change", args=[article.pk], query={"of": article.uuid})
    context = {
        "article": article,
        "title": " ".join(article.title.split()),  # the subject is one line
        "by": name_of(by),
        "note": note,
        "site_name": settings.SITE_NAME,
        "form_url": settings.SITE_URL + form,
        "page_url": settings.SITE_URL + article.get_absolute_url(),
    }
    subject, _newline, body = render_to_string(f"admin/articles/mail/{name}.txt", context).partition("\n")
    message = EmailMessage(subject, body.lstrip("\n"), bcc=addresses)
    transaction.on_commit(lambda: _deliver(message))


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except (SMTPException, OSError, ValueError):  # no server, or what no header may say
        logger.exception("E-mail not sent: %s", message.subject)
