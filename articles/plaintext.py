"""Safe HTML in, its words out: as search, summaries and tables of contents read a passage.

Reads HTML that nh3 wrote (see `rendering`): a regular expression can tell its tags.
"""

import re
from html import unescape

_NOTE_MARK = re.compile(
    r'<sup id="[^"]*fnref[^"]*">.*?</sup>|(?:&nbsp;)?<a [^>]*role="doc-backlink"[^>]*>[^<]*</a>', re.S
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|em|i|ins|kbd|mark|q|samp|small|span|strong|sub|sup|u|var)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")


def plain(html: str) -> str:
    """The text of `html` on one line, blocks a space apart, without marks of notes; no-break spaces stay."""
    text = unescape(_TAG.sub(" ", _INLINE.sub("", _NOTE_MARK.sub("", html))))
    return " ".join(re.findall(r"[^ \t\n]+", text))


def excerpt(html: str, words: int = 40) -> str:
    """The first words of a passage, as plain text."""
    found = plain(html).split(" ")
    return " ".join(found[:words]) + ("…" if len(found) > words else "")
