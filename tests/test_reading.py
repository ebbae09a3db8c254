from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import BodyImage
from articles.reading import read

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    store,
)

pytestmark = pytest.mark.django_db


def kinds(reading):
    return [segment.kind for segment in reading.segments]


def test_items_stand_where_the_text_places_them():
    article = make_article(body="Avant.\n\n[[video:film]]\n\nEntre.\n\n[[image:carte]]\n\n[[document:bilan]]")
    make_video(article, key="film")
    make_carousel_image(article, key="carte")
    make_attachment(article, key="bilan")
    reading = read(article)
    assert [kind for kind in kinds(reading) if kind != "html"] == ["video", "image", "document"]
    assert not (reading.carousel)
    assert not (reading.videos)
    assert not (reading.documents)
    assert not reading.unknown


def test_what_is_not_placed_is_left_for_its_block():
    article = make_article(body="Un texte.")
    image, video, document = make_carousel_image(article), make_video(article), make_attachment(article)
    reading = read(article)
    assert (reading.carousel, reading.videos, reading.documents) == ((image,), (video,), (document,))


def test_a_placement_without_item_is_named_and_shows_nothing():
    reading = read(make_article(body="Avant.\n\n[[video:inconnue]]\n\nAprès."))
    assert reading.unknown == ("video:inconnue",)
    assert "inconnue" not in "".join(segment.content for segment in reading.segments)


def test_an_item_without_file_stays_where_the_text_or_a_list_promises_it():
    article = make_article(body="[[image:absente]]")
    placed = make_carousel_image(article, key="absente", file=None)
    make_carousel_image(article, file=None)
    document = make_attachment(article, file=None)
    reading = read(article)
    assert [segment.content for segment in reading.segments if segment.kind == "image"] == [placed]
    assert reading.documents == (document,)
    assert reading.carousel == ()


def test_a_document_that_the_text_links_is_not_listed_again():
    article = make_article(body="Voir [le bilan](/uploads/Bilan%20annuel.pdf).")
    make_attachment(article, address="/uploads/Bilan annuel.pdf")
    other = make_attachment(article)
    assert read(article).documents == (other,)


def test_an_item_placed_twice_is_shown_once():
    article = make_article(body="[[video:film]]\n\nEntre.\n\n[[video:film]]")
    make_video(article, key="film")
    reading = read(article)
    assert kinds(reading).count("video") == 1
    assert kinds(reading)[0] == "video"
    assert reading.unknown == ()
    assert not reading.videos


def test_a_link_to_a_document_without_file_says_that_there_is_none():
    article = make_article(body="Voir [le bilan](/uploads/Bilan%20perdu.pdf) et [la suite](/uploads/la.pdf).")
    make_attachment(article, address="/uploads/Bilan perdu.pdf", file=None)
    make_attachment(article, address="/uploads/la.pdf")
    [segment] = read(article).segments
    assert '<span>le bilan <span lang="fr">(document non disponible)</span></span>' in segment.content
    assert "perdu.pdf" not in segment.content
    assert '<a href="/uploads/la.pdf">la suite</a>' in segment.content


def test_images_of_the_text_show_their_renditions_under_the_prefix():
    BodyImage.objects.create(address="/uploads/carte.png", file=store("c.png", image_bytes()))
    article = make_article(body="![Une carte](/uploads/carte.png)")
    [segment] = read(article, "/apercu/images/").segments
    assert 'src="/apercu/images/' in segment.content
    assert "/uploads/carte.png" not in segment.content


def test_players_are_named_wherever_the_video_stands(settings):
    article = make_article(body="[[video:film]]")
    make_video(article, key="film")
    make_video(article, provider="youtube", video_id="abcdefghijk")
    make_video(article, provider="peertube", host="videos.example.fr", video_id="a1b2")
    hosts = read(article).player_hosts
    assert len(hosts) == 2
    assert "videos.example.fr" not in hosts


def test_reading_takes_one_query(django_assert_num_queries):
    article = make_article(body="![Une carte](/uploads/carte.png)\n\n[[video:film]]", tags=["a", "b"])
    for _ in range(5):
        make_carousel_image(article)
        make_video(article)
        make_attachment(article)
    with django_assert_num_queries(1):
        read(article)


# --- contents, minutes


def texts(headings):
    return [(heading.text, texts(heading.parts)) if heading.parts else heading.text for heading in headings]


def test_three_headings_make_a_table_of_contents_and_two_do_not():
    assert read(make_article(body="## A\n\n## B")).contents == ()
    assert texts(read(make_article(body="## A\n\n### B *c*\n\n## D")).contents) == [("A", ["B c"]), "D"]
    assert texts(read(make_article(body="#### A\n\n##### B\n\n##### C\n\n###### D")).contents) == [
        ("A", ["B", "C"])
    ]


def test_contents_lead_to_headings_of_the_text_whoever_wrote_them():
    article = make_article(body="## Même\n\n<h2>Même</h2>\n\n<h2 id='b'>Autre[^1]</h2>\n\n## x\n\n[^1]: y")
    reading = read(article)
    ids = [heading.id for heading in reading.contents]
    assert len(set(ids)) == 4
    assert all(f' id="{each}"' in article.body_html for each in ids)


def test_a_table_of_contents_of_the_author_is_the_only_one():
    assert read(make_article(body="* toc\n{:toc}\n\n## A\n\n## B\n\n## C")).contents == ()


def test_minutes_count_the_chapeau_and_the_text():
    assert read(make_article(chapeau="mot " * 200, body="mot " * 400)).minutes == 3
    assert read(make_article(chapeau="", body="")).minutes == 1


# --- changes


def test_changes_are_told_the_latest_first_and_none_before_its_day():
    today = timezone.localdate()
    days = [today - timedelta(days=9), today, today, today + timedelta(days=1)]
    changes = [{"on": day.isoformat(), "note": f"Note {number}"} for number, day in enumerate(days)]
    told = read(make_article(changes=changes)).changes
    assert [change.note for change in told] == ["Note 2", "Note 1", "Note 0"]
    assert read(make_article()).changes == ()
