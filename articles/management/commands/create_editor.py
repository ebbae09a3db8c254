"""The first account of a new site: its name in, its password printed once."""

import secrets
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from articles.roles import ADMINISTRATORS


class Command(BaseCommand):
    help = "Crée un compte d’administration si le site n’a encore aucun compte, et affiche son mot de passe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="redaction", metavar="IDENTIFIANT")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        username, password = options["username"], secrets.token_urlsafe(12)
        editor = User.objects.create_user(username, password=password, is_staff=True)
        editor.groups.add(Group.objects.get(name=ADMINISTRATORS))
        self.stdout.write(
            f"Compte créé : identifiant {username}, mot de passe {password}\n"
            f"Il ne sera plus affiché. Pour le changer : .venv/bin/python manage.py changepassword {username}"
        )
