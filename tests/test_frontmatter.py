from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.frontmatter import MAX_BYTES, join, split
from articles.header import Misread
from articles.posts import PostError

PATH = "_actualites/billet.md"


def keys_of(header):
    return split(f"---\n{header}\n---\n".encode(), PATH).keys


def refusal(data):
    with pytest.raises(PostError) as caught:
        split(data if isinstance(data, bytes) else data.encode(), PATH)
    return caught.value


# --- what is accepted


def test_a_post_is_its_keys_and_its_body():
    front = split(b"---\ntitle: Ouverture\ntags:\n- eau\n---\n\nUn texte.\n", PATH)
    assert front.keys["title"].text() == "Ouverture"
    assert dict(front.lines) == {"title": 2, "tags": 3}
    assert front.body == "\nUn texte.\n"
    assert front.body_line == 6


def test_a_value_knows_the_line_where_it_starts():
    keys = keys_of("title: a\nfiles:\n- file: /x.pdf\n  nom: y")
    item = keys["files"].sequence()[0].table()
    assert [item["file"].line, item["nom"].line] == [4, 5]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_line_ends_do_not_matter(line_end, mark):
    data = mark + line_end.join(["---", "title: Été", "---", "a", "b"]).encode()
    front = split(data, PATH)
    assert (front.keys["title"].text(), front.body) == ("Été", "a\nb")


def test_a_body_may_be_missing_or_unfinished():
    assert split(b"---\ntitle: a\n---", PATH).body == ""
    assert split(b"---\ntitle: a\n---\nfin", PATH).body == "fin"


def test_dashes_in_the_body_or_indented_in_a_value_do_not_end_the_front_matter():
    front = split(b"---\ntitle: |-\n  a\n  ---\n  b\n---\nc\n---\nd", PATH)
    assert front.keys["title"].text() == "a\n---\nb"
    assert front.body == "c\n---\nd"


def test_a_plain_value_may_go_on_with_a_dash():
    keys = keys_of("chapeau-text: ouvert à tous\n  - sauf exception\n  - le mardi")
    assert keys["chapeau-text"].text() == "ouvert à tous - sauf exception - le mardi"


def test_an_alias_stands_for_its_value():
    keys = keys_of("date: &1 2020-01-02\nfin: *1")
    assert keys["fin"].day() == date(2020, 1, 2)


# --- what is refused


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        ("title: Été\n".encode("latin-1"), 1, "UTF-8"),
        ("---\ntitle: Été\n---\n".encode("latin-1"), 2, "UTF-8"),
        ("---\ntitle: a\n---\n".encode("utf-16"), 1, "UTF-8"),
        (b"---\ntitle: a\n---\n\0", 4, "UTF-8"),
        (b"---\ntitle: \x01\n---\n", 2, "invisible"),
        (b"", 1, "en-tête"),
        (b"Bonjour", 1, "en-tête"),
        (b"\n---\ntitle: a\n---\n", 1, "en-tête"),
        (b"---\ntitle: a\n", 1, "refermé"),
        (b"---\ntitle: a\n...\ntexte\n---\n", 3, "---"),
        (b"---\n---\n", 2, "clés"),
        (b"---\n- a\n---\n", 2, "clés"),
        (b"---\ntexte\n---\n", 2, "clés"),
        (b"---\ntitle: a\n--- b\n---\n", 3, "supprimez"),
        (b"---\ntitle: a\ndate: 2020\ntitle: b\n---\n", 4, "ligne 2"),
        (b"---\na:\n  b: 1\n  b: 2\n---\n", 4, "ligne 3"),
        (b"---\ntitle: !!python/name:os.system a\n---\n", 2, "supprimez"),
        (b"---\ntitle: !local a\n---\n", 2, "supprimez"),
        (b"---\ntitle: a : b : c\n---\n", 2, "guillemets"),
        (b"---\ntitle: a\nlieu: 'b\ntags: c\n---\n", 3, "refermé"),
        (b"---\ntitle: @a\n---\n", 2, "guillemets"),
        (b"---\ntags:\n- a\n\t- b\nlieu: [\n---\n", 4, "tabulation"),
        (b"---\ntitle: a\nlieu: [b\n---\n", 4, "guillemets"),
        (b"---\n? [a]\n: b\n---\n", 2, "guillemets"),
        (b"---\n" + b"a" * 101 + b": b\n---\n", 2, "raccourcissez-la|deux espaces"),
        (b"---\ntitle: *a\n---\n", 2, "recopiez"),
        (b"---\na: &a [*a]\n---\n", 2, "recopiez"),
        (b'---\ntitle: "a\\0"\n---\n', 2, "supprimez"),
    ],
)
def test_a_post_that_cannot_be_read_is_refused_with_its_line_and_a_remedy(data, line, word):
    error = refusal(data)
    assert error.path == PATH
    assert error.line == line
    assert any(each in error.message for each in word.split("|"))


def test_nesting_is_bounded():
    assert "niveaux" in refusal("---\na: " + "[" * 200_000 + "\n---\n").message
    assert keys_of("a: " + "[" * 10 + "]" * 10)["a"].as_json()


def test_aliases_cannot_make_a_bomb():
    bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert "simplifiez" in refusal(f"---\n{bomb}---\n").message
    assert keys_of("a: &a [1,1]\nb: [*a,*a]")["b"].as_json() == [[1, 1], [1, 1]]


def test_aliases_cannot_make_a_tower():
    tower = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 5_000))
    assert "simplifiez" in refusal(f"---\n{tower}---\n").message


def test_a_post_has_a_largest_size():
    assert "Mo" in refusal(b"---\ntitle: a\n---\n" + b"x" * MAX_BYTES).message
    assert "long" in refusal(b"---\ntitle: " + b"x" * 1_100_000 + b"\n---\n").message
    assert split(b"---\ntitle: a\n---\n" + b"x" * 4_000_000, PATH).body


@given(st.binary())
def test_any_bytes_are_read_or_refused(data):
    for each in (data, b"---\n" + data + b"\n---\n"):
        with suppress(PostError):
            split(each, PATH)


# --- readings


@pytest.mark.parametrize(
    "written", ["yes", "2018", "2018-01-01", "1_000", "12:30", "0x1F", "1e3", "007", "'null'", "true", "n"]
)
def test_a_text_stays_as_written(written):
    assert keys_of(f"title: {written}")["title"].text() == written.strip("'")


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_an_empty_text_unless_it_is_read_as_written(written):
    value = keys_of(f"a: {written}")["a"]
    assert value.text() == ""
    assert value.written() == written
    assert value.sequence() == ()
    assert value.table() == {}


PARIS_WINTER = timezone(timedelta(hours=1))
PARIS_SUMMER = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2017-12-12 16:19:00 +01:00", datetime(2017, 12, 12, 16, 19, tzinfo=PARIS_WINTER)),
        ("2017-07-12 00:00:00 +02:00", datetime(2017, 7, 12, tzinfo=PARIS_SUMMER)),
        ("2017-12-12 16:19:00 -0530", datetime(2017, 12, 12, 21, 49, tzinfo=UTC)),
        ("2018-07-18 15:16:00 Z", datetime(2018, 7, 18, 15, 16, tzinfo=UTC)),
        ("2018-07-18T15:16:00.25Z", datetime(2018, 7, 18, 15, 16, 0, 250_000, tzinfo=UTC)),
        ("2018-07-18 15:16:00", datetime(2018, 7, 18, 15, 16, tzinfo=PARIS_SUMMER)),
        ("2018-1-8 5:16", datetime(2018, 1, 8, 5, 16, tzinfo=PARIS_WINTER)),
        ("2018-07-18", datetime(2018, 7, 18, tzinfo=PARIS_SUMMER)),
        ("'2018-01-18'", datetime(2018, 1, 18, tzinfo=PARIS_WINTER)),
        ("2018-03-25 02:30:00", datetime(2018, 3, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_keeps_its_zone_or_is_of_paris(written, moment):
    read = keys_of(f"date: {written}")["date"].moment()
    assert read == moment
    assert read.utcoffset() is not None


def test_a_day_is_that_of_paris():
    assert keys_of("a: 2018-07-18 23:30:00 Z")["a"].day() == date(2018, 7, 19)


@pytest.mark.parametrize(
    "written", ["demain", "2018", "2018-02-31", "2018-01-01 25:00:00", "0001-01-01", "9999-12-31", "[2018]"]
)
def test_a_date_that_is_none_says_how_to_write_it(written):
    with pytest.raises(Misread):
        keys_of(f"date: {written}")["date"].moment()


@pytest.mark.parametrize(
    ("written", "flag"), [("false", False), ("'non'", False), ("No", False), ("oui", True)]
)
def test_a_flag_is_read_in_french_and_english(written, flag):
    assert keys_of(f"a: {written}")["a"].flag() is flag


def test_a_flag_is_never_guessed():
    with pytest.raises(Misread):
        keys_of("a: peut-être")["a"].flag()


def test_other_shapes_than_the_one_asked_are_misread():
    keys = keys_of("text: a\nlist: [a]\ntable: {a: b}")
    for name, reading in [
        ("list", "text"),
        ("table", "text"),
        ("text", "sequence"),
        ("table", "sequence"),
        ("text", "table"),
        ("list", "table"),
        ("list", "flag"),
        ("table", "moment"),
    ]:
        with pytest.raises(Misread) as caught:
            getattr(keys[name], reading)()
        assert caught.value.line == keys[name].line


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("oui", "oui"),
        ("yes", True),
        ("12", 12),
        ("1.5", 1.5),
        ("01", "01"),
        ("1_000", "1_000"),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("'12'", "12"),
        ("2018-07-18", "2018-07-18"),
        ("2018-07-18 15:16:00 Z", "2018-07-18T15:16:00+00:00"),
        ("[a, {b: }]", ["a", {"b": None}]),
    ],
)
def test_what_nobody_asks_for_is_kept_as_json(written, value):
    assert keys_of(f"a: {written}")["a"].as_json() == value


# --- writing

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text(
    " \t\n\r:#-'\"\\&*!|>%@`{}[],?~aé\u00a0\u0085\u2028\ufeff🙂"
)
NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1) | st.floats(-1e15, 1e15).filter(
    lambda number: "e" not in str(number) and str(number) != "-0.0"
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS.map(lambda key: key[:50]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS.map(lambda key: key[:50]), VALUES, min_size=1), TEXTS)
def test_what_is_written_is_read_back(keys, body):
    front = split(join(keys, body).encode(), PATH)
    assert {key: value.as_json() for key, value in front.keys.items()} == keys
    expected = body.replace("\r\n", "\n").replace("\r", "\n")
    assert front.body == (f"\n{expected}\n" if expected else "")


ZONES = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(datetime.combine, st.dates(date(1901, 1, 1), date(2198, 12, 31)), st.times(), ZONES)


@given(MOMENTS)
def test_a_written_moment_is_read_back(moment):
    assert split(join({"a": moment}, "").encode(), PATH).keys["a"].moment() == moment


def test_posts_are_written_to_be_read_by_people():
    keys = {
        "title": "L’eau : un bien commun",
        "date": datetime(2024, 7, 1, 8, tzinfo=UTC),
        "tags": ["eau", "yes", "2024"],
        "chapeau-text": "Deux lignes,\navec *Markdown*.",
        "files": [{"file": "/uploads/a.pdf", "nom": "L'arrêté : texte"}],
        "vide": {},
    }
    assert join(keys, "Le texte.") == (
        "---\n"
        "title: 'L’eau : un bien commun'\n"
        "date: 2024-07-01 10:00:00 +02:00\n"
        "tags:\n"
        "- eau\n"
        "- 'yes'\n"
        "- '2024'\n"
        "chapeau-text: |-\n"
        "  Deux lignes,\n"
        "  avec *Markdown*.\n"
        "files:\n"
        "- file: /uploads/a.pdf\n"
        '  nom: "L\'arrêté : texte"\n'
        "vide: {}\n"
        "---\n"
        "\n"
        "Le texte.\n"
    )
