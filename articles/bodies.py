"""The body of a legacy post in; one where videos and documents are placed by their keys out.

Must not know front matter nor the database.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from . import markup
from . import videos as providers
from .addresses import file_stem, local_address
from .documents import EXTENSIONS, is_document_address, is_file_address
from .markup import Frame, Link
from .posts import LANGUAGES, PostDocument, PostVideo, PostWarning
from .text import MAX_KEY_LENGTH, language_named, slug_key


@dataclass(frozen=True, slots=True)
class PlacedBody:
    """A body with its items taken out: those given, then those found, with keys unique in the post."""

    text: str
    videos: tuple[PostVideo, ...] = ()
    documents: tuple[PostDocument, ...] = ()
    warnings: tuple[PostWarning, ...] = ()


def place(
    body: str,
    *,
    first_line: int = 1,
    videos: tuple[PostVideo, ...] = (),
    documents: tuple[PostDocument, ...] = (),
    peertube_hosts: Collection[str] = (),
    own_hosts: Collection[str] = (),
) -> PlacedBody:
    """Place the videos and documents that a body holds; `first_line` is the body's line in the file.

    A frame of a known video becomes `[[video:key]]` alone on its line; another one becomes a link, with
    a warning. A closing list of nothing but documents leaves the body; a file linked in the text stays
    there. Links to `own_hosts` are the site's own. Code is left alone. The result, placed again with
    its items, is itself.
    """
    known = _Videos(body, videos, peertube_hosts)
    attached = _Documents(documents, own_hosts)
    unframed, warnings = _without_frames(body, known, first_line)
    text = _without_closing_list(unframed, attached)
    return PlacedBody(text, tuple(known.videos), tuple(attached.documents), tuple(warnings))


# --- keys


class Keys:
    """Keys of the items of one kind in one article: each is free once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def free(self, name: str) -> str:
        """The key made of a name, followed by `-2`, `-3`… when it is taken; taken from now on."""
        key = base = slug_key(name)
        while key in self._taken:
            number = self._numbers[base] = self._numbers.get(base, 1) + 1
            key = f"{base[: MAX_KEY_LENGTH - 8].rstrip('-')}-{number}"
        self._taken.add(key)
        return key


def without_outer_blanks(body: str) -> str:
    """The text without blank lines before it nor blanks after it; its first line keeps its indentation."""
    body = body.rstrip()
    first = len(body) - len(body.lstrip())
    return body[body.rfind("\n", 0, first) + 1 :]


# --- frames


def _without_frames(body: str, known: "_Videos", first_line: int) -> tuple[str, list[PostWarning]]:
    """The body with what is shown for each frame in its place, alone between blank lines."""
    text = markup.without_code(body)
    parts = [""]
    warnings: list[PostWarning] = []
    end = counted = 0
    line = first_line
    for frame in markup.frames(body, text):
        around = _surroundings(body, text, frame, end)
        shown = known.marker(frame, around.caption)
        if not shown:
            shown = _page_link(frame)
            line, counted = line + body.count("\n", counted, frame.start), frame.start
            warnings.append(_unknown_frame(line, frame, shown))
        below = body[around.opening_start : around.opening_end].strip()
        parts.append(body[end : around.start])
        parts += (part for part in (shown, below) if part)
        end = around.end
    parts.append(body[end:])
    return without_outer_blanks("\n\n".join(part for part in parts if part)), warnings


class _Videos:
    """The videos of an article; one that its body does not place yet is placed by its first frame."""

    def __init__(self, body: str, given: Iterable[PostVideo], peertube_hosts: Collection[str]) -> None:
        self.videos = list(given)
        self._keys = Keys(video.key for video in self.videos)
        self._peertube_hosts = peertube_hosts
        self._unplaced = {
            (video.provider, video.video_id, video.host): index
            for index, video in enumerate(self.videos)
            if f"[[video:{video.key}]]" not in body
        }

    def marker(self, frame: Frame, caption: str) -> str:
        """What places the video that a frame shows; empty when it shows none that is known."""
        found = providers.parse(frame.src, self._peertube_hosts)
        if found is None:
            return ""
        index = self._unplaced.pop((found.provider, found.video_id, found.host), None)
        if index is None:
            index = len(self.videos)
            key = self._keys.free(found.video_id)
            self.videos.append(PostVideo(key, found.provider, found.video_id, found.host))
        video = self.videos[index]
        self.videos[index] = replace(
            video, title=video.title or frame.title, caption=video.caption or caption
        )
        return f"[[video:{video.key}]]"


def _page_link(frame: Frame) -> str:
    """A link to the page that a frame shows; empty when it has no address that may be followed."""
    address = f"https:{frame.src}" if frame.src.startswith("//") else frame.src
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not (parts.scheme in ("http", "https") and parts.netloc) and not local_address(address):
        return ""
    return markup.link_to(address, markup.escaped(frame.title or f"{parts.netloc}{parts.path}"))


def _unknown_frame(line: int, frame: Frame, link: str) -> PostWarning:
    if not link:
        message = "cadre ou lecteur sans adresse utilisable : il est retiré du texte."
        return PostWarning("frame-without-address", line, message)
    message = f"ce cadre ou lecteur n’est pas d’un hébergeur accepté : il devient un lien vers {frame.src}"
    return PostWarning("unknown-frame", line, message)


# --- what belongs to a frame

_OPENING = re.compile(r"<(center|div|figure|p|span)\b[^<>]*>\s*", re.IGNORECASE)
_CLOSING = re.compile(r"\s*</(center|div|figure|p|span)\s*>", re.IGNORECASE)
_FIGURE_CAPTION = re.compile(r"\s*<figcaption\b[^<>]*>([^<]*)</figcaption\s*>", re.IGNORECASE)
_ATTRIBUTE_LIST = re.compile(r"[ \t]*+\n?[ \t]*+\{:[^{}]*\}[ \t]*+(?=\n|\Z)")
_CAPTION = re.compile(
    r"(?P<gap>(?:[ \t]*+\n){0,2}+)[ \t]*+(?:\*(?P<stars>[^*\s][^*\n]*)\*|_(?P<lines>[^_\s][^_\n]*)_)"
    r"[ \t]*+(?P<attributes>\{:[^{}]*\})?[ \t]*+(?=\n|\Z)"
)
_LINE_MARKS = re.compile(r"[ \t]*(?:(?:>|[*+-]|\d{1,9}[.)])[ \t]*)+")
_BLANKS = re.compile(r"(?:[ \t]*+\n)++(?:[ \t]*+\Z)?|[ \t]*+")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """A frame with all that is only there for it; an opening tag right before it may enclose more."""

    start: int
    end: int
    caption: str
    opening_start: int
    opening_end: int


def _surroundings(body: str, text: str, frame: Frame, after: int) -> _Surroundings:
    """What belongs to a frame of `body`, searched in `text`, in what follows the position `after`."""
    openings: list[re.Match[str]] = []  # the innermost first
    start, end, caption = frame.start, frame.end, ""
    while (tag := text.rfind("<", after, start)) >= 0 and (found := _OPENING.fullmatch(text, tag, start)):
        openings.append(found)
        start = tag
    if found := _FIGURE_CAPTION.match(text, end):
        end, caption = found.end(), markup.plain_text(body[slice(*found.span(1))])
    closed = 0
    while closed < len(openings) and (found := _CLOSING.match(text, end)):
        if found[1].lower() != openings[closed][1].lower():
            break
        closed, end = closed + 1, found.end()
    if found := _ATTRIBUTE_LIST.match(text, end):
        end = found.end()
    found = _CAPTION.match(text, end)
    # Emphasis below a blank line is a caption only if it is centred.
    if found and (found["gap"].count("\n") < 2 or "center" in (found["attributes"] or "")):
        words = body[slice(*found.span("stars" if found["stars"] else "lines"))]
        end, caption = found.end(), caption or markup.plain_text(words)
    opening_end = openings[closed].end() if closed < len(openings) else start
    blanks = _BLANKS.match(text, end)
    return _Surroundings(
        _before_marks(text, start, after), blanks.end() if blanks else end, caption, start, opening_end
    )


def _before_marks(text: str, start: int, after: int) -> int:
    """The position before the blanks, and before the marks of a list or quote that holds nothing else."""
    line = text.rfind("\n", after, start) + 1 or after
    if _LINE_MARKS.fullmatch(text, line, start):
        start = line
    return after + len(text[after:start].rstrip(" \t\n"))


# --- documents

_FILE_NOTE = (
    rf"\((?=[^()\n]*(?:\b(?:{'|'.join(sorted(EXTENSIONS))})\b|\d\s*[kmg]?i?[ob]\b|\boctets\b))[^()\n]*\)"
)
_NOTE_IN_TITLE = re.compile(rf"\s*{_FILE_NOTE}\Z", re.IGNORECASE)
_NOTE = re.compile(r"[*_]*[ \t]*+(?:\([^()\n]{1,100}\))?[*_]*[ \t]*+(?:\{:[^{}\n]{1,200}\})?")
_HREFLANG = re.compile(r"""\bhreflang\s*=\s*["']?([a-z]{2}(?:-hans)?)\b""", re.IGNORECASE)
_ITEM = re.compile(r"[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]")
_BEFORE_LINK = re.compile(r"[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]+[*_]*")
_AFTER_LINK = re.compile(
    rf"[*_]*[ \t]*+(?:{_FILE_NOTE})?[*_]*[ \t]*+(?:\{{:[^{{}}]*\}})?[ \t]*+[.;,]?[ \t]*+"
    r"(?:\n[ \t]*+(?:\{:[^{}]*\}[ \t]*+)?)*+",
    re.IGNORECASE,
)


class _Documents:
    """The documents of an article, each address once."""

    def __init__(self, given: Iterable[PostDocument], own_hosts: Collection[str]) -> None:
        self.documents = list(given)
        self._own_hosts = own_hosts
        self._keys = Keys(document.key for document in self.documents)
        self._addresses = {document.address for document in self.documents}

    def address(self, link: Link) -> str:
        """The address of the site's own file that a link leads to; empty for another."""
        return local_address(link.address, self._own_hosts)

    def add(self, link: Link, note: str) -> None:
        """Attach the site's own file that a link leads to, under the words of the link.

        `note` is what its line says of the file behind it, and the link's own source.
        """
        address = self.address(link)
        if not is_file_address(address) or address in self._addresses:
            return
        self._addresses.add(address)
        words = markup.plain_text(link.text)
        said = _HREFLANG.search(note)
        language = said[1].lower() if said else language_named(f"{words} {markup.plain_text(note)}")
        self.documents.append(
            PostDocument(
                self._keys.free(file_stem(address)),
                address,
                _NOTE_IN_TITLE.sub("", words),
                language if language in LANGUAGES else "",
            )
        )


def _without_closing_list(body: str, attached: _Documents) -> str:
    """The body without the list of documents that ends it, its doubled links mended; all are attached."""
    text = markup.without_code(body)
    images: list[Link] = []
    links: list[Link] = []
    for link in markup.links(body, text):
        (images if text[link.start - 1 : link.start] == "!" else links).append(link)
    shown = {attached.address(image) for image in images}
    parts, last, end = [], 0, _closing_list_start(text, links, attached)
    for link in links:
        if attached.address(link) not in shown:
            behind = _NOTE.match(text, link.end)
            attached.add(link, body[link.start : behind.end() if behind else link.end])
        if link.doubled and link.end <= end:
            parts.append(body[last : link.doubled[0]])
            last = link.doubled[1]
    return without_outer_blanks("".join((*parts, body[last:end])))


def _closing_list_start(text: str, links: Sequence[Link], attached: _Documents) -> int:
    """Where the list of documents that ends a text starts; the text's length when none ends it."""
    start = len(text)
    for link in reversed(links):
        line = text.rfind("\n", 0, link.start) + 1
        if not (
            is_document_address(attached.address(link))
            and _BEFORE_LINK.fullmatch(text, line, link.start)
            and _AFTER_LINK.fullmatch(text, link.end, start)
        ):
            break
        start = line
    last_above = text[:start].rstrip().rpartition("\n")[2]
    # An item or an indented line above is of the same list: not all of it is documents.
    return len(text) if _ITEM.match(last_above) or last_above[:1] in (" ", "\t") else start
