"""What an import has to say, in French: the codes of its remarks and of its outcomes in, words out.

Must not know who says it, nor where it is shown.
"""

from collections.abc import Iterable

WARNINGS = {
    "alt-file-name": "texte alternatif qui n’est qu’un nom de fichier",
    "body-alt-file-name": "texte alternatif d’une image du texte, qui n’est qu’un nom de fichier",
    "body-image-without-alt": "image du texte sans texte alternatif",
    "contradictory-chapeau": "deux chapeaux qui se contredisent",
    "contradictory-file": "deux listes de fichiers qui se contredisent",
    "contradictory-image": "deux images principales qui se contredisent",
    "contradictory-status": "deux états qui se contredisent",
    "event-without-start": "événement qui finit sans avoir commencé",
    "external-document": "document qui est sur un autre site",
    "file-missing": "fichier introuvable",
    "file-refused": "fichier refusé",
    "frame-without-address": "cadre sans adresse",
    "image-without-alt": "image sans texte alternatif",
    "liquid": "gabarit Liquid retiré",
    "namesake": "même titre et même date qu’un autre",
    "no-date": "billet sans date, devenu brouillon",
    "page-style": "feuille de style non appliquée",
    "redirect-loop": "redirection qui tourne en rond",
    "redirect-nowhere": "redirection vers une page absente",
    "script": "script retiré",
    "taken-address": "adresse déjà prise",
    "translation-alone": "traduction qui ne peut pas avoir cet original",
    "unknown-item": "placement d’un élément absent",
    "unknown-document": "document accessible sans original",
    "unknown-instance": "vidéo d’une instance non acceptée",
    "unknown-frame": "cadre d’un site non accepté",
    "visible-markup": "balise montrée comme du texte",
    "unread-date": "date illisible, prise du nom du fichier",
    "unread-key": "valeur illisible, gardée à part",
}
"""What each code of a warning is called; a post that was taken may have any of them."""

REFUSED = "refused"
"""The code of the one remark of a post that did not come in."""

OUTCOMES = {
    "created": ("créé", "créés"),
    "updated": ("mis à jour", "mis à jour"),
    "renamed": ("renommé", "renommés"),
    "twin": ("jumeau d’un autre", "jumeaux d’un autre"),
    "completed": ("complété de ses fichiers", "complétés de leurs fichiers"),
    "unchanged": ("inchangé", "inchangés"),
    "edited": ("modifié ici, laissé tel quel", "modifiés ici, laissés tels quels"),
    "deleted": ("supprimé ici, laissé ainsi", "supprimés ici, laissés ainsi"),
    "refused": ("refusé", "refusés"),
}
"""What became of a post, and of several, in the order in which an import tells of them."""


def sort_name(code: str) -> str:
    """What a sort of remark is called; a code that nobody has named is shown as it is."""
    name = "billet refusé" if code == REFUSED else WARNINGS.get(code, "")
    return name[:1].upper() + name[1:] if name else code


def outcome_name(outcome: str, number: int) -> str:
    """What became of this number of posts (`3 billets créés` without its number)."""
    one, several = OUTCOMES.get(outcome, (outcome, outcome))
    return f"billets {several}" if number > 1 else f"billet {one}"


def address_named(message: str, addresses: Iterable[str]) -> str:
    """The one of these addresses that the words of a remark hold, the longest of several; empty for none."""
    return max((each for each in addresses if each in message), key=len, default="")


def counted(number: int, one: str, several: str) -> str:
    """A number and what it counts: zero and one are singular in French."""
    return f"{number} {several if number > 1 else one}"
