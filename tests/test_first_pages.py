"""The pages that the law asks for: their texts, their making once, and what the admin says of them."""

import io
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from articles import first_pages, jekyll
from articles.models import Article, OldAddress, Section, Status

from .editing import as_editor
from .factories import make_article, make_user, section

REQUIRED = {
    # Modèle de déclaration, arrêté du 20 septembre 2019, annexe 2.
    "accessibilite": [
        "Engagement",
        "champ d’application",
        "État de conformité",
        "Résultats des tests",
        "Non-conformités",
        "charge disproportionnée",
        "non soumis à l’obligation",
        "Établissement de cette déclaration",
        "Technologies",
        "Environnement de test",
        "Outils",
        "Pages du site",
        "Retour d’information et contact",
        "Voies de recours",
        "formulaire.defenseurdesdroits.fr",
        "délégué",
        "09 69 39 00 00",
        "Libre réponse 71120",
        "article 47",
        "schema-pluriannuel-accessibilite",
    ],
    # Décret n° 2019-768 du 24 juillet 2019.
    "schema-pluriannuel-accessibilite": [
        "Politique",
        "Moyens humains",
        "Budget",
        "Formation",
        "marchés",
        "Traitement des demandes",
        "Périmètre",
        "Plan d’actions annuel",
        "Bilan",
    ],
    # Loi n° 2004-575 du 21 juin 2004, article 1-1.
    "mentions-legales": [
        "Éditeur",
        "Directeur ou directrice de la publication",
        "Responsable de la rédaction",
        "Hébergement",
        "raison sociale",
        "Réutilisation",
        "licence ouverte 2.0",
    ],
    # RGPD, article 13 ; loi n° 78-17, article 82.
    "donnees-personnelles": [
        "Responsable du traitement",
        "protection des données",
        "Finalité",
        "Base légale",
        "Durée de conservation",
        "Qui reçoit",
        "hors de l’Union européenne",
        "obligatoire",
        "automatique",
        "rectification",
        "effacement",
        "limitation",
        "opposer",
        "après votre mort",
        "CNIL",
        "article 82",
        "Dailymotion",
        "sessionid",
    ],
}


def create() -> str:
    out = io.StringIO()
    call_command("create_pages", stdout=out)
    return out.getvalue()


def pages() -> dict[str, dict]:
    return {row["slug"]: row for row in Article.objects.filter(section=section("pages")).values()}


# --- the texts


def test_each_page_has_what_the_law_asks_for():
    assert REQUIRED.keys() == first_pages.POSTS.keys()
    for slug, path in first_pages.POSTS.items():
        parsed = jekyll.parse(path.read_bytes(), path.name)
        assert {warning.code for warning in parsed.warnings} == {"no-date"}  # it is that of its making
        text = parsed.post.title + parsed.post.chapeau + parsed.post.body
        assert [part for part in REQUIRED[slug] if part not in text] == []


def test_each_blank_is_named():
    for path in first_pages.POSTS.values():
        text = path.read_text(encoding="utf-8")
        begun = re.findall(first_pages.BLANK, text)
        assert len(begun) >= 5
        assert len(re.findall(first_pages.BLANK + r" : [^\]]{4,}\]", text)) == len(begun)


def test_links_between_the_pages_lead_somewhere(db):
    create()
    for slug in first_pages.POSTS:
        html = Client().get(f"/{slug}/").content.decode()
        for address, fragment in re.findall(r'href="(/[a-z-]+/)(?:#([^"]+))?"', html):
            response = Client().get(address)
            assert response.status_code == 200, address
            assert not fragment or f'id="{unquote(fragment)}"' in response.content.decode()


# --- made once


def test_the_first_run_publishes_all_and_says_so(db):
    said = create()
    assert set(pages()) == set(REQUIRED)
    for slug in REQUIRED:
        assert f"/{slug}/ : publiée" in said
        assert Client().get(f"/{slug}/").status_code == 200
    assert "Mentions légales" in Client().get("/").content.decode()


def test_a_second_run_changes_no_row(db):
    create()
    before = pages()
    assert "publiée" not in create()
    assert pages() == before


@pytest.mark.parametrize("status", Status.values)
def test_a_page_that_is_there_is_never_touched(db, status):
    make_article(
        section=section("pages"), slug="mentions-legales", title="Les nôtres", body="À nous.", status=status
    )
    before = pages()["mentions-legales"]
    said = create()
    assert "laissées telles quelles : /mentions-legales/" in said
    assert pages()["mentions-legales"] == before
    assert len(pages()) == len(REQUIRED)


def test_a_page_that_has_moved_is_not_made_again(db):
    moved = make_article(section=section("pages"), slug="mentions")
    OldAddress.objects.lead_to(moved, ["/mentions-legales/"])
    create()
    assert "mentions-legales" not in pages()
    assert Client().get("/mentions-legales/")["Location"] == "/mentions/"


def test_a_section_keeps_its_address(db):
    Section.objects.filter(collection="publications").update(prefix="accessibilite")
    create()
    assert "accessibilite" not in pages()


def test_without_a_section_of_pages_the_command_says_what_to_do(db):
    Section.objects.filter(collection="pages").delete()
    with pytest.raises(CommandError, match="sans préfixe"):
        create()


# --- what they lack


def test_missing_pages_are_those_that_the_public_does_not_find(db):
    assert first_pages.missing() == [f"/{slug}/" for slug in first_pages.POSTS]
    create()
    assert first_pages.missing() == []
    Article.objects.filter(slug="mentions-legales").update(published_at=timezone.now() + timedelta(days=1))
    assert first_pages.missing() == ["/mentions-legales/"]


@pytest.mark.parametrize("blank", ["[à compléter : nom]", "[À compléter]"])
def test_a_page_with_a_blank_is_unfinished(db, blank):
    page = make_article(section=section("pages"), body=f"Nom : {blank}.")
    make_article(section=section("pages"), body="Le formulaire est à compléter.")
    make_article(body=f"Une annonce : {blank}")
    assert list(first_pages.unfinished()) == [page]


def test_the_admin_lists_unfinished_and_missing_pages(db, client):
    create()
    editor = as_editor(client)
    Article.objects.filter(slug="donnees-personnelles").delete()
    Article.objects.filter(slug="mentions-legales").update(body="Tout est dit.", chapeau="")
    page = editor.get("/admin/").content.decode()
    declaration = Article.objects.get(slug="accessibilite")
    assert f'href="/admin/articles/article/{declaration.pk}/change/"' in page
    assert "/donnees-personnelles/ : cette page manque" in page
    assert ">Mentions légales</a>" not in page


def test_the_admin_says_nothing_of_finished_pages_nor_to_who_may_not_write(db, client):
    create()
    client.force_login(make_user("lecteur", is_staff=True))
    assert "Pages que la loi demande" not in client.get("/admin/").content.decode()
    Article.objects.update(body="Tout est dit.", chapeau="")
    assert "Pages que la loi demande" not in as_editor(client).get("/admin/").content.decode()
