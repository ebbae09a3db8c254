"""Plain text in, plain text out: folding, slugs and French spacing.

Knows neither markup nor models: give it words, not Markdown and not HTML.
"""

import re
import unicodedata

MAX_KEY_LENGTH = 80
MAX_SLUG_LENGTH = 100

_OPENED = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "′": "'", "´": "'"})
_KEPT_IN_ADDRESSES = frozenset("._~!$&'()+,;=@")
_NO_BREAK_SPACE = "\u00a0"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A mark glued to what follows (« :30 », « !=1 », « ?q ») is no punctuation.
# The string may begin or end at an inline tag: « <b>Date</b> : », « <i>mot</i> ».
_BEFORE_PUNCTUATION = re.compile(r"(?<!\s) +(?=[:;!?»%](?![\w/=]))")
_AFTER_OPENING_QUOTE = re.compile(r"(?<=«) +(?!\s)")
# At most three digits first: « en 2018 300 agents » holds two numbers.
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)")


# What shows nothing: spaces of every width, and characters that join, break or mark without a shape.
INVISIBLE = (
    "\t\n\v\f\r \u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u2800\u3000\u3164\ufeff\uffa0"
)


SLUG = re.compile(r"(?!\.{1,2}\Z)[^\s/?#%\\<>\"\x00-\x1f\x7f]{1,255}")
"""What may end an address; source: what no segment of a path may hold, and what no page shows well."""


def is_slug(s: str) -> bool:
    """Whether an address may end by this."""
    return SLUG.fullmatch(s) is not None


def is_blank(s: str) -> bool:
    """Whether a reader would see nothing at all."""
    return not s.strip(INVISIBLE)


def xml_text(s: str) -> str:
    """The text without the characters that no XML document may hold (XML 1.0, 2.2)."""
    return _NOT_IN_XML.sub("", s)


def unix_lines(s: str) -> str:
    """The text with LF line ends: browsers send CRLF, and a text nobody touched must stay the same."""
    return s.replace("\r\n", "\n").replace("\r", "\n")


def fold(s: str) -> str:
    """Return the key by which two strings are the same word whatever their case, accents and spacing.

    Ligatures are opened, typographic apostrophes made plain, invisible characters dropped.
    Source: Unicode, section 3.13 (compatibility caseless matching), then without marks.
    """
    opened = unicodedata.normalize("NFKD", s).casefold().translate(_OPENED)
    decomposed = unicodedata.normalize("NFKD", opened).casefold()
    kept = (c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join("".join(kept).split())


def _ascii_words(s: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(s))


def slug_key(s: str) -> str:
    """Return `s` as a key for an item of an article: `[a-z0-9-]`, at most 80 characters, never empty."""
    return "-".join(_ascii_words(s))[:MAX_KEY_LENGTH].rstrip("-") or "element"


def new_slug(title: str) -> str:
    """Return the slug of an article written here: ASCII words, at most 100 characters, never empty."""
    slug = "-".join(_ascii_words(title))
    if len(slug) > MAX_SLUG_LENGTH:
        whole_words, _, _ = slug[: MAX_SLUG_LENGTH + 1].rpartition("-")
        slug = whole_words or slug[:MAX_SLUG_LENGTH]
    return slug or "annonce"


def address_slug(name: str) -> str:
    """Return the `:title` that Jekyll makes of a file's base name, in NFC; empty when nothing is left.

    Case, accents, apostrophes and inner dots stay. `.` and `..` alone would mean a folder in an
    address (RFC 3986, 5.2.4): nothing is left of them.
    Source: `Jekyll::Utils.slugify(mode: "pretty", cased: true)`.
    """
    marked = (c if _stays_in_address(c) else "-" for c in unicodedata.normalize("NFC", name))
    slug = re.sub("-+", "-", "".join(marked)).strip("-")
    return "" if slug in (".", "..") else slug


def _stays_in_address(c: str) -> bool:
    category = unicodedata.category(c)
    return category[0] in "LM" or category == "Nd" or c in _KEPT_IN_ADDRESSES


_WORDS_A_MINUTE = 200
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def reading_minutes(s: str) -> int:
    """How many minutes reading takes, at least one: 200 words each, two ideographs counted as a word."""
    words = len(s.split()) + len(_IDEOGRAPH.findall(s)) / 2
    return max(1, round(words / _WORDS_A_MINUTE))


_LANGUAGE_WORDS = {
    **dict.fromkeys(("francais", "francaise", "french"), "fr"),
    **dict.fromkeys(("anglais", "anglaise", "english"), "en"),
    **dict.fromkeys(("allemand", "allemande", "deutsch", "german"), "de"),
    **dict.fromkeys(("espagnol", "espagnole", "espanol", "spanish"), "es"),
    **dict.fromkeys(("italien", "italienne", "italiano", "italian"), "it"),
    **dict.fromkeys(("portugais", "portugaise", "portugues", "portuguese"), "pt"),
    **dict.fromkeys(("neerlandais", "neerlandaise", "nederlands", "dutch"), "nl"),
    **dict.fromkeys(("polonais", "polonaise", "polski", "polish"), "pl"),
    **dict.fromkeys(("roumain", "roumaine", "romanian"), "ro"),
    **dict.fromkeys(("ukrainien", "ukrainienne", "ukrainian"), "uk"),
    **dict.fromkeys(("arabe", "arabic"), "ar"),
    **dict.fromkeys(("chinois", "chinoise", "chinese"), "zh-hans"),
    **dict.fromkeys(("breton", "bretonne"), "br"),
    **dict.fromkeys(("catalan", "catalane"), "ca"),
    "basque": "eu",
}
_LANGUAGE_NAMED = re.compile(
    r"(?:[(,–—-]\s*(?:(?:en|in|versions?)\s+)*|(?:\b(?:en|in|versions?)\s+)+)(?P<after>[a-z]+)\b(?!-)"
    r"|\b(?P<before>[a-z]+)\s+version\b"
)


def language_named(s: str) -> str:
    """The code of the language that words about a document name, as « (en anglais) »; empty for none."""
    for found in _LANGUAGE_NAMED.finditer(fold(s)):
        code = _LANGUAGE_WORDS.get(found["after"] or found["before"])
        if code:
            return code
    return ""


def spaced(s: str, language: str) -> str:
    """Return `s` with the no-break spaces of its language."""
    return french_spacing(s) if language == "fr" else s


def french_spacing(s: str) -> str:
    """Return `s` with the no-break spaces that French wants where somebody typed an ordinary space.

    Before `: ; ! ? » %`, after `«` and between groups of thousands. Nothing is inserted, so
    addresses and times (`https://…`, `14:30`) stay as they are.
    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale; one width (U+00A0)
    everywhere, as State sites do.
    """
    s = _BEFORE_PUNCTUATION.sub(_NO_BREAK_SPACE, s)
    s = _AFTER_OPENING_QUOTE.sub(_NO_BREAK_SPACE, s)
    return _THOUSANDS.sub(lambda number: number[0].replace(" ", _NO_BREAK_SPACE), s)
