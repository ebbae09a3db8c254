"""Which announcements a list shows: by section, tag, year, month and language.

Parameters of an address come in; narrower queries, and parameters written the one way, go out. Knows neither
requests nor templates.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F
from django.utils import formats
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import ArticleQuerySet, Kind, Section, Tag, event_day, public_tags
from .models.languages import LANGUAGES
from .periods import within
from .text import fold

NAMES: dict[str, Promise] = {
    "rubrique": _("Rubrique"),
    "mot-cle": _("Mot-clé"),
    "annee": _("Année"),
    "mois": _("Mois"),
    "langue": _("Langue"),
}
"""The parameters, in the order in which an address has them, and what people call them."""

YEAR = "19[0-9]{2}|2[01][0-9]{2}"
"""One of `posts.YEARS`."""

MONTH = "[1-9]|1[0-2]"
PAGE = "[1-9][0-9]{0,5}"
"""The bound keeps offsets within what databases count with."""


class UnknownFilterError(Exception):
    """A parameter cannot be read, or names a section or tag that no public list is of."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: in an address, for people, and how many announcements it shows, if counted."""

    value: str
    words: str
    count: int | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """What the announcements of a list have in common."""

    section: Section | None = None
    tag: Tag | None = None
    year: int | None = None
    month: int | None = None
    language: str = ""

    def read(self, params: Mapping[str, str]) -> "Filters":
        """These filters and those of an address; what these fix is not read again. At most two queries.

        A month without a year says nothing. Raises UnknownFilterError for what cannot be read, a section
        that is none of announcements, and a tag that no public announcement bears; a year or a language
        that none has leaves nothing.
        """
        asked = {name: params[name] for name in NAMES if params.get(name) and name not in self.chosen}
        found = self
        if "rubrique" in asked:
            found = replace(found, section=_section(asked["rubrique"]))
        if "mot-cle" in asked:
            found = replace(found, tag=_tag(asked["mot-cle"]))
        if "annee" in asked:
            found = replace(found, year=_number(asked["annee"], YEAR))
        if "mois" in asked:
            month = _number(asked["mois"], MONTH)
            found = replace(found, month=month if found.year else None)
        if "langue" in asked:
            if asked["langue"] not in dict(LANGUAGES):
                raise UnknownFilterError
            found = replace(found, language=asked["langue"])
        return found

    @property
    def chosen(self) -> dict[str, "Choice"]:
        """What each filter that is set stands for, by the name of its parameter."""
        choices = {}
        if self.section:
            choices["rubrique"] = Choice(self.section.prefix, self.section.title)
        if self.tag:
            choices["mot-cle"] = Choice(self.tag.slug, self.tag.name)
        if self.year:
            choices["annee"] = Choice(str(self.year), str(self.year))
        if self.month:
            choices["mois"] = Choice(str(self.month), month_name(self.month))
        if self.language:
            choices["langue"] = Choice(self.language, language_name(self.language))
        return choices

    @property
    def by_event(self) -> bool:
        """Whether a year is that of the events: those of an agenda are looked for by when they are."""
        return self.section is not None and self.section.kind == Kind.EVENT

    @property
    def in_path(self) -> "Filters":
        """Those that the path of the list says, the rest being its query: a section, else a tag, else a time.

        So each list has one address, however it was asked for.
        """
        if self.section:
            return Filters(section=self.section)
        if self.tag:
            return Filters(tag=self.tag)
        return Filters(year=self.year, month=self.month)

    def params(self, fixed: "Filters") -> dict[str, str]:
        """The parameters of an address that says what `fixed` does not, in their order."""
        return {name: choice.value for name, choice in self.chosen.items() if name not in fixed.chosen}

    def narrow(self, articles: ArticleQuerySet, but: Collection[str] = ()) -> ArticleQuerySet:
        """The articles that pass the filters, but those named."""
        if self.section and "rubrique" not in but:
            articles = articles.filter(section=self.section)
        if self.tag and "mot-cle" not in but:
            articles = articles.filter(tagged_items__tag=self.tag)
        if self.year and "annee" not in but:
            month = None if "mois" in but else self.month
            day = event_day() if self.by_event else F("published_at")
            articles = articles.alias(dated=day).filter(within("dated", self.year, month))
        if self.language and "langue" not in but:
            articles = articles.filter(language=self.language)
        return articles


UNFILTERED = Filters()


def page_number(params: Mapping[str, str]) -> int:
    """The page of a list that an address asks for, the first unless it says; raises UnknownFilterError."""
    return _number(params.get("page") or "1", PAGE)


def params_of_old(params: MultiValueDict[str, str]) -> dict[str, str]:
    """The parameters of an address of the site before (`?tags=name,name`) as lists have them now.

    Of the tags, the first that is known counts. Its list has pages of its own: the number goes too.
    """
    names = [fold(name) for value in params.getlist("tags") for name in value.split(",")]
    asked = [name for name in names if name.isprintable()]
    slugs = dict(public_tags().filter(folded__in=asked).values_list("folded", "slug"))
    now = {name: str(value) for name, value in params.items() if name not in ("tags", "page")}
    known = next((slugs[name] for name in asked if name in slugs), None)
    return now | {"mot-cle": known} if known else now


def month_name(month: int) -> str:
    return formats.date_format(date(2000, month, 1), "F")


def language_name(code: str) -> str:
    return str(dict(LANGUAGES)[code])


def _number(text: str, pattern: str) -> int:
    if not re.fullmatch(pattern, text):
        raise UnknownFilterError
    return int(text)


def _refuse_unprintable(text: str) -> None:
    """PostgreSQL takes no NUL, not even to compare."""
    if not text.isprintable():
        raise UnknownFilterError


def _section(prefix: str) -> Section:
    """The section whose announcements are listed; pages of the site are not."""
    _refuse_unprintable(prefix)
    found = Section.objects.exclude(kind=Kind.PAGE).filter(prefix=prefix).first()
    if found is None:
        raise UnknownFilterError
    return found


def _tag(slug: str) -> Tag:
    _refuse_unprintable(slug)
    found = public_tags().filter(slug=slug).first()
    if found is None:
        raise UnknownFilterError
    return found
