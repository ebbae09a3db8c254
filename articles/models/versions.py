"""Versions: what an article said each time it was saved or changed its state, and who did it.

A version is the article's post with the content of its files. It outlives its article, and is never written
again: each holds the hash of the one before, so that what is altered behind the application shows.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import UTC
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .articles import Article, Status


class Act(models.TextChoices):
    """What somebody did."""

    FOUND = "found", _("état à l’ouverture de l’historique")
    SAVED = "saved", _("enregistrement")
    IMPORTED = "imported", _("import")
    RETAGGED = "retagged", _("changement d’un mot-clé")
    RELINKED = "relinked", _("changement d’adresse ou suppression de l’original")
    SUBMITTED = "submitted", _("mise en relecture")
    RETURNED = "returned", _("renvoi à la rédaction")
    PUBLISHED = "published", _("publication")
    SCHEDULED = "scheduled", _("programmation")
    UNSCHEDULED = "unscheduled", _("annulation de la programmation")
    PREPARED = "prepared", _("ouverture d’une nouvelle version")
    MERGED = "merged", _("report d’une correction de la page en ligne")
    REPLACED = "replaced", _("publication d’une nouvelle version")
    ABSORBED = "absorbed", _("reprise dans la page en ligne")
    RESTORED = "restored", _("retour à une version")
    WITHDRAWN = "withdrawn", _("retrait")
    REINSTATED = "reinstated", _("remise en ligne")
    DELETED = "deleted", _("suppression")
    UNDELETED = "undeleted", _("annulation de la suppression")
    ERASED = "erased", _("effacement du contenu d’une version")
    ORIGINAL_ERASED = "original_erased", _("effacement du billet importé")


ENDS = frozenset({Act.DELETED, Act.ABSORBED})
"""What leaves no article behind."""


class VersionQuerySet(models.QuerySet["Version"]):
    def of(self, uuid: UUID) -> Self:
        """The versions of an article, and of those that were prepared beside it; the latest first."""
        return self.filter(models.Q(article_uuid=uuid) | models.Q(beside_uuid=uuid)).order_by("-pk")

    def turns(self) -> Self:
        """Those that changed their article's state."""
        return self.exclude(status_before=models.F("status_after"))

    def latest_of(self, uuids: Iterable[UUID]) -> Self:
        """The last version of each of these articles."""
        own = Version.objects.filter(article_uuid=models.OuterRef("article_uuid")).order_by("-number")
        return self.filter(article_uuid__in=list(uuids), number=models.Subquery(own.values("number")[:1]))

    def current_of(self, uuids: Collection[UUID]) -> Self:
        """What those of these articles say today that are here."""
        return self.latest_of(uuids).filter(article_uuid__in=Article.objects.values("uuid"))

    def last_of(self, uuid: UUID) -> "Version | None":
        return self.filter(article_uuid=uuid).order_by("-number").first()


CONTENT = ("title", "address", "dump", "files", "public_note", "note")
"""The fields that erasing empties: all that may name somebody."""


class Version(models.Model):
    """An article at one moment: `dump` is its post, `files` the sha256 of each file's content by name.

    Names of files are `image:KEY`, `document:KEY`, `video:KEY` (its poster) and `text:ADDRESS`. `number`
    counts from 1 in an article. `status_before` is empty for the first version, `status_after` where no
    article is left (`ENDS`). `about` is the number of the version that was restored or erased (none where
    several were: `versions.erased_by` reads them in the note), or of the page that a draft began from;
    `beside_uuid` the article that it is to replace. `content_sha256` is that of the fields of `CONTENT`,
    which stays when they go.
    """

    article_uuid = models.UUIDField(editable=False)
    beside_uuid = models.UUIDField(null=True, editable=False, db_index=True)
    number = models.PositiveIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=500, blank=True)
    address = models.CharField(_("adresse"), max_length=500, blank=True)
    dump = models.TextField(_("billet"), blank=True)
    files = models.JSONField(_("fichiers"), default=dict, blank=True)
    act = models.CharField(_("action"), max_length=20, choices=Act)
    status_before = models.CharField(_("état avant"), max_length=20, choices=Status, blank=True)
    status_after = models.CharField(_("état après"), max_length=20, choices=Status, blank=True)
    is_major = models.BooleanField(_("changement de fond"), default=False)
    public_note = models.TextField(_("note publique"), blank=True)
    note = models.TextField(_("note"), blank=True)
    about = models.PositiveIntegerField(_("version concernée"), null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    # As long as Django's names of people can be: a first one, a blank, a last one.
    author_name = models.CharField(_("auteur"), max_length=301, blank=True)
    created_at = models.DateTimeField(_("le"), default=timezone.now)
    content_sha256 = models.CharField(max_length=64, editable=False)
    sha256 = models.CharField(_("empreinte"), max_length=64, editable=False)
    erased_at = models.DateTimeField(_("effacée le"), null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("historique")
        default_permissions = ("view",)
        permissions = [("erase_version", _("Peut effacer le contenu d’anciennes versions"))]
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["article_uuid", "number"], name="version_number_once")]
        indexes = [
            models.Index(fields=["-created_at"], name="version_latest"),
            models.Index(fields=["author", "-created_at"], name="version_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def deed(self) -> str:
        """What was done, in the words of its act; of several versions at once, or done again, in others."""
        if self.act == Act.WITHDRAWN and self.status_before == Status.WITHDRAWN:
            return str(_("retrait modifié"))
        if self.act == Act.ERASED and self.about is None:
            return str(_("effacement du contenu de plusieurs versions"))
        return self.get_act_display()

    @property
    def is_transition(self) -> bool:
        return self.status_before != self.status_after

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def previous(self) -> "Version | None":
        """The version before this one."""
        return Version.objects.filter(article_uuid=self.article_uuid, number=self.number - 1).first()

    def seal(self, previous: "Version | None") -> None:
        """Give the version its hashes, as the one that follows `previous`."""
        self.content_sha256 = self.content_hash()
        self.sha256 = self.sealed_hash(previous)

    def content_hash(self) -> str:
        return _sha256({name: getattr(self, name) for name in CONTENT})

    def sealed_hash(self, previous: "Version | None") -> str:
        """The hash of all that the version says for ever, the hash of the one before included."""
        return _sha256(
            {
                "previous": previous.sha256 if previous else "",
                "article": str(self.article_uuid),
                "beside": str(self.beside_uuid or ""),
                "number": self.number,
                "act": self.act,
                "from": self.status_before,
                "to": self.status_after,
                "major": self.is_major,
                "about": self.about,
                "author": self.author_name,
                "at": self.created_at.astimezone(UTC).isoformat(),
                "content": self.content_sha256,
            }
        )


def _sha256(values: dict[str, Any]) -> str:
    """The hash of values as JSON in one way of writing: keys in order, UTF-8, no blanks (after RFC 8785)."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
