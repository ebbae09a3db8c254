"""All articles out to a folder: each post and each file at its place, whole, and nothing outside.

Must not know how a post is written, nor who asks.
"""

import errno
import io
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, count, groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from . import jekyll, sites
from .archive import CONFIG
from .exporting import How, imported_of, is_at_home, leave, with_all_parts
from .models import (
    Article,
    Attachment,
    BodyImage,
    CarouselImage,
    ImportedPost,
    StoredFile,
    VideoEmbed,
)
from .posts import PostError
from .reporting import latest_config
from .sites import NO_SITE, Site
from .sources import Around
from .text import slug_key

CHUNK = 100
"""Articles read at once: with their texts they are what the export keeps in memory."""


class FolderError(Exception):
    """A folder that cannot be written: a French sentence."""


class PlaceError(FolderError):
    """A place in the folder where this file cannot be."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of the file at an address; a `warning` is a French sentence."""

    address: str
    is_written: bool = True
    warning: str = ""


# --- the folder

_MAX_NAME_BYTES = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OF_THE_PLACE = {errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}


class Folder:
    """A folder that is being filled: what is in it under its own name is whole.

    Raises FolderError when it exists and is not empty, or cannot be made.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / ".en-cours"
        try:
            root.mkdir(parents=True, exist_ok=True)
            is_empty = not any(root.iterdir())
        except OSError as error:
            raise FolderError(
                f"« {root} » ne peut pas être un dossier d’export ({error.strerror}) : donnez-en un autre."
            ) from error
        if not is_empty:
            raise FolderError(
                f"« {root} » n’est pas vide : videz-le ou donnez un dossier qui n’existe pas encore, "
                "pour que rien n’y soit écrasé."
            )

    def write(self, path: str, content: "IO[bytes] | File[bytes]") -> None:
        """Write a new file at a path below the folder.

        Raises PlaceError when none can be there, FolderError when the folder takes no file at all.
        """
        if not _is_below(path):
            raise PlaceError(f"« {path} » n’est pas un chemin que le dossier d’export peut avoir.")
        target = self._root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                raise FileExistsError(errno.EEXIST, "un autre fichier y est déjà")
            with self._unfinished.open("wb") as unfinished:
                shutil.copyfileobj(content, unfinished)
            self._unfinished.rename(target)
        except OSError as error:
            if error.errno in _OF_THE_PLACE:
                raise PlaceError(f"« {path} » ne peut pas être écrit ({error.strerror}).") from error
            raise FolderError(
                f"« {target} » n’a pas pu être écrit ({error.strerror}) : vérifiez les droits et la place, "
                "videz le dossier, puis exportez à nouveau."
            ) from error


def _is_below(path: str) -> bool:
    """Whether a path from a folder stays below it, in names that every disk takes."""
    return all(
        name not in ("", ".", "..") and not _CONTROL.search(name) and len(name.encode()) <= _MAX_NAME_BYTES
        for name in path.split("/")
    )


# --- posts


def posts(folder: Folder) -> Iterator[How]:
    """Write every article, public or not, with the settings that reading them again needs."""
    config = latest_config()
    if config:
        folder.write(CONFIG, io.BytesIO(config.encode()))
    places = _places()
    around = Around(_site(config), places.addresses)
    ids = sorted(places.articles)
    for start in range(0, len(ids), CHUNK):
        articles = Article.objects.filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
        for article in with_all_parts(articles):
            yield from _post(article, places, around, folder)


def _site(config: str) -> Site:
    try:
        return sites.read(config, CONFIG) if config else NO_SITE
    except PostError:  # import refuses it too
        return NO_SITE


def _post(article: Article, places: "_Places", around: Around, folder: Folder) -> Iterator[How]:
    path = places.articles[article.pk]
    leaving = leave(article, path, around)
    folder.write(path, io.BytesIO(leaving.text.encode()))
    yield leaving.how
    imported = imported_of(article)
    # Otherwise what its twins said is no longer so; their addresses are among its old ones.
    if imported and path == imported.path and is_at_home(article) and leaving.how is How.AS_IT_CAME:
        for twin in imported.twins.all():
            folder.write(twin.path, io.BytesIO(twin.text.encode()))
            yield How.AS_IT_CAME


@dataclass(slots=True)
class _Places:
    """The path of each article's post: no two are one file on any disk.

    `addresses` are those of the articles by what Jekyll's `link` and `post_url` call their posts.
    """

    articles: dict[int, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    _files: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)

    def put(self, article: Article, path: str) -> None:
        """Let the post of an article be at a path that is taken for it."""
        self.articles[article.pk] = path
        # As import finds them.
        address = article.section.address_of(jekyll.file_name(path)[0])
        self.addresses |= {path: address, PurePosixPath(path).stem: address}

    def take(self, path: str) -> bool:
        """Whether a file may be there, from now on this one: some disks tell apart neither case nor form."""
        folded = unicodedata.normalize("NFC", path).casefold()
        names = folded.split("/")
        folders = {"/".join(names[:depth]) for depth in range(1, len(names))}
        if not _is_below(path) or folded in self._files | self._folders or folders & self._files:
            return False
        self._files.add(folded)
        self._folders |= folders
        return True

    def take_own(self, collection: str, slug: str) -> str:
        """A path for a post that has none from before; by its name, or its key `slug`, it has its address."""
        name, key = f"{slug}.md", slug_key(slug)
        says_it = jekyll.file_name(name)[0] == slug and name.isprintable() and not name.startswith(".")
        names = chain([name] if says_it else [f"{key}.md"], (f"{key}-{number}.md" for number in count(2)))
        return next(path for each in names if self.take(path := f"_{collection}/{each}"))


def _places() -> _Places:
    """Where each post leaves: first those that leave where they came from, then the others."""
    places = _Places()
    away: list[Article] = []
    twins: dict[int | None, list[str]] = {}
    for record, path in ImportedPost.objects.exclude(twin_of=None).values_list("twin_of_id", "path"):
        twins.setdefault(record, []).append(path)
    # A version that is being prepared beside a page leaves once it has taken its place.
    here = Article.objects.filter(replaces=None)
    articles = here.select_related("section", "imported_from").only(
        *("slug", "status", "section__collection", "section__prefix"),
        *("imported_from__path", "imported_from__address"),
    )
    for article in articles.order_by("pk").iterator():
        imported = imported_of(article)
        if imported is None or not is_at_home(article):
            away.append(article)
        # A post without one of its twins would not say the address of that.
        elif all(places.take(path) for path in (imported.path, *twins.get(imported.pk, ()))):
            places.put(article, imported.path)
        else:
            away.append(article)
    for article in away:
        places.put(article, places.take_own(article.section.collection, article.slug))
    return places


# --- files


def files(folder: Folder) -> Iterator[FileResult]:
    """Write the original of every file that an article names, at its address."""
    for address, uses in groupby(_uses(), key=itemgetter(0)):
        # As readers get it: from the latest public article.
        kept = sorted((use[1:] for use in uses if use[1]), key=_rank)
        if not kept:
            yield FileResult(
                address, False, f"{address} : ce fichier manque ici, il n’est pas dans l’export."
            )
            continue
        sha256, extension, *_ = kept[-1]
        result = _file(address, StoredFile(sha256=sha256, extension=extension).original_path, folder)
        if result.is_written and len({each[0] for each in kept}) > 1:
            message = (
                f"{address} : des articles ont là des fichiers différents ; "
                "celui de l’article public le plus récent est écrit."
            )
            result = replace(result, warning=message)
        yield result


def _file(address: str, original: str, folder: Folder) -> FileResult:
    path = address.removeprefix("/")
    if path.startswith(("_", ".")):  # folders of posts and of tools, never of files
        return FileResult(address, False, f"{address} : aucun fichier ne sort à cette adresse.")
    try:
        content = default_storage.open(original)
    except OSError as error:
        message = f"{address} : le fichier « {original} » n’a pas pu être lu ({error.strerror})."
        return FileResult(address, False, message)
    with content:
        try:
            folder.write(path, content)
        except PlaceError as error:
            return FileResult(address, False, f"{address} : {error}")
    return FileResult(address)


def _rank(use: tuple[str, str, bool, datetime | None]) -> tuple[bool, datetime]:
    _sha256, _extension, is_public, since = use
    return is_public, since or datetime.min.replace(tzinfo=UTC)


def _uses() -> Iterator[tuple[Any, ...]]:
    """Each use of a file, by address: which content, by a public article or not, since when."""
    first, *others = (
        _uses_of(CarouselImage.objects, "address", "file"),
        _uses_of(Attachment.objects, "address", "file"),
        _uses_of(BodyImage.objects, "address", "file"),
        _uses_of(VideoEmbed.objects, "poster_address", "poster"),
    )
    uses: Iterator[tuple[Any, ...]] = first.union(*others).order_by("at").iterator()
    return uses


def _uses_of(items: Any, address: str, file: str) -> Any:
    public = Article.objects.readable().order_by().values("pk")
    return (
        items.filter(article__isnull=False, article__replaces=None)
        .exclude(**{address: ""})
        .order_by()
        .annotate(
            at=F(address),
            sha256=F(f"{file}__sha256"),
            extension=F(f"{file}__extension"),
            is_public=ExpressionWrapper(Q(article__in=public), BooleanField()),
            since=F("article__published_at"),
        )
        .values_list("at", "sha256", "extension", "is_public", "since")
    )
