"""The report of the last import: what it says, how its remarks are worked off, and who may."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from articles.admin.report import PLACES, places
from articles.importing import Outcome
from articles.models import Article, ImportRemark, ImportRun
from articles.remarks import OUTCOMES, WARNINGS, sort_name

from .editing import LIST as ARTICLES
from .editing import as_editor, form_of, save
from .factories import (
    make_administrator,
    make_article,
    make_attachment,
    make_carousel_image,
    make_imported_post,
    make_remark,
    make_user,
    make_video,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/importremark/"
POSTS = "/admin/articles/importedpost/"


@pytest.fixture
def editor(client):
    return as_editor(client)


def remark_of(article=None, **overrides):
    return make_remark(make_imported_post(article or make_article()), **overrides)


def shown(client, **query):
    return list(client.get(LIST, query).context["cl"].result_list)


def page_of(client, address=LIST, **query):
    return client.get(address, query).content.decode()


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# What the report says


def test_the_report_says_what_the_last_import_did(editor):
    ImportRun.objects.create(ended_at=timezone.now(), outcomes={"created": 7})
    run = ImportRun.objects.create(
        ended_at=datetime(2026, 5, 1, 8, 4, tzinfo=UTC),
        outcomes={"refused": 1, "created": 3212, "twin": 2, "edited": 1, "updated": 0, "lost": 4},
    )
    ImportRun.objects.filter(pk=run.pk).update(started_at=datetime(2026, 5, 1, 7, 30, tzinfo=UTC))
    page = text_of(page_of(editor))
    assert "Commencé le 1er mai 2026 à 9 h 30" in page
    assert "Terminé le 1er" in page
    found = re.findall(r"<li>([^<]*)</li>", page_of(editor))
    assert [line.replace("\xa0", " ").replace("\u202f", " ") for line in found] == [
        "3 212 billets créés",
        "2 billets jumeaux d’un autre",
        "1 billet modifié ici, laissé tel quel",
        "1 billet refusé",
        "4 billets lost",
    ]


def test_every_outcome_has_french_words():
    assert {str(outcome) for outcome in Outcome} == set(OUTCOMES)


def test_the_report_is_of_what_was_imported(editor, tmp_path, capsys):
    folder = tmp_path / "_actualites"
    folder.mkdir()
    (folder / "2024-03-05-guichet.md").write_text(
        "---\ntitle: Le guichet\nfiles:\n- file: /uploads/absent.pdf\n---\n"
    )
    (folder / "sans-titre.md").write_text("---\ndate: 2024-01-01\n---\n")
    with pytest.raises(CommandError, match="refusés"):
        call_command("import_posts", folder)
    page = page_of(editor)
    assert "<li>1 billet créé</li>" in page
    assert "<li>1 billet refusé</li>" in page
    assert {each.code for each in shown(editor)} >= {"file-missing", "refused"}
    assert f'href="{change(Article.objects.get())}?_retour=' in page


def test_an_import_that_was_cut_short_says_so_and_what_to_do(editor):
    ImportRun.objects.create(ended_at=timezone.now())
    assert "n’est pas allé au bout" not in page_of(editor)
    ImportRun.objects.create()
    page = page_of(editor)
    assert "n’est pas allé au bout" in page
    assert "relancer <code>import_posts</code>" in page


def test_without_an_import_the_report_says_what_will_come(editor):
    assert "Aucun import n’a encore eu lieu" in page_of(editor)
    ImportRun.objects.create(ended_at=timezone.now())
    assert "L’import n’a laissé aucune remarque." in page_of(editor)


def test_each_sort_says_how_much_is_left_and_leads_to_its_remarks(editor):
    for code, is_done in (("no-date", False), ("no-date", True), ("page-style", True), ("une-autre", False)):
        remark_of(code=code, is_done=is_done)
    page = page_of(editor)
    assert "<strong>2 remarques traitées sur 4</strong>, tous imports confondus." in page
    rows = re.findall(
        r'<th scope="row">\s*<a href="([^"]*)"\s*>(.*?)</a>\s*</th>\s*<td>(\d+)</td>\s*<td>(\d+)', page
    )
    assert rows == [
        (f"{LIST}?sorte=no-date", "Billet sans date, devenu brouillon", "1", "1"),
        (f"{LIST}?sorte=une-autre", "une-autre", "1", "0"),
        (f"{LIST}?sorte=page-style&amp;suivi=faites", "Feuille de style non appliquée", "0", "1"),
    ]
    assert [each.code for each in shown(editor, sorte="une-autre")] == ["une-autre"]
    assert "« Billet sans date, devenu brouillon » : 1 remarque traitée sur 2." in page_of(
        editor, sorte="no-date"
    )


def test_the_report_is_open_until_somebody_works_off_the_list(editor):
    remark_of(code="no-date")
    assert '<details class="import-report" open>' in page_of(editor)
    assert '<details class="import-report" open>' not in page_of(editor, sorte="no-date")


def test_when_nothing_waits_any_more_the_report_says_so(editor):
    remark_of(is_done=True)
    assert "Tout est traité." in page_of(editor)


def test_what_the_last_import_did_stands_apart_from_the_remarks_of_all_imports(editor):
    remark_of()
    ImportRun.objects.create(ended_at=timezone.now(), outcomes={"created": 2})
    last, every = re.findall(r"<details class=\"import-report\".*?</details>", page_of(editor), re.DOTALL)
    assert "Bilan du dernier import" in last
    assert "2 billets créés" in last
    assert "Remarques de tous les imports, par sorte" in every
    assert "<table" in every
    assert "<table" not in last


def test_a_sort_that_is_worked_off_leads_to_the_next_one_and_has_no_actions(editor):
    remark_of(code="no-date", is_done=True)
    remark_of(code="page-style")
    page = page_of(editor, sorte="no-date")
    assert "Tout est traité : « Billet sans date, devenu brouillon »." in page
    assert f'<a href="{LIST}?sorte=page-style">Feuille de style non appliquée</a> » (1 à traiter)' in page
    assert 'name="action"' not in page
    assert "0 remarque d’import" in text_of(page)
    page = page_of(editor, sorte="page-style", q="introuvable")
    assert "Aucune remarque ne correspond." in page
    assert "Tout est traité" not in page


# The rows


def test_only_what_waits_is_listed_unless_more_is_asked_for(editor):
    waiting, done = remark_of(path="_a.md"), remark_of(path="_b.md", is_done=True)
    assert shown(editor) == [waiting]
    assert shown(editor, suivi="faites") == [done]
    assert shown(editor, suivi="toutes") == [waiting, done]


def test_a_row_says_sort_line_and_post_and_leads_to_where_the_article_is_mended(editor):
    article = make_article(title="L’article & la suite")
    remark = remark_of(article, code="image-without-alt", line=12, message="<photo> sans texte")
    page = page_of(editor)
    assert '<td class="field-sort">Image sans texte alternatif</td>' in page
    assert "&lt;photo&gt; sans texte" in page
    assert f"{remark.path}, ligne 12" in page
    address = f"{ARTICLES}{article.pk}/change/#carousel_images-heading"
    back = urlencode({"_retour": f"{LIST}#remarque-{remark.pk}"})
    assert f'<a href="{address.replace("#", f"?{back}#")}">{escape(article.title)}</a>' in page
    response = editor.get(f"{LIST}{remark.pk}/change/")
    assert response["Location"] == address


def test_every_place_that_a_remark_leads_to_is_in_the_form(editor):
    assert set(PLACES) <= set(WARNINGS)
    article = make_article()
    make_carousel_image(article)
    make_video(article)
    make_attachment(article)
    page = page_of(editor, f"{ARTICLES}{article.pk}/change/")
    assert {place for place, _words in PLACES.values()} <= set(re.findall(r'\sid="([^"]+)"', page))


def test_a_remark_without_article_says_why(editor):
    refused = make_remark(None, code="refused")
    assert "Aucun : billet refusé" in page_of(editor)
    assert sort_name("refused") == "Billet refusé"
    address = editor.get(f"{LIST}{refused.pk}/change/")["Location"]
    assert address.startswith(f"{LIST}?suivi=toutes")
    assert shown(editor, suivi="toutes", q=refused.path) == [refused]
    make_remark(make_imported_post())
    assert "Supprimé depuis" in page_of(editor)
    assert editor.get(f"{LIST}99999/change/").status_code == 404


def test_a_remark_on_a_twin_leads_to_the_article_that_answers_for_it(editor):
    article = make_article()
    remark = make_remark(make_imported_post(twin_of=make_imported_post(article)))
    assert re.search(rf'href="{ARTICLES}{article.pk}/change/[^"]*#id_published_at"', page_of(editor))
    assert shown(editor, article=article.pk) == [remark]


def test_a_remark_that_names_an_image_or_a_document_leads_to_it(editor):
    article = make_article()
    make_carousel_image(article, address="/uploads/une.png")
    image = make_carousel_image(article, address="/uploads/une.png.png")
    document = make_attachment(article, address="/uploads/plan du site.pdf")
    make_carousel_image(make_article(), address="/uploads/ailleurs.png")
    post = make_imported_post(article)
    form = page_of(editor, change(article))
    for code, address, element in (
        ("image-without-alt", image.address, f"image:{image.key}"),
        ("file-missing", document.address, f"document:{document.key}"),
        ("image-without-alt", "/uploads/ailleurs.png", "carousel_images-heading"),
        ("body-image-without-alt", image.address, "id_body"),
    ):
        remark = make_remark(post, code=code, message=f"{address} : à voir")
        assert editor.get(f"{LIST}{remark.pk}/change/")["Location"] == f"{change(article)}#{element}"
        assert f'id="{element}"' in form
        assert f'<a href="#{element}">' in page_of(editor, change(article))
        remark.delete()


def test_an_article_that_a_remark_names_is_one_click_away(editor):
    article, other = make_article(title="L’un"), make_article(title="L’autre")
    address = other.get_absolute_url()
    remark = remark_of(article, code="namesake", message=f"même titre que « {address} » : gardez-en un.")
    make_remark(remark.post, message=f"redirection vers https://ailleurs.example{address} et /nulle-part/")
    page = page_of(editor)
    back = urlencode({"_retour": f"{LIST}#remarque-{remark.pk}"})
    assert f'Nommé dans la remarque : <a href="{change(other)}?{back}">L’autre</a>' in page
    assert page.count("Nommé dans la remarque") == 1
    assert remark.message in page


def test_a_refused_post_names_its_path_once(editor):
    path = "_actualites/2024-01-01-x.md"
    make_remark(None, code="refused", path=path, message=f"/srv/site/{path}, ligne 1 : il faut un titre.")
    page = page_of(editor)
    assert f'il faut un titre.<span class="place">{path}, ligne 1</span>' in page
    assert text_of(page).count(path) == 1


@pytest.mark.parametrize("words", ["evenement", "ÉVÉNEMENT guichet", "une remarque", "2018/billet"])
def test_the_search_looks_in_post_remark_and_title(editor, words):
    found = remark_of(
        make_article(title="L’événement"), path="_actualites/2018/billet.md", message="Une remarque : guichet"
    )
    remark_of(make_article(title="Autre"), path="_actualites/autre.md", message="rien")
    assert shown(editor, q=words) == [found]


def test_remarks_are_filtered_by_the_state_of_their_article(editor):
    online = remark_of()
    draft = remark_of(make_article(status="draft", published_at=None))
    make_remark(None)
    assert shown(editor, etat="published") == [online]
    assert shown(editor, etat="draft") == [draft]


def test_remarks_are_filtered_by_article_for_who_comes_from_there(editor):
    article = make_article(title="Celui-ci")
    remark = remark_of(article)
    remark_of()
    assert shown(editor, article=article.pk) == [remark]
    assert "Par article" in page_of(editor, article=article.pk)
    assert "Par article" not in text_of(page_of(editor))
    for unknown in ("x", "99999999999999999999999"):
        assert editor.get(LIST, {"article": unknown}).status_code == 200


def queries_of_the_list(client, count):
    run = ImportRun.objects.first() or ImportRun.objects.create()
    made = ImportRemark.objects.count()
    posts = [make_imported_post(make_article()) for _ in range(3)]
    posts.append(make_imported_post(twin_of=posts[0]))
    ImportRemark.objects.bulk_create(
        ImportRemark(
            run=run, post=posts[number % 4], path="_a.md", code=f"sorte-{number % 8}", message="Une remarque"
        )
        for number in range(count - made)
    )
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST, {"suivi": "toutes"}).status_code == 200
    return len(queries)


def test_the_list_asks_as_much_of_the_database_for_two_thousand_remarks(editor):
    few, many = queries_of_the_list(editor, 10), queries_of_the_list(editor, 2000)
    assert few == many <= 14
    assert len(shown(editor)) == 100


# Ticking


def test_a_remark_is_ticked_with_who_and_when_and_the_next_one_is_at_hand(editor):
    first, second, third = (remark_of(path=f"_{name}.md") for name in "abc")
    before = timezone.now()
    response = editor.post(f"{LIST}?sorte=no-date", {"_tick": second.pk})
    assert response["Location"] == f"{LIST}?sorte=no-date#remarque-{third.pk}"
    second.refresh_from_db()
    assert second.is_done
    assert second.done_by.username == "redactrice"
    assert before <= second.done_at <= timezone.now()
    assert f"Remarque traitée : {second.message}" in page_of(editor)
    assert shown(editor) == [first, third]
    # The last of the list leads to the one before it, and the last of all to the list.
    assert editor.post(LIST, {"_tick": third.pk})["Location"] == f"{LIST}#remarque-{first.pk}"
    assert "#" not in editor.post(LIST, {"_tick": first.pk})["Location"]


def undo_of(page):
    return re.findall(r'form="changelist-form" name="_undo" value="([^"]+)">Annuler', page)[-1]


def test_a_tick_is_undone_from_its_message(editor):
    earlier, remark = remark_of(path="_a.md"), remark_of(path="_b.md")
    editor.post(LIST, {"_tick": earlier.pk})
    editor.post(f"{LIST}?sorte=no-date", {"_tick": remark.pk})
    response = editor.post(f"{LIST}?sorte=no-date", {"_undo": undo_of(page_of(editor, sorte="no-date"))})
    assert response["Location"] == f"{LIST}?sorte=no-date#remarque-{remark.pk}"
    assert "1 remarque est de nouveau à traiter." in page_of(editor)
    assert shown(editor) == [remark]


def test_many_ticks_at_once_are_undone_at_once(editor):
    made = [remark_of() for _ in range(3)]
    editor.post(LIST, {"_tick": made[0].pk})
    act(editor, "tick", *made)
    editor.post(LIST, {"_undo": undo_of(page_of(editor))})
    assert shown(editor) == made[1:]


@pytest.mark.parametrize(
    "value", ["", "x", "2020-01-01", "0001-01-01T00:00:00+23:59", "2020-01-01T00:00:00Z"]
)
def test_what_cannot_be_undone_any_more_is_told_of(editor, value):
    at = datetime(2020, 1, 1, tzinfo=UTC)
    remark = remark_of(is_done=True, done_at=at, done_by=make_user("autre"))
    assert editor.post(LIST, {"_undo": value}).status_code == 302
    assert "Il n’y a plus rien à annuler." in page_of(editor)
    assert shown(editor, suivi="faites") == [remark]


def test_a_tick_is_taken_away_with_who_and_when(editor):
    remark = remark_of()
    editor.post(LIST, {"_tick": remark.pk})
    assert "par redactrice" in page_of(editor, suivi="faites")
    editor.post(f"{LIST}?suivi=faites", {"_untick": remark.pk})
    remark.refresh_from_db()
    assert (remark.is_done, remark.done_by, remark.done_at) == (False, None, None)


def test_who_ticked_first_stays_the_one_who_did(editor):
    other = make_user("autre")
    at = timezone.now() - timedelta(days=1)
    remark = remark_of(is_done=True, done_by=other, done_at=at)
    editor.post(LIST, {"_tick": remark.pk})
    editor.post(f"{LIST}?suivi=toutes", {"action": "tick", "index": 0, "_selected_action": [remark.pk]})
    remark.refresh_from_db()
    assert (remark.done_by, remark.done_at) == (other, at)


@pytest.mark.parametrize("value", ["", "x", "0", "99999999999999999999999"])
def test_a_remark_that_a_later_import_took_away_is_told_of(editor, value):
    kept = remark_of()
    assert editor.post(LIST, {"_tick": value}).status_code == 302
    assert "un import plus récent l’a retirée" in page_of(editor)
    assert shown(editor) == [kept]


def act(client, action, *remarks, query="", **fields):
    chosen = {"action": action, "index": 0, "_selected_action": [each.pk for each in remarks], **fields}
    return client.post(f"{LIST}{query}", chosen)


def test_many_are_ticked_at_once_and_put_back(editor):
    made = [remark_of() for _ in range(3)]
    assert act(editor, "tick", *made[:2]).status_code == 302
    assert "2 remarques marquées comme traitées." in page_of(editor)
    assert shown(editor) == made[2:]
    assert all(each.done_by and each.done_at for each in shown(editor, suivi="faites"))
    act(editor, "untick", *made[:2], query="?suivi=faites")
    assert len(shown(editor)) == 3
    assert not ImportRemark.objects.exclude(done_by=None, done_at=None).exists()


def test_a_whole_sort_is_ticked_over_all_its_pages_and_no_other(editor):
    post = make_imported_post(make_article())
    for _ in range(103):
        make_remark(post, code="page-style")
    other = remark_of(code="no-date")
    listed = shown(editor, sorte="page-style")
    assert len(listed) == 100
    act(editor, "tick", *listed, query="?sorte=page-style", select_across=1)
    assert shown(editor) == [other]


def test_a_page_that_was_worked_off_leads_to_the_first_one_of_the_same_list(editor):
    post = make_imported_post(make_article())
    made = [make_remark(post, code="page-style") for _ in range(202)]
    address = f"{LIST}?sorte=page-style&p=3"
    first, last = made[-2:]
    assert editor.post(address, {"_tick": first.pk})["Location"] == f"{address}#remarque-{last.pk}"
    assert act(editor, "tick", last, query="?sorte=page-style&p=3")["Location"] == f"{LIST}?sorte=page-style"


def test_a_button_says_which_remark_it_ticks(editor):
    remark = remark_of(message="Une <remarque>")
    button = re.search(rf'<button [^>]*name="_tick" value="{remark.pk}">(.*?)</button>', page_of(editor))
    assert text_of(button[1]) == "C’est traité : Une &lt;remarque&gt;"


# Who may


def staff(client, *codenames):
    user = make_user(f"agent-{'-'.join(codenames)}", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def test_who_may_only_read_ticks_nothing(client):
    remark = remark_of()
    staff(client, "view_importremark", "view_article")
    page = page_of(client)
    assert "À traiter" in page
    assert 'name="_tick"' not in page
    assert 'name="_selected_action"' not in page
    assert client.post(LIST, {"_tick": remark.pk}).status_code == 403
    assert client.post(LIST, {"_undo": timezone.now().isoformat()}).status_code == 403
    act(client, "tick", remark)
    assert not ImportRemark.objects.get().is_done


@pytest.mark.parametrize("right", ["change_article", "change_importremark"])
def test_who_may_change_articles_ticks_without_another_right(client, right):
    remark = remark_of()
    staff(client, right)
    assert client.post(LIST, {"_tick": remark.pk}).status_code == 302
    assert ImportRemark.objects.get().is_done


def test_anonymous_and_other_staff_see_and_tick_nothing(client):
    remark = remark_of()
    assert client.post(LIST, {"_tick": remark.pk})["Location"].startswith("/admin/login/")
    staff(client, "change_tag")
    assert client.get(LIST).status_code == 403
    assert client.post(LIST, {"_tick": remark.pk}).status_code == 403
    assert client.get(f"{LIST}{remark.pk}/change/").status_code == 403
    assert not ImportRemark.objects.get().is_done


def test_nobody_adds_deletes_or_rewrites_a_remark(client):
    remark = remark_of()
    client.force_login(make_administrator())
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{remark.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in page_of(client)
    client.post(f"{LIST}{remark.pk}/change/", {"message": "autre"})
    assert ImportRemark.objects.get().message == remark.message


# On the article's form


def change(article):
    return f"{ARTICLES}{article.pk}/change/"


def test_the_form_lists_what_is_left_to_do_and_where(editor):
    article = make_article()
    post = make_imported_post(article)
    make_remark(post, code="image-without-alt", message="À faire", line=3)
    make_remark(post, message="Déjà fait", is_done=True)
    make_remark(make_imported_post(make_article()), message="Ailleurs")
    page = page_of(editor, change(article))
    assert "1 remarque de l’import à traiter" in page
    assert "Traitée : Image sans texte alternatif , ligne 3 du billet – À faire" in text_of(page)
    assert '<a href="#carousel_images-heading">Aller aux images</a>' in page
    assert f'href="{LIST}?article={article.pk}"' in page
    assert "Déjà fait" not in page
    assert "Ailleurs" not in page


def test_the_form_lists_ten_and_leads_to_the_others(editor):
    article = make_article()
    post = make_imported_post(article)
    for _ in range(12):
        make_remark(post)
    page = page_of(editor, change(article))
    assert page.count('name="remark_done"') == 10
    assert "Voir les 12 remarques" in page


def test_an_article_without_remarks_left_has_no_notice(editor):
    article = make_article()
    remark_of(article, is_done=True)
    assert "de l’import à traiter" not in page_of(editor, change(article))


def test_what_is_ticked_beside_the_article_is_saved_with_it(editor):
    article = make_article()
    post = make_imported_post(article)
    mended, left = make_remark(post), make_remark(post)
    other = remark_of()
    assert save(editor, article, remark_done=[mended.pk, other.pk, "x"]).status_code == 302
    assert list(ImportRemark.objects.waiting()) == [left, other]
    mended.refresh_from_db()
    assert mended.done_by.username == "redactrice"
    link = f'1 remarque traitée. <a href="{LIST}?sorte=no-date">Revenir aux remarques d’import</a>'
    assert link in page_of(editor, ARTICLES)


def test_an_article_that_is_saved_leads_back_to_the_remarks_one_came_from(editor):
    article = make_article()
    back = f"{LIST}?sorte=no-date&p=1#remarque-3"
    query = urlencode({"_retour": back})
    sent = form_of(editor, article)
    assert editor.post(f"{change(article)}?{query}", sent)["Location"] == back
    sent = form_of(editor, article, _continue="1")
    stays = editor.post(f"{change(article)}?{query}", sent)["Location"]
    assert stays == f"{change(article)}?{query}"
    assert save(editor, article)["Location"] == ARTICLES


@pytest.mark.parametrize("back", ["https://ailleurs.example/admin/", "//ailleurs.example", "/", "x"])
def test_saving_leads_nowhere_but_into_the_tool(editor, back):
    article = make_article()
    query = urlencode({"_retour": back})
    assert editor.post(f"{change(article)}?{query}", form_of(editor, article))["Location"] == ARTICLES


def test_an_article_that_is_refused_ticks_nothing_and_keeps_the_check_mark(editor):
    article = make_article()
    remark = remark_of(article)
    response = editor.post(change(article), form_of(editor, article, title="", remark_done=[remark.pk]))
    assert response.status_code == 200
    assert not ImportRemark.objects.get().is_done
    assert re.search(rf'id="remarque-{remark.pk}"\s+checked', response.content.decode())


def test_a_reader_of_the_article_reads_the_remarks_and_ticks_none(client):
    article = make_article()
    remark_of(article, message="À lire")
    staff(client, "view_article")
    page = page_of(client, change(article))
    assert "À lire" in page
    assert 'name="remark_done"' not in page
    assert LIST not in page


# On the first page, and with the posts


def test_the_first_page_counts_what_waits_for_who_may_tick(editor, client):
    assert "Traiter les remarques" not in page_of(editor, "/admin/")
    remark_of()
    remark_of(is_done=True)
    page = page_of(editor, "/admin/")
    assert f'<a href="{LIST}">Traiter les remarques de l’import (1)</a>' in page
    staff(client, "view_article", "view_importremark")
    assert "Traiter les remarques" not in page_of(client, "/admin/")


def test_an_imported_post_shows_path_address_and_ticks(editor):
    post = make_imported_post(make_article(title="Le guichet"), address="/actualites/guichet-2018/")
    make_remark(post, message="Faite", is_done=True, done_at=timezone.now(), done_by=make_user("autre"))
    make_remark(post, message="À faire")
    page = text_of(page_of(editor, f"{POSTS}{post.pk}/change/"))
    assert post.path in page
    assert "/actualites/guichet-2018/" in page
    assert re.search(r"Faite Traitée le [\d/]+ [\d:]+ par autre", page)
    assert "À faire À traiter" in page
    assert "Jumeaux" not in page
    page = page_of(editor, f"{POSTS}{post.pk}/change/")
    assert "field-name" not in page  # all but the path
    assert f'<a href="{post.article.get_absolute_url()}">' in page
    assert "1 sur 2" in page_of(editor, POSTS)


def test_twins_name_each_other_and_lead_to_the_same_article(editor):
    article = make_article(title="Le guichet")
    post = make_imported_post(article)
    twin = make_imported_post(twin_of=post)
    page = page_of(editor, f"{POSTS}{twin.pk}/change/")
    assert f'Ce billet dit la même chose que <a href="{POSTS}{post.pk}/change/">{post}</a>' in page
    assert f'{article}</a> (le même article que <a href="{POSTS}{post.pk}/change/">{post}</a>)' in page
    assert f'href="{change(article)}"' in page
    assert "supprimé depuis" not in page
    assert f'href="{POSTS}{twin.pk}/change/"' in page_of(editor, f"{POSTS}{post.pk}/change/")


def test_a_post_whose_article_is_not_online_leads_to_no_page(editor):
    post = make_imported_post(make_article(status="draft", published_at=None))
    assert "aucune : l’article n’est pas en ligne" in page_of(editor, f"{POSTS}{post.pk}/change/")


def test_posts_are_filtered_by_their_remarks(editor):
    waiting, done, without = (make_imported_post(make_article()) for _ in range(3))
    make_remark(waiting)
    make_remark(done, is_done=True)
    found = {
        answer: set(editor.get(POSTS, {"remarques": answer}).context["cl"].result_list)
        for answer in ("attente", "oui", "non")
    }
    assert found == {"attente": {waiting}, "oui": {waiting, done}, "non": {without}}


def test_posts_are_found_whatever_their_accents(editor):
    post = make_imported_post(make_article(), name="actualites/l-été.md")
    make_imported_post(make_article())
    assert list(editor.get(POSTS, {"q": "ETE.md"}).context["cl"].result_list) == [post]


def test_a_page_that_a_remark_names_is_not_the_draft_beside_it(django_assert_num_queries):
    live = make_article(slug="guichet", status="withdrawn")
    make_article(slug="guichet", status="draft", replaces=live, replaces_number=1)
    post = make_imported_post(make_article())
    remark = make_remark(post, message="l’adresse est celle de /actualites/guichet/, à comparer")
    [named] = places([remark])[remark.pk].named
    assert named == live
    with django_assert_num_queries(0):
        assert not named.is_online()
