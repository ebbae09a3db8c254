"""Links by which somebody without an account reads one article that is not public, until they end."""

from typing import Self

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .articles import Article

_signer = Signer(salt="articles.sharing", sep=".")


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self) -> Self:
        """Links that still lead somewhere."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def of_token(self, token: str) -> "ShareLink | None":
        """The open link that has this token, if it is one of ours."""
        try:
            pk = int(_signer.unsign(token))
        except (BadSignature, ValueError):
            return None
        return self.open().filter(pk=pk).first()


class ShareLink(models.Model):
    """A link to one article; its token is signed, so that nobody makes one up, and not stored."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="share_links")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("créé par"),
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True)
    visit_count = models.PositiveIntegerField(_("visites"), default=0)
    visited_at = models.DateTimeField(_("dernière visite"), null=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien de partage")
        verbose_name_plural = _("liens de partage")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.article} ({self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def token(self) -> str:
        return _signer.sign(str(self.pk))

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    def count_visit(self) -> None:
        ShareLink.objects.filter(pk=self.pk).update(
            visit_count=F("visit_count") + 1, visited_at=timezone.now()
        )
