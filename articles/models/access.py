"""Which stored file the public may get: one that an item of a public article shows."""

from django.db.models import F, QuerySet

from .articles import Article
from .files import StoredFile
from .items import Attachment, BodyImage, CarouselImage, VideoEmbed


def public_file_at(address: str) -> StoredFile | None:
    """The file that the public gets at this address: that of the latest public article using it."""
    return _latest(
        CarouselImage.objects.filter(address=address),
        Attachment.objects.filter(address=address),
        BodyImage.objects.filter(address=address),
        VideoEmbed.objects.filter(poster_address=address),
    )


def public_file_named(sha256: str) -> StoredFile | None:
    """The file of this content, if a public article uses it."""
    return _latest(
        CarouselImage.objects.filter(file__sha256=sha256),
        Attachment.objects.filter(file__sha256=sha256),
        BodyImage.objects.filter(file__sha256=sha256),
        VideoEmbed.objects.filter(poster__sha256=sha256),
    )


def _latest(*uses: QuerySet) -> StoredFile | None:
    public = Article.objects.public().order_by()
    found = [
        each.filter(article__in=public)
        .exclude(**{_file_field(each): None})
        .order_by()
        .annotate(used_id=F(f"{_file_field(each)}_id"), since=F("article__published_at"))
        .values_list("used_id", "since")
        for each in uses
    ]
    first, *others = found
    latest = first.union(*others).order_by("-since").first()
    return None if latest is None else StoredFile.objects.get(pk=latest[0])


def _file_field(uses: QuerySet) -> str:
    return "poster" if uses.model is VideoEmbed else "file"
