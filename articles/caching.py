"""A public page as caches keep it: only read, shared to the full minute, compressed, not sent twice.

A response comes in, the same one with its headers goes out, or « not modified ». Must not know which page.

Whatever a cache keeps ends with the minute in which it was asked for. So what is planned for a full minute, a
publication or an end, shows everywhere at its second, and the header says nothing of what is planned: an
age that ended with the next event would tell that something comes. A browser keeps files so, and asks again
for pages, which are short when they are the same.

Pages have an ETag and no Last-Modified: a page shows more than its article (menu, related articles, lists,
settings), and what is withdrawn leaves no date behind; only its content tells whether it is the same.
Files, which never change, have both (see `files`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
    set_response_etag,
)
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]


class _Compression(GZipMiddleware):
    """Of the same length each time, so that HEAD tells the length of GET.

    Django adds some bytes at random against guesses of secrets (BREACH): a public page holds none.
    """

    max_random_bytes = 0


_compressed = decorator_from_middleware(_Compression)


def read_only(view: View) -> View:
    """An address that is read and nothing else: any other method is 405, forged forms (CSRF) included.

    Django adds no slash to what is written otherwise: `elsewhere` leads to the one address of what is there.
    """
    return csrf_exempt(no_append_slash(require_safe(view)))


def next_minute() -> datetime:
    """When the current minute ends: to be asked before anything is read, which may be stale after it."""
    return timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)


def keep_until(end: datetime, response: HttpResponseBase, *, in_browsers: bool = False) -> None:
    """Let caches keep the response until then, in whole seconds, and no longer (RFC 9111, 5.2.2).

    Those that many share; browsers, if said, else they ask each time: whoever changes a page sees it changed.
    """
    left = max(0, int((end - timezone.now()).total_seconds()))
    ages = {"max_age": left} if in_browsers else {"max_age": 0, "s_maxage": left}
    patch_cache_control(response, public=True, **ages)


def file_to_the_minute(view: View) -> View:
    @wraps(view)
    def file(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        end = next_minute()
        response = view(request, *args, **kwargs)
        keep_until(end, response, in_browsers=True)
        return response

    return file


def public_page(view: View) -> View:
    @read_only
    @_compressed
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        end = next_minute()
        response = cast(HttpResponse, view(request, *args, **kwargs))
        keep_until(end, response)
        # Said of the short ones too, and of what is not sent again (RFC 9110, 15.4.5).
        patch_vary_headers(response, ["Accept-Encoding"])
        return _known_again(request, response)

    return page


def _known_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or that it has not changed; Django's own middleware leaves HEAD out.

    The ETag is weak: it is that of the content, compressed or not (RFC 9110, 8.8.1).
    """
    set_response_etag(response)
    if "ETag" not in response:
        return response
    response["ETag"] = f"W/{response['ETag']}"
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    assert answer is not None
    if answer.status_code == HTTPStatus.NOT_MODIFIED:
        # Caches update what they hold by these headers (RFC 9111, 3.2): the page's players stay allowed.
        answer._csp_replace = getattr(response, "_csp_replace", None)  # type: ignore[attr-defined]  # django-csp's
    return answer
