"""What search engines and messages show of a page: its data, its image, its language."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from articles import outside, structured
from articles.models import Article, CarouselImage, Kind, Section, StoredFile
from articles.rendering import data_block

register = template.Library()
register.simple_tag(structured.description)
register.filter(outside.absolute)
register.filter(outside.moment)

LOCALES = {
    "fr": "fr_FR",
    "en": "en_GB",
    "de": "de_DE",
    "es": "es_ES",
    "it": "it_IT",
    "pt": "pt_PT",
    "nl": "nl_NL",
    "pl": "pl_PL",
    "ro": "ro_RO",
    "uk": "uk_UA",
    "ar": "ar_AR",
    "zh-hans": "zh_CN",
    "br": "br_FR",
    "ca": "ca_ES",
    "eu": "eu_ES",
}
"""Languages as Open Graph writes them, with a territory."""


@register.filter
def locale(language: str) -> str:
    """The site's own for a page that has no language of its own."""
    return LOCALES.get(language, LOCALES["fr"])


@register.filter
def shared_type(section: Section) -> str:
    """What Open Graph calls a page of this section."""
    return "website" if section.kind == Kind.PAGE else "article"


@register.filter
def shared_address(file: StoredFile) -> str:
    return file.rendition_address(file.shared_rendition)


@register.simple_tag
def article_data(article: Article, image: CarouselImage | None) -> SafeString:
    return data_block(structured.of_article(article, image.file if image else None))


@register.simple_tag
def site_data() -> SafeString:
    return data_block(structured.of_site())


@register.simple_tag
def breadcrumb_data(here: str, section: Section | None, home: str) -> SafeString:
    """The way that `_breadcrumb.html` shows."""
    steps = [(home, reverse("home"))]
    if section is not None and section.prefix:
        steps.append((section.title, section.get_absolute_url()))
    return data_block(structured.breadcrumb([*steps, (here, "")]))
