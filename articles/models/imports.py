"""Where imported articles came from: each post as it came, each run, and what to look at.

A post's row outlives its article, so that what an editor deleted is not brought back by a later run.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.remarks import sort_name

from .articles import Article


class ImportedPost(models.Model):
    """A post known by its collection folder and the path below it (`actualites/a/b.md`).

    `text` is the file's, byte for byte in UTF-8; `dump` what the article said once it was in; `path`
    is the file's as it was on disk (`_actualites/a/b.md`); `address` the article's then; `run` the one
    that read it last, by the settings of the site then; `deleted_uuid` that of an article which was
    deleted. A twin says what another post says: that post's article answers for both.

    `text` and `dump` are empty once they are erased (`erasing`). `sha256` and `name` stay: while its file is
    the same, a later run leaves the article as it is and takes nothing of the text back, but with `--theirs`;
    one that changed is held for a post whose article was edited here. The article leaves in our own dialect.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.SET_NULL, null=True, related_name="imported_from"
    )
    deleted_uuid = models.UUIDField(null=True, editable=False, db_index=True)
    twin_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="twins")
    name = models.CharField(_("billet"), max_length=1000, unique=True)
    path = models.CharField(_("chemin"), max_length=1000)
    address = models.CharField(_("adresse à l’import"), max_length=500)
    text = models.TextField(_("texte du billet"))
    sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    dump = models.TextField(_("texte de l’article à l’import"))
    run = models.ForeignKey("articles.ImportRun", on_delete=models.SET_NULL, null=True, related_name="posts")
    imported_at = models.DateTimeField(_("importé le"), auto_now=True)

    class Meta:
        verbose_name = _("billet importé")
        verbose_name_plural = _("billets importés")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_erased(self) -> bool:
        """Whether its text was erased here; no post that comes in is empty."""
        return not self.text

    @property
    def config(self) -> str:
        """The `_config.yml` of the site by which it was read; empty for none."""
        return self.run.site_config if self.run else ""

    @property
    def answering_article(self) -> Article | None:
        """The article that says what this post says: its own, or that of the post whose twin it is."""
        return self.article if self.twin_of is None else self.twin_of.article


class ImportRun(models.Model):
    """One run of `import_posts`: how many posts had each outcome, and the site's own settings.

    `outcomes` maps the values of `importing.Outcome` to numbers; a run without end was cut short.
    """

    started_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True)
    outcomes = models.JSONField(_("bilan"), default=dict)
    site_config = models.TextField(_("_config.yml"), blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class ImportRemarkQuerySet(models.QuerySet["ImportRemark"]):
    def about(self, article: Any) -> Self:
        """Those of the posts that an article (or its primary key) answers for."""
        return self.filter(Q(post__article=article) | Q(post__twin_of__article=article))

    def waiting(self) -> Self:
        """Those that nobody has ticked."""
        return self.filter(is_done=False)

    def tick(self, user: Any) -> int:
        """Note that this user has dealt with them; those already ticked keep who and when."""
        return self.waiting().update(is_done=True, done_by=user, done_at=timezone.now())

    def untick(self) -> int:
        return self.filter(is_done=True).update(is_done=False, done_by=None, done_at=None)


class ImportRemark(models.Model):
    """Something to look at in one post, until somebody ticks it; a refused post has no row of its own.

    A remark is of the run that made it: one that a later run makes again, of the same post in the
    same words, stays the same, ticked or not.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="remarks")
    post = models.ForeignKey(ImportedPost, on_delete=models.CASCADE, null=True, related_name="remarks")
    path = models.CharField(_("billet"), max_length=1000)
    code = models.SlugField(_("sorte"), max_length=50)
    line = models.PositiveIntegerField(_("ligne"), null=True)
    message = models.TextField(_("remarque"))
    is_done = models.BooleanField(_("traitée"), default=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("par"),
    )
    done_at = models.DateTimeField(_("traitée le"), null=True)

    objects = ImportRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remarque d’import")
        verbose_name_plural = _("remarques d’import")
        ordering = ["is_done", "path", "pk"]

    def __str__(self) -> str:
        return self.message

    @property
    def sort(self) -> str:
        """What this sort of remark is called."""
        return sort_name(self.code)
