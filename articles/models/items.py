"""Items: the images, videos and documents of one article, each with a key given once.

The body places an item by its key (`[[video:key]]`); an address is where the public finds its
file. Files are shared and immutable, so two items may show one file under two addresses.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import videos
from articles.addresses import file_stem
from articles.posts import MAX_LENGTHS
from articles.rendering import illustrate, page_html
from articles.text import INVISIBLE, is_blank, slug_key, unix_lines

from .files import StoredFile
from .index import SearchEntry
from .languages import LANGUAGES

PROVIDERS = [(name, videos.label(name)) for name in videos.PROVIDERS]


class Item(models.Model):
    """What images, videos and documents share: a place in one article, and a key unique in it."""

    key = models.SlugField(_("clé"), max_length=80, editable=False)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        abstract = True

    @transaction.atomic(savepoint=False)  # the row and what the search knows of it, or neither
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = self.free_key()
        super().save(*args, **kwargs)
        SearchEntry.objects.put([self.article_id])  # type: ignore[attr-defined]  # see free_key

    @transaction.atomic(savepoint=False)
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        SearchEntry.objects.put([self.article_id])  # type: ignore[attr-defined]  # see free_key
        return deleted

    def free_key(self) -> str:
        """A key that no item of this kind has yet in the article."""
        seed = slug_key(self.key_seed())[:70].rstrip("-")
        # Each kind has its own field `article`, for the name of its relation.
        kind: Any = type(self)
        siblings = kind._default_manager.filter(article_id=self.article_id)  # type: ignore[attr-defined]  # so it is
        taken = set(siblings.values_list("key", flat=True))
        numbered = (f"{seed}-{number}" for number in range(2, len(taken) + 3))
        return next(key for key in (seed, *numbered) if key not in taken)

    def key_seed(self) -> str:
        raise NotImplementedError


def visible(field: str) -> Func:
    """The SQL text of `field` without what shows nothing at its ends: `text.is_blank` for the database."""
    return Func(F(field), Value(INVISIBLE), function="TRIM")


class CarouselImage(Item):
    """An image of the carousel, with its alternative text (RGAA 1.1).

    Only an imported image may lack the text: `needs_alt` says so until somebody writes it, and
    the public gets it as decorative meanwhile.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="carousel_images")
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    address = models.CharField(max_length=500, editable=False, db_index=True)
    alt_text = models.CharField(
        _("texte alternatif"),
        max_length=500,
        blank=True,
        help_text=_("Ce que l’image apprend à qui ne la voit pas. Jamais un nom de fichier."),
    )
    needs_alt = models.BooleanField(_("texte alternatif à écrire"), default=False, editable=False)
    caption = models.CharField(_("légende"), max_length=500, blank=True)
    credit = models.CharField(_("crédit"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("image du carrousel")
        verbose_name_plural = _("images du carrousel")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "key"], name="carousel_image_key_once"),
            models.CheckConstraint(
                name="carousel_image_alt_or_flag",
                condition=Q(needs_alt=True, alt_text="")
                | Q(GreaterThan(Length(visible("alt_text")), 0), needs_alt=False),
                violation_error_message=_("Écrivez le texte alternatif de l’image."),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.alt_text or self.address

    def clean(self) -> None:
        if not is_blank(self.alt_text):
            self.needs_alt = False
        elif not self.needs_alt:
            raise ValidationError({"alt_text": _("Écrivez le texte alternatif de l’image.")})

    def key_seed(self) -> str:
        return file_stem(self.address)


class VideoEmbed(Item):
    """A video shown by its provider, only after the reader asks for it."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="video_embeds")
    provider = models.CharField(_("hébergeur"), max_length=20, choices=PROVIDERS, editable=False)
    video_id = models.CharField(max_length=100, editable=False)
    host = models.CharField(max_length=253, blank=True, editable=False)
    title = models.CharField(
        _("titre"),
        max_length=300,
        blank=True,
        help_text=_("Ce que montre la vidéo : le titre est lu par les lecteurs d’écran."),
    )
    caption = models.CharField(_("légende"), max_length=500, blank=True)
    transcript = models.TextField(
        _("transcription"),
        blank=True,
        help_text=_("Le texte de la vidéo, en Markdown : paroles, et ce que l’image est seule à dire."),
    )
    transcript_html = models.TextField(editable=False, blank=True)
    poster = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    poster_address = models.CharField(max_length=500, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("vidéo")
        verbose_name_plural = _("vidéos")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["article", "key"], name="video_embed_key_once")]

    def __str__(self) -> str:
        return self.title or self.caption or self.page_url

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.transcript = unix_lines(self.transcript)
        self.key = self.key or self.free_key()  # the ids of the transcript name it
        self.render()
        update_fields = kwargs.get("update_fields")
        if update_fields is not None and "transcript" in update_fields:
            kwargs["update_fields"] = {*update_fields, "transcript_html"}
        super().save(*args, **kwargs)

    def render(self) -> None:
        """Make the HTML of the transcript, in the typography of the article's language."""
        html = page_html(
            self.transcript, self.article.language, f"transcription-{self.key}", settings.OWN_HOSTS
        )
        self.transcript_html = illustrate(html, {})

    @property
    def page_url(self) -> str:
        return videos.page_url(self.provider, self.video_id, self.host)

    @property
    def is_playable(self) -> bool:
        """Whether the page may frame the player: a PeerTube instance must be one of the settings."""
        return not self.host or self.host in settings.PEERTUBE_HOSTS

    @property
    def embed_url(self) -> str:
        player = settings.DAILYMOTION_PLAYER_ID
        return videos.embed_url(self.provider, self.video_id, self.host, dailymotion_player=player)

    @property
    def embed_host(self) -> str:
        return videos.embed_host(self.provider, self.host)

    @property
    def recipient(self) -> str:
        """Who receives data once the reader asks for the video."""
        return videos.data_recipient(self.provider, self.host)

    def key_seed(self) -> str:
        return self.video_id


class Attachment(Item):
    """A document given with the article; its facts are those of its file."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    address = models.CharField(max_length=500, editable=False, db_index=True)
    title = models.CharField(_("titre"), max_length=500, blank=True)
    language = models.CharField(
        _("langue"),
        max_length=10,
        blank=True,
        choices=LANGUAGES,
        help_text=_("À remplir quand le document n’est pas dans la langue de l’article."),
    )
    accessible_version_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accessible_versions",
        verbose_name=_("version accessible de"),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["article", "key"], name="attachment_key_once")]

    def __str__(self) -> str:
        return self.title or file_stem(self.address)

    def clean(self) -> None:
        original = self.accessible_version_of
        if original is None:
            return
        if original.article_id != self.article_id or original == self:
            raise ValidationError(
                {"accessible_version_of": _("Choisissez un autre document du même article.")}
            )

    def key_seed(self) -> str:
        return self.title or file_stem(self.address)


class BodyImage(models.Model):
    """An image that the text itself shows (`![alt](/uploads/…)`), found by its address.

    A row without article is an image just uploaded in the editor: the article whose text shows
    it takes its file when saved, and the row goes.
    """

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="body_images"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=500, db_index=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("image du texte")
        verbose_name_plural = _("images du texte")
        constraints = [
            models.UniqueConstraint(fields=["article", "address"], name="body_image_once_per_article")
        ]

    def __str__(self) -> str:
        return self.address


def is_address(text: str) -> bool:
    """Whether a file may have this address: short enough to be kept, and printable."""
    return len(text) <= MAX_LENGTHS["address"] and text.isprintable()
