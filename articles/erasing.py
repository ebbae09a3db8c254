"""The content of an old version erased for good, with the files that nothing else has; its hashes stay.

A version, a person and a reason come in; the version becomes a tombstone, and a new one tells so.
"""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from . import versions
from .models import Act, Article, MergeConflict, StoredFile, Version
from .models.versions import CONTENT
from .roles import ADMINISTRATORS
from .rules import Refused

PERMISSION = "articles.erase_version"


def refusal(version: Version, by: Any) -> str:
    """Why this user may not erase this version now; empty where they may."""
    if not by.has_perm(PERMISSION):
        return (
            "Pour effacer le contenu d’une version, il faut un droit que vous n’avez pas : "
            f"demandez-le à une personne du groupe « {ADMINISTRATORS} »."
        )
    if version.is_erased:
        return "Le contenu de cette version est déjà effacé."
    last = Version.objects.last_of(version.article_uuid)
    if version == last and Article.objects.filter(uuid=version.article_uuid).exists():
        return (
            "Cette version est ce que l’article dit aujourd’hui : corrigez d’abord l’article, "
            "puis effacez-la."
        )
    if Article.objects.filter(replaces__uuid=version.article_uuid, replaces_number=version.number).exists():
        return (
            "Une nouvelle version est en préparation à partir de celle-ci : publiez-la, ou supprimez-la, "
            "puis effacez."
        )
    return ""


@transaction.atomic
def erase(version: Version, by: Any, reason: str) -> Version:
    """Empty what the version says; returns the version that tells so, by whom and why. Raises Refused."""
    article = Article.objects.select_for_update().filter(uuid=version.article_uuid).first()
    version = Version.objects.select_for_update().get(pk=version.pk)
    if refused := refusal(version, by):
        raise Refused(refused)
    if not reason.strip():
        raise Refused("Dites pourquoi le contenu de cette version est effacé : écrivez le motif.")
    files = version.files.values()
    emptied = {name: {} if name == "files" else "" for name in CONTENT}
    Version.objects.filter(pk=version.pk).update(**emptied, erased_at=timezone.now())
    # What is settled has no more to say, and may say what the version said.
    settled = MergeConflict.objects.exclude(settled_at=None)
    settled.filter(article__replaces__uuid=version.article_uuid).delete()
    told = _record(article, version, by, reason)
    _drop_unused(files)
    return told


def _record(article: Article | None, version: Version, by: Any, reason: str) -> Version:
    said: dict[str, Any] = {"note": reason, "about": version.number}
    if article is None:
        last = Version.objects.last_of(version.article_uuid)
        assert last is not None
        return versions.record_about(last, by, Act.ERASED, **said)
    told = versions.record(article, by, Act.ERASED, **said)
    assert told is not None  # what is no saving always makes one
    return told


def _drop_unused(contents: Iterable[str]) -> None:
    """Delete the files of these sha256 that no version and no row has."""
    named = Version.objects.annotate(named=Cast("files", TextField()))
    for stored in StoredFile.objects.filter(sha256__in=set(contents)):
        if named.filter(named__contains=stored.sha256).exists():
            continue
        try:
            with transaction.atomic():
                stored.delete()
        except ProtectedError:  # a row has it
            continue
        _drop_once_kept(stored)


def _drop_once_kept(stored: StoredFile) -> None:
    """Delete what storage has of a file, after the transaction; where that fails it is logged."""

    def drop() -> None:
        if StoredFile.objects.filter(sha256=stored.sha256).exists():  # it has come back meanwhile
            return
        for path in stored.paths:
            default_storage.delete(path)

    transaction.on_commit(drop, robust=True)
