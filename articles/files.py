"""Every file of the site: an address in, bytes out, or 404 unless an article with a page uses the file.

The public gets documents as they are and images as renditions; originals of images stay private.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from .caching import file_to_the_minute, read_only
from .models import StoredFile
from .models.access import public_file_at, public_file_named
from .previews import FILE_POLICY, is_shown

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)

logger = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent: where it is stored, and what the headers say of it."""

    path: str
    media_type: str
    etag: str
    modified_at: datetime
    file_name: str = ""


@read_only
def file(request: HttpRequest, root: str, path: str) -> HttpResponseBase:
    return file_at(request, f"/{root}/{path}")


@file_to_the_minute
def file_at(request: HttpRequest, address: str) -> HttpResponseBase:
    """The file that an article with a page shows at this address; of an image, its largest rendition."""
    stored = public_file_at(address)
    if stored is None:
        raise Http404
    file_name = address.rpartition("/")[2]
    if stored.is_image:
        return send(request, rendition_of(stored, stored.largest_rendition, file_name))
    return send(
        request,
        Content(stored.original_path, stored.media_type, f'"{stored.sha256}"', stored.created_at, file_name),
    )


@read_only
@file_to_the_minute
def rendition(request: HttpRequest, sha256: str, width: int, extension: str) -> HttpResponseBase:
    stored = public_file_named(sha256)
    found = stored.rendition(width, extension) if stored else None
    if stored is None or found is None:
        raise Http404
    return send(request, rendition_of(stored, found))


def rendition_of(stored: StoredFile, made: dict[str, Any], file_name: str = "") -> Content:
    etag = '"{0}-{width}.{extension}"'.format(stored.sha256, **made)
    return Content(stored.rendition_path(made), made["media_type"], etag, stored.created_at, file_name)


def send(request: HttpRequest, content: Content) -> HttpResponseBase:
    """The content, the part of it that is asked for, or that it has not changed (RFC 9110)."""
    try:
        size = default_storage.size(content.path)
    except FileNotFoundError as error:
        logger.error("Le fichier %s manque dans MEDIA_ROOT : %s répond 404.", content.path, request.path)
        raise Http404 from error
    whole = with_headers(HttpResponse(), content)
    if settings.FILES_ACCEL_PREFIX:
        whole["X-Accel-Redirect"] = settings.FILES_ACCEL_PREFIX + quote(content.path)
        return whole
    modified = int(content.modified_at.timestamp())
    answer = get_conditional_response(request, content.etag, modified, whole)
    if answer is not None and answer.status_code != HTTPStatus.OK:
        # Caches update what they hold by the headers of a 304 (RFC 9111, 3.2): not by the pages' policy.
        answer["Content-Security-Policy"] = FILE_POLICY
        return answer
    part = wanted_range(request, content, size)
    if part is None:
        return streamed(content, range(size))
    if not part:
        response = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response["Content-Range"] = f"bytes */{size}"
        return response
    partial = streamed(content, part, HTTPStatus.PARTIAL_CONTENT)
    partial["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return partial


def streamed(content: Content, part: range, status: int = HTTPStatus.OK) -> StreamingHttpResponse:
    response = with_headers(StreamingHttpResponse(read(content.path, part), status=status), content)
    response["Content-Length"] = str(len(part))
    return response


def with_headers(response: AnyResponse, content: Content) -> AnyResponse:
    response["Content-Type"] = content.media_type
    response["ETag"] = content.etag
    response["Last-Modified"] = http_date(content.modified_at.timestamp())
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    disposition = content_disposition_header(not is_shown(content.media_type), content.file_name)
    if disposition is not None:
        response["Content-Disposition"] = disposition
    return response


_RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{0,18})|-(?P<length>\d{1,18}))", re.ASCII)


def wanted_range(request: HttpRequest, content: Content, size: int) -> range | None:
    """The bytes asked for, none of them where the content ends before; `None` stands for all.

    Several ranges, and what cannot be read, count as not asked (RFC 9110, 14.2); so does a range of
    a content that has changed since (13.1.5).
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    known = request.headers.get("If-Range")
    is_same = known in (None, content.etag, http_date(content.modified_at.timestamp()))
    if request.method != "GET" or asked is None or not is_same:
        return None
    if asked["length"]:
        return range(max(0, size - int(asked["length"])), size)
    first, last = int(asked["first"]), int(asked["last"] or size)
    return None if last < first and asked["last"] else range(first, min(last + 1, size))


def read(path: str, part: range) -> Iterator[bytes]:
    with default_storage.open(path) as opened:
        opened.seek(part.start)
        left = len(part)
        while left and (chunk := opened.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
