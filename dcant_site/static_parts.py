"""Which static files of the installed packages the site serves; ours are served whole.

django-dsfr alone brings ten thousand files once compressed. `collectstatic` fails by name when a
style sheet in this list needs a file that is not.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import Storage

DSFR_COMPONENTS = (
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

# The first pattern that fits a path decides; what fits none is served.
SERVED = {
    "dsfr/dist/core/core.main.min.css": True,
    **{f"dsfr/dist/component/{name}/{name}.main.min.css": True for name in DSFR_COMPONENTS},
    "dsfr/dist/fonts/*": True,
    "dsfr/dist/icons/*": True,
    "dsfr/dist/favicon/*": True,
    "dsfr/*": False,
    "admin/js/vendor/*/i18n/fr.js": True,
    "admin/js/vendor/*/i18n/*": False,
    "autocomplete_light/i18n/fr.js": True,
    "autocomplete_light/i18n/*": False,
}


def is_served(path: str) -> bool:
    return next((served for pattern, served in SERVED.items() if fnmatchcase(path, pattern)), True)


class PartsFinder(AppDirectoriesFinder):
    """The applications' static files, as far as they are served: a page is not tried on others."""

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        return (found for found in super().list(ignore_patterns) if is_served(found[0]))

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return super().find(path, *args, **kwargs) if is_served(path) else []
