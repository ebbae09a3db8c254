"""The fields and values of a post, in French: what comparing and merging name and show to people.

A field is named by a path: `title`; `extra:KEY`; `images:KEY` for a whole item, `images:KEY.alt` for what it
says; `address` is where the page is. A file goes by `image:KEY`, `video:KEY` (its poster), `document:KEY` or
`text:/uploads/…` (an image of the body). Knows no Django: the time zone is given.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from . import videos

LABELS: Mapping[str, str] = {
    "address": "adresse de la page",
    "title": "titre",
    "published_at": "publication le",
    "status": "état",
    "subtitle": "sous-titre",
    "chapeau": "chapeau",
    "body": "texte",
    "language": "langue",
    "translation_of": "traduction de",
    "redirect_to": "redirige vers",
    "old_addresses": "anciennes adresses",
    "updated_on": "mis à jour le",
    "ends_at": "fin de publication le",
    "withdrawal_notice": "avis de retrait",
    "changes": "modifications",
    "pinned": "épinglé",
    "tags": "mots-clés",
    "images": "images du carrousel",
    "videos": "vidéos",
    "documents": "documents",
    "press_contact": "contact presse",
    "event_starts_at": "début de l’événement",
    "event_ends_at": "fin de l’événement",
    "event_all_day": "journée entière",
    "place": "lieu",
    "street_address": "adresse du lieu",
    "practical_details": "informations pratiques",
    "extra": "autres clés du billet",
}
"""Each field of a post, those of an article have the same names; and where its page is."""

ITEM_LABELS: Mapping[str, str] = {
    "address": "adresse du fichier",
    "alt": "texte alternatif",
    "caption": "légende",
    "credit": "crédit",
    "provider": "hébergeur",
    "video_id": "identifiant chez l’hébergeur",
    "host": "instance",
    "title": "titre",
    "transcript": "transcription",
    "poster": "adresse de l’affiche",
    "language": "langue",
    "accessible_version_of": "version accessible de",
}
"""Each thing that an item says, but for its key."""

_MEMBERS = {
    "extra": "clé",
    "images": "image",
    "videos": "vidéo",
    "documents": "document",
    "image": "fichier de l’image",
    "video": "affiche de la vidéo",
    "document": "fichier du document",
    "text": "image du texte",
}

_LANGUAGES = {
    "fr": "français",
    "en": "anglais",
    "de": "allemand",
    "es": "espagnol",
    "it": "italien",
    "pt": "portugais",
    "nl": "néerlandais",
    "pl": "polonais",
    "ro": "roumain",
    "uk": "ukrainien",
    "ar": "arabe",
    "zh-hans": "chinois simplifié",
    "br": "breton",
    "ca": "catalan",
    "eu": "basque",
}

CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": {
        "draft": "brouillon",
        "in_review": "en relecture",
        "published": "publié",
        "withdrawn": "retiré",
    },
    "language": _LANGUAGES,
    "provider": {name: videos.label(name) for name in videos.PROVIDERS},
}
"""The fields whose values are codes, and what each code is called."""

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def label(field: str) -> str:
    """What people call a field, or a part of one: « image « plan » : légende »."""
    kind, colon, member = field.partition(":")
    if not colon:
        return LABELS[kind]
    attribute = ""
    if kind in ("images", "videos", "documents"):
        member, _, attribute = member.partition(".")
    called = f"{_MEMBERS[kind]} « {member} »"
    return f"{called} : {ITEM_LABELS[attribute]}" if attribute else called


def said(field: str, value: Any, zone: tzinfo) -> str:
    """A value as people read it, times in this zone; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return CHOICES.get(field.rpartition(".")[2], {}).get(value, value)
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        seconds = f" min {local:%S} s" if local.second else ""
        return f"{_day(local)} à {local.hour} h {local:%M}{seconds}"
    if isinstance(value, date):
        return _day(value)
    if is_dataclass(value):
        parts = ((each.name, getattr(value, each.name)) for each in fields(value) if each.name != "key")
        return " – ".join(filter(None, (said(f".{name}", part, zone) for name, part in parts)))
    return json.dumps(value, ensure_ascii=False)


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
