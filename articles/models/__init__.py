"""The rows: what is stored of an announcement, and the rules that the database itself keeps."""

from .articles import Article, ArticleQuerySet, Status
from .files import StoredFile
from .imports import ImportedPost
from .items import Attachment, BodyImage, CarouselImage, VideoEmbed
from .sections import Kind, Section
from .tags import Tag, TaggedArticle

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Attachment",
    "BodyImage",
    "CarouselImage",
    "ImportedPost",
    "Kind",
    "Section",
    "Status",
    "StoredFile",
    "Tag",
    "TaggedArticle",
    "VideoEmbed",
]
