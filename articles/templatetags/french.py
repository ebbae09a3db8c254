"""Values said in French: days, hours, sizes, spacing, and the text of an HTML passage."""

import re
from datetime import date, datetime

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from articles.models import Article, CarouselImage
from articles.plaintext import excerpt
from articles.text import spaced

register = template.Library()
register.filter("spaced", spaced)
register.filter(excerpt)

NO_BREAK_SPACE = "\u00a0"


@register.filter(expects_localtime=True)
def long_date(day: date) -> str:
    """`1er décembre 2017`; the month's name is the interface's."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK_SPACE}{formats.date_format(day, 'F Y')}"


@register.filter(expects_localtime=True)
def clock(time: datetime) -> str:
    """`9 h`, `14 h 30` (Imprimerie nationale)."""
    hours = f"{time.hour}{NO_BREAK_SPACE}h"
    return f"{hours}{NO_BREAK_SPACE}{time.minute:02}" if time.minute else hours


@register.filter
def event_dates(article: Article) -> str:
    """When an event takes place: `du 3 au 5 mars 2026`, `le mardi 3 mars 2026, de 9 h à 12 h`."""
    if article.event_day is None:
        return ""
    starts = timezone.localtime(article.event_day)
    ends = timezone.localtime(article.event_ends_at) if article.event_ends_at else starts
    if article.event_all_day:
        return days(starts.date(), ends.date())
    if article.event_starts_at is None:
        return f"{days(ends.date(), ends.date())}, jusqu’à {clock(ends)}"
    if starts.date() == ends.date():
        hours = f"à {clock(starts)}" if starts == ends else f"de {clock(starts)} à {clock(ends)}"
        return f"{days(starts.date(), ends.date())}, {hours}"
    return f"du {long_date(starts)} à {clock(starts)} au {long_date(ends)} à {clock(ends)}"


def days(first: date, last: date) -> str:
    if first == last:
        return f"le {formats.date_format(first, 'l')} {long_date(first)}"
    return f"du {shortened(first, last)} au {long_date(last)}"


def shortened(first: date, last: date) -> str:
    """The first day without what it shares with the last: `3`, `28 février`, `31 décembre 2025`."""
    whole = long_date(first)
    if first.year != last.year:
        return whole
    day_and_month = whole.removesuffix(f" {first.year}")
    return day_and_month.partition(NO_BREAK_SPACE)[0] if first.month == last.month else day_and_month


@register.filter
def file_size(size_bytes: int) -> str:
    """`853 ko`, `1,8 Mo`: thousands, as for all units since 1998 (CEI 60027-2)."""
    kilobytes = max(1, round(size_bytes / 1000))
    if kilobytes < 1000:
        return f"{kilobytes}{NO_BREAK_SPACE}ko"
    megabytes = formats.number_format(round(size_bytes / 1_000_000, 1)).removesuffix(",0")
    return f"{megabytes}{NO_BREAK_SPACE}Mo"


_ADDRESS = re.compile(r"(\S*[^\W\d][./][^\W\d]\S*)")


@register.filter
def breakable(title: str) -> str:
    """A title whose addresses (`site.example`) may be cut after a dot or a slash, nowhere else."""

    def shown(word: str) -> str:
        if not _ADDRESS.fullmatch(word):
            return word
        *parts, last = re.split(r"(?<=[./])(?=\w)", word)
        cut = format_html_join("", "{}<wbr>", ((part,) for part in parts))
        return format_html('<span class="whole">{}{}</span>', cut, last)

    return format_html_join("", "{}", ((shown(word),) for word in _ADDRESS.split(title)))


@register.filter
def image_caption(image: CarouselImage) -> str:
    credit = _("Crédit : %(name)s") % {"name": image.credit} if image.credit else ""
    return " – ".join(filter(None, (image.caption, credit)))


@register.filter
def lang(code: str) -> str:
    """The attributes of a passage that is in another language than the interface (RGAA 8.7, 8.10)."""
    if code == "fr":
        return ""
    direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', code, direction)
