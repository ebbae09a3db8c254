"""What an address that no page has leads to: where its page is now, or a file that was always there."""

import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.encoding import iri_to_uri

from . import files
from .models import moved_to
from .models.items import is_address

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def elsewhere(get_response: GetResponse) -> GetResponse:
    """A middleware before all that answers by address: old addresses lead on in one step, never in two.

    A slash that Django would add first is a step too: an old address is looked up with or without it.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_lost = response.status_code == HTTPStatus.NOT_FOUND
        is_safe = request.method in ("GET", "HEAD") and is_address(request.path)
        if not is_safe or not (is_lost or _lacks_slash_only(request, response)):
            return response
        # As `page_address` reads them: escapes are what a browser sent, not part of the name.
        target = moved_to(quote(request.path))
        if target is not None:
            return _moved(target, request)
        try:
            return files.file_at(request, unicodedata.normalize("NFC", request.path))
        except Http404:
            return response

    return middleware


def _lacks_slash_only(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether Django sends on to the address with a slash, where only an article could be."""
    if response.status_code != HTTPStatus.MOVED_PERMANENTLY or request.path.endswith("/"):
        return False
    return resolve(f"{request.path}/").url_name in ("article", "page", "section")


def _moved(target: str, request: HttpRequest) -> HttpResponseBase:
    """The query goes along, unless where it leads says another."""
    query = request.META.get("QUERY_STRING", "")
    if query and "?" not in target and "#" not in target:
        target = f"{target}?{query}"
    response = HttpResponsePermanentRedirect(iri_to_uri(target))
    response["Cache-Control"] = "public, max-age=300"
    return response
