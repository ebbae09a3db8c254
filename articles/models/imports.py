"""Where an imported article came from: the post's text as it came, and the dump made then.

The row outlives its article, so that what an editor deleted is not brought back by a later run.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedPost(models.Model):
    """A post known by its collection folder and the path below it (`actualites/a/b.md`)."""

    article = models.OneToOneField(
        "articles.Article", on_delete=models.SET_NULL, null=True, related_name="imported_from"
    )
    name = models.CharField(_("billet"), max_length=1000, unique=True)
    text = models.TextField(_("texte du billet"))
    dump = models.TextField(_("texte de l’article à l’import"))
    warnings = models.JSONField(_("remarques"), default=list)
    imported_at = models.DateTimeField(_("importé le"), auto_now=True)

    class Meta:
        verbose_name = _("billet importé")
        verbose_name_plural = _("billets importés")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
