from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.merging import Conflict, Merged, merge, merge_files
from articles.posts import Post, PostDocument, PostImage, PostVideo

PARIS = ZoneInfo("Europe/Paris")
BASE = Post(
    "Un guichet",
    published_at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
    body="Un.\n\nDeux.\n\nTrois.",
    tags=("eau", "air"),
    images=(PostImage("plan", "/uploads/plan.png", "Un plan"), PostImage("vue", "/uploads/vue.png", "Vue")),
    extra={"position": 7},
)


def merged(ours, theirs, base=BASE) -> Post:
    """What two posts become that agree."""
    result = merge(base, ours, theirs, PARIS)
    assert result.conflicts == ()
    return result.post


def merged_bodies(base, ours, theirs) -> tuple[str, list[tuple[str, str, str]]]:
    """A body and its conflicts."""
    result = merge(*(Post("a", body=body) for body in (base, ours, theirs)), PARIS)
    assert {conflict.field for conflict in result.conflicts} <= {"body"}
    return result.post.body, [(each.base, each.ours, each.theirs) for each in result.conflicts]


# --- fields


def test_what_one_side_changed_is_taken_from_it():
    ours, theirs = replace(BASE, title="Le guichet", pinned=True), replace(BASE, place="Brest")
    assert merged(ours, theirs) == replace(BASE, title="Le guichet", pinned=True, place="Brest")


def test_what_both_changed_alike_is_no_conflict():
    both = replace(BASE, title="Le guichet", body="Quatre.", tags=())
    assert merged(both, both) == both


def test_what_both_changed_differently_stays_ours_and_is_told():
    ours, theirs = replace(BASE, title="Le guichet"), replace(BASE, title="Les guichets")
    conflict = Conflict("title", "Un guichet", "Le guichet", "Les guichets")
    assert merge(BASE, ours, theirs, PARIS) == Merged(ours, (conflict,))


def test_conflicts_are_told_as_people_read_them():
    ours = replace(BASE, published_at=datetime(2026, 3, 4, 9, 30, tzinfo=UTC), language="en", status="draft")
    theirs = replace(BASE, published_at=None, language="br", status="withdrawn")
    told = {
        each.field: (each.base, each.ours, each.theirs) for each in merge(BASE, ours, theirs, PARIS).conflicts
    }
    assert told == {
        "published_at": ("3 mars 2026 à 10\u00a0h\u00a030", "4 mars 2026 à 10\u00a0h\u00a030", ""),
        "language": ("français", "anglais", "breton"),
        "status": ("publié", "brouillon", "retiré"),
    }


def test_tags_are_added_and_removed_by_both():
    ours, theirs = replace(BASE, tags=("eau", "air", "mer")), replace(BASE, tags=("eau", "feu"))
    assert merged(ours, theirs).tags == ("eau", "feu", "mer")


def test_an_order_that_only_one_side_changed_is_kept():
    moved, longer = replace(BASE, tags=("air", "eau")), replace(BASE, tags=("eau", "mer", "air"))
    assert merged(moved, longer).tags == ("air", "eau", "mer")
    assert merged(longer, moved).tags == ("air", "eau", "mer")


def test_other_keys_merge_one_by_one():
    ours, theirs = replace(BASE, extra={"position": 8, "a": None}), replace(BASE, extra={"b": [1]})
    result = merge(BASE, ours, theirs, PARIS)
    assert result.post.extra == {"position": 8, "a": None, "b": [1]}
    assert result.conflicts == (Conflict("extra:position", "7", "8", ""),)


@dataclass(frozen=True)
class Change:
    on: date
    note: str


@dataclass(frozen=True)
class LaterPost(Post):
    notice: str = ""
    changes: tuple[Change, ...] = ()


def test_fields_that_posts_do_not_have_yet_merge_like_the_others():
    first, second, third = (Change(date(2026, 3, day), "Note") for day in (1, 2, 3))
    base = LaterPost("a", changes=(first,))
    ours = LaterPost("a", notice="Retiré", changes=(first, second))
    theirs = LaterPost("a", changes=(first, third))
    assert merged(ours, theirs, base) == LaterPost("a", notice="Retiré", changes=(first, third, second))


def test_times_that_contradict_each_other_do_not_merge_into_one_post():
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    base = Post("a", published_at=noon, event_starts_at=noon, event_ends_at=noon)
    ours = replace(base, published_at=noon.replace(month=6), event_starts_at=noon.replace(month=6))
    theirs = replace(base, ends_at=noon.replace(month=4), event_ends_at=noon.replace(month=4))
    result = merge(base, replace(ours, event_ends_at=noon.replace(month=7)), theirs, PARIS)
    assert result.post == replace(ours, event_ends_at=noon.replace(month=7))
    told = {each.field: (each.base, each.ours, each.theirs) for each in result.conflicts}
    march, april, june, july = (
        f"3 {month} 2026 à {hour}\u00a0h\u00a000"
        for month, hour in (("mars", 13), ("avril", 14), ("juin", 14), ("juillet", 14))
    )
    assert told == {
        "published_at": (march, june, march),
        "ends_at": ("", "", april),
        "event_starts_at": (march, june, march),
        "event_ends_at": (march, july, april),
    }


def test_a_time_that_one_side_changed_is_taken_from_it():
    ours, theirs = (
        replace(BASE, title="Le guichet"),
        replace(BASE, ends_at=BASE.published_at.replace(year=2027)),
    )
    assert merged(ours, theirs) == replace(theirs, title="Le guichet")


# --- paragraphs


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "body"),
    [
        ("a\n\nb\n\nc", "A\n\nb\n\nc", "a\n\nb\n\nC", "A\n\nb\n\nC"),
        ("a\n\nb", "A\n\nb", "a\n\nB", "A\n\nB"),  # side by side
        ("a\n\nb\n\nc", "A\n\nB\n\nc", "a\n\nB\n\nC", "A\n\nB\n\nC"),  # one of them alike
        ("a\n\nb", "a\n\nx\n\nb", "a\n\nB", "a\n\nx\n\nB"),
        ("a\n\nb", "a\n\nb\n\nx", "a", "a\n\nx"),
        ("a\n\nb", "a\n\nb\n\nx", "y\n\na\n\nb", "y\n\na\n\nb\n\nx"),
        ("a\n\nb", "a\n\nx", "A\n\nb", "A\n\nx"),
        ("a\n\nb", "b", "a", ""),
        ("a\n \n\n  b\n\n\nc", "a\n \n\n  b\n\n\nC", "A\n \n\n  b\n\n\nc", "A\n \n\n  b\n\n\nC"),
        ("```\na\n\nb\n```\n\nc", "```\na\n\nB\n```\n\nc", "```\na\n\nb\n```\n\nC", "```\na\n\nB\n```\n\nC"),
        ("a\n\nb\n", "A\n\nb\n", "a\n\nb\n\nc\n", "A\n\nb\n\nc\n"),
    ],
)
def test_changes_of_different_paragraphs_are_both_taken(base, ours, theirs, body):
    assert merged_bodies(base, ours, theirs) == (body, [])


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "conflict"),
    [
        ("a\n\nb", "a\n\nB", "a\n\nbb", ("b", "B", "bb")),
        ("a", "a\n\nx", "a\n\ny", ("", "x", "y")),
        ("a\n\nb", "a", "a\n\nB", ("b", "", "B")),
        ("", "x", "y\n\nz", ("", "x", "y\n\nz")),
        ("a\n\nb", "A\n\nx\n\nb", "a\n\ny\n\nb", ("a", "A\n\nx", "a\n\ny")),
        ("a\n\nb\n\nc", "c", "a\n\nx\n\nb\n\nc", ("a\n\nb", "", "a\n\nx\n\nb")),
    ],
)
def test_a_paragraph_that_both_changed_stays_ours_and_is_told(base, ours, theirs, conflict):
    assert merged_bodies(base, ours, theirs) == (ours, [conflict])


def test_a_conflict_leaves_the_other_paragraphs_to_who_changed_them():
    body, conflicts = merged_bodies("a\n\nb\n\nc\n\nd", "a\n\nB\n\nc\n\nD", "A\n\nbb\n\nc\n\nd")
    assert (body, conflicts) == ("A\n\nB\n\nc\n\nD", [("b", "B", "bb")])


def test_blank_lines_alone_are_no_conflict():
    assert merged_bodies("a\n\nb", "a\n\n\nb", "a\n\n\n\nb") == ("a\n\n\nb", [])


def test_the_transcript_of_a_video_merges_by_paragraph():
    def with_transcript(text):
        return Post("a", videos=(PostVideo("film", "vimeo", "12", transcript=text),))

    result = merged(with_transcript("A\n\nb"), with_transcript("a\n\nB"), with_transcript("a\n\nb"))
    assert result == with_transcript("A\n\nB")


# --- items


def with_images(*images):
    return replace(BASE, images=images)


PLAN, VUE = BASE.images


def test_items_are_added_where_they_stand_and_removed():
    carte, photo = PostImage("carte", "/uploads/carte.png"), PostImage("photo", "/uploads/photo.png")
    assert merged(with_images(PLAN, VUE, carte), with_images(PLAN, photo, VUE)).images == (
        PLAN,
        photo,
        VUE,
        carte,
    )
    assert merged(with_images(VUE), with_images(carte, PLAN, VUE)).images == (carte, VUE)


def test_what_an_item_says_merges_one_by_one():
    ours, theirs = replace(PLAN, alt="Le plan", caption="a"), replace(PLAN, credit="IGN", caption="b")
    result = merge(BASE, with_images(ours, VUE), with_images(theirs, VUE), PARIS)
    assert result.post.images == (replace(ours, credit="IGN"), VUE)
    assert result.conflicts == (Conflict("images:plan.caption", "", "a", "b"),)


@pytest.mark.parametrize("is_ours", [True, False])
def test_an_item_that_one_removed_and_the_other_changed_is_kept_and_told(is_ours):
    changed = replace(PLAN, alt="Le plan")
    kept, removed = with_images(changed, VUE), with_images(VUE)
    result = merge(BASE, *((kept, removed) if is_ours else (removed, kept)), PARIS)
    assert result.post.images == (changed, VUE)
    texts = ("/uploads/plan.png – Le plan", "")
    assert result.conflicts == (
        Conflict("images:plan", "/uploads/plan.png – Un plan", *(texts if is_ours else reversed(texts))),
    )


def test_a_video_is_one_of_either_side_and_none_of_both():
    def with_video(*place):
        return Post("a", videos=(PostVideo("film", *place),))

    base, ours = with_video("youtube", "aaaaaaaaaaa"), with_video("dailymotion", "x5syke0")
    result = merge(base, ours, with_video("youtube", "bbbbbbbbbbb"), PARIS)
    assert result.post == ours
    assert result.conflicts == (
        Conflict("videos:film.provider", "YouTube", "Dailymotion", "YouTube"),
        Conflict("videos:film.video_id", "aaaaaaaaaaa", "x5syke0", "bbbbbbbbbbb"),
    )


def test_two_items_that_got_the_same_key_are_told_apart():
    ours, theirs = (Post("a", documents=(PostDocument("x", f"/uploads/{name}.pdf"),)) for name in "ab")
    result = merge(Post("a"), ours, theirs, PARIS)
    assert result.post == ours
    assert result.conflicts == (Conflict("documents:x.address", "", "/uploads/a.pdf", "/uploads/b.pdf"),)


# --- files


def test_files_merge_by_name():
    base = {"image:plan": "1", "document:avis": "2", "text:/uploads/x.png": "3"}
    ours = {"image:plan": "10", "document:avis": "2", "text:/uploads/x.png": "30", "video:film": "4"}
    theirs = {"image:plan": "1", "text:/uploads/x.png": "31"}
    files, conflicts = merge_files(base, ours, theirs, PARIS)
    assert files == {"image:plan": "10", "text:/uploads/x.png": "30", "video:film": "4"}
    assert conflicts == (Conflict("text:/uploads/x.png", "3", "30", "31"),)


# --- whatever the posts

TEXTS = st.sampled_from(["", "a", "b", "c\n", "a\n\nb", "  b\n \n\nc", "b\n\na\n\nc"])
BODIES = st.lists(st.sampled_from(["a", "b", "c", "  d", "- e\n- f"]), max_size=6).map("\n\n".join) | TEXTS
KEYS = st.sampled_from("abc")
MOMENTS = st.integers(0, 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def keyed(items):
    return st.lists(items, max_size=3, unique_by=lambda item: item.key).map(tuple)


POSTS = st.builds(
    Post,
    title=TEXTS,
    published_at=st.none() | MOMENTS,
    status=st.sampled_from(["draft", "published"]),
    body=BODIES,
    chapeau=BODIES,
    pinned=st.booleans(),
    updated_on=st.none() | st.dates(),
    ends_at=st.none() | MOMENTS,
    tags=st.lists(KEYS, max_size=3).map(tuple),
    images=keyed(st.builds(PostImage, KEYS, TEXTS, TEXTS)),
    videos=keyed(st.builds(PostVideo, KEYS, TEXTS, TEXTS, transcript=BODIES)),
    documents=keyed(st.builds(PostDocument, KEYS, TEXTS)),
    extra=st.dictionaries(KEYS, st.none() | st.booleans() | TEXTS | st.dictionaries(KEYS, TEXTS), max_size=3),
)


@given(POSTS, POSTS)
def test_a_side_that_changed_nothing_leaves_the_other_as_it_is(base, side):
    assert merged(base, side, base) == side
    assert merged(side, base, base) == side


@given(POSTS, POSTS)
def test_two_sides_that_agree_are_what_both_say(base, side):
    assert merged(side, side, base) == side


@given(POSTS, POSTS, POSTS)
def test_who_merges_whom_changes_only_what_stays_of_a_conflict(base, ours, theirs):
    told = []
    for sides in ((ours, theirs), (theirs, ours)):
        conflicts = merge(base, *sides, PARIS).conflicts
        told.append({(each.field, each.base, *sorted((each.ours, each.theirs))) for each in conflicts})
    assert told[0] == told[1]


@given(POSTS, POSTS, POSTS)
def test_fields_that_are_one_value_come_from_one_side(base, ours, theirs):
    post = merge(base, ours, theirs, PARIS).post
    sides = {(side.published_at, side.ends_at) for side in (ours, theirs)}
    assert (post.published_at, post.ends_at) in sides


@given(POSTS, POSTS, POSTS)
def test_no_item_is_lost_that_a_side_added_or_changed(base, ours, theirs):
    post = merge(base, ours, theirs, PARIS).post
    for kind in ("images", "videos", "documents"):
        before = getattr(base, kind)
        keys = {item.key for side in (ours, theirs) for item in getattr(side, kind) if item not in before}
        assert keys <= {item.key for item in getattr(post, kind)}


def paragraphs_of(text):
    return [part.strip("\n") for part in text.split("\n\n")]


@given(BODIES, BODIES, BODIES)
def test_no_paragraph_is_lost_that_a_side_wrote(base, ours, theirs):
    body, conflicts = merged_bodies(base, ours, theirs)
    texts = [body, *(text for each in conflicts for text in each)]
    found = {part for text in texts for part in paragraphs_of(text)}
    written = {*paragraphs_of(ours), *paragraphs_of(theirs)} - {*paragraphs_of(base), ""}
    assert written <= found


CHANGES = st.sampled_from(["neither", "ours", "theirs", "both", "removed by ours", "removed by theirs"])


@given(st.lists(CHANGES, min_size=1, max_size=12))
def test_changes_of_different_paragraphs_never_disagree(changes):
    base, ours, theirs, expected = [], [], [], []
    for number, change in enumerate(changes):
        before, after = f"Alinéa {number}.", f"Alinéa {number}, corrigé."
        base.append(before)
        for side, name in ((ours, "ours"), (theirs, "theirs"), (expected, "either")):
            if change != f"removed by {name}" and not (name == "either" and change.startswith("removed")):
                is_changed = change in (name, "both") or (name == "either" and change != "neither")
                side.append(after if is_changed else before)
    texts = ["\n\n".join(side) for side in (base, ours, theirs, expected)]
    assert merged_bodies(*texts[:3]) == (texts[3], [])
