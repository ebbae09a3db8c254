"""How many announcements a list holds, and what there is to choose, each choice with how many it would show.

Articles and filters come in; counts and facets go out. The articles are read once, and counted by cells: of
one section, language and time each. What a choice would show is the sum of the cells that pass with it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Case, Count, IntegerField, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from .filters import NAMES, UNFILTERED, Choice, Filters, language_name, month_name
from .models import ArticleQuerySet, Kind, Section, TaggedArticle, event_day
from .periods import Period, year_and_month
from .posts import YEARS
from .text import fold

MAX_TAGS = 50
"""Tags to choose from, the most borne: a list of hundreds helps nobody."""

MAX_READ_FOR_TAGS = 1_000
"""Of how many articles, the latest, tags are read: each has several, so that reading all takes longest.

Of a longer list the tags of its latest articles are offered, not counted: they would show more.
"""


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
    """How many articles pass the filters, how many with the tag alone of them, and the facets."""

    total: int
    unfiltered: int
    facets: list[Facet]


Values = dict[str, Choice]
"""What the articles of a cell have in common, by the names of parameters."""


def tally(
    filters: Filters, articles: ArticleQuerySet, fixed: Filters = UNFILTERED, *, with_tags: bool = True
) -> Tally:
    """Count the articles that pass the filters, and those that would if one of them was another.

    What is `fixed` is not to choose. One query, and two for tags: a second look at the articles, not worth
    it where they are costly to find, as by a search.
    """
    # What the database finds by itself, rather than counts apart.
    found = Filters(section=fixed.section, tag=filters.tag)
    wanted = filters.params(found)
    counts: dict[str, Counter[Choice]] = {name: Counter() for name in NAMES}
    total = unfiltered = 0
    for values, in_section, count in _cells(filters, found.narrow(articles)):
        missed = _missed(wanted, values)
        unfiltered += count
        total += count if not missed else 0
        for name, choice in values.items():
            if missed <= ({"annee", "mois"} if name == "annee" else {name}) and name != "rubrique":
                counts[name][choice] += count
        if _missed(wanted, in_section) <= {"rubrique"}:
            counts["rubrique"][in_section["rubrique"]] += count
    choices = {name: [replace(choice, count=each) for choice, each in counts[name].items()] for name in NAMES}
    if with_tags and not fixed.tag:
        choices["mot-cle"] = _tags(filters.narrow(articles, but=("mot-cle",)))
    return Tally(
        total,
        unfiltered,
        [_facet(name, choices[name], filters.chosen.get(name)) for name in NAMES if name not in fixed.chosen],
    )


def years_by_section(articles: ArticleQuerySet) -> dict[int, Counter[int]]:
    """How many articles of each section (key) are of each year, that of the event in an agenda; 0 is none."""
    dated = articles.order_by().annotate(period=Coalesce(_held(), Period("published_at")))
    years: dict[int, Counter[int]] = defaultdict(Counter)
    for section, period, count in dated.values_list("section", "period").annotate(Count("pk")):
        years[section][year_and_month(period)[0]] = count
    return years


def _held(in_months: range = range(0)) -> Case:
    """The period of an agenda's event."""
    agendas = Section.objects.filter(kind=Kind.EVENT)
    return Case(When(section__in=agendas, then=Period(event_day(), in_months=in_months)))


def _cells(filters: Filters, articles: ArticleQuerySet) -> Iterator[tuple[Values, Values, int]]:
    """The values that some articles have, the same as of who chooses their section, and how many have them.

    The same but for events: the year of an announcement is that of its publication, in an agenda that of
    the event.
    """
    months = range(filters.year, filters.year + 1) if filters.year else range(0)
    until_now = range(YEARS.start, timezone.localtime().year + 1)
    goes_by_event = filters.year or filters.by_event
    cells = (
        articles.order_by()
        .annotate(
            published=Period("published_at", until_now, in_months=months),
            held=_held(months) if goes_by_event else Value(None, IntegerField()),
        )
        .values_list("section", "language", Value(""), "published", "held")
        .annotate(Count("pk"))
    )
    # What sections are called comes along, uncounted: joined to each article, it would cost as much again.
    none = Value(0)
    sections = Section.objects.order_by().values_list("pk", "prefix", "title", "position", none, none)
    rows = list(cells.union(sections, all=True))
    names = {
        pk: Choice(prefix, title, rank=position)
        for pk, prefix, title, position, _held, count in rows
        if not count
    }
    shared = {"mot-cle": filters.chosen["mot-cle"]} if filters.tag else {}
    for section, language, _title, published, held, count in rows:
        if count:
            said = shared | {
                "rubrique": names[section],
                "langue": Choice(language, language_name(language)),
            }
            by_publication = said | _time(published)
            in_section = by_publication if held is None else said | _time(held)
            yield (in_section if filters.by_event else by_publication), in_section, count


def _time(period: int) -> Values:
    year, month = year_and_month(period)
    values = {}
    if year:
        values["annee"] = Choice(str(year), str(year), rank=-year)
    if month:
        values["mois"] = Choice(str(month), month_name(month), rank=month)
    return values


def _missed(wanted: dict[str, str], values: Values) -> set[str]:
    """The filters that keep these values out."""
    return {name for name, value in wanted.items() if name not in values or values[name].value != value}


def _tags(articles: ArticleQuerySet) -> list[Choice]:
    """The tags that most of the latest articles bear, counted if these are the whole list."""
    keys = articles.order_by("-published_at", "-pk").values("pk")
    is_whole = not keys[MAX_READ_FOR_TAGS:].exists()
    latest = TaggedArticle.objects.filter(content_object__in=keys[:MAX_READ_FOR_TAGS])
    borne = latest.values_list("tag__slug", "tag__name").annotate(count=Count("pk"))
    return [
        Choice(slug, name, count if is_whole else None)
        for slug, name, count in borne.order_by("-count", "tag__name")[:MAX_TAGS]
    ]


def _facet(name: str, choices: list[Choice], chosen: Choice | None) -> Facet:
    """The choices in their order; the one made is among them, if only to be seen and taken back."""
    if chosen and chosen.value not in {choice.value for choice in choices}:
        choices = [*choices, replace(chosen, count=0)]
    return Facet(name, sorted(choices, key=lambda choice: (choice.rank, fold(choice.words))), chosen)
