"""Settings that are right one by one and wrong together: system checks, each with its repair."""

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.http.request import validate_host


@checks.register()
def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Warning(message, hint=hint, id=f"articles.{code}")
        for found in (_address(), _proxies(), _media())
        for code, message, hint in found
    ]


def _address() -> Iterator[tuple[str, str, str]]:
    """The site's address agrees with who may ask for it, and how."""
    if settings.HTTPS and settings.DEBUG:
        yield (
            "W001",
            "DEBUG est actif alors que SITE_URL est en https : les pages d’erreur montreraient le code.",
            "Retirez DEBUG, ou servez le site en local : SITE_URL=http://127.0.0.1:8000.",
        )
    if not validate_host(settings.SITE_HOST, settings.ALLOWED_HOSTS):
        yield (
            "W002",
            f"ALLOWED_HOSTS ne contient pas l’hôte de SITE_URL : {settings.SITE_HOST}.",
            "Ajoutez-le à ALLOWED_HOSTS, ou retirez ALLOWED_HOSTS : l’hôte de SITE_URL suffit.",
        )
    if not settings.HTTPS and settings.SITE_HOST not in settings.LOCAL_HOSTS:
        yield (
            "W003",
            "SITE_URL est en http hors de cette machine : les mots de passe passeraient en clair.",
            "Écrivez SITE_URL en https et servez le site derrière un proxy HTTPS.",
        )


def _proxies() -> Iterator[tuple[str, str, str]]:
    """HTTPS ends at a proxy, which must be believed, and it alone."""
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        yield (
            "W004",
            "SITE_URL est en https et TRUSTED_PROXIES est vide : le site redirigerait sans fin.",
            "Donnez à TRUSTED_PROXIES l’adresse du proxy HTTPS, par exemple 127.0.0.1.",
        )
    if any(ipaddress.ip_network(network).prefixlen == 0 for network in settings.TRUSTED_PROXIES):
        yield (
            "W005",
            "TRUSTED_PROXIES croit tout le monde : chacun pourrait se donner l’adresse qu’il veut.",
            "N’y mettez que les adresses de vos proxys.",
        )


def _media() -> Iterator[tuple[str, str, str]]:
    """Uploads can be written, and are served by the site's rules alone."""
    media, static = Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT)
    if media == static or static in media.parents:
        yield (
            "W006",
            f"MEDIA_ROOT ({media}) est dans les fichiers statiques : les brouillons seraient publics.",
            f"Placez MEDIA_ROOT hors de {static}.",
        )
    elif not (media.is_dir() and os.access(media, os.W_OK | os.X_OK)):
        yield (
            "W007",
            f"MEDIA_ROOT ({media}) n’est pas un dossier où le site peut écrire.",
            "Créez le dossier et donnez-en l’écriture au compte qui sert le site.",
        )
