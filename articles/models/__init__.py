"""The rows: what is stored of an announcement, and the rules that the database itself keeps."""

from .addresses import GoneAddress, OldAddress, moved_to, passes
from .articles import Article, ArticleQuerySet, Status, event_day, is_to_come, last_change, public_tags
from .files import StoredFile
from .imports import ImportedPost, ImportRemark, ImportRun
from .index import SearchEntry
from .items import Attachment, BodyImage, CarouselImage, VideoEmbed
from .merges import MergeConflict
from .sections import FormerPrefix, Kind, Section
from .sharing import ShareLink
from .site_settings import AccessibilityState, BannerLevel, SiteSettings
from .tags import Tag, TaggedArticle
from .versions import ENDS, Act, Version

__all__ = [
    "ENDS",
    "AccessibilityState",
    "Act",
    "Article",
    "ArticleQuerySet",
    "Attachment",
    "BannerLevel",
    "BodyImage",
    "CarouselImage",
    "FormerPrefix",
    "GoneAddress",
    "ImportRemark",
    "ImportRun",
    "ImportedPost",
    "Kind",
    "MergeConflict",
    "OldAddress",
    "SearchEntry",
    "Section",
    "ShareLink",
    "SiteSettings",
    "Status",
    "StoredFile",
    "Tag",
    "TaggedArticle",
    "Version",
    "VideoEmbed",
    "event_day",
    "is_to_come",
    "last_change",
    "moved_to",
    "passes",
    "public_tags",
]
