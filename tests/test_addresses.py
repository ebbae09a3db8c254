import pytest

from articles.addresses import (
    is_file_name,
    local_address,
    page_address,
    target_address,
    without_own_host,
)

HOSTS = {"annonces.example.fr", "www.annonces.example.fr"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://www.annonces.example.fr/uploads/a%20b.pdf", "/uploads/a b.pdf"),
        ("//annonces.example.fr/uploads/a.pdf?v=2", "/uploads/a.pdf"),
        ("http://ANNONCES.example.fr:80/uploads/a.pdf", "/uploads/a.pdf"),
        ("https://autre.example.fr/uploads/a.pdf", ""),
        ("https://annonces.example.fr.example.org/a.pdf", ""),
        ("ftp://annonces.example.fr/a.pdf", ""),
        ("https://annonces.example.fr@example.org/a.pdf", ""),
    ],
)
def test_an_address_with_one_of_the_sites_hosts_is_its_own(written, address):
    assert local_address(written, HOSTS) == address
    assert local_address(written) == ""


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/bilan", "/bilan/"),
        ("/bilan/", "/bilan/"),
        ("bilan.html", "/bilan/"),
        ("/2018/bilan/index.html", "/2018/bilan/"),
        ("/e\u0301te\u0301/?page=2#haut", "/été/"),
        ("/a.b/v1.0/", "/a.b/v1.0/"),
        ("/", ""),
        ("/index.html", ""),
        ("https://example.org/a/", ""),
    ],
)
def test_a_page_has_one_address_however_it_is_written(written, address):
    assert page_address(written) == address
    assert page_address(address) == address


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("/agenda/atelier/?a=b#c", "/agenda/atelier/?a=b#c"),
        (" agenda/atelier/ ", "/agenda/atelier/"),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("javascript:alert(1)", ""),
        ("data:text/html,a", ""),
        ("//example.org/a", ""),
        ("https:///a", ""),
        ("https://example.org:port/", ""),
        ("/a b/", ""),
        ("/\\example.org", ""),
        ("/a%0d%0ab", ""),
        ("#haut", ""),
        ("", ""),
    ],
)
def test_a_redirect_leads_to_the_site_or_the_web(written, target):
    assert target_address(written) == target


@pytest.mark.parametrize(
    ("address", "from_root"),
    [
        ("https://www.annonces.example.fr/agenda/?a=b#c", "/agenda/?a=b#c"),
        ("//annonces.example.fr", "/"),
        ("https://annonces.example.fr//example.org/", "/example.org/"),
        ("https://example.org/", "https://example.org/"),
        ("/agenda/", "/agenda/"),
        ("mailto:a@annonces.example.fr", "mailto:a@annonces.example.fr"),
        ("https://[a", "https://[a"),
    ],
)
def test_a_link_to_the_site_itself_starts_at_its_root(address, from_root):
    assert without_own_host(address, HOSTS) == from_root


@pytest.mark.parametrize(
    ("words", "address", "is_name"),
    [
        ("IMG_0042", "/uploads/IMG_0042.jpg", True),
        ("plan-acces.PNG", "/uploads/autre.png", True),
        ("Logo", "/uploads/logo.svg", False),
        ("Le plan d’accès", "/uploads/plan-acces.png", False),
        ("plan-acces", "/uploads/plan-acces.png", True),
    ],
)
def test_the_name_of_a_file_is_no_text(words, address, is_name):
    assert is_file_name(words, address) is is_name
