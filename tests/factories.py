"""Plain factories: each makes one valid row, and takes what a test wants otherwise."""

import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from articles.models import (
    Article,
    Attachment,
    CarouselImage,
    ImportedPost,
    ImportRemark,
    ImportRun,
    Section,
    ShareLink,
    Status,
    StoredFile,
    VideoEmbed,
)

_numbers = count(1)


def section(collection: str = "actualites") -> Section:
    """One of the sections that come with the migrations."""
    return Section.objects.get(collection=collection)


def make_article(**overrides: Any) -> Article:
    """A public article of yesterday, unless told otherwise; `tags` are names."""
    number = next(_numbers)
    tags = overrides.pop("tags", ())
    fields = {
        "section": overrides.get("section") or section(),
        "title": f"Annonce numéro {number}",
        "slug": f"annonce-{number}",
        "chapeau": "Un chapeau court.",
        "body": "Un premier paragraphe.",
        "status": Status.PUBLISHED,
        "published_at": timezone.now() - timedelta(days=1),
    }
    article = Article.objects.create(**(fields | overrides))
    if tags:
        article.tags.set(tags)
    return article


def at(year: int, month: int, day: int = 5, hour: int = 12) -> datetime:
    """A time of the site's own zone."""
    return datetime(year, month, day, hour, tzinfo=timezone.get_default_timezone())


def image_bytes(width: int = 40, height: int = 30, color: str = "navy", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, kind)
    return out.getvalue()


def pdf_bytes(pages: int = 1) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def store(name: str, data: bytes) -> StoredFile:
    return StoredFile.objects.store(io.BytesIO(data), name)


def make_carousel_image(article: Article, **overrides: Any) -> CarouselImage:
    number = next(_numbers)
    fields: dict[str, Any] = {
        "address": f"/uploads/image-{number}.png",
        "alt_text": f"Une image numéro {number}",
        "position": number,
    }
    if "file" not in overrides:
        fields["file"] = store("image.png", image_bytes(40 + number % 50))
    return CarouselImage.objects.create(article=article, **(fields | overrides))


def make_video(article: Article, **overrides: Any) -> VideoEmbed:
    number = next(_numbers)
    fields = {
        "provider": "dailymotion",
        "video_id": f"x{number:06d}",
        "title": f"Vidéo numéro {number}",
        "position": number,
    }
    return VideoEmbed.objects.create(article=article, **(fields | overrides))


def make_attachment(article: Article, **overrides: Any) -> Attachment:
    number = next(_numbers)
    fields: dict[str, Any] = {
        "address": f"/uploads/document-{number}.pdf",
        "title": f"Document numéro {number}",
        "position": number,
    }
    if "file" not in overrides:
        fields["file"] = store("document.pdf", pdf_bytes(1 + number % 3))
    return Attachment.objects.create(article=article, **(fields | overrides))


def make_share_link(article: Article, **overrides: Any) -> ShareLink:
    """A link that is open for a week, unless told otherwise."""
    fields = {"expires_at": timezone.now() + timedelta(days=7)}
    return ShareLink.objects.create(article=article, **(fields | overrides))


def make_imported_post(article: Article | None = None, **overrides: Any) -> ImportedPost:
    name = f"actualites/billet-{next(_numbers)}.md"
    fields = {"article": article, "name": name, "path": f"_{name}", "text": "t", "dump": "d"}
    return ImportedPost.objects.create(**(fields | overrides))


def make_remark(post: ImportedPost | None, **overrides: Any) -> ImportRemark:
    """A remark of the last run that nobody has ticked, unless told otherwise."""
    fields: dict[str, Any] = {
        "run": ImportRun.objects.first() or ImportRun.objects.create(ended_at=timezone.now()),
        "path": post.path if post else "_actualites/refuse.md",
        "code": "no-date",
        "message": f"Remarque numéro {next(_numbers)}",
    }
    return ImportRemark.objects.create(post=post, **(fields | overrides))


def make_user(username: str = "agent", **overrides: Any) -> User:
    return User.objects.create_user(username, password=None, **overrides)


def make_member(group: str, username: str = "", **overrides: Any) -> User:
    """Somebody of one of the groups that migrations make."""
    fields = {"is_staff": True, "email": f"{username or slugify(group)}@example.org"}
    user = make_user(username or slugify(group), **(fields | overrides))
    user.groups.add(Group.objects.get(name=group))
    return user


def make_administrator(username: str = "administration") -> User:
    return make_user(username, is_staff=True, is_superuser=True)
