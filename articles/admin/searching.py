"""Words that an editor types, to a pattern that finds them whatever their case and accents.

For the admin's lists, on any database; it reads every row, and ranks nothing.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from articles.text import fold


def _spellings() -> dict[str, str]:
    """The letters of Latin scripts by what they fold to: `e` gives `eéèêë…`, `oe` gives `œ`."""
    found: defaultdict[str, str] = defaultdict(str)
    for code in (*range(0x41, 0x180), 0x2018, 0x2019):
        letter = chr(code)
        folded = fold(letter)
        if folded and folded != letter.lower() and unicodedata.category(letter)[0] in "LP":
            found[folded] += letter
    return dict(found)


SPELLINGS = _spellings()
# Texts may hold accents as marks of their own (NFD).
MARKS = "[\u0300-\u036f]*"


def pattern(words: str) -> str:
    """A regular expression for SQLite (Python's) and PostgreSQL alike; use it with `iregex`."""
    folded = fold(words)
    out: list[str] = []
    at = 0
    while at < len(folded):
        pair = folded[at : at + 2]
        if len(pair) == 2 and pair in SPELLINGS:
            out.append(f"(?:{_letter(pair[0])}{_letter(pair[1])}|[{SPELLINGS[pair]}])")
        else:
            pair = folded[at]
            out.append(_letter(pair))
        at += len(pair)
    return "".join(out)


def _letter(letter: str) -> str:
    if letter in SPELLINGS:
        return f"[{letter}{SPELLINGS[letter]}]{MARKS}"
    return re.escape(letter) + (MARKS if letter.isalpha() else "")


def matching(rows: Any, fields: Iterable[str], words: str) -> Any:
    """The rows of a queryset that have each of these words in one of their fields."""
    for word in words.split():
        spelled = pattern(word)
        rows = rows.filter(Q(*((f"{name}__iregex", spelled) for name in fields), _connector=Q.OR))
    return rows
