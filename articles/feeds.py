"""The feeds of the site, its sections and tags: an address in, a page of a channel in one format, out.

They are also the read-only interface for programs: docs/api.md says what they promise.
"""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from .caching import View, public_page
from .channels import FORMS, Channel
from .entries import entries_of
from .filters import Filters, UnknownFilterError, page_number
from .models import Article, Kind, Section
from .outside import absolute
from .syndication import Page, atom, json_feed, rss

PER_PAGE = 20
WRITERS = {"atom": atom, "rss": rss, "json": json_feed}


def feed(view: View) -> View:
    """A public page that is read by programs: by scripts of other sites too, and not by search engines.

    Any origin may read it: nobody is known here, so that a page of another site learns what it could
    fetch from its own server. What it holds is found by the pages themselves.
    """
    page = public_page(view)

    @wraps(page)
    def readable_anywhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = page(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["X-Robots-Tag"] = "noindex"
        return response

    return readable_anywhere


@feed
def site(request: HttpRequest, form: str = "atom") -> HttpResponse:
    return answer(request, Filters(), form)


@feed
def section(request: HttpRequest, prefix: str, form: str) -> HttpResponse:
    found = get_object_or_404(announcing(), prefix=prefix)
    return answer(request, Filters(section=found), form)


@feed
def tag(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    return answer(request, narrowed(Filters(), {"mot-cle": slug}), form)


@feed
def collection(request: HttpRequest, name: str) -> HttpResponse:
    """The section's feed where the site had it before, in the format that it had."""
    found = get_object_or_404(announcing(), collection=name)
    return answer(request, Filters(section=found), "atom")


def announcing() -> QuerySet[Section]:
    """The sections of announcements: pages of the site are no news."""
    return Section.objects.exclude(kind=Kind.PAGE)


def narrowed(filters: Filters, params: Mapping[str, str]) -> Filters:
    try:
        return filters.read(params)
    except UnknownFilterError as error:
        raise Http404 from error


def answer(request: HttpRequest, fixed: Filters, form: str) -> HttpResponse:
    """One page of the announcements that pass what the address fixes and asks; four queries at most."""
    channel = Channel(narrowed(fixed, request.GET.dict()))
    try:
        number = page_number(request.GET)
    except UnknownFilterError as error:
        raise Http404 from error
    start = (number - 1) * PER_PAGE
    listed = channel.filters.narrow(Article.objects.listed())
    # One more than is shown, to know whether more follow without counting all.
    found = list(listed.select_related("section")[start : start + PER_PAGE + 1])
    if number > 1 and not found:
        raise Http404

    def address(page: int) -> str:
        return absolute(channel.feed_path(form, page))

    page = Page(
        title=channel.title,
        list_address=absolute(channel.list_path()),
        first=address(1),
        address=address(number),
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if len(found) > PER_PAGE else "",
        entries=entries_of(found[:PER_PAGE]),
    )
    return HttpResponse(WRITERS[form](page), content_type=f"{FORMS[form].media_type}; charset=utf-8")
