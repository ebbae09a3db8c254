"""Every public address, in the order in which they are tried."""

import unicodedata

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import calendars, feeds, files, shared, sitemaps, views
from .channels import FORMS
from .filters import MONTH, YEAR


class SegmentConverter:
    """One segment of an address as posts have them: accents, dots, apostrophes, parentheses.

    Control characters have no place in PostgreSQL or in a header; accents have one form (NFC).
    """

    regex = r"[^/\x00-\x1f\x7f]{1,255}"

    def to_python(self, value: str) -> str:
        if not unicodedata.is_normalized("NFC", value):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


class FilePathConverter(SegmentConverter):
    """Links to files keep the form of accents that an old post wrote."""

    regex = r"[^\x00-\x1f\x7f]{1,490}"

    def to_python(self, value: str) -> str:
        return unicodedata.normalize("NFC", value)


class FileRootConverter(SegmentConverter):
    regex = "uploads|assets"


class DigestConverter(SegmentConverter):
    regex = "[0-9a-f]{64}"


class YearConverter(IntConverter):
    regex = YEAR


class MonthConverter(IntConverter):
    """A month has one address: `3`, not `03`."""

    regex = MONTH


class FormConverter(SegmentConverter):
    """The format of a feed."""

    regex = "|".join(FORMS)


class NumberConverter(IntConverter):
    """A number that counts from 1, written one way."""

    regex = "[1-9][0-9]{0,8}"


register_converter(SegmentConverter, "segment")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(FilePathConverter, "file_path")
register_converter(FileRootConverter, "file_root")
register_converter(DigestConverter, "digest")
register_converter(NumberConverter, "number")
register_converter(FormConverter, "form")

urlpatterns = [
    path("", views.home, name="home"),
    path("annonces/", views.announcements, name="announcements"),
    path("annonces/<year:year>/", views.announcements, name="year"),
    path("annonces/<year:year>/<month:month>/", views.announcements, name="month"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-listes.xml", sitemaps.lists, name="sitemap_lists"),
    path("sitemap-nouvelles.xml", sitemaps.news, name="sitemap_news"),
    path("sitemap-mots-cles-<number:number>.xml", sitemaps.tags, name="sitemap_tags"),
    path("sitemap-articles-<number:number>.xml", sitemaps.articles, name="sitemap_articles"),
    path("plan-du-site/", views.site_map, name="site_map"),
    path("flux.<form:form>", feeds.site, name="feed"),
    path("mots-cles/<slug:slug>/flux.<form:form>", feeds.tag, name="tag_feed"),
    path("<segment:prefix>/flux.<form:form>", feeds.section, name="section_feed"),
    path("feed.xml", feeds.site, name="old_feed"),
    path("feed.<segment:name>.xml", feeds.collection, name="old_section_feed"),
    path("mots-cles/<slug:slug>/", views.tag, name="tag"),
    path("recherche/", views.search, name="search"),
    path("<file_root:root>/<file_path:path>", files.file, name="file"),
    path("images/<digest:sha256>/<int:width>.<slug:extension>", files.rendition, name="rendition"),
    path("partage/<segment:token>/", shared.page, name="shared"),
    path(
        "partage/<segment:token>/fichiers/images/<digest:sha256>/<int:width>.<slug:extension>",
        shared.rendition,
        name="shared_rendition",
    ),
    path("partage/<segment:token>/fichiers/<file_path:address>", shared.file, name="shared_file"),
    path("<segment:prefix>/flux.ics", calendars.agenda, name="agenda_calendar"),
    path("<segment:prefix>/<segment:slug>/evenement.ics", calendars.event, name="event_calendar"),
    path("<segment:name>/", views.section_or_page, name="section"),
    path("<segment:name>/", views.section_or_page, name="page"),
    path("<segment:prefix>/<segment:slug>/", views.article, name="article"),
]
