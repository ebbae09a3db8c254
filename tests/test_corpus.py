from datetime import UTC, datetime
from pathlib import Path

import pytest

from articles.archive import MediaFolder, PostFile, find_posts
from articles.importing import Outcome, import_files
from articles.media import Media
from articles.models import Article

from .factories import section

PROJECT = Path(__file__).resolve().parents[1]
CORPUS = PROJECT.parent / "shared" / "corpus"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.django_db,
    pytest.mark.skipif(not CORPUS.exists(), reason="the real posts are not beside the project"),
]


def run(path, media=None):
    files = [file for file in find_posts(path) if isinstance(file, PostFile)]
    return list(import_files(files, section(), media))


@pytest.mark.parametrize("path", [CORPUS / "seed", CORPUS / "site", PROJECT / "fixtures" / "posts"])
def test_every_post_comes_in_and_a_second_run_changes_nothing(path):
    media = Media(MediaFolder(PROJECT / "fixtures" / "media"))
    first = run(path, media)
    assert [result.message for result in first if result.outcome is not Outcome.CREATED] == []
    assert len(first) == {"seed": 1, "site": 36}.get(path.name, len(first))
    before = list(Article.objects.order_by("pk").values())
    assert {result.outcome for result in run(path, media)} == {Outcome.UNCHANGED}
    assert list(Article.objects.order_by("pk").values()) == before


def test_the_seed_becomes_the_rows_that_it_tells():
    run(CORPUS / "seed")
    article = Article.objects.get()
    assert article.get_absolute_url() == "/actualites/programme-dcant-2018-2020/"
    assert article.published_at == datetime(2017, 12, 12, 15, 19, tzinfo=UTC)
    assert article.chapeau
    assert article.carousel_images.get().alt_text
    videos = article.video_embeds.all()
    assert [video.provider for video in videos] == ["dailymotion", "dailymotion"]
    assert all(video.caption and f"[[video:{video.key}]]" in article.body for video in videos)
    assert [bool(each.title) for each in article.attachments.all()] == [True, True]
    assert "<iframe" not in article.body_html
    assert "{:" not in article.body_html
