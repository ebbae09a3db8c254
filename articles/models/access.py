"""Which stored file a reader may get (one of an article that they may read), and what the public once had."""

import re

from django.db.models import Case, F, QuerySet, When

from articles.addresses import local_address, page_address

from .addresses import GoneAddress
from .articles import Article, ArticleQuerySet, Status, public_tags
from .files import StoredFile
from .items import Attachment, BodyImage, CarouselImage, VideoEmbed
from .tags import TAG_PREFIX

_RENDITION = re.compile(r"(?P<folder>/images/(?P<sha256>[0-9a-f]{64})/)[^/]+", re.ASCII)
_BELOW_PAGE = re.compile(r"(?<=/)(?:evenement\.ics|flux\.(?:atom|ics|json|rss))/\Z", re.ASCII)
"""What the calendar of an event, or a feed or calendar of a list, has behind the address of its page."""

_SHOWN_BY = (
    ("carousel_images", "address", "file"),
    ("attachments", "address", "file"),
    ("body_images", "address", "file"),
    ("video_embeds", "poster_address", "poster"),
)
"""What shows a file in an article: its relation, and the fields that hold address and file."""


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


def is_gone(address: str) -> bool:
    """Whether the public once had a page, a keyword's list or a file at this path, which nothing answers now.

    What was never public (a draft, what is scheduled) does not count, nor does it hide what was.
    """
    page, file = _BELOW_PAGE.sub("", page_address(address)), local_address(address)
    rendition = _RENDITION.fullmatch(file)
    addresses = [page, file, rendition["folder"]] if rendition else [page, file]
    known = GoneAddress.objects.filter(address__in=addresses).values("pk")
    # Each by a join from what is asked for, which has an index: few articles are read, if any.
    former = Article.objects.formerly_public().order_by()
    past = former.values("pk")
    prefix, _slash, slug = page.strip("/").rpartition("/")
    if prefix == TAG_PREFIX and public_tags().filter(slug=slug).exists():
        return False  # the list is there: it has not what was asked of it
    had_page = (
        past.filter(**{f"section__{name}": prefix}, slug=slug, replaces=None)
        for name in ("prefix", "former_prefixes__prefix", "collection")
    )
    had_list = [former.been_listed().filter(tags__slug=slug).values("pk")] if prefix == TAG_PREFIX else []
    had_file = (
        past.filter(**{f"{items}__{held}__sha256": rendition["sha256"]})
        if rendition
        else past.filter(**{f"{items}__{at}": file, f"{items}__{held}__isnull": False})
        for items, at, held in _SHOWN_BY
    )
    return known.union(*had_page, past.filter(old_addresses__address=page), *had_list, *had_file).exists()
