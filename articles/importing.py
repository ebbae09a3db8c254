"""Posts onto rows: a `Post` becomes an article and its items, matched by key.

One transaction a post. What an editor changed or deleted here since is never written over.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from . import jekyll
from .archive import MediaFolder, PostFile
from .documents import DocumentError
from .exporting import PLAIN_FIELDS, UNRESOLVED_TRANSLATION, dump, post_of
from .images import ImageError
from .models import Article, ImportedPost, Section, StoredFile
from .models.items import Item
from .posts import ParsedPost, Post, PostError, PostWarning
