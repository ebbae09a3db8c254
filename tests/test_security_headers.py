"""What each response tells the browser; where it can, the browser itself is asked whether it obeys."""

import pytest
from django.http import HttpResponse
from django.test import Client

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
}


def policy_of(response) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: sources for name, _, sources in (part.strip().partition(" ") for part in parts)}


@pytest.mark.parametrize(
    "path", ["/", "/admin/login/", "/admin/", "/nulle-part/", "/static/admin/css/base.css"]
)
def test_every_response_is_guarded(db, path):
    response = Client().get(path)
    response.close()
    assert policy_of(response) == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response.headers


def test_nothing_inline_and_nobody_else_is_allowed():
    for sources in POLICY.values():
        for word in ("unsafe", "http", "*", "nonce", "blob:"):
            assert word not in sources


def test_over_https_browsers_come_back_over_https(db, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 365 * 24 * 3600
    client = Client()
    assert client.get("/admin/login/").status_code == 301
    secure = client.get("/admin/login/", secure=True)
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


INLINE = """<!doctype html><html lang="fr"><title>Page</title>
<p style="color: rgb(255, 0, 0)">Texte</p>
<script>document.documentElement.dataset.inline = "ran"</script>
<iframe src="/admin/login/"></iframe></html>"""


@pytest.mark.parametrize("guarded", [True, False])
def test_a_browser_obeys_the_policy_and_only_because_of_it(page, page_errors, live_server, db, guarded):
    response = HttpResponse()
    if guarded:
        response = Client().get("/admin/login/")
    headers = {"Content-Type": "text/html", **response.headers}
    headers.pop("Content-Length", None)
    page.route("**/inline", lambda route: route.fulfill(body=INLINE, headers=headers))
    page.goto("/inline")
    assert page.evaluate("document.documentElement.dataset.inline") == (None if guarded else "ran")
    color = page.locator("p").evaluate("element => getComputedStyle(element).color")
    assert color == ("rgb(0, 0, 0)" if guarded else "rgb(255, 0, 0)")
    assert any("Content Security Policy" in error for error in page_errors)
    page_errors.clear()
