"""What every response carries beside Django's and django-csp's headers; knows no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
