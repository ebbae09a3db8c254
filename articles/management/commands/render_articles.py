"""Make the stored HTML again from its Markdown, after bulk writes or a change in rendering."""

from typing import Any

from django.core.management.base import BaseCommand

from articles.models import Article, VideoEmbed
from articles.models.articles import RENDERED


class Command(BaseCommand):
    help = "Refait le HTML de tous les articles à partir de leur texte."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = 0
        for article in Article.objects.only("language", *RENDERED, *RENDERED.values()).iterator(200):
            before = [getattr(article, name) for name in RENDERED.values()]
            article.render()
            if before != [getattr(article, name) for name in RENDERED.values()]:
                # Not save(): rendering again is no modification of the article.
                Article.objects.filter(pk=article.pk).update(
                    **{name: getattr(article, name) for name in RENDERED.values()}
                )
                changed += 1
        for video in VideoEmbed.objects.exclude(transcript="").iterator(200):
            video.save(update_fields=["transcript"])
        self.stdout.write(f"{changed} articles dont le HTML a changé.")
