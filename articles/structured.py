"""What a page says of itself to search engines, in the words of schema.org.

Rows and words come in, plain values for JSON-LD go out; knows neither requests nor templates.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from .models import Article, Kind, StoredFile
from .outside import absolute, moment
from .plaintext import excerpt

Data = dict[str, Any]

CONTEXT = "https://schema.org"


def description(article: Article) -> str:
    """What the article says, in some words."""
    return excerpt(article.chapeau_html) or excerpt(article.body_html)


def of_article(article: Article, image: StoredFile | None) -> Data:
    """What has the day of an event is one, in whatever section; else a page of the site, or news."""
    data: Data = {
        "@context": CONTEXT,
        "url": absolute(article.get_absolute_url()),
        "description": description(article),
        "inLanguage": article.language,
    }
    if image is not None:
        data["image"] = absolute(image.rendition_address(image.shared_rendition))
    if article.event_day is not None:
        return data | _event(article, article.event_day)
    data |= {
        "dateModified": moment(article.last_change),
        "isPartOf": {"@type": "WebSite", "name": settings.SITE_NAME, "url": absolute("/")},
        "publisher": _publisher(),
    }
    if article.section.kind == Kind.PAGE:
        return data | {"@type": "WebPage", "name": article.title}
    return data | {
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": moment(cast(datetime, article.published_at)),
        "articleSection": article.section.title,
        "mainEntityOfPage": data["url"],
        "author": _publisher(),
    }


def of_site() -> Data:
    """The site, and how to search it."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": absolute("/"),
        "inLanguage": settings.LANGUAGE_CODE,
        "publisher": _publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": absolute(f"{reverse('search')}?q={{words}}")},
            "query-input": "required name=words",
        },
    }


def breadcrumb(steps: Iterable[tuple[str, str]]) -> Data:
    """The way to a page by names and addresses, the last of which is its own and may be left out."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name}
            | ({"item": absolute(address)} if address else {})
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }


def _event(article: Article, day: datetime) -> Data:
    """When and where; a whole day has no hours, nor has a start that nobody said."""
    starts, ends = article.event_starts_at, article.event_ends_at
    is_all_day = article.event_all_day
    event: Data = {
        "@type": "Event",
        "name": article.title,
        "startDate": moment(timezone.localdate(day) if is_all_day or starts is None else starts),
        "eventStatus": "https://schema.org/EventScheduled",
        "organizer": _publisher(),
    }
    if ends is not None:
        event["endDate"] = moment(timezone.localdate(ends) if is_all_day else ends)
    street = ", ".join(article.street_address.splitlines())
    if article.place or street:
        event["location"] = {
            "@type": "Place",
            "name": article.place or street,
            "address": street or article.place,
        }
    return event


def _publisher() -> Data:
    return {"@type": "GovernmentOrganization", "name": " ".join(settings.BRAND), "url": absolute("/")}
