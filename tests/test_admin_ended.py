"""A session that ends while somebody writes takes nothing of what was typed with it."""

import pytest
from django.test import Client
from django.urls import reverse

from articles import versions
from articles.models import Article
from articles.roles import WRITERS

from .editing import LIST, form
from .factories import make_article, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    article = make_article(status="draft", title="Eau")
    versions.record(article, None)
    return article


@pytest.mark.parametrize("place", ["add", "{}/change", "{}/relecture"])
def test_what_is_sent_without_a_session_is_given_back(draft, place):
    address = f"{LIST}{place.format(draft.pk)}/"
    sent = form(title="L’eau & moi", body="Un texte.", note="Vu avec le service.")
    response = Client().post(address, sent | {"attachments-0-title": "Le <plan>"})
    page = response.content.decode()
    assert response.status_code == 403
    for text in ("L’eau &amp; moi", "Un texte.", "Vu avec le service.", "Le &lt;plan&gt;"):
        assert f">{text}</textarea>" in page
    assert f'href="/admin/login/?next={address}"' in page
    assert "Eau" not in page.replace("L’eau", "")
    assert Article.objects.get().title == "Eau"


def test_a_script_of_the_editor_is_led_to_the_login_page_which_it_knows(draft):
    response = Client().post(f"{LIST}editeur/apercu/", {"body": "Un texte."})
    assert response.status_code == 302


def test_who_sends_nothing_is_asked_to_log_in(draft):
    assert Client().post(f"{LIST}add/", {"title": " "}).status_code == 302
    assert Client().get(f"{LIST}add/").status_code == 302


def test_somebody_with_a_session_is_answered_as_ever(client, draft):
    client.force_login(make_member(WRITERS))
    response = client.post(f"{LIST}add/", form(title=""))
    assert response.status_code == 200
    assert b"Donnez un titre" in response.content


def test_an_account_that_has_no_part_in_the_tool_reads_nothing_of_it(client, draft, django_user_model):
    client.force_login(django_user_model.objects.create_user("visiteur"))
    page = client.post(f"{LIST}{draft.pk}/change/", form(title="À moi")).content.decode()
    assert ">À moi</textarea>" in page
    assert "Eau" not in page
    assert reverse("admin:articles_article_changelist") not in page.replace(f"next={LIST}", "")
