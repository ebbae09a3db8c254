"""The `_config.yml` of a Jekyll site in; what it says of the site's posts out.

Must not know what a post says, nor the disk. Source: https://jekyllrb.com/docs/configuration/
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from . import header
from .header import PARIS, Misread, Value
from .posts import PostError
from .text import address_slug

STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "weekdate": "/:categories/:year/W:week/:short_day/:title.html",
    "none": "/:categories/:title.html",
}
"""Names of patterns of addresses; source: https://jekyllrb.com/docs/permalinks/#built-in-formats"""

_DATES = {
    "year": "%Y",
    "short_year": "%y",
    "month": "%m",
    "day": "%d",
    "y_day": "%j",
    "week": "%V",
    "short_day": "%a",
    "long_day": "%A",
    "short_month": "%b",
    "long_month": "%B",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
}
_EMPTY = re.compile(r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?(?:\n|\Z))*")
_PLACEHOLDER = re.compile(r":([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that Jekyll makes pages of, or not; `permalink` is a pattern, empty for Jekyll's own."""

    title: str = ""
    permalink: str = ""
    has_pages: bool = True

    @property
    def prefix(self) -> str:
        """The first segment of its addresses, where the pattern says it."""
        first = self.permalink.strip("/").partition("/")[0]
        return "" if ":" in first else first


@dataclass(frozen=True, slots=True)
class Default:
    """Values of keys that posts of a folder or a collection have when they do not say otherwise."""

    folder: str
    collection: str
    values: Mapping[str, Value]

    def is_for(self, path: str, collection: str) -> bool:
        inside = not self.folder or fnmatchcase(path, self.folder) or path.startswith(f"{self.folder}/")
        return inside and self.collection in ("", collection)


@dataclass(frozen=True, slots=True)
class Site:
    """What is said once for all posts of a site; without `text`, for posts that come without their site.

    `own_hosts` are the host names that are the site's; times without zone are of `zone`.
    """

    text: str = ""
    url: str = ""
    base: str = ""
    own_hosts: frozenset[str] = frozenset()
    zone: ZoneInfo = PARIS
    permalink: str = STYLES["date"]
    collections: Mapping[str, Collection] = field(default_factory=lambda: MappingProxyType({}))
    collections_folder: str = ""
    defaults: tuple[Default, ...] = ()
    excluded: tuple[str, ...] = ()

    def excludes(self, path: str) -> bool:
        """Whether Jekyll passes over the file or folder at this path below the site's."""
        return any(fnmatchcase(path, each) or fnmatchcase(path, f"{each}/*") for each in self.excluded)

    def values_for(self, path: str, collection: str) -> Mapping[str, Value]:
        """The keys that a post has without saying so; the default of the deepest folder wins."""
        # Jekyll does not count the folder of all collections, neither here nor there.
        inside = path.removeprefix(f"{self.collections_folder}/") if self.collections_folder else path
        found = [each for each in self.defaults if each.is_for(inside, collection or "pages")]
        values: dict[str, Value] = {}
        for default in sorted(found, key=lambda each: (len(each.folder), bool(each.collection))):
            values |= default.values
        return values

    def address(
        self, pattern: str, path: str, slug: str, at: datetime | None, categories: Sequence[str]
    ) -> str:
        """The address, below the site's base, that Jekyll gave a post; empty where no pattern tells it.

        `pattern` is the post's own, empty for its collection's; folders above that of its collection are
        categories too.
        """
        above, collection, below = located(path)
        if self.collections_folder:
            above = above.removeprefix(self.collections_folder).strip("/")
        categories = [*filter(None, above.split("/")), *categories]
        known = self.collections.get(collection)
        pattern = pattern or (known.permalink if known else "") or self._pattern(collection)
        local = at.astimezone(self.zone) if at else None
        name = PurePosixPath(below).stem
        words = {
            "title": slug,
            "slug": re.sub(r"[\W_]+", "-", slug).strip("-").lower(),
            "name": address_slug(name),
            "path": str(PurePosixPath(below).with_suffix("")),
            "collection": collection,
            "categories": "/".join(dict.fromkeys(name.lower() for name in categories)),
            "output_ext": ".html",
        }
        for word, form in _DATES.items() if local else ():
            words[word] = local.strftime(form) if local else ""
        for word in ("month", "day", "hour", "minute", "second"):
            if word in words:
                words[f"i_{word}"] = words[word].lstrip("0") or "0"
        if not set(_PLACEHOLDER.findall(pattern)) <= words.keys():
            return ""
        made = _PLACEHOLDER.sub(lambda found: words[found[1]], pattern)
        return re.sub("/{2,}", "/", f"/{made}")

    def _pattern(self, collection: str) -> str:
        return self.permalink if collection == "posts" else "/:collection/:path:output_ext"


NO_SITE = Site()
"""What is said of posts that come without their site."""


def located(path: str) -> tuple[str, str, str]:
    """The folder above that of a path's collection, the collection, and the path below: empty for none."""
    folders = path.split("/")[:-1]
    depth = max((index for index, name in enumerate(folders) if name.startswith("_")), default=-1)
    if depth < 0:
        return "/".join(folders), "", path.rpartition("/")[2]
    return "/".join(folders[:depth]), folders[depth][1:], path.split("/", depth + 1)[depth + 1]


def read(text: str, path: str) -> Site:
    """What a `_config.yml` says; raises PostError, with path and line, where it cannot be read."""
    try:
        keys = {} if _EMPTY.fullmatch(text) else header.read(text, first_line=1)[0]
        return _site(text, keys)
    except Misread as error:
        raise PostError(path, error.line, error.message) from error


def _site(text: str, keys: Mapping[str, Value]) -> Site:
    url = _text(keys, "url")
    base = _text(keys, "baseurl").strip("/")
    collections_folder = _text(keys, "collections_dir").strip("/")
    return Site(
        text=text,
        url=url.rstrip("/"),
        base=f"/{base}" if base else "",
        own_hosts=_hosts(url),
        zone=_zone(keys.get("timezone")),
        permalink=STYLES.get(_text(keys, "permalink"), _text(keys, "permalink") or STYLES["date"]),
        collections=dict(_collections(keys.get("collections"))),
        collections_folder=collections_folder,
        defaults=tuple(_defaults(keys.get("defaults"), collections_folder)),
        excluded=tuple(each.text().strip("/") for each in _list(keys.get("exclude")) if each.text()),
    )


def _text(keys: Mapping[str, Value], key: str) -> str:
    return keys[key].text().strip() if key in keys else ""


def _list(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value.content, str) and not value.is_null else value.sequence()


def _hosts(url: str) -> frozenset[str]:
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    return frozenset({host, f"www.{host}"} if host else ())


def _zone(value: Value | None) -> ZoneInfo:
    name = value.text().strip() if value else ""
    try:
        return ZoneInfo(name) if name else PARIS
    except (KeyError, ValueError, OSError) as error:  # OSError: a folder of the zones' database
        line = value.line if value else None
        message = (
            f"clé « timezone » : « {name} » n’est pas un fuseau horaire ; écrivez Europe/Paris, par exemple."
        )
        raise Misread(line, message) from error


def _collections(value: Value | None) -> Iterator[tuple[str, Collection]]:
    """The collections, a list of names or a table with what each one says; posts always have pages."""
    yield "posts", Collection()
    if value is None:
        return
    if isinstance(value.content, tuple):
        for listed in value.content:
            yield listed.text(), Collection(has_pages=False)
        return
    for name, said in value.table().items():
        table = said.table()
        output = table.get("output")
        permalink = _text(table, "permalink")
        has_pages = name == "posts" or (output is not None and output.flag())
        yield name, Collection(_text(table, "title"), STYLES.get(permalink, permalink), has_pages)


def _defaults(value: Value | None, collections_folder: str) -> Iterator[Default]:
    for each in _list(value):
        table = each.table()
        scope = table["scope"].table() if "scope" in table else {}
        values = table["values"].table() if "values" in table else {}
        folder = _text(scope, "path").strip("/")
        if collections_folder:
            folder = folder.removeprefix(f"{collections_folder}/")
        yield Default(folder, _text(scope, "type"), values)
