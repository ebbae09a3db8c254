"""A visitor who follows every link of the site, as Django's test client meets it."""

from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.test import Client

LOADING = ("stylesheet", "icon", "preload", "manifest", "preconnect", "dns-prefetch")
REDIRECTS = (301, 302, 307, 308)


class Links(HTMLParser):
    """What a page links to, and what it loads by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.linked: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        if tag in ("a", "form"):
            self.linked += [found[name] for name in ("href", "action") if found.get(name)]
        elif tag == "link":
            (self.loaded if found.get("rel") in LOADING else self.linked).append(found["href"])
        elif tag not in ("meta", "html"):
            srcset = [each.split()[0] for each in found.get("srcset", "").split(",") if each.strip()]
            self.loaded += srcset + [found[name] for name in ("src", "poster", "data") if found.get(name)]


@dataclass
class Crawl:
    """What a walk over the whole site found; each pair is the page, then the address on it."""

    seen: set[str] = field(default_factory=set)
    broken: set[tuple[str, str]] = field(default_factory=set)
    chains: set[tuple[str, str]] = field(default_factory=set)
    missing_parts: set[tuple[str, str]] = field(default_factory=set)
    foreign: set[tuple[str, str]] = field(default_factory=set)


def crawl(start: str = "/", limit: int = 5_000) -> Crawl:
    """Follow every link from `start`; other hosts are not asked."""
    result, client = Crawl(), Client()
    own = (settings.SITE_URL, *(f"https://{host}" for host in settings.OWN_HOSTS))
    pages: dict[str, Links | None] = {}
    waiting = deque([("", start)])
    while waiting:
        page, link = waiting.popleft()
        address, fragment = urldefrag(link)
        if address not in pages:
            assert len(pages) < limit, "the site does not end"
            response = client.get(address)
            if response.status_code in REDIRECTS:
                target = urljoin(address, response.headers["Location"])
                if urlsplit(target).netloc:
                    pages[address] = None
                    continue
                response = client.get(target)
                if response.status_code in REDIRECTS:
                    result.chains.add((page, link))
                    continue
                waiting.append((page, target))
            if response.status_code != 200:
                result.broken.add((page, link))
                continue
            is_page = response.headers["Content-Type"].startswith("text/html")
            pages[address] = found = Links(response.content.decode()) if is_page else None
            response.close()
            if found:
                result.foreign |= {(address, each) for each in found.loaded if urlsplit(each).netloc}
                for each in (*found.linked, *found.loaded):
                    whole = urljoin(address, each)
                    whole = next((whole[len(host) :] for host in own if whole.startswith(host)), whole)
                    if whole.startswith("/") and not whole.startswith(("//", "/admin/")):
                        waiting.append((address, whole or "/"))
        known = pages.get(address)
        if fragment and known and fragment not in known.ids:
            result.missing_parts.add((page, link))
    result.seen = set(pages)
    return result
