"""Tags of the project's own: two spellings that differ by case or accents are one tag."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import _TaggableManager
from taggit.models import ItemBase, TagBase

from articles.text import fold, slug_key

from .index import SearchEntry

TAG_PREFIX = "mots-cles"
"""Below it a keyword has its page, which lists the articles that bear it."""


class TagQuerySet(models.QuerySet["Tag"]):
    @transaction.atomic(savepoint=False)  # the rows and what the search knows of them, or neither
    def delete(self) -> tuple[int, dict[str, int]]:
        articles = lock_tagged(self)
        deleted = super().delete()
        SearchEntry.objects.put(articles)
        return deleted


class TagManager(models.Manager["Tag"]):
    def get_queryset(self) -> TagQuerySet:
        return TagQuerySet(self.model, using=self._db)

    def named(self, names: Iterable[str]) -> list["Tag"]:
        """The tags of these names, in order, made where missing; blank names are passed over."""
        wanted = {folded: name.strip() for name in reversed(list(names)) if (folded := fold(name))}
        known = {tag.folded: tag for tag in self.filter(folded__in=wanted)}
        for folded in sorted(wanted):  # in one order: two who make the same tags wait for each other
            if folded not in known:
                known[folded], _created = self.get_or_create(folded=folded, defaults={"name": wanted[folded]})
        return [known[folded] for folded in reversed(wanted)]


class Tag(TagBase):
    folded = models.CharField(max_length=200, unique=True, editable=False)

    objects = TagManager()

    class Meta:
        verbose_name = _("mot-clé")
        verbose_name_plural = _("mots-clés")
        ordering = ["folded"]

    @transaction.atomic(savepoint=False)  # the row and what the search knows of it, or neither
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        is_new = self._state.adding
        if not is_new:
            lock_tagged([self])
        super().save(*args, **kwargs)
        if not is_new:
            SearchEntry.objects.put(tagged_by([self]))

    @transaction.atomic(savepoint=False)
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        articles = lock_tagged([self])
        deleted = super().delete(*args, **kwargs)
        SearchEntry.objects.put(articles)
        return deleted

    def clean(self) -> None:
        twin = Tag.objects.filter(folded=fold(self.name)).exclude(pk=self.pk).first()
        if twin is not None:
            raise ValidationError({"name": _("Ce mot-clé existe déjà : « %s ».") % twin.name})

    def absorb(self, others: Iterable["Tag"]) -> None:
        """Take the articles of other tags, and delete these; call it in a transaction."""
        others = list(others)
        articles = lock_tagged(others)
        for other in others:
            mine = TaggedArticle.objects.filter(tag=self).values("content_object")
            other.tagged_items.exclude(content_object__in=mine).update(tag=self)
            other.delete()
        SearchEntry.objects.put(articles)

    def slugify(self, tag: str, i: int | None = None) -> str:
        slug = slug_key(tag)
        return slug if i is None else f"{slug}-{i + 1}"

    def get_absolute_url(self) -> str:
        return reverse("tag", args=[self.slug])


class TaggedArticle(ItemBase):
    content_object = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="tagged_items"
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = _("mot-clé d’un article")
        verbose_name_plural = _("mots-clés d’un article")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tag_once_per_article")]


def tagged_by(tags: Iterable[Tag]) -> list[int]:
    """The articles that bear one of these tags, by primary key."""
    return list(
        TaggedArticle.objects.filter(tag__in=tags).values_list("content_object", flat=True).distinct()
    )


def lock_tagged(tags: Iterable[Tag]) -> list[int]:
    """Lock the articles that bear one of these tags, and return their primary keys; call it in a transaction.

    Before the tags and what ties them, as whoever saves an article does: see docs/adr/0018.
    """
    articles: Any = TaggedArticle._meta.get_field("content_object").related_model
    locked: list[int] = articles._default_manager.filter(pk__in=tagged_by(tags)).lock()
    return locked


class ArticleTags(_TaggableManager):
    """taggit's manager, with names matched by their folded form, and the search index kept.

    taggit compares names as the database does, which on SQLite ignores case for ASCII only and
    never ignores accents.
    """

    def add(self, *args: Any, **kwargs: Any) -> None:
        super().add(*args, **kwargs)
        SearchEntry.objects.put([self.instance.pk])

    def remove(self, *args: Any) -> None:
        super().remove(*args)
        SearchEntry.objects.put([self.instance.pk])

    def clear(self) -> None:
        super().clear()
        SearchEntry.objects.put([self.instance.pk])

    def _to_tag_model_instances(self, tags: Iterable[Any], tag_kwargs: dict[str, Any]) -> list[Tag]:
        tags = list(tags)
        named = Tag.objects.named(tag for tag in tags if isinstance(tag, str))
        instances = [tag for tag in tags if not isinstance(tag, str)]
        return super()._to_tag_model_instances([*instances, *named], tag_kwargs)
