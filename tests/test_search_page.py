"""The search as a visitor meets it: any text is answered, with what helps when nothing is found."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from .factories import make_article, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(client):
    def page(**params) -> str:
        response = client.get("/recherche/", params)
        assert response.status_code == 200
        return unescape(response.content.decode()).replace("\u00a0", " ")

    return page


def title_of(page: str) -> str:
    return " ".join(re.search("<title>(.*?)</title>", page, re.DOTALL)[1].split())


def titles_of(page: str) -> list[str]:
    return [re.sub("<[^>]+>", "", found).strip() for found in re.findall("<h3 .*?</h3>", page, re.DOTALL)]


def test_the_page_offers_a_form_and_ways_before_anything_is_typed(search):
    page = search()
    assert title_of(page) == "Recherche – Annonces"
    assert 'name="q"' in page
    assert 'href="/annonces/"' in page


def test_results_are_counted_marked_and_told_in_the_title(search):
    make_article(title="La rénovation des écoles", chapeau="Rénover **mieux**.")
    page = search(q="renover")
    assert title_of(page) == "Recherche « renover » – 1 résultat – Annonces"
    assert "1 résultat pour « renover »" in page
    assert "La <mark>rénovation</mark> des écoles" in page
    assert "<mark>Rénover</mark> mieux." in page
    assert re.search(r'rel="canonical" href="[^"?]*/recherche/"', page)


def test_what_an_article_or_a_visitor_writes_is_escaped(client):
    make_article(title="Du <script> & du <b>gras</b>", body="`<script>alert(1)</script>`")
    page = client.get("/recherche/", {"q": 'script "><script>'}).content.decode()
    assert "Du &lt;<mark>script</mark>&gt; &amp; du" in page
    assert "<script>" not in page


def test_pages_have_titles_and_addresses_of_their_own(search):
    for _ in range(13):
        make_article(title="Un plan")
    page = search(q="plan", page=2)
    assert title_of(page) == "Recherche « plan » – 13 résultats – page 2 sur 2 – Annonces"
    assert len(titles_of(page)) == 1
    assert 'href="/recherche/?q=plan"' in page


@pytest.mark.parametrize(
    "params",
    [{"page": "0"}, {"page": "abc"}, {"page": "99999"}, {"annee": "abc"}, {"tri": "x"}, {"rubrique": "\0"}],
)
def test_what_cannot_be_read_is_not_found(client, params):
    make_article(title="Un plan")
    assert client.get("/recherche/", {"q": "plan", **params}).status_code == 404


def test_results_are_narrowed_and_counted_by_section_year_and_language(search):
    make_article(title="Un plan", section=section("communiques"))
    make_article(title="A plan", language="en", published_at=timezone.now() - timedelta(days=800))
    page = search(q="plan")
    assert "Actualités (1)" in page
    assert f"{(timezone.localtime() - timedelta(days=800)).year} (1)" in page
    assert "English (1)" in page
    narrowed = search(q="plan", rubrique="espace-presse")
    assert titles_of(narrowed) == ["Un plan"]
    assert "1 résultat pour" in narrowed
    assert 'href="/recherche/?q=plan"' in narrowed
    assert titles_of(search(q="plan", langue="en")) == ["A plan"]


def test_filters_that_leave_nothing_say_so_and_can_be_lifted(search):
    make_article(title="Un plan", tags=["Ville"])
    make_article(title="Autre chose", section=section("communiques"), tags=["Ville", "Mer"])
    page = search(q="plan", rubrique="espace-presse")
    assert "Aucun résultat avec ces filtres" in page
    assert 'href="/recherche/?q=plan"' in page
    assert titles_of(search(**{"q": "plan", "mot-cle": "ville"})) == ["Un plan"]
    assert "Aucun résultat" in search(**{"q": "plan", "mot-cle": "mer"})


def test_results_can_be_sorted_by_date(search):
    make_article(title="Un plan", published_at=timezone.now() - timedelta(days=5))
    make_article(title="Autre", body="Le plan.")
    assert titles_of(search(q="plan")) == ["Un plan", "Autre"]
    assert titles_of(search(q="plan", tri="date")) == ["Autre", "Un plan"]


def test_where_nothing_says_all_what_says_some_is_shown_and_said(search):
    make_article(title="Un plan")
    page = search(q="plan introuvable")
    assert "Aucun résultat pour « plan introuvable »" in page
    assert "Aucune annonce ne contient tous ces mots" in page
    assert titles_of(page) == ["Un plan"]


def test_what_says_some_can_be_narrowed_too(search):
    make_article(title="Un plan")
    make_article(title="Le plan", section=section("communiques"))
    page = search(q="plan introuvable", rubrique="espace-presse")
    assert titles_of(page) == ["Le plan"]
    assert "Aucune annonce ne contient tous ces mots" in page


def test_a_slip_of_the_finger_is_mended(search):
    make_article(title="La rénovation")
    page = search(q="renovatoin")
    assert "Aucun résultat pour « renovatoin »" in page
    assert "« rénovation »" in page
    assert 'href="/recherche/?q=r%C3%A9novation"' in page


def test_where_nothing_is_found_there_is_advice_and_a_way_on(search):
    page = search(q="introuvable")
    assert title_of(page) == "Recherche « introuvable » – aucun résultat – Annonces"
    assert "Pour trouver" in page
    assert 'href="/actualites/"' in page


def test_a_text_without_words_asks_for_one(search):
    assert "Écrivez au moins un mot" in search(q="🙂 ?")


def test_a_long_text_is_cut_and_the_page_says_so(search):
    assert "seuls ses premiers mots" in search(q="mot " * 2500)
    assert "seuls ses premiers mots" not in search(q="mot")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.one_of(
        st.text(max_size=400),
        st.text(alphabet="\"'()*:^-+~&|!<>@\\% \0aé«»", max_size=60),
        st.sampled_from(
            [
                "x" * 10_000,
                "é " * 5_000,
                "NEAR(a b)",
                "a AND OR b",
                "\0",
                "🙂",
                "%00%zz",
                "'; --",
                '"a',
                'a"b"',
            ]
        ),
    )
)
def test_any_text_is_a_normal_answer(client, typed):
    make_article(title="AND or NEAR a b")
    typed = typed.encode("utf-8", "replace").decode()
    assert client.get("/recherche/", {"q": typed}).status_code == 200


@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%zz", "q=%", "q=a&q=b", "q", "q[]=a", "q=%00", "q=%ed%a0%80"])
def test_an_address_that_is_no_text_is_a_normal_answer(client, raw):
    assert client.get(f"/recherche/?{raw}").status_code == 200


QUERIES = {
    "nothing typed": {},
    "found": {"q": "plan"},
    "narrowed": {"q": "plan", "rubrique": "actualites", "mot-cle": "ville", "annee": "2024", "langue": "fr"},
    "sorted": {"q": "plan", "tri": "date"},
    "near": {"q": "plan vile xyzxyz"},
    "near and narrowed": {"q": "plan xyzxyz", "rubrique": "actualites", "mot-cle": "ville"},
    "mistaken": {"q": "plna viles"},
    "nothing": {"q": "xyzxyz"},
    "nothing with filters": {"q": "xyzxyz", "rubrique": "actualites", "mot-cle": "ville"},
}


@pytest.mark.parametrize("kind", QUERIES)
def test_eight_queries_answer_whatever_is_asked(client, django_assert_max_num_queries, kind):
    for number in range(15):
        make_article(title=f"Un plan {number}", body="Une ville.", tags=["Ville", f"Mot {number}"])
    make_article(title="Un plan", tags=["Ville"], published_at=timezone.now().replace(year=2024))
    with django_assert_max_num_queries(8):
        assert client.get("/recherche/", QUERIES[kind]).status_code == 200


def test_a_page_that_is_lost_proposes_to_search_the_words_of_its_address(client):
    page = client.get("/actualites/plan-velo/").content.decode()
    assert 'value="plan velo"' in page
    assert page.count('role="search"') == 2
    assert len(set(re.findall(r'<input[^>]* id="([^"]+)"', page))) == 2


def test_every_page_has_the_search(client):
    page = client.get("/").content.decode()
    assert '<label class="fr-label" for="recherche">' in page
    assert 'action="/recherche/"' in page
