"""What an address that no page has leads to: where its page is now, or a file; or it says that it is gone.

A page has one address. Written otherwise (slashes, case, form of accents, `index.html`), or once known by
another, it leads there in one step, and only if the public may read what is there.
"""

import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote, unquote, urlencode

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.encoding import iri_to_uri

from . import files
from .addresses import local_address, page_address
from .caching import keep_until, next_minute
from .filters import params_of_old
from .models import moved_to
from .models.access import is_gone
from .models.items import is_address

GetResponse = Callable[[HttpRequest], HttpResponseBase]

KNOWN_BY_ROWS = frozenset({"article", "page", "section", "file", "rendition"})
"""The patterns that match nearly any address: rows tell where their pages are."""

ONLY_BY_LINK = "/partage/"
"""Below it an address leads where its token says, written as it is, or nowhere."""


def elsewhere(get_response: GetResponse) -> GetResponse:
    """A middleware before all that answers by address: what is lost leads on in one step, never in two."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        end = next_minute()
        response = get_response(request)
        is_closed = request.path.startswith((ONLY_BY_LINK, reverse("admin:index")))
        if response.status_code != HTTPStatus.NOT_FOUND or is_closed or request.method not in ("GET", "HEAD"):
            return response
        if is_address(request.path):
            response = _answer(request) or response
        # A cache would decide by itself how long nothing is here (RFC 9110, 15.1).
        keep_until(end, response)
        return response

    return middleware


def _answer(request: HttpRequest) -> HttpResponseBase | None:
    # Escapes are what a browser sent, not part of the name.
    path = quote(request.path)
    if path.startswith("//"):
        # « //host/ » is no other host here; written as browsers write it (WHATWG URL, serializing).
        path = "/." + path
    target = moved_to(path) or _page_at(path, request)
    if target is not None:
        return _moved(target, request)
    found = _file_at(path, request)
    if found is None and is_gone(path):
        return render(request, "410.html", status=HTTPStatus.GONE)
    return found


def _page_at(path: str, request: HttpRequest) -> str | None:
    """The address of the page that is meant, where a view of its own says whether it is there."""
    page = page_address(path) or "/"
    above, _slash, name = page.rstrip("/").rpartition("/")
    for address in (page.lower(), page.rstrip("/").lower()):
        if _answers(address, request):
            return address
    # A feed or a calendar lies below a page, and moves with it.
    if _view_of(f"{above}/{name.lower()}") is not None:
        address = unquote(moved_to(quote(f"{above}/")) or f"{above}/") + name.lower()
        return address if _answers(address, request) else None
    return None


def _answers(address: str, request: HttpRequest) -> bool:
    view = _view_of(address)
    if view is None or address == request.path:
        return False
    try:
        response: HttpResponseBase = view.func(request, *view.args, **view.kwargs)
    except Http404:
        return False
    return response.status_code < HTTPStatus.BAD_REQUEST


def _view_of(address: str) -> ResolverMatch | None:
    """The public view of an address, unless it is one of those that rows know (see `moved_to`)."""
    try:
        match = resolve(address, "articles.urls")
    except Resolver404:
        return None
    return None if match.url_name in KNOWN_BY_ROWS else match


def _file_at(path: str, request: HttpRequest) -> HttpResponseBase | None:
    address = local_address(path)
    try:
        found = files.file_at(request, address)
    except Http404:
        return None
    is_written_so = address == unicodedata.normalize("NFC", request.path)
    return found if is_written_so else _moved(quote(address), request)


def _moved(target: str, request: HttpRequest) -> HttpResponseBase:
    """The query goes along, unless where it leads says another; that of an old list as lists have it now."""
    query = request.META.get("QUERY_STRING", "")
    if "tags" in request.GET:
        query = urlencode(params_of_old(request.GET))
    if query and "?" not in target and "#" not in target:
        target = f"{target}?{query}"
    return HttpResponsePermanentRedirect(iri_to_uri(target))
