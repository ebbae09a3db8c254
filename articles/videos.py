"""Whatever an editor pastes (address or iframe) to (provider, id, host), and back to addresses.

Addresses are taken apart and compared whole, never searched. Nothing here asks the network
whether a video exists.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class VideoReference:
    """One video: its provider, its id there and, for PeerTube alone, the instance's host."""

    provider: str
    video_id: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """What there is to know of one provider.

    `recipient` is who receives the visitor's data once the player is loaded (empty: the instance).
    `hosts` (empty: the instances) each answer to `paths`, where `*` stands for any one segment and
    `{id}` for the video; a path that ends in `?name=` has the video in that query value.
    `exclusions` look like an id and are none.
    """

    label: str
    recipient: str
    id_pattern: str
    addresses: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    exclusions: frozenset[str] = frozenset()


PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "dailymotion": Provider(
            label="Dailymotion",
            recipient="Dailymotion SA",
            # A page's address may carry its title after the id: `x5syke0_le-titre`.
            id_pattern=r"(x[a-z0-9]{4,11})(?:_.*)?",
            addresses=(
                (
                    ("www.dailymotion.com", "dailymotion.com", "touch.dailymotion.com"),
                    ("video/{id}", "embed/video/{id}", "swf/video/{id}", "swf/{id}"),
                ),
                (("geo.dailymotion.com",), ("player.html?video=", "player/*?video=")),
                (("dai.ly",), ("{id}",)),
            ),
        ),
        "youtube": Provider(
            label="YouTube",
            recipient="Google Ireland Limited",
            id_pattern=r"([A-Za-z0-9_-]{11})",
            addresses=(
                (
                    (
                        "www.youtube.com",
                        "youtube.com",
                        "m.youtube.com",
                        "music.youtube.com",
                        "www.youtube-nocookie.com",
                        "youtube-nocookie.com",
                    ),
                    ("watch?v=", "embed/{id}", "shorts/{id}", "live/{id}", "v/{id}"),
                ),
                (("youtu.be",), ("{id}",)),
            ),
            exclusions=frozenset({"videoseries", "live_stream"}),
        ),
    }
)


def parse(pasted: str, peertube_hosts: Collection[str] = ()) -> VideoReference | None:
    """Return the video that an editor pasted as an address or as a whole iframe, or None."""
    raise NotImplementedError


def is_video_id(provider: str, video_id: str) -> bool:
    """Tell whether `video_id` is written as this provider writes its ids."""
    raise NotImplementedError


def label(provider: str) -> str:
    """Return the provider's name as people know it."""
    raise NotImplementedError


def data_recipient(provider: str, host: str = "") -> str:
    """Return who receives the visitor's data once the player is loaded, for the consent text."""
    raise NotImplementedError


def page_url(provider: str, video_id: str, host: str = "") -> str:
    """Return the address of the video's own page, for a plain link."""
    raise NotImplementedError


def embed_url(provider: str, video_id: str, host: str = "", *, dailymotion_player: str = "") -> str:
    """Return the address to put in an iframe, with the provider's privacy options on."""
    raise NotImplementedError


def embed_host(provider: str, host: str = "") -> str:
    """Return the host that `embed_url` points to, for the policy's `frame-src`."""
    raise NotImplementedError
