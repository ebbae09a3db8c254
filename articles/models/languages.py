"""Languages an article or a document may be in: codes (BCP 47) with their own names."""

from django.conf.locale import LANG_INFO

CODES = (
    "fr",
    "en",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ro",
    "uk",
    "ar",
    "zh-hans",
    "br",
    "ca",
    "eu",
)

LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in CODES]
