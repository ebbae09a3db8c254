"""What an import has to say of posts, kept as rows until somebody ticks them.

Warnings and articles come in; must not know post files, nor who reads.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from html import unescape
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils import timezone

from .addresses import local_address, page_address
from .exporting import UNRESOLVED_TRANSLATION
from .media import Row, address_of, lacking_file
from .models import (
    Article,
    ArticleQuerySet,
    Attachment,
    CarouselImage,
    ImportedPost,
    ImportRemark,
    ImportRun,
    OldAddress,
    Section,
    VideoEmbed,
    moved_to,
)
from .models.access import public_file_at
from .posts import Post, PostWarning
from .remarks import REFUSED
from .rendering import Placement, split

FILE_CODES, REDIRECT_CODES, TRANSLATION_CODES = "file-", "redirect-", "translation-"
"""How the codes begin of remarks that are made apart: of files, of where a post leads, of its original."""

Said = TypeVar("Said", PostWarning, ImportRemark)


class Report:
    """The report of one run: what is said again in the same words stays the same row, ticked or not.

    A run that finds nothing new leaves no trace: the last import is the last that did something.
    """

    def __init__(self, site_config: str) -> None:
        self._site_config = site_config
        self._refused = set(ImportRemark.objects.filter(code=REFUSED).values_list("path", flat=True))
        self._fresh: set[int] = set()

    @cached_property
    def run(self) -> ImportRun:
        """The run's row: ask for it before a transaction that needs it, which may take it back."""
        return ImportRun.objects.create(site_config=self._site_config)

    def remark(self, record: ImportedPost, warnings: Iterable[PostWarning], scope: str = "") -> None:
        """Keep what is said of a post under the codes of a scope, instead of what was."""
        before = () if record.pk in self._fresh else record.remarks.all()
        said = {key: remark for key, remark in _numbered(before) if _scope(key[0]) == scope}
        wanted = dict(_numbered(warnings))
        for key, remark in said.items():
            if key in wanted and (remark.line, remark.path) != (wanted[key].line, record.path):
                remark.line, remark.path = wanted[key].line, record.path
                remark.save(update_fields=["line", "path"])
        if gone := [remark.pk for key, remark in said.items() if key not in wanted]:
            record.remarks.filter(pk__in=gone).delete()
        ImportRemark.objects.bulk_create(
            ImportRemark(
                run=self.run,
                post=record,
                path=record.path,
                code=warning.code,
                line=warning.line,
                message=warning.message,
            )
            for key, warning in wanted.items()
            if key not in said
        )

    def add(self, record: ImportedPost) -> None:
        """Take a post in of which nothing was ever said: what is said now need not be compared."""
        self._fresh.add(record.pk)

    def refuse(self, path: str, message: str, record: ImportedPost | None) -> None:
        """Keep why a post, or what it says now, is not in."""
        self.accept(path, but=message)
        if not ImportRemark.objects.filter(code=REFUSED, path=path).exists():
            self.run.remarks.create(code=REFUSED, path=path, message=message, post=record)

    def accept(self, path: str, but: str = "") -> None:
        """The post is in: what was said of its refusal is over, but for these words."""
        if path in self._refused:
            ImportRemark.objects.filter(code=REFUSED, path=path).exclude(message=but).delete()

    def close(self, outcomes: Counter[str]) -> None:
        did_nothing = outcomes.keys() <= {"unchanged", "deleted", "refused"}
        if "run" not in vars(self) and did_nothing:
            return
        if did_nothing and not (self.run.posts.exists() or self.run.remarks.exists()):
            self.run.delete()  # only what was refused before was refused again
            return
        self.run.outcomes = dict(outcomes)
        self.run.ended_at = timezone.now()
        self.run.save()


def latest_config() -> str:
    """The `_config.yml` of the site that came in last; empty for none."""
    configs = ImportRun.objects.exclude(site_config="").order_by("-pk")
    return configs.values_list("site_config", flat=True).first() or ""


def _scope(code: str) -> str:
    scopes = (FILE_CODES, REDIRECT_CODES, TRANSLATION_CODES)
    return next((scope for scope in scopes if code.startswith(scope)), "")


def _numbered(remarks: Iterable[Said]) -> Iterator[tuple[tuple[str, str, int], Said]]:
    """Remarks by their code and words, and by their number among those alike."""
    numbers: Counter[tuple[str, str]] = Counter()
    for remark in remarks:
        numbers[remark.code, remark.message] += 1
        yield (remark.code, remark.message, numbers[remark.code, remark.message]), remark


def settle(article: Article, user: Any) -> int:
    """Tick, for this user, what was said of an article and is no longer so; returns how many.

    Only what its rows tell: images without text, files that were missing, where it leads, its original.
    """
    codes = ("image-without-alt", "file-missing", "redirect-loop", "redirect-nowhere", "translation-alone")
    waiting = list(ImportRemark.objects.about(article.pk).waiting().filter(code__in=codes))
    if not waiting:
        return 0
    so = {("image-without-alt", image.address) for image in article.carousel_images.filter(needs_alt=True)}
    so |= {("file-missing", address_of(row)) for row in lacking_file(article)}
    if article.redirect_to:
        so |= {(warning.code, _subject(warning)) for warning in about_target(article)}
    so |= {(warning.code, _subject(warning)) for warning in about_original(article)}
    over = [remark.pk for remark in waiting if (remark.code, _subject(remark)) not in so]
    return ImportRemark.objects.filter(pk__in=over).tick(user)


def _subject(remark: PostWarning | ImportRemark) -> str:
    """What a remark begins by: the address that it is about."""
    return remark.message.partition("\u00a0: ")[0]


# --- what only shows beside the other articles


def about_addresses(post: Post, article: Article) -> Iterator[PostWarning]:
    """Tell old addresses of the post that lead elsewhere, or are those of pages."""
    wanted = set(post.old_addresses) - {unquote(article.get_absolute_url())}
    if not wanted:
        return
    known = OldAddress.objects.filter(address__in=wanted).select_related("article__section")
    leading = {old.address: old.article for old in known}
    for address in sorted(wanted):
        other = leading.get(address)
        if other is not None and other != article:
            message = f"{address} mène déjà à {unquote(other.get_absolute_url())} : elle y mène encore."
            yield PostWarning("taken-address", None, message)
        elif other is None or _is_page(address, Article.objects.all()):
            message = f"{address} est l’adresse d’une page du site : elle ne peut pas mener à cet article."
            yield PostWarning("taken-address", None, message)


def about_namesakes(article: Article) -> Iterator[PostWarning]:
    """Tell an announcement that looks like another one: posts were renamed, then changed."""
    if article.published_at is None:
        return
    others = article.siblings().filter(published_at=article.published_at, title=article.title)
    if slug := others.order_by().values_list("slug", flat=True).first():
        address = article.section.address_of(slug)
        message = (
            f"même titre et même date que {address} : gardez-en un seul, ou faites que l’un mène à l’autre."
        )
        yield PostWarning("namesake", None, message)


_CODE = re.compile(r"<(code|pre|kbd|samp)\b.*?</\1>", re.DOTALL)
_VISIBLE_MARKUP = re.compile(
    r"\{:[^{}<]{1,200}\}|&lt;/?(?:a|b|br|div|h[1-6]|i|img|li|p|span|strong|table|u|ul)\b"
)


def about_markup(article: Article) -> Iterator[PostWarning]:
    """Tell markup that the page shows as text, since no rule reads it."""
    for html in (article.chapeau_html, article.body_html):
        if found := _VISIBLE_MARKUP.search(_CODE.sub("", html)):
            start = unescape(found[0])
            message = (
                f"la page montre « {start} » comme du texte : ce qui est écrit là n’est pas lu, corrigez-le."
            )
            yield PostWarning("visible-markup", None, message)
            return


def about_placements(article: Article, items: Iterable[Row]) -> Iterator[PostWarning]:
    """Tell placements in the text that match no item of the article."""
    known = {
        (kind, item.key)
        for item in items
        for rows, kind in ((CarouselImage, "image"), (VideoEmbed, "video"), (Attachment, "document"))
        if isinstance(item, rows)
    }
    for part in split(article.body_html):
        if isinstance(part, Placement) and (part.kind, part.key) not in known:
            message = f"« [[{part.kind}:{part.key}]] » ne place rien : l’article n’a pas cet élément."
            yield PostWarning("unknown-item", None, message)


def about_target(article: Article) -> Iterator[PostWarning]:
    """Tell an article that leads round in a circle, or to no page of the site."""
    reached = moved_to(unquote(article.get_absolute_url()))
    if reached is None:
        if article.is_online():
            message = (
                f"redirection vers {article.redirect_to}, qui ramène ici : l’adresse ne répond pas, "
                "corrigez-la."
            )
            yield PostWarning("redirect-loop", None, message)
        return
    if leads_nowhere(reached, Article.objects.all()):
        message = f"redirection vers {article.redirect_to} : aucune page n’est à cette adresse, corrigez-la."
        yield PostWarning("redirect-nowhere", None, message)


def leads_nowhere(target: str, articles: ArticleQuerySet) -> bool:
    """Whether an address of the site itself has neither a page, of these articles or another, nor a file."""
    reached = moved_to(unquote(target)) or target
    page = page_address(reached, settings.OWN_HOSTS)
    is_missing = bool(page) and not _is_page(page, articles)
    return is_missing and public_file_at(local_address(reached, settings.OWN_HOSTS)) is None


def about_original(article: Article, line: int | None = None) -> Iterator[PostWarning]:
    """Tell a translation that cannot have the original which its post names; an absent one may come."""
    address = article.extra.get(UNRESOLVED_TRANSLATION)
    named = Article.objects.known_at(address) if address and not article.translation_of_id else None
    if named is None:
        return
    try:
        article.original_by(named)
    except ValidationError as error:
        message = f"{address} : la traduction n’est pas liée à cet original. {' '.join(error.messages)}"
        yield PostWarning("translation-alone", line, message)


def _is_page(address: str, articles: ArticleQuerySet) -> bool:
    """Whether one of these articles, a section or another page of the site has this address."""
    try:
        name = resolve(quote(address)).url_name
    except Resolver404:
        return False
    if name not in ("article", "page", "section"):
        return True
    is_section = Section.objects.filter(prefix=address.strip("/")).exists()
    return is_section or articles.at(address).exists()
