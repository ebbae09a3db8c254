from dataclasses import fields, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from articles.comparing import ITEMS, Comparison, FileDifference, Piece, Side, compare
from articles.labels import said
from articles.posts import Post, PostDocument, PostImage, PostVideo

from .test_merging import POSTS

PARIS = ZoneInfo("Europe/Paris")
PLAN, VUE = PostImage("plan", "/uploads/plan.png", "Un plan"), PostImage("vue", "/uploads/vue.png", "Vue")
BASE = Post("Un guichet", images=(PLAN, VUE))


def compared(new, old=BASE, old_files=(), new_files=()) -> Comparison:
    return compare(Side(old, dict(old_files), "/a/"), Side(new, dict(new_files), "/a/"), PARIS)


def marked(difference) -> str:
    """A difference in one line: [-what went-]{+what came+}."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "|".join(
        "".join(signs[piece.kind].format(piece.text) for piece in paragraph.pieces)
        for paragraph in difference.paragraphs
    )


def marked_fields(new, old=BASE) -> dict[str, str]:
    return {each.label: marked(each) for each in compared(new, old).fields}


def marked_body(old, new) -> str:
    (difference,) = compared(Post("a", body=new), Post("a", body=old)).fields
    return marked(difference)


# --- fields


def test_a_version_does_not_differ_from_itself():
    assert compared(BASE) == Comparison((), (), ())
    assert compared(BASE).is_same
    assert not compared(replace(BASE, title="Le guichet")).is_same


def test_the_address_of_the_page_is_a_difference():
    comparison = compare(Side(BASE, {}, "/actualites/eau/"), Side(BASE, {}, "/agenda/eau/"), PARIS)
    assert not comparison.is_same
    (address,) = comparison.fields
    assert address.label == "adresse de la page"
    assert marked(address) == "/[-actualites-]{+agenda+}/eau/"


def test_what_differs_is_marked_word_by_word():
    assert marked_fields(replace(BASE, title="Un guichet ouvre, enfin")) == {
        "titre": "Un guichet{+ ouvre, enfin+}",
    }


def test_values_are_compared_as_people_read_them():
    old = replace(BASE, published_at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC), status="draft")
    new = replace(old, published_at=datetime(2026, 4, 3, 8, 30, tzinfo=UTC), status="published", pinned=True)
    assert marked_fields(replace(new, updated_on=date(2026, 5, 1)), old) == {
        "publication le": "3[- mars-]{+ avril+} 2026 à 10\u00a0h\u00a030",
        "état": "[-brouillon-]{+publié+}",
        "épinglé": "[-non-]{+oui+}",
        "mis à jour le": "{+1er mai 2026+}",
    }


def test_what_reads_the_same_does_not_differ():
    moment = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
    elsewhere = moment.astimezone(PARIS).replace(microsecond=1)
    assert compared(replace(BASE, published_at=elsewhere), replace(BASE, published_at=moment)).is_same


def test_several_values_are_compared_one_by_one():
    old, new = replace(BASE, tags=("eau", "air")), replace(BASE, tags=("eau", "mer", "air"))
    assert marked_fields(new, old) == {"mots-clés": "eau|{+mer+}|air"}


def test_other_keys_are_compared_one_by_one():
    old = replace(BASE, extra={"position": 7, "a": {"b": "c", "d": None}, "e": {"f": 1}})
    new = replace(BASE, extra={"position": 7, "a": {"b": "g", "d": None}, "e": "h"})
    assert marked_fields(new, old) == {
        "clé «\u00a0a:b\u00a0»": "[-c-]{+g+}",
        "clé «\u00a0e\u00a0»": '[-{"f": 1}-]{+h+}',
    }


# --- paragraphs


def test_paragraphs_are_found_again_before_their_words_are_compared():
    old = "Le guichet ouvre lundi.\n\nUne date viendra.\n\nFin."
    new = "Avis.\n\nLe guichet ouvre mardi.\n\nFin."
    assert marked_body(old, new) == (
        "{+Avis.\n\n+}|Le guichet ouvre[- lundi-]{+ mardi+}.\n\n|[-Une date viendra.\n\n-]|Fin."
    )


def test_a_paragraph_that_is_no_longer_the_last_stays_the_same():
    (difference,) = compared(Post("a", body="Un.\n\nDeux."), Post("a", body="Un.")).fields
    assert [paragraph.is_same for paragraph in difference.paragraphs] == [True, False]
    assert difference.paragraphs[0].pieces == (Piece("same", "Un."), Piece("added", "\n\n"))


def test_accents_that_combine_stay_with_their_letter():
    assert marked_body("un e\u0301te\u0301", "un ete") == "un[- e\u0301te\u0301-]{+ ete+}"


def test_blank_lines_after_a_paragraph_are_not_shown():
    (difference,) = compared(Post("a", body="Un.\n\nDeux."), Post("a", body="Un.\n\n\nTrois.")).fields
    first, second = (paragraph.shown for paragraph in difference.paragraphs)
    assert first == (Piece("same", "Un."),)
    assert "".join(piece.text for piece in second if piece.kind != "added") == "Trois."


def test_what_is_far_from_any_change_is_folded():
    paragraphs = [f"Alinéa {number}.\n\n" for number in range(9)]
    old = "".join(paragraphs)
    new = old.replace("Alinéa 3.", "Alinéa 3 bis.")
    (difference,) = compared(Post("a", body=new), Post("a", body=old)).fields
    assert [(len(each.paragraphs), each.is_folded) for each in difference.stretches] == [
        (2, True),
        (3, False),
        (4, True),
    ]
    assert sum((each.paragraphs for each in difference.stretches), ()) == difference.paragraphs


def test_a_long_table_is_compared_by_its_words():
    rows = [f"| Ligne {number} | valeur {number % 7} | oui |\n" for number in range(400)]
    new = [row.replace("oui", "non") if number % 10 == 3 else row for number, row in enumerate(rows)]
    (difference,) = compared(Post("a", body="".join(new)), Post("a", body="".join(rows))).fields
    (table,) = difference.paragraphs
    assert {piece for piece in table.pieces if piece.kind != "same"} == {
        Piece("removed", " oui"),
        Piece("added", " non"),
    }
    assert sum(piece.kind == "removed" for piece in table.pieces) == 40


# --- items and files


def test_items_that_came_and_went_are_shown_with_all_that_they_say():
    came = PostVideo("film", "vimeo", "12")
    gone, new = compared(replace(BASE, images=(PLAN,), videos=(came,))).items
    assert (gone.label, gone.change, new.label, new.change) == (
        *("image «\u00a0vue\u00a0»", "removed"),
        *("vidéo «\u00a0film\u00a0»", "added"),
    )
    assert [(each.label, marked(each)) for each in new.texts] == [
        ("vidéo «\u00a0film\u00a0»\u00a0: hébergeur", "{+Vimeo+}"),
        ("vidéo «\u00a0film\u00a0»\u00a0: identifiant chez l’hébergeur", "{+12+}"),
    ]
    assert [marked(each) for each in gone.texts] == ["[-/uploads/vue.png-]", "[-Vue-]"]


def test_an_item_that_says_something_else_is_compared():
    (item,) = compared(replace(BASE, images=(replace(PLAN, alt="Un grand plan"), VUE))).items
    assert (item.change, item.is_moved, item.file) == ("kept", False, None)
    assert [marked(each) for each in item.texts] == ["Un{+ grand+} plan"]


def test_only_what_had_to_move_has_moved():
    images = [PostImage(key, f"/uploads/{key}.png") for key in "abcd"]
    a, b, c, d = images
    (item,) = compared(Post("a", images=(b, c, d, a)), Post("a", images=tuple(images))).items
    assert (item.field, item.change, item.is_moved, item.texts) == ("images:a", "kept", True, ())


def test_a_place_left_by_another_item_is_no_move():
    (item,) = compared(replace(BASE, images=(VUE,))).items
    assert (item.field, item.change) == ("images:plan", "removed")


def test_another_file_under_the_same_name_is_told():
    old = {"image:plan": "1", "image:vue": "2", "text:/uploads/x.png": "3", "text:/uploads/y.png": "4"}
    new = {"image:plan": "10", "image:vue": "2", "text:/uploads/x.png": "30", "text:/uploads/z.png": "5"}
    comparison = compared(BASE, old_files=old, new_files=new)
    (item,) = comparison.items
    assert (item.change, item.texts) == ("kept", ())
    assert item.file == FileDifference("image:plan", "replaced")
    assert item.file.label == "fichier de l’image «\u00a0plan\u00a0»"
    assert [(each.file_name, each.change) for each in comparison.files] == [
        ("text:/uploads/x.png", "replaced"),
        ("text:/uploads/z.png", "added"),
        ("text:/uploads/y.png", "removed"),
    ]


def test_the_file_of_an_item_that_came_is_no_news_beside_it():
    new = replace(BASE, documents=(PostDocument("avis", "/uploads/avis.pdf"),))
    (item,) = compared(new, new_files={"document:avis": "1"}).items
    assert (item.change, item.file) == ("added", None)


# --- whatever the posts


def sides(difference) -> tuple[str, str]:
    """The old and the new text that a difference holds."""
    pieces = [piece for paragraph in difference.paragraphs for piece in paragraph.pieces]
    return (
        "".join(piece.text for piece in pieces if piece.kind != "added"),
        "".join(piece.text for piece in pieces if piece.kind != "removed"),
    )


def text_of(name, value):
    if isinstance(value, tuple):
        return "".join(said(name, each, PARIS) for each in value)
    return said(name, value, PARIS)


@given(POSTS, POSTS)
def test_a_difference_holds_both_texts_to_the_letter(old, new):
    comparison = compared(new, old)
    found = {each.field: sides(each) for each in comparison.fields}
    for name in {each.name for each in fields(Post)} - ITEMS.keys() - {"extra"}:
        before, after = text_of(name, getattr(old, name)), text_of(name, getattr(new, name))
        assert found.get(name, (before, before)) == (before, after)
    for item in comparison.items:
        kind, _, key = item.field.partition(":")
        was, now = (
            next((each for each in getattr(post, kind) if each.key == key), None) for post in (old, new)
        )
        for each in item.texts:
            name = each.field.rpartition(".")[2]
            assert sides(each) == tuple(
                said(each.field, getattr(side, name, ""), PARIS) for side in (was, now)
            )


@given(*[st.text(st.sampled_from("ab é,\u0301’\n\u00a0-"), max_size=40)] * 2)
def test_a_body_comes_back_to_the_letter_from_either_side(old, new):
    for difference in compared(Post("a", body=new), Post("a", body=old)).fields:
        assert sides(difference) == (old, new)


@given(POSTS, POSTS)
def test_two_versions_do_not_differ_only_if_they_read_the_same(old, new):
    differs = not compared(new, old).is_same
    assert differs == (not compared(old, new).is_same)
    assert differs or all(
        text_of(each.name, getattr(old, each.name)) == text_of(each.name, getattr(new, each.name))
        for each in fields(Post)
        if each.name not in {*ITEMS, "extra"}
    )
