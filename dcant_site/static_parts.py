"""Which static files of the installed packages the site serves, and its style sheet, made of several.

django-dsfr alone would make ten thousand files. Its style sheets in use and ours become one, so that a
page asks once; of the rest of the design system come the fonts and pictures that this one names. Icons are
within it: thirty weigh 2 kB compressed there, and the four that a page shows would be 3 kB and four requests.
"""

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage, Storage

SHEET = "articles/site.css"
DSFR_SHEETS = (
    "dsfr/dist/core/core.main.min.css",
    *(
        f"dsfr/dist/component/{name}/{name}.main.min.css"
        for name in (
            "badge",
            "breadcrumb",
            "button",
            "card",
            "footer",
            "header",
            "input",
            "link",
            "logo",
            "notice",
            "pagination",
            "search",
            "select",
            "share",
            "skiplink",
            "summary",
            "tag",
        )
    ),
)
OUR_SHEETS = tuple(f"articles/css/{name}.css" for name in ("page", "lists", "search", "article", "print"))
# A weight between these two takes the lighter one's letters (CSS Fonts 4, 5.2). Italics are these, slanted by
# the browser: Marianne's own hardly differ, and would be a third of an article's first view.
FONTS = ("Marianne-Regular.woff2", "Marianne-Bold.woff2")

# The first pattern that fits a path decides; what fits none is served.
SERVED = {
    "articles/css/*": False,
    "dsfr/*": False,
    "django-dsfr/*": False,
    "css/dsfr-*": False,
    "js/formsets.js": False,
    "*/i18n/fr.js": True,
    "*/i18n/*": False,
}

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_OLD_FONT_FORMAT = re.compile(r',url\([^)]*\) format\("woff"\)')
_VARIABLE = re.compile(r"(?<=[{;])\s*(--[\w-]+):[^;{}\"']*(?:;|(?=\}))")
_VARIABLE_USE = re.compile(r"var\((--[\w-]+)")
_ICON = re.compile(r"dsfr/dist/icons/.+\.svg")
_ADDRESS = re.compile(r"url\(([^)\"':]+)\)")


def sheet() -> str:
    """The text of the site's style sheet: the design system's, then ours."""
    dsfr = "".join(_read("dsfr", path) for path in DSFR_SHEETS)
    faces = _FONT_FACE.sub(lambda face: face[0] if any(font in face[0] for font in FONTS) else "", dsfr)
    ours = "".join(_read("articles", path) for path in OUR_SHEETS)
    return _without_unused_variables(_OLD_FONT_FORMAT.sub("", faces) + ours)


def _without_unused_variables(css: str) -> str:
    """The style sheet without variables that nothing in it names: most of the design system's colours."""
    used = set(_VARIABLE_USE.findall(css))
    kept = _VARIABLE.sub(lambda declared: declared[0] if declared[1] in used else "", css)
    return kept if kept == css else _without_unused_variables(kept)


def _read(package: str, path: str) -> str:
    """A package's style sheet, its relative addresses made those of `SHEET`, its icons put in their place."""

    def moved(address: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), address[1]))
        if _ICON.fullmatch(target):
            icon = (files("dsfr") / "static" / target).read_text(encoding="utf-8")
            return f"url(data:image/svg+xml,{quote(icon)})"
        return f"url({posixpath.relpath(target, posixpath.dirname(SHEET))})"

    return _ADDRESS.sub(moved, (files(package) / "static" / path).read_text(encoding="utf-8"))


@cache
def _named_by_sheet() -> frozenset[str]:
    here = posixpath.dirname(SHEET)
    return frozenset(posixpath.normpath(posixpath.join(here, name)) for name in _ADDRESS.findall(sheet()))


def is_served(path: str) -> bool:
    if path in _named_by_sheet():
        return True
    return next((served for pattern, served in SERVED.items() if fnmatchcase(path, pattern)), True)


class PartsFinder(AppDirectoriesFinder):
    """The applications' static files, as far as they are served, and the style sheet, made when asked."""

    made = FileSystemStorage(settings.BASE_DIR / "build" / "sheets")

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        self.make_sheet()
        yield SHEET, self.made
        yield from (found for found in super().list(ignore_patterns) if is_served(found[0]))

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        if path == SHEET:
            return self.make_sheet()
        return super().find(path, *args, **kwargs) if is_served(path) else []

    def make_sheet(self) -> str:
        file, text = Path(self.made.path(SHEET)), sheet()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return str(file)
