from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.images import ImageError
from articles.models import (
    Article,
    Attachment,
    BodyImage,
    CarouselImage,
    Section,
    Status,
    Tag,
    VideoEmbed,
    event_day,
    is_to_come,
)
from articles.posts import MAX_LENGTHS

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    pdf_bytes,
    section,
    store,
)
from .together import Together

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)

PUBLICATION_TABLE = [
    # status, published_at, ends_at, public at NOW
    (Status.PUBLISHED, BEFORE, None, True),
    (Status.PUBLISHED, NOW, None, True),
    (Status.PUBLISHED, AFTER, None, False),
    (Status.PUBLISHED, BEFORE, AFTER, True),
    (Status.PUBLISHED, BEFORE, NOW, False),
    (Status.PUBLISHED, BEFORE - timedelta(1), BEFORE, False),
    (Status.DRAFT, BEFORE, None, False),
    (Status.DRAFT, None, None, False),
    (Status.IN_REVIEW, BEFORE, None, False),
    (Status.WITHDRAWN, BEFORE, None, False),
]


@pytest.mark.parametrize(("status", "published_at", "ends_at", "public"), PUBLICATION_TABLE)
def test_published_means_the_same_in_sql_and_in_python(status, published_at, ends_at, public):
    article = make_article(status=status, published_at=published_at, ends_at=ends_at)
    assert article.is_public(NOW) is public
    assert Article.objects.public(NOW).filter(pk=article.pk).exists() is public


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("published_at", [None, BEFORE, NOW, AFTER])
@pytest.mark.parametrize("ends_at", [None, NOW, AFTER + timedelta(1)])
@pytest.mark.parametrize("left", [{}, {"withdrawal_notice": "Périmé."}, {"redirect_to": "/agenda/"}])
def test_what_answers_is_the_same_in_sql_and_in_python(status, published_at, ends_at, left):
    if status == Status.PUBLISHED and published_at is None:
        return  # the database knows none
    if published_at is not None and ends_at is not None and ends_at <= published_at:
        return
    article = make_article(status=status, published_at=published_at, ends_at=ends_at, **left)
    known = Article.objects.filter(pk=article.pk)
    has_come = published_at is not None and published_at <= NOW
    lasts = ends_at is None or ends_at > NOW
    # An end is that of what is published: whatever was left by whoever withdrew a page stays.
    answers = {Status.PUBLISHED: has_come and lasts, Status.WITHDRAWN: has_come and bool(left)}.get(
        status, False
    )
    assert article.is_online(NOW) is known.online(NOW).exists() is answers
    is_readable = answers and "redirect_to" not in left
    assert article.is_readable(NOW) is known.readable(NOW).exists() is is_readable


@pytest.mark.parametrize(("status", "published_at", "ends_at", "public"), PUBLICATION_TABLE)
def test_what_has_been_public_is_the_same_in_sql_and_in_python(status, published_at, ends_at, public):
    article = make_article(status=status, published_at=published_at, ends_at=ends_at)
    is_known = article.has_been_public(NOW)
    assert Article.objects.been_public(NOW).filter(pk=article.pk).exists() is is_known
    assert is_known is (public or article in Article.objects.formerly_public(NOW))


@pytest.mark.parametrize(
    ("starts", "ends", "is_past"),
    [(-3, None, True), (-3, -1, True), (-3, 0, False), (0, None, False), (-3, 2, False), (None, -1, True)],
)
def test_an_event_is_past_or_to_come_in_python_as_in_sql(starts, ends, is_past):
    days = [None if day is None else timezone.now() + timedelta(day) for day in (starts, ends)]
    event = make_article(section=section("evenements"), event_starts_at=days[0], event_ends_at=days[1])
    assert event.is_past() == is_past
    assert Article.objects.filter(is_to_come()).exists() != is_past


@pytest.mark.parametrize(("starts", "ends"), [(NOW, None), (NOW, AFTER), (None, AFTER), (None, None)])
def test_an_event_has_the_same_day_in_python_as_in_sql(starts, ends):
    event = make_article(event_starts_at=starts, event_ends_at=ends)
    assert event.event_day == Article.objects.values_list(event_day(), flat=True).get() == (starts or ends)


@pytest.mark.parametrize(
    "name", ["published_at", "ends_at", "updated_on", "event_starts_at", "event_ends_at"]
)
@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_a_date_far_off_is_refused(name, year):
    article, far = make_article(), datetime(year, 12, 31, 12, tzinfo=UTC)
    setattr(article, name, far.date() if name == "updated_on" else far)
    with pytest.raises(ValidationError) as refusal:
        article.full_clean()
    assert "entre 1900 et 2199" in refusal.value.message_dict[name][0]


def test_a_year_ends_where_the_site_is():
    last = datetime(2199, 12, 31, 23, tzinfo=UTC)
    make_article(event_starts_at=last - timedelta(microseconds=1)).full_clean()
    with pytest.raises(ValidationError, match="entre 1900 et 2199"):
        make_article(event_starts_at=last).full_clean()
    with pytest.raises(ValidationError, match="entre 1900 et 2199"):
        make_article(event_starts_at=datetime.max.replace(tzinfo=UTC)).full_clean()


def test_an_update_that_is_to_come_is_refused_and_says_nothing():
    tomorrow = timezone.localdate() + timedelta(days=1)
    article = make_article(updated_on=tomorrow)
    with pytest.raises(ValidationError, match="à venir") as refusal:
        article.full_clean()
    assert set(refusal.value.message_dict) == {"updated_on"}
    assert article.last_change == article.published_at
    assert not article.is_updated()
    article.updated_on = timezone.localdate()
    article.full_clean()
    assert (article.last_change, article.is_updated()) == (article.updated_on, True)


def test_times_make_a_published_article_scheduled_or_ended():
    now = timezone.now()
    day = timedelta(days=1)
    assert make_article(published_at=now + day).state == "scheduled"
    assert make_article(published_at=now - 2 * day, ends_at=now - day).state == "ended"
    assert make_article(published_at=now - day).state == Status.PUBLISHED
    assert make_article(status=Status.DRAFT, published_at=now + day).state == Status.DRAFT


def test_a_published_article_without_time_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(published_at=None)


def test_publishing_without_a_date_publishes_now():
    article = make_article(status=Status.DRAFT, published_at=None)
    article.status = Status.PUBLISHED
    article.full_clean()
    article.save()
    assert article.is_public()


def test_the_end_follows_the_publication():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(published_at=NOW, ends_at=BEFORE)


def test_two_sections_may_share_a_slug_and_one_section_may_not():
    make_article(slug="annonce")
    make_article(slug="annonce", section=section("communiques"))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(slug="annonce")


def test_an_empty_slug_is_made_of_the_title_and_kept_free():
    first = make_article(title="L’État à vos côtés", slug="", status=Status.DRAFT)
    first.full_clean()
    first.save()
    second = Article(section=section(), title="L’État à vos côtés")
    second.full_clean()
    assert first.slug == "l-etat-a-vos-cotes"
    assert second.slug == "l-etat-a-vos-cotes-2"


@pytest.mark.parametrize("slug", ["a b", "a/b", "a?b", "a#b", "a%b", "a<b"])
def test_a_slug_that_breaks_an_address_is_refused(slug):
    with pytest.raises(ValidationError, match="adresse"):
        Article(section=section(), title="Titre", slug=slug).full_clean()


@pytest.mark.parametrize("slug", ["2018-projets-de-l'état", "v1.2(bis)", "a" * 255, "évènement_ça"])
def test_slugs_of_old_posts_are_accepted_as_they_are(slug):
    Article(section=section(), title="Titre", slug=slug).full_clean()


def test_the_four_sections_of_the_dialect_come_with_the_migrations():
    prefixes = dict(Section.objects.exclude(kind="page").values_list("collection", "prefix"))
    assert prefixes == {
        "actualites": "actualites",
        "communiques": "espace-presse",
        "evenements": "agenda",
        "publications": "publication",
    }


def test_a_section_may_not_take_an_address_of_the_site():
    with pytest.raises(ValidationError, match="sert déjà"):
        Section(title="A", prefix="admin", kind="news", collection="a").full_clean()


# HTML is never older than its source


def test_html_follows_its_source_on_every_kind_of_save():
    article = make_article(body="Premier.")
    assert "Premier." in article.body_html
    article.body = "Deuxième."
    article.save(update_fields=["body"])
    article.refresh_from_db()
    assert "Deuxième." in article.body_html
    Article.objects.update_or_create(pk=article.pk, defaults={"body": "Troisième."})
    article.refresh_from_db()
    assert "Troisième." in article.body_html
    partial = Article.objects.only("title", "body").get(pk=article.pk)
    partial.body = "Quatrième."
    partial.save()
    article.refresh_from_db()
    assert "Quatrième." in article.body_html


def test_saving_another_field_saves_no_text():
    article = make_article(body="Avant.")
    article.title, article.body = "Nouveau titre", "Tapé mais pas enregistré."
    article.save(update_fields=["title"])
    article.refresh_from_db()
    assert (article.title, article.body) == ("Nouveau titre", "Avant.")
    assert "Avant." in article.body_html


def test_typography_follows_the_language():
    article = make_article(body="Oui !")
    assert "Oui\u00a0!" in article.body_html
    article.language = "en"
    article.save(update_fields=["language"])
    article.refresh_from_db()
    assert "Oui !" in article.body_html


def test_bulk_writes_are_followed_by_rendering_again(capsys):
    article = make_article(body="Avant.")
    Article.objects.filter(pk=article.pk).update(body="Après.")
    call_command("render_articles")
    assert "articles 1," in capsys.readouterr().out
    article.refresh_from_db()
    assert "Après." in article.body_html


# Alternative text


@pytest.mark.parametrize("blank", ["", " ", "  \t", "\u00a0", "\n"])
def test_a_blank_alternative_text_is_refused_by_the_model_and_by_the_database(blank):
    article = make_article()
    image = make_carousel_image(article)
    image.alt_text = blank
    with pytest.raises(ValidationError, match="texte alternatif"):
        image.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        CarouselImage.objects.filter(pk=image.pk).update(alt_text=blank)
    with pytest.raises(IntegrityError), transaction.atomic():
        CarouselImage.objects.bulk_create(
            [CarouselImage(article=article, key="b", address="/uploads/b.png", alt_text=blank)]
        )


def test_an_image_has_exactly_one_of_text_and_flag():
    article = make_article()
    make_carousel_image(article, alt_text="", needs_alt=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_carousel_image(article, alt_text="Un texte", needs_alt=True)


def test_writing_the_text_takes_the_flag_away():
    image = make_carousel_image(make_article(), alt_text="", needs_alt=True)
    image.alt_text = "Carte des départements"
    image.full_clean()
    image.save()
    image.refresh_from_db()
    assert not image.needs_alt


# Keys


def test_a_key_is_given_once_and_is_unique_in_its_article():
    article = make_article()
    first = make_attachment(article, title="Dossier de presse")
    second = make_attachment(article, title="Dossier de presse")
    assert (first.key, second.key) == ("dossier-de-presse", "dossier-de-presse-2")
    first.title = "Autre titre"
    first.save()
    assert first.key == "dossier-de-presse"
    assert make_attachment(make_article(), title="Dossier de presse").key == "dossier-de-presse"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_attachment(article, key="dossier-de-presse")


def test_keys_come_from_what_names_the_item():
    article = make_article()
    assert make_video(article, video_id="x6c1gha").key == "x6c1gha"
    assert make_carousel_image(article, address="/uploads/Journée DS.jpg").key == "journee-ds"


def test_an_accessible_version_belongs_to_the_same_article():
    original = make_attachment(make_article())
    other = make_attachment(make_article())
    other.accessible_version_of = original
    with pytest.raises(ValidationError, match="même article"):
        other.full_clean()


# Tags


def test_spellings_that_differ_by_case_or_accents_are_one_tag():
    first = make_article(tags=["Évènement", "open data"])
    second = make_article(tags=["evenement", "Open Data", "OPEN DATA"])
    assert set(first.tags.all()) == set(second.tags.all())
    assert Tag.objects.count() == 2


def test_a_tag_never_has_an_empty_slug_and_two_tags_never_share_one():
    slugs = [tag.slug for tag in Tag.objects.named(["C", "C++", "C#", "!!!", "日本"])]
    assert all(slugs)
    assert len(set(slugs)) == 5


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_may_make_the_same_tags_at_once_in_two_orders(monkeypatch):
    together, manager = Together(), type(Tag.objects)
    monkeypatch.setattr(manager, "get_or_create", together.held_after(manager.get_or_create))

    def named(*names):
        return lambda: transaction.atomic(Tag.objects.named)(names)

    assert together.do(named("Mer", "Eau"), named("Eau", "Mer")) == ["done", "done"]
    assert Tag.objects.count() == 2


def test_blank_tag_names_are_passed_over():
    assert Tag.objects.named(["", "  ", "santé"])[0].name == "santé"
    assert Tag.objects.count() == 1


# Files


def test_the_same_content_is_stored_once():
    data = image_bytes()
    assert store("a.png", data) == store("b.png", data)


def test_a_stored_image_has_measured_facts_and_renditions():
    stored = store("photo.png", image_bytes(700, 350))
    assert (stored.width, stored.height, stored.media_type) == (700, 350, "image/png")
    assert stored.largest_rendition["extension"] == "png"
    assert {each["extension"] for each in stored.renditions} >= {"png", "webp"}
    assert {each["width"] for each in stored.renditions} >= {320, 640, 700}


def test_a_stored_document_has_measured_facts():
    stored = store("rapport.pdf", pdf_bytes(pages=3))
    assert (stored.page_count, stored.media_type, stored.is_image) == (3, "application/pdf", False)


def test_a_torn_file_on_disk_is_made_good_by_storing_again():
    from django.core.files.storage import default_storage

    data = pdf_bytes()
    stored = store("rapport.pdf", data)
    with default_storage.open(stored.original_path, "wb") as file:
        file.write(data[:10])
    stored.delete()
    stored = store("rapport.pdf", data)
    with default_storage.open(stored.original_path) as file:
        assert file.read() == data


# Images of the text


def test_an_article_takes_the_images_that_its_text_shows():
    upload = BodyImage.objects.create(address="/uploads/carte.png", file=store("carte.png", image_bytes()))
    article = make_article(body="![Une carte](/uploads/carte.png)\n\n![Autre](/uploads/autre.png)")
    article.take_body_images()
    article.take_body_images()
    rows = {row.address: row.file for row in article.body_images.all()}
    assert rows == {"/uploads/carte.png": upload.file, "/uploads/autre.png": None}
    article.body = ""
    article.save()
    article.take_body_images()
    assert not article.body_images.exists()


def test_a_drawing_in_svg_is_refused_with_a_way_out():
    with pytest.raises(ImageError, match="PNG"):
        store("schema.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def test_a_dailymotion_video_plays_in_the_player_of_the_site(settings):
    video = make_video(make_article(), video_id="x6c1gha")
    assert "xplayer" not in video.embed_url
    settings.DAILYMOTION_PLAYER_ID = "xplayer"
    assert "xplayer" in video.embed_url
    assert "x6c1gha" in video.embed_url


def test_only_the_body_shows_images_and_none_of_another_site_loads():
    article = make_article(
        chapeau="![Une carte](/uploads/carte.png)", body="![Une carte](/uploads/carte.png)"
    )
    video = make_video(article, transcript="# Début\n\n![Un logo](https://example.org/logo.png)")
    assert "<img" not in article.chapeau_html
    assert "Une carte" in article.chapeau_html
    assert "<img" in article.body_html
    assert "<img" not in video.transcript_html
    assert "<h2" in video.transcript_html


def test_line_ends_of_browsers_are_no_edit():
    article = make_article(body="Une ligne.\r\nUne autre.")
    assert article.body == "Une ligne.\nUne autre."


def test_a_peertube_instance_that_the_settings_do_not_name_gives_no_player(settings):
    video = make_video(make_article(), provider="peertube", host="videos.example.fr", video_id="a1b2")
    assert not video.is_playable
    settings.PEERTUBE_HOSTS = ["videos.example.fr"]
    assert video.is_playable


# What a review found


@pytest.mark.parametrize("slug", ["a\x7fb", "a\x01b", ".", ".."])
def test_a_slug_that_no_address_can_hold_is_refused(slug):
    with pytest.raises(ValidationError, match="adresse"):
        Article(section=section(), title="Titre", slug=slug).full_clean()


def test_a_slug_is_kept_composed_and_never_empty(client):
    article = make_article(slug="re\u0301forme")
    assert article.slug == "r\u00e9forme"
    assert client.get(article.get_absolute_url()).status_code == 200
    assert make_article(title="Sans adresse", slug="").slug == "sans-adresse"
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(slug="")


def test_a_page_of_the_site_takes_no_address_that_is_in_use():
    for slug in ("actualites", "admin"):
        with pytest.raises(ValidationError, match="sert déjà"):
            Article(section=section("pages"), title="Titre", slug=slug).full_clean()
    make_article(section=section("pages"), slug="services")
    with pytest.raises(ValidationError, match="Une page du site"):
        Section(title="Services", prefix="services", kind="news", collection="services").full_clean()


def test_a_saved_language_renders_what_is_stored_not_what_is_typed():
    article = make_article(body="Enregistré !")
    article.language, article.body = "en", "Tapé !"
    article.save(update_fields=["language"])
    article.refresh_from_db()
    assert (article.body, "Enregistré !" in article.body_html) == ("Enregistré !", True)
    deferred = Article.objects.defer("body").get(pk=article.pk)
    deferred.language = "fr"
    deferred.save()
    article.refresh_from_db()
    assert "Enregistré\u00a0!" in article.body_html


def test_transcripts_follow_the_language_and_bulk_writes():
    article = make_article()
    video = make_video(article, transcript="Oui !")
    assert "Oui\u00a0!" in video.transcript_html
    article.language = "en"
    article.save()
    video.refresh_from_db()
    assert "Oui !" in video.transcript_html
    type(video).objects.update(transcript="")
    call_command("render_articles")
    video.refresh_from_db()
    assert video.transcript_html == ""


def test_images_of_the_text_follow_every_save():
    article = make_article(body="![Une carte](/uploads/carte.png)")
    assert article.body_images.get().address == "/uploads/carte.png"
    Article.objects.update_or_create(pk=article.pk, defaults={"body": "Plus d’image."})
    assert not article.body_images.exists()
    Article.objects.filter(pk=article.pk).update(body="![Autre](/uploads/autre.png)")
    call_command("render_articles")
    assert article.body_images.get().address == "/uploads/autre.png"


def test_a_draft_may_show_what_another_shows_as_a_translation_does():
    image = make_carousel_image(make_article(status=Status.DRAFT), address="/uploads/carte.png")
    article = make_article(body="![Une carte](/uploads/carte.png)", status=Status.DRAFT)
    assert article.body_images.get().file == image.file


def test_the_text_may_show_an_image_of_the_carousel():
    image = make_carousel_image(make_article(), address="/uploads/carte.png")
    article = make_article(body="![Une carte](/uploads/carte.png)")
    assert article.body_images.get().file == image.file


@pytest.mark.parametrize("blank", ["\u2003", "\u2009", "\v", "\u200b", "\u00ad", "\u2060", "\u3000 \u200b"])
def test_characters_that_show_nothing_are_no_alternative_text(blank):
    image = make_carousel_image(make_article())
    image.alt_text = blank
    with pytest.raises(ValidationError, match="texte alternatif"):
        image.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        CarouselImage.objects.filter(pk=image.pk).update(alt_text=blank)


def test_a_renamed_tag_keeps_its_key_true_and_meets_its_twin():
    tag = Tag.objects.named(["numerique"])[0]
    tag.name = "Données"
    tag.save(update_fields=["name"])
    tag.refresh_from_db()
    assert tag.folded == "donnees"
    with pytest.raises(ValidationError, match="existe déjà"):
        Tag(name="DONNEES", slug="autre").full_clean()


def test_a_translation_of_a_translation_names_the_original():
    original = make_article()
    english = make_article(language="en", translation_of=original)
    german = make_article(language="de", translation_of=english)
    german.full_clean()
    assert german.translation_of == original


def refusal_of(article):
    with pytest.raises(ValidationError) as refusal:
        article.full_clean()
    return refusal.value.message_dict


def test_an_article_is_not_a_translation_of_its_own():
    original = make_article()
    english = make_article(title="Moving", language="en", translation_of=original)
    original.translation_of = english
    assert "« Moving »" in refusal_of(original)["translation_of"][0]


def test_a_language_has_one_version():
    original = make_article(title="Partir")
    make_article(title="Moving", language="en", translation_of=original)
    other = make_article(language="de", translation_of=original)
    other.language = "en"
    assert "« Moving »" in refusal_of(other)["language"][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_an_original_does_not_take_the_language_of_its_translation():
    original = make_article()
    make_article(title="Moving", language="en", translation_of=original)
    original.language = "en"
    assert "« Moving »" in refusal_of(original)["language"][0]


def test_an_original_that_becomes_a_translation_takes_its_own_along():
    first, second = make_article(), make_article(language="en")
    german = make_article(language="de", translation_of=second)
    second.translation_of = first
    second.full_clean()
    second.save()
    german.refresh_from_db()
    assert german.translation_of == first


def test_versions_of_two_originals_in_one_language_do_not_become_one():
    first, second = make_article(), make_article(language="en")
    make_article(title="Umzug", language="de", translation_of=first)
    make_article(language="de", translation_of=second)
    second.translation_of = first
    assert "« Umzug »" in refusal_of(second)["language"][0]


@pytest.mark.parametrize("names_another", [False, True])
def test_a_next_version_takes_no_language_that_its_page_has_already(names_another):
    page, other = make_article(), make_article(language="de")
    make_article(title="Moving", language="en", translation_of=page)
    draft = make_article(status=Status.DRAFT, replaces=page, slug=page.slug)
    draft.full_clean()
    if names_another:
        make_article(title="Away", language="en", translation_of=other)
        draft.translation_of = other
        assert "« Away »" in refusal_of(draft)["language"][0]
    else:
        draft.language = "en"
        assert "« Moving »" in refusal_of(draft)["language"][0]


def test_a_next_version_is_not_a_translation_of_its_page():
    page = make_article(title="Partir")
    english = make_article(title="Moving", language="en", translation_of=page)
    draft = make_article(status=Status.DRAFT, replaces=page, slug=page.slug, language="de")
    for named in (page, english):
        draft.translation_of = named
        assert f"« {named} »" in refusal_of(draft)["translation_of"][0]


def test_content_that_the_disk_lost_is_stored_again():
    from django.core.files.storage import default_storage

    data = image_bytes()
    stored = store("a.png", data)
    default_storage.delete(stored.rendition_path(stored.renditions[0]))
    assert store("a.png", data) == stored
    assert stored.is_whole()


def test_a_key_never_ends_in_a_hyphen_before_its_number():
    article = make_article()
    title = "a" * 69 + " suite"
    assert make_attachment(article, title=title).key == "a" * 69
    assert make_attachment(article, title=title).key == "a" * 69 + "-2"


def test_what_a_post_may_say_fits_the_fields():
    fields = {
        "title": Article.title,
        "subtitle": Article.subtitle,
        "place": Article.place,
        "tag": Tag.name,
        "alt": CarouselImage.alt_text,
        "caption": CarouselImage.caption,
        "credit": CarouselImage.credit,
        "video title": VideoEmbed.title,
        "document title": Attachment.title,
    }
    assert {name: each.field.max_length for name, each in fields.items()} | {"address": 490} == MAX_LENGTHS
