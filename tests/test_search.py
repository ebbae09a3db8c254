"""One table of cases for both databases: what is found, and in which order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.models import Article
from articles.queries import read
from articles.search import best_first, matching, nearest, results

from .factories import make_article, make_attachment, make_carousel_image, make_video, section

pytestmark = pytest.mark.django_db


def found(typed: str, **how) -> list[str]:
    """The slugs of what is found, the best first."""
    query = read(typed)
    articles = matching(query, Article.objects.listed(), **how)
    return list(best_first(query, articles, **how).values_list("slug", flat=True))


@pytest.fixture
def corpus():
    """A few articles of the same age, told apart by their slugs."""
    when = timezone.now() - timedelta(days=1)
    for slug, title, chapeau, body in [
        ("ecoles", "La rénovation énergétique des écoles", "Un plan de relance.", "Des travaux."),
        ("velo", "Le plan vélo", "Pistes cyclables et rendez-vous.", "L’État aide les communes rurales."),
        ("eau", "La qualité de l’eau", "Aujourd’hui, 10 000 m² de captages.", "Relance du plan de l’eau."),
        (
            "rgaa",
            "Le RGAA 4.1 expliqué",
            "Pour l’accessibilité.",
            "Voir service-public.fr. **Œuvrer** <b>ici</b>.",
        ),
        (
            "emplois",
            "Des emplois en Île-de-France",
            "Le COVID-19 et après.",
            "Les élus en parlent à leurs collègues.",
        ),
    ]:
        make_article(slug=slug, title=title, chapeau=chapeau, body=body, published_at=when)


CASES = {
    "rénovation": ["ecoles"],
    "renovation": ["ecoles"],
    "RÉNOVATION": ["ecoles"],
    "rénover": ["ecoles"],
    "renovees": ["ecoles"],
    "rénovat": ["ecoles"],
    "re\u0301novation": ["ecoles"],
    "école rénovation": ["ecoles"],
    "école eau": [],
    "emploi": ["emplois"],
    "élu": ["emplois"],
    "l’eau": ["eau"],
    "l'eau": ["eau"],
    "aujourd’hui": ["eau"],
    "10 000 m2": ["eau"],
    '"plan de relance"': ["ecoles"],
    "« plan de relance »": ["ecoles"],
    '"relance du plan"': ["eau"],
    "plan relance": ["ecoles", "eau"],
    "rendez-vous": ["velo"],
    '"rendez vous"': ["velo"],
    "Ile-de-France": ["emplois"],
    "île de france": ["emplois"],
    "covid-19": ["emplois"],
    "covid": ["emplois"],
    "RGAA": ["rgaa"],
    "rgaa 4.1": ["rgaa"],
    "service-public.fr": ["rgaa"],
    "oeuvrer": ["rgaa"],
    "œuvre": ["rgaa"],
    "plan": ["velo", "ecoles", "eau"],
    "le plan": ["velo", "ecoles", "eau"],
    "introuvable": [],
    "écoles. La": ["ecoles"],
    '"écoles un plan"': [],
    '"vélo pistes"': [],
    "texte": [],
    "b": [],
    "NOT plan": [],
    "plan*": ["velo", "ecoles", "eau"],
    "title:plan": [],
    "(plan": ["velo", "ecoles", "eau"],
    "plan & !eau": ["eau"],
    "'plan'": ["velo", "ecoles", "eau"],
    "<->": [],
    "\\": [],
    "": [],
    "🙂": [],
}


@pytest.mark.parametrize("typed", CASES)
def test_both_databases_find_the_same(corpus, typed):
    assert found(typed) == CASES[typed]


def test_title_comes_before_chapeau_before_text():
    make_article(slug="texte", body="Un plan.")
    make_article(slug="chapeau", chapeau="Un plan.")
    make_article(slug="titre", title="Un plan")
    assert found("plan") == ["titre", "chapeau", "texte"]


def test_what_is_new_outdoes_an_old_chapeau_and_not_an_old_title():
    years_ago = timezone.now() - timedelta(days=2000)
    make_article(slug="vieux-titre", title="Un plan", published_at=years_ago)
    make_article(slug="vieux-chapeau", chapeau="Un plan", published_at=years_ago)
    make_article(slug="texte", body="Un plan.")
    make_article(slug="titre", title="Un plan")
    assert found("plan") == ["titre", "vieux-titre", "texte", "vieux-chapeau"]


def test_of_equals_the_latest_comes_first_then_the_last_made():
    when = timezone.now() - timedelta(days=1)
    for slug in ("a", "b"):
        make_article(slug=slug, title="Un plan", published_at=when)
    make_article(slug="avant", title="Un plan", published_at=when - timedelta(hours=1))
    assert found("plan") == ["b", "a", "avant"]


def test_a_whole_word_comes_before_a_longer_one():
    make_article(slug="mot", title="La carte")
    make_article(slug="debut", title="Le carton")
    assert found("carte") == ["mot"]
    assert found("cart") == ["mot", "debut"]
    make_article(slug="plus-long", title="La portefaix")
    make_article(slug="entier", title="La porte", published_at=timezone.now() - timedelta(days=1, hours=1))
    assert found("porte") == ["entier", "plus-long"]


def test_words_side_by_side_in_the_title_come_first():
    make_article(slug="cote-a-cote", title="Le plan vélo de la ville")
    make_article(slug="loin", title="Vélo : la ville a son plan")
    assert found("plan vélo") == ["cote-a-cote", "loin"]


def test_any_term_finds_what_says_one_and_puts_first_what_says_more():
    make_article(slug="un", title="Un plan")
    make_article(slug="deux", title="Un plan pour le train")
    make_article(slug="aucun", title="Autre chose")
    assert found("plan train avion") == []
    assert found("plan train avion", any_term=True) == ["deux", "un"]


def test_the_texts_of_items_tags_and_events_are_found():
    article = make_article(
        slug="a",
        subtitle="Sousligne",
        place="Villeneuve",
        street_address="Rue Lepic",
        practical_details="Ascenseur",
    )
    article.tags.set(["Numérique"])
    make_attachment(article, title="Notice explicative")
    make_carousel_image(article, caption="Photographie officielle")
    make_video(article, title="Entretien", transcript="Des paroles **prononcées**.")
    for typed in ["sousligne", "villeneuve", "lepic", "ascenseur", "numerique", "notice", "photographie"]:
        assert found(typed) == ["a"], typed
    assert found("entretien paroles prononcées") == ["a"]
    assert found("Villeneuve Lepic") == ["a"]
    assert found('"Notice explicative Photographie"') == []


def test_pages_of_the_site_and_what_is_not_public_are_not_found():
    make_article(title="Un plan", section=section("pages"), slug="plan")
    make_article(title="Un plan", status="draft")
    make_article(title="Un plan", published_at=timezone.now() + timedelta(hours=1))
    assert found("plan") == []


def test_what_was_meant_is_proposed_as_it_is_written():
    make_article(title="La rénovation des écoles")
    listed = Article.objects.listed()
    assert nearest(read("renovatoin"), listed) == "rénovation"
    assert nearest(read("Écoles renovaton"), listed) == "Écoles rénovation"
    assert nearest(read("xyzxyz"), listed) == ""
    assert nearest(read("rénovation écoles"), listed) == ""


def test_what_most_articles_say_is_proposed():
    make_article(title="Le carton")
    for _ in range(2):
        make_article(title="Le canton")
    assert nearest(read("caton"), Article.objects.listed()) == "canton"


def test_no_word_of_what_is_not_public_is_proposed():
    make_article(title="Opération Chrysalide", status="draft")
    assert nearest(read("chrysalyde"), Article.objects.listed()) == ""
    make_article(title="Opération Chrysalide")
    assert nearest(read("chrysalyde"), Article.objects.listed()) == "Chrysalide"


def test_a_result_marks_what_was_found_in_title_text_and_tags(django_assert_num_queries):
    article = make_article(title="Un plan : lequel ?", chapeau="Le **plan** &amp; lui.", body="Sans rien.")
    article.tags.set(["Plan vélo", "Autre"])
    query = read("plan")
    with django_assert_num_queries(3):
        [result] = results(query, Article.objects.listed())
    assert [(piece.text, piece.is_found) for piece in result.title] == [
        ("Un ", False),
        ("plan", True),
        ("\u00a0: lequel\u00a0?", False),
    ]
    assert "".join(piece.text for piece in result.excerpt) == "Le plan & lui. Sans rien."
    assert [tag[0].text for tag in result.tags] == ["Plan"]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_searched(typed):
    query = read(typed)
    for any_term in (False, True):
        articles = matching(query, Article.objects.listed(), any_term=any_term)
        assert list(best_first(query, articles, any_term=any_term)) == []
    assert nearest(query, Article.objects.listed()) == ""
