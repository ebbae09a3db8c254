"""Role × state × action: one table, against what the rules say."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from articles import publishing, versions
from articles.models import Act, Article, Status
from articles.roles import ADMINISTRATORS, PUBLISHERS, WRITERS
from articles.rules import Action, Refused, allowed, editable, may, refusal, require

from .factories import make_administrator, make_article, make_member, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
STATES = {
    "draft": {"status": Status.DRAFT},
    "in_review": {"status": Status.IN_REVIEW},
    "scheduled": {"published_at": timezone.now() + DAY},
    "published": {},
    "ended": {"published_at": timezone.now() - 2 * DAY, "ends_at": timezone.now() - DAY},
    "withdrawn": {"status": Status.WITHDRAWN},
}
NOTHING = dict.fromkeys(STATES, "")
WRITER = {
    "draft": "edit restore submit delete",
    "in_review": "edit restore delete",
    "scheduled": "",
    "published": "prepare",
    "ended": "prepare",
    "withdrawn": "prepare",
}
PUBLISHER = {
    "draft": "edit restore submit publish delete",
    "in_review": "edit restore send_back publish delete",
    "scheduled": "edit restore unschedule",
    "published": "edit restore prepare withdraw",
    "ended": "edit restore prepare withdraw",
    "withdrawn": "edit restore prepare withdraw reinstate delete",
}
TABLE = {
    "anonymous": NOTHING,
    "without a group": NOTHING,
    WRITERS: WRITER,
    PUBLISHERS: PUBLISHER,
    ADMINISTRATORS: PUBLISHER,
    "superuser": PUBLISHER,
}


def person(role: str):
    if role == "anonymous":
        return AnonymousUser()
    if role == "without a group":
        return make_user("invitee", is_staff=True)
    return make_administrator() if role == "superuser" else make_member(role)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", TABLE)
def test_each_role_may_do_in_each_state_what_the_table_says(role, state):
    article, user = make_article(**STATES[state]), person(role)
    assert article.state == state
    assert " ".join(allowed(user, article)) == TABLE[role][state]
    for action in Action:
        if may(user, action, article):
            require(user, action, article)
        else:
            with pytest.raises(Refused) as refused:
                require(user, action, article)
            assert str(refused.value).endswith(".")


def test_the_table_names_every_action():
    assert set(" ".join(PUBLISHER.values()).split()) == set(Action)


def test_a_missing_right_is_told_with_those_who_have_it():
    article = make_article(status=Status.IN_REVIEW)
    assert refusal(make_member(WRITERS), Action.PUBLISH, article) == (
        "L’article est en relecture. Pour publier, il faut un droit que vous n’avez pas : "
        "demandez à une personne du groupe « Publication » de le faire."
    )


def test_a_wrong_state_is_told_with_who_did_what_last():
    user = make_member(PUBLISHERS, first_name="Ada", last_name="Lovelace")
    article = make_article(title="Eau")
    versions.record(article, user, Act.PUBLISHED)
    said = refusal(user, Action.PUBLISH, article)
    assert said.startswith(
        "« Eau » est publié : pour publier, il doit être en brouillon ou en relecture. "
        "Dernière action : publication par Ada Lovelace, le "
    )


@pytest.mark.parametrize("two_people", [False, True])
@pytest.mark.parametrize("role", TABLE)
def test_those_that_somebody_may_edit_are_the_same_asked_of_many_as_of_one(role, two_people, settings):
    settings.SECOND_PERSON = two_people
    user = person(role)
    articles = [make_article(**of_state) for of_state in STATES.values()]
    one_by_one = {each for each in articles if may(user, Action.EDIT, each)}
    assert set(editable(user, Article.objects.all())) == one_by_one


class TestTwoPeople:
    @pytest.fixture(autouse=True)
    def _two_people(self, settings):
        settings.SECOND_PERSON = True

    @pytest.mark.parametrize("wrote_last", [True, False])
    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("role", TABLE)
    def test_each_role_may_do_in_each_state_what_no_one_does_alone(self, role, state, wrote_last):
        article, user = make_article(**STATES[state]), person(role)
        writer = user if wrote_last and user.is_authenticated else make_member(WRITERS, "autrice")
        versions.record(article, writer)
        denied = set()
        if state not in ("draft", "in_review"):
            denied |= {"edit", "restore"}
        if wrote_last:
            denied |= {"publish", "reinstate"}
        wanted = [action for action in TABLE[role][state].split() if action not in denied]
        assert allowed(user, article) == wanted
        for action in Action:
            assert bool(refusal(user, action, article)) == (action not in wanted)

    def test_who_wrote_last_does_not_publish(self):
        writer, other = make_member(PUBLISHERS, "a"), make_member(PUBLISHERS, "b")
        article = make_article(status=Status.IN_REVIEW)
        versions.record(article, writer)
        assert not may(writer, Action.PUBLISH, article)
        assert may(other, Action.PUBLISH, article)
        assert "deuxième personne" in refusal(writer, Action.PUBLISH, article)

    def test_what_the_second_person_writes_is_for_the_first_to_publish(self):
        writer, other = make_member(PUBLISHERS, "a"), make_member(PUBLISHERS, "b")
        article = make_article(status=Status.IN_REVIEW)
        versions.record(article, writer)
        article.title = "Autre titre"
        article.save()
        versions.record(article, other)
        assert (may(writer, Action.PUBLISH, article), may(other, Action.PUBLISH, article)) == (True, False)

    def test_a_move_is_no_writing(self):
        writer, other = make_member(WRITERS, "a"), make_member(PUBLISHERS, "b")
        article = make_article(status=Status.DRAFT)
        versions.record(article, writer)
        Article.objects.update(status=Status.IN_REVIEW)
        versions.record(article, other, Act.SUBMITTED)
        article.refresh_from_db()
        assert may(other, Action.PUBLISH, article)

    def test_a_next_version_in_which_nobody_wrote_is_who_wrote_its_page(self):
        writer, other = make_member(PUBLISHERS, "a"), make_member(PUBLISHERS, "b")
        page = make_article(status=Status.WITHDRAWN)
        versions.record(page, writer)
        draft = publishing.prepare(page, writer)
        assert not may(writer, Action.PUBLISH, draft)
        assert may(other, Action.PUBLISH, draft)
        draft.title = "Autre titre"
        draft.save()
        versions.record(draft, other)
        assert (may(writer, Action.PUBLISH, draft), may(other, Action.PUBLISH, draft)) == (True, False)

    def test_a_live_page_changes_by_a_new_version_alone(self):
        article, user = make_article(), make_member(PUBLISHERS)
        assert " ".join(allowed(user, article)) == "prepare withdraw"
        assert "préparez une nouvelle version" in refusal(user, Action.EDIT, article)

    def test_a_superuser_is_one_person_too(self):
        user = make_administrator()
        article = make_article(status=Status.DRAFT)
        versions.record(article, user)
        assert not may(user, Action.PUBLISH, article)
