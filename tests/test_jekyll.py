import re
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import jekyll, text
from articles.addresses import page_address
from articles.jekyll import file_name, parse
from articles.posts import Post, PostChange, PostDocument, PostError, PostImage, PostVideo
from articles.remarks import WARNINGS

PATH = "_actualites/ouverture-du-guichet.md"
INSTANCE = "videos.example.fr"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def parsed(header, body="", path=PATH):
    return parse(f"---\n{header}\n---\n{body}".encode(), path, peertube_hosts=(INSTANCE,))


def post_of(header, body="", path=PATH):
    """The post of a header that has a title and a date unless it gives others."""
    given_keys = {line.partition(":")[0] for line in header.split("\n")}
    lines = [
        line for line in ("title: Un titre", "date: 2020-01-02") if line.partition(":")[0] not in given_keys
    ]
    return parsed("\n".join((*lines, header)), body, path).post


def codes_of(header, body=""):
    return [warning.code for warning in parsed(f"title: Un titre\ndate: 2020-01-02\n{header}", body).warnings]


# --- what every post has


def test_a_post_of_siteleaf_is_read():
    result = parsed(
        "title: 'Un guichet pour l’eau : ouverture'\n"
        "date: 2017-12-12 16:19:00 +01:00\n"
        "categories:\n- Article\n"
        "tags:\n- eau\n"
        'chapeau-text: |-\n  Le guichet [ouvre](/x){:target="_blank"}.\n\n  Demain.\n'
        'une-ou-diaporama:\n- image: "/uploads/Journ%C3%A9e.JPG"\n  legende:\n'
        "  alternative-textuelle: Deux agents\n    devant un guichet\n"
        "position: 7",
        "\nLe texte.",
    )
    assert result.post == Post(
        title="Un guichet pour l’eau : ouverture",
        published_at=datetime(2017, 12, 12, 16, 19, tzinfo=timezone(timedelta(hours=1))),
        chapeau='Le guichet [ouvre](/x){:target="_blank"}.\n\nDemain.',
        body="Le texte.",
        tags=("eau", "Article"),
        images=(PostImage("journee", "/uploads/Journée.JPG", "Deux agents devant un guichet"),),
        extra={"position": 7},
    )
    assert result.warnings == ()


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("yes", "yes"),
        ("2018", "2018"),
        ("2018-01-01", "2018-01-01"),
        ("null", "null"),
        ("1_000", "1_000"),
        ("Ouverture du guichet\n  unique", "Ouverture du guichet unique"),
        ("'Meetup #3  :  eau'", "Meetup #3  :  eau"),
        ("« L’eau&nbsp;» &amp; nous&copy", "« L’eau\u00a0» & nous&copy"),
        ("|-\n  Deux\n  lignes", "Deux lignes"),
    ],
)
def test_a_title_is_its_text(written, title):
    assert post_of(f"title: {written}").title == title


@pytest.mark.parametrize(
    "header", ["date: 2020-01-02", "title:", "title: ' '", "title: [a]", "title: {a: b}"]
)
def test_a_post_without_title_is_refused(header):
    with pytest.raises(PostError) as caught:
        parsed(header)
    assert "title" in caught.value.message or "texte" in caught.value.message


# --- dates and status


@pytest.mark.parametrize("body", ["", "texte", "\ntexte\n\n", "\n  \n\ntexte  \n"])
def test_blank_lines_around_a_body_do_not_count(body):
    assert post_of("", body).body == body.strip()


def test_the_name_of_the_file_dates_a_post_that_has_no_date():
    result = parsed("title: a", path="_posts/2018-4-9-ouverture.md")
    assert result.post.published_at == datetime(2018, 4, 8, 22, tzinfo=UTC)
    assert (result.post.status, result.warnings) == ("published", ())


def test_the_name_of_the_file_dates_a_post_whose_date_cannot_be_read():
    result = parsed("title: a\ndate: hier", path="_posts/2018-04-09-ouverture.md")
    assert result.post.published_at == datetime(2018, 4, 8, 22, tzinfo=UTC)
    assert result.post.extra == {"date-non-lu": "hier"}
    assert [(warning.code, warning.line) for warning in result.warnings] == [("unread-date", 3)]


def test_a_written_date_wins_over_that_of_the_name():
    written = parsed("title: a\ndate: 2020-01-02", path="_posts/2018-04-09-ouverture.md").post.published_at
    assert written == datetime(2020, 1, 1, 23, tzinfo=UTC)


def test_a_post_without_any_date_is_a_draft_with_a_warning():
    result = parsed("title: a")
    assert (result.post.status, result.post.published_at) == ("draft", None)
    assert [warning.code for warning in result.warnings] == ["no-date"]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("published: true", "published"),
        ("published: false", "draft"),
        ("published: 'false'", "draft"),
        ("published:", "published"),
        ("statut: brouillon", "draft"),
        ("statut: Relecture", "in_review"),
        ("statut: publié", "published"),
        ("statut: retiré", "withdrawn"),
        ("statut: retire\npublished: false", "withdrawn"),
        ("statut: publie\npublished: false", "draft"),
    ],
)
def test_status_is_what_is_written_and_never_more_public(header, status):
    assert post_of(header).status == status


def test_a_contradictory_status_is_told():
    assert codes_of("statut: publie\npublished: false") == ["contradictory-status"]
    assert codes_of("published: false") == []


@pytest.mark.parametrize(
    "header",
    [
        "date: demain",
        "date: [2020]",
        "fin: un jour",
        "statut: en ligne",
        "published: peut-être",
        "published: {}",
    ],
)
def test_a_key_that_decides_what_is_public_is_never_guessed(header):
    key = header.partition(":")[0]
    with pytest.raises(PostError) as caught:
        post_of(header)
    assert f"« {key} »" in caught.value.message
    assert caught.value.line in (3, 4)


# --- other keys


def test_every_key_of_our_own_is_read():
    post = post_of(
        "sous-titre: Une seconde phrase\nmise-a-jour: 2020-02-03\nfin: 2021-01-01 00:00:00 +01:00\n"
        "lang: en_GB\ntraduction-de: https://www.example.fr/actualites/l%27eau\nepingle: oui\n"
        "contact-presse: '**Presse** : 01'\n"
        'lieu: Hôtel de ville\nadresse: "1 rue de la Paix \\n75002 Paris "\n'
        "informations-pratiques: |\n  Accès\n  : à pied\n"
    )
    assert post == Post(
        title="Un titre",
        published_at=datetime(2020, 1, 1, 23, tzinfo=UTC),
        subtitle="Une seconde phrase",
        updated_on=date(2020, 2, 3),
        ends_at=datetime(2020, 12, 31, 23, tzinfo=UTC),
        language="en",
        translation_of="/actualites/l'eau/",
        pinned=True,
        press_contact="**Presse** : 01",
        place="Hôtel de ville",
        street_address="1 rue de la Paix\n75002 Paris",
        practical_details="Accès\n: à pied",
    )


def test_tags_and_categories_are_tags_once_whatever_their_case_and_accents():
    post = post_of(
        "categories:\n- evenement\n- Numérique\ncategorie: Atelier, numerique\n"
        "tags:\n- Événement\n- ' eau '\n-\n- 2024"
    )
    assert post.tags == ("Événement", "eau", "2024", "Numérique", "Atelier")


@pytest.mark.parametrize(
    ("header", "chapeau", "extra"),
    [
        ("chapeau: ' Un mot '", "Un mot", {}),
        ("chapeau-text:\nchapeau: Un mot", "Un mot", {}),
        ("chapeau-text: Un mot\nchapeau: Un mot", "Un mot", {}),
        ("chapeau-text: Un mot\nchapeau: Un autre", "Un mot", {"chapeau": "Un autre"}),
    ],
)
def test_the_older_chapeau_serves_where_there_is_no_other(header, chapeau, extra):
    post = post_of(header)
    assert (post.chapeau, post.extra) == (chapeau, extra)


def test_keys_without_field_are_kept_as_they_came():
    post = post_of("layout: page\nordre: 7\nvu: 2020-01-02 10:00:00 Z\nField name:\npages:\n- /a/\n- /b/")
    assert post.extra == {
        "layout": "page",
        "ordre": 7,
        "vu": "2020-01-02T10:00:00+00:00",
        "Field name": None,
        "pages": ["/a/", "/b/"],
    }


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("redirect_from: /ancienne", ("/ancienne/",)),
        ("redirect_from:\n- /a/\n- 2018/b.html\n- /c/index.html\n- /a", ("/a/", "/2018/b/", "/c/")),
        ("redirect_from: []", ()),
        ("redirect_from:", ()),
        ("permalink: /court/", ("/court/",)),
        ("permalink: /%C3%A9t%C3%A9/\nredirect_from: /d/", ("/été/", "/d/")),
        ("permalink: pretty", ()),
        ("permalink: /:year/:title/", ()),
    ],
)
def test_the_addresses_that_a_post_had_are_all_known(header, addresses):
    post = post_of(header)
    assert post.old_addresses == addresses
    assert ("permalink" in post.extra) == header.endswith(("pretty", ":title/"))


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("redirect_to: /agenda/atelier/", "/agenda/atelier/"),
        ("redirect_to:\n- https://www.example.org/a?b=c#d", "https://www.example.org/a?b=c#d"),
        ("redirection: https://www.example.org/a", "https://www.example.org/a"),
        ("redirection: www.example.org/a", "https://www.example.org/a"),
        ("redirection-interne: /agenda/atelier/", "/agenda/atelier/"),
        ("redirection:\nredirection-interne: 'null'", ""),
        ("redirect_to: /a/\nredirection: /b/", "/a/"),
    ],
)
def test_where_a_post_leads_has_three_names(header, target):
    assert post_of(header).redirect_to == target


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "mailto:a@example.org", "[/a/, /b/]", "//[a", "/a b/"]
)
def test_a_redirect_to_no_address_is_kept_and_told(target):
    result = parsed(f"title: a\ndate: 2020-01-02\nredirect_to: {target}")
    assert result.post.redirect_to == ""
    assert "redirect_to-non-lu" in result.post.extra
    assert [warning.code for warning in result.warnings] == ["unread-key"]


def test_a_post_may_say_the_end_of_its_address():
    assert parsed("title: a\ndate: 2020-01-02\nslug: L’Eau vive").slug == "L-Eau-vive"
    own = "dialecte: dcant\ntitle: a\ndate: 2020-01-02\nslug: l’eau--vive"
    assert parsed(own).slug == "l’eau--vive"
    assert parsed("title: a\ndate: 2020-01-02").slug == ""


@pytest.mark.parametrize(
    "header",
    [
        "mise-a-jour: hier",
        "lang: français",
        "epingle: souvent",
        "tags: {a: b}",
        "lieu: [a]",
        "chapeau-text: {a: b}",
        "une-ou-diaporama: [[a]]",
        "videos: non",
        "files: [{nom: Le plan}]",
        "event_start_date: bientôt",
        "event_start_date: 9999-12-31",
        "event_end_date: 2200-01-01",
        "mise-a-jour: 1899-12-31",
        "videos: [{video: https://example.org/film}]",
        "informations-pratiques: [a]",
        "traduction-de: /",
        "dialecte: autre",
    ],
)
def test_a_key_that_cannot_be_read_is_kept_with_a_warning(header):
    result = parsed(f"title: a\ndate: 2020-01-02\n{header}")
    key = header.partition(":")[0]
    assert list(result.post.extra) == [f"{key}-non-lu"]
    assert result.warnings[-1].code == "unread-key"
    assert result.warnings[-1].line == 4
    assert result.post == replace(post_of(""), title="a", extra=result.post.extra)


@pytest.mark.parametrize(
    ("header", "key", "line"),
    [
        (f"sous-titre: {'a' * 501}", "sous-titre", 4),
        (f"lieu: {'a' * 301}", "lieu", 4),
        (f"une-ou-diaporama:\n- image: /uploads/{'a' * 500}.png", "image", 5),
        (f"une-ou-diaporama:\n- image: /uploads/a.png\n  credit: {'a' * 201}", "credit", 6),
        (f"files:\n- file: /uploads/a.pdf\n  nom: {'a' * 501}", "nom", 6),
        ("fin: 2019-12-31", "fin", 4),
        ("fin: 9999-12-31", "fin", 4),
    ],
)
def test_a_value_that_no_article_takes_refuses_the_post(header, key, line):
    with pytest.raises(PostError, match=f"« {key} »") as refusal:
        parsed(f"title: a\ndate: 2020-01-02\n{header}")
    assert refusal.value.line == line


def test_a_value_as_long_as_an_article_takes_is_read():
    assert post_of(f"lieu: {'a' * 300}").place == "a" * 300


def test_a_tag_that_is_too_long_is_kept_aside():
    post = post_of(f"tags: [eau, {'a' * 101}]")
    assert post.tags == ("eau",)
    assert post.extra == {"tags-non-lu": ["a" * 101]}


def test_a_language_that_is_not_known_is_kept_aside():
    post = post_of("lang: ja\nfiles: [{file: /uploads/a.pdf, langue: ja}]")
    assert (post.language, post.documents[0].language) == ("fr", "")
    assert set(post.extra) == {"lang-non-lu", "files-non-lu"}


def test_what_an_item_holds_beside_is_kept_with_a_warning():
    result = parsed("title: a\ndate: 2020-01-02\nfiles:\n- file: /uploads/a.pdf\n  poids: 3 Mo")
    assert len(result.post.documents) == 1
    assert result.post.extra == {"files-non-lu": [{"file": "/uploads/a.pdf", "poids": "3 Mo"}]}
    assert "« poids »" in result.warnings[0].message


def test_page_styles_are_told_and_kept():
    assert codes_of("style: '.a { color: red }'") == ["page-style"]
    assert post_of("style: '.a { color: red }'").extra == {"style": ".a { color: red }"}


# --- images


@pytest.mark.parametrize(
    ("header", "image"),
    [
        (
            "une-ou-diaporama:\n- image: /uploads/a.png\n- alternative-textuelle: Un plan",
            ("/uploads/a.png", "Un plan"),
        ),
        (
            "une-ou-diaporama:\n- image: uploads/a b.PNG\n  alternative-textuelle: ' '",
            ("/uploads/a b.PNG", ""),
        ),
        (
            "une-ou-diaporama:\n- image:\n  legende: null\n- image: /a.webp\n  alternative-textuelle: x",
            ("/a.webp", "x"),
        ),
        (
            "une-ou-diaporama:\n  image: /uploads/a.png\n  alternative-textuelle: Un plan",
            ("/uploads/a.png", "Un plan"),
        ),
        ("une:\n  image: /uploads/a.png\n  alternative-textuel: Un plan", ("/uploads/a.png", "Un plan")),
        ("image: assets/a.png", ("/assets/a.png", "")),
        (
            "une-ou-diaporama:\n- image: /a.png\nune:\n  image: a.png\n  alternative-textuelle: Un plan",
            ("/a.png", "Un plan"),
        ),
    ],
)
def test_an_image_is_one_however_it_is_written(header, image):
    assert [(each.address, each.alt) for each in post_of(header).images] == [image]


def test_items_without_anything_are_no_images():
    assert (
        post_of("une-ou-diaporama:\n- image:\n  legende:\n  alternative-textuelle:\nimage: ''").images == ()
    )


def test_an_image_without_alternative_text_is_told():
    assert codes_of("image: /uploads/a.png") == ["image-without-alt"]
    assert codes_of("une-ou-diaporama:\n- image: /a.png\n  alternative-textuelle: Un plan") == []


def test_a_word_that_also_names_the_file_is_an_alternative_text():
    assert codes_of("une-ou-diaporama:\n- image: /uploads/logo.png\n  alternative-textuelle: Logo") == []


@pytest.mark.parametrize("alt", ["plan.PNG", "Plan_2018", "plan du SITE.jpeg"])
def test_the_name_of_a_file_is_no_alternative_text(alt):
    header = f"une-ou-diaporama:\n- image: /uploads/plan_2018.png\n  alternative-textuelle: {alt}"
    assert codes_of(header) == ["alt-file-name", "image-without-alt"]
    assert post_of(header).images[0].alt == ""


def test_an_older_image_beside_the_others_is_kept_with_a_warning():
    header = "une-ou-diaporama:\n- image: /a.png\n  alternative-textuelle: a\nimage: /b.png"
    assert codes_of(header) == ["contradictory-image"]
    assert post_of(header).extra == {"image": "/b.png"}


# --- videos and documents


def test_videos_of_the_header_are_read_and_placed_by_key():
    post = post_of(
        "videos:\n- cle: film\n  video: https://youtu.be/aBcDeFgHiJ0\n"
        "  titre: Le film\n  legende: Une légende\n"
        "  transcription: |\n    *Bonjour.*\n  vignette: uploads/film.jpg\n"
        f"- video: https://{INSTANCE}/w/1b9f4d10-0000-4000-8000-000000000000",
        "[[video:film]]",
    )
    assert post.videos == (
        PostVideo(
            *(
                "film",
                "youtube",
                "aBcDeFgHiJ0",
                "",
                "Le film",
                "Une légende",
                "*Bonjour.*\n",
                "/uploads/film.jpg",
            )
        ),
        PostVideo(
            "1b9f4d10-0000-4000-8000-000000000000",
            "peertube",
            "1b9f4d10-0000-4000-8000-000000000000",
            INSTANCE,
        ),
    )
    assert post.body == "[[video:film]]"


@pytest.mark.parametrize(
    ("header", "documents"),
    [
        ("files:\n- file: /uploads/a.pdf\n  nom: ' Le plan '", [("/uploads/a.pdf", "Le plan")]),
        ("files:\n- lien: uploads/a.pdf\n  nom: Le plan", [("/uploads/a.pdf", "Le plan")]),
        ("files:\n- /uploads/a.pdf\n- file:\n  nom:", [("/uploads/a.pdf", "")]),
        ("communique_file: uploads/cp.pdf", [("/uploads/cp.pdf", "Communiqué de presse")]),
        ("file: /uploads/cp.pdf", [("/uploads/cp.pdf", "Communiqué de presse")]),
        (
            "communique_file: /uploads/cp.pdf\nfile: uploads/cp.pdf",
            [("/uploads/cp.pdf", "Communiqué de presse")],
        ),
        ("files:\n- file: /uploads/a.pdf\nfile: uploads/a.pdf", [("/uploads/a.pdf", "")]),
    ],
)
def test_a_document_is_one_however_it_is_written(header, documents):
    post = post_of(header)
    assert [(document.address, document.title) for document in post.documents] == documents
    assert post.extra == {}


def test_a_file_that_contradicts_the_list_is_kept_with_a_warning():
    header = "files:\n- file: /uploads/a.pdf\n  nom: A\nfile: /uploads/b.pdf"
    assert codes_of(header) == ["contradictory-file"]
    assert post_of(header).extra == {"file": "/uploads/b.pdf"}


def test_a_file_of_another_site_becomes_a_link_at_the_end_of_the_text():
    header = "files:\n- lien: https://example.org/a b.pdf\n  nom: L’avis [2]"
    assert codes_of(header) == ["external-document"]
    assert (
        post_of(header, "Le texte.").body == "Le texte.\n\n* [L’avis \\[2\\]](https://example.org/a%20b.pdf)"
    )


def test_documents_of_the_header_and_of_the_text_are_attached_once():
    post = post_of("files:\n- file: /uploads/a.pdf\n  nom: A", "* [A](/uploads/a.pdf)\n* [B](/uploads/b.pdf)")
    assert [document.key for document in post.documents] == ["a", "b"]
    assert post.body == ""


def test_an_accessible_version_names_the_document_it_stands_for():
    header = (
        "files:\n- file: /uploads/a.pdf\n  cle: plan\n- file: /uploads/b.odt\n  langue: en\n"
        "  version-accessible-de: plan\n- file: /uploads/c.odt\n  version-accessible-de: autre"
    )
    assert [(each.language, each.accessible_version_of) for each in post_of(header).documents] == [
        ("", ""),
        ("en", "plan"),
        ("", ""),
    ]
    assert codes_of(header) == ["unknown-document"]


def test_keys_are_unique_and_those_written_win():
    header = (
        "files:\n- file: /uploads/plan.pdf\n- file: /a/plan.pdf\n"
        "- file: /b.pdf\n  cle: plan\n- file: /c.pdf\n  cle: plan"
    )
    assert [document.key for document in post_of(header).documents] == ["plan-2", "plan-3", "plan", "c"]


def test_lines_of_warnings_are_those_of_the_file():
    result = parsed("title: a\ndate: 2020-01-02", "\n\n<iframe src='https://example.org/'></iframe>")
    assert [warning.line for warning in result.warnings] == [7]


# --- events


@pytest.mark.parametrize(
    ("header", "starts", "ends", "all_day"),
    [
        ("event_start_date: 2020-05-06 09:00:00 +02:00", 7, None, False),
        ("event_start_date: 2020-05-06 00:00:00 +02:00", -2, None, True),
        ("event_start_date: 2020-05-06 00:00:00 Z\nevent_end_date: 2020-05-06 00:00:00 +00:00", 0, 0, True),
        (
            "event_start_date: 2020-05-06 00:00:00 +02:00\nevent_end_date: 2020-05-06 18:00:00 +02:00",
            -2,
            16,
            False,
        ),
        ("dateEvent: 2020-05-06 00:00:00 +02:00", -2, None, True),
        ("event_start_date: 2020-05-06 00:00:00 +02:00\njournee-entiere: false", -2, None, False),
        ("event_start_date: 2020-05-06 09:00:00 +02:00\njournee-entiere: true", 7, None, True),
        ("event_end_date: 2020-05-06 18:00:00 +02:00", None, 16, False),
    ],
)
def test_an_event_at_midnight_lasts_all_day(header, starts, ends, all_day):
    post = post_of(header)
    midnight = datetime(2020, 5, 6, tzinfo=UTC)
    assert post.event_starts_at == (None if starts is None else midnight + timedelta(hours=starts))
    assert post.event_ends_at == (None if ends is None else midnight + timedelta(hours=ends))
    assert post.event_all_day is all_day
    assert post.extra == {}


def test_an_end_without_start_is_told():
    assert codes_of("event_end_date: 2020-05-06 18:00:00 +02:00") == ["event-without-start"]


def test_practical_details_become_a_definition_list():
    header = """\
acces:
- type: Métro
  lignes:
  - nom: 'Ligne 6 : Cambronne'
  - nom: Ligne 10
champs_informations:
- intitule: 'Horaires '
  contenu: de 9h à 17h<br>sauf lundi
- intitule: Inscription
  contenu: gratuite [ici]
  lien: www.example.org/a (b)
- intitule: Visite
  contenu: '[plan](/plan/)'
  lien: /visite/
- intitule: Questions
  lien: eau@example.org
- intitule: Sans lien
  contenu: |
    sur place

    ou non
  lien: null
- contenu: Un mot
  lien: 'null'"""
    assert (
        post_of(header).practical_details
        == """\
Horaires
: de 9h à 17h<br>sauf lundi

Inscription
: [gratuite \\[ici\\]](https://www.example.org/a%20%28b%29)

Visite
: [plan](/plan/)
: [/visite](/visite/)

Questions
: [eau@example.org](mailto:eau@example.org)

Sans lien
: sur place
  ou non

Un mot

Accès
: Métro : Ligne 6 : Cambronne, Ligne 10"""
    )
    assert post_of(header).extra == {}


def test_practical_details_of_another_shape_are_kept():
    header = "champs_informations:\n- intitule: Tarif\n  prix: 3 €"
    assert codes_of(header) == ["unread-key"]
    assert post_of(header).extra == {"champs_informations": [{"intitule": "Tarif", "prix": "3 €"}]}


# --- names of files


@pytest.mark.parametrize(
    ("path", "slug", "day"),
    [
        ("_posts/2017-12-12-programme-dcant.markdown", "programme-dcant", date(2017, 12, 12)),
        ("_posts/2018-4-9-l'état.md", "l'état", date(2018, 4, 9)),
        ("_posts/2018-13-45-carnet.md", "2018-13-45-carnet", None),
        ("_posts/2018-04-09.md", "2018-04-09", None),
        ("_actualites/2019/nos.demarches.gouv.fr-ouvre.markdown", "nos.demarches.gouv.fr-ouvre", None),
        ("a/TECH -le bilan d’étape.md.old", "TECH-le-bilan-d-étape", None),
        ("a/un-mot-<<-cite->>.markdown", "un-mot-cite", None),
        ("a/sans-extension", "sans-extension", None),
        ("a/<<>>.md", "element", None),
        ("a/e\u0301te\u0301.md", "été", None),
    ],
)
def test_a_file_name_gives_slug_and_date(path, slug, day):
    assert file_name(path) == (slug, day)


# --- our own dialect

SETTLED = st.characters(exclude_categories=["Cs", "Cc"])
NASTY = st.text(" '\"#:-&*!|>%@`{}[]<>\\\u00a0\u2028\ufeffaé🙂\t\n", max_size=20)
TEXTS = (
    NASTY
    | st.text(SETTLED, max_size=20)
    | st.sampled_from(["---\na: b\n---", "yes", "null", "2018", "\n", " a\n\nb "])
)
TITLES = TEXTS.filter(str.strip)
FILE_NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("%?# é"), min_size=1
)
ADDRESSES = (
    st.lists(FILE_NAMES, min_size=1, max_size=3)
    .map(lambda names: text.unicodedata.normalize("NFC", "/" + "/".join(names)))
    .filter(
        lambda address: (
            not {"", ".", ".."} & set(address[1:].split("/"))
            and "{{" not in address
            and "\ufffd" not in address
        )
    )
)
OLD_ADDRESSES = ADDRESSES.map(page_address).filter(lambda address: page_address(address) == address != "")
KEYS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,79}", fullmatch=True)
ZONES = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(datetime.combine, st.dates(date(1901, 1, 1), date(2198, 12, 31)), st.times(), ZONES)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
VIDEO_IDS = st.sampled_from(
    [
        ("dailymotion", "x6abcde", ""),
        ("youtube", "aBc-_FgHiJ0", ""),
        ("vimeo", "123456", ""),
        ("vimeo", "123456/0123456789", ""),
        ("peertube", "1b9f4d10-0000-4000-8000-000000000000", INSTANCE),
        ("peertube", "kkGMgK9ZtnKfYAgnEtQxbv", "ailleurs.example.org"),
    ]
)
EXTRA = st.dictionaries(
    TEXTS.map(lambda key: f"x{key}"[:60]),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**17), 10**17)
        | st.floats(-1e15, 1e15).filter(lambda number: "e" not in str(number) and str(number) != "-0.0")
        | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)


def unique(items):
    return st.lists(items, max_size=3, unique_by=lambda item: item.key).map(tuple)


@st.composite
def documents(draw):
    found = draw(
        unique(st.builds(PostDocument, KEYS, ADDRESSES, TEXTS, st.sampled_from(["", "en", "zh-hans"])))
    )
    others = {each.key: [other.key for other in found if other.key != each.key] for each in found}
    return tuple(
        replace(each, accessible_version_of=draw(st.sampled_from(["", *others[each.key]]))) for each in found
    )


@st.composite
def posts(draw):
    status = draw(st.sampled_from(["draft", "in_review", "published", "withdrawn"]))
    published_at = draw(MOMENTS if status == "published" else st.none() | MOMENTS)
    ends_at = draw(st.none() | MOMENTS)
    return Post(
        title=draw(TITLES),
        published_at=published_at,
        status=status,
        subtitle=draw(TEXTS),
        chapeau=draw(TEXTS),
        body=draw(TEXTS | st.just("<iframe src='//dai.ly/x6abcde'></iframe>\n\n* [a](/uploads/a.pdf)")),
        language=draw(st.sampled_from(["fr", "en", "zh-hans"])),
        translation_of=draw(st.sampled_from(["", "/agenda/l'eau-100%-propre/", "/a?b#c/é/"])),
        updated_on=draw(st.none() | DAYS),
        ends_at=ends_at if published_at and ends_at and ends_at > published_at else None,
        withdrawal_notice=draw(TEXTS),
        changes=tuple(draw(st.lists(st.builds(PostChange, DAYS, TITLES), max_size=3))),
        pinned=draw(st.booleans()),
        redirect_to=draw(st.sampled_from(["", "/agenda/l'eau-100%25/?a=b#c", "https://example.org/é?a=%20"])),
        old_addresses=tuple(draw(st.lists(OLD_ADDRESSES, max_size=3, unique=True))),
        tags=tuple(draw(st.lists(TITLES.map(str.strip).filter(text.fold), max_size=3, unique_by=text.fold))),
        images=draw(unique(st.builds(PostImage, KEYS, ADDRESSES, TEXTS, TEXTS, TEXTS))),
        videos=draw(
            unique(
                st.builds(
                    lambda key, video, *texts: PostVideo(key, *video, *texts),
                    *(KEYS, VIDEO_IDS, TEXTS, TEXTS, TEXTS, st.just("") | ADDRESSES),
                )
            )
        ),
        documents=draw(documents()),
        press_contact=draw(TEXTS),
        event_starts_at=draw(st.none() | MOMENTS),
        event_ends_at=draw(st.none() | MOMENTS),
        event_all_day=draw(st.booleans()),
        place=draw(TEXTS),
        street_address=draw(TEXTS),
        practical_details=draw(TEXTS),
        extra=draw(EXTRA),
    )


@given(posts())
def test_a_post_that_is_written_is_read_back(post):
    written = jekyll.format(post)
    assert parse(written.encode(), "_posts/2001-02-03-autre-date.md").post == post
    assert jekyll.format(post) == written


@given(posts())
def test_a_written_post_does_not_depend_on_the_order_of_other_keys(post):
    assert jekyll.format(replace(post, extra=dict(reversed(post.extra.items())))) == jekyll.format(post)


EVERYTHING = Post(
    title="Titre",
    published_at=datetime(2020, 1, 2, 9, tzinfo=UTC),
    status="in_review",
    subtitle="Sous-titre",
    chapeau="Chapeau",
    body="Texte",
    language="en",
    translation_of="/actualites/original/",
    updated_on=date(2020, 2, 3),
    ends_at=datetime(2021, 1, 2, 9, tzinfo=UTC),
    withdrawal_notice="Ce dispositif a pris fin.",
    changes=(PostChange(date(2020, 2, 3), "Le guichet ouvre le samedi."),),
    pinned=True,
    redirect_to="/agenda/eau/",
    old_addresses=("/ancienne/", "/2018/l'eau 100%/"),
    tags=("eau",),
    images=(PostImage("a", "/uploads/a 100%.png", "Alt", "Légende", "Crédit"),),
    videos=(
        PostVideo("b", "vimeo", "1", "", "Titre", "Légende", "Bonjour.\n\nAu revoir.\n", "/uploads/b.png"),
    ),
    documents=(PostDocument("c", "/c.pdf", "C"), PostDocument("d", "/d.odt", "D", "fr", "c")),
    press_contact="Presse",
    event_starts_at=datetime(2020, 6, 7, 8, tzinfo=UTC),
    event_ends_at=datetime(2020, 6, 7, 9, tzinfo=UTC),
    event_all_day=True,
    place="Lieu",
    street_address="1 rue\n75001 Paris",
    practical_details="Accès\n: à pied",
    extra={"layout": "page"},
)


def test_every_field_of_a_post_is_written():
    default = Post(title="")
    assert all(getattr(EVERYTHING, each.name) != getattr(default, each.name) for each in fields(Post))
    assert jekyll.format(EVERYTHING) == (
        """\
---
dialecte: dcant
title: Titre
sous-titre: Sous-titre
date: 2020-01-02 10:00:00 +01:00
mise-a-jour: 2020-02-03
modifications:
- date: 2020-02-03
  note: Le guichet ouvre le samedi.
fin: 2021-01-02 10:00:00 +01:00
statut: relecture
published: false
avis-de-retrait: Ce dispositif a pris fin.
lang: en
traduction-de: /actualites/original/
redirect_to: /agenda/eau/
redirect_from:
- /ancienne/
- /2018/l'eau 100%25/
epingle: true
tags:
- eau
chapeau-text: Chapeau
une-ou-diaporama:
- image: /uploads/a 100%25.png
  alternative-textuelle: Alt
  legende: Légende
  credit: Crédit
  cle: a
videos:
- video: https://vimeo.com/1
  titre: Titre
  legende: Légende
  transcription: |
    Bonjour.

    Au revoir.
  vignette: /uploads/b.png
  cle: b
files:
- file: /c.pdf
  nom: C
  cle: c
- file: /d.odt
  nom: D
  langue: fr
  version-accessible-de: c
  cle: d
contact-presse: Presse
event_start_date: 2020-06-07 10:00:00 +02:00
event_end_date: 2020-06-07 11:00:00 +02:00
journee-entiere: true
lieu: Lieu
adresse: |-
  1 rue
  75001 Paris
informations-pratiques: |-
  Accès
  : à pied
layout: page
---

Texte
"""
    )


def test_what_goes_without_saying_is_not_written():
    post = Post(title="Titre", published_at=datetime(2020, 1, 2, 9, tzinfo=UTC))
    assert (
        jekyll.format(post) == "---\ndialecte: dcant\ntitle: Titre\ndate: 2020-01-02 10:00:00 +01:00\n---\n"
    )


def test_what_is_not_public_here_is_not_public_in_jekyll():
    assert "published: false" in jekyll.format(Post(title="Titre", status="withdrawn"))
    assert "published" not in jekyll.format(
        Post(title="Titre", published_at=datetime(2020, 1, 2, tzinfo=UTC))
    )


def test_a_key_of_our_own_cannot_hide_among_the_others():
    with pytest.raises(ValueError, match="title"):
        jekyll.format(Post(title="Titre", extra={"title": "Un autre"}))


def test_our_own_posts_are_read_as_they_stand():
    body = "<iframe src='//dai.ly/x6abcde'></iframe>\n\n* [a](/uploads/a.pdf)"
    own = parse(
        f"---\ndialecte: dcant\ntitle: a\nfile: /uploads/a.pdf\n---\n\n{body}\n".encode(), "2018-04-09-a.md"
    )
    assert (own.post.body, own.post.documents, own.post.videos) == (body, (), ())
    assert (own.post.published_at, own.post.status, own.post.extra) == (
        None,
        "draft",
        {"file": "/uploads/a.pdf"},
    )
    other = parse(f"---\ntitle: a\nfile: /uploads/a.pdf\n---\n\n{body}\n".encode(), "2018-04-09-a.md")
    assert (other.post.body, len(other.post.documents), len(other.post.videos)) == ("[[video:x6abcde]]", 1, 1)


def test_an_instance_that_is_no_longer_accepted_is_told_and_kept_in_our_own_posts_only():
    header = "title: a\ndate: 2020-01-02\nvideos:\n- video: https://example.org/w/kkGMgK9ZtnKfYAgnEtQxbv"
    own = parsed(f"dialecte: dcant\n{header}")
    assert own.post.videos[0].host == "example.org"
    assert [warning.code for warning in own.warnings] == ["unknown-instance"]
    assert parsed(header).post.videos == ()


# --- every input

LINES = st.sampled_from(
    [
        "title: a",
        "date: 2020-01-02",
        "date: [",
        "published: false",
        "tags: [a, {b: c}]",
        "files:",
        "- file: /a.pdf",
        "- a",
        "  nom: b",
        "une-ou-diaporama:",
        "- image: /a.png",
        "- alternative-textuelle: b",
        "une: {image: a}",
        "image: [a]",
        "communique_file: {a: b}",
        "champs_informations:",
        "- intitule: a",
        "  lien: //[",
        "acces: [{lignes: a}]",
        "videos: [{video: '//['}]",
        "dialecte: dcant",
        "event_start_date: 2020",
        "dateEvent: 2020-01-01",
        "traduction-de: //[",
        "chapeau: [a]",
        "style: {}",
        "lang: [",
        "---",
        "<iframe src='//['>",
    ]
)


@given(st.binary() | st.lists(LINES).map(lambda lines: "\n".join(("---", *lines, "---", "texte")).encode()))
def test_any_bytes_are_a_post_or_a_refusal(data):
    with suppress(PostError):
        parse(data, PATH)


# --- real posts


def corpus(*patterns):
    return [path for pattern in patterns for path in sorted(CORPUS.glob(pattern)) if path.is_file()]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the real posts are not beside the project")
def test_the_seed_says_all_that_it_said():
    (path,) = corpus("seed/*.markdown")
    result = parse(path.read_bytes(), str(path))
    post = result.post
    assert result.warnings == ()
    assert post.published_at == datetime(2017, 12, 12, 15, 19, tzinfo=UTC)
    assert [bool(image.alt) for image in post.images] == [True]
    assert [video.provider for video in post.videos] == ["dailymotion", "dailymotion"]
    assert all(video.caption for video in post.videos)
    assert len(post.documents) == 2
    assert all(document.title and ".pdf" not in document.title for document in post.documents)
    assert "<iframe" not in post.body
    assert ".pdf" not in post.body
    assert [f"\n\n[[video:{video.key}]]\n\n" in post.body for video in post.videos] == [True, True]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the real posts are not beside the project")
def test_real_posts_are_read_and_written_back():
    for path in corpus("seed/*.markdown", "site/_*/*", "site/_*/*/*", "blog/posts/*"):
        try:
            post = parse(path.read_bytes(), str(path)).post
        except PostError as error:
            assert error.line, path  # noqa: PT017  # some parse, some do not
            assert "blog" in path.parts, error  # noqa: PT017  # likewise
            continue
        assert parse(jekyll.format(post).encode(), str(path)).post == post, path
        assert "<iframe" not in post.body or "`" in post.body, path


# --- the documentation


def test_the_documentation_tells_every_key_and_every_warning():
    project = Path(__file__).resolve().parents[1]
    told = (project / "docs" / "format.md").read_text()
    keys = set(re.findall(r"^([a-z][a-z_-]+):", jekyll.format(replace(EVERYTHING, extra={})), re.MULTILINE))
    assert len(keys) > 20
    assert {name for name in keys | WARNINGS.keys() if f"`{name}`" not in told} == set()
