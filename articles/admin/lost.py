"""What somebody sent for an article that is no more: shown again to be copied, with what has become of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from articles import publishing
from articles.models import Article, Version

from .history import article_of

OF = "of"
"""What says which article a form, or a link to it, is of, for when its key leads nowhere."""

_ROW = re.compile(r"(?P<rows>\w+)-(?P<number>\d{1,4})-(?P<name>\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as it was sent, under the name that its field has in the form."""

    label: str
    text: str

    @property
    def rows(self) -> int:
        """The lines that it takes, up to a screen's."""
        return min(20, sum(1 + len(line) // 90 for line in self.text.splitlines()))


def labels_of(form: Any, prefix: str = "", kind: str = "") -> dict[str, str]:
    """The labels of the fields in which people write, by their names, of a class of forms."""
    fields = form.base_fields.items()
    texts = {name: field for name, field in fields if isinstance(field, forms.CharField)}
    return {f"{prefix}{name}": f"{kind}{field.label}" for name, field in texts.items()}


def typed(sent: QueryDict, labels: Mapping[str, str]) -> Iterator[Typed]:
    """The texts that were sent, by the labels of their fields; `{}` in the label of a row is its number.

    A field of a row has the name of the rows and its own, as in `attachments-title`.
    """
    for key, text in sent.items():
        row = _ROW.fullmatch(key)
        label = labels.get(f"{row['rows']}-{row['name']}" if row else key)
        if label is not None and str(text).strip():
            yield Typed(label.format(int(row["number"]) + 1) if row else label, str(text))


def page(request: HttpRequest, labels: Mapping[str, str], context: dict[str, Any]) -> HttpResponse:
    """Only for those who may read articles: what was sent tells which one."""
    last = _last_of(request.POST.get(OF, ""))
    fate, goes_on = _fate(last) if last is not None else ("Cet article n’existe pas, ou n’existe plus.", None)
    context |= {
        "title": "Votre texte n’est pas enregistré",
        "fate": fate,
        "goes_on": goes_on,
        "typed": list(typed(request.POST, labels)),
    }
    status = HTTPStatus.NOT_FOUND if last is None else HTTPStatus.GONE
    return TemplateResponse(request, "admin/articles/article/lost.html", context, status=status)


def lead_on(request: HttpRequest) -> HttpResponse | None:
    """To where the article of an old link is now, or what took its place, or the bin; None for no article."""
    last = _last_of(request.GET.get(OF, ""))
    if last is None:
        return None
    fate, goes_on = _fate(last)
    messages.warning(request, fate)
    if goes_on is None:
        return redirect("admin:articles_version_bin")
    return redirect("admin:articles_article_change", goes_on.pk)


def _last_of(uuid: str) -> Version | None:
    try:
        return Version.objects.last_of(UUID(uuid))
    except ValueError:
        return None


def _fate(last: Version) -> tuple[str, Article | None]:
    """What has become of an article, by its last version, and the article where its text may go on."""
    back = article_of(last.article_uuid)
    if back is not None:
        return f"« {back} » a été supprimé, puis est revenu de la corbeille.", back
    page = article_of(last.beside_uuid) if last.beside_uuid is not None else None
    return publishing.fate(last.article_uuid, last.title), page
