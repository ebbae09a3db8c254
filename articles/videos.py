"""Whatever an editor pastes (address or iframe) to (provider, id, host), and back to addresses.

Addresses are taken apart and compared whole, never searched. Nothing here asks the network
whether a video exists.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qs, urlsplit

MAX_PASTED_LENGTH = 5_000
_INSTANCE = ""


@dataclass(frozen=True, slots=True)
class VideoReference:
    """One video: its provider, its id there and, for PeerTube alone, the instance's host."""

    provider: str
    video_id: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """What there is to know of one provider.

    `recipient` is who receives the visitor's data once the player is loaded. `id_pattern` matches a
    whole id, the id itself being its group. `paths` are, by exact host, the ways to write a video's
    address: `*` stands for any one segment, `{}` for a part of the id, `?name=` for a query value
    that is the last part of the id. `page` and `embed` are the addresses written today.
    """

    label: str
    recipient: str
    id_pattern: re.Pattern[str]
    paths: Mapping[str, tuple[str, ...]]
    page: str
    embed: str


PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "dailymotion": Provider(
            label="Dailymotion",
            recipient="Dailymotion SA",
            # The page's address may carry the title after the id: x5syke0_le-titre.
            id_pattern=re.compile(r"([xk][A-Za-z0-9]{3,24})(?:_.*)?"),
            paths={
                **dict.fromkeys(
                    ("www.dailymotion.com", "dailymotion.com", "touch.dailymotion.com"),
                    ("video/{}", "embed/video/{}", "swf/video/{}", "swf/{}"),
                ),
                "geo.dailymotion.com": ("player.html?video=", "player/*?video="),
                "dai.ly": ("{}",),
            },
            page="https://www.dailymotion.com/video/{id}",
            # developers.dailymotion.com, « iFrame (Web) »; without a player of one's own an
            # embed may be refused since 28 September 2026 (« Player ID required in embed URLs »).
            embed="https://geo.dailymotion.com/player{player}.html?video={id}",
        ),
        "youtube": Provider(
            label="YouTube",
            recipient="Google Ireland Limited",
            # Two words of the embed addresses have an id's length.
            id_pattern=re.compile(r"(?!videoseries|live_stream)([A-Za-z0-9_-]{11})"),
            paths={
                **dict.fromkeys(
                    (
                        "www.youtube.com",
                        "youtube.com",
                        "m.youtube.com",
                        "music.youtube.com",
                        "www.youtube-nocookie.com",
                        "youtube-nocookie.com",
                    ),
                    ("watch?v=", "embed/{}", "shorts/{}", "live/{}", "v/{}"),
                ),
                "youtu.be": ("{}",),
            },
            page="https://www.youtube.com/watch?v={id}",
            # The frame has to send its referrer, or the player answers « error 153 ».
            embed="https://www.youtube-nocookie.com/embed/{id}?rel=0",
        ),
        "vimeo": Provider(
            label="Vimeo",
            recipient="Vimeo.com, Inc.",
            # An unlisted video is a number and a key, and plays with both only.
            id_pattern=re.compile(r"([0-9]{1,12}(?:/[0-9a-f]{6,16})?)"),
            paths={
                **dict.fromkeys(
                    ("vimeo.com", "www.vimeo.com"),
                    (
                        "{}",
                        "{}/{}",
                        "channels/*/{}",
                        "groups/*/videos/{}",
                        "album/*/video/{}",
                        "showcase/*/video/{}",
                        "manage/videos/{}",
                    ),
                ),
                "player.vimeo.com": ("video/{}?h=", "video/{}"),
            },
            page="https://vimeo.com/{id}",
            embed="https://player.vimeo.com/video/{number}?{unlisted}dnt=1",
        ),
        "peertube": Provider(
            label="PeerTube",
            recipient="",
            # A UUID, or the same in 22 letters of the short-uuid alphabet (no 0, O, I, l).
            id_pattern=re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[1-9A-HJ-NP-Za-km-z]{22})"),
            paths={_INSTANCE: ("videos/watch/{}", "w/{}", "videos/embed/{}")},
            page="https://{host}/w/{id}",
            # Peer-to-peer would show the visitor's address to the other visitors.
            embed="https://{host}/videos/embed/{id}?p2p=0&warningTitle=0",
        ),
    }
)


def parse(pasted: str, peertube_hosts: Collection[str] = ()) -> VideoReference | None:
    """Return the video that an editor pasted, as an address or as a whole iframe, or None.

    Playlists and start times are left out. `peertube_hosts` are the instances that the site accepts.
    """
    address = pasted.strip()
    if len(address) > MAX_PASTED_LENGTH:
        return None
    if "<" in address:
        address = _frame_address(address)
    try:
        parts = _split(address)
        query = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return None
    # The whole authority is compared, so that no port, user or look-alike gets through.
    host = parts.netloc.lower()
    segments = [segment for segment in parts.path.split("/") if segment]
    is_instance = host in {instance.lower() for instance in peertube_hosts}
    for name, provider in PROVIDERS.items():
        for path in provider.paths.get(_INSTANCE if is_instance else host, ()):
            found = provider.id_pattern.fullmatch(_written_id(path, segments, query) or "")
            if found:
                return VideoReference(name, found[1], host if is_instance else "")
    return None


def _split(address: str) -> SplitResult:
    """Return the parts of an address whose scheme may be missing; ValueError if it is no address."""
    # urlsplit drops line breaks, and browsers take a backslash for a slash.
    if len(address.split()) != 1 or "\\" in address:
        raise ValueError(address)
    if not address.lower().startswith(("https://", "http://")):
        address = "https://" + address.removeprefix("//")
    parts = urlsplit(address)
    if not parts.netloc:
        raise ValueError(address)
    return parts


def _written_id(path: str, segments: list[str], query: Mapping[str, list[str]]) -> str | None:
    """Return the id that an address holds where `path` has it, or None if it is written otherwise."""
    path, asks_query, query_name = path.rstrip("=").partition("?")
    expected = path.split("/")
    if len(expected) != len(segments):
        return None
    parts = []
    for name, segment in zip(expected, segments, strict=True):
        if name == "{}":
            parts.append(segment)
        elif name not in ("*", segment):
            return None
    if asks_query:
        parts += query.get(query_name, [""])[:1]
    return "/".join(parts)


class _FrameParser(HTMLParser):
    src = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe" and not self.src:
            self.src = dict(attrs).get("src") or ""


def _frame_address(markup: str) -> str:
    parser = _FrameParser()
    parser.feed(markup)
    parser.close()
    return parser.src.strip()


def is_video_id(provider: str, video_id: str) -> bool:
    """Tell whether `video_id` is written as this provider writes its ids."""
    found = PROVIDERS[provider].id_pattern.fullmatch(video_id)
    return found is not None and found[1] == video_id


def label(provider: str) -> str:
    """Return the provider's name as people know it."""
    return PROVIDERS[provider].label


def data_recipient(provider: str, host: str = "") -> str:
    """Return who receives the visitor's data once the player is loaded, for the consent text."""
    return PROVIDERS[provider].recipient or host


def page_url(provider: str, video_id: str, host: str = "") -> str:
    """Return the address of the video's own page, for a plain link."""
    return PROVIDERS[provider].page.format(id=video_id, host=host)


def embed_url(provider: str, video_id: str, host: str = "", *, dailymotion_player: str = "") -> str:
    """Return the address to put in an iframe, with the provider's privacy options on.

    `dailymotion_player` is the id of the site's own player in Dailymotion Studio.
    """
    number, _, unlisted_key = video_id.partition("/")
    return PROVIDERS[provider].embed.format(
        id=video_id,
        host=host,
        number=number,
        # Vimeo reads its key as the first parameter only.
        unlisted=f"h={unlisted_key}&" if unlisted_key else "",
        player=f"/{dailymotion_player}" if dailymotion_player else "",
    )


def embed_host(provider: str, host: str = "") -> str:
    """Return the host that `embed_url` points to, for the policy's `frame-src`."""
    return urlsplit(PROVIDERS[provider].embed).netloc.format(host=host)
