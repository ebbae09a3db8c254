"""The keys of our own dialect in; the `Post` that they tell out.

docs/format.md tells every key. Must not know the dialects of others, nor the database.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from . import text, videos
from .addresses import file_stem, local_address, page_address, target_address
from .bodies import Keys
from .header import Misread, Value
from .posts import (
    LANGUAGES,
    MAX_LENGTHS,
    ParsedPost,
    Post,
    PostChange,
    PostDocument,
    PostImage,
    PostVideo,
    PostWarning,
    Status,
)

T = TypeVar("T")
Item = TypeVar("Item", PostImage, PostVideo, PostDocument)
Part = TypeVar("Part", PostImage, PostVideo, PostDocument, PostChange)
Table = dict[str, Value]

NAME = "dcant"
"""What the key `dialecte` says in a post of our own."""

STATUSES: Mapping[str, Status] = {
    "brouillon": "draft",
    "relecture": "in_review",
    "publie": "published",
    "retire": "withdrawn",
}

UNREAD = "-non-lu"
"""What follows the name of a key whose value is not as its reader wants, kept among the others."""

_DECISIVE = frozenset({"date", "fin", "statut", "published"})
"""Keys that decide what the public sees: one that cannot be read refuses the post."""

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[a-z]{4})?)(?:-(?:[a-z]{2}|[0-9]{3}))?")


class TooLong(Misread):
    """A value longer than an article takes: the post is refused, since nothing may be cut."""


def read(
    keys: Mapping[str, Value], body: str, peertube_hosts: Collection[str], any_instance: bool = False
) -> ParsedPost:
    """The post that keys and a body tell.

    Raises Misread when a key that decides what is public cannot be read, or a value is too long.

    With `any_instance` a video may be of an instance that is not in `peertube_hosts`, with a warning.
    """
    reader = _Reader(keys, peertube_hosts, any_instance)
    post = reader.post(body)
    return ParsedPost(post, tuple(reader.warnings), reader.slug)


class _Reader:
    """The keys of one post being read: each leaves `_left`, what remains is kept as it came."""

    def __init__(
        self, keys: Mapping[str, Value], peertube_hosts: Collection[str], any_instance: bool
    ) -> None:
        self.warnings: list[PostWarning] = []
        self.slug = ""
        self._left = dict(keys)
        self._extra: dict[str, Any] = {}
        self._peertube_hosts = peertube_hosts
        self._any_instance = any_instance

    def post(self, body: str) -> Post:
        """The post that the keys tell, around this body; raises Misread as `read` does."""
        self.slug = self._read("slug", _slug, "")
        published_at = self._read("date", Value.moment, None)
        ends_at = self._end(published_at)
        starts_at = self._read("event_start_date", Value.moment, None)
        event_ends_at = self._read("event_end_date", Value.moment, None)
        self._check_event(starts_at, event_ends_at)
        self._check_dialect()
        return Post(
            title=self._title(),
            published_at=published_at,
            status=self._status(published_at),
            subtitle=self._short_text("sous-titre", "subtitle"),
            chapeau=self._text("chapeau-text"),
            body=body,
            language=self._read("lang", _language, "fr"),
            translation_of=self._read("traduction-de", _address_path, ""),
            updated_on=self._read("mise-a-jour", Value.day, None),
            ends_at=ends_at,
            withdrawal_notice=self._text("avis-de-retrait"),
            changes=tuple(self._items("modifications", _change)),
            pinned=self._read("epingle", Value.flag, False),
            redirect_to=self._read("redirect_to", _target, ""),
            old_addresses=self._old_addresses(),
            tags=self._tags(),
            images=_keyed(self._items("une-ou-diaporama", self._image), lambda item: file_stem(item.address)),
            videos=_keyed(self._items("videos", self._video), lambda item: item.video_id),
            documents=self._documents(),
            press_contact=self._text("contact-presse"),
            event_starts_at=starts_at,
            event_ends_at=event_ends_at,
            event_all_day=self._read("journee-entiere", Value.flag, False),
            place=self._short_text("lieu", "place"),
            street_address=self._text("adresse"),
            practical_details=self._text("informations-pratiques"),
            extra=self._extra | {key: value.as_json() for key, value in self._left.items()},
        )

    # --- one key

    def _read(self, key: str, reading: Callable[[Value], T], default: T) -> T:
        value = self._left.pop(key, None)
        if value is None or value.is_null:
            return default
        try:
            return reading(value)
        except TooLong:
            raise
        except Misread as error:
            if key in _DECISIVE:
                raise Misread(error.line, f"clé « {key} » : {error.message}") from error
            self._keep(key, value.as_json(), error.line, error.message)
            return default

    def _keep(self, key: str, value: Any, line: int | None, why: str) -> None:
        name = key + UNREAD
        while name in self._left or name in self._extra:
            name += UNREAD
        self._extra[name] = value
        self._warn("unread-key", line, f"clé « {key} » : {why} La valeur est gardée sous « {name} ».")

    def _warn(self, code: str, line: int | None, message: str) -> None:
        self.warnings.append(PostWarning(code, line, message))

    def _text(self, key: str) -> str:
        return self._read(key, Value.text, "")

    def _short_text(self, key: str, limit: str) -> str:
        return self._read(key, lambda value: _short(value, key, value.text(), limit), "")

    def _tags(self) -> tuple[str, ...]:
        line = self._left["tags"].line if "tags" in self._left else None
        none: tuple[str, ...] = ()
        names, limit = self._read("tags", _tags, none), MAX_LENGTHS["tag"]
        if longer := [name for name in names if len(name) > limit]:
            self._keep("tags", longer, line, f"un mot-clé a {limit} caractères au plus.")
        return tuple(name for name in names if len(name) <= limit)

    def _old_addresses(self) -> tuple[str, ...]:
        line = self._left["redirect_from"].line if "redirect_from" in self._left else None
        none: tuple[str, ...] = ()
        written = self._read("redirect_from", _texts, none)
        addresses = {address: page_address(address) for address in written}
        if unread := [
            each for each, page in addresses.items() if not 0 < len(page) <= MAX_LENGTHS["address"]
        ]:
            self._keep("redirect_from", unread, line, "une adresse du site est attendue, comme /ancienne/.")
        return tuple(dict.fromkeys(page for each, page in addresses.items() if each not in unread))

    def _title(self) -> str:
        title = self._left.pop("title", None)
        if title is None or not title.written().strip():
            raise Misread(
                title.line if title else 1, "ce billet n’a pas de titre : ajoutez une ligne « title: … »."
            )
        return _short(title, "title", title.written(), "title")

    def _end(self, published_at: datetime | None) -> datetime | None:
        line = self._left["fin"].line if "fin" in self._left else None
        ends_at = self._read("fin", Value.moment, None)
        if ends_at is not None and published_at is not None and ends_at <= published_at:
            raise Misread(
                line, "clé « fin » : la fin de publication doit suivre « date », corrigez l’une des deux."
            )
        return ends_at

    def _status(self, published_at: datetime | None) -> Status:
        line = self._left["statut"].line if "statut" in self._left else None
        public: Status = "published"
        status = self._read("statut", _status, public)
        if not self._read("published", Value.flag, True) and status == "published":
            if line is not None:
                message = (
                    "« published: false » contredit « statut: publie » : l’article est un brouillon, "
                    "gardez une seule des deux lignes."
                )
                self._warn("contradictory-status", line, message)
            return "draft"
        if status == "published" and published_at is None:
            message = (
                "ce billet n’a pas de date : l’article est un brouillon, donnez-lui une ligne « date: … »."
            )
            self._warn("no-date", None, message)
            return "draft"
        return status

    def _check_event(self, starts_at: datetime | None, ends_at: datetime | None) -> None:
        if ends_at is not None and (starts_at is None or ends_at < starts_at):
            message = "l’événement finit sans avoir commencé : vérifiez event_start_date et event_end_date."
            self._warn("event-without-start", None, message)

    def _check_dialect(self) -> None:
        value = self._left.pop("dialecte", None)
        if value is not None and value.content != NAME:
            self._keep("dialecte", value.as_json(), value.line, f"seul « {NAME} » est connu.")

    # --- items

    def _items(self, key: str, make: Callable[[Table], Part]) -> list[Part]:
        """The parts of a list; `make` takes out of each table what it reads, the rest is kept."""
        items: list[Part] = []
        unread: list[tuple[Value, str]] = []
        nothing: tuple[Value, ...] = ()
        for value in self._read(key, Value.sequence, nothing):
            try:
                table = {name: part for name, part in value.table().items() if not part.is_null}
                if table:
                    items.append(make(table))
            except TooLong:
                raise
            except Misread as error:
                unread.append((value, error.message))
            else:
                if table:
                    unread.append((value, f"rien ne lit ici {', '.join(f'« {name} »' for name in table)}."))
        if unread:
            value, why = unread[0]
            self._keep(key, [value.as_json() for value, _why in unread], value.line, why)
        return items

    def _image(self, table: Table) -> PostImage:
        line = _line(table)
        image = PostImage(
            key=_key(table),
            address=_pop_address(table, "image"),
            alt=_pop_short(table, "alternative-textuelle", "alt"),
            caption=_pop_short(table, "legende", "caption"),
            credit=_pop_short(table, "credit", "credit"),
        )
        if not image.alt.strip():
            message = f"{image.address} : l’image n’a pas de texte alternatif, écrivez-le dans l’article."
            self._warn("image-without-alt", line, message)
        return image

    def _video(self, table: Table) -> PostVideo:
        line, written = _line(table), _pop(table, "video")
        found = videos.parse(written, self._peertube_hosts)
        if found is None and self._any_instance:
            # Ours may name an instance that the site no longer accepts: what it says stays readable.
            found = videos.parse(written, {_host(written)})
            if found is not None:
                message = f"{found.host} n’est pas une instance PeerTube acceptée : ajoutez-la aux réglages."
                self._warn("unknown-instance", line, message)
        if found is None:
            raise Misread(line, "« video » doit être l’adresse d’une vidéo d’un hébergeur accepté.")
        return PostVideo(
            key=_key(table),
            provider=found.provider,
            video_id=found.video_id,
            host=found.host,
            title=_pop_short(table, "titre", "video title"),
            caption=_pop_short(table, "legende", "caption"),
            transcript=_pop(table, "transcription"),
            poster=_pop_address(table, "vignette") if "vignette" in table else "",
        )

    def _document(self, table: Table) -> PostDocument:
        return PostDocument(
            key=_key(table),
            address=_pop_address(table, "file" if "file" in table else "lien"),
            title=_pop_short(table, "nom", "document title"),
            language=_pop_language(table),
            accessible_version_of=_pop(table, "version-accessible-de"),
        )

    def _documents(self) -> tuple[PostDocument, ...]:
        documents = _keyed(self._items("files", self._document), lambda item: file_stem(item.address))
        keys = {document.key for document in documents}
        checked = []
        for document in documents:
            original = document.accessible_version_of
            if original and (original == document.key or original not in keys):
                message = (
                    f"version-accessible-de : « {original} » n’est la clé d’aucun autre document du billet."
                )
                self._warn("unknown-document", None, message)
                document = replace(document, accessible_version_of="")
            checked.append(document)
        return tuple(checked)


def _change(table: Table) -> PostChange:
    line = _line(table)
    day, note = table.pop("date", None), _pop(table, "note")
    if day is None or not note.strip():
        raise Misread(line, "une modification a une « date » et une « note ».")
    return PostChange(day.day(), note)


def _keyed(items: list[Item], name: Callable[[Item], str]) -> tuple[Item, ...]:
    """The items, each with a key of its own: that written the first time, else one made of its name."""
    taken: set[str] = set()
    for index, item in enumerate(items):
        if item.key in taken:
            items[index] = replace(item, key="")
        taken.add(item.key)
    keys = Keys(taken)
    return tuple(item if item.key else replace(item, key=keys.free(name(item))) for item in items)


def _pop(table: Table, key: str) -> str:
    return table.pop(key).text() if key in table else ""


def _pop_short(table: Table, key: str, limit: str) -> str:
    value = table.pop(key, None)
    return "" if value is None else _short(value, key, value.text(), limit)


def _short(value: Value, key: str, text: str, limit: str) -> str:
    """The text of a value, raising TooLong for one that is longer than that limit of MAX_LENGTHS."""
    if len(text) > MAX_LENGTHS[limit]:
        message = (
            f"clé « {key} » : {len(text)} caractères, {MAX_LENGTHS[limit]} au plus ; raccourcissez ce texte."
        )
        raise TooLong(value.line, message)
    return text


def _pop_address(table: Table, key: str) -> str:
    line = _line(table)
    value = table.pop(key, None)
    address = "" if value is None else local_address(value.text())
    if value is None or not address:
        raise Misread(line, f"« {key} » doit être l’adresse d’un fichier du site, comme /uploads/nom.pdf.")
    return _short(value, key, address, "address")


def _pop_language(table: Table) -> str:
    """The language of a document; one that is not known stays in the table, and the document without."""
    if "langue" not in table:
        return ""
    try:
        language = _language(table["langue"])
    except Misread:
        return ""
    del table["langue"]
    return language


def _key(table: Table) -> str:
    key = _pop(table, "cle")
    return key if not key or _KEY.fullmatch(key) else text.slug_key(key)


def _line(table: Table) -> int | None:
    return min((value.line for value in table.values()), default=None)


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _status(value: Value) -> Status:
    status = STATUSES.get(text.fold(value.text()))
    if status is None:
        raise Misread(value.line, f"écrivez {', '.join(STATUSES)} ; rien veut dire publie.")
    return status


def _slug(value: Value) -> str:
    slug = unicodedata.normalize("NFC", value.text().strip())
    if slug and not text.is_slug(slug):
        raise Misread(value.line, 'la fin d’une adresse n’a ni espace ni aucun des signes / ? # % \\ < > ".')
    return slug


def _language(value: Value) -> str:
    found = _LANGUAGE.fullmatch(value.text().strip().lower().replace("_", "-"))
    if found is None:
        raise Misread(value.line, "une langue s’écrit par son code : fr, en, de…")
    if found[1] not in LANGUAGES:
        raise Misread(value.line, f"langue inconnue ici ; écrivez {', '.join(LANGUAGES)}.")
    return found[1]


def _tags(value: Value) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for part in value.sequence():
        if folded := text.fold(part.text()):
            names.setdefault(folded, part.text().strip())
    return tuple(names.values())


def _texts(value: Value) -> tuple[str, ...]:
    """The texts of a list, or the only one where somebody wrote no list."""
    parts = (value,) if isinstance(value.content, str) else value.sequence()
    return tuple(part.text() for part in parts if not part.is_null)


def _target(value: Value) -> str:
    texts = _texts(value)
    target = target_address(texts[0]) if len(texts) == 1 else ""
    if not target:
        raise Misread(value.line, "écrivez une adresse du site (/agenda/…) ou une adresse en https://.")
    return _short(value, "redirect_to", target, "address")


def _address_path(value: Value) -> str:
    try:
        path = unquote(urlsplit(value.text().strip()).path).strip("/")
    except ValueError:
        path = ""
    if not path or not path.isprintable():
        raise Misread(value.line, "écrivez l’adresse de l’original, comme /actualites/mon-article/.")
    return f"/{path}/"
