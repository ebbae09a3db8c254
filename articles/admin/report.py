"""What the last import did and how far its remarks are worked off, from the rows to the words of a page."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import number_format

from articles.models import Article, ImportRemark, ImportRun
from articles.remarks import OUTCOMES, outcome_name, sort_name

PLACES = {
    "alt-file-name": ("carousel_images-heading", "Aller aux images"),
    "body-alt-file-name": ("id_body", "Aller au texte"),
    "unknown-item": ("id_body", "Aller au texte"),
    "visible-markup": ("id_body", "Aller au texte"),
    "body-image-without-alt": ("id_body", "Aller au texte"),
    "contradictory-chapeau": ("id_chapeau", "Aller au chapeau"),
    "contradictory-file": ("attachments-heading", "Aller aux documents"),
    "contradictory-image": ("carousel_images-heading", "Aller aux images"),
    "contradictory-status": ("id_status", "Aller à l’état"),
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
    "unknown-document": ("attachments-heading", "Aller aux documents"),
    "unknown-frame": ("id_body", "Aller au texte"),
    "unknown-instance": ("video_embeds-heading", "Aller aux vidéos"),
    "unread-date": ("id_published_at", "Aller à la date de publication"),
}
"""Where in the form of the article a sort of remark is mended: an element's id, and the link's words."""


def list_address(**filters: Any) -> str:
    """The address of the list, filtered by what its filters call `sorte`, `suivi`, `article`."""
    address = reverse("admin:articles_importremark_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def where_mended(remark: ImportRemark, article: Article) -> str:
    """The address of the article's form, at the place where this is mended if that is known."""
    address = reverse("admin:articles_article_change", args=[article.pk])
    return f"{address}#{PLACES[remark.code][0]}" if remark.code in PLACES else address


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
