"""What the last import did and how far its remarks are worked off, from the rows to the words of a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlencode

from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.formats import number_format

from articles.models import Article, Attachment, CarouselImage, ImportRemark, ImportRun
from articles.remarks import OUTCOMES, address_named, outcome_name, sort_name

from .site import BACK

PLACES = {
    "alt-file-name": ("carousel_images-heading", "Aller aux images"),
    "body-alt-file-name": ("id_body", "Aller au texte"),
    "unknown-item": ("id_body", "Aller au texte"),
    "visible-markup": ("id_body", "Aller au texte"),
    "body-image-without-alt": ("id_body", "Aller au texte"),
    "contradictory-chapeau": ("id_chapeau", "Aller au chapeau"),
    "contradictory-file": ("attachments-heading", "Aller aux documents"),
    "contradictory-image": ("carousel_images-heading", "Aller aux images"),
    "event-without-start": ("id_event_starts_at", "Aller au début de l’événement"),
    "external-document": ("id_body", "Aller au texte"),
    "frame-without-address": ("id_body", "Aller au texte"),
    "image-without-alt": ("carousel_images-heading", "Aller aux images"),
    "liquid": ("id_body", "Aller au texte"),
    "no-date": ("id_published_at", "Aller à la date de publication"),
    "redirect-loop": ("id_redirect_to", "Aller à la redirection"),
    "redirect-nowhere": ("id_redirect_to", "Aller à la redirection"),
    "script": ("id_body", "Aller au texte"),
    "taken-address": ("id_slug", "Aller à l’adresse"),
    "translation-alone": ("id_translation_of", "Aller à l’original"),
    "unknown-document": ("attachments-heading", "Aller aux documents"),
    "unknown-frame": ("id_body", "Aller au texte"),
    "unknown-instance": ("video_embeds-heading", "Aller aux vidéos"),
    "unread-date": ("id_published_at", "Aller à la date de publication"),
}
"""Where in the form of the article a sort of remark is mended: an element's id, and the link's words."""

PAGE = re.compile(r"(?<![\w/:.])/\S+/")
"""What may be the address of one of the site's pages, among words."""


def list_address(**filters: Any) -> str:
    """The address of the list, filtered by what its filters call `sorte`, `suivi`, `article`."""
    address = reverse("admin:articles_importremark_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def form_address(article: Article, back: str = "") -> str:
    """The address of the article's form; once saved, it leads back to where it was opened from."""
    address = reverse("admin:articles_article_change", args=[article.pk])
    return f"{address}?{urlencode({BACK: back})}" if back else address


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the form of its article a remark is mended, and which other articles it names."""

    article: Article | None
    element: str
    named: list[Article]

    def address(self, back: str = "") -> str:
        """The form of the article, there."""
        assert self.article is not None
        return form_address(self.article, back) + (f"#{self.element}" if self.element else "")


def places(remarks: Iterable[ImportRemark]) -> dict[int, Place]:
    """The places of these remarks, by their keys: two queries, whatever their number."""
    remarks = list(remarks)
    articles = {each.pk: each.post.answering_article if each.post else None for each in remarks}
    items = _items({article.pk for article in articles.values() if article})
    pages = _pages(remarks)
    found = {}
    for remark in remarks:
        article = articles[remark.pk]
        element = PLACES.get(remark.code, ("", ""))[0]
        if article and not element.startswith("id_"):
            own = items.get(article.pk, {})
            element = own.get(address_named(remark.message, own), element)
        named = [pages[each] for each in PAGE.findall(remark.message) if each in pages]
        found[remark.pk] = Place(article, element, [each for each in named if each != article])
    return found


def _items(articles: set[int]) -> dict[int, dict[str, str]]:
    """By article, the images and documents of the form: their elements by their addresses."""
    rows = [
        model.objects.order_by()
        .filter(article__in=articles)
        .values_list("article", "address", "key", Value(kind))
        for model, kind in ((CarouselImage, "image"), (Attachment, "document"))
    ]
    found: dict[int, dict[str, str]] = {}
    for article, address, key, kind in rows[0].union(*rows[1:]):
        found.setdefault(article, {})[address] = f"{kind}:{key}"
    return found


def _pages(remarks: Iterable[ImportRemark]) -> dict[str, Article]:
    """The articles whose addresses these remarks hold."""
    addresses = set(chain.from_iterable(PAGE.findall(each.message) for each in remarks))
    slugs = {address.strip("/").rpartition("/")[2] for address in addresses}
    state = ("status", "published_at", "ends_at", "withdrawal_notice", "redirect_to")
    known = Article.objects.order_by().filter(slug__in=slugs, replaces=None).select_related("section")
    found = known.only("title", "slug", "section__prefix", *state)
    return {unquote(each.get_absolute_url()): each for each in found}


def counted(number: int, one: str, several: str) -> str:
    return f"{number_format(number, force_grouping=True)} {several if number > 1 else one}"


@dataclass(frozen=True, slots=True)
class Sort:
    """One row of the table by sort."""

    code: str
    waiting: int
    done: int

    @property
    def name(self) -> str:
        return sort_name(self.code)

    @property
    def total(self) -> int:
        return self.waiting + self.done

    @property
    def progress(self) -> str:
        return progress(self.done, self.total)

    @property
    def address(self) -> str:
        """The list of this sort; when nothing waits any more, of those that are ticked."""
        if self.waiting:
            return list_address(sorte=self.code)
        return list_address(sorte=self.code, suivi="faites")


@dataclass(frozen=True, slots=True)
class Report:
    """What the last import did, and how far its remarks are worked off."""

    run: ImportRun | None
    sorts: list[Sort]

    @property
    def done(self) -> int:
        return sum(each.done for each in self.sorts)

    @property
    def total(self) -> int:
        return sum(each.total for each in self.sorts)

    @property
    def waiting(self) -> int:
        return self.total - self.done

    @property
    def progress(self) -> str:
        return progress(self.done, self.total)

    @property
    def outcomes(self) -> list[str]:
        """`3 billets créés`, in their order; what has no name comes last, as it is."""
        counts: dict[str, int] = self.run.outcomes if self.run else {}
        known = [name for name in OUTCOMES if counts.get(name)]
        names = [*known, *(name for name in counts if name not in OUTCOMES)]
        return [counted(counts[name], *(outcome_name(name, number) for number in (1, 2))) for name in names]


def progress(done: int, total: int) -> str:
    whole = number_format(total, force_grouping=True)
    return f"{counted(done, 'remarque traitée', 'remarques traitées')} sur {whole}"


def report() -> Report:
    """Two queries, whatever the number of remarks."""
    is_done = Q(is_done=True)
    rows = (
        ImportRemark.objects.order_by()
        .values_list("code")
        .annotate(waiting=Count("pk", filter=~is_done), done=Count("pk", filter=is_done))
    )
    sorts = sorted((Sort(*row) for row in rows), key=lambda each: (-each.waiting, each.name))
    return Report(ImportRun.objects.defer("site_config").first(), sorts)
