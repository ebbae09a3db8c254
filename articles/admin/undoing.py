"""What can be undone: back to a version, a deletion taken back.

Each has its own page, which asks; refused, it says why and loses nothing that was typed. Views of
`audit.VersionAdmin`.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from articles import publishing
from articles.models import Version
from articles.rules import Action, Refused, refusal

from .article_form import NOBODY_READS
from .fields import NoteField
from .history import Context, address, article_of, comparison_address
from .transitions import NoteForm

GET_OR_POST = ["GET", "HEAD", "POST"]


class LiveForm(NoteForm):
    """What going back asks where readers see it at once."""

    public_note = NoteField(
        rows=2,
        label="Note publique",
        help_text="Si le fond change : ce qui change, en une phrase. La page la dit, avec « mis à jour le ». "
        "Laissez vide pour un changement mineur.",
    )

    field_order = ["public_note", "note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("public_note") and not self.article.is_readable():
            self.add_error("public_note", NOBODY_READS)  # typed while it was
        return cleaned


@require_http_methods(GET_OR_POST)
@transaction.atomic
def restore(request: HttpRequest, context: Context, pk: int) -> HttpResponse:
    """Ask, then make the article say again what a version says; once more, if it has changed meanwhile."""
    version = get_object_or_404(Version, pk=pk)
    article = article_of(version.article_uuid)
    if article is not None and request.method == "POST":
        publishing.lock(article.pk)
        article = article_of(version.article_uuid)  # as it is now
    if article is None:
        raise Http404
    asks = LiveForm if article.is_readable() or request.POST.get("public_note") else NoteForm
    form = asks(article, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            publishing.restore(article, version, request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"L’article dit de nouveau ce que disait la version {version.number}.")
            return HttpResponseRedirect(address(article.uuid))
    context |= {
        "title": f"Revenir à la version {version.number}",
        "version": version,
        "article": article,
        "uuid": version.article_uuid,
        "form": form,
        "difference_at": comparison_address(version, form.last) if form.last else "",
        "refused": "" if form.non_field_errors() else refusal(request.user, Action.RESTORE, article),
    }
    return TemplateResponse(request, "admin/articles/version/restore.html", context)


@require_http_methods(GET_OR_POST)
def deletions(request: HttpRequest, context: Context) -> HttpResponse:
    """The deletions that can be undone, each with the button that does."""
    if request.method == "POST":
        _undelete(request, request.POST.get("article", ""))
        return HttpResponseRedirect(reverse("admin:articles_version_bin"))
    lasts = timedelta(days=publishing.UNDELETE_DAYS)
    found = [(each, each.created_at + lasts) for each in publishing.deletions().defer("dump", "files")]
    context |= {"title": "Corbeille", "deletions": found, "days": publishing.UNDELETE_DAYS}
    return TemplateResponse(request, "admin/articles/version/bin.html", context)


def _undelete(request: HttpRequest, uuid: str) -> None:
    try:
        article = publishing.undelete(UUID(uuid), request.user)
    except ValueError:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused))
        return
    back: Any = reverse("admin:articles_article_change", args=[article.pk])
    what = "La nouvelle version de " if article.replaces else ""
    said = '{}« <a href="{}">{}</a> » est de nouveau là.'
    messages.success(request, format_html(said, what, back, article.title))
