"""Public pages set no cookie and depend on none; the admin does."""

import pytest
from django.test import Client

from .factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cookie", ["csrftoken=zz", "sessionid=a", "messages=x"])
@pytest.mark.parametrize("address", ["/", "/actualites/", "/recherche/?q=a", "/nulle-part/", "/flux.atom"])
def test_a_public_page_answers_no_cookie_whatever_it_is_sent(address, cookie):
    make_article()
    response = Client().get(address, headers={"cookie": cookie})
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()


def test_the_admin_sets_the_cookie_of_its_form():
    response = Client().get("/admin/login/")
    assert "csrftoken" in response.cookies
    assert "Cookie" in response["Vary"]
