"""Languages an article or a document may be in: codes (BCP 47) with their own names."""

from django.conf.locale import LANG_INFO

from articles import posts

LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in posts.LANGUAGES]
