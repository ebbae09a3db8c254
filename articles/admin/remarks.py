"""The remarks of all imports, under the report of the last one: a list to work off and tick."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime

from articles.models import Article, ImportRemark
from articles.remarks import REFUSED, sort_name

from .filters import StateFilter
from .keys import key_in
from .report import Place, counted, form_address, list_address, places, report
from .site import TitledAdmin

# The buttons of a row: their names say what is done to the remark that is their value.
TICK, UNTICK = "_tick", "_untick"
# The button of a message: its value is the moment whose ticks it takes back.
UNDO = "_undo"


# The filters


class FollowUpFilter(admin.SimpleListFilter):
    """What is left to do, unless something else is asked for."""

    title = "suivi"
    parameter_name = "suivi"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("faites", "Traitées"), ("toutes", "Toutes")]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        return [{**waiting, "display": "À traiter"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportRemark]) -> QuerySet[ImportRemark]:
        if self.value() == "toutes":
            return queryset
        return queryset.filter(is_done=self.value() == "faites")


class SortFilter(admin.SimpleListFilter):
    title = "sorte"
    parameter_name = "sorte"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        codes = ImportRemark.objects.order_by().values_list("code", flat=True).distinct()
        return sorted(((code, sort_name(code)) for code in codes), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportRemark]) -> QuerySet[ImportRemark]:
        return queryset.filter(code=self.value()) if self.value() else queryset


class ArticleStateFilter(StateFilter):
    title = "état de l’article"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        articles = super().queryset(request, Article.objects.order_by())
        return queryset.filter(Q(post__article__in=articles) | Q(post__twin_of__article__in=articles))


class ArticleFilter(admin.SimpleListFilter):
    """The one article whose form led here; there are too many to choose from."""

    title = "article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        chosen = key_in(self.used_parameters.get(self.parameter_name, ""))
        if not chosen:
            return []
        found = Article.objects.filter(pk=chosen).values_list("title", flat=True)
        return [(str(chosen), Truncator(title).chars(60)) for title in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportRemark]) -> QuerySet[ImportRemark]:
        about: Any = queryset
        return about.about(self.value()) if self.value() else queryset


# The list


class RemarkList(ChangeList):
    """Rows with the places where they are mended, and the way back from there."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        found = places(self.result_list)
        for remark in self.result_list:
            remark.place = found[remark.pk]
            remark.back = f"{request.get_full_path()}#{row_id(remark.pk)}"


@admin.register(ImportRemark)
class ImportRemarkAdmin(TitledAdmin):
    """The list is the report; nothing is written here but ticks.

    Who may change articles may tick: it takes no permission of its own to say that an article is mended.
    """

    list_title = "Remarques d’import"
    add_title = change_title = ""
    list_display = ["sort", "remark", "article_link", "follow_up"]
    list_display_links = None
    list_filter = [FollowUpFilter, SortFilter, ArticleStateFilter, ArticleFilter]
    list_per_page = 100
    search_fields = ["path", "message", "post__article__title", "post__twin_of__article__title"]
    search_help_text = (
        "Dans le chemin du billet, la remarque et le titre de l’article. "
        "Ni les accents ni les majuscules ne comptent."
    )
    actions = ["tick", "untick"]
    view_on_site = False

    # Who may

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: Any = request.user.has_perm
        return super().has_change_permission(request, obj) or may("articles.change_article")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # What is shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRemark]:
        """With the article's title and state, without its texts and those of the posts."""
        shown = ("title", "status", "published_at", "ends_at", "redirect_to")
        own = [field.attname for field in ImportRemark._meta.concrete_fields]
        near = [f"{way}__{name}" for way in ("post__article", "post__twin_of__article") for name in shown]
        remarks: Any = super().get_queryset(request)
        return remarks.select_related("post__article", "post__twin_of__article", "done_by").only(
            *own, "post__article_id", "post__twin_of__article_id", "done_by__username", *near
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RemarkList

    def get_list_display(self, request: HttpRequest) -> Any:
        # The last column has buttons for those who may tick.
        return [*self.list_display[:-1], "buttons" if self.has_change_permission(request) else "follow_up"]

    @admin.display(description="sorte", ordering="code")
    def sort(self, remark: ImportRemark) -> str:
        return remark.sort

    @admin.display(description="remarque", ordering="path")
    def remark(self, remark: ImportRemark) -> SafeString:
        # The keyboard comes here after a tick: on words, where a second Enter ticks nothing.
        return format_html(
            '<div id="{}" tabindex="-1">{}<span class="place">{}</span></div>',
            row_id(remark.pk),
            *said_and_where(remark),
        )

    @admin.display(description="article", ordering="post__article__title")
    def article_link(self, remark: Any) -> SafeString:
        named = ((state_link(each, form_address(each, remark.back)),) for each in remark.place.named)
        return format_html(
            "{}{}",
            own_link(remark, remark.place, remark.back),
            format_html_join("", '<span class="place">Nommé dans la remarque : {}</span>', named),
        )

    @admin.display(description="suivi", ordering="done_at")
    def follow_up(self, remark: ImportRemark) -> str:
        return follow_up(remark)

    @admin.display(description="suivi", ordering="done_at")
    def buttons(self, remark: ImportRemark) -> SafeString:
        said = format_html('<span class="place">{}</span>', follow_up(remark)) if remark.is_done else ""
        name, words = (UNTICK, "Remettre à traiter") if remark.is_done else (TICK, "C’est traité")
        return format_html(
            '{}<button type="submit" class="button" name="{}" value="{}">{}'
            '<span class="visually-hidden"> : {}</span></button>',
            said,
            name,
            remark.pk,
            words,
            said_and_where(remark)[0],
        )

    # What is done

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and not {TICK, UNTICK}.isdisjoint(request.POST):
            return self.tick_one(request)
        if request.method == "POST" and UNDO in request.POST:
            return self.undo(request)
        made = report()
        code = request.GET.get(SortFilter.parameter_name)
        chosen = next((each for each in made.sorts if each.code == code), None)
        context = {
            "report": made,
            "chosen_sort": chosen,
            "is_worked_off": not (chosen or made).waiting
            and FollowUpFilter.parameter_name not in request.GET,
            "next_sort": next((each for each in made.sorts if each.waiting), None),
            # Who has begun to work off sees the list first.
            "is_report_open": not request.GET,
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A remark is worked off in its article; one that has none, in the list."""
        remark = self.get_object(request, object_id)
        if remark is None:
            raise Http404
        if not self.has_view_permission(request, remark):
            raise PermissionDenied
        place = places([remark])[remark.pk]
        everywhere = list_address(suivi="toutes", q=remark.path)
        return HttpResponseRedirect(place.address() if place.article else everywhere)

    def tick_one(self, request: HttpRequest) -> HttpResponse:
        """Tick, or take the tick away, and come back to the next row, where the keyboard goes on."""
        is_ticked = TICK in request.POST
        remark = self.get_object(request, request.POST[TICK if is_ticked else UNTICK])
        if not self.has_change_permission(request, remark):
            raise PermissionDenied
        if remark is None:
            gone = "Cette remarque n’existe plus : un import plus récent l’a retirée."
            self.message_user(request, gone, messages.WARNING)
            return self.back(request)
        shown = self.shown(request) or []
        at = shown.index(remark.pk) if remark.pk in shown else len(shown)
        near = next(iter([*shown[at + 1 :], *reversed(shown[:at])]), None)
        this: Any = ImportRemark.objects.filter(pk=remark.pk)
        number = this.tick(request.user) if is_ticked else this.untick()
        what = "Remarque traitée" if is_ticked else "Remarque à traiter de nouveau"
        said = f"{what} : {Truncator(said_and_where(remark)[0]).chars(120)}"
        self.tell(request, said, is_undoable=is_ticked and number)
        return self.back(request, near)

    @admin.action(description="Marquer comme traitées", permissions=["change"])
    def tick(self, request: HttpRequest, remarks: QuerySet[ImportRemark]) -> HttpResponse:
        number = these(remarks).tick(request.user)
        said = counted(number, "remarque marquée comme traitée", "remarques marquées comme traitées")
        self.tell(request, f"{said}.", is_undoable=bool(number))
        return self.back(request)

    @admin.action(description="Remettre à traiter", permissions=["change"])
    def untick(self, request: HttpRequest, remarks: QuerySet[ImportRemark]) -> HttpResponse:
        number = these(remarks).untick()
        self.tell(request, f"{counted(number, 'remarque', 'remarques')} à traiter de nouveau.")
        return self.back(request)

    def tell(self, request: HttpRequest, said: str, *, is_undoable: bool = False) -> None:
        """Say what was done, with the button that takes the editor's latest ticks back."""
        mine = ImportRemark.objects.filter(done_by=request.user.pk)
        at = mine.aggregate(at=Max("done_at"))["at"] if is_undoable else None
        button = format_html(
            ' <button type="submit" class="button" form="changelist-form" name="{}" value="{}">Annuler'
            "</button>",
            UNDO,
            at.isoformat() if at else "",
        )
        self.message_user(request, format_html("{}{}", said, button if at else ""), messages.SUCCESS)

    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take back what this editor ticked at one moment, be it one remark or a whole sort."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        ticked = ImportRemark.objects.filter(done_by=request.user.pk, done_at=moment(request.POST[UNDO]))
        keys = set(ticked.values_list("pk", flat=True))
        number = ticked.untick()
        said = counted(number, "remarque est de nouveau à traiter", "remarques sont de nouveau à traiter")
        self.tell(request, f"{said}." if number else "Il n’y a plus rien à annuler.")
        return self.back(request, next((pk for pk in self.shown(request) or [] if pk in keys), None))

    def back(self, request: HttpRequest, remark: int | None = None) -> HttpResponse:
        """The same list, from its first page if the page that was shown is empty now, at a remark."""
        query = request.GET.copy()
        if self.shown(request) is None:
            query.pop("p", None)
        asked = f"?{query.urlencode()}" if query else ""
        return HttpResponseRedirect(f"{request.path}{asked}{f'#{row_id(remark)}' if remark else ''}")

    def shown(self, request: HttpRequest) -> list[int] | None:
        """The rows of the page of the list that the address asks for; None when there is no such page."""
        try:
            return [each.pk for each in self.get_changelist_instance(request).result_list]
        except IncorrectLookupParameters:
            return None


def these(remarks: QuerySet[ImportRemark]) -> Any:
    """The chosen rows without the joins that showed them, which an update would refuse or repeat."""
    return ImportRemark.objects.filter(pk__in=remarks.order_by().values("pk"))


def moment(written: str) -> datetime | None:
    """The moment that a button holds; None for what is none."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def row_id(remark: int) -> str:
    """The element of the list where a remark is read."""
    return f"remarque-{remark}"


def said_and_where(remark: ImportRemark) -> tuple[str, str]:
    """The words of a remark and its place; a refusal begins with its file, which is said once."""
    _folder, path, rest = remark.message.partition(remark.path)
    if remark.code == REFUSED and path:
        line, _colon, said = rest.partition("\u00a0: ")
        return said, f"{path}{line}"
    return remark.message, f"{remark.path}, ligne {remark.line}" if remark.line else remark.path


def own_link(remark: ImportRemark, place: Place, back: str) -> SafeString | str:
    """The article that a remark is about, at the place where it is mended."""
    if place.article is not None:
        return state_link(place.article, place.address(back))
    if remark.post is not None:
        return "Supprimé depuis"
    return "Aucun : billet refusé" if remark.code == REFUSED else "Aucun"


def state_link(article: Article, address: str) -> SafeString:
    return format_html(
        '<a href="{}">{}</a> <span class="state state-{}">{}</span>',
        address,
        article.title,
        article.state,
        article.get_state_display().capitalize(),
    )


def follow_up(remark: ImportRemark) -> str:
    """Whether it is ticked, since when and by whom."""
    if not remark.is_done:
        return "À traiter"
    since = f" le {date_format(localtime(remark.done_at), 'd/m/Y H:i')}" if remark.done_at else ""
    return f"Traitée{since}{f' par {remark.done_by.get_username()}' if remark.done_by else ''}"
