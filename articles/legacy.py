"""The keys of a Siteleaf post in; the keys of our own dialect out, which `jekyll` reads.

Measured on real posts: older names, split and empty items, doubled keys, alternative texts that are
file names. What is not as expected stays as it is, and is kept. Must not know the body.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, time
from html import unescape

from . import markup
from .addresses import is_file_name, local_address, page_address, without_own_host
from .dialect import UNREAD
from .documents import is_file_address
from .header import PARIS, Misread, Value
from .posts import PostWarning
from .sites import Site
from .text import address_slug, language_named

PRESS_RELEASE = "Communiqué de presse"

OLDER: Mapping[str, tuple[str, ...]] = {
    "redirect_to": ("redirection", "redirection-interne"),
    "redirect_from": ("permalink",),
    "tags": ("categories", "category", "categorie"),
    "chapeau-text": ("chapeau",),
    "une-ou-diaporama": ("une", "image"),
    "files": ("communique_file", "file"),
    "event_start_date": ("dateEvent",),
    "informations-pratiques": ("champs_informations", "acces"),
}
"""The keys of a Siteleaf post that are read for one of ours, besides that one."""

Table = dict[str, Value]


@dataclass(slots=True)
class Modern:
    """Keys of our own dialect; `links` is a list of those `files` that are not the site's own."""

    keys: Table
    site: Site
    links: str = ""
    warnings: list[PostWarning] = field(default_factory=list)

    def warn(self, code: str, line: int | None, message: str) -> None:
        self.warnings.append(PostWarning(code, line, message))


def modernised(keys: Mapping[str, Value], day: date | None, site: Site) -> Modern:
    """The same post in our own keys; `day` is that of its file's name, its date when it has no other."""
    modern = Modern(dict(keys), site)
    _date(modern, day)
    _zoned(modern)
    for key in FILE_KEYS & modern.keys.keys():
        modern.keys[key] = _at_home(modern.keys[key], site)
    for rewrite in (_addresses, _chapeau, _texts, _tags, _images, _files, _event, _details, _style):
        try:
            rewrite(modern)
        except Misread as error:
            modern.warn("unread-key", error.line, error.message)
    return modern


def _is_blank(value: Value | None) -> bool:
    return value is None or value.is_null or (isinstance(value.content, str) and not value.content.strip())


def _date(modern: Modern, day: date | None) -> None:
    """Let the file's name date the post where no readable key does."""
    if day is None:
        return
    written = modern.keys.get("date")
    if written is not None and not _is_blank(written):
        try:
            written.moment()
        except Misread as error:
            modern.keys["date" + UNREAD] = written
            message = f"clé « date » : {error.message} Celle du nom du fichier est prise."
            modern.warn("unread-date", error.line, message)
        else:
            return
    modern.keys["date"] = Value(1, day.isoformat())


def _zoned(modern: Modern) -> None:
    """Say the site's zone in times that say none: ours are of Paris."""
    if modern.site.zone == PARIS:
        return
    for key in ("date", "fin", "event_start_date", "event_end_date", "dateEvent"):
        value = modern.keys.get(key)
        if value is not None and not _is_blank(value):
            with suppress(Misread):  # said when the date itself is read
                moment = value.moment(modern.site.zone)
                modern.keys[key] = Value(value.line, moment.isoformat(" "))


# --- texts

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


def _words(text: str) -> str:
    """A text that templates showed as HTML, on one line."""
    return _on_lines(_ENTITY.sub(lambda entity: unescape(entity[0]), text), " ")


def _on_lines(text: str, between: str) -> str:
    """The lines of a text that hold something, with this between them."""
    return between.join(filter(None, (line.strip() for line in text.split("\n"))))


def _lines(text: str) -> str:
    return "\n".join(_words(line) for line in text.strip().split("\n"))


_CLEANED: Mapping[str, Callable[[str], str]] = {
    "title": _words,
    "slug": address_slug,
    "sous-titre": _words,
    "lieu": _words,
    "adresse": _lines,
    "chapeau-text": str.strip,
    "contact-presse": str.strip,
    "informations-pratiques": str.strip,
}


def _texts(modern: Modern) -> None:
    for key, clean in _CLEANED.items():
        value = modern.keys.get(key)
        if value is not None and isinstance(value.content, str) and (key == "title" or not value.is_null):
            modern.keys[key] = Value(value.line, clean(value.content))


def _chapeau(modern: Modern) -> None:
    older = modern.keys.get("chapeau")
    if older is None or not isinstance(older.content, str):
        return
    newer = modern.keys.get("chapeau-text")
    if newer is None or _is_blank(newer):
        modern.keys["chapeau-text"] = modern.keys.pop("chapeau")
    elif newer.content == older.content:
        del modern.keys["chapeau"]
    else:
        message = (
            "« chapeau » et « chapeau-text » se contredisent : « chapeau-text » est montré, l’autre gardé."
        )
        modern.warn("contradictory-chapeau", older.line, message)


def _tags(modern: Modern) -> None:
    names: list[Value] = []
    found = [key for key in ("tags", *OLDER["tags"]) if key in modern.keys]
    for key in found:
        value = modern.keys[key]
        if isinstance(value.content, str) and not value.is_null:
            names += (Value(value.line, name) for name in value.content.split(","))
        else:
            names += (Value(part.line, part.text()) for part in value.sequence())
    for key in found:
        del modern.keys[key]
    if names:
        modern.keys["tags"] = Value(names[0].line, tuple(names))


# --- addresses

FILE_KEYS = frozenset({"une-ou-diaporama", "une", "image", "files", "communique_file", "file"})


def _at_home(value: Value, site: Site) -> Value:
    """The value with addresses that name the site's own hosts written from its root."""
    content = value.content
    if isinstance(content, str):
        return replace(value, content=without_own_host(content, site.own_hosts))
    if isinstance(content, tuple):
        return replace(value, content=tuple(_at_home(part, site) for part in content))
    return replace(value, content={key: _at_home(part, site) for key, part in content.items()})


def _addresses(modern: Modern) -> None:
    """One key for where a post leads, of the three that there were; its permalink is an old address."""
    keys = modern.keys.copy()
    for key in ("redirect_to", *OLDER["redirect_to"]):
        value = keys.get(key)
        if value is None or not isinstance(value.content, str):
            continue
        target = "" if value.is_null else _redirection(value.content)
        if not target:
            del keys[key]
        elif key == "redirect_to" or "redirect_to" not in keys:
            del keys[key]
            keys["redirect_to"] = Value(value.line, target)
    permalink = keys.get("permalink")
    if permalink is not None and _is_page(permalink):
        del keys["permalink"]
        keys["redirect_from"] = Value(permalink.line, (permalink, *_parts(keys.get("redirect_from"))))
    modern.keys = keys


def _redirection(written: str) -> str:
    """Where a redirect leads: a name with a dot before any slash is a host, the rest is of the site."""
    written = written.strip()
    host = re.match(r"[\w-]+(?:\.[\w-]+)+(?=/|\Z)", written)
    is_known = written.startswith("/") or ":" in written or written.casefold() in ("", "null", "nil")
    is_page = host is not None and (is_file_address(written) or page_address(written) != f"/{written}/")
    return _followable(written) if is_known or (host and not is_page) else f"/{written}"


def _is_page(permalink: Value) -> bool:
    """Whether it is an address: a pattern (`/:year/:title/`) and a style (`pretty`) are none."""
    written = permalink.content
    if not isinstance(written, str) or ":" in written:
        return False
    return ("/" in written or written.endswith(".html")) and page_address(written) != ""


# --- images

_ALTERNATIVES = ("alternative-textuel", "alt")


def _images(modern: Modern) -> None:
    keys = modern.keys.copy()
    items: list[Table] = []
    for value in _parts(keys.pop("une-ou-diaporama", None)):
        item = _item(value, "image")
        if "image" not in item and items and not item.keys() & items[-1].keys():
            items[-1] |= item  # one image split over two items
        elif item:
            items.append(item)
    for key in OLDER["une-ou-diaporama"]:
        item = _item(keys[key], "image") if key in keys else {}
        if not item:
            keys.pop(key, None)
        elif not items:
            items.append(item)
            del keys[key]
        elif _address(item) == _address(items[0]):
            items[0] = item | items[0]
            del keys[key]
        else:
            message = (
                f"« {key} » n’est pas dans « une-ou-diaporama » : cette image est gardée, mais pas montrée."
            )
            modern.warn("contradictory-image", keys[key].line, message)
    for item in items:
        _drop_file_name(item, modern)
    if items:
        line = next(iter(items[0].values())).line
        keys["une-ou-diaporama"] = Value(line, tuple(Value(line, item) for item in items))
    modern.keys = keys


def _parts(value: Value | None) -> tuple[Value, ...]:
    """The items of a list, or the only one where somebody wrote no list."""
    if value is None or value.is_null:
        return ()
    return value.content if isinstance(value.content, tuple) else (value,)


def _item(value: Value, address_key: str) -> Table:
    """What is written of an item, its texts on one line; an address alone is an item too."""
    table = {address_key: value} if isinstance(value.content, str) else value.table()
    item = {key: part for key, part in table.items() if not _is_blank(part)}
    for older in _ALTERNATIVES:
        if older in item:
            item.setdefault("alternative-textuelle", item.pop(older))
    for key in ("alternative-textuelle", "legende", "credit", "nom"):
        if key in item:
            item[key] = Value(item[key].line, _words(item[key].text()))
    return item


def _address(item: Table) -> str:
    return local_address(item["image"].text()) if "image" in item else ""


def _drop_file_name(item: Table, modern: Modern) -> None:
    alternative = item.get("alternative-textuelle")
    if alternative is None:
        return
    words = alternative.text()
    if is_file_name(words, _address(item)):
        del item["alternative-textuelle"]
        message = f"« {words} » est un nom de fichier, pas un texte alternatif : il n’est pas repris."
        modern.warn("alt-file-name", alternative.line, message)


# --- files


def _files(modern: Modern) -> None:
    keys = modern.keys.copy()
    items: list[Table] = []
    links: list[str] = []

    def take(item: Table) -> None:
        for key in ("file", "lien"):
            written = item[key].text() if key in item else ""
            if local_address(written):
                item["file"] = item.pop(key)
                if "nom" in item and (language := language_named(item["nom"].text())):
                    item.setdefault("langue", Value(item["nom"].line, language))
                break
            if address := _followable(written):
                name = item["nom"].text() if "nom" in item else _shown(address)
                links.append(f"* {markup.link_to(address, markup.escaped(name))}")
                message = f"{address} n’est pas un fichier du site : le lien est mis à la fin du texte."
                modern.warn("external-document", item[key].line, message)
                return
        items.append(item)

    for value in _parts(keys.pop("files", None)):
        if item := _item(value, "file"):
            take(item)
    for key in OLDER["files"]:
        value = keys.pop(key, Value(1, ""))
        if _is_blank(value):
            continue
        if not items:
            take({"file": value, "nom": Value(value.line, PRESS_RELEASE)})
        elif local_address(value.text()) not in {
            local_address(item["file"].text()) for item in items if "file" in item
        }:
            keys[key] = value
            message = f"« {key} » contredit « files » : le fichier {value.text()} est gardé, mais pas montré."
            modern.warn("contradictory-file", value.line, message)
    if items:
        line = next(iter(items[0].values())).line
        keys["files"] = Value(line, tuple(Value(line, item) for item in items))
    modern.keys, modern.links = keys, "\n".join(links)


# --- events


def _event(modern: Modern) -> None:
    keys = modern.keys
    older = keys.get("dateEvent")
    if older is not None and (_is_blank(older) or _is_blank(keys.get("event_start_date"))):
        keys["event_start_date"] = keys.pop("dateEvent")
    times = [keys[key] for key in ("event_start_date", "event_end_date") if not _is_blank(keys.get(key))]
    if not times or not _is_blank(keys.get("journee-entiere")):
        return
    try:
        is_all_day = all(value.moment().time() == time.min for value in times)
    except Misread:  # said when the date itself is read
        return
    if is_all_day:
        keys["journee-entiere"] = Value(times[0].line, "true")


def _details(modern: Modern) -> None:
    """Turn the nested lists of practical details into a definition list."""
    keys = modern.keys.copy()
    given = keys.get("informations-pratiques")
    blocks = [] if given is None or _is_blank(given) else [given.text()]
    blocks += (_detail(value) for value in _parts(keys.pop("champs_informations", None)))
    ways = [way for value in _parts(keys.pop("acces", None)) for way in _ways(value)]
    if ways:
        blocks.append(_definition("Accès", ways))
    if any(blocks):
        keys["informations-pratiques"] = Value(1, "\n\n".join(block for block in blocks if block))
    modern.keys = keys


def _detail(value: Value) -> str:
    table = {key: part for key, part in value.table().items() if not _is_blank(part)}
    term, words, link = (
        table.pop(key).text() if key in table else "" for key in ("intitule", "contenu", "lien")
    )
    if table:
        unknown = ", ".join(f"« {key} »" for key in table)
        raise Misread(
            value.line, f"champs_informations : rien ne lit {unknown}, la liste entière est gardée."
        )
    definitions = [words.strip()] if words.strip() else []
    if address := _followable(link):
        if definitions and not re.search(r"\]\(|<a\s|\n", words):
            source = definitions.pop().replace("[", "\\[").replace("]", "\\]")
        else:
            source = markup.escaped(_shown(address))
        definitions.append(markup.link_to(address, source))
    return _definition(_words(term), definitions)


def _ways(value: Value) -> Iterator[str]:
    """Each way to come: « Métro : ligne 6 »."""
    if isinstance(value.content, str):
        yield value.content.strip()
        return
    table = value.table()
    kind = _words(table["type"].text()) if "type" in table else ""
    lines = [line.table() for line in _parts(table.get("lignes"))]
    names = ", ".join(_words(line["nom"].text()) for line in lines if "nom" in line)
    if way := " : ".join(part for part in (kind, names) if part):
        yield way


def _definition(term: str, definitions: list[str]) -> str:
    """Source: https://kramdown.gettalong.org/syntax.html#definition-lists."""
    if not term or not definitions:
        return "\n\n".join((*([term] if term else []), *definitions))
    lines = (_on_lines(definition, "\n  ") for definition in definitions)
    return "\n".join((term, *(f": {line}" for line in lines)))


def _followable(written: str) -> str:
    """The address that a link without scheme means; empty for none, which editors also wrote « null »."""
    written = written.strip()
    if written.casefold() in ("", "null", "nil"):
        return ""
    if written.startswith(("/", "#", "http:", "https:", "mailto:", "tel:")):
        return written
    return f"mailto:{written}" if "@" in written and "/" not in written else f"https://{written}"


def _shown(address: str) -> str:
    return re.sub(r"\A(?:https?://|mailto:|tel:)", "", address).rstrip("/")


# --- what is dropped


def _style(modern: Modern) -> None:
    style = modern.keys.get("style")
    if style is not None and not _is_blank(style):
        message = (
            "la feuille de style de cette page n’est pas appliquée ; elle est gardée avec les autres clés."
        )
        modern.warn("page-style", style.line, message)
