"""Make the stored HTML again from its Markdown, after bulk writes or a change in rendering."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from articles.models import Article, SearchEntry, VideoEmbed
from articles.models.articles import RENDERED


class Command(BaseCommand):
    help = "Refait le HTML de tous les articles à partir de leur texte."

    def handle(self, *args: Any, **options: Any) -> None:
        articles = Article.objects.only("language", *RENDERED, *RENDERED.values())
        changed = [article for article in articles.iterator(200) if self.render(article, RENDERED.values())]
        for article in changed:
            article.take_body_images()
        videos = VideoEmbed.objects.select_related("article")
        changed_videos = [video for video in videos.iterator(200) if self.render(video, ["transcript_html"])]
        SearchEntry.objects.put(
            {*(each.pk for each in changed), *(each.article_id for each in changed_videos)}
        )
        self.stdout.write(f"HTML changé : articles {len(changed)}, transcriptions {len(changed_videos)}.")

    def render(self, row: Article | VideoEmbed, names: Iterable[str]) -> bool:
        """Make the HTML of one row; whether it changed.

        Not by `save`: rendering again is no modification of the article.
        """
        before = {name: getattr(row, name) for name in names}
        row.render()
        after = {name: getattr(row, name) for name in names}
        if before == after:
            return False
        type(row)._default_manager.filter(pk=row.pk).update(**after)
        return True
