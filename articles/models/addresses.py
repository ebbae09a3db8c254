"""Old addresses of articles: what was once a page's address leads to where the page is now.

An old address names an article, never another address: there is no chain, and none can come.
"""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.addresses import page_address

from .articles import Article, ArticleQuerySet, public_tags
from .items import is_address
from .sections import RESERVED_PREFIXES, Section
from .tags import TAG_PREFIX, Tag


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


class GoneAddressManager(models.Manager["GoneAddress"]):
    def put(self, addresses: Iterable[str], merged_into: Tag | None = None) -> None:
        """Let these addresses say that they are gone, or lead to what has been merged with theirs.

        One that is longer than any that the site answers for, nobody had.
        """
        self.bulk_create(
            [
                GoneAddress(address=each, merged_into=merged_into)
                for each in sorted(set(filter(is_address, addresses)))
            ],
            update_conflicts=True,
            unique_fields=["address"],
            update_fields=["merged_into"],
        )


class GoneAddress(models.Model):
    """An address that the public once had and that nothing has any more: it says so (410) while that is so.

    That of a page is as `addresses.page_address` has it, that of a file as its item has it; renditions of an
    image share that of their folder (`/images/SHA256/`). That of a keyword which was merged leads to the list
    of the one that it was merged into, while that has one.
    """

    address = models.CharField(_("adresse"), max_length=500, unique=True)
    gone_at = models.DateTimeField(_("depuis le"), auto_now_add=True)
    merged_into = models.ForeignKey(
        Tag, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("fusionné dans")
    )

    objects = GoneAddressManager()

    class Meta:
        verbose_name = _("adresse supprimée")
        verbose_name_plural = _("adresses supprimées")
        default_permissions = ()

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
        found = _known_at(page)
        if isinstance(found, Article) and found.redirect_to:
            target = found.redirect_to
            continue
        if found is not None:
            # What the last step says of the page (its part, its query) is where the reader is sent.
            said = urlsplit(target)._replace(scheme="", netloc="", path="") if len(passed) > 1 else None
            target = found.get_absolute_url() + (said.geturl() if said else "")
        break
    return None if unquote(target) == unquote(address) else target


def passes(target: str, address: str) -> bool:
    """Whether who is sent to `target` comes to this address, or is sent on through it."""
    passed: set[str] = set()
    while (page := page_address(target, settings.OWN_HOSTS)) and page not in passed:
        passed.add(page)
        found = _known_at(page)
        if page == address or (found and unquote(found.get_absolute_url()) == address):
            return True
        target = found.redirect_to if isinstance(found, Article) else ""
    return False


def _known_at(page: str) -> Article | Section | Tag | None:
    """What has this address or had it, a section's folder or former prefix included; else, in another case.

    A keyword's list is known by those that were merged into it, too.

    Databases agree on case for unaccented letters only.
    """
    online = Article.objects.online().select_related("section")
    here = online.at(page).first()
    if here is not None:
        return here
    prefix, _slash, slug = page.strip("/").rpartition("/")
    if prefix == TAG_PREFIX:
        listed = public_tags()
        merged = GoneAddress.objects.filter(address=page.lower()).values("merged_into")
        # One that lives again is itself.
        return listed.filter(slug=slug.lower()).first() or listed.filter(pk__in=merged).first()
    named = None if prefix else next(iter(Section.objects.known_as(slug)), None)
    if named is not None and named.get_absolute_url() == page:
        return named
    moved = online.filter(old_addresses__address=page).first()
    if moved is not None:
        return moved
    if named is not None:
        return named if named.prefix else None
    like_it = online.filter(slug__iexact=slug)
    at_root = Q(section__prefix="") | Q(section__former_prefixes__prefix="")
    near = (
        [like_it.filter(section=each) for each in Section.objects.known_as(prefix)]
        if prefix
        else [like_it.filter(at_root).distinct()]
    )
    near.append(online.filter(old_addresses__address__iexact=page).distinct())
    return next(filter(None, (_meant(articles, slug) for articles in near)), None)


def _meant(articles: ArticleQuerySet, slug: str) -> Article | None:
    """The one of these articles, or the one of them that has the slug in the same case."""
    found = [each for each in articles if each.slug == slug] or list(articles)
    return found[0] if len(found) == 1 else None
