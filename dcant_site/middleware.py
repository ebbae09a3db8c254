"""What every response carries beside Django's and django-csp's headers; knows no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

# Full screen and autoplay stay: video players need them.
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """No page, and nothing that a page frames, asks for these (W3C Permissions Policy)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    return middleware


def shared_pages(get_response: GetResponse) -> GetResponse:
    """Nothing but the admin sets cookies or answers by them: caches share all other pages.

    Django answers a cookie that it cannot read, a session's or a form's, by another one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(reverse("admin:index")):
            response.cookies.clear()
            varies = [name.strip() for name in response.get("Vary", "").split(",")]
            kept = [name for name in varies if name and name.lower() != "cookie"]
            del response["Vary"]
            if kept:
                patch_vary_headers(response, kept)
        return response

    return middleware


def sliding_session(get_response: GetResponse) -> GetResponse:
    """A session lasts from its last use.

    Django's SESSION_SAVE_EVERY_REQUEST would also send the cookie with public pages, that caches share.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed and not request.session.is_empty():
            request.session.modified = True
        return response

    return middleware
