import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.addresses import local_address
from articles.bodies import Keys, place
from articles.posts import PostDocument, PostVideo

VIDEO = '<iframe width="620" src="//www.dailymotion.com/embed/video/x6abcde" allowfullscreen></iframe>'
INSTANCE = "videos.example.fr"


def placed(body, **given_items):
    return place(body, peertube_hosts=(INSTANCE,), **given_items)


# --- videos


def test_a_frame_becomes_a_marker_where_it_stood():
    result = placed(f"Avant.\n\n{VIDEO}\n\nAprès.")
    assert result.text == "Avant.\n\n[[video:x6abcde]]\n\nAprès."
    assert result.videos == (PostVideo("x6abcde", "dailymotion", "x6abcde"),)
    assert result.documents == result.warnings == ()


@pytest.mark.parametrize(
    ("frame", "provider", "video_id", "host"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/aBcDeFgHiJ0?rel=0"></iframe>',
            "youtube",
            "aBcDeFgHiJ0",
            "",
        ),
        ("<iframe src=https://player.vimeo.com/video/123456 ></iframe>", "vimeo", "123456", ""),
        (
            f'<iframe src="https://{INSTANCE}/videos/embed/1b9f4d10-0000-4000-8000-000000000000"></iframe>',
            "peertube",
            "1b9f4d10-0000-4000-8000-000000000000",
            INSTANCE,
        ),
        (
            "<IFRAME\n allowfullscreen\n src='//www.dailymotion.com/embed/video/x6abcde'\n>\n</IFRAME>",
            "dailymotion",
            "x6abcde",
            "",
        ),
        ('<iframe src="//www.dailymotion.com/embed/video/x6abcde">', "dailymotion", "x6abcde", ""),
        ('<iframe src="//www.dailymotion.com/embed/video/x6abcde" width="620', "dailymotion", "x6abcde", ""),
        (
            '<iframe title="5 > 4" src="//www.dailymotion.com/embed/video/x6abcde"/>',
            "dailymotion",
            "x6abcde",
            "",
        ),
        (
            '<iframe src="//www.dailymotion.com/embed/video/x6abcde">Vidéo</iframe>',
            "dailymotion",
            "x6abcde",
            "",
        ),
        (f'<div style="padding-bottom: 56%"> {VIDEO} </div>', "dailymotion", "x6abcde", ""),
        (f"<center><p>\n{VIDEO}\n</p></center>", "dailymotion", "x6abcde", ""),
        (f"* {VIDEO}", "dailymotion", "x6abcde", ""),
        (f"> {VIDEO}", "dailymotion", "x6abcde", ""),
        (f"{VIDEO}{{: .video}}", "dailymotion", "x6abcde", ""),
        (f"{VIDEO}\n{{: .video}}", "dailymotion", "x6abcde", ""),
    ],
)
def test_a_frame_is_known_however_it_is_written(frame, provider, video_id, host):
    result = placed(f"Avant.\n{frame}\n\nAprès.")
    (video,) = result.videos
    assert (video.provider, video.video_id, video.host) == (provider, video_id, host)
    assert result.text == f"Avant.\n\n[[video:{video.key}]]\n\nAprès."


@pytest.mark.parametrize(
    "below",
    [
        "\n*La légende de l’année*{: .text-align-center}",
        "\n*La légende de l’année*",
        "\n_La légende de l’année_{: .text-center }",
        "\n{: .video}\n*La légende de l’année*{: .text-align-center}",
        "\n\n*La légende de l’année*{: .text-align-center}",
        "<figcaption>La légende de l’année</figcaption>",
    ],
)
def test_the_caption_below_a_frame_goes_with_its_video(below):
    result = placed(f"{VIDEO}{below}\n\nAprès.")
    assert result.videos[0].caption == "La légende de l’année"
    assert result.text == "[[video:x6abcde]]\n\nAprès."


@pytest.mark.parametrize(
    "below", ["\n\n*Une remarque.*", "\n**Du gras**", "\n*Un mot* puis d’autres", "\nUne phrase *finie*"]
)
def test_other_emphasis_below_a_frame_stays_in_the_text(below):
    result = placed(f"{VIDEO}{below}")
    assert result.videos[0].caption == ""
    assert result.text == f"[[video:x6abcde]]\n\n{below.strip()}"


def test_the_title_of_a_frame_is_that_of_its_video():
    frame = VIDEO.replace("width", 'title="L&#39;eau &amp; nous" width')
    assert placed(frame).videos[0].title == "L'eau & nous"


def test_an_opening_tag_that_encloses_more_than_the_frame_goes_below_it():
    result = placed(f"<div>\n{VIDEO}\n\nUn texte.\n</div>")
    assert result.text == "[[video:x6abcde]]\n\n<div>\n\nUn texte.\n</div>"


def test_frames_that_touch_each_other_are_parted():
    result = placed(f"Avant {VIDEO}{VIDEO.replace('abcde', 'fghij')} après")
    assert result.text == "Avant\n\n[[video:x6abcde]]\n\n[[video:x6fghij]]\n\naprès"


def test_a_video_shown_twice_has_two_keys():
    assert [video.key for video in placed(f"{VIDEO}\n\n{VIDEO}").videos] == ["x6abcde", "x6abcde-2"]


def test_a_given_video_is_placed_by_its_first_frame():
    given_video = PostVideo("film", "dailymotion", "x6abcde", title="Le film")
    result = placed(f"{VIDEO}\n*La légende*", videos=(given_video,))
    assert result.text == "[[video:film]]"
    assert result.videos == (
        PostVideo("film", "dailymotion", "x6abcde", title="Le film", caption="La légende"),
    )


@pytest.mark.parametrize(
    "code",
    [
        f"```html\n{VIDEO}\n```",
        f"~~~\n{VIDEO}\n~~~~",
        f"Texte :\n\n    {VIDEO}\n\nSuite.",
        f"Écrivez `{VIDEO}` ici.",
        f"``un ` et {VIDEO}``",
        f"<pre>{VIDEO}</pre>",
        f"<!-- {VIDEO} -->",
    ],
)
def test_code_is_left_alone(code):
    assert placed(code).text == code
    assert placed(code).videos == ()


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{VIDEO}\n\nUne clôture qui manque.",
        f"Un accent grave ` seul.\n\n{VIDEO} et ` un autre.",
        f"1. Point\n\n    {VIDEO}\n",
        f"Une phrase\n    {VIDEO}\n",
        f"<pre>\n\n{VIDEO}",
    ],
)
def test_what_only_looks_like_code_is_read(text):
    assert len(placed(text).videos) == 1


@pytest.mark.parametrize(
    ("src", "link"),
    [
        ("https://carte.example.org/vue?a=1", "[carte.example.org/vue](https://carte.example.org/vue?a=1)"),
        (
            "//www.dailymotion.com.example.org/embed/video/x6abcde",
            "[www.dailymotion.com.example.org/embed/video/x6abcde]"
            "(https://www.dailymotion.com.example.org/embed/video/x6abcde)",
        ),
        (
            "https://example.org/?u=www.dailymotion.com/embed/video/x6abcde",
            "[example.org/](https://example.org/?u=www.dailymotion.com/embed/video/x6abcde)",
        ),
        (
            "https://autre.example.fr/videos/embed/1b9f4d10-0000-4000-8000-000000000000",
            "[autre.example.fr/videos/embed/1b9f4d10-0000-4000-8000-000000000000]"
            "(https://autre.example.fr/videos/embed/1b9f4d10-0000-4000-8000-000000000000)",
        ),
    ],
)
def test_another_frame_becomes_a_link_with_a_warning(src, link):
    result = placed(f"Un\n\nDeux\n<iframe src='{src}'></iframe>", first_line=10)
    assert result.text == f"Un\n\nDeux\n\n{link}"
    assert result.videos == ()
    assert [(warning.code, warning.line) for warning in result.warnings] == [("unknown-frame", 13)]


def test_the_link_of_another_frame_has_its_title_as_it_is():
    result = placed('<iframe title="La *carte* [1]" src="https://example.org/a b"></iframe>')
    assert result.text == r"[La \*carte\* \[1\]](https://example.org/a%20b)".replace(r"\*carte\*", "carte")


@pytest.mark.parametrize("src", ["javascript:alert(1)", "data:text/html,x", "", "https://[", "file:/x"])
def test_a_frame_that_cannot_be_followed_is_removed_with_a_warning(src):
    result = placed(f"Avant\n\n<iframe src='{src}'></iframe>\n\nAprès")
    assert result.text == "Avant\n\nAprès"
    assert [warning.code for warning in result.warnings] == ["frame-without-address"]


# --- documents

CLOSING = """\
Le texte.

* [Le plan](/uploads/plan.pdf)
* [Le dossier][dossier_2020.pdf](/uploads/dossier_2020.pdf)"""


def test_a_closing_list_of_documents_leaves_the_text():
    result = placed(CLOSING)
    assert result.text == "Le texte."
    assert result.documents == (
        PostDocument("plan", "/uploads/plan.pdf", "Le plan"),
        PostDocument("dossier-2020", "/uploads/dossier_2020.pdf", "Le dossier"),
    )


@pytest.mark.parametrize(
    "item",
    [
        "- [Le plan](/uploads/plan.pdf)",
        "1. [Le plan](/uploads/plan.pdf)",
        "* **[Le plan](/uploads/plan.pdf)** (pdf - 853 ko)",
        "* **[Le plan](/uploads/plan.pdf) (PDF, 1,2 Mo)**",
        '* [Le plan (pdf - 853 ko)](/uploads/plan.pdf){: target="_blank"} ;',
        '* [Le plan](/uploads/plan.pdf "Nouvelle fenêtre")\n{: .telechargements}\n',
        "* [Le\n  plan](/uploads/plan.pdf)\n\n\n",
        "* [**Le plan**](uploads/plan.pdf)",
        "* [Le plan](</uploads/plan.pdf>)",
        "* [Le plan](/uploads/plan%2Epdf)",
        '* <a href="/uploads/plan.pdf" class="bouton"><b>Le plan</b></a>',
    ],
)
def test_a_document_of_a_closing_list_is_known_however_it_is_written(item):
    result = placed(f"Le texte.\n\n{item}")
    assert result.text == "Le texte."
    assert result.documents == (PostDocument("plan", "/uploads/plan.pdf", "Le plan"),)


@pytest.mark.parametrize(
    "text",
    [
        "* [Le site](https://example.org/)\n* [Le plan](/uploads/plan.pdf)",
        "* [Le site](https://example.org/)\n\n* [Le plan](/uploads/plan.pdf)",
        "* Un point\n  qui continue\n* [Le plan](/uploads/plan.pdf)",
        "* [Le plan](/uploads/plan.pdf) (version de travail)",
        "* [Le plan](/uploads/plan.pdf)\n\nMerci.",
        "Lisez [le plan](/uploads/plan.pdf).",
        "* [Le plan](/uploads/plan.pdf) et [la suite](/uploads/suite.pdf)",
    ],
)
def test_documents_among_other_things_stay_in_the_text_and_are_attached(text):
    result = placed(text)
    assert result.text == text
    assert result.documents[0].address == "/uploads/plan.pdf"


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("[**Le plan** (pdf - 853 ko)](/uploads/plan.pdf)", "Le plan"),
        ("[Le _plan_ de l’_eau_ (PDF)](/uploads/plan.pdf)", "Le plan de l’eau"),
        ("[plan_2020_vf](/uploads/plan.pdf)", "plan_2020_vf"),
        ("[Le plan (projet)](/uploads/plan.pdf)", "Le plan (projet)"),
        (r"[Le \*plan\* &amp; la carte](/uploads/plan.pdf)", "Le *plan* & la carte"),
        ("[![La couverture](/uploads/a.png)](/uploads/plan.pdf)", "La couverture"),
        ("[Le [nouveau] plan](/uploads/plan.pdf#page=3)", "Le [nouveau] plan"),
        ('<a class=x href=/uploads/plan.pdf" >Le <b>plan</b></a>', "Le plan"),
        ("[le plan][1] et la suite.\n\n[1]: /uploads/plan.pdf", "le plan"),
    ],
)
def test_a_document_is_titled_by_the_words_of_its_link(link, title):
    result = placed(f"Voici {link}\n\nSuite.")
    assert [(document.address, document.title) for document in result.documents] == [
        ("/uploads/plan.pdf", title)
    ]


def test_a_document_is_attached_once_by_address():
    given_document = PostDocument("plan", "/uploads/le plan.pdf", "Le plan")
    text = "[Ici](/uploads/le%20plan.pdf), [là](</uploads/le plan.pdf>) et [là](/uploads/carte.pdf)."
    result = placed(text, documents=(given_document,))
    assert [document.key for document in result.documents] == ["plan", "carte"]


@pytest.mark.parametrize(
    "link",
    [
        "[ailleurs](https://example.org/uploads/plan.pdf)",
        "[ailleurs](//example.org/uploads/plan.pdf)",
        "[page](/actualites/plan/)",
        "[gabarit]({{ site.baseurl }}/uploads/plan.pdf)",
        "`[code](/uploads/plan.pdf)`",
        "[](",
    ],
)
def test_other_links_are_not_documents(link):
    assert placed(f"Voici {link} !").documents == ()


def test_a_doubled_link_in_the_text_is_mended():
    text = "Lisez [le plan][Plan.pdf](/uploads/plan.pdf){: .lien} et [ceci][cela](/page/)."
    result = placed(text)
    assert result.text == "Lisez [le plan](/uploads/plan.pdf){: .lien} et [ceci][cela](/page/)."
    assert result.documents[0].title == "le plan"


def test_a_frame_around_a_document_attaches_it():
    result = placed('<iframe src="/uploads/plan.pdf" title="Le plan"></iframe>')
    assert result.text == "[Le plan](/uploads/plan.pdf)"
    assert result.documents == (PostDocument("plan", "/uploads/plan.pdf", "Le plan"),)


# --- addresses and keys


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/uploads/a.pdf", "/uploads/a.pdf"),
        (" uploads/a.pdf ", "/uploads/a.pdf"),
        ("../../uploads/./a.pdf?v=2#page=3", "/uploads/a.pdf"),
        ("/uploads/Journ%C3%A9e%20d’%C3%A9t%C3%A9.pdf", "/uploads/Journée d’été.pdf"),
        ("/uploads/e\u0301te\u0301.pdf", "/uploads/été.pdf"),
        ("https://example.org/a.pdf", ""),
        ("//example.org/a.pdf", ""),
        ("mailto:a@example.org", ""),
        ("//[a", ""),
        ("/uploads/a%00.pdf", ""),
        ("/", ""),
        ("", ""),
    ],
)
def test_an_address_of_the_site_is_decoded_and_starts_at_its_root(written, address):
    assert local_address(written) == address


def test_a_key_is_free_once():
    keys = Keys(["plan"])
    assert [keys.free(name) for name in ("Plan", "plan-2", "Plan", "é" * 100, "é" * 100, "…")] == [
        "plan-2",
        "plan-2-2",
        "plan-3",
        "e" * 80,
        "e" * 72 + "-2",
        "element",
    ]


# --- every body

TAGS = "<iframe <iframe>  </iframe> <div> </div> <p> </p> <pre> <!-- --> </a> <a\u00a0href=/c.pdf>"
MARKS = '*légende* {: .video} {: .text-center} ` ``` ~~~ **  * 1. > - _ \\ [ ] ]( ) ![ [1]: " é texte'
LINKS = "[a](/uploads/a.pdf) [a][b.pdf](/uploads/b.pdf) [[video:x6abcde]] /d.pdf (pdf)"
PIECES = st.sampled_from(
    (
        VIDEO,
        VIDEO.replace("</iframe>", ""),
        "<iframe src='https://example.org/a'>",
        "<a href=/c.pdf>",
        "(pdf - 8 ko)",
        *(" ", "    ", "\t", "\n", "\n\n", "\n\n\n", "\u00a0"),
        *(f"{mark} " for mark in ("*", "1.", ">", "-")),
        *TAGS.split(),
        *MARKS.split(),
        *LINKS.split(),
    )
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_placed_once_stays_so(body):
    first = placed(body)
    again = placed(first.text, videos=first.videos, documents=first.documents)
    assert (again.text, again.videos, again.documents) == (first.text, first.videos, first.documents)


@given(st.text() | st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_body_is_placed_with_keys_of_its_own(body):
    result = placed(body.replace("\0", ""))
    for items in (result.videos, result.documents):
        assert len({item.key for item in items}) == len(items)


HOSTILE = (
    *("[", "](", "[](", "]( ", "[a](/b.pdf)", "[a]: /b.pdf\n", "* [a](/b.pdf)\n", "* [a][b.pdf](/b.pdf)\n"),
    *("<iframe", "<iframe>", "<iframe src=a>", '<iframe "', "<iframe\n\n", "<iframe>\n{:", "<iframe>\n*a"),
    *("<div><iframe>", "<a href=/a.pdf>", "<!--", "<pre>", "`", "`a``b", "```\n", "~~~a\n"),
    *("{:", "* ", "*", "\n", " ", "    a\n\n", "![", "\\"),
)


@pytest.mark.parametrize("start", ["", "<iframe>", "* [a](/b.pdf)"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_in_proportion_to_the_text(start, piece):
    body = start + piece * (50_000 // len(piece))
    began = time.process_time()
    placed(body)
    # Some hundredths of a second; the square of 50 000 would take several.
    assert time.process_time() - began < 2


# --- files of every kind, and their languages


def documents(body, **options):
    return {each.address: (each.title, each.language) for each in place(body, **options).documents}


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("[Le plan (en anglais)](/uploads/a.pdf)", "en"),
        ("[Le plan](/uploads/a.pdf) (PDF, 1 Mo, anglais)", "en"),
        ("[Le plan](/uploads/a.pdf){:hreflang='de' target='_blank'}", "de"),
        ("<a hreflang=es href='/uploads/a.pdf'>Le plan</a>", "es"),
        ("[English version](/uploads/a.pdf)", "en"),
        ("[Le cours d’anglais](/uploads/a.pdf)", ""),
        ("[Le plan](/uploads/a.pdf). Un autre est paru (en anglais).", ""),
        ("[Le plan](/uploads/a.pdf){:hreflang='xx'}", ""),
    ],
)
def test_a_document_says_its_language(body, language):
    [(_title, found)] = documents(body).values()
    assert found == language


def test_every_file_that_a_text_links_to_is_kept_with_the_article():
    body = "[![Vue](/uploads/petite.png)](/uploads/grande.png), [note](/uploads/note.doc), [a](/a.html)."
    assert documents(body) == {"/uploads/grande.png": ("Vue", ""), "/uploads/note.doc": ("note", "")}


def test_an_image_that_the_text_shows_is_no_document():
    assert documents("[![Une vue](/uploads/vue.png)](/uploads/vue.png)") == {}


def test_a_link_to_an_own_host_is_a_link_to_an_own_file():
    body = "Voir [le plan](https://www.annonces.example.fr/uploads/plan.pdf) et la suite."
    assert documents(body) == {}
    placed = place(body, own_hosts={"www.annonces.example.fr"})
    assert [each.address for each in placed.documents] == ["/uploads/plan.pdf"]
    assert placed.text == body


@pytest.mark.parametrize(
    ("player", "link"),
    [
        ("<video controls src='/uploads/a.mp4'></video>", "[/uploads/a.mp4](/uploads/a.mp4)"),
        (
            "<video controls>\n<source src='/uploads/a.webm' type='video/webm'>\n<p>Non.</p>\n</video>",
            "[/uploads/a.webm](/uploads/a.webm)",
        ),
        ("<audio src=https://example.org/a.mp3 title='Écouter'>", "[Écouter](https://example.org/a.mp3)"),
        (
            "<object data='/uploads/a.swf'><embed src='/uploads/b.swf'></object>",
            "[/uploads/a.swf](/uploads/a.swf)",
        ),
    ],
)
def test_a_player_of_another_kind_becomes_a_link_and_a_warning(player, link):
    placed = place(f"Avant.\n\n{player}\n\nAprès.")
    assert placed.text == f"Avant.\n\n{link}\n\nAprès."
    assert [(each.code, each.line) for each in placed.warnings] == [("unknown-frame", 3)]


def test_a_player_of_a_known_host_is_a_video():
    placed = place("<object><embed src='https://www.dailymotion.com/embed/video/x7abcde'></object>")
    assert placed.text == "[[video:x7abcde]]"
