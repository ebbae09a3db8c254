"""Make the search index again from the articles, after bulk writes or a change in how words are read."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from articles.models import Article, SearchEntry
from articles.models.index import BATCH


class Command(BaseCommand):
    help = "Refait l’index de la recherche à partir des articles."

    def handle(self, *args: Any, **options: Any) -> None:
        pks = list(Article.objects.order_by("pk").values_list("pk", flat=True))
        # A batch at a time: editors go on saving meanwhile.
        for start in tqdm(range(0, len(pks), BATCH), unit="lot", disable=None):
            SearchEntry.objects.put(pks[start : start + BATCH])
        self.stdout.write(f"Index de recherche refait : articles {len(pks)}.")
