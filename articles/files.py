"""The one view of every file: an address in, bytes out, or 404 unless a public article uses the file."""

from django.http import Http404, HttpRequest, HttpResponseBase


def file(request: HttpRequest, root: str, path: str) -> HttpResponseBase:
    raise Http404


def rendition(request: HttpRequest, sha256: str, width: int, extension: str) -> HttpResponseBase:
    raise Http404
