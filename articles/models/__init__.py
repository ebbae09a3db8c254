"""The rows: what is stored of an announcement, and the rules that the database itself keeps."""

from .addresses import OldAddress, moved_to, passes
from .articles import Article, ArticleQuerySet, Status, event_day, is_to_come, last_change
from .files import StoredFile
from .imports import ImportedPost, ImportRemark, ImportRun
from .index import SearchEntry
from .items import Attachment, BodyImage, CarouselImage, VideoEmbed
from .sections import FormerPrefix, Kind, Section
from .site_settings import AccessibilityState, BannerLevel, SiteSettings
from .tags import Tag, TaggedArticle

__all__ = [
    "AccessibilityState",
    "Article",
    "ArticleQuerySet",
    "Attachment",
    "BannerLevel",
    "BodyImage",
    "CarouselImage",
    "FormerPrefix",
    "ImportRemark",
    "ImportRun",
    "ImportedPost",
    "Kind",
    "OldAddress",
    "SearchEntry",
    "Section",
    "SiteSettings",
    "Status",
    "StoredFile",
    "Tag",
    "TaggedArticle",
    "VideoEmbed",
    "event_day",
    "is_to_come",
    "last_change",
    "moved_to",
    "passes",
]
