"""The editors' tool: Django's admin, in French. Importing it registers what editors may see."""

from . import alternatives, articles, audit, imports, remarks, sections, site, site_settings, tags

__all__ = [
    "alternatives",
    "articles",
    "audit",
    "imports",
    "remarks",
    "sections",
    "site",
    "site_settings",
    "tags",
]
