"""The article: source text in Markdown, HTML made from it when saved, and who may see it when."""

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Self
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles.addresses import is_target
from articles.posts import TEXTS, YEARS
from articles.rendering import illustrate, image_addresses, page_html
from articles.text import SLUG, new_slug, unix_lines

from .index import SearchEntry
from .items import BodyImage, CarouselImage, is_address
from .languages import LANGUAGES
from .sections import RESERVED_PREFIXES, Kind, Section
from .tags import ArticleTags, Tag, TaggedArticle

validate_slug = RegexValidator(
    rf"^{SLUG.pattern}\Z",
    _('L’adresse ne peut contenir ni espace ni aucun des signes / ? # %% \\ < > ".'),
)


def validate_target(value: str) -> None:
    if not is_target(value):
        raise ValidationError(_("Écrivez une adresse du site (/agenda/…) ou une adresse en https://."))


_FAR_DAY = _("corrigez la date, ou laissez vide.")
REMEDIES_OF_FAR_DATES = {
    "published_at": _("corrigez la date, ou laissez vide : l’article est publié aussitôt."),
    "ends_at": _("laissez vide : l’article reste en ligne."),
    "updated_on": _FAR_DAY,
    "event_starts_at": _FAR_DAY,
    "event_ends_at": _FAR_DAY,
}
"""The dates of an article, and what to do where one is too far off for any announcement."""


def _is_far(when: date | None) -> bool:
    if when is None:
        return False
    zone = timezone.get_current_timezone()
    moment = when if isinstance(when, datetime) else datetime.combine(when, time(), zone)
    # Compared, not converted: in another zone the last hours of the calendar are past its end.
    return not datetime(YEARS[0], 1, 1, tzinfo=zone) <= moment < datetime(YEARS[-1] + 1, 1, 1, tzinfo=zone)


RENDERED = {name: f"{name}_html" for name in TEXTS}
"""Each Markdown field and the field that holds its HTML."""

SEARCHED = {"title", "subtitle", "chapeau", "body", "place", "street_address", "practical_details"}
"""The fields that the search index holds."""


class Status(models.TextChoices):
    """What is stored; *scheduled* and *ended* follow from the times (see `Article.state`)."""

    DRAFT = "draft", _("brouillon")
    IN_REVIEW = "in_review", _("en relecture")
    PUBLISHED = "published", _("publié")
    WITHDRAWN = "withdrawn", _("retiré")


def last_change(published_at: datetime, updated_on: date | None) -> date:
    """When a page last changed in substance: when it was published, or the later day that an editor gave.

    A day that has not come says nothing yet.

    What else is saved is no news to a reader (a typo, an import, HTML made again): search engines stop
    believing dates that move without reason.
    """
    if updated_on is None or not timezone.localdate(published_at) < updated_on <= timezone.localdate():
        return published_at
    return updated_on


def event_day() -> Coalesce:
    """The time whose day an event is known by, null without one; `Article.event_day` in Python."""
    return Coalesce("event_starts_at", "event_ends_at")


def is_to_come() -> Q:
    """Events that are not over: one lasts until the end of its last day."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(event_ends_at__gte=today) | Q(event_ends_at=None, event_starts_at__gte=today)


def is_published(at: datetime) -> Q:
    """Articles that are published at that time, between their publication and their end."""
    lasts = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return Q(status=Status.PUBLISHED, published_at__lte=at) & lasts


class ArticleQuerySet(models.QuerySet["Article"]):
    def lock(self) -> list[int]:
        """Let nobody else change these articles until the end of the transaction; returns their primary keys.

        One after the other by key, as everybody does who locks several: see docs/adr/0018.
        """
        locked = self.order_by("pk").select_for_update(of=("self",))
        return [article.pk for article in locked.only("pk")]

    def around(self, pk: int) -> Self:
        """An article with what a change of it may reach: its page or its next version, its translations."""
        page = self.filter(pk=pk).values("replaces")
        return self.filter(Q(pk=pk) | Q(pk__in=page) | Q(replaces=pk) | Q(translation_of=pk))

    def online(self, at: datetime | None = None) -> Self:
        """Articles whose address answers at that time; `Article.is_online` says the same in Python.

        One that is withdrawn answers by its text under a notice, or leads on, or not at all: somebody decided
        that, and no end undoes it.
        """
        at = at or timezone.now()
        withdrawn = Q(status=Status.WITHDRAWN, published_at__lte=at)
        return self.filter(is_published(at) | withdrawn & ~Q(withdrawal_notice="", redirect_to=""))

    def readable(self, at: datetime | None = None) -> Self:
        """Articles with a page, withdrawn under a notice included; `Article.is_readable` in Python."""
        return self.online(at).filter(redirect_to="")

    def public(self, at: datetime | None = None) -> Self:
        """Articles that are published at that time; `Article.is_public` says the same in Python."""
        return self.filter(is_published(at or timezone.now()), redirect_to="")

    def formerly_public(self, at: datetime | None = None) -> Self:
        """Articles that were published before that time and no longer are: withdrawn, or ended."""
        at = at or timezone.now()
        is_over = Q(status=Status.WITHDRAWN) | Q(status=Status.PUBLISHED, ends_at__lte=at)
        return self.filter(is_over, published_at__lte=at)

    def been_public(self, at: datetime | None = None) -> Self:
        """Articles that the public has known by that time; `Article.has_been_public` in Python."""
        was_out = [Status.PUBLISHED, Status.WITHDRAWN]
        return self.filter(status__in=was_out, published_at__lte=at or timezone.now())

    def been_listed(self, at: datetime | None = None) -> Self:
        """Articles that lists may have had by that time: no page of the site, nothing that only leads on.

        One that was withdrawn may have had a page before it led on.
        """
        pages = Section.objects.filter(kind=Kind.PAGE)
        only_leads_on = Q(status=Status.PUBLISHED) & ~Q(redirect_to="")
        return self.been_public(at).exclude(section__in=pages).exclude(only_leads_on)

    def listed(self, at: datetime | None = None) -> Self:
        """Public announcements, the latest first: pages of the site (legal notice…) are not listed."""
        # Not by a join: the section's key is in the index, so that counting reads no article.
        pages = Section.objects.filter(kind=Kind.PAGE)
        return self.public(at).exclude(section__in=pages).order_by("-published_at", "-pk")

    def at(self, address: str) -> Self:
        """The article at an address path (`/actualites/slug/`), public or not."""
        prefix, _slash, slug = unquote(address).strip("/").rpartition("/")
        return self.filter(section__prefix=prefix, slug=slug, replaces=None)

    def known_at(self, address: str) -> "Article | None":
        """The article at an address path, or that was once there; public or not."""
        return self.at(address).first() or self.filter(old_addresses__address=address).first()

    def in_all_languages(self, original: int) -> Self:
        """An original, by its key, and its translations."""
        return self.filter(Q(pk=original) | Q(translation_of=original), replaces=None)

    def for_cards(self) -> Self:
        """Without the texts that a card does not show."""
        return self.select_related("section").defer(
            *RENDERED, "body_html", "press_contact_html", "practical_details_html", "extra"
        )


class Article(models.Model):  # type: ignore[django-manager-missing]  # taggit has no types
    """An announcement.

    Times are aware datetimes. HTML fields hold sanitised HTML with neutral markers where items are
    placed. `QuerySet.update` and `bulk_create` do not make HTML: follow them by
    `manage.py render_articles`.

    An article that `replaces` another is its next version, prepared beside it: a draft with no address of its
    own, made from the version `replaces_number` of the other. `uuid` stays the article's when it is deleted
    and brought back. `changes` is a list of {"on": ISO day, "note": what readers are told}.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # One at most, by a constraint whose index leaves out those that replace nothing: SQLite would take all of
    # them for few, and look there first.
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="next_versions",
        related_query_name="next_version",
    )
    replaces_number = models.PositiveIntegerField(null=True, editable=False)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="articles", verbose_name=_("rubrique")
    )
    slug = models.CharField(
        _("adresse"),
        max_length=255,
        blank=True,
        validators=[validate_slug],
        help_text=_("La fin de l’adresse de la page. Laissez vide : elle sera faite du titre."),
    )
    title = models.CharField(_("titre"), max_length=500)
    subtitle = models.CharField(_("sous-titre"), max_length=500, blank=True)
    chapeau = models.TextField(_("chapeau"), blank=True, help_text=_("L’essentiel en deux ou trois phrases."))
    chapeau_html = models.TextField(editable=False, blank=True)
    body = models.TextField(_("texte"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    language = models.CharField(_("langue"), max_length=10, choices=LANGUAGES, default="fr")
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("traduction de"),
    )
    status = models.CharField(_("état"), max_length=20, choices=Status, default=Status.DRAFT, db_index=True)
    published_at = models.DateTimeField(
        _("publication le"),
        null=True,
        blank=True,
        help_text=_("Une date à venir programme la publication. Vide : au moment où l’article est publié."),
    )
    ends_at = models.DateTimeField(
        _("fin de publication le"),
        null=True,
        blank=True,
        help_text=_("Vide : l’article reste en ligne."),
    )
    updated_on = models.DateField(
        _("mis à jour le"),
        null=True,
        blank=True,
        help_text=_("La date montrée au public quand le fond a changé depuis la publication."),
    )
    changes = models.JSONField(_("modifications"), default=list, blank=True, editable=False)
    withdrawal_notice = models.TextField(
        _("avis de retrait"),
        blank=True,
        editable=False,
        help_text=_("Ce que dit l’avis au-dessus du texte, qui reste lisible."),
    )
    pinned = models.BooleanField(
        _("épinglé"), default=False, help_text=_("Reste en tête de la page d’accueil.")
    )
    redirect_to = models.CharField(
        _("redirige vers"),
        max_length=500,
        blank=True,
        validators=[validate_target],
        help_text=_(
            "Pour que cette page en montre une autre : son adresse (/agenda/… ou https://…). "
            "L’article n’est alors plus dans les listes."
        ),
    )
    tags = TaggableManager(
        verbose_name=_("mots-clés"),
        through=TaggedArticle,
        manager=ArticleTags,
        blank=True,
        ordering=["tagged_items__pk"],  # as they were given, when many articles' are fetched at once too
    )
    press_contact = models.TextField(
        _("contact presse"), blank=True, help_text=_("En Markdown : service, téléphone, courriel.")
    )
    press_contact_html = models.TextField(editable=False, blank=True)
    event_starts_at = models.DateTimeField(_("début de l’événement"), null=True, blank=True)
    event_ends_at = models.DateTimeField(_("fin de l’événement"), null=True, blank=True)
    event_all_day = models.BooleanField(_("journée entière"), default=False)
    place = models.CharField(_("lieu"), max_length=300, blank=True)
    street_address = models.TextField(_("adresse du lieu"), blank=True)
    practical_details = models.TextField(
        _("informations pratiques"),
        blank=True,
        help_text=_("En Markdown, par exemple une liste « Accès » puis « : métro Ségur » à la ligne."),
    )
    practical_details_html = models.TextField(editable=False, blank=True)
    extra = models.JSONField(
        _("autres clés du billet"),
        default=dict,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    modified_at = models.DateTimeField(_("modifié le"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("publish_article", _("Peut publier, programmer et retirer des articles"))]
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(
                fields=[
                    "section",
                    "status",
                    "-published_at",
                    "language",
                    "ends_at",
                    "redirect_to",
                    "event_starts_at",
                    "event_ends_at",
                ],
                name="article_section_listed",
            ),
            # The constraint's own index knows only what has an address, which not every question says.
            models.Index(fields=["section", "slug"], name="article_address"),
            models.Index(fields=["-published_at"], name="article_latest"),
            models.Index(fields=["event_starts_at"], name="article_event_start"),
            # All that `listed` and its counts ask: the articles themselves, long texts, are not read.
            models.Index(
                fields=[
                    "status",
                    "-published_at",
                    "section",
                    "language",
                    "ends_at",
                    "redirect_to",
                    "pinned",
                    "translation_of",
                    "event_starts_at",
                    "event_ends_at",
                    "updated_on",
                ],
                name="article_listed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "slug"],
                condition=Q(replaces__isnull=True),
                name="article_slug_once_per_section",
                violation_error_message=_(
                    "Un autre article de cette rubrique a déjà cette adresse : changez-en."
                ),
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"],
                condition=Q(translation_of__isnull=False, replaces__isnull=True),
                name="article_one_version_per_language",
                violation_error_message=_(
                    "L’original a déjà une version dans cette langue : changez de langue ou d’original."
                ),
            ),
            models.CheckConstraint(
                name="article_has_slug",
                condition=~Q(slug=""),
                violation_error_message=_("Un article a une adresse : donnez-la."),
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False),
                name="article_one_next_version",
                violation_error_message=_("Une nouvelle version de cet article est déjà en préparation."),
            ),
            models.CheckConstraint(
                name="article_next_version_is_hidden",
                condition=Q(replaces__isnull=True) | Q(status__in=[Status.DRAFT, Status.IN_REVIEW]),
                violation_error_message=_(
                    "Une nouvelle version reste un brouillon : publiez-la, elle remplace la page en ligne."
                ),
            ),
            models.CheckConstraint(
                name="article_published_has_time",
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                violation_error_message=_("Un article publié a une date de publication : donnez-la."),
            ),
            models.CheckConstraint(
                name="article_ends_after_publication",
                condition=Q(ends_at__isnull=True)
                | Q(published_at__isnull=True)
                | Q(ends_at__gt=F("published_at")),
                violation_error_message=_("La fin de publication doit suivre la publication."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic(savepoint=False)  # the row and what the search knows of it, or neither
    def save(self, *args: Any, **kwargs: Any) -> None:
        loaded = self.__dict__.keys()
        if "slug" in loaded:
            self.slug = unicodedata.normalize("NFC", self.slug) or self.free_slug()
        if "street_address" in loaded:
            self.street_address = unix_lines(self.street_address)
        update_fields = kwargs.get("update_fields")
        kwargs["update_fields"] = self.render(update_fields)
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if self.translation_of_id and (update_fields is None or "translation_of" in update_fields):
            self.translations.update(translation_of=self.translation_of_id)
        if update_fields is None or "body" in update_fields:
            self.take_body_images(is_new)
        if not is_new and (update_fields is None or "language" in update_fields):
            for video in self.video_embeds.exclude(transcript=""):
                before = video.transcript_html
                video.render()
                if video.transcript_html != before:
                    video.save(update_fields=["transcript"])
        if update_fields is None or SEARCHED & set(update_fields):
            SearchEntry.objects.put([self.pk])

    def get_absolute_url(self) -> str:
        if not self.section.prefix:
            return reverse("page", args=[self.slug])
        return reverse("article", args=[self.section.prefix, self.slug])

    def known_addresses(self) -> set[str]:
        """The addresses by which it is known, decoded: below all names of its section, and its old ones."""
        below_folder = f"/{self.section.collection}/{self.slug}/"
        old = (each.address for each in self.old_addresses.all())
        return {*self.section.addresses_of(self.slug), below_folder, *old}

    def clean(self) -> None:
        """Fill what may be left out; raise ValidationError, by field, for what does not fit together."""
        if self.status == Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()
        self.slug = self.slug or self.free_slug()
        errors: dict[str, Any] = {
            name: _("L’année doit être comprise entre %(first)s et %(last)s : %(remedy)s")
            % {"first": YEARS[0], "last": YEARS[-1], "remedy": remedy}
            for name, remedy in REMEDIES_OF_FAR_DATES.items()
            if _is_far(getattr(self, name))
        }
        if self.updated_on and self.updated_on > timezone.localdate():
            errors.setdefault(
                "updated_on",
                _("Ce jour est à venir : donnez celui où le texte a changé, ou laissez vide."),
            )
        if self.published_at and self.ends_at and self.ends_at <= self.published_at:
            errors.setdefault(
                "ends_at", _("La fin de publication doit suivre la publication : changez l’une des deux.")
            )
        starts, ends = self.event_starts_at, self.event_ends_at
        if starts is not None and ends is not None and ends < starts:
            errors.setdefault(
                "event_ends_at", _("La fin de l’événement doit suivre son début : changez l’un des deux.")
            )
        try:
            self.translation_of = self.original_by(self.translation_of)
        except ValidationError as error:
            errors |= error.message_dict
        if self.section_id and self.replaces_id is None:
            if self.is_hidden_by_the_site():
                errors["slug"] = _("Cette adresse sert déjà au site : choisissez-en une autre.")
            elif self.siblings().filter(slug=self.slug).exists():
                errors["slug"] = _("Un autre article de cette rubrique a déjà cette adresse : changez-en.")
        if errors:
            raise ValidationError(errors)

    def original_by(self, named: "Article | None") -> "Article | None":
        """The original of a translation of the article named: all versions have the same one.

        Each finds all the others by it; where it becomes another's translation, `save` takes its own along.
        A next version has the translations of its page.
        Raises ValidationError, by field, for an article that would be its own original, or a language
        that would have two versions.
        """
        original = named and (named.translation_of or named)
        selves = [pk for pk in (self.pk, self.replaces_id) if pk is not None]
        if original is not None and original.pk in selves:
            raise ValidationError(
                {
                    "translation_of": _(
                        "« %(title)s » est une version de cet article, qui en est l’original : "
                        "donnez un autre original, ou laissez vide."
                    )
                    % {"title": named}
                }
            )
        known = Article.objects.filter(replaces=None)
        own = known.filter(translation_of__in=selves)
        others = own if original is None else known.in_all_languages(original.pk).exclude(pk__in=own)
        languages = [self.language, *(own.values_list("language", flat=True) if original else ())]
        twin = others.exclude(pk__in=selves).filter(language__in=languages).first()
        if twin is not None:
            raise ValidationError(
                {
                    "language": _(
                        "« %(title)s » est déjà la version en « %(language)s » : "
                        "changez de langue, ou d’original."
                    )
                    % {"title": twin, "language": twin.get_language_display()}
                }
            )
        return original

    def siblings(self) -> ArticleQuerySet:
        """The other articles of the section that have an address."""
        return Article.objects.filter(section_id=self.section_id, replaces=None).exclude(pk=self.pk)

    def is_hidden_by_the_site(self) -> bool:
        """Whether a page at the root has the address of a section or of the site's own machinery."""
        return not self.section.prefix and (
            self.slug in RESERVED_PREFIXES or Section.objects.filter(prefix=self.slug).exists()
        )

    def free_slug(self) -> str:
        """A slug made of the title that no other article of the section has."""
        wanted = new_slug(self.title)
        taken = set(self.siblings().filter(slug__startswith=wanted).values_list("slug", flat=True))
        numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
        return next(slug for slug in (wanted, *numbered) if slug not in taken)

    def render(self, update_fields: Any = None) -> set[str] | None:
        """Make the HTML of the Markdown that is about to be saved; the fields to save with it.

        Typography follows the language: when that is saved, a source that is not (deferred, or left
        out of `update_fields`) is rendered as it is stored.
        """
        fields = {field.name for field in self._meta.fields} if update_fields is None else set(update_fields)
        fields -= self.get_deferred_fields()
        saved = RENDERED.keys() & fields
        others = RENDERED.keys() - saved if "language" in fields else set()
        texts = {source: unix_lines(getattr(self, source)) for source in saved}
        if others and self.pk:
            texts |= Article.objects.values(*others).get(pk=self.pk)
        for source, markdown in texts.items():
            if source in saved:
                setattr(self, source, markdown)
            html = page_html(
                markdown, self.language, "texte" if source == "body" else source, settings.OWN_HOSTS
            )
            # Only the body's images are the article's own; elsewhere they become words or links.
            setattr(self, RENDERED[source], html if source == "body" else illustrate(html, {}))
        if update_fields is None:
            return None
        return {*update_fields, *(RENDERED[source] for source in texts)}

    def has_been_public(self, at: datetime | None = None) -> bool:
        """Whether the public has known the article by that time; `ArticleQuerySet.been_public` in Python."""
        at = at or timezone.now()
        was_out = self.status in (Status.PUBLISHED, Status.WITHDRAWN)
        return was_out and self.published_at is not None and self.published_at <= at

    def is_public(self, at: datetime | None = None) -> bool:
        """Whether the article is published at that time; `ArticleQuerySet.public` in Python."""
        return self.is_readable(at) and self.status == Status.PUBLISHED

    def is_readable(self, at: datetime | None = None) -> bool:
        """Whether the article has a page at that time; `ArticleQuerySet.readable` in Python."""
        return self.is_online(at) and not self.redirect_to

    def is_online(self, at: datetime | None = None) -> bool:
        """Whether the address answers, by the page or by leading on; `ArticleQuerySet.online` in Python."""
        at = at or timezone.now()
        if self.published_at is None or self.published_at > at:
            return False
        if self.status == Status.WITHDRAWN:
            return bool(self.withdrawal_notice or self.redirect_to)
        return self.status == Status.PUBLISHED and (self.ends_at is None or self.ends_at > at)

    @property
    def event_day(self) -> datetime | None:
        """When the event starts or, where nobody says so, ends: its day in lists; `event_day` in Python."""
        return self.event_starts_at or self.event_ends_at

    def is_past(self) -> bool:
        """Whether the event is over; of events with a day, the others are `is_to_come`."""
        last = self.event_ends_at or self.event_starts_at
        return last is not None and timezone.localdate(last) < timezone.localdate()

    def is_updated(self) -> bool:
        """Whether an editor gave the day of an update, and it has come."""
        return self.updated_on is not None and self.updated_on <= timezone.localdate()

    @property
    def last_change(self) -> date:
        """When a published article last changed in substance."""
        assert self.published_at is not None
        return last_change(self.published_at, self.updated_on)

    @property
    def state(self) -> str:
        """The stored status, or *scheduled* or *ended* when its times say so."""
        if self.status != Status.PUBLISHED or self.is_online():
            return self.status
        is_over = self.ends_at is not None and self.ends_at <= timezone.now()
        return "ended" if is_over else "scheduled"

    def get_state_display(self) -> str:
        names = {"scheduled": _("programmé"), "ended": _("terminé")}
        return str(names.get(self.state) or self.get_status_display())

    def take_body_images(self, is_new: bool = False) -> None:
        """Own the images that the text shows: one row for each address, with the file known there.

        An address may be known from an upload in the editor or from another article; to a page that the
        public knows, from none that it does not: the file would come out with the page.
        """
        shown = dict.fromkeys(each for each in image_addresses(self.body_html) if is_address(each))
        if not is_new:
            known = set(self.body_images.values_list("address", flat=True))
            if known - shown.keys():
                self.body_images.exclude(address__in=shown).delete()
            shown = {address: None for address in shown if address not in known}
        files = known_files(shown, self) if shown else {}
        BodyImage.objects.bulk_create(
            BodyImage(article=self, address=address, file_id=files.get(address)) for address in shown
        )
        # Whoever else shows an upload finds it here from now on; not in a version being prepared.
        if "<img" in self.body_html and self.replaces_id is None:
            taken = self.body_images.exclude(file=None).values("address")
            BodyImage.objects.filter(article=None, address__in=taken).delete()


def public_tags() -> models.QuerySet[Tag]:
    """The tags that a listed announcement bears: the others do not exist for the public."""
    bearing = Article.objects.listed().order_by().filter(tagged_items__tag=OuterRef("pk"))
    return Tag.objects.filter(Exists(bearing))


def known_files(addresses: Iterable[str], article: Article) -> dict[str, int]:
    """The latest file (its key) that an image which the article may show has at each of these addresses."""
    # Not in a version being prepared: it may have a new file at an address that the public knows.
    others = Article.objects.filter(replaces=None, pk=OuterRef("article")).order_by()
    if article.has_been_public():
        others = others.been_public()
    files: dict[str, int] = {}
    for kind in (CarouselImage, BodyImage):
        found = kind.objects.filter(Q(article=None) | Q(article=article.pk) | Exists(others))
        uses = found.filter(address__in=addresses).exclude(file=None)
        files |= dict(uses.order_by("pk").values_list("address", "file_id"))
    return files
