"""« Partager »: who makes share links, which addresses are shown, and how a link ends before its time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.admin.sharing import ENDED_SHOWN, MAX_OPEN
from articles.models import ShareLink
from articles.roles import WRITERS

from .editing import LIST, as_editor
from .factories import make_article, make_member, make_share_link, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def editor(client):
    return as_editor(client)


@pytest.fixture
def draft():
    return make_article(status="draft", published_at=None, title="Un guichet à venir")


def share(article):
    return reverse("admin:articles_article_share", args=[article.pk])


def revoke(link, article=None):
    return reverse("admin:articles_article_revoke", args=[(article or link.article).pk, link.pk])


def shown(client, article):
    return client.get(share(article)).content.decode()


def test_the_form_of_an_article_leads_there(editor, draft):
    assert f'href="{share(draft)}"' in editor.get(f"{LIST}{draft.pk}/change/").content.decode()


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_is_made_for_a_time_and_its_whole_address_shown(editor, draft, settings, days):
    response = editor.post(share(draft), {"days": days}, follow=True)
    page = response.content.decode()
    link = draft.share_links.get()
    assert response.redirect_chain == [(share(draft), 302)]
    assert "copiez son adresse." in page
    assert f'value="{settings.SITE_URL}{link.get_absolute_url()}"' in page
    assert "Créé par redactrice" in page
    assert abs(link.expires_at - timezone.now() - timedelta(days=days)) < HOUR
    assert Client().get(link.get_absolute_url()).status_code == 200


def test_who_made_a_link_has_the_name_that_versions_give(editor, draft):
    author = make_user(username="ada", first_name="Ada", last_name="Lovelace")
    make_share_link(draft, created_by=author)
    make_share_link(draft, created_by=author, expires_at=timezone.now() - HOUR)
    page = shown(editor, draft)
    assert "Créé par Ada Lovelace le" in page
    assert "<td>Ada Lovelace</td>" in page


def test_a_week_is_what_the_form_proposes(editor, draft):
    assert '<option value="7" selected>une semaine</option>' in shown(editor, draft)


@pytest.mark.parametrize("days", ["", "365", "-1", "un"])
def test_no_other_time_is_taken(editor, draft, days):
    response = editor.post(share(draft), {"days": days})
    assert response.status_code == 200
    assert "Choisissez" in response.content.decode()
    assert not draft.share_links.exists()


def test_an_article_has_so_many_open_links_at_most(editor, draft):
    links = [make_share_link(draft) for _link in range(MAX_OPEN)]
    make_share_link(make_article(status="draft"))
    refused = editor.post(share(draft), {"days": 7}).content.decode()
    assert f"Cet article a déjà {MAX_OPEN} liens ouverts\u00a0: révoquez-en un" in refused
    assert draft.share_links.count() == MAX_OPEN
    editor.post(revoke(links[0]))
    editor.post(share(draft), {"days": 7})
    assert draft.share_links.open().count() == MAX_OPEN


def test_a_revoked_link_leads_nowhere_and_its_address_is_gone(editor, draft):
    link, other = make_share_link(draft), make_share_link(draft)
    page = editor.post(revoke(link), follow=True).content.decode()
    assert "Le lien est révoqué\u00a0: il ne mène plus à rien." in page
    assert "révoqué le" in page
    assert link.token not in page
    assert other.token in page
    assert Client().get(link.get_absolute_url()).status_code == 404
    assert Client().get(other.get_absolute_url()).status_code == 200


def test_a_link_ends_once(editor, draft):
    link = make_share_link(draft, revoked_at=timezone.now() - HOUR)
    before = link.revoked_at
    assert "rien n’a changé." in editor.post(revoke(link), follow=True).content.decode()
    link.refresh_from_db()
    assert link.revoked_at == before


def test_a_link_is_revoked_below_its_own_article_and_by_post_alone(editor, draft):
    link = make_share_link(draft)
    editor.post(revoke(link, make_article()))
    assert editor.get(revoke(link)).status_code == 405
    link.refresh_from_db()
    assert link.is_open


def test_visits_are_told(editor, draft):
    link = make_share_link(draft)
    assert "Aucune visite." in shown(editor, draft)
    for said in ("1 visite, la dernière le", "2 visites, la dernière le"):
        Client().get(link.get_absolute_url())
        assert said in " ".join(shown(editor, draft).split())


def test_an_expired_link_is_told_without_its_address_even_if_nobody_is_left_who_made_it(editor, draft):
    link = make_share_link(draft, expires_at=timezone.now() - HOUR)
    page = shown(editor, draft)
    assert "expiré le" in page
    assert "un compte supprimé" in page
    assert link.token not in page


def test_the_page_of_a_public_article_says_where_its_links_lead(editor, draft):
    assert "Cet article est en ligne" not in shown(editor, draft)
    assert "Cet article est en ligne" in shown(editor, make_article())


def test_the_page_of_what_was_withdrawn_says_that_its_links_still_show_it(editor, draft):
    gone = make_article(status="withdrawn")
    said = "qui a un lien de partage le lit encore, jusqu’à ce qu’il expire."
    assert said in shown(editor, gone)
    for other in (draft, make_article(), make_article(status="withdrawn", withdrawal_notice="Périmé.")):
        assert said not in shown(editor, other)
    assert editor.post(share(gone), {"days": 7}).status_code == 302
    assert Client().get(gone.share_links.get().get_absolute_url()).status_code == 200


def test_no_link_is_made_to_a_page_that_has_ended(editor):
    now = timezone.now()
    ended = make_article(published_at=now - 2 * HOUR, ends_at=now - HOUR)
    assert "ses liens de partage ne mènent plus à rien" in shown(editor, ended)
    page = editor.post(share(ended), {"days": 7})
    assert "un lien ne mènerait à rien" in page.content.decode()
    assert not ended.share_links.exists()


def test_who_may_read_the_article_here_may_share_it(client, draft):
    client.force_login(make_member(WRITERS))
    assert client.post(share(draft), {"days": 7}).status_code == 302
    assert draft.share_links.count() == 1


def test_nobody_else_shares_it_or_sees_an_address(client, draft):
    link = make_share_link(draft)
    for address in (share(draft), revoke(link)):
        assert client.post(address, {"days": 7})["Location"].startswith("/admin/login/")
    client.force_login(make_user("comptable", is_staff=True))
    assert client.get(share(draft)).status_code == 403
    for address in (share(draft), revoke(link)):
        assert client.post(address, {"days": 7}).status_code == 403
    assert [each.is_open for each in ShareLink.objects.all()] == [True]


def test_a_form_from_elsewhere_is_refused(draft):
    editor = as_editor(Client(enforce_csrf_checks=True))
    link = make_share_link(draft)
    for address in (share(draft), revoke(link)):
        assert editor.post(address, {"days": 7}).status_code == 403


def test_what_is_gone_is_not_found(editor):
    assert editor.get("/admin/articles/article/999/partage/").status_code == 404


def test_the_page_costs_as_many_queries_with_many_links(editor, draft, django_assert_num_queries):
    for _link in range(MAX_OPEN):
        make_share_link(draft, created_by=make_user(f"agent-{_link}"))
        make_share_link(draft, expires_at=timezone.now() - HOUR)
    make_share_link(draft, expires_at=timezone.now() - HOUR)
    with django_assert_num_queries(10):
        page = shown(editor, draft)
    assert page.count("expiré le") == ENDED_SHOWN
    assert page.count("Adresse à copier") == MAX_OPEN
