"""Articles: the list to find one, the form to write it, its previews."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path, re_path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import previews, publishing
from articles.models import (
    Article,
    ImportedPost,
    ImportRemark,
    Kind,
    OldAddress,
    SearchEntry,
    Status,
    StoredFile,
)
from articles.reporting import about_target, settle
from articles.rules import Action, may, refusal

from . import coming, gaps, history, lost, sharing
from .article_form import CHANGE, CLASSIFICATION, EVENT, PRESS, PUBLICATION, TEXT, ArticleForm
from .beside import beside, passages_to_settle, settle_conflicts
from .editor import BodyImageForm, TypedPreviewView, UploadView, files_prefix
from .fields import DayField, DayInput, MomentField, MomentInput
from .filters import GapFilter, PinnedFilter, StateFilter, TagFilter
from .items import AttachmentInline, CarouselImageInline, VideoEmbedInline
from .keys import key_in
from .report import PLACES, counted, list_address
from .site import BACK, TitledAdmin
from .transitions import STEPS, WithdrawForm, decide, steps_for

PLACE = {"section", "slug", "redirect_to"}
"""What a new version beside a page has not: it takes the place of the page."""

# The checkboxes of the import's remarks, which are saved with the article.
TICKED, REMARKS_SHOWN = "remark_done", 10
# The button that saves and goes on to the page of a decision, which is its value.
THEN = "_then"


def short(moment: datetime | None) -> str:
    return date_format(localtime(moment), "d/m/Y H:i") if moment else ""


class ArticleList(ChangeList):
    """Rows with what they lack, without the texts that the list does not show."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Article]:
        found: Any = super().get_queryset(request, exclude_parameters)
        return (
            found.for_cards()
            .select_related("section", "replaces")
            .annotate(needs_alt=gaps.needs_alt(), lacks_file=gaps.lacks_file())
        )


@admin.register(Article)
class ArticleAdmin(TitledAdmin):
    list_title = "Articles"
    add_title = "Écrire un article"
    change_title = "Modifier l’article"

    list_display = ["title", "state", "section", "published", "to_complete", "modified", "page"]
    list_filter = [StateFilter, GapFilter, "section", "language", ("pinned", PinnedFilter), TagFilter]
    list_select_related = ["section"]
    list_per_page = 50
    date_hierarchy = "published_at"
    ordering = ["-modified_at", "-pk"]
    search_fields = ["title", "chapeau", "body"]
    search_help_text = "Dans le titre, le chapeau et le texte. Ni les accents ni les majuscules ne comptent."

    form = ArticleForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
        models.DateField: {"form_class": DayField, "widget": DayInput},
    }
    readonly_fields = ["state", "former_addresses"]
    actions = None
    inlines = [CarouselImageInline, VideoEmbedInline, AttachmentInline]

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ArticleList

    @admin.display(description="état", ordering="status")
    def state(self, article: Article) -> SafeString:
        name = article.get_state_display().capitalize()
        more = ""
        if article.redirect_to:
            more = format_html('<span class="leads">redirige vers {}</span>', article.redirect_to)
        elif article.replaces_id is not None:
            live = str(article.replaces)
            of = "la page" if live == str(article) else f"« {live} »"
            more = format_html('<span class="leads">nouvelle version de {}</span>', of)
        return format_html('<span class="state state-{}">{}</span>{}', article.state, name, more)

    @admin.display(description="publication", ordering="published_at", empty_value="")
    def published(self, article: Article) -> str:
        return short(article.published_at)

    @admin.display(description="modification", ordering="modified_at")
    def modified(self, article: Article) -> str:
        return short(article.modified_at)

    @admin.display(description="à compléter", empty_value="")
    def to_complete(self, article: Any) -> SafeString:
        lacks = {
            "Texte alternatif à écrire": article.needs_alt,
            "Fichier manquant": article.lacks_file,
        }
        return format_html_join(
            "", '<span class="gap">{}</span>', ((sentence,) for sentence, is_so in lacks.items() if is_so)
        )

    @admin.display(description="en ligne", empty_value="")
    def page(self, article: Article) -> SafeString | str:
        if not article.is_online():
            return ""
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> : {}</span></a>',
            article.get_absolute_url(),
            "Suivre la redirection" if article.redirect_to else "Voir sur le site",
            article.title,
        )

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """As the state allows; what is sent all the same the form refuses, and keeps what was typed."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.method == "POST" or may(request.user, Action.EDIT, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if obj is None:
            return super().has_delete_permission(request, obj)
        return may(request.user, Action.DELETE, obj)

    # The form

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """The articles, each with the key of its next version, which saving asks for without a query."""
        articles = super().get_queryset(request).select_related("section", "replaces")
        return articles.annotate(next_pk=F("next_version"))

    def log_change(self, *args: Any) -> Any:
        """Nothing: the versions tell who did what, and nothing else does."""

    log_addition: Any = log_change

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made: Any = super().get_form(request, obj, change, **kwargs)
        made.user = request.user
        return made

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Save in one transaction, in which nobody else changes the article, and index it once."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, *args, **kwargs)
        pk = None if object_id is None else key_in(object_id)
        with transaction.atomic(savepoint=False), SearchEntry.objects.put_once():
            if object_id is not None and (pk is None or pk not in Article.objects.around(pk).lock()):
                return self.lost_page(request)
            return super().changeform_view(request, object_id, *args, **kwargs)

    def lost_page(self, request: HttpRequest) -> HttpResponse:
        """What was typed into an article that is no more, which would else go with it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return lost.page(request, self.labels_of_texts(), context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        of_django: Any = super()
        return lost.lead_on(request) or of_django._get_obj_does_not_exist_redirect(request, opts, object_id)

    @classmethod
    def labels_of_texts(cls) -> dict[str, str]:
        """The labels of all texts that somebody may send about an article, see `lost.typed`."""
        labels = lost.labels_of(WithdrawForm) | lost.labels_of(ArticleForm)
        for inline in cls.inlines:
            prefix = inline.model._meta.get_field("article").remote_field.get_accessor_name()
            kind = capfirst(str(inline.model._meta.verbose_name))
            labels |= lost.labels_of(inline.form, f"{prefix}-", f"{kind} {{}} – ")
        return labels

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Content first; what matters to one kind of section is folded for the others."""
        kind = obj.section.kind if obj is not None else None
        folded = ["main", "collapse"]
        event = ["main"] if kind == Kind.EVENT else folded
        press = ["main"] if kind == Kind.PRESS else folded
        publication = ["state", *PUBLICATION] if obj is not None else list(PUBLICATION)
        if obj is not None and obj.replaces_id is not None:
            publication = [name for name in publication if name not in PLACE]
        elif obj is not None and obj.status == Status.WITHDRAWN:
            publication.remove("redirect_to")  # how it left is decided on a page of its own
        if "slug" in publication and obj is not None and obj.old_addresses.exists():
            publication.insert(publication.index("slug") + 1, "former_addresses")
        asks_all = (obj is not None and obj.is_readable()) or "public_note" in request.POST
        change = list(CHANGE) if asks_all else ["note"]
        if obj is not None and obj.changes:
            change.append("told")
        is_written = obj is not None and self.has_change_permission(request, obj)
        return [
            ("Contenu", {"fields": TEXT, "classes": ["main"]}),
            *([("Ce changement", {"fields": change, "classes": ["side"]})] if is_written else []),
            ("Publication", {"fields": publication, "classes": ["side"]}),
            ("Classement", {"fields": CLASSIFICATION, "classes": ["side"]}),
            ("Événement", {"fields": EVENT, "classes": event, "description": "Pour l’agenda."}),
            ("Presse", {"fields": PRESS, "classes": press, "description": "Pour les communiqués."}),
        ]

    @admin.display(description="anciennes adresses")
    def former_addresses(self, article: Article) -> SafeString:
        """What leads here as long as the article is online: its address may change without a lost link."""
        addresses = ((each.address,) for each in article.old_addresses.all())
        return format_html(
            '<ul class="addresses">{}</ul><p class="help">Chacune mène à l’article, s’il est en ligne.</p>',
            format_html_join("", "<li>{}</li>", addresses),
        )

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section" and field is not None:
            for can in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{can}_related", False)
        return field

    def view_on_site(self, article: Article) -> str | None:
        # As stored: a refused form leaves on the article what no address can hold.
        stored = Article.objects.online().filter(pk=article.pk).select_related("section").first()
        return stored.get_absolute_url() if stored else None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = kwargs.get("obj")
        context["steps"] = steps_for(request.user, article or Article())
        if article is not None:
            context |= beside(article)
            context["refusal"] = refusal(request.user, Action.EDIT, article)
            context["may_prepare"] = STEPS[Action.PREPARE] in context["steps"]
            context["imported"] = ImportedPost.objects.filter(article=article).defer("text", "dump").first()
            context |= self.remarks_of(request, article)
        context["image_form"] = BodyImageForm(auto_id="id_dialog_%s")
        return super().render_change_form(request, context, *args, **kwargs)

    def remarks_of(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        """What the import remarked and nobody ticked: the first few, how many, where they all are."""
        waiting = ImportRemark.objects.about(article).waiting().order_by("path", "line", "pk")
        return {
            "remarks": [(each, *PLACES.get(each.code, ("", ""))) for each in waiting[:REMARKS_SHOWN]],
            "remark_total": waiting.count(),
            "remarks_url": list_address(article=article.pk),
            "ticked": request.POST.getlist(TICKED),
        }

    def save_model(self, request: HttpRequest, article: Article, form: Any, change: bool) -> None:
        """Keep what readers are told; let the addresses that a known article leaves lead to it."""
        if "told" in form.changed_data:
            article.changes = form.cleaned_data["told"]
        if form.cleaned_data["is_major"]:
            publishing.tell(article, form.cleaned_data["public_note"])
        moves = form.was_known and not {"section", "slug"}.isdisjoint(form.changed_data)
        known_at = Article.objects.get(pk=article.pk).known_addresses() if moves else set()
        super().save_model(request, article, form, change)
        if moves:
            OldAddress.objects.lead_to(article, sorted(known_at - article.known_addresses()))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record the version, and tick what was ticked beside the article; refused, nothing is."""
        super().save_related(request, form, formsets, change)
        change_notes = {name: form.cleaned_data[name] for name in CHANGE}
        publishing.keep(form.instance, request.user, **change_notes)
        settle_conflicts(form.instance, request)
        settle(form.instance, request.user)
        for warning in about_target(form.instance) if form.instance.redirect_to else ():
            self.message_user(request, capfirst(warning.message), messages.WARNING)
        ticked = request.POST.getlist(TICKED)
        about = ImportRemark.objects.about(form.instance.pk).waiting() if ticked else ()
        done = {remark.pk: remark.code for remark in about if str(remark.pk) in ticked}
        if done:
            number = ImportRemark.objects.filter(pk__in=done).tick(request.user)
            said = counted(number, "remarque traitée", "remarques traitées")
            if BACK in request.GET:  # saving leads there
                self.message_user(request, f"{said}.", messages.SUCCESS)
                return
            codes = set(done.values())
            # Back to where the work goes on: the same sort, if there was one.
            address = list_address(sorte=codes.pop()) if len(codes) == 1 else list_address()
            link = format_html('{}. <a href="{}">Revenir aux remarques d’import</a>', said, address)
            self.message_user(request, link, messages.SUCCESS)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self.then(request, obj) or self.saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self.then(request, obj) or self.saved(request, obj)

    def saved(self, request: HttpRequest, article: Article) -> HttpResponse:
        """Say what was saved and whether readers see it, and go on with it or back to the list."""
        address = reverse("admin:articles_article_change", args=[article.pk])
        done = "est à jour, et en ligne" if article.is_readable() else "est enregistré"
        message = format_html('« <a href="{}">{}</a> » {}.', address, article, done)
        self.message_user(request, message, messages.SUCCESS)
        next_pk = getattr(article, "next_pk", None)  # an article that was just added has none
        if next_pk is not None and (to_settle := passages_to_settle(next_pk)):
            said = format_html("{} dans la nouvelle version.", to_settle)
            self.message_user(request, said, messages.WARNING)
        if "_continue" not in request.POST:
            return self.response_post_save_change(request, article)
        query = request.GET.urlencode()  # where it leads back to
        return HttpResponseRedirect(f"{address}?{query}" if query else address)

    def then(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """The page of what was to follow, once what was written is saved."""
        slug = request.POST.get(THEN)
        if slug is None or slug not in {step.slug for step in steps_for(request.user, article)}:
            return None
        return HttpResponseRedirect(reverse(f"admin:articles_article_{slug}", args=[article.pk]))

    # What becomes of an article

    def decide_view(self, request: HttpRequest, pk: int, action: Action) -> HttpResponse:
        """Ask, or do it in one transaction, in which nobody else changes what was looked at."""
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        if request.method != "POST":
            return decide(request, self.readable(request, pk), action, context)
        with transaction.atomic():
            if pk not in publishing.lock(pk):
                return self.lost_page(request)
            return decide(request, self.readable(request, pk), action, context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        pk = key_in(object_id)
        if pk is None:
            raise Http404
        return self.decide_view(request, pk, Action.DELETE)

    # Previews, and what the editor asks

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        upload = guarded(UploadView.as_view(model_admin=self))
        typed = guarded(TypedPreviewView.as_view(model_admin=self))
        rendition = guarded(self.rendition_view, cacheable=True)
        decisions = [
            path(
                f"<int:pk>/{step.slug}/",
                guarded(self.decide_view),
                {"action": action},
                name=f"articles_article_{step.slug}",
            )
            for action, step in STEPS.items()
            if action != Action.DELETE  # Django's own address
        ]
        return [
            *decisions,
            path("editeur/image/", upload, name="articles_article_upload"),
            path("editeur/apercu/", typed, name="articles_article_typed"),
            path("<int:pk>/apercu/", guarded(self.preview_view), name="articles_article_preview"),
            # Also below the files of an article: there its preview asks for them.
            re_path(
                r"^(?:\d+/)?fichiers/images/(?P<sha256>[0-9a-f]{64})/(?P<width>\d{1,5})\.(?P<extension>\w+)$",
                rendition,
                name="articles_article_rendition",
            ),
            path("<int:pk>/fichiers/<path:address>", guarded(self.file_view), name="articles_article_file"),
            *sharing.urls(self),
            *coming.urls(self),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        article = self.readable(request, pk)
        return previews.page(request, article, "admin/articles/article/preview.html", files_prefix(article))

    @method_decorator(require_safe)
    def file_view(self, request: HttpRequest, pk: int, address: str) -> HttpResponseBase:
        article = self.readable(request, pk)
        if "\0" in address:  # which PostgreSQL does not know
            raise Http404
        return previews.file(article, f"/{address}")

    @method_decorator([require_safe, cache_control(private=True, max_age=3600)])
    def rendition_view(
        self, request: HttpRequest, sha256: str, width: str, extension: str
    ) -> HttpResponseBase:
        """A rendition, named by its content: it may be of an image whose article is not saved yet."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        stored = StoredFile.objects.filter(sha256=sha256).first()
        return previews.rendition(stored, int(width), extension)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its versions, which are told by the uuid that outlives the article."""
        article = self.readable(request, object_id)
        return HttpResponseRedirect(history.address(article.uuid))

    def readable(self, request: HttpRequest, pk: int | str) -> Article:
        """The article, if this editor may read it; raises Http404 or PermissionDenied."""
        article: Article | None = self.get_object(request, str(pk))
        if article is None:
            raise Http404
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article
