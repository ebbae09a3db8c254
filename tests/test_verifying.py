import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from articles import publishing, versions
from articles.erasing import erase
from articles.models import (
    Act,
    Article,
    Attachment,
    FormerPrefix,
    OldAddress,
    Status,
    Tag,
    Version,
    VideoEmbed,
)
from articles.roles import ADMINISTRATORS, PUBLISHERS
from articles.verifying import AlteredError, Verified, verify

from .editing import as_editor, save
from .factories import make_article, make_attachment, make_carousel_image, make_member, make_video, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    """An article with three versions, and another one beside it."""
    article = make_article(tags=["eau"], title="Un guichet ouvre")
    make_video(article, transcript="Des *paroles*.")
    make_attachment(article)
    make_carousel_image(article)
    for title in ("Un guichet ouvre", "Un guichet a ouvert", "Un guichet est ouvert"):
        article.title = title
        article.save()
        versions.record(article, None, note="Une note.")
    versions.record(make_article(), None)
    return article


def test_what_the_application_did_passes(article):
    assert verify() == Verified(articles=2, versions=4, files=2)


def test_what_an_editor_saves_passes(client, article):
    save(as_editor(client), article, title="Un guichet reste ouvert")
    versions.record(article, None)
    assert verify().articles == 2


def test_what_happens_in_the_life_of_an_article_passes(article):
    by = make_member(PUBLISHERS)
    draft = publishing.prepare(article, by)
    draft.title = "Un autre guichet ouvre"
    draft.save()
    publishing.keep(draft, by)
    publishing.publish(draft, by, "Un autre guichet ouvre.")
    publishing.restore(article, Version.objects.get(article_uuid=article.uuid, number=1), by)
    article.refresh_from_db()
    translation = make_article(language="en", translation_of=article)
    versions.record(translation, None)
    publishing.withdraw(article, by)
    publishing.delete(article, by)
    assert verify().articles == 2
    publishing.undelete(article.uuid, by)
    assert verify().articles == 3


# --- versions


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"title": "Un guichet ferme"}, "son contenu a été modifié"),
        ({"dump": "---\ntitle: Autre\n---\n"}, "son contenu a été modifié"),
        ({"files": {}}, "son contenu a été modifié"),
        ({"note": ""}, "son contenu a été modifié"),
        ({"author_name": "Autre"}, "ce qu’elle dit d’elle-même"),
        ({"act": Act.PUBLISHED}, "ce qu’elle dit d’elle-même"),
        ({"created_at": timezone.now()}, "ce qu’elle dit d’elle-même"),
        ({"sha256": "0" * 64}, "ce qu’elle dit d’elle-même"),
        ({"erased_at": timezone.now()}, "effacée, elle a de nouveau un contenu"),
    ],
)
def test_a_version_that_was_altered_is_named(article, values, fault):
    Version.objects.filter(article_uuid=article.uuid, number=2).update(**values)
    with pytest.raises(AlteredError, match=rf"Version 2 .*{fault}.* ; comparez avec une sauvegarde"):
        verify()


def test_a_version_that_was_altered_with_its_own_hashes_shows_in_the_next(article):
    version = Version.objects.get(article_uuid=article.uuid, number=2)
    version.title = "Un guichet ferme"
    version.seal(Version.objects.get(article_uuid=article.uuid, number=1))
    version.save()
    with pytest.raises(AlteredError, match=r"Version 3 .* celle qui la précède"):
        verify()


@pytest.mark.parametrize("number", [1, 2])
def test_a_version_that_was_deleted_shows_in_the_next(article, number):
    Version.objects.filter(article_uuid=article.uuid, number=number).delete()
    with pytest.raises(AlteredError, match=rf"Version {number + 1} .* la version {number}, .* supprimée"):
        verify()


def test_the_first_of_two_altered_versions_is_named(article):
    Version.objects.filter(article_uuid=article.uuid, number__in=[2, 3]).update(title="Un guichet ferme")
    with pytest.raises(AlteredError, match=r"^Version 2 "):
        verify()


def erase_by_hand(article, number) -> None:
    Version.objects.filter(article_uuid=article.uuid, number=number).update(
        title="", address="", dump="", files={}, public_note="", note="", erased_at=timezone.now()
    )


def test_a_version_that_was_erased_without_a_record_is_named(article):
    erase_by_hand(article, 1)
    with pytest.raises(AlteredError, match=rf"Version 1 de l’article {article.uuid}, .* ne le rapporte"):
        verify()


def test_a_version_whose_erasure_is_recorded_passes(article):
    erase_by_hand(article, 1)
    versions.record(article, None, Act.ERASED, about=1)
    assert verify().versions == 5


def test_the_history_of_a_deleted_article_is_verified_too(article):
    versions.record(article, None, Act.DELETED)
    article.delete()
    assert verify().versions == 5
    Version.objects.filter(article_uuid=article.uuid, number=2).update(note="Autre.")
    with pytest.raises(AlteredError, match="Version 2 "):
        verify()


# --- articles


def by_sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.stale_index
@pytest.mark.parametrize("column", ["title", "body", "slug", "press_contact"])
def test_an_article_that_was_altered_is_named(article, column):
    by_sql(f"UPDATE articles_article SET {column} = 'Autre' WHERE id = %s", article.pk)
    with pytest.raises(AlteredError, match=r"Article .* ne dit plus ce que dit sa dernière version \(3\)"):
        verify()


@pytest.mark.stale_index
@pytest.mark.parametrize(
    "alter",
    [
        lambda article: Article.objects.filter(pk=article.pk).update(status=Status.DRAFT),
        lambda article: Article.objects.filter(pk=article.pk).update(section=section("evenements")),
        lambda article: article.attachments.all().delete(),
        lambda article: article.carousel_images.update(alt_text="Autre"),
        lambda article: article.carousel_images.update(file=None),
        lambda article: article.tagged_items.all().delete(),
    ],
)
def test_rows_that_were_altered_are_found(article, alter):
    alter(article)
    with pytest.raises(AlteredError, match="ne dit plus ce que dit sa dernière version"):
        verify()


def test_an_article_without_history_is_named(article):
    make_article(title="Venu d’ailleurs")
    with pytest.raises(AlteredError, match=r"« Venu d’ailleurs ».* n’a pas d’historique"):
        verify()


def test_an_article_that_came_back_by_itself_is_named(article):
    versions.record(article, None, Act.DELETED)
    with pytest.raises(AlteredError, match="Un guichet est ouvert"):
        verify()


@pytest.mark.parametrize("field", ["chapeau_html", "body_html"])
def test_html_that_is_not_that_of_the_text_is_found(article, field):
    Article.objects.filter(pk=article.pk).update(**{field: "<p>Autre</p>"})
    with pytest.raises(AlteredError, match="le HTML que voit le public"):
        verify()
    call_command("render_articles")
    verify()


@pytest.mark.stale_index
def test_a_transcript_that_is_not_that_of_its_text_is_found(article):
    VideoEmbed.objects.update(transcript_html="<p>Autre</p>")
    with pytest.raises(AlteredError, match="le HTML que voit le public"):
        verify()


def test_what_follows_from_elsewhere_is_no_alteration(article):
    Tag.objects.update(name="Éau")
    OldAddress.objects.lead_to(article, ["/ancienne/"])
    left = section()
    left.prefix = "nouvelles"
    left.save()
    assert FormerPrefix.objects.exists()
    assert verify().articles == 2


def test_a_prefix_that_pages_take_or_others_take_over_is_no_alteration():
    pages, press, news = section("pages"), section("communiques"), section()
    for each in (pages, press, news):
        versions.record(make_article(section=each), None)
    moves = ((pages, "du-site"), (press, "presse"), (news, "espace-presse"), (news, "infos"))
    for each, prefix in moves:
        each.prefix = prefix
        each.save()
    assert verify().articles >= 3


def test_an_original_that_moved_is_no_alteration(article):
    translation = make_article(language="en", translation_of=article)
    versions.record(translation, None)
    article.slug = "ailleurs"
    article.save()
    versions.record(article, None)
    assert verify().articles == 3


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_an_original_that_moved_and_went_and_came_back_is_no_alteration(client, status):
    original = make_article(slug="eau", status=status)
    translation = make_article(language="en", translation_of=original)
    versions.begin(Article.objects.all())
    by, editor = make_member(PUBLISHERS), as_editor(client)
    for slug in ("l-eau", "les-eaux"):
        save(editor, original, slug=slug)
        assert verify().articles == 2
    news = section()
    news.prefix = "nouvelles"
    news.save()
    publishing.delete(original, by)
    assert verify().articles == 1
    versions.record(make_article(slug="les-eaux"), None)
    assert publishing.undelete(original.uuid, by).slug != "les-eaux"
    assert verify().articles == 3
    made = Version.objects.filter(article_uuid=translation.uuid).order_by("number")
    assert list(made.values_list("act", flat=True)) == [Act.FOUND, *4 * [Act.RELINKED]]


def test_an_original_whose_former_address_was_erased_is_no_alteration(client):
    original = make_article(slug="eau", status=Status.DRAFT)
    versions.record(make_article(language="en", translation_of=original), None)
    first = versions.record(original, None)
    save(as_editor(client), original, slug="l-eau")
    erase([first], make_member(ADMINISTRATORS), "Demande de la personne.")
    assert verify().articles == 2


def test_another_original_is_an_alteration(article):
    translation = make_article(language="en", translation_of=article)
    versions.record(translation, None)
    Article.objects.filter(pk=translation.pk).update(translation_of=None)
    with pytest.raises(AlteredError):
        verify()


# --- files


def test_a_file_whose_content_was_altered_is_named(article):
    path = Attachment.objects.get().file.original_path
    default_storage.delete(path)
    with pytest.raises(AlteredError, match=re.escape(f"Fichier {path} de MEDIA_ROOT")):
        verify()
    default_storage.save(path, ContentFile(b"%PDF-1.4 autre"))
    with pytest.raises(AlteredError, match=re.escape(path)):
        verify()


# --- as many as there are


def test_reading_takes_as_many_queries_whatever_a_chunk_holds(django_assert_max_num_queries):
    for _ in range(12):
        versions.record(make_article(), None)
    with django_assert_max_num_queries(14):
        verify()


def test_the_command_tells_what_it_checked_or_what_was_altered(article, capsys):
    call_command("verify_history")
    assert "articles 2, versions 4, fichiers 2" in capsys.readouterr().out
    Version.objects.filter(number=2).update(note="Autre.")
    with pytest.raises(CommandError, match="Version 2 ") as refused:
        call_command("verify_history")
    assert refused.value.returncode == 1
