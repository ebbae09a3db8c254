from datetime import timedelta
from urllib.parse import unquote_to_bytes

import pytest
from django.utils import timezone

from articles.models import GoneAddress, OldAddress, Section, Status

from .factories import make_article, make_attachment, make_carousel_image, section

pytestmark = pytest.mark.django_db


def moved(client, address):
    """Where an address leads, in one step; the status where it leads nowhere."""
    path, _mark, query = address.partition("?")
    # As a server hands it on: the test client would take « //host/ » for another host.
    response = client.get("/", PATH_INFO=unquote_to_bytes(path).decode("latin-1"), QUERY_STRING=query)
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
        {"published_at": timezone.now() + timedelta(days=1)},
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
        assert moved(client, address) == 404
        assert moved(client, f"{address}/") == 404
    for address in ("//documents//2018/plan.pdf", "/documents/2018/plan.pdf/", "/documents/./2018/plan.pdf"):
        assert moved(client, address) == "/documents/2018/plan.pdf"


@pytest.mark.parametrize(
    "address", ["/" + "a" * 3000, "/%00", "/%0d%0aX:%20y/", "/\u200b/", "/%ff/", "/a%2e%2e/"]
)
def test_impossible_addresses_are_not_found(client, address):
    assert moved(client, address) == 404


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/nulle-part/", 10),
        ("/nulle/part/", 10),
        ("/actualites/rien/", 10),
        ("/Actualites/RIEN", 10),
        ("/mots-cles/rien/", 10),
        ("/annonces/?annee=abc", 10),
        ("/actualites/?page=99", 10),
        ("/uploads/rien.pdf", 10),
        # What lies below a page is looked for where the page may be, too.
        ("/rien/flux.atom", 14),
        ("/nulle/part/evenement.ics", 14),
    ],
)
def test_an_address_that_leads_nowhere_takes_few_queries(
    client, django_assert_max_num_queries, address, limit
):
    with django_assert_max_num_queries(limit):
        assert client.get(address).status_code == 404


def test_a_long_chain_ends_after_a_few_steps(client, django_assert_max_num_queries):
    for number in range(30):
        make_article(slug=f"a-{number}", redirect_to=f"/actualites/a-{number + 1}/")
    make_article(slug="a-30")
    assert moved(client, "/actualites/a-25/") == "/actualites/a-30/"
    with django_assert_max_num_queries(40):
        assert moved(client, "/actualites/a-0/") == 404


# --- one address a page

ACCENTED = "/actualites/%C3%A9t%C3%A9/"


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("/actualites/Un-Titre", "/actualites/Un-Titre/"),
        ("//actualites//Un-Titre//", "/actualites/Un-Titre/"),
        ("/Actualites/un-titre/", "/actualites/Un-Titre/"),
        ("/ACTUALITES/UN-TITRE", "/actualites/Un-Titre/"),
        ("/actualites/Un-Titre/index.html", "/actualites/Un-Titre/"),
        ("/actualites/Un-Titre.html", "/actualites/Un-Titre/"),
        ("/actualites/./../actualites/Un-Titre/", "/actualites/Un-Titre/"),
        ("/actualites/un-titre?a=b&a=c", "/actualites/Un-Titre/?a=b&a=c"),
        ("/actualites/e%CC%81te%CC%81/", ACCENTED),
        ("/actualites/%c3%a9t%c3%a9", ACCENTED),
        ("/actualites", "/actualites/"),
        ("/Actualites/", "/actualites/"),
        ("//actualites/", "/actualites/"),
        ("//actualites/Un-Titre/", "/actualites/Un-Titre/"),
        ("//annonces/", "/annonces/"),
        ("//actualites?page=1", "/actualites/?page=1"),
        ("/actualites/index.html", "/actualites/"),
        ("/mots-cles/eau", "/mots-cles/eau/"),
        ("/Mots-Cles/Eau.html", "/mots-cles/eau/"),
        ("/index.html", "/"),
        ("//", "/"),
        ("/Mentions-Legales", "/mentions-legales/"),
        ("/pages/mentions-legales/", "/mentions-legales/"),
        ("/Robots.txt", "/robots.txt"),
        ("/sitemap.xml/", "/sitemap.xml"),
        ("//sitemap.xml", "/sitemap.xml"),
        ("///evil.example/%2e%2e", "/"),
        ("/publications/", "/publication/"),
        ("/communiques/", "/espace-presse/"),
        ("/communiques", "/espace-presse/"),
        ("/Evenements/index.html", "/agenda/"),
        ("/Communiques/GUICHET", "/espace-presse/guichet/"),
        ("/2018/Guichet.html", "/espace-presse/guichet/"),
        ("/pages/", 404),
    ],
)
def test_a_page_has_one_address(client, written, one):
    make_article(slug="Un-Titre", tags=["Eau"])
    make_article(slug="été")
    make_article(section=section("pages"), slug="mentions-legales")
    guichet = make_article(section=section("communiques"), slug="guichet")
    OldAddress.objects.lead_to(guichet, ["/2018/guichet/"])
    assert moved(client, written) == one
    if one != 404:
        assert moved(client, one) == 200


def test_case_counts_where_two_slugs_differ_by_it_alone(client):
    for slug in ("Titre", "titre"):
        make_article(slug=slug)
    assert moved(client, "/actualites/Titre") == "/actualites/Titre/"
    assert moved(client, "/Actualites/titre/") == "/actualites/titre/"
    assert moved(client, "/actualites/TITRE/") == 404


@pytest.mark.parametrize(
    "state", [{"status": Status.DRAFT}, {"published_at": timezone.now() + timedelta(days=1)}]
)
def test_no_way_to_write_an_address_reveals_what_is_not_public(client, state):
    make_article(slug="secret", tags=["Secret"], **state)
    make_article(section=section("pages"), slug="page-secrete", **state)
    for address in (
        "/actualites/secret",
        "/actualites/SECRET/",
        "//actualites//secret/",
        "/actualites/secret.html",
        "/mots-cles/secret",
        "/Page-Secrete/",
        "/page-secrete",
    ):
        assert moved(client, address) == 404, address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "//evil.example",
        "///evil.example/a",
        "/%2f%2fevil.example",
        "/%2Fevil.example/",
        "/\\evil.example/",
        "/%5Cevil.example/",
        "/%5c%5cevil.example",
        "//evil.example//actualites/",
        "/https:/evil.example/",
        "/https://evil.example",
        "/actualites/%20/",
        "/actualites/guichet%20/",
        "/ADMIN/",
    ],
)
def test_no_address_leads_to_another_site(client, address):
    make_article(slug="guichet")
    assert moved(client, address) == 404


def test_a_renamed_section_keeps_all_that_was_below_it(client):
    news = section()
    article = make_article(slug="guichet")
    OldAddress.objects.lead_to(article, ["/actualites/avant/"])
    news.collection = "billets"
    for prefix in ("infos", "nouvelles"):
        news.prefix = prefix
        news.save()
    for first in ("actualites", "infos", "Infos", "billets"):
        assert moved(client, f"/{first}/") == "/nouvelles/"
        assert moved(client, f"/{first}/Guichet") == "/nouvelles/guichet/"
    assert moved(client, "/actualites/avant/") == "/nouvelles/guichet/"
    other = Section.objects.create(title="Autre", prefix="actualites", kind="news", collection="autre")
    make_article(section=other, slug="autre")
    assert client.get("/actualites/autre/").status_code == 200
    assert client.get("/actualites/").status_code == 200


def test_a_section_that_takes_its_prefix_back_is_there(client):
    news = section()
    for prefix in ("infos", "actualites"):
        news.prefix = prefix
        news.save()
    assert client.get("/actualites/").status_code == 200
    assert moved(client, "/infos/") == "/actualites/"


def test_pages_that_leave_the_root_are_found_from_there(client):
    pages = section("pages")
    make_article(section=pages, slug="mentions")
    withdrawn = make_article(section=pages, slug="ancienne", status=Status.WITHDRAWN)
    pages.prefix = "pages-du-site"
    pages.save()
    for address in ("/mentions/", "/Mentions", "/pages/mentions/"):
        assert moved(client, address) == "/pages-du-site/mentions/"
    assert client.get("/ancienne/").status_code == 410
    withdrawn.delete()
    assert client.get("/ancienne/").status_code == 404
    root = Section.objects.create(title="Racine", prefix="", kind="page", collection="racine")
    make_article(section=root, slug="mentions")
    assert client.get("/mentions/").status_code == 200


def test_what_was_below_a_prefix_is_found_whoever_had_it_since(client):
    press, news = section("communiques"), section()
    make_article(section=press, slug="avis")
    make_article(section=news, slug="guichet")
    for each, prefix in ((press, "presse"), (news, "espace-presse"), (news, "infos")):
        each.prefix = prefix
        each.full_clean()
        each.save()
    assert moved(client, "/espace-presse/avis/") == "/presse/avis/"
    assert moved(client, "/espace-presse/guichet/") == "/infos/guichet/"


def test_a_section_saved_otherwise_leaves_no_prefix():
    news = section()
    news.title = "Nouvelles"
    news.save()
    assert not news.former_prefixes.exists()


# --- gone

HOUR = timedelta(hours=1)
WITHDRAWN = {"status": Status.WITHDRAWN}
ENDED = {"ends_at": timezone.now() - HOUR}


def make_gone(**overrides):
    """An article that was public, with a file and an image, and was at another address before."""
    article = make_article(**{"slug": "guichet", "title": "Un guichet unique"} | overrides)
    OldAddress.objects.lead_to(article, ["/2018/guichet/"])
    make_attachment(article, address="/documents/plan.pdf")
    make_carousel_image(article, address="/uploads/photo.png")
    return article


@pytest.mark.parametrize("state", [WITHDRAWN, ENDED])
def test_what_was_public_says_that_it_is_gone_at_all_its_addresses(client, state):
    article = make_gone(**state)
    image = article.carousel_images.get().file.image_source().src
    for address in (
        "/actualites/guichet/",
        "/actualites/guichet",
        "//actualites/guichet/index.html",
        "/actualites/guichet/evenement.ics",
        "/2018/guichet.html",
        "/documents/plan.pdf",
        "/uploads/photo.png",
        image,
    ):
        assert moved(client, address) == 410, address


@pytest.mark.parametrize("state", [WITHDRAWN, ENDED])
def test_the_list_of_a_keyword_is_gone_with_the_last_article_that_bore_it(client, state):
    article = make_gone(**state, tags=["Guichet", "Commun"])
    make_article(tags=["Commun"])
    make_article(status=Status.DRAFT, tags=["À venir"])
    for end in ("", "index.html", "flux.atom", "flux.json", "flux.rss"):
        assert moved(client, f"/mots-cles/guichet/{end}") == 410
        assert moved(client, f"/mots-cles/a-venir/{end}") == 404
        assert moved(client, f"/mots-cles/commun/{end}") in (200, "/mots-cles/commun/")
    make_article(tags=["Guichet"])
    assert moved(client, "/mots-cles/guichet/") == 200
    article.delete()
    assert moved(client, "/mots-cles/guichet/flux.atom") == 200


def test_it_says_so_below_all_names_of_its_section(client):
    news = section("communiques")
    make_gone(**WITHDRAWN, section=news)
    news.prefix = "presse"
    news.save()
    for name in ("presse", "espace-presse", "communiques"):
        assert moved(client, f"/{name}/guichet/") == 410
    assert moved(client, "/actualites/guichet/") == 404


def test_the_page_of_what_is_gone_shows_ways_on_and_nothing_of_it(client):
    make_gone(**ENDED)
    response = client.get("/actualites/guichet/")
    html = response.content.decode()
    assert response.status_code == 410
    assert "Ce qui était à cette adresse n’est plus en ligne." in html
    assert "/plan-du-site/" in html
    assert "Un guichet unique" not in html
    assert client.post("/actualites/guichet/").status_code == 405


@pytest.mark.parametrize(
    "state",
    [
        {"status": Status.DRAFT},
        {"status": Status.IN_REVIEW},
        {"published_at": timezone.now() + HOUR},
        {"status": Status.WITHDRAWN, "published_at": timezone.now() + HOUR},
        {"status": Status.WITHDRAWN, "published_at": None},
    ],
)
def test_what_was_never_public_is_not_gone(client, state):
    article = make_gone(**state)
    image = article.carousel_images.get().file.image_source().src
    for address in (
        "/actualites/guichet/",
        "/2018/guichet/",
        "/documents/plan.pdf",
        "/uploads/photo.png",
        image,
    ):
        assert moved(client, address) == 404, address


def test_what_another_page_still_has_is_not_gone(client):
    gone = make_gone(**WITHDRAWN)
    other = make_article(slug="autre")
    make_attachment(other, address="/documents/plan.pdf")
    make_carousel_image(other, file=gone.carousel_images.get().file)
    OldAddress.objects.filter(article=gone).update(article=other)
    assert moved(client, "/documents/plan.pdf") == 200
    assert moved(client, gone.carousel_images.get().file.image_source().src) == 200
    assert moved(client, "/2018/guichet/") == "/actualites/autre/"


def test_what_is_withdrawn_may_lead_on_or_stay_readable(client):
    make_article(slug="mene", redirect_to="/agenda/", **WITHDRAWN)
    stays = make_article(slug="reste", withdrawal_notice="Périmé.", **WITHDRAWN)
    OldAddress.objects.lead_to(stays, ["/avant/"])
    assert moved(client, "/actualites/mene/") == "/agenda/"
    assert moved(client, "/avant/") == "/actualites/reste/"
    assert moved(client, "/actualites/reste/") == 200
    assert moved(client, "/actualites/reste/evenement.ics") == 410


def test_addresses_that_nothing_has_any_more_are_kept(client):
    article = make_article(slug="été")
    GoneAddress.objects.put(
        [
            "/actualites/été/",
            "/avant/été/",
            "/uploads/note « 1 ».pdf",
            "/documents/a.pdf",
            f"/images/{'a' * 64}/",
        ]
    )
    GoneAddress.objects.put(["/documents/a.pdf"])
    assert moved(client, article.get_absolute_url()) == 200
    article.delete()
    for address in (
        "/actualites/%C3%A9t%C3%A9",
        "/avant/%C3%A9t%C3%A9.html",
        "/uploads/note%20%C2%AB%201%20%C2%BB.pdf",
        "//documents/a.pdf",
        f"/images/{'a' * 64}/320.webp",
    ):
        assert moved(client, address) == 410, address
    assert moved(client, "/documents/b.pdf") == 404


def test_the_calendar_of_a_page_and_the_feed_of_a_list_are_gone_with_them(client):
    GoneAddress.objects.put(["/agenda/forum/", "/mots-cles/forum/"])
    for address in ("/agenda/forum/evenement.ics", "/mots-cles/forum/flux.atom"):
        assert moved(client, address) == 410, address
    assert moved(client, "/agenda/forum/flux.html") == 404


def test_nothing_that_is_prepared_changes_what_is_gone(client):
    GoneAddress.objects.put(["/actualites/guichet/"])
    make_article(slug="guichet", status=Status.DRAFT)
    assert moved(client, "/actualites/guichet/") == 410
