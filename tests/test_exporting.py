from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, reject, settings

from articles import jekyll
from articles.applying import apply
from articles.archive import post_file
from articles.exporting import PLAIN_FIELDS, How, dump, leave, post_of, says_the_same, with_all_parts
from articles.importing import import_files
from articles.models import Article, ImportedPost, OldAddress, Status, Tag
from articles.models.articles import RENDERED
from articles.posts import Post
from articles.text import INVISIBLE

from .factories import make_article, make_attachment, make_carousel_image, make_video, section
from .test_jekyll import EVERYTHING, INSTANCE, posts

# Edits are made by `QuerySet.update` here, which the index does not see.
pytestmark = [pytest.mark.django_db, pytest.mark.stale_index]

numbers = count(1)


def on_rows(post: Post) -> Article:
    article = Article(section=section(), slug=f"billet-{next(numbers)}")
    apply(post, article)
    return Article.objects.get(pk=article.pk)


def storable(post: Post) -> Post:
    """The post as rows can hold it: what they level, levelled."""
    ends_at = post.ends_at
    if ends_at and post.published_at and ends_at <= post.published_at:
        ends_at = post.published_at + timedelta(days=1)
    return replace(
        post,
        ends_at=ends_at,
        images=tuple(replace(each, alt=each.alt.strip(INVISIBLE)) for each in post.images),
        translation_of=post.translation_of and f"/{post.translation_of.strip('/')}/",
    )


def test_every_field_of_a_post_comes_back_from_rows():
    assert post_of(on_rows(EVERYTHING)) == EVERYTHING


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(posts())
def test_what_is_put_onto_rows_is_read_back(post):
    post = storable(post)
    Article.objects.all().delete()  # an address leads to one article only
    Tag.objects.all().delete()  # and a tag keeps the spelling that it came with
    try:
        article = on_rows(post)
    except ValidationError:  # longer than a field
        reject()
    assert post_of(article) == post


def test_no_field_of_an_article_is_forgotten():
    elsewhere = {
        # what a post's own parts or its name say
        *("id", "section", "slug", "translation_of", "changes", "extra"),
        # what it is among others
        *("uuid", "replaces", "replaces_number"),
        # what follows from other fields, or from the clock
        *RENDERED.values(),
        *("created_at", "modified_at"),
    }
    stored = {field.name for field in Article._meta.concrete_fields}
    assert stored == set(PLAIN_FIELDS) | elsewhere
    parts = {"tags", "images", "videos", "documents", "translation_of", "old_addresses", "changes", "extra"}
    assert {field.name for field in fields(Post)} == set(PLAIN_FIELDS) | parts


def test_a_dump_is_a_post_that_says_the_same():
    article = make_article(tags=["démarches", "Open data"], body="[[video:film]]")
    make_carousel_image(article, caption="Une légende", credit="Service photo")
    make_carousel_image(article, alt_text="", needs_alt=True)
    make_video(article, key="film", transcript="Bonjour.")
    original = make_attachment(article)
    make_attachment(article, language="en", accessible_version_of=original)
    assert jekyll.parse(dump(article).encode(), "a.md").post == post_of(article)


def test_a_dump_takes_a_handful_of_queries(django_assert_max_num_queries):
    article = make_article(tags=["un", "deux"])
    for _ in range(5):
        make_attachment(article)
        make_carousel_image(article)
    with django_assert_max_num_queries(5):
        dump(article)


def test_parts_fetched_for_many_articles_give_the_same_dumps(django_assert_num_queries):
    for number in range(3):
        article = make_article(tags=["zoo", "Abeille", f"mot {number}"], language="fr")
        original = make_attachment(article)
        make_attachment(article, accessible_version_of=original)
        make_carousel_image(article)
        make_video(article)
        make_article(language="en", translation_of=article)
    OldAddress.objects.lead_to(article, ["/b/", "/a/"])
    alone = {article.pk: dump(article) for article in Article.objects.all()}
    with django_assert_num_queries(6):  # the articles, then each of their parts
        together = {article.pk: dump(article) for article in with_all_parts(Article.objects.all())}
    assert together == alone


# --- leaving

HOME = "_actualites/le-guichet.md"
SOURCE = """\
---
# une remarque de la rédaction
title: Le guichet
  de l’eau ouvre
date: 2024-03-04 09:00:00 +01:00
layout: page   # pour personne

chapeau: Un premier mot.
tags:
- Eau
categories: [Démarches]
# les images
une-ou-diaporama:
- image: "/uploads/guichet.jpg"
  legende: 'Le guichet'
communique_file: /uploads/plan.pdf
dateEvent: 2024-05-06
redirection: ""
---

Un *texte*.

<iframe src="//www.dailymotion.com/embed/video/x6abcde"></iframe>
*La visite*

* [L’annexe](/uploads/annexe.pdf)
"""


@pytest.fixture
def come(tmp_path):
    """An article that came in as the text of a post, at a path."""

    def come(text=SOURCE, path=HOME):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        (result,) = import_files([post_file(file)], section())
        assert result.outcome == "created", result.message
        return Article.objects.get(imported_from__path=path)

    return come


def left(article, path=HOME):
    leaving = leave(Article.objects.get(pk=article.pk), path)
    return leaving.how, leaving.text


def changed(**values):
    return lambda article: Article.objects.filter(pk=article.pk).update(**values)


def each(relation, **values):
    return lambda article: getattr(article, relation).update(**values)


MOMENT = datetime(2024, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (
            changed(title="L’eau : le guichet"),
            "title: Le guichet\n  de l’eau ouvre\n",
            "title: 'L’eau : le guichet'\n",
        ),
        (changed(chapeau="Un\n\nautre"), "chapeau: Un premier mot.", "chapeau-text: |-\n  Un\n\n  autre"),
        (changed(chapeau=""), "chapeau: Un premier mot.\n", ""),
        (
            lambda article: article.tags.add("Air"),
            "tags:\n- Eau\ncategories: [Démarches]\n",
            "tags:\n- Eau\n- Démarches\n- Air\n",
        ),
        (
            lambda article: article.tags.clear(),
            "tags:\n- Eau\ncategories: [Démarches]\n",
            "",
        ),
        (
            each("carousel_images", alt_text="Un guichet vitré", needs_alt=False),
            "- image: \"/uploads/guichet.jpg\"\n  legende: 'Le guichet'\n",
            "- image: /uploads/guichet.jpg\n  alternative-textuelle: Un guichet vitré\n"
            "  legende: Le guichet\n  cle: guichet\n",
        ),
        (
            each("video_embeds", transcript="Bonjour.\nAu revoir."),
            'redirection: ""\n',
            'redirection: ""\nvideos:\n- video: https://www.dailymotion.com/video/x6abcde\n'
            "  legende: La visite\n  transcription: |-\n    Bonjour.\n    Au revoir.\n  cle: x6abcde\n",
        ),
        (
            lambda article: article.attachments.filter(key="annexe").update(title="Annexe"),
            "communique_file: /uploads/plan.pdf\n",
            "files:\n- file: /uploads/plan.pdf\n  nom: Communiqué de presse\n  cle: plan\n"
            "- file: /uploads/annexe.pdf\n  nom: Annexe\n  cle: annexe\n",
        ),
        (
            changed(event_starts_at=MOMENT, event_all_day=False),
            "dateEvent: 2024-05-06",
            "event_start_date: 2024-07-01 10:00:00 +02:00",
        ),
        (changed(event_all_day=False), 'redirection: ""\n', 'redirection: ""\njournee-entiere: false\n'),
        (changed(redirect_to="/agenda/"), 'redirection: ""\n', "redirect_to: /agenda/\n"),
        (changed(published_at=MOMENT), "2024-03-04 09:00:00 +01:00", "2024-07-01 10:00:00 +02:00"),
        (
            changed(status=Status.IN_REVIEW),
            'redirection: ""\n',
            'redirection: ""\nstatut: relecture\npublished: false\n',
        ),
        (
            lambda article: OldAddress.objects.lead_to(article, ["/2018/guichet/"]),
            'redirection: ""\n',
            'redirection: ""\nredirect_from:\n- /2018/guichet/\n',
        ),
    ],
)
@pytest.mark.parametrize("form", ["\n", "\r\n", "\ufeff"])
def test_an_edited_article_leaves_with_other_lines_for_what_changed_only(come, change, before, after, form):
    def formed(text):
        return text.replace("\n", form) if "\n" in form else form + text

    article = come(formed(SOURCE))
    assert left(article) == (How.AS_IT_CAME, formed(SOURCE))
    change(article)
    assert SOURCE.count(before) == 1
    assert left(article) == (How.PATCHED, formed(SOURCE.replace(before, after)))


def test_another_spelling_of_a_tag_is_no_change(come):
    article = come()
    article.tags.filter(name="Eau").update(name="EAU")
    assert left(article) == (How.AS_IT_CAME, SOURCE)


def test_a_dump_that_was_laid_out_otherwise_is_no_change(come):
    article = come()
    imported = ImportedPost.objects.get()
    imported.dump = imported.dump.replace("layout: page", 'layout: "page"')
    imported.save()
    assert left(article) == (How.AS_IT_CAME, SOURCE)


@pytest.mark.parametrize(
    "change",
    [
        changed(body="Un autre texte."),
        each("video_embeds", caption=""),  # the text of the source says it
        lambda article: article.attachments.filter(key="annexe").delete(),
        lambda article: article.video_embeds.all().delete(),
        changed(published_at=None, status=Status.DRAFT, body="a"),
    ],
)
def test_what_other_lines_cannot_say_leaves_in_our_own_dialect(come, change):
    article = come()
    change(article)
    how, text = left(article)
    article = Article.objects.get()
    assert (how, text) == (How.OURS, dump(article))
    assert jekyll.parse(text.encode(), HOME).post == post_of(article)


@pytest.mark.parametrize(
    "header",
    [
        "{title: a, date: 2024-03-04}",
        "  title: a\n  date: 2024-03-04",
        "title: &a a\nlieu: *a\ndate: 2024-03-04",
        "title: a\n  # décalée\ndate: 2024-03-04",
    ],
)
def test_no_way_of_writing_keys_makes_a_post_that_says_something_else(come, header):
    article = come(f"---\n{header}\n---\n")
    changed(title="Deux\nlignes ou plus")(article)
    _how, text = left(article)
    assert jekyll.parse(text.encode(), HOME).post == post_of(Article.objects.get())


def test_a_key_that_is_kept_aside_is_not_lost_with_the_one_it_contradicts(come):
    article = come(SOURCE.replace("chapeau: Un premier mot.", "chapeau-text: Un mot.\nchapeau: Un autre."))
    changed(chapeau="Un troisième.")(article)
    how, text = left(article)
    assert how is How.PATCHED
    assert "chapeau-text: Un troisième.\nchapeau: Un autre.\n" in text


def test_a_date_that_the_name_of_the_file_gave_is_written_once_it_changes(come):
    path = "_posts/2024-03-04-le-guichet.md"
    article = come("---\ntitle: a\n---\n", path)
    assert left(article, path) == (How.AS_IT_CAME, "---\ntitle: a\n---\n")
    assert left(article, "_actualites/le-guichet.md") == (
        How.PATCHED,
        "---\ntitle: a\ndate: 2024-03-04 00:00:00 +01:00\n---\n",
    )
    changed(published_at=None, status=Status.DRAFT)(article)
    how, text = left(article, path)
    assert how is How.OURS
    assert jekyll.parse(text.encode(), path).post.published_at is None


def test_a_post_of_a_folder_of_drafts_leaves_there_as_long_as_it_is_one(come):
    path = "_drafts/le-guichet.md"
    article = come(path=path)
    assert left(article, path) == (How.AS_IT_CAME, SOURCE)
    changed(title="Un autre")(article)
    assert left(article, path)[0] is How.PATCHED
    changed(status=Status.PUBLISHED)(article)
    assert left(article)[0] is How.PATCHED
    assert "statut" not in left(article)[1]


def test_a_moved_article_says_its_address_when_its_file_does_not(come):
    article = come()
    changed(slug="2024-03-04-autre")(article)
    assert left(article, "_actualites/autre.md") == (
        How.PATCHED,
        SOURCE.replace('redirection: ""\n', "redirection: \"\"\nslug: '2024-03-04-autre'\n"),
    )
    changed(body="a")(article)
    how, text = left(article, "_actualites/autre.md")
    assert how is How.OURS
    assert jekyll.parse(text.encode(), "_actualites/autre.md").slug == "2024-03-04-autre"


def test_a_slug_that_a_post_wrote_goes_when_the_name_of_its_file_says_another(come):
    article = come(SOURCE.replace("layout: page", "slug: vieux\nlayout: page"))
    changed(slug="neuf")(article)
    assert left(article, "_actualites/neuf.md") == (How.PATCHED, SOURCE)


def test_a_slug_that_other_posts_write_otherwise_leaves_in_our_own_dialect(come):
    article = come()
    changed(slug="l’eau--vive")(article)
    how, text = left(article, "_actualites/l-eau-vive.md")
    assert (how, jekyll.parse(text.encode(), "l-eau-vive.md").slug) == (How.OURS, "l’eau--vive")


def test_our_own_posts_leave_line_by_line_too(come):
    first = dump(on_rows(replace(EVERYTHING, old_addresses=())))
    article = come(first)
    assert left(article) == (How.AS_IT_CAME, first)
    changed(title="Un autre titre", pinned=False)(article)
    expected = first.replace("title: Titre", "title: Un autre titre").replace("epingle: true\n", "")
    assert left(article) == (How.PATCHED, expected)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(posts())
def test_whatever_an_article_becomes_what_leaves_reads_back(come, post):
    Article.objects.all().delete()
    ImportedPost.objects.all().delete()
    article = come()
    try:
        with transaction.atomic():
            apply(storable(post), article)
    except ValidationError:
        reject()
    _how, text = left(article)
    assert says_the_same(jekyll.parse(text.encode(), HOME, peertube_hosts=(INSTANCE,)).post, storable(post))
