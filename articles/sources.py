"""The text of a post to what import makes of it here: its site, this site's settings, drafts.

One reading, for import and for the proof of what leaves; must not know the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings

from . import jekyll
from .archive import DRAFTS
from .posts import ParsedPost
from .sites import NO_SITE, Site


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a post besides its text and path: its site, and addresses by `link`'s names."""

    site: Site = NO_SITE
    addresses: Mapping[str, str] = field(default_factory=dict)


def read(data: bytes, path: str, place: str, around: Around) -> ParsedPost:
    """The post of these bytes; `path` is that of messages, `place` that below the site.

    Raises PostError as `jekyll.parse` does.
    """
    parsed = jekyll.parse(
        data,
        path,
        site=replace(around.site, own_hosts=around.site.own_hosts | settings.OWN_HOSTS),
        place=place,
        peertube_hosts=settings.PEERTUBE_HOSTS,
        post_address=lambda name: around.addresses.get(name, ""),
    )
    return replace(parsed, post=replace(parsed.post, status="draft")) if is_drafted(place) else parsed


def is_drafted(place: str) -> bool:
    """Whether a post is a draft because of the folder that it is in."""
    return DRAFTS in place.split("/")[:-1]
