"""Years and months in the site's time zone: which moments are in one, and which one a moment is in.

Moments are compared to where periods begin, as indexes do: what databases offer for it does not know the
zone (SQLite, where Django calls Python for each row), or passes indexes by.
"""

from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db.models import Expression, Func, IntegerField, Q
from django.utils import timezone

from .posts import YEARS


def within(field: str, year: int, month: int | None = None) -> Q:
    """Whether a moment is in a year, or in one of its months: a range, which an index can answer."""
    end = (year, month + 1) if month and month < 12 else (year + 1, 1)
    return Q((f"{field}__gte", beginning(year, month or 1)), (f"{field}__lt", beginning(*end)))


def beginning(year: int, month: int = 1) -> datetime:
    return datetime(year, month, 1, tzinfo=timezone.get_current_timezone())


def year_and_month(period: int) -> tuple[int, int]:
    """What the number of a period says; the month is 0 for a whole year, and both for no time at all."""
    return divmod(period, 100)


class Period(Func):
    """The number of the period that a moment is in: 202600 is a year, 202603 a month.

    Of the `years`, some may be told by their months. It is 0 before the first, after the last, and for none.
    """

    output_field = IntegerField()

    def __init__(
        self, moment: str | Expression, years: range = YEARS, *, in_months: range = range(0)
    ) -> None:
        super().__init__(moment)
        self.years, self.in_months = years, in_months

    def as_sql(  # type: ignore[override]  # Func takes more, for its subclasses
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        moment, params = compiler.compile(self.get_source_expressions()[0])
        template, beginnings = _cases(self.years, self.in_months, timezone.get_current_timezone())
        compared = ((*params, connection.ops.adapt_datetimefield_value(start)) for start in beginnings)
        return template.replace("moment", moment), tuple(chain.from_iterable(compared))


@lru_cache(maxsize=64)
def _cases(years: range, in_months: range, zone: tzinfo) -> tuple[str, tuple[datetime, ...]]:
    """`CASE` within `CASE`, and the moments that it compares to: ten, to find one of hundreds of periods."""
    numbers, starts = [0], [beginning(years.start)]
    for year in years:
        for month in range(1, 13) if year in in_months else (0,):
            numbers.append(year * 100 + month)
            starts.append(beginning(year, month or 1))
    numbers.append(0)
    starts.append(beginning(years.stop))

    def among(first: int, end: int) -> tuple[str, tuple[datetime, ...]]:
        if end - first == 1:
            return str(numbers[first]), ()
        middle = (first + end) // 2
        before, since = among(first, middle), among(middle, end)
        # What has no value is not since anything, so that it goes with what is before all.
        sql = f"CASE WHEN moment >= %s THEN {since[0]} ELSE {before[0]} END"
        return sql, (starts[middle], *since[1], *before[1])

    return among(0, len(numbers))
