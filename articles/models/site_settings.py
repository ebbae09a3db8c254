"""What the site says of itself on every page and an editor decides: one row, whoever asks."""

from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.text import is_blank

from .articles import validate_target

THE_ROW = 1
NO_TITLE = _("Un bandeau a un titre : donnez-le, ou choisissez « aucun bandeau ».")
HALF_A_LINK = _("Un lien a un texte et une adresse : donnez les deux, ou aucun.")


class AccessibilityState(models.TextChoices):
    """What the declaration has established (arrêté du 20 septembre 2019, annexe 2)."""

    NONE = "non", _("non conforme")
    PARTIAL = "partiellement", _("partiellement conforme")
    FULL = "totalement", _("totalement conforme")


class BannerLevel(models.TextChoices):
    """The design system's levels of a notice, by the ends of their class names (DSFR 1.14)."""

    __empty__ = _("aucun bandeau")
    INFORMATION = "info", _("information")
    WARNING = "warning", _("avertissement")
    ALERT = "alert", _("alerte")
    WEATHER_ORANGE = "weather-orange", _("vigilance météo orange")
    WEATHER_RED = "weather-red", _("vigilance météo rouge")
    WEATHER_PURPLE = "weather-purple", _("vigilance météo violette")
    WITNESS = "witness", _("appel à témoins")
    ATTACK = "attack", _("alerte attentat")
    CYBERATTACK = "cyberattack", _("alerte technologique")


class SiteSettings(models.Model):
    """The state of accessibility that the footer tells, and the banner of an emergency."""

    accessibility_state = models.CharField(
        _("état de conformité"),
        max_length=20,
        choices=AccessibilityState,
        default=AccessibilityState.NONE,
        help_text=_(
            "Ce que dit le pied de page. Sans audit en cours de validité, un site est non conforme ; "
            "de 50 à 99 % des critères respectés, il l’est partiellement."
        ),
    )
    banner_level = models.CharField(
        _("niveau"),
        max_length=20,
        choices=BannerLevel,
        blank=True,
        help_text=_("« aucun bandeau » le retire des pages ; son texte est gardé ici."),
    )
    banner_title = models.CharField(
        _("titre"),
        max_length=120,
        blank=True,
        help_text=_("Quelques mots, sans point final : « Vigilance rouge : crues dans le sud-ouest »."),
    )
    banner_text = models.TextField(
        _("texte"),
        max_length=500,
        blank=True,
        help_text=_("Une ou deux phrases : ce qui se passe, ce qu’il faut faire. Sans mise en forme."),
    )
    banner_link_label = models.CharField(
        _("texte du lien"),
        max_length=100,
        blank=True,
        help_text=_("Il se comprend seul : « Consignes de sécurité », plutôt que « En savoir plus »."),
    )
    banner_link_address = models.CharField(
        _("adresse du lien"),
        max_length=500,
        blank=True,
        validators=[validate_target],
        help_text=_("Une adresse du site (/actualites/…) ou une adresse en https://."),
    )
    banner_ends_at = models.DateTimeField(
        _("fin"),
        null=True,
        blank=True,
        help_text=_(
            "Le bandeau disparaît de lui-même à cette heure. Vide : il reste jusqu’à ce que vous le retiriez."
        ),
    )

    class Meta:
        verbose_name = _("réglages du site")
        verbose_name_plural = _("réglages du site")
        constraints = [
            models.CheckConstraint(name="site_settings_once", condition=Q(pk=THE_ROW)),
            models.CheckConstraint(
                name="site_settings_banner_has_title",
                condition=Q(banner_level="") | ~Q(banner_title=""),
                violation_error_message=NO_TITLE,
            ),
            models.CheckConstraint(
                name="site_settings_link_is_whole",
                condition=Q(banner_link_label="", banner_link_address="")
                | ~Q(banner_link_label="") & ~Q(banner_link_address=""),
                violation_error_message=HALF_A_LINK,
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> Self:
        """The settings as they are saved, or as a site begins."""
        return cls.objects.filter(pk=THE_ROW).first() or cls(pk=THE_ROW)

    def clean(self) -> None:
        """Raise ValidationError, by field, for what does not fit together."""
        errors = {}
        if self.banner_level and is_blank(self.banner_title):
            errors["banner_title"] = NO_TITLE
        if bool(self.banner_link_label) != bool(self.banner_link_address):
            missing = "banner_link_address" if self.banner_link_label else "banner_link_label"
            errors[missing] = HALF_A_LINK
        if errors:
            raise ValidationError(errors)

    def has_banner(self, at: datetime | None = None) -> bool:
        """Whether pages show the banner at that time."""
        at = at or timezone.now()
        return bool(self.banner_level) and (self.banner_ends_at is None or self.banner_ends_at > at)
