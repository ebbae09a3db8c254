"""The first account of a new site: its name in, its password printed once."""

import secrets
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import Q

from articles.models import (
    Article,
    Attachment,
    BodyImage,
    CarouselImage,
    SiteSettings,
    Tag,
    TaggedArticle,
    VideoEmbed,
)

WRITTEN = (Article, Attachment, BodyImage, CarouselImage, SiteSettings, Tag, TaggedArticle, VideoEmbed)


class Command(BaseCommand):
    help = "Crée un compte de rédaction si le site n’a encore aucun compte, et affiche son mot de passe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="redaction", metavar="IDENTIFIANT")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        username, password = options["username"], secrets.token_urlsafe(12)
        editor = User.objects.create_user(username, password=password, is_staff=True)
        editor.groups.add(editors())
        self.stdout.write(
            f"Compte créé : identifiant {username}, mot de passe {password}\n"
            f"Il ne sera plus affiché. Pour le changer : .venv/bin/python manage.py changepassword {username}"
        )


def editors() -> Group:
    """The group that writes articles and sees the rest of their application."""
    group, _ = Group.objects.get_or_create(name="Rédaction")
    written = [model._meta.model_name for model in WRITTEN]
    group.permissions.set(
        Permission.objects.filter(
            Q(content_type__model__in=written) | Q(codename__startswith="view_"),
            content_type__app_label="articles",
        )
    )
    return group
