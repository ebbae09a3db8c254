"""The pages that the law asks for: their first texts become articles once, then editors complete them.

The texts are the posts beside this file; `[à compléter : …]` names what only the organisation knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import jekyll, versions
from articles.applying import apply
from articles.models import Act, Article, ArticleQuerySet, Kind, OldAddress, Section

POSTS = {path.stem: path for path in sorted(Path(__file__).parent.glob("*.md"))}
"""The post of each page, by the end of its address."""

BLANK = r"\[[àÀ] compléter"
"""How a blank begins, as a regular expression that both databases read."""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """A page that was asked for: its address, and whether it was made now."""

    address: str
    is_new: bool


def create() -> Iterator[FirstPage]:
    """Publish the pages whose address is free; what is there, or has moved from there, is not touched.

    Raises Section.DoesNotExist where no section holds pages at the root.
    """
    root = Section.objects.get(kind=Kind.PAGE, prefix="")
    for slug, path in POSTS.items():
        with transaction.atomic():
            article = Article(section=root, slug=slug)
            is_free = not (
                article.is_hidden_by_the_site()
                or article.siblings().filter(slug=slug).exists()
                or OldAddress.objects.filter(address=root.address_of(slug)).exists()
            )
            if is_free:
                post = jekyll.parse(path.read_bytes(), path.name).post
                apply(replace(post, status="published", published_at=timezone.now()), article)
                versions.record(article, None, Act.PUBLISHED)
        yield FirstPage(root.address_of(slug), is_free)


def missing() -> list[str]:
    """The addresses of the pages that the public does not find."""
    here = Article.objects.public().filter(section__prefix="", slug__in=POSTS)
    found = set(here.values_list("slug", flat=True))
    return [f"/{slug}/" for slug in POSTS if slug not in found]


def unfinished() -> ArticleQuerySet:
    """Pages of the site that readers see with blanks."""
    with_blanks = Q(body__regex=BLANK) | Q(chapeau__regex=BLANK) | Q(title__regex=BLANK)
    return Article.objects.public().filter(with_blanks, section__kind=Kind.PAGE).order_by("title")
