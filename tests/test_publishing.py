"""Every change of an article's state, by the functions that make them."""

import re
import threading
from contextlib import nullcontext, suppress
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone
from django.utils.timezone import now

from articles import publishing, versions
from articles.models import (
    Act,
    Article,
    CarouselImage,
    GoneAddress,
    ImportedPost,
    MergeConflict,
    OldAddress,
    Section,
    ShareLink,
    Status,
    TaggedArticle,
    Version,
)
from articles.publishing import (
    delete,
    keep,
    prepare,
    publish,
    reinstate,
    restore,
    send_back,
    submit,
    undelete,
    unschedule,
    withdraw,
)
from articles.roles import PUBLISHERS, WRITERS
from articles.rules import Refused
from articles.verifying import verify

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_imported_post,
    make_member,
    make_share_link,
    make_video,
    pdf_bytes,
    store,
)
from .together import Together

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def writer():
    return make_member(WRITERS, "autrice", first_name="Ada", last_name="L.")


@pytest.fixture
def publisher():
    return make_member(PUBLISHERS, "editeur")


def again(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def make_draft(**overrides) -> Article:
    return make_article(**{"status": Status.DRAFT, "published_at": None} | overrides)


def history(article: Article) -> list[str]:
    found = Version.objects.filter(article_uuid=article.uuid).order_by("number")
    return [
        f"{each.act}: {each.status_before} → {each.status_after}" for each in found if each.act != Act.FOUND
    ]


def save(article: Article, by, **fields) -> Version | None:
    """What the form does: change fields, and keep."""
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    return keep(article, by)


def pass_by(article: Article, **fields) -> None:
    """What an import does: the page changes, and the next version beside it does not hear of it."""
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    versions.record(article, None, Act.IMPORTED)


# --- review, publication


def test_an_article_goes_from_draft_to_review_and_back_and_out(writer, publisher):
    article = make_draft()
    submit(article, writer, "Prêt pour mardi.")
    send_back(article, publisher, "Il manque la date.")
    submit(article, writer)
    version = publish(article, publisher)
    assert history(article) == [
        "submitted: draft → in_review",
        "returned: in_review → draft",
        "submitted: draft → in_review",
        "published: in_review → published",
    ]
    assert again(article).is_public()
    assert (version.author, version.created_at <= timezone.now()) == (publisher, True)
    assert Version.objects.get(article_uuid=article.uuid, number=2).note == "Prêt pour mardi."


def test_what_is_published_without_a_time_has_that_of_its_publication(publisher):
    article = make_draft()
    publish(article, publisher)
    assert timezone.now() - again(article).published_at < HOUR


def test_a_past_time_stays_and_a_time_to_come_schedules(publisher):
    past, coming = (
        make_draft(published_at=timezone.now() - 24 * HOUR),
        make_draft(published_at=timezone.now() + HOUR),
    )
    publish(past, publisher)
    publish(coming, publisher)
    assert again(past).published_at == past.published_at
    assert (again(coming).state, history(coming)) == ("scheduled", ["scheduled: draft → published"])
    unschedule(coming, publisher)
    assert (again(coming).state, again(coming).published_at) == ("draft", coming.published_at)


def test_what_has_ended_before_it_begins_is_not_published(publisher):
    article = make_draft(published_at=timezone.now() - 2 * HOUR, ends_at=timezone.now() - HOUR)
    with pytest.raises(Refused, match="La fin de publication est déjà passée"):
        publish(article, publisher)
    assert again(article).status == Status.DRAFT


def test_sending_back_wants_a_reason(publisher):
    article = make_article(status=Status.IN_REVIEW)
    with pytest.raises(Refused, match="écrivez le motif"):
        send_back(article, publisher, "  ")


def test_an_article_that_is_gone_meanwhile_is_told(publisher):
    article = make_draft(title="Eau")
    Article.objects.all().delete()
    with pytest.raises(Refused, match="« Eau » a été supprimé entre-temps"):
        publish(article, publisher)


def test_the_second_of_two_publications_is_told_of_the_first(publisher):
    article = make_draft()
    stale = again(article)
    publish(article, publisher)
    with pytest.raises(Refused, match=r"est publié.*Dernière action : publication par editeur"):
        publish(stale, publisher)
    assert history(article) == ["published: draft → published"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_publications_at_once_one_wins_and_the_other_is_told():
    publisher, article = make_member(PUBLISHERS, "editeur"), make_draft()
    together, outcomes = threading.Barrier(2), []

    def go() -> None:
        try:
            together.wait(10)
            publish(Article.objects.get(pk=article.pk), publisher)
            outcomes.append("published")
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes, key=len)[0] == "published"
    assert "Dernière action : publication par editeur" in sorted(outcomes, key=len)[1]
    assert history(article) == ["published: draft → published"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_page_may_be_saved_while_its_new_version_goes_out(monkeypatch):
    publisher, live = make_member(PUBLISHERS, "editeur"), make_article(title="Eau")
    draft = prepare(live, publisher)
    has_draft, has_page, outcomes = threading.Event(), threading.Event(), []
    require = publishing.require

    def held(*args) -> None:
        require(*args)
        has_draft.set()
        has_page.wait(1)  # in vain: the page is locked before the draft

    def go(outcome, step) -> None:
        try:
            step()
            outcomes.append(outcome)
        finally:
            has_draft.set()
            connections.close_all()

    @transaction.atomic
    def correct_page() -> None:
        page = Article.objects.select_for_update(of=("self",)).get(pk=live.pk)
        has_page.set()
        save(page, publisher, title="L’eau")

    monkeypatch.setattr(publishing, "require", held)
    threads = [threading.Thread(target=go, args=("published", lambda: publish(draft, publisher)))]
    threads[0].start()
    has_draft.wait(10)
    threads.append(threading.Thread(target=go, args=("saved", correct_page)))
    threads[1].start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["published", "saved"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_original_may_be_deleted_while_a_keyword_of_its_translations_changes(monkeypatch):
    publisher, together = make_member(PUBLISHERS, "editeur"), Together()
    translation = make_article(language="en")
    original = make_draft(title="Eau")
    Article.objects.filter(pk=translation.pk).update(translation_of=original)  # which came in after it
    versions.begin(Article.objects.all())
    monkeypatch.setattr(publishing.gone, "say_gone", together.held_before(publishing.gone.say_gone))

    @transaction.atomic
    def retag() -> None:
        versions.record_all(Article.objects.all(), publisher, Act.RETAGGED)

    assert together.do(lambda: delete(original, publisher), retag) == ["done", "done"]
    assert again(translation).translation_of is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_undo_a_deletion_at_once_the_second_is_told_of_the_first(monkeypatch):
    publisher, article, together = make_member(PUBLISHERS, "editeur"), make_draft(title="Eau"), Together()
    delete(article, publisher)
    monkeypatch.setattr(publishing.versions, "put", together.held_after(versions.put))
    outcomes = together.do(*[lambda: undelete(article.uuid, publisher)] * 2)
    assert outcomes == [
        "done",
        "Refused: Cette suppression ne peut plus être annulée : editeur l’a déjà fait, "
        "et « Eau » est de nouveau là.",
    ]
    assert history(article) == ["deleted: draft → ", "undeleted:  → draft"]


def test_who_undoes_a_deletion_is_told_that_its_place_was_taken_meanwhile(writer, monkeypatch):
    article = make_draft(title="Eau", slug="eau")
    delete(article, writer)

    def taken(*args) -> None:
        raise IntegrityError

    with monkeypatch.context() as patch:
        patch.setattr(publishing.versions, "put", taken)
        with pytest.raises(Refused, match=r"vient de prendre la place.*recommencez"):
            undelete(article.uuid, writer)
    assert undelete(article.uuid, writer).slug == "eau"


# --- nothing by halves


def restore_first(article, by):
    return restore(article, Version.objects.get(article_uuid=article.uuid, number=1), by)


def publish_next(article, by):
    return publish(Article.objects.get(replaces=article), by, "Du neuf.")


@transaction.atomic  # as the admin's form is
def correct(article, by):
    return save(article, by, title="Titre corrigé")


FAULTS = {
    "record": "articles.versions.record",
    "put": "articles.versions.put",
    "save": "articles.models.articles.Article.save",
    "delete": "articles.models.articles.Article.delete",
    "gone": "articles.models.addresses.GoneAddressManager.put",
    "carry": "articles.publishing.carry",
    "retie": "articles.publishing._take_back_translations",
    "mail": "articles.mailing._send",
}
"""The steps that a transition may take, each made to fail."""

TRANSITIONS = {
    "submit": (lambda a, by: submit(a, by), {"status": Status.DRAFT}, "save record mail"),
    "send_back": (lambda a, by: send_back(a, by, "M."), {"status": Status.IN_REVIEW}, "save record mail"),
    "publish": (
        lambda a, by: publish(a, by),
        {"status": Status.DRAFT, "published_at": None},
        "save record mail",
    ),
    "unschedule": (lambda a, by: unschedule(a, by), {"published_at": now() + 24 * HOUR}, "save record mail"),
    "prepare": (lambda a, by: prepare(a, by), {}, "put save record"),
    "replace": (publish_next, {}, "put save record delete gone carry mail"),
    "withdraw": (lambda a, by: withdraw(a, by, notice="Fini."), {}, "save record"),
    "reinstate": (lambda a, by: reinstate(a, by), {"status": Status.WITHDRAWN}, "save record"),
    "restore": (restore_first, {}, "put save record gone carry"),
    "delete": (lambda a, by: delete(a, by), {"status": Status.WITHDRAWN}, "save record delete gone"),
    "undelete": (lambda a, by: undelete(a.uuid, by), {"status": Status.WITHDRAWN}, "put save record retie"),
    "keep": (correct, {}, "save record gone carry"),
}
"""Each transition, the article that it begins from, and the steps that it takes."""


def rows() -> dict:
    """All that a transition may write."""
    return {
        model: sorted(map(str, model.objects.values_list()))
        for model in (
            Article,
            CarouselImage,
            OldAddress,
            GoneAddress,
            ImportedPost,
            MergeConflict,
            ShareLink,
            TaggedArticle,
            Version,
        )
    }


class BrokenError(Exception):
    pass


def begin(name: str, by) -> Article:
    """An article in the state from which a transition begins, with something to do for each of its steps."""
    article = make_article(**TRANSITIONS[name][1], tags=["eau"])
    make_carousel_image(article)
    make_imported_post(article)
    make_share_link(article)
    make_article(language="en", translation_of=article)
    versions.begin(Article.objects.all())
    if name == "restore":
        save(article, by, title="Autre titre")
    if name == "replace":
        draft = prepare(article, by)
        make_share_link(draft)
        save(draft, by, title="Nouvelle version")
        pass_by(article, chapeau="Un chapeau corrigé.")
    if name == "undelete":
        delete(article, by)
        article.pk = None
    return article


@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_that_fails_half_way_leaves_nothing_changed(name, publisher, monkeypatch):
    transition, _state, steps = TRANSITIONS[name]
    article = begin(name, publisher)
    before = rows()

    def fail(*args, **kwargs):
        raise BrokenError

    for step in steps.split():
        with monkeypatch.context() as patch, pytest.raises(BrokenError):  # noqa: PT012  # what fails, and where
            patch.setattr(FAULTS[step], fail)
            transition(article if article.pk is None else again(article), publisher)
        assert rows() == before
    for fault in FAULTS.keys() - set(steps.split()):
        monkeypatch.setattr(FAULTS[fault], fail)
    transition(article if article.pk is None else again(article), publisher)  # takes no other step
    assert rows() != before


WRITE = re.compile(r'(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(?P<table>\w+)"')


class BreaksAt:
    """Notes the tables that are written, and fails at the write of this number."""

    def __init__(self, number: int) -> None:
        self.number, self.tables = number, []

    def __call__(self, execute, sql, params, many, context):
        if written := WRITE.match(sql):
            self.tables.append(written["table"])
            if len(self.tables) == self.number:
                raise BrokenError
        return execute(sql, params, many, context)


def broken_at_each_write(step) -> list[str]:
    """Make each write of a step fail in turn, which must leave nothing changed, until none does.

    Returns the tables that the step wrote in the end.
    """
    before = rows()
    for number in count(1):
        breaks = BreaksAt(number)
        with connection.execute_wrapper(breaks), suppress(BrokenError):
            step()
        if len(breaks.tables) < number:
            break
        assert rows() == before, f"{number}: {breaks.tables}"
    return breaks.tables


WRITTEN_BESIDE = {
    "replace": {"articles_sharelink", "articles_mergeconflict"},
    "withdraw": {"articles_sharelink"},
    "delete": {"articles_importedpost"},
    "undelete": {"articles_importedpost"},
}
"""What some transitions write besides articles and versions, lest what is broken below were not all of it."""


@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_of_which_any_write_fails_leaves_nothing_changed(name, publisher):
    article = begin(name, publisher)
    transition = TRANSITIONS[name][0]
    tables = broken_at_each_write(
        lambda: transition(article if article.pk is None else again(article), publisher)
    )
    written = {"articles_article", "articles_version"} | WRITTEN_BESIDE.get(name, set())
    assert written <= set(tables)


def test_what_is_done_in_two_transactions_would_be_found_out(publisher):
    article = begin("submit", publisher)

    def submit_and_send_back():
        submit(again(article), publisher)
        send_back(again(article), publisher, "Motif.")

    with pytest.raises(AssertionError, match="articles_version"):
        broken_at_each_write(submit_and_send_back)


# --- a new version beside a live article


def test_a_new_version_says_what_the_page_says_and_nobody_sees_it(writer):
    live = make_article(body="Un.", tags=["eau"], updated_on="2024-03-05")
    image = make_carousel_image(live)
    draft = prepare(live, writer)
    taken, page = versions.take(draft), versions.take(live)
    assert taken.files == page.files == {f"image:{image.key}": image.file.sha256}
    assert (taken.post.body, taken.post.tags, taken.post.status) == ("Un.", ("eau",), "draft")
    assert taken.post.published_at == page.post.published_at
    assert not again(draft).is_online()
    assert Article.objects.at(live.get_absolute_url()).get() == live


def test_there_is_one_new_version_at_most(writer):
    live = make_article()
    prepare(live, writer)
    with pytest.raises(Refused, match="déjà en préparation"):
        prepare(live, writer)


def test_a_new_version_takes_the_place_of_the_page_with_its_address_and_history(writer, publisher):
    live = make_article(title="Avant")
    OldAddress.objects.lead_to(live, ["/ancienne/"])
    make_attachment(live, address="/uploads/retire.pdf")
    first = live.published_at
    draft = prepare(live, writer)
    draft.attachments.all().delete()
    make_video(draft, key="film")
    save(draft, writer, title="Après")
    submit(draft, writer)
    publish(draft, publisher, "Le guichet ouvre le samedi.", "Relu avec le service.")
    page = again(live)
    assert (page.pk, page.uuid, page.title, page.published_at) == (live.pk, live.uuid, "Après", first)
    assert page.old_addresses.get().address == "/ancienne/"
    assert (page.updated_on, page.changes) == (
        timezone.localdate(),
        [{"on": timezone.localdate().isoformat(), "note": "Le guichet ouvre le samedi."}],
    )
    assert page.video_embeds.get().key == "film"
    assert not Article.objects.filter(pk=draft.pk).exists()
    assert history(live) == ["replaced: published → published"]
    last = Version.objects.last_of(live.uuid)
    assert (last.is_major, last.public_note, last.note) == (
        True,
        "Le guichet ouvre le samedi.",
        "Relu avec le service.",
    )
    assert history(draft)[-1] == "absorbed: in_review → "
    assert GoneAddress.objects.get().address == "/uploads/retire.pdf"


def test_a_minor_new_version_tells_readers_nothing(writer, publisher):
    live = make_article()
    draft = prepare(live, writer)
    save(draft, writer, title="Après")
    version = publish(draft, publisher)
    assert (again(live).updated_on, again(live).changes, version.is_major) == (None, [], False)


def test_the_second_to_publish_a_new_version_is_told_of_the_first(writer, publisher):
    draft = prepare(make_article(), writer)
    stale = again(draft)
    publish(draft, publisher)
    with pytest.raises(Refused, match="déjà été publiée par editeur"):
        publish(stale, publisher)


def test_a_page_whose_draft_began_from_an_altered_version_is_still_corrected(writer, publisher):
    live = make_article()
    draft = prepare(live, writer)
    Version.objects.filter(article_uuid=live.uuid).update(dump="illisible")
    save(live, publisher, title="Corrigé")
    assert again(live).title == "Corrigé"
    with pytest.raises(Refused, match="a été effacée ou altérée"):
        publish(draft, publisher)


def test_a_new_version_is_not_scheduled(writer, publisher):
    draft = prepare(make_article(), writer)
    save(draft, writer, published_at=timezone.now() + HOUR)
    with pytest.raises(Refused, match="se publie à la main"):
        publish(draft, publisher)


def test_a_typo_on_the_page_is_merged_into_the_new_version(writer, publisher):
    live = make_article(title="Eau", body="Un.\n\nDeux.\n\nTrois.")
    draft = prepare(live, writer)
    save(draft, writer, body="Un.\n\nDeux.\n\nTrois, et quatre.")
    save(live, publisher, title="L’eau", body="Un !\n\nDeux.\n\nTrois.")
    merged = again(draft)
    assert (merged.title, merged.body) == ("L’eau", "Un !\n\nDeux.\n\nTrois, et quatre.")
    assert not merged.merge_conflicts.exists()
    assert history(draft) == ["prepared:  → draft", "saved: draft → draft", "merged: draft → draft"]
    publish(merged, publisher)
    assert again(live).body == "Un !\n\nDeux.\n\nTrois, et quatre."


def test_a_file_replaced_on_the_page_is_replaced_in_the_new_version(writer, publisher):
    live = make_article()
    document = make_attachment(live, key="plan")
    draft = prepare(live, writer)
    document.file = store("autre.pdf", pdf_bytes(9))
    document.save()
    keep(live, publisher)
    assert draft.attachments.get().file == document.file


def test_what_both_changed_waits_with_both_texts_and_is_not_published(writer, publisher):
    live = make_article(body="Un.\n\nDeux.")
    draft = prepare(live, writer)
    save(draft, writer, body="Un.\n\nDeux, demain.")
    save(live, publisher, body="Un.\n\nDeux, ce soir.")
    conflict = again(draft).merge_conflicts.get()
    assert (conflict.field, conflict.base, conflict.ours, conflict.theirs) == (
        "body",
        "Deux.",
        "Deux, demain.",
        "Deux, ce soir.",
    )
    assert again(draft).body == "Un.\n\nDeux, demain."
    said = r"1 passage dit autre chose sur la page et dans cette version : réglez-le\.$"
    with pytest.raises(Refused, match=said):
        publish(draft, publisher)
    draft.merge_conflicts.update(settled_at=timezone.now())
    publish(draft, publisher)
    assert again(live).body == "Un.\n\nDeux, demain."


@pytest.mark.parametrize("by_import", [False, True])
def test_a_time_of_the_page_that_contradicts_the_new_version_waits_with_both(by_import, writer, publisher):
    live = make_article()
    first, end = live.published_at, timezone.now() + 30 * 24 * HOUR
    draft = prepare(live, writer)
    save(draft, writer, published_at=timezone.now() + 60 * 24 * HOUR)
    (pass_by if by_import else partial(save, by=publisher))(live, ends_at=end, title="Corrigé")
    with pytest.raises(Refused, match="2 passages disent autre chose"):
        publish(draft, publisher)
    assert again(live).ends_at == end
    assert again(draft).title == "Corrigé"
    told = {each.field: bool(each.theirs) for each in draft.merge_conflicts.waiting()}
    assert told == {"published_at": True, "ends_at": True}  # what the page says of both
    draft.merge_conflicts.update(settled_at=timezone.now())
    save(again(draft), writer, published_at=first, ends_at=end)
    publish(draft, publisher)
    assert (again(live).published_at, again(live).ends_at) == (first, end)


@pytest.mark.parametrize("error", [ValidationError("Trop long."), DataError(), IntegrityError()])
def test_a_correction_that_the_new_version_cannot_take_waits_for_the_day_it_can(
    error, writer, publisher, monkeypatch
):
    live = make_article()
    draft = prepare(live, writer)
    wrote = save(draft, writer, title="Après")

    def refuse(*args):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("articles.merging.merge", refuse)
        save(live, publisher, chapeau="Un chapeau corrigé.")
        assert (again(live).chapeau, again(draft).chapeau) == ("Un chapeau corrigé.", "Un chapeau court.")
        with pytest.raises(Refused, match=r"ne peut pas être reporté dans cette version.* dans une autre"):
            publish(again(draft), publisher)
        with pytest.raises(Refused, match=r"ne peut pas être reporté dans cette version.* à la main"):
            restore(again(draft), wrote, writer)
        delete(again(draft), writer)
        undelete(draft.uuid, writer)
    publish(Article.objects.get(replaces=live), publisher)
    assert (again(live).title, again(live).chapeau) == ("Après", "Un chapeau corrigé.")


def test_what_the_notice_of_a_withdrawn_page_says_does_not_travel(writer, publisher):
    live = make_article()
    draft = prepare(live, writer)
    withdraw(live, publisher, notice="Fini.")
    save(again(live), publisher, title="Corrigé")
    assert (again(draft).title, again(draft).withdrawal_notice) == ("Corrigé", "")
    publish(draft, publisher)
    assert again(live).withdrawal_notice == ""


def test_what_passed_the_form_by_is_merged_before_a_new_version_goes_out(writer, publisher):
    live = make_article(title="Eau", chapeau="Un chapeau.")
    draft = prepare(live, writer)
    save(draft, writer, title="L’eau")
    pass_by(live, chapeau="Un autre chapeau.")
    publish(draft, publisher)
    assert (again(live).title, again(live).chapeau) == ("L’eau", "Un autre chapeau.")


def test_passages_to_be_settled_are_counted_in_a_sentence(writer, publisher):
    live = make_article(title="Eau", chapeau="Un chapeau.")
    draft = prepare(live, writer)
    save(draft, writer, title="L’eau", chapeau="Le chapeau.")
    save(live, publisher, title="Les eaux", chapeau="Des chapeaux.")
    said = "2 passages disent autre chose sur la page et dans cette version : réglez-les."
    with pytest.raises(Refused, match=said):
        publish(draft, publisher)


def test_a_conflict_found_at_publication_stays_to_be_settled(writer, publisher):
    live = make_article(title="Eau")
    draft = prepare(live, writer)
    save(draft, writer, title="L’eau")
    pass_by(live, title="Les eaux", chapeau="Un autre chapeau.")
    with pytest.raises(Refused, match="1 passage dit autre chose"):
        publish(draft, publisher)
    assert draft.merge_conflicts.get().theirs == "Les eaux"
    assert again(draft).chapeau == "Un autre chapeau."


@pytest.mark.parametrize(
    ("refused", "fields"),
    [
        ("se publie à la main", {"published_at": now() + HOUR}),
        ("fin de publication est déjà passée", {"ends_at": now() - HOUR}),
        ("demandez à une personne du groupe « Publication » de le faire", {}),
    ],
)
def test_a_refused_publication_of_a_new_version_merges_nothing(refused, fields, writer, publisher):
    live = make_article(published_at=now() - 24 * HOUR)
    draft = prepare(live, writer)
    save(draft, writer, **fields)
    pass_by(live, chapeau="Un autre chapeau.")
    before = rows()
    with pytest.raises(Refused, match=refused):
        publish(draft, publisher if fields else writer)
    assert rows() == before


def test_a_new_version_of_a_translation_keeps_its_original(writer, publisher):
    original = make_article()
    live = make_article(language="en", translation_of=original)
    draft = prepare(live, writer)
    assert draft.translation_of == original
    save(draft, writer, title="Water")
    publish(draft, publisher)
    assert (again(live).title, again(live).translation_of) == ("Water", original)


def test_a_new_version_in_a_language_that_the_page_has_meanwhile_does_not_go_out(writer, publisher):
    live = make_article()
    draft = prepare(live, writer)
    save(draft, writer, language="en")
    make_article(title="Moving", language="en", translation_of=live)
    with pytest.raises(Refused, match="« Moving » est déjà la version"):
        publish(draft, publisher)
    assert again(live).language == "fr"


def test_a_new_version_of_a_withdrawn_page_puts_it_back(writer, publisher):
    live = make_article()
    withdraw(live, publisher, notice="Fini.")
    draft = prepare(live, writer)
    publish(draft, publisher)
    assert (again(live).is_public(), again(live).withdrawal_notice) == (True, "")


@pytest.mark.parametrize(
    ("first", "refused"),
    [(None, ""), (now() - 24 * HOUR, ""), (now() + 24 * HOUR, "se publie à la main")],
)
def test_a_new_version_without_a_time_has_that_of_its_page_which_it_obeys(first, refused, writer, publisher):
    live = make_article(status=Status.WITHDRAWN, published_at=first)
    draft = prepare(live, writer)
    save(draft, writer, published_at=None, ends_at=now() + HOUR)
    with pytest.raises(Refused, match=refused) if refused else nullcontext():
        publish(draft, publisher)
    assert again(live).is_public() != bool(refused)
    if first:
        assert again(live).published_at == first


# --- back to a version


@pytest.mark.parametrize("removes_in_draft", [True, False])
def test_an_item_that_one_side_removes_and_the_other_gives_a_new_file_stands(publisher, removes_in_draft):
    live = make_article()
    make_carousel_image(live, key="une", file=store("a.png", image_bytes(40)))
    make_attachment(live, key="plan", file=store("a.pdf", pdf_bytes(1)))
    versions.record(live, None)
    draft = publishing.prepare(live, publisher)
    image, document = store("b.png", image_bytes(50)), store("b.pdf", pdf_bytes(2))
    for article in (draft, live):
        if (article is draft) is removes_in_draft:
            article.carousel_images.get().delete()
            article.attachments.get().delete()
        else:
            article.carousel_images.update(file=image)
            article.attachments.update(file=document)
        publishing.keep(article, publisher)
    assert draft.carousel_images.get().file == image
    assert draft.attachments.get().file == document
    assert sorted(each.field for each in draft.merge_conflicts.waiting()) == ["document:plan", "image:une"]


def test_an_article_goes_back_to_what_it_said_with_its_files(publisher):
    article = make_article(title="Avant")
    image = make_carousel_image(article, key="une")
    first = versions.record(article, None)
    before = versions.take(article)
    image.file = store("autre.png", image_bytes(99))
    image.save()
    make_attachment(article, address="/uploads/plan.pdf")
    article.title, article.changes = "Après", [{"on": "2024-03-05", "note": "Samedi."}]
    article.save()
    keep(article, publisher)
    made = restore(article, first, publisher)
    page = again(article)
    assert (page.title, page.status, page.changes) == (
        "Avant",
        Status.PUBLISHED,
        [{"on": "2024-03-05", "note": "Samedi."}],
    )
    assert versions.take(page).files == before.files
    assert (made.number, made.about, made.act) == (3, 1, Act.RESTORED)
    gone = set(GoneAddress.objects.values_list("address", flat=True))
    contents = {before.files["image:une"], image.file.sha256}
    assert gone == {"/uploads/plan.pdf", *(f"/images/{each}/" for each in contents)}


def test_going_back_leaves_where_an_article_is_and_what_readers_were_told(publisher):
    article = make_article(title="Avant", ends_at=now() + HOUR)
    OldAddress.objects.lead_to(article, ["/ancienne/"])
    first = versions.record(article, None)
    OldAddress.objects.update(address="/autre/")
    left_alone = {
        "status": Status.WITHDRAWN,
        "published_at": now() - 48 * HOUR,
        "ends_at": now() - HOUR,
        "updated_on": timezone.localdate(),
        "changes": [{"on": "2024-03-05", "note": "Samedi."}],
        "withdrawal_notice": "Ce guichet a fermé.",
        "redirect_to": "/agenda/",
    }
    save(article, publisher, title="Après", **left_alone)
    restore(article, first, publisher)
    page = again(article)
    assert page.title == "Avant"
    assert {name: getattr(page, name) for name in left_alone} == left_alone
    assert page.old_addresses.get().address == "/autre/"


def test_a_new_version_goes_back_without_what_was_corrected_on_the_page_meanwhile_being_lost(
    writer, publisher
):
    live = make_article(title="Eau", body="Un.\n\nDeux.")
    draft = prepare(live, writer)
    wrote = save(draft, writer, body="Un.\n\nDeux, demain.")
    save(live, publisher, title="L’eau")
    assert again(draft).title == "L’eau"
    restore(again(draft), wrote, writer)
    assert (again(draft).title, again(draft).body) == ("L’eau", "Un.\n\nDeux, demain.")
    assert history(draft)[-2:] == ["restored: draft → draft", "merged: draft → draft"]


def test_a_new_version_that_goes_back_asks_again_what_was_settled(writer, publisher):
    live = make_article(body="Un.")
    draft = prepare(live, writer)
    wrote = save(draft, writer, body="Un, demain.")
    save(live, publisher, body="Un, ce soir.")
    again(draft).merge_conflicts.update(settled_at=timezone.now())
    save(again(draft), writer, body="Un, ce soir ou demain.")
    restore(again(draft), wrote, writer)
    conflict = again(draft).merge_conflicts.get()
    assert (conflict.ours, conflict.theirs, conflict.settled_at) == ("Un, demain.", "Un, ce soir.", None)
    with pytest.raises(Refused, match="1 passage dit autre chose"):
        publish(again(draft), publisher)


def test_a_new_version_does_not_go_back_where_nothing_tells_what_it_began_from(writer, publisher):
    live = make_article(body="Un.")
    draft = prepare(live, writer)
    wrote = save(draft, writer, body="Un, demain.")
    save(live, publisher, title="L’eau")
    Version.objects.filter(article_uuid=live.uuid, number=1).update(dump="illisible")
    before = rows()
    with pytest.raises(Refused, match="à la main"):
        restore(again(draft), wrote, writer)
    assert rows() == before


def test_a_page_does_not_go_back_to_a_language_that_has_a_version_meanwhile(publisher):
    article = make_article(language="en")
    first = versions.record(article, None)
    save(article, publisher, language="fr")
    make_article(language="en", translation_of=article)
    with pytest.raises(Refused, match=r"langue, original"):
        restore(article, first, publisher)
    assert again(article).language == "fr"


def test_an_erased_version_does_not_come_back(publisher):
    article = make_article()
    version = versions.record(article, None)
    version.erased_at = timezone.now()
    with pytest.raises(Refused, match="a été effacé"):
        restore(article, version, publisher)


# --- leaving


@pytest.mark.parametrize(
    ("how", "status", "location"),
    [
        ({"notice": "Ce guichet a fermé."}, 200, None),
        ({"redirect_to": "/agenda/"}, 301, "/agenda/"),
    ],
)
def test_a_withdrawn_page_answers_as_was_decided(how, status, location, publisher):
    article = make_article()
    withdraw(article, publisher, **how)
    response = Client().get(article.get_absolute_url())
    assert (response.status_code, response.get("Location")) == (status, location)
    assert again(article).state == "withdrawn"
    reinstate(article, publisher)
    assert again(article).is_public()
    assert history(article) == ["withdrawn: published → withdrawn", "reinstated: withdrawn → published"]


def test_links_to_a_page_end_when_it_is_withdrawn(publisher):
    article = make_article()
    link = article.share_links.create(expires_at=timezone.now() + HOUR)
    withdraw(article, publisher)
    link.refresh_from_db()
    assert not link.is_open


def test_a_page_does_not_lead_to_itself_when_withdrawn(publisher):
    article = make_article()
    with pytest.raises(Refused, match="ramène à l’article"):
        withdraw(article, publisher, redirect_to=article.get_absolute_url())
    with pytest.raises(Refused, match="https://"):
        withdraw(article, publisher, redirect_to="javascript:alert(1)")
    with pytest.raises(Refused, match="Choisissez"):
        withdraw(article, publisher, redirect_to="/agenda/", notice="Fini.")


def test_a_deletion_is_undone_with_files_addresses_and_import(writer, publisher):
    article = make_article(status=Status.WITHDRAWN, tags=["eau"])
    make_carousel_image(article)
    make_attachment(article)
    OldAddress.objects.lead_to(article, ["/ancienne/"])
    translation = make_article(language="en", translation_of=article)
    post = make_imported_post(article)
    before = versions.take(article)
    delete(article, publisher, "Doublon.")
    assert [each.title for each in publishing.deletions()] == [article.title]
    assert set(GoneAddress.objects.values_list("address", flat=True)) == {
        article.get_absolute_url(),
        "/ancienne/",
        "/mots-cles/eau/",
        *(each.address for each in (*before.post.images, *before.post.documents)),
        f"/images/{before.files[f'image:{before.post.images[0].key}']}/",
    }
    back = undelete(article.uuid, publisher)
    assert versions.take(back) == before
    assert back.get_absolute_url() == article.get_absolute_url()
    assert again(translation).translation_of == back
    post.refresh_from_db()
    assert (post.article, post.deleted_uuid) == (back, None)
    assert history(back) == ["deleted: withdrawn → ", "undeleted:  → withdrawn"]
    assert not publishing.deletions().exists()
    with pytest.raises(Refused, match="ne peut plus être annulée"):
        undelete(article.uuid, publisher)


def test_a_draft_that_is_deleted_leaves_no_address_behind(writer):
    article = make_draft()
    make_attachment(article)
    delete(article, writer)
    assert not GoneAddress.objects.exists()


def test_a_deletion_is_undone_within_thirty_days(writer):
    article = make_draft()
    delete(article, writer)
    Version.objects.filter(act=Act.DELETED).update(created_at=timezone.now() - timedelta(days=31))
    assert not publishing.deletions().exists()
    with pytest.raises(Refused, match="30 jours"):
        undelete(article.uuid, writer)


def test_what_was_erased_is_in_no_bin(writer):
    article = make_draft()
    deletion = delete(article, writer)
    Version.objects.filter(pk=deletion.pk).update(erased_at=timezone.now())
    assert not publishing.deletions().exists()
    with pytest.raises(Refused, match="a été effacé"):
        undelete(article.uuid, writer)


def test_what_was_deleted_twice_is_in_the_bin_once(writer):
    article = make_draft()
    delete(article, writer)
    article = undelete(article.uuid, writer)
    article.title = "Autre titre"
    article.save()
    last = delete(article, writer)
    assert list(publishing.deletions()) == [last]
    assert undelete(article.uuid, writer).title == "Autre titre"


def test_an_article_whose_address_is_taken_comes_back_at_another(writer):
    article = make_draft(title="Eau", slug="eau")
    delete(article, writer)
    make_article(slug="eau")
    assert undelete(article.uuid, writer).slug == "eau-2"


def test_a_page_whose_address_serves_the_site_meanwhile_comes_back_at_another(writer):
    root = Section.objects.get(prefix="")
    article = make_draft(section=root, title="Aide", slug="guichets")
    delete(article, writer)
    Section.objects.create(title="Guichets", prefix="guichets", collection="guichets")
    assert undelete(article.uuid, writer).get_absolute_url() == "/aide/"


def test_translations_come_back_to_their_original_wherever_it_is(publisher):
    article = make_article(status=Status.WITHDRAWN, slug="eau", title="Eau")
    translation = make_article(language="en", translation_of=article)
    delete(article, publisher)
    make_article(slug="eau")
    back = undelete(article.uuid, publisher)
    assert again(translation).translation_of == back


def test_a_translation_stays_with_the_original_that_it_was_given_meanwhile(writer):
    article, other = make_draft(), make_draft()
    translation = make_article(language="en", translation_of=article)
    delete(article, writer)
    translation = again(translation)
    translation.translation_of = other
    translation.save()
    versions.record(translation, writer, Act.SAVED)
    versions.begin(Article.objects.all())
    undelete(article.uuid, writer)
    assert again(translation).translation_of == other
    verify()


def test_a_language_that_has_a_version_meanwhile_keeps_it(writer):
    first = make_draft(title="Eau", slug="eau")
    one = make_article(language="en", translation_of=first)
    delete(first, writer)
    second = make_draft(title="Eau", slug="eau")
    two = make_article(language="en", translation_of=second)
    delete(second, writer)
    back = undelete(first.uuid, writer)
    assert again(one).translation_of == back
    assert again(two).translation_of is None
    verify()


def test_a_translation_comes_back_though_its_language_has_a_version_meanwhile(writer):
    original = make_draft()
    translation = make_draft(language="en", translation_of=original)
    delete(translation, writer)
    make_article(language="en", translation_of=original)
    assert undelete(translation.uuid, writer).translation_of is None


def test_a_new_version_of_a_page_that_leads_elsewhere_still_does(writer, publisher):
    live = make_article(redirect_to="/agenda/")
    publish(prepare(live, writer), publisher)
    assert again(live).redirect_to == "/agenda/"


def test_an_article_with_a_new_version_in_preparation_is_not_deleted(writer, publisher):
    article = make_article()
    withdraw(article, publisher)
    draft = prepare(article, writer)
    with pytest.raises(Refused, match="en préparation"):
        delete(article, publisher)
    delete(draft, writer)
    assert undelete(draft.uuid, writer).replaces == article


@pytest.mark.parametrize("conflict", ["waiting", "settled", "none"])
def test_a_new_version_that_comes_back_overwrites_no_correction(conflict, writer, publisher):
    live = make_article(title="Eau", chapeau="Un chapeau.")
    draft = prepare(live, writer)
    if conflict != "none":
        save(draft, writer, title="L’eau")
    save(live, publisher, title="Les eaux", chapeau="Un autre chapeau.")
    if conflict == "settled":
        draft.merge_conflicts.update(settled_at=timezone.now())
    delete(again(draft), writer)
    back = undelete(draft.uuid, writer)
    assert again(back).chapeau == "Un autre chapeau."
    assert back.merge_conflicts.exists() == (conflict != "none")
    if conflict != "none":  # a choice is asked for again rather than lost
        with pytest.raises(Refused, match="1 passage dit autre chose"):
            publish(back, publisher)
        asked = back.merge_conflicts.get()
        assert (asked.ours, asked.theirs) == ("L’eau", "Les eaux")
        back.merge_conflicts.update(settled_at=timezone.now())
    publish(back, publisher)
    assert again(live).title == ("Les eaux" if conflict == "none" else "L’eau")
    assert again(live).chapeau == "Un autre chapeau."


def test_a_new_version_whose_place_is_taken_does_not_come_back(writer):
    article = make_article()
    draft = prepare(article, writer)
    delete(draft, writer)
    prepare(article, writer)
    with pytest.raises(Refused, match="n’est plus là, ou en a une autre"):
        undelete(draft.uuid, writer)


# --- e-mails


def sent() -> list[tuple[str, list[str]]]:
    found = [(message.subject, sorted(message.bcc)) for message in mail.outbox]
    mail.outbox.clear()
    return found


def test_people_hear_of_what_waits_comes_back_and_goes_out(
    writer, publisher, django_capture_on_commit_callbacks
):
    other = make_member(PUBLISHERS, "relectrice")
    make_member(PUBLISHERS, "parti", is_active=False)
    article = make_draft(title="Eau & gaz")
    with django_capture_on_commit_callbacks(execute=True):
        save(article, writer, chapeau="Un chapeau.")
        submit(article, writer, "Pour mardi.")
    assert "Pour mardi." in mail.outbox[0].body
    assert f"/admin/articles/article/{article.pk}/change/?of={article.uuid}\n" in mail.outbox[0].body
    assert sent() == [("[Annonces] À relire : Eau & gaz", sorted([publisher.email, other.email]))]
    with django_capture_on_commit_callbacks(execute=True):
        send_back(article, publisher, "Il manque la date.")
    assert "Il manque la date." in mail.outbox[0].body
    assert sent() == [("[Annonces] À reprendre : Eau & gaz", [writer.email])]
    with django_capture_on_commit_callbacks(execute=True):
        publish(article, publisher)
    assert article.get_absolute_url() in mail.outbox[0].body
    assert sent() == [("[Annonces] Publié : Eau & gaz", [writer.email])]


@pytest.mark.parametrize("by_its_hour", [False, True])
def test_who_wrote_what_has_gone_out_hears_of_no_later_version(
    by_its_hour, writer, publisher, django_capture_on_commit_callbacks
):
    other = make_member(WRITERS, "autre")
    article = make_draft(published_at=now() + HOUR if by_its_hour else None)
    save(article, writer, title="Eau")
    publish(article, publisher)
    Article.objects.update(published_at=now() - HOUR)
    draft = prepare(again(article), writer)
    save(draft, other, title="L’eau")
    with django_capture_on_commit_callbacks(execute=True):
        publish(draft, publisher)
    assert sent() == [("[Annonces] Publié : L’eau", [other.email])]


def test_who_wrote_what_was_put_back_hears_of_no_later_version(
    writer, publisher, django_capture_on_commit_callbacks
):
    article = make_article()
    withdraw(article, publisher)
    save(again(article), writer, title="Eau")
    reinstate(article, publisher)
    with django_capture_on_commit_callbacks(execute=True):
        publish(prepare(again(article), writer), publisher)
    assert sent() == []


def test_who_wrote_what_was_called_off_hears_when_it_goes_out(
    writer, publisher, django_capture_on_commit_callbacks
):
    article = make_draft(title="Eau", published_at=now() + HOUR)
    save(article, writer, chapeau="Un autre chapeau.")
    publish(article, publisher)
    unschedule(article, publisher)
    with django_capture_on_commit_callbacks(execute=True):
        publish(article, publisher)
    assert sent() == [("[Annonces] Programmé : Eau", [writer.email])]


def test_who_has_no_account_in_the_admin_is_asked_for_no_review(
    writer, publisher, django_capture_on_commit_callbacks
):
    make_member(PUBLISHERS, "parti", is_active=False)
    make_member(PUBLISHERS, "exterieur", is_staff=False)
    with django_capture_on_commit_callbacks(execute=True):
        submit(make_draft(title="Eau"), writer)
    assert sent() == [("[Annonces] À relire : Eau", [publisher.email])]


def test_who_was_told_of_a_time_is_told_that_it_is_cancelled(
    writer, publisher, django_capture_on_commit_callbacks
):
    article = make_draft(title="Eau & gaz", published_at=now() + 24 * HOUR)
    with django_capture_on_commit_callbacks(execute=True):
        save(article, writer, chapeau="Un chapeau.")
        publish(article, publisher)
        unschedule(article, publisher, "Reporté d’une semaine.")
    assert "Reporté d’une semaine." in mail.outbox[-1].body
    assert f"/admin/articles/article/{article.pk}/change/" in mail.outbox[-1].body
    assert sent() == [
        ("[Annonces] Programmé : Eau & gaz", [writer.email]),
        ("[Annonces] Déprogrammé : Eau & gaz", [writer.email]),
    ]


def test_a_mail_that_cannot_be_sent_undoes_nothing(
    writer, publisher, django_capture_on_commit_callbacks, monkeypatch, caplog
):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    article = make_draft(title="Eau")
    with django_capture_on_commit_callbacks(execute=True):
        submit(article, writer)
    assert again(article).status == Status.IN_REVIEW
    assert "E-mail not sent: [Annonces] À relire : Eau" in caplog.text


def test_a_title_of_several_lines_is_one_subject_and_no_other_header(
    writer, publisher, django_capture_on_commit_callbacks
):
    article = make_draft(title="Eau\r\nBcc: autre@example.org\rX: y")
    with django_capture_on_commit_callbacks(execute=True):
        submit(article, writer)
    assert sent() == [("[Annonces] À relire : Eau Bcc: autre@example.org X: y", [publisher.email])]


def test_who_wrote_a_new_version_hears_that_it_is_out(writer, publisher, django_capture_on_commit_callbacks):
    live = make_article()
    draft = prepare(live, writer)
    save(draft, writer, title="Après")
    with django_capture_on_commit_callbacks(execute=True):
        publish(draft, publisher)
    assert sent() == [("[Annonces] Publié : Après", [writer.email])]
    again(live)
