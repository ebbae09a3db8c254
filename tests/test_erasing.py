import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import erasing, publishing, versions
from articles.erasing import Passage, erase
from articles.models import Act, Article, BodyImage, MergeConflict, StoredFile, Version
from articles.models.versions import CONTENT
from articles.roles import ADMINISTRATORS, PUBLISHERS
from articles.rules import Refused
from articles.verifying import verify

from .factories import image_bytes, make_article, make_carousel_image, make_member, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return make_member(ADMINISTRATORS)


@pytest.fixture
def article() -> Article:
    """An article whose first version named somebody, and whose second does not."""
    article = make_article(body="Écrivez à la directrice.", status="draft")
    make_carousel_image(article, key="portrait")
    versions.record(article, None, note="Avec la directrice.")
    article.body = "Écrivez au service."
    article.save()
    article.carousel_images.all().delete()
    versions.record(article, None)
    return article


def version_of(article, number) -> Version:
    return Version.objects.get(article_uuid=article.uuid, number=number)


@given(before=st.text(max_size=30), passage=st.text(min_size=1, max_size=60), after=st.text(max_size=30))
def test_a_text_says_whatever_stands_in_it_word_for_word(before, passage, after):
    assert Passage(passage).is_in(before + passage + after)


@given(st.text("abcdéÉßœ ", min_size=1, max_size=120), st.randoms(use_true_random=False))
def test_marks_within_a_passage_hide_it_from_nobody(passage, random):
    cut = "".join(letter + random.choice(["", "\u200b", "**", "</b>", "_", "\n"]) for letter in passage)
    assert Passage(passage).is_in(cut.upper()) or not passage.strip()


@pytest.mark.parametrize("text", ["<" * 100_000, "](" * 50_000, "{" * 100_000, "[^" * 50_000])
def test_a_text_of_unclosed_marks_is_read_to_its_end(text):
    assert Passage("fin").is_in(f"{text} fin")
    assert not Passage("fin").is_in(f"{text} début")


def test_an_erased_version_says_no_more_than_that_it_was(article, administrator):
    before = version_of(article, 1)
    erase([before], administrator, "Demande de la personne.")
    after = version_of(article, 1)
    assert after.is_erased
    assert not any(getattr(after, name) for name in CONTENT)
    for name in (
        "act",
        "status_before",
        "status_after",
        "author_name",
        "created_at",
        "content_sha256",
        "sha256",
    ):
        assert getattr(after, name) == getattr(before, name)
    assert not any("directrice" in str(row) for row in Version.objects.values())


def test_an_erasure_is_a_version_that_says_who_and_why(article, administrator):
    erase([version_of(article, 1)], administrator, "Demande de la personne.")
    told = version_of(article, 3)
    assert (told.number, told.act, told.about, told.author) == (3, Act.ERASED, 1, administrator)
    assert told.note == "Demande de la personne."
    assert versions.snapshot_of(told) == versions.take(article)
    assert verify().versions == 3


@given(st.sets(st.integers(1, 60), min_size=1), st.text(max_size=20))
def test_an_erasure_is_read_as_it_was_told(numbers, reason):
    told = Version(act=Act.ERASED, **versions.erasure(numbers, reason))
    assert versions.erased_by(told) == numbers
    assert versions.reason_of(told) == reason


def test_one_version_tells_of_all_that_were_erased_at_once(client, article, administrator):
    for number in (3, 4):
        article.body = f"Texte {number}."
        article.save()
        versions.record(article, None)
    erase([version_of(article, number) for number in (1, 2, 3)], administrator, "Demande.")
    told = version_of(article, 5)
    assert Version.objects.last_of(article.uuid) == told
    assert (told.about, told.note) == (None, "Versions\u00a0: 1 à 3.\nDemande.")
    client.force_login(administrator)
    for number in (1, 2, 3):
        page = client.get(f"/admin/articles/version/{version_of(article, number).pk}/")
        assert (page.context["erasure"], page.context["reason"]) == (told, "Demande.")
    verify()


def test_what_tells_of_several_erasures_is_erased_and_they_are_vouched_for(article, administrator):
    article.body = "Autre."
    article.save()
    versions.record(article, None)
    erase([version_of(article, 1), version_of(article, 2)], administrator, "Demande.")
    article.body = "Encore."
    article.save()
    versions.record(article, None)
    erase([version_of(article, 4)], administrator, "Autre demande.")
    assert versions.erased_by(version_of(article, 6)) == {1, 2, 4}
    verify()


def test_a_version_of_a_deleted_article_is_erased_too(article, administrator):
    publishing.delete(article, administrator)
    erase([version_of(article, 1)], administrator, "Demande de la personne.")
    told = version_of(article, 4)
    assert (told.number, told.status_after, told.dump, told.title) == (4, "", "", "")
    assert publishing.deletions().count() == 1
    erase([version_of(article, 3)], administrator, "Demande de la personne.")
    assert version_of(article, 5).act == Act.ERASED
    assert verify().versions == 5


def test_a_file_goes_with_the_last_version_that_had_it(
    article, administrator, django_capture_on_commit_callbacks
):
    (stored,) = StoredFile.objects.all()
    paths = stored.paths
    assert len(paths) > 1
    with django_capture_on_commit_callbacks(execute=True):
        erase([version_of(article, 1)], administrator, "Demande de la personne.")
    assert not StoredFile.objects.exists()
    assert not any(map(default_storage.exists, paths))


def test_a_file_that_comes_back_before_it_goes_stays(
    article, administrator, django_capture_on_commit_callbacks
):
    with default_storage.open(StoredFile.objects.get().original_path) as opened:
        data = opened.read()
    with django_capture_on_commit_callbacks() as callbacks:
        erase([version_of(article, 1)], administrator, "Demande de la personne.")
    stored = store("image.png", data)
    for callback in callbacks:
        callback()
    assert stored.is_whole()


def test_an_image_of_the_text_goes_though_it_was_uploaded_for_several(
    client, administrator, django_capture_on_commit_callbacks
):
    stored = store("portrait.png", image_bytes(61))
    address = stored.new_address("portrait.png")
    BodyImage.objects.create(address=address, file=stored)
    live = make_article(body="Rien.")
    versions.record(live, None)
    draft = publishing.prepare(live, administrator)
    for body in (f"![La directrice]({address})", "Le service."):
        draft.body = body
        draft.save()
        publishing.keep(draft, administrator)
    assert BodyImage.objects.filter(article=None).exists()
    with django_capture_on_commit_callbacks(execute=True):
        erase([version_of(draft, 2)], administrator, "Demande de la personne.")
    assert not StoredFile.objects.exists()
    assert not any(map(default_storage.exists, stored.paths))
    make_article(body=f"![Rien]({address})")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("holder", ["row", "version"])
def test_a_file_that_something_else_has_stays(
    article, administrator, holder, django_capture_on_commit_callbacks
):
    (stored,) = StoredFile.objects.all()
    other = make_article()
    image = make_carousel_image(other, file=stored)
    if holder == "version":
        versions.record(other, None)
        image.delete()
        versions.record(other, None)
    with django_capture_on_commit_callbacks(execute=True):
        erase([version_of(article, 1)], administrator, "Demande de la personne.")
    assert StoredFile.objects.get().is_whole()


def test_only_administrators_erase(article):
    with pytest.raises(Refused, match="groupe « Administration »"):
        erase([version_of(article, 1)], make_member(PUBLISHERS), "Demande de la personne.")
    assert not version_of(article, 1).is_erased


def test_what_an_article_says_today_is_corrected_first(article, administrator):
    with pytest.raises(Refused, match="corrigez d’abord l’article"):
        erase([version_of(article, 2)], administrator, "Demande de la personne.")


def test_a_version_is_erased_once(article, administrator):
    erase([version_of(article, 1)], administrator, "Demande de la personne.")
    with pytest.raises(Refused, match="déjà effacé"):
        erase([version_of(article, 1)], administrator, "Demande de la personne.")


def test_an_erasure_has_a_reason(article, administrator):
    with pytest.raises(Refused, match="écrivez le motif"):
        erase([version_of(article, 1)], administrator, " ")
    assert Version.objects.count() == 2


def test_an_erasure_that_fails_half_way_leaves_nothing_changed(article, administrator, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(erasing, "_drop_unused", fail)
    with pytest.raises(RuntimeError):
        erase([version_of(article, 1)], administrator, "Demande de la personne.")
    assert Version.objects.count() == 2
    assert not version_of(article, 1).is_erased


def test_the_version_that_a_draft_began_from_is_kept_for_the_merge(administrator):
    live = make_article()
    versions.record(live, None)
    draft = publishing.prepare(live, administrator)
    live.title = "Autre titre"
    live.save()
    versions.record(live, None)
    with pytest.raises(Refused, match="en préparation à partir de celle-ci"):
        erase([version_of(live, 1)], administrator, "Motif.")
    publishing.delete(draft, administrator)
    erase([version_of(live, 1)], administrator, "Motif.")


def make_contradicted(by) -> tuple[Article, Article]:
    """A page whose title was corrected, and the draft of its next version, which changed it too."""
    live = make_article(title="La directrice")
    versions.record(live, None)
    draft = publishing.prepare(live, by)
    for title, article in (("La directrice, demain", draft), ("Le service", live)):
        article.title = title
        article.save()
        publishing.keep(article, by)
    return live, draft


@pytest.mark.parametrize("erased", ["page", "draft"])
def test_passages_that_may_say_the_same_are_settled_first_and_go_too(administrator, erased):
    live, draft = make_contradicted(administrator)
    _page, elsewhere = make_contradicted(administrator)
    chosen = [version_of(live if erased == "page" else draft, 1)]
    with pytest.raises(Refused, match="attendent d’être réglés"):
        erase(chosen, administrator, "Motif.")
    draft.merge_conflicts.update(settled_at=timezone.now())
    erase(chosen, administrator, "Motif.")
    assert list(MergeConflict.objects.all()) == [elsewhere.merge_conflicts.get()]


def test_a_deleted_draft_whose_beginning_is_erased_does_not_come_back(administrator):
    live = make_article()
    draft = publishing.prepare(live, administrator)
    publishing.delete(draft, administrator)
    publishing.withdraw(live, administrator)
    erase([version_of(live, 1)], administrator, "Demande de la personne.")
    with pytest.raises(Refused, match="préparez-en une autre"):
        publishing.undelete(draft.uuid, administrator)


def test_storage_that_keeps_a_file_undoes_no_erasure(
    article, administrator, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*args):
        raise PermissionError

    monkeypatch.setattr(default_storage, "delete", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        erase([version_of(article, 1)], administrator, "Un nom.")
    assert version_of(article, 1).is_erased


@pytest.mark.parametrize("note", ["", "Versions\u00a0: x.\nUn nom.", "Versions\u00a0: 1", "Un nom."])
def test_a_note_that_somebody_has_altered_names_no_erasure(note):
    assert versions.erased_by(Version(act=Act.ERASED, note=note)) == set()
