"""« Partager »: the links by which people without an account read an article that is not public."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views import View

from articles.models import Article, ShareLink
from articles.versions import name_of

LIFETIMES = {1: "un jour", 7: "une semaine", 30: "un mois"}
"""How long a link may be open, in days, and how forms say it."""

MAX_OPEN = 20
ENDED_SHOWN = 20


def urls(model_admin: Any) -> list[URLPattern]:
    guarded = model_admin.admin_site.admin_view
    share = guarded(ShareView.as_view(model_admin=model_admin))
    revoke = guarded(RevokeView.as_view(model_admin=model_admin))
    return [
        path("<int:pk>/partage/", share, name="articles_article_share"),
        path("<int:pk>/partage/<int:link>/", revoke, name="articles_article_revoke"),
    ]


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(
        label="Durée du lien",
        choices=list(LIFETIMES.items()),
        coerce=int,
        initial=7,
        error_messages={
            "required": "Choisissez la durée du lien.",
            "invalid_choice": "Choisissez une des durées proposées.",
        },
    )

    def __init__(self, article: Article, *args: Any) -> None:
        super().__init__(*args)
        self.article = article

    def clean(self) -> None:
        if self.article.state == "ended":
            raise ValidationError(
                "La publication de cet article a pris fin : un lien ne mènerait à rien. "
                "Changez sa fin de publication, ou préparez une nouvelle version et partagez-la."
            )
        if self.article.share_links.open().count() >= MAX_OPEN:
            raise ValidationError(
                f"Cet article a déjà {MAX_OPEN} liens ouverts : révoquez-en un avant d’en créer un autre."
            )


class ShareView(View):
    """Who may read an article here may let others read it."""

    http_method_names = ["get", "head", "post"]
    model_admin: Any = None

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.model_admin.readable(request, pk)
        return self.page(request, article, ShareForm(article))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.model_admin.readable(request, pk)
        form = ShareForm(article, request.POST)
        if not form.is_valid():
            return self.page(request, article, form)
        days: int = form.cleaned_data["days"]
        ShareLink.objects.create(
            article=article, created_by_id=request.user.pk, expires_at=timezone.now() + timedelta(days=days)
        )
        said = f"Le lien est créé, pour {LIFETIMES[days]} : copiez son adresse."
        self.model_admin.message_user(request, said, messages.SUCCESS)
        return redirect("admin:articles_article_share", pk)

    def page(self, request: HttpRequest, article: Article, form: ShareForm) -> HttpResponse:
        links = article.share_links.select_related("created_by")
        open_links = links.open()
        context = {
            **self.model_admin.admin_site.each_context(request),
            "title": "Partager l’article",
            "subtitle": article.title,
            "opts": self.model_admin.opts,
            "original": article,
            "form": form,
            "open_links": _signed(open_links),
            "ended_links": _signed(links.exclude(pk__in=open_links.values("pk"))[:ENDED_SHOWN]),
        }
        return TemplateResponse(request, "admin/articles/article/share.html", context)


def _signed(links: Iterable[ShareLink]) -> list[tuple[ShareLink, str]]:
    """Links, each with what people call who made it."""
    return [(link, name_of(link.created_by) or "un compte supprimé") for link in links]


class RevokeView(View):
    http_method_names = ["post"]
    model_admin: Any = None

    def post(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        article = self.model_admin.readable(request, pk)
        if article.share_links.open().filter(pk=link).update(revoked_at=timezone.now()):
            said, level = "Le lien est révoqué : il ne mène plus à rien.", messages.SUCCESS
        else:
            said, level = "Ce lien ne menait déjà plus à rien : rien n’a changé.", messages.WARNING
        self.model_admin.message_user(request, said, level)
        return redirect("admin:articles_article_share", pk)
