"""An article's page and files as the public would have them, for those who may read it before.

Who may, the caller says. `files_prefix` stands before a public file address to make it the reader's own.
"""

from typing import Any

from csp.decorators import csp_replace
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from .models import Article, StoredFile
from .models.access import own_file_at
from .reading import Reading, read

# A file runs nothing and loads nothing; browsers style the page that they make around an image.
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def is_shown(media_type: str) -> bool:
    """Whether a browser may show a file in place: nothing in an image or a PDF speaks to the site."""
    return media_type.startswith("image/") or media_type == "application/pdf"


def context(article: Article, reading: Reading, files_prefix: str) -> dict[str, Any]:
    """What the public page's template reads."""
    return {
        "article": article,
        "reading": reading,
        "section": article.section,
        "files_prefix": files_prefix,
    }


def page(
    request: HttpRequest, article: Article, template: str, files_prefix: str, **more: Any
) -> HttpResponseBase:
    """The public page of the article as it is stored, in a template that says what it is; it reads `more`."""
    reading = read(article, files_prefix)

    def show(request: HttpRequest) -> HttpResponseBase:
        return render(request, template, context(article, reading, files_prefix) | more)

    players = [f"https://{host}" for host in reading.player_hosts]
    return csp_replace({"frame-src": players})(show)(request) if players else show(request)


def file(article: Article, address: str) -> HttpResponseBase:
    """The file that the article has at a public address; of an image, its largest rendition."""
    stored = own_file_at(article, address)
    if stored is None:
        raise Http404
    if not stored.is_image:
        return send(stored.original_path, stored.media_type, address.rpartition("/")[2])
    largest = stored.largest_rendition
    return send(stored.rendition_path(largest), largest["media_type"])


def rendition(stored: StoredFile | None, width: int, extension: str) -> HttpResponseBase:
    found = stored.rendition(width, extension) if stored else None
    if stored is None or found is None:
        raise Http404
    return send(stored.rendition_path(found), found["media_type"])


def send(path: str, media_type: str, name: str = "") -> HttpResponseBase:
    try:
        opened = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=not is_shown(media_type), filename=name, content_type=media_type
    )
    response["Content-Security-Policy"] = FILE_POLICY
    return response
