"""The public page of an article that may not be public, for editors alone, with its files."""

from typing import Any

from csp.decorators import csp_replace
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Attachment, BodyImage, CarouselImage, StoredFile
from articles.reading import Reading, read

# A file runs nothing and loads nothing; browsers style the page that they make around an image.
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def files_prefix(article: Article) -> str:
    """What stands before a public file address to make it the editors' own: guarded, for any state."""
    page: str = reverse("admin:articles_article_preview", args=[article.pk])
    return page.removesuffix("apercu/") + "fichiers"


def context(article: Article, reading: Reading) -> dict[str, Any]:
    """What the public page's template reads; it says when an article was published, a draft says today."""
    article.published_at = article.published_at or timezone.now()
    return {
        "article": article,
        "reading": reading,
        "section": article.section,
        "files_prefix": files_prefix(article),
    }


def page(request: HttpRequest, article: Article) -> HttpResponseBase:
    """The public page of the article as it is stored, under a banner that says its state."""
    reading = read(article, f"{files_prefix(article)}/images/")

    def show(request: HttpRequest) -> HttpResponseBase:
        return render(request, "admin/articles/article/preview.html", context(article, reading))

    players = [f"https://{host}" for host in reading.player_hosts]
    return csp_replace({"frame-src": players})(show)(request) if players else show(request)


def rendition(sha256: str, width: int, extension: str) -> HttpResponseBase:
    stored = StoredFile.objects.filter(sha256=sha256).first()
    found = stored.rendition(width, extension) if stored else None
    if stored is None or found is None:
        raise Http404
    return send(stored.rendition_path(found), found["media_type"])


def file(article: Article, address: str) -> HttpResponseBase:
    """The file that the article has at a public address; of an image, its largest rendition."""
    uses = (
        Attachment.objects.filter(article=article, address=address),
        CarouselImage.objects.filter(article=article, address=address),
        BodyImage.objects.filter(article=article, address=address),
    )
    found = next((use for each in uses for use in each.exclude(file=None).select_related("file")), None)
    if found is None or found.file is None:
        raise Http404
    stored = found.file
    if not stored.is_image:
        return send(stored.original_path, stored.media_type, address.rpartition("/")[2])
    largest = stored.largest_rendition
    return send(stored.rendition_path(largest), largest["media_type"])


def send(path: str, media_type: str, name: str = "") -> HttpResponseBase:
    try:
        opened = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    is_shown = media_type.startswith("image/") or media_type == "application/pdf"
    response = FileResponse(opened, as_attachment=not is_shown, filename=name, content_type=media_type)
    response["Content-Security-Policy"] = FILE_POLICY
    return response
