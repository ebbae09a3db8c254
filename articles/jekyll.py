"""The text of a post to a `Post` and back.

A post with `dialecte: dcant` is our own and says exactly what it says; in any other, `legacy` first
turns Siteleaf's keys into ours, `liquid` and `screening` leave of the body what Jekyll showed, and
`bodies` places what it holds. docs/format.md tells both.
Must not know the database.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from . import bodies, dialect, frontmatter, legacy, liquid, screening, text, videos
from .addresses import page_address
from .frontmatter import FrontMatter
from .header import Misread, Value
from .posts import MAX_LENGTHS, ParsedPost, Post, PostDocument, PostError, PostImage, PostVideo
from .sites import NO_SITE, STYLES, Site, located

_STATUS_WORDS = {status: word for word, status in dialect.STATUSES.items()}
_DATED_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)", re.DOTALL | re.ASCII)
_SUFFIXES = frozenset({".markdown", ".md", ".mkd", ".mkdn", ".mkdown", ".txt", ".old"})


def parse(
    data: bytes,
    path: str,
    *,
    site: Site = NO_SITE,
    place: str = "",
    peertube_hosts: Collection[str] = (),
    post_address: Callable[[str], str] = lambda name: "",
) -> ParsedPost:
    """Read a post, Siteleaf's or our own; raises PostError, with path and line, for one that cannot be.

    `site` is the Jekyll site that the post comes from, `place` its path there, `post_address` what finds
    the address of another post there; `peertube_hosts` are the instances whose videos are accepted.
    """
    front = frontmatter.split(data, path)
    mark = front.keys.get("dialecte")
    try:
        if mark is not None and mark.content == dialect.NAME:
            body = front.body.removeprefix("\n").removesuffix("\n")
            return dialect.read(front.keys, body, peertube_hosts, any_instance=True)
        return _siteleaf(front, place or path, site, peertube_hosts, post_address)
    except Misread as error:
        raise PostError(path, error.line, error.message) from error


def _siteleaf(
    front: FrontMatter,
    place: str,
    site: Site,
    peertube_hosts: Collection[str],
    post_address: Callable[[str], str],
) -> ParsedPost:
    """A post whose body may hold what is ours to place, whose site and file name say what it does not."""
    slug, day = file_name(place)
    defaults = site.values_for(place, located(place)[1])
    keys = {**defaults, **front.keys}
    modern = legacy.modernised(keys, day, site)
    read = dialect.read(modern.keys, "", peertube_hosts)
    expanded = _expanded(front, site, post_address)
    screened = screening.screen(expanded.text, front.body_line)
    placed = bodies.place(
        screened.text,
        first_line=front.body_line,
        videos=read.post.videos,
        documents=read.post.documents,
        peertube_hosts=peertube_hosts,
        own_hosts=site.own_hosts,
    )
    body = "\n\n".join(part for part in (placed.text, modern.links) if part)
    known_at = (*read.post.old_addresses, *_served_at(keys, read, place, read.slug or slug, site))
    post = replace(
        read.post,
        body=body,
        videos=placed.videos,
        documents=tuple(_in_language(each, read.post.language) for each in placed.documents),
        # The public knew them below the site's base; posts name them without.
        old_addresses=tuple(dict.fromkeys(f"{base}{each}" for each in known_at for base in (site.base, ""))),
        extra={
            key: value for key, value in read.post.extra.items() if key in front.keys or key not in defaults
        },
    )
    told = (modern.warnings, read.warnings, expanded.warnings, screened.warnings, placed.warnings)
    return ParsedPost(post, tuple(warning for part in told for warning in part), read.slug)


def markdown(data: bytes, path: str) -> str:
    """The Markdown that Jekyll gave to kramdown; a text without front matter is all Markdown.

    Raises PostError for what is not UTF-8 text.
    """
    try:
        front = frontmatter.split(data, path)
    except PostError:
        return frontmatter.body(data, path)
    mark = front.keys.get("dialecte")
    is_ours = mark is not None and mark.content == dialect.NAME
    try:
        return front.body if is_ours else _expanded(front, NO_SITE).text
    except Misread as error:
        raise PostError(path, error.line, error.message) from error


def _expanded(
    front: FrontMatter, site: Site, post_address: Callable[[str], str] = lambda name: ""
) -> liquid.Expanded:
    page = {key: value.content for key, value in front.keys.items() if isinstance(value.content, str)}
    return liquid.expand(
        front.body, first_line=front.body_line, base=site.base, page=page, post_address=post_address
    )


def _served_at(
    keys: Mapping[str, Value], read: ParsedPost, place: str, slug: str, site: Site
) -> tuple[str, ...]:
    """The address that Jekyll gave the post by a pattern, where its site is known."""
    permalink = keys["permalink"].content if "permalink" in keys else ""
    if not site.text or not isinstance(permalink, str):
        return ()
    if permalink and ":" not in permalink and permalink not in STYLES:
        return ()
    categories = [name for key in ("categories", "category") if key in keys for name in _names(keys[key])]
    pattern = STYLES.get(permalink, permalink)
    address = page_address(site.address(pattern, place, slug, read.post.published_at, categories))
    return (address,) if 0 < len(address) <= MAX_LENGTHS["address"] else ()


def _names(value: Value) -> list[str]:
    if isinstance(value.content, tuple):
        return [part.content for part in value.content if isinstance(part.content, str)]
    return value.content.split() if isinstance(value.content, str) else []


def _in_language(document: PostDocument, language: str) -> PostDocument:
    """The document, its language unsaid where it is the post's own."""
    return replace(document, language="") if document.language == language else document


def file_name(path: str) -> tuple[str, date | None]:
    """The slug that the base name of a post's file gives, never empty, and its date if it starts with one.

    Source: https://jekyllrb.com/docs/permalinks/ (`:title`).
    """
    name = _base_name(path)
    found = _DATED_NAME.fullmatch(name)
    day = None
    if found:
        with suppress(ValueError):  # 2018-13-45: a name, not a date
            day = date(int(found[1]), int(found[2]), int(found[3]))
    slug = text.address_slug(found[4] if found and day else name)
    return slug or text.slug_key(name), day


def file_slug(path: str) -> str:
    """The slug that the whole base name of a post's file gives, its date included."""
    return text.address_slug(_base_name(path))


def _base_name(path: str) -> str:
    name = PurePosixPath(path).name
    while (suffix := PurePosixPath(name).suffix).lower() in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def format(post: Post, slug: str = "") -> str:  # noqa: A001  # called as `jekyll.format`, beside `jekyll.parse`
    """Write a post in our own dialect: `parse` reads the same post from it.

    `slug` is the end of its address, where its file's name does not say it.

    Its texts have no NUL nor lone surrogate, and LF for line ends in the body; a published post has a
    date. Raises ValueError when `extra` holds one of our own keys.
    """
    return frontmatter.join(said(post, slug), post.body)


def said(post: Post, slug: str = "") -> dict[str, Any]:
    """The keys of a post in our own dialect, in their order; raises ValueError as `format` does."""
    keys = dict(_written(post, slug))
    if clash := keys.keys() & post.extra.keys():
        raise ValueError(f"extra holds keys of the format: {clash}")
    written = {key: value for key, value in keys.items() if value not in (None, "", [])}
    return written | dict(_sorted(post.extra))


def _written(post: Post, slug: str) -> Iterator[tuple[str, Any]]:
    """Every key of ours in its order, with nothing for what goes without saying."""
    is_published = post.status == "published"
    yield "dialecte", dialect.NAME
    yield "title", post.title
    yield "slug", slug
    yield "sous-titre", post.subtitle
    yield "date", post.published_at
    yield "mise-a-jour", post.updated_on
    yield "modifications", [{"date": each.on, "note": each.note} for each in post.changes]
    yield "fin", post.ends_at
    yield "statut", "" if is_published else _STATUS_WORDS[post.status]
    # For Jekyll, which knows no other word: what is not public here must not be there.
    yield "published", None if is_published else False
    yield "avis-de-retrait", post.withdrawal_notice
    yield "lang", "" if post.language == "fr" else post.language
    yield "traduction-de", _written_address(post.translation_of)
    yield "redirect_to", post.redirect_to
    yield "redirect_from", [_written_address(address) for address in post.old_addresses]
    yield "epingle", post.pinned or None
    yield "tags", list(post.tags)
    yield "chapeau-text", post.chapeau
    yield "une-ou-diaporama", [_written_image(image) for image in post.images]
    yield "videos", [_written_video(video) for video in post.videos]
    yield "files", [_written_document(document) for document in post.documents]
    yield "contact-presse", post.press_contact
    yield "event_start_date", post.event_starts_at
    yield "event_end_date", post.event_ends_at
    yield "journee-entiere", post.event_all_day or None
    yield "lieu", post.place
    yield "adresse", post.street_address
    yield "informations-pratiques", post.practical_details


def _written_image(image: PostImage) -> dict[str, str]:
    return _without_blanks(
        {
            "image": _written_address(image.address),
            "alternative-textuelle": image.alt,
            "legende": image.caption,
            "credit": image.credit,
            "cle": image.key,
        }
    )


def _written_video(video: PostVideo) -> dict[str, str]:
    return _without_blanks(
        {
            "video": videos.page_url(video.provider, video.video_id, video.host),
            "titre": video.title,
            "legende": video.caption,
            "transcription": video.transcript,
            "vignette": _written_address(video.poster),
            "cle": video.key,
        }
    )


def _written_document(document: PostDocument) -> dict[str, str]:
    return _without_blanks(
        {
            "file": _written_address(document.address),
            "nom": document.title,
            "langue": document.language,
            "version-accessible-de": document.accessible_version_of,
            "cle": document.key,
        }
    )


def _without_blanks(item: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in item.items() if value}


# What an address in a post means otherwise: escapes, a query, a fragment, blanks at its end.
_MEANINGFUL = re.compile(r"[%?#]|[^\S ]| (?= *\Z)")


def _written_address(address: str) -> str:
    return _MEANINGFUL.sub(lambda sign: quote(sign[0]), address)


def _sorted(value: Any) -> Any:
    """A JSON value with its tables in the order of their keys: databases keep them in any order."""
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(part) for part in value]
    return value
