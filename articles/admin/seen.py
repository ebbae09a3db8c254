"""What somebody had before their eyes: a form that another's change has overtaken is refused, once.

Such a form has a hidden `seen`, the number of the article's version when it was opened.
"""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from articles.models import Version

from . import history


def is_overtaken(form: forms.BaseForm, last: Version | None) -> bool:
    """Whether the article has changed since the form was opened; as it then holds `last`, it passes again."""
    if last is None or form.cleaned_data.get("seen") == last.number:
        return False
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix("seen")] = str(last.number)
    form.data = data
    return True


def what_happened(last: Version, seen: int | None) -> SafeString:
    """Who changed an article and when, with the way to what is different since the version that was seen."""
    address = history.address(last.article_uuid)
    known = Version.objects.filter(article_uuid=last.article_uuid, number=seen or 0).first()
    if known is not None:
        address = history.comparison_address(known, last)
    return format_html(
        "L’article a changé depuis que cette page est ouverte : {}{}, le {}. "
        '<a href="{}">Voyez ce qui est différent</a>, puis confirmez.',
        last.deed,
        f" par {last.author_name}" if last.author_name else "",
        date_format(localtime(last.created_at), "j F Y à H:i"),
        address,
    )
