"""Form fields of an article: tags and changes one a line, an original by its address, times, notes."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.models import Article, Tag
from articles.posts import YEARS
from articles.text import fold, unix_lines

MAX_TAG_LENGTH = 100
MAX_NOTE = 2_000
"""Characters that a note may have: a sentence or some, no text."""


class UnixLines(forms.Widget):
    """Line ends as they are stored: browsers send CRLF, which makes an untouched text look changed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return unix_lines(value) if isinstance(value, str) else value


class LinesInput(UnixLines, forms.Textarea):
    """A text of several lines."""


class NoteField(forms.CharField):
    """What is said of a change; to colleagues, unless it is told otherwise."""

    def __init__(self, rows: int = 3, **options: Any) -> None:
        said: dict[str, Any] = {
            "label": "Note pour l’historique",
            "help_text": "Pour vos collègues ; les lecteurs ne la voient pas.",
            "required": False,
        }
        widget = LinesInput(attrs={"rows": rows})
        super().__init__(max_length=MAX_NOTE, widget=widget, **(said | options))


class TagNamesInput(forms.Textarea):
    """One name a line; the script makes it a list with suggestions. No sign parts two names: any may
    stand in one.
    """

    template_name = "articles/widgets/tag_names.html"

    class Media:
        js = [forms.Script("articles/admin/tags.js", defer=True)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions_url"] = reverse("admin:autocomplete")
        return context


class TagNamesField(forms.CharField):
    widget = TagNamesInput(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(_names(value or ()))

    def clean(self, value: Any) -> list[str]:
        lines = (line.strip() for line in super().clean(value).splitlines())
        names = {fold(line): " ".join(line.split()) for line in lines if fold(line)}
        for name in names.values():
            if len(name) > MAX_TAG_LENGTH:
                raise ValidationError(f"« {name[:40]}… » est trop long : un mot-clé par ligne, court.")
        return list(names.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(map(fold, _names(initial or ()))) != sorted(map(fold, self.clean(data or "")))


def _names(tags: Iterable[Tag | str]) -> Iterable[str]:
    return (str(tag) for tag in tags)


class ChangesField(forms.CharField):
    """What readers were told of changes, one a line (`Article.changes`); kept by a form without it."""

    widget = LinesInput
    _line = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})\s*:\s*(.+)")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        days = (f"{date.fromisoformat(each['on']):%d/%m/%Y}" for each in value)
        notes = (" ".join(each["note"].split()) for each in value)
        return "\n".join(f"{day} : {note}" for day, note in zip(days, notes, strict=True))

    def clean(self, value: Any) -> list[dict[str, str]]:
        return [self._change(line.strip()) for line in super().clean(value).splitlines() if line.strip()]

    def _change(self, line: str) -> dict[str, str]:
        found = self._line.fullmatch(line)
        try:
            told_on = date(int(found[3]), int(found[2]), int(found[1])) if found else None
        except ValueError:
            told_on = None
        if found is None or told_on is None:
            raise ValidationError(
                f"« {line[:60]} » n’est pas une modification : écrivez sa date, deux-points, ce qui a "
                "changé, comme « 26/11/2026 : nouveaux horaires »."
            )
        refuse_far_year(told_on)
        return {"on": told_on.isoformat(), "note": found[4]}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and self.prepare_value(initial or ()) != data.strip()


class ArticleAddressField(forms.CharField):
    """An article by the address of its page, whole or from the first slash."""

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return Article.objects.select_related("section").get(pk=value).get_absolute_url()

    def clean(self, value: Any) -> Article | None:
        address = super().clean(value)
        if not address:
            return None
        try:
            path = urlsplit(address).path
        except ValueError:
            path = ""
        found = Article.objects.at(path).first()
        if found is None:
            raise ValidationError(
                f"Aucun article à l’adresse « {address} » : copiez-la depuis la page de l’original."
            )
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "").strip()


def refuse_far_year(moment: date | None) -> None:
    if moment is not None and moment.year not in YEARS:
        raise ValidationError(f"Donnez une année entre {YEARS[0]} et {YEARS[-1]}.")


class DayField(forms.DateField):
    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        refuse_far_year(day)
        return day


class MomentField(forms.DateTimeField):
    """A time in the site's zone, refused where that zone has no such time."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment = super().to_python(value)
        except OverflowError:
            raise ValidationError(f"Donnez une année entre {YEARS[0]} et {YEARS[-1]}.") from None
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            message = "Cette heure n’existe pas, ou existe deux fois, à un changement d’heure : changez-la."
            raise ValidationError(message) from error
        refuse_far_year(moment)
        return moment


class MomentInput(forms.DateTimeInput):
    """The browser's own picker: one labelled field, in the keyboard's reach."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M:%S")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
