"""Which announcements a list shows: by section, tag, year, month and language, and what there is to choose.

Parameters of an address come in; narrower queries, and choices with their counts, go out. Knows neither
requests nor templates.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Max, Min, Value, When
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Article, ArticleQuerySet, Kind, Section, Tag
from .models.languages import LANGUAGES
from .text import fold

NAMES: dict[str, Promise] = {
    "rubrique": _("Rubrique"),
    "mot-cle": _("Mot-clé"),
    "annee": _("Année"),
    "mois": _("Mois"),
    "langue": _("Langue"),
}
"""The parameters, in the order in which an address has them, and what people call them."""

MAX_TAGS = 50
"""Tags to choose from, the most borne: a list of hundreds helps nobody."""

MAX_YEARS = 100
"""Years counted before the latest: one slip of the pen in a date does not ask for a thousand counts."""

MAX_TALLIED_YEARS = 30
"""Years told apart by `tally`, which costs some time for each."""

YEAR = "(?!9999)[1-9][0-9]{3}"
MONTH = "[1-9]|1[0-2]"


class UnknownFilterError(Exception):
    """A parameter cannot be read, or names what no public announcement has."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the announcements of a list have in common; `dated_by` is the field their year is taken from."""

    section: Section | None = None
    tag: Tag | None = None
    year: int | None = None
    month: int | None = None
    language: str = ""
    dated_by: str = "published_at"

    @classmethod
    def of_section(cls, section: Section) -> "Filters":
        """What the announcements of a section have in common; those of an agenda are dated by the events."""
        return cls(section, dated_by="event_starts_at" if section.kind == Kind.EVENT else "published_at")

    def read(self, params: Mapping[str, str]) -> "Filters":
        """These filters and those of an address; what these fix is not read again. At most two queries.

        A month without a year says nothing. Raises UnknownFilterError.
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
            choices["langue"] = Choice(self.language, dict(LANGUAGES)[self.language])
        return choices

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
            articles = self._within(articles, self.year, None if "mois" in but else self.month)
        if self.language and "langue" not in but:
            articles = articles.filter(language=self.language)
        return articles

    def facets(self, articles: ArticleQuerySet, fixed: "Filters") -> list["Facet"]:
        """What there is to choose among `articles`, each choice with how many it would show. Two queries."""
        names = [name for name in NAMES if name not in fixed.chosen]
        counts = [count for name in names for count in self._counts(articles.order_by(), name)]
        found: dict[str, list[Choice]] = {name: [] for name in names}
        for name, rank, value, words, count in counts[0].union(*counts[1:], all=True):
            if count:
                found[name].append(Choice(value, _said(name, value, words), count, rank))
        for name, choice in self.chosen.items():
            if name in found and choice.value not in {other.value for other in found[name]}:
                found[name].append(choice)
        return [Facet(name, _in_order(name, found[name]), self.chosen.get(name)) for name in names]

    def tally(self, articles: ArticleQuerySet) -> "Tally":
        """How many of the articles pass and, of sections, years and languages, what there is to choose.

        One query, which reads each article once: for those that are costly to find, as by a search.
        """
        other = Filters(tag=self.tag, year=self.year if self.month else None, month=self.month)
        cells = other.narrow(articles).order_by().annotate(year=self._year())
        chosen = self.chosen
        found: dict[str, dict[str, Choice]] = {name: {} for name in ("rubrique", "annee", "langue")}
        total = elsewhere = 0
        section = ("section__prefix", "section__title", "section__position")
        for prefix, title, rank, year, language, count in cells.values_list(
            *section, "year", "language"
        ).annotate(count=Count("pk")):
            cell = {
                "rubrique": Choice(prefix, title, rank=rank),
                "annee": Choice(str(year), str(year), rank=-year),
                "langue": Choice(language, str(dict(LANGUAGES)[language])),
            }
            unlike = {name for name in cell if name in chosen and chosen[name].value != cell[name].value}
            if unlike:
                elsewhere += count
            else:
                total += count
            for name, choice in cell.items():
                if unlike <= {name} and choice.value != "0":
                    known = found[name].setdefault(choice.value, choice)
                    found[name][choice.value] = replace(known, count=known.count + count)
        for name, choice in chosen.items():
            choice = choice if name in found else replace(choice, count=total)
            found.setdefault(name, {}).setdefault(choice.value, choice)
        facets = [
            Facet(name, _in_order(name, list(found[name].values())), chosen.get(name))
            for name in NAMES
            if name in found
        ]
        return Tally(total, elsewhere, facets)

    def _year(self) -> Case:
        """The year of an article, in the site's time zone; one that is not to choose counts for 0."""
        zone = timezone.get_current_timezone()
        latest = timezone.localtime().year
        starts = {year: year for year in range(latest, latest - MAX_TALLIED_YEARS, -1)}
        if self.year and self.year not in starts:
            starts |= {self.year + 1: starts.get(self.year + 1, 0), self.year: self.year}
        whens = [
            When(**{f"{self.dated_by}__gte": datetime(start, 1, 1, tzinfo=zone)}, then=Value(year))
            for start, year in sorted(starts.items(), reverse=True)
        ]
        return Case(*whens, default=Value(0))

    def _counts(self, articles: ArticleQuerySet, name: str) -> Iterator[Any]:
        """Queries for the choices of one facet: its name, then rank, value, words and count of each."""
        others = self.narrow(articles, but=("annee", "mois") if name == "annee" else (name,))
        match name:
            case "rubrique":
                yield _counted(others, Value(name), "section__position", "section__prefix", "section__title")
            case "mot-cle":
                tagged = others.filter(tagged_items__isnull=False)
                tag = "tagged_items__tag"
                yield _counted(tagged, Value(name), Value(0), f"{tag}__slug", f"{tag}__name")
            case "annee":
                for year in self._years(others):
                    within = self._within(others, year)
                    yield _counted(within, Value(name), Value(-year), Value(str(year)), Value(""))
            case "mois" if self.year:
                for month in range(1, 13):
                    within = self._within(others, self.year, month)
                    yield _counted(within, Value(name), Value(month), Value(str(month)), Value(""))
            case "langue":
                yield _counted(others, Value(name), Value(0), "language", Value(""))

    def _years(self, articles: ArticleQuerySet) -> range:
        """The years from the first article to the last, in the site's time zone."""
        ends = articles.aggregate(first=Min(self.dated_by), last=Max(self.dated_by))
        if ends["last"] is None:
            return range(0)
        first, last = (timezone.localtime(ends[end]).year for end in ("first", "last"))
        return range(max(first, last - MAX_YEARS + 1), last + 1)

    def _within(self, articles: ArticleQuerySet, year: int, month: int | None = None) -> ArticleQuerySet:
        """The articles of a year, or of one of its months: a range, which an index can answer."""
        zone = timezone.get_current_timezone()
        first = datetime(year, month or 1, 1, tzinfo=zone)
        end_year, end_month = (year, month + 1) if month and month < 12 else (year + 1, 1)
        end = datetime(end_year, end_month, 1, tzinfo=zone)
        return articles.filter(**{f"{self.dated_by}__gte": first, f"{self.dated_by}__lt": end})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, what people call it, how many announcements have it, and where it stands."""

    value: str
    words: str
    count: int = 0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: the name of its parameter, its choices, and the one made, which may show nothing."""

    name: str
    choices: list[Choice]
    chosen: Choice | None

    @property
    def words(self) -> str:
        return str(NAMES[self.name])

    @property
    def is_useful(self) -> bool:
        """Whether choosing changes anything."""
        return len(self.choices) > 1 or self.chosen is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles pass, how many only section, year or language keep out, and the facets."""

    total: int
    elsewhere: int
    facets: list[Facet]


def month_name(month: int) -> str:
    return formats.date_format(date(2000, month, 1), "F")


def _counted(articles: ArticleQuerySet, *group: Any) -> Any:
    return articles.values_list(*group).annotate(count=Count("pk"))


def _said(name: str, value: str, words: str) -> str:
    match name:
        case "mois":
            return month_name(int(value))
        case "langue":
            return str(dict(LANGUAGES)[value])
    return words or value


def _in_order(name: str, choices: list[Choice]) -> list[Choice]:
    if name == "mot-cle":
        choices = sorted(choices, key=lambda choice: -choice.count)[:MAX_TAGS]
    return sorted(choices, key=lambda choice: (choice.rank, fold(choice.words)))


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
    """The tag, if a listed announcement bears it: the others do not exist for the public."""
    _refuse_unprintable(slug)
    listed = Article.objects.listed().order_by()
    found = Tag.objects.filter(slug=slug, tagged_items__content_object__in=listed).first()
    if found is None:
        raise UnknownFilterError
    return found
