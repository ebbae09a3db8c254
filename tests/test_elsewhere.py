from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import OldAddress, Section, Status

from .factories import make_article, make_attachment, section

pytestmark = pytest.mark.django_db


def moved(client, address):
    """Where an address leads, in one step; the status where it leads nowhere."""
    response = client.get(address)
    return response.headers["Location"] if response.status_code == 301 else response.status_code


def test_old_addresses_of_any_shape_lead_to_the_article(client):
    article = make_article(slug="guichet")
    OldAddress.objects.lead_to(
        article, ["/2018/03/guichet/", "/guichet/", "/été/l'eau 100%/", "/actualites/a/"]
    )
    for address in (
        "/2018/03/guichet/",
        "/2018/03/guichet",
        "/2018/03/guichet.html",
        "/2018/03/guichet/index.html",
        "/guichet/",
        "/guichet",
        "/%C3%A9t%C3%A9/l'eau%20100%25/",
        "/actualites/a/",
        "/actualites/a",
    ):
        assert moved(client, address) == "/actualites/guichet/", address
    assert client.head("/guichet/").status_code == 301
    assert client.post("/guichet/").status_code in (403, 404, 405)


def test_an_old_address_follows_its_article_without_a_chain(client):
    article = make_article(slug="un")
    OldAddress.objects.lead_to(article, ["/ancienne/"])
    article.slug, article.section = "deux", section("communiques")
    article.save()
    assert moved(client, "/ancienne/?a=b") == "/espace-presse/deux/?a=b"


def test_a_page_is_never_hidden_by_an_old_address(client):
    other = make_article(slug="autre")
    article = make_article(slug="guichet")
    OldAddress.objects.create(article=other, address="/actualites/guichet/")
    assert client.get(article.get_absolute_url()).status_code == 200
    assert moved(client, "/actualites/guichet") == "/actualites/guichet/"


@pytest.mark.parametrize("address", ["/actualites/", "/admin/", "/mots-cles/eau/", "/agenda/"])
def test_no_page_of_the_site_is_hidden_either(client, address):
    article = make_article(slug="guichet", tags=["Eau"])
    OldAddress.objects.lead_to(article, [address])
    assert "guichet" not in str(moved(client, address))
    assert "guichet" not in str(moved(client, address.rstrip("/")))
    leading = make_article(slug="mene", redirect_to=address)
    assert moved(client, leading.get_absolute_url()) == address


def test_a_section_that_comes_later_is_not_hidden(client):
    OldAddress.objects.lead_to(make_article(slug="guichet"), ["/dossiers/"])
    assert moved(client, "/dossiers") == "/actualites/guichet/"
    Section.objects.create(title="Dossiers", prefix="dossiers", kind="news", collection="dossiers")
    assert moved(client, "/dossiers") == "/dossiers/"
    assert client.get("/dossiers/").status_code == 200


@pytest.mark.parametrize(
    "state",
    [
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN},
        {"published_at": timezone.now() + timedelta(days=1)},
        {"ends_at": timezone.now() - timedelta(hours=1)},
    ],
)
def test_what_is_not_public_has_no_old_address(client, state):
    article = make_article(slug="guichet", **state)
    OldAddress.objects.lead_to(article, ["/ancienne/"])
    leading = make_article(slug="mene", redirect_to="/agenda/", **state)
    assert moved(client, "/ancienne/") == 404
    assert moved(client, leading.get_absolute_url()) == 404


def test_an_article_that_leads_elsewhere_is_nowhere_else(client):
    leading = make_article(slug="mene", title="Le billet qui mène", redirect_to="https://example.org/a?b=c#d")
    assert moved(client, leading.get_absolute_url()) == "https://example.org/a?b=c#d"
    assert moved(client, "/actualites/mene") == "https://example.org/a?b=c#d"
    for address in ("/", "/actualites/"):
        assert "Le billet qui mène" not in client.get(address).content.decode()


def test_leads_are_followed_to_their_end_in_one_step(client):
    make_article(slug="fin")
    make_article(slug="b", redirect_to="/ancienne-fin/")
    make_article(slug="a", redirect_to="/actualites/b")
    OldAddress.objects.lead_to(make_article(slug="fin-2", redirect_to="/actualites/fin/"), ["/ancienne-fin/"])
    assert moved(client, "/actualites/a/") == "/actualites/fin/"


def test_the_part_and_the_query_of_the_last_step_stay(client):
    OldAddress.objects.lead_to(make_article(slug="fin"), ["/ancienne/"])
    make_article(slug="a", redirect_to="/ancienne/?q=1#suite")
    assert moved(client, "/actualites/a/") == "/actualites/fin/?q=1#suite"
    assert moved(client, "/ancienne/?q=2") == "/actualites/fin/?q=2"


def test_a_circle_leads_nowhere(client):
    make_article(slug="a", redirect_to="/actualites/b/")
    make_article(slug="b", redirect_to="/actualites/a/")
    assert moved(client, "/actualites/a/") == 404


def test_an_own_host_is_no_other_site(client, settings):
    settings.OWN_HOSTS = frozenset({"annonces.example.fr"})
    make_article(slug="b", redirect_to="/agenda/")
    make_article(slug="a", redirect_to="https://annonces.example.fr/actualites/b/")
    assert moved(client, "/actualites/a/") == "/agenda/"


def test_a_section_is_known_by_the_name_of_its_folder_too(client):
    make_article(slug="guichet", section=section("communiques"))
    assert moved(client, "/communiques/guichet/") == "/espace-presse/guichet/"
    assert moved(client, "/communiques/absent/") == 404


def test_a_file_answers_where_it_always_was(client):
    make_attachment(make_article(), address="/documents/2018/plan.pdf")
    make_attachment(make_article(status=Status.DRAFT), address="/documents/secret.pdf")
    response = client.get("/documents/2018/plan.pdf")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    for address in ("/documents/secret.pdf", "/documents/absent.pdf"):
        assert moved(client, address) == f"{address}/"
        assert moved(client, f"{address}/") == 404


@pytest.mark.parametrize(
    "address", ["/" + "a" * 3000, "/%00", "/%0d%0aX:%20y/", "/\u200b/", "/%ff/", "/a%2e%2e/"]
)
def test_impossible_addresses_are_not_found(client, address):
    assert moved(client, address) == 404


def test_an_address_that_leads_nowhere_takes_few_queries(client, django_assert_max_num_queries):
    Section.objects.count()
    with django_assert_max_num_queries(9):
        client.get("/nulle/part/")


def test_a_long_chain_ends_after_a_few_steps(client, django_assert_max_num_queries):
    for number in range(30):
        make_article(slug=f"a-{number}", redirect_to=f"/actualites/a-{number + 1}/")
    make_article(slug="a-30")
    assert moved(client, "/actualites/a-25/") == "/actualites/a-30/"
    with django_assert_max_num_queries(40):
        assert moved(client, "/actualites/a-0/") == 404
