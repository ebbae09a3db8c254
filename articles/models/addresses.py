"""Old addresses of articles: what was once a page's address leads to where the page is now.

An old address names an article, never another address: there is no chain, and none can come.
"""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.addresses import page_address

from .articles import Article
from .sections import RESERVED_PREFIXES, Section


class OldAddressManager(models.Manager["OldAddress"]):
    def lead_to(self, article: Article, addresses: Iterable[str]) -> None:
        """Let these addresses lead to the article.

        One that is its own, or leads elsewhere, stays so; so does what the site itself answers for.
        """
        own = unquote(article.get_absolute_url())
        wanted = [
            OldAddress(article=article, address=address)
            for address in map(page_address, addresses)
            if address not in ("", own) and address.split("/")[1] not in RESERVED_PREFIXES
        ]
        if wanted:
            self.bulk_create(wanted, ignore_conflicts=True)


class OldAddress(models.Model):
    """One address under which an article was known, as `addresses.page_address` has it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_addresses")
    address = models.CharField(_("adresse"), max_length=500, unique=True)

    objects = OldAddressManager()

    class Meta:
        verbose_name = _("ancienne adresse")
        verbose_name_plural = _("anciennes adresses")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.address


MAX_STEPS = 10
"""Redirects that are followed one after the other: who asked waits for each."""


def moved_to(address: str) -> str | None:
    """Where a reader who asks for this address is sent, in one step; None to nowhere.

    An address where a page is, or which leads round in a circle or too far, leads nowhere. What is not
    online answers as if it did not exist.
    """
    target = address
    passed: set[str] = set()
    while page := page_address(target, settings.OWN_HOSTS):
        if page in passed or len(passed) > MAX_STEPS:
            return None
        passed.add(page)
        article = _online_at(page)
        if article is not None and article.redirect_to:
            target = article.redirect_to
            continue
        here = article.get_absolute_url() if article else page if _is_section(page) else ""
        if here:
            # What the last step says of the page (its part, its query) is where the reader is sent.
            said = urlsplit(target)._replace(scheme="", netloc="", path="") if len(passed) > 1 else None
            target = here + (said.geturl() if said else "")
        break
    return None if page_address(target) == page_address(address) else target


def passes(target: str, address: str) -> bool:
    """Whether who is sent to `target` comes to this address, or is sent on through it."""
    passed: set[str] = set()
    while (page := page_address(target, settings.OWN_HOSTS)) and page not in passed:
        passed.add(page)
        article = _online_at(page)
        if page == address or (article and unquote(article.get_absolute_url()) == address):
            return True
        target = article.redirect_to if article else ""
    return False


def _online_at(page: str) -> Article | None:
    """The article whose address this is or was; a section is known by its posts' folder too."""
    online = Article.objects.online().select_related("section")
    folder, _slash, slug = page.strip("/").rpartition("/")
    here = online.at(page).first()
    if here is not None or _is_section(page):
        return here
    return (
        online.filter(old_addresses__address=page).first()
        or online.filter(section__collection=folder, slug=slug).first()
    )


def _is_section(page: str) -> bool:
    return Section.objects.filter(prefix=page.strip("/")).exists()
