"""Which static files of the installed packages the site serves; ours are served whole.

django-dsfr alone would make ten thousand files. A part is a style sheet here, with the fonts and icons
that it names, or a pattern for what our own style sheets and templates name.
"""

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import Storage

DSFR_SHEETS = (
    "dsfr/dist/core/core.main.min.css",
    *(
        f"dsfr/dist/component/{name}/{name}.main.min.css"
        for name in (
            "alert",
            "badge",
            "breadcrumb",
            "button",
            "callout",
            "card",
            "content",
            "footer",
            "form",
            "header",
            "highlight",
            "input",
            "link",
            "logo",
            "navigation",
            "notice",
            "pagination",
            "quote",
            "search",
            "skiplink",
            "summary",
            "table",
            "tag",
            "tile",
            "transcription",
        )
    ),
)

# The first pattern that fits a path decides; what fits none is served.
SERVED = {
    "dsfr/dist/favicon/*": True,
    "dsfr/*": False,
    "django-dsfr/*": False,
    "css/dsfr-*": False,
    "js/formsets.js": False,
    "*/i18n/fr.js": True,
    "*/i18n/*": False,
}


@cache
def _dsfr_parts() -> frozenset[str]:
    """The style sheets and the files that their `url(…)` name."""
    static = files("dsfr") / "static"
    named = (
        posixpath.normpath(posixpath.join(posixpath.dirname(sheet), address))
        for sheet in DSFR_SHEETS
        for address in re.findall(r"url\(([^)\"':]+)\)", (static / sheet).read_text(encoding="utf-8"))
    )
    return frozenset((*DSFR_SHEETS, *named))


def is_served(path: str) -> bool:
    if path in _dsfr_parts():
        return True
    return next((served for pattern, served in SERVED.items() if fnmatchcase(path, pattern)), True)


class PartsFinder(AppDirectoriesFinder):
    """The applications' static files, as far as they are served: a page is not tried on others."""

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        return (found for found in super().list(ignore_patterns) if is_served(found[0]))

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return super().find(path, *args, **kwargs) if is_served(path) else []
