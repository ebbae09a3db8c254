"""Articles that are not public, for whoever has a link to one: a token in, its page or its files out.

Nobody keeps what is answered, and a token made up is answered as one that has ended. As on public pages,
nothing touches the visitor.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from . import previews
from .caching import View, read_only
from .models import ShareLink
from .models.access import own_file_named

HEADERS = {
    "Cache-Control": "private, no-store",
    # The address is the key: where the text leads to, nobody learns it (W3C, Referrer Policy).
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def by_link(view: Callable[..., HttpResponseBase]) -> View:
    """A view of the article that an open link leads to; without one, the page that says so."""

    @read_only
    def opened(request: HttpRequest, token: str, **rest: Any) -> HttpResponseBase:
        link = ShareLink.objects.select_related("article__section").of_token(token)
        try:
            # What has ended is as little to be read as what was withdrawn; a link shows what is to come.
            if link is None or link.article.state == "ended":
                raise Http404
            return view(request, link, **rest)
        except Http404:
            return render(request, "articles/shared_gone.html", status=HTTPStatus.NOT_FOUND)

    @wraps(opened)
    def kept_by_nobody(request: HttpRequest, **rest: Any) -> HttpResponseBase:
        response = opened(request, **rest)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return kept_by_nobody


@by_link
def page(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    """The article under a banner, and one visit more; once the public may read it, its public page."""
    if link.article.is_readable():
        return redirect(link.article)
    if request.method == "GET":
        link.count_visit()
    files_prefix = f"{link.get_absolute_url()}fichiers"
    return previews.page(request, link.article, "articles/shared.html", files_prefix, link=link)


@by_link
def file(request: HttpRequest, link: ShareLink, address: str) -> HttpResponseBase:
    return previews.file(link.article, f"/{address}")


@by_link
def rendition(
    request: HttpRequest, link: ShareLink, sha256: str, width: int, extension: str
) -> HttpResponseBase:
    return previews.rendition(own_file_named(link.article, sha256), width, extension)
