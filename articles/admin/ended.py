"""What somebody sent about an article once their session had ended: shown again to be copied.

Django's admin would lead to its login page, and what was typed would be gone.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from .articles import ArticleAdmin
from .lost import typed

ASKED_BY_SCRIPTS = frozenset({"articles_article_upload", "articles_article_typed"})
"""The pages that answer the editor's script, which has words of its own for it."""


def give_back_texts(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A middleware that gives texts back where their sender would be asked to log in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        leads_to = response.get("Location", "").partition("?")[0]
        if request.method != "POST" or leads_to != reverse("admin:login"):
            return response
        texts = list(typed(request.POST, ArticleAdmin.labels_of_texts()))
        if not texts or getattr(request.resolver_match, "url_name", "") in ASKED_BY_SCRIPTS:
            return response
        context = {
            **admin.site.each_context(request),
            "title": "Votre texte n’est pas enregistré",
            "login": response["Location"],
            "typed": texts,
        }
        return render(request, "admin/articles/article/ended.html", context, status=HTTPStatus.FORBIDDEN)

    return middleware
