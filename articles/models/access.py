"""Which stored file a reader may get: one that an item of an article they may read shows."""

from django.db.models import Case, F, QuerySet, When

from .articles import Article, ArticleQuerySet, Status
from .files import StoredFile
from .items import Attachment, BodyImage, CarouselImage, VideoEmbed


def public_file_at(address: str) -> StoredFile | None:
    """The file that the public gets at this address: that of the latest article using it.

    What is withdrawn under a notice keeps its files, but never gives them in place of what is published.
    """
    return _latest(_readable(), _uses_at(address))


def public_file_named(sha256: str) -> StoredFile | None:
    """The file of this content, if an article with a page uses it."""
    return _latest(_readable(), _uses_of(sha256))


def own_file_at(article: Article, address: str) -> StoredFile | None:
    """The file that the article itself has at this address, in whatever state it is."""
    return _latest(Article.objects.filter(pk=article.pk), _uses_at(address))


def own_file_named(article: Article, sha256: str) -> StoredFile | None:
    """The file of this content, if the article itself uses it, in whatever state it is."""
    return _latest(Article.objects.filter(pk=article.pk), _uses_of(sha256))


def _readable() -> ArticleQuerySet:
    return Article.objects.readable().order_by()


def _uses_at(address: str) -> list[QuerySet]:
    return [
        CarouselImage.objects.filter(address=address),
        Attachment.objects.filter(address=address),
        BodyImage.objects.filter(address=address),
        VideoEmbed.objects.filter(poster_address=address),
    ]


def _uses_of(sha256: str) -> list[QuerySet]:
    return [
        CarouselImage.objects.filter(file__sha256=sha256),
        Attachment.objects.filter(file__sha256=sha256),
        BodyImage.objects.filter(file__sha256=sha256),
        VideoEmbed.objects.filter(poster__sha256=sha256),
    ]


def _latest(articles: ArticleQuerySet, uses: list[QuerySet]) -> StoredFile | None:
    is_published = Case(When(article__status=Status.PUBLISHED, then=1), default=0)
    found = [
        each.filter(article__in=articles)
        .exclude(**{_file_field(each): None})
        .order_by()
        .annotate(
            used_id=F(f"{_file_field(each)}_id"), is_published=is_published, since=F("article__published_at")
        )
        .values_list("used_id", "is_published", "since")
        for each in uses
    ]
    first, *others = found
    latest = first.union(*others).order_by("-is_published", "-since").first()
    return None if latest is None else StoredFile.objects.get(pk=latest[0])


def _file_field(uses: QuerySet) -> str:
    return "poster" if uses.model is VideoEmbed else "file"
