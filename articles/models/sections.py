"""Sections: the parts of the site, each with its address prefix and the folder its posts come from."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

RESERVED_PREFIXES = frozenset(
    {
        "admin",
        "annonces",
        "assets",
        "images",
        "mots-cles",
        "partage",
        "plan-du-site",
        "recherche",
        "static",
        "uploads",
    }
)
"""First address segments that the site uses for something else."""

validate_segment = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    _("Utilisez des lettres minuscules sans accent, des chiffres et des traits d’union."),
)


validate_folder = RegexValidator(
    r"^\w[\w. -]*\Z", _("Utilisez des lettres, des chiffres, des espaces, des points, des traits d’union.")
)


class Kind(models.TextChoices):
    NEWS = "news", _("actualités")
    PRESS = "press", _("espace presse")
    EVENT = "event", _("agenda")
    PUBLICATION = "publication", _("publications")
    PAGE = "page", _("pages du site")


class SectionManager(models.Manager["Section"]):
    def known_as(self, name: str) -> "list[Section]":
        """The sections that have this name in any case: as prefix first, then as folder, then once."""
        known = self.filter(
            Q(prefix__iexact=name) | Q(collection__iexact=name) | Q(former_prefixes__prefix__iexact=name)
        )
        folded = name.casefold()
        return sorted(
            known.distinct(),
            key=lambda each: (each.prefix != folded, each.collection.casefold() != folded),
        )


def _address(prefix: str, slug: str) -> str:
    return f"/{prefix}/{slug}/" if prefix else f"/{slug}/"


class Section(models.Model):
    """A part of the site; its kind decides how its articles are listed and shown."""

    title = models.CharField(_("titre"), max_length=100)
    prefix = models.CharField(
        _("préfixe d’adresse"),
        max_length=60,
        unique=True,
        blank=True,
        validators=[validate_segment],
        help_text=_("Le début de l’adresse des articles : « actualites » pour /actualites/…"),
    )
    kind = models.CharField(_("genre"), max_length=20, choices=Kind)
    collection = models.CharField(
        _("dossier des billets"),
        max_length=60,
        unique=True,
        validators=[validate_folder],
        help_text=_(
            "Le nom du dossier Jekyll, sans le tiret bas : « communiques » pour _communiques. Il ne change "
            "plus une fois la rubrique créée : d’anciennes adresses, les imports et les exports en dépendent."
        ),
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = SectionManager()

    class Meta:
        verbose_name = _("rubrique")
        verbose_name_plural = _("rubriques")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="section_prefix_unless_pages",
                condition=~Q(prefix="") | Q(kind=Kind.PAGE),
                violation_error_message=_(
                    "Seule une rubrique de pages peut se passer de préfixe d’adresse : donnez-en un."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the prefix that the section leaves: what was below it is found by it."""
        left = Section.objects.filter(pk=self.pk).exclude(prefix=self.prefix).first()
        super().save(*args, **kwargs)
        if left is not None:
            self.former_prefixes.get_or_create(prefix=left.prefix)

    def get_absolute_url(self) -> str:
        if not self.prefix:
            return reverse("home")
        return reverse("section", args=[self.prefix])

    def address_of(self, slug: str) -> str:
        """The address of the section's article that has this slug, decoded."""
        return _address(self.prefix, slug)

    def addresses_of(self, slug: str) -> set[str]:
        """The same under each prefix that the section has or had."""
        former = (each.prefix for each in self.former_prefixes.all())
        return {_address(prefix, slug) for prefix in (self.prefix, *former)}

    def clean(self) -> None:
        if self.prefix in RESERVED_PREFIXES:
            raise ValidationError({"prefix": _("Cette adresse sert déjà au site : choisissez-en une autre.")})
        pages = Section.objects.filter(prefix="").exclude(pk=self.pk)
        if self.prefix and pages.filter(articles__slug=self.prefix).exists():
            raise ValidationError({"prefix": _("Une page du site est déjà à cette adresse : changez-en.")})


class FormerPrefix(models.Model):
    """The beginning of addresses that a section once had; empty for pages that were at the root.

    Several sections may have had it, one after the other: each keeps what was below it.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="former_prefixes")
    prefix = models.CharField(_("préfixe d’adresse"), max_length=60, blank=True, db_index=True)

    class Meta:
        verbose_name = _("ancien préfixe")
        verbose_name_plural = _("anciens préfixes")
        constraints = [
            models.UniqueConstraint(fields=["section", "prefix"], name="former_prefix_once_per_section")
        ]

    def __str__(self) -> str:
        return self.prefix
