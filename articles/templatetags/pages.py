"""What the first page of the editors' tool says of the pages that the law asks for."""

from django import template

from articles import first_pages
from articles.models import Article

register = template.Library()


@register.simple_tag
def unfinished_pages() -> list[Article]:
    return list(first_pages.unfinished())


@register.simple_tag
def missing_pages() -> list[str]:
    return first_pages.missing()
