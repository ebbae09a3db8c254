"""« À venir »: what is published or ends by itself, today and in the year that follows, day by day."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Value
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views import View

from articles.models import Article, Status

DAYS_SHOWN = 366
PER_PAGE = 100

Rows = Any
"""Of `QuerySet.values`, in a union: no class of their own."""


def urls(model_admin: Any) -> list[URLPattern]:
    coming = model_admin.admin_site.admin_view(ComingView.as_view(model_admin=model_admin))
    return [path("a-venir/", coming, name="articles_article_coming")]


class ComingView(View):
    http_method_names = ["get", "head"]
    model_admin: Any = None

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.model_admin.has_view_or_change_permission(request):
            raise PermissionDenied
        now = timezone.localtime()
        page = Paginator(happenings(now), PER_PAGE).get_page(request.GET.get("page"))
        rows = list(page)
        context = {
            **self.model_admin.admin_site.each_context(request),
            "title": "À venir",
            "opts": self.model_admin.opts,
            "now": now,
            "page": page,
            "days": [(day, list(of_day)) for day, of_day in groupby(rows, day_of)],
            "nothing_comes": not page.has_next() and (not rows or rows[-1]["at"] <= now),
        }
        return TemplateResponse(request, "admin/articles/article/coming.html", context)


def day_of(row: dict[str, Any]) -> date:
    return timezone.localdate(row["at"])


def happenings(now: datetime) -> Rows:
    """Publications and ends in their order, since the first hour of this day (`now`, in the site's zone)."""
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    span = (since, since + timedelta(days=DAYS_SHOWN))

    def of(field: str, what: str) -> Rows:
        articles = Article.objects.filter(status=Status.PUBLISHED, **{f"{field}__range": span}).order_by()
        named = articles.annotate(at=F(field), what=Value(what))
        return named.values("pk", "title", "section__title", "at", "what")

    return of("published_at", "publication").union(of("ends_at", "end"), all=True).order_by("at", "pk")
