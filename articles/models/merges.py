"""Passages which a new version and the live page both changed: both texts, until it is settled."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .articles import Article


class MergeConflictQuerySet(models.QuerySet["MergeConflict"]):
    def waiting(self) -> Self:
        return self.filter(settled_at=None)


class MergeConflict(models.Model):
    """One passage of one field (`merging.Conflict` names it): as it was, as prepared, as it is live.

    The prepared text stays in the version; the live one waits here.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="merge_conflicts")
    field = models.TextField(_("champ"))
    base = models.TextField(_("avant"), blank=True)
    ours = models.TextField(_("nouvelle version"), blank=True)
    theirs = models.TextField(_("page en ligne"), blank=True)
    created_at = models.DateTimeField(_("constaté le"), auto_now_add=True)
    settled_at = models.DateTimeField(_("réglé le"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("par"),
    )

    objects = MergeConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage à régler")
        verbose_name_plural = _("passages à régler")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.field
