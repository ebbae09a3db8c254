"""Every change of an article's state: each one function, one transaction, one version that tells it.

An article and a person come in; the article changes, or `rules.Refused` says why not. Must not know HTTP.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from . import gone, mailing, versions
from .addresses import page_address
from .corrections import NotCarriedError, carry, carry_again
from .exporting import UNRESOLVED_TRANSLATION
from .models import (
    Act,
    Article,
    ArticleQuerySet,
    ImportedPost,
    Section,
    Status,
    Version,
    passes,
)
from .models.versions import ENDS, VersionQuerySet
from .posts import STANDING, TIMES
from .rules import Action, Refused, require
from .versions import ErasedVersionError, Snapshot, UnreadableVersionError

UNDELETE_DAYS = 30
"""Days during which a deletion can be undone."""


def lock(pk: int) -> list[int]:
    """Let nobody else change an article, the record of its import, nor what changes with it, until the end.

    Returns the primary keys of the articles, its own among them unless it is no more.
    """
    _lock_posts(article=pk)
    return Article.objects.around(pk).lock()


def _lock_posts(**of: Any) -> None:
    list(ImportedPost.objects.filter(**of).order_by("pk").select_for_update(of=("self",)).only("pk"))


def _locked(article: Article, by: Any, action: Action) -> Article:
    """The article as it is now, which nobody else changes until the end; raises Refused."""
    lock(article.pk)
    rows = Article.objects.select_related("section", "replaces__section")
    found = rows.filter(pk=article.pk).first()
    if found is None:
        raise Refused(fate(article.uuid, article.title))
    versions.begin(Article.objects.filter(pk=found.pk))
    require(by, action, found)
    return found


def fate(uuid: UUID, title: str) -> str:
    """What has become of an article that is no more, by the version that left none behind."""
    end = Version.objects.filter(article_uuid=uuid, act__in=ENDS).order_by("-number").first()
    if end is not None and end.act == Act.ABSORBED:
        return f"Cette version a déjà été publiée par {end.author_name} : elle a pris la place de la page."
    return f"« {title} » a été supprimé entre-temps : voyez la corbeille."


def _move(article: Article, by: Any, act: Act, to: Status, note: str, *fields: str) -> Version:
    """Give the article its new status, with these fields, and record it."""
    article.status = to
    article.save(update_fields=["status", "modified_at", *fields])
    version = versions.record(article, by, act, note=note)
    assert version is not None  # a transition always makes one
    return version


# --- saving


def tell(article: Article, public_note: str) -> None:
    """Note on an article that is about to be saved what readers are told of its change."""
    today = timezone.localdate()
    article.updated_on = today
    article.changes = [*article.changes, {"on": today.isoformat(), "note": public_note}]


@transaction.atomic(savepoint=False)
def keep(article: Article, by: Any, **said: Any) -> Version | None:
    """Record an article that has been saved, and take its change over into the next version, if there is one.

    None where nothing has changed; `said` are values for fields of the version.
    """
    version = versions.record(article, by, Act.SAVED, **said)
    if version is not None:
        _follow(article, by, version)
    return version


def _follow(article: Article, by: Any, version: Version) -> None:
    """Do what follows from a change of an article: for its translations, what left it, its next version."""
    before = version.previous
    if before is not None and before.address != version.address:
        versions.record_all(article.translations.all(), by, Act.RELINKED)  # they name it by its address
    if before is not None:
        with suppress(UnreadableVersionError):  # what the page had then, nothing tells any more
            gone.say_dropped(article, versions.snapshot_of(before), versions.snapshot_of(version))
    with suppress(NotCarriedError):  # the publication of the next version will say so
        carry(article, by)


# --- review


@transaction.atomic
def submit(article: Article, by: Any, note: str = "") -> Version:
    """Ask for a review: reviewers get an e-mail."""
    article = _locked(article, by, Action.SUBMIT)
    version = _move(article, by, Act.SUBMITTED, Status.IN_REVIEW, note)
    mailing.ask_review(article, by, note)
    return version


@transaction.atomic
def send_back(article: Article, by: Any, note: str) -> Version:
    """Give an article back to those who wrote it, who get an e-mail with the reason."""
    if not note.strip():
        raise Refused("Dites à l’auteur ce qu’il doit revoir : écrivez le motif.")
    article = _locked(article, by, Action.SEND_BACK)
    version = _move(article, by, Act.RETURNED, Status.DRAFT, note)
    mailing.give_back(article, by, note)
    return version


# --- going out


def publish(article: Article, by: Any, public_note: str = "", note: str = "") -> Version:
    """Publish an article now, or at its time if that is to come; one that replaces another takes its place.

    `public_note` tells readers what has changed, for a new version of substance. Raises Refused.
    """
    if article.replaces_id is not None:
        return _replace(article, by, public_note, note)
    return _publish(article, by, note)


@transaction.atomic
def _publish(article: Article, by: Any, note: str) -> Version:
    article = _locked(article, by, Action.PUBLISH)
    now = timezone.now()
    article.published_at = article.published_at or now.replace(microsecond=0)
    act = Act.SCHEDULED if article.published_at > now else Act.PUBLISHED
    _check_times(article)
    version = _move(article, by, act, Status.PUBLISHED, note, "published_at")
    mailing.tell_publication(article, by)
    return version


def _check_times(article: Article) -> None:
    if article.ends_at is not None and article.ends_at <= timezone.now():
        raise Refused("La fin de publication est déjà passée : changez-la, ou videz-la, puis recommencez.")
    try:
        article.clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


@transaction.atomic
def unschedule(article: Article, by: Any, note: str = "") -> Version:
    """Make a scheduled article a draft again; those who wrote it get an e-mail."""
    article = _locked(article, by, Action.UNSCHEDULE)
    version = _move(article, by, Act.UNSCHEDULED, Status.DRAFT, note)
    mailing.tell_cancellation(article, by, note)
    return version


# --- a new version beside a live article


@transaction.atomic
def prepare(article: Article, by: Any) -> Article:
    """The draft of the article's next version, which says what the article says now; one at most."""
    live = _locked(article, by, Action.PREPARE)
    if Article.objects.filter(replaces=live).exists():
        raise Refused("Une nouvelle version de cet article est déjà en préparation : reprenez-la.")
    based_on = Version.objects.last_of(live.uuid)
    assert based_on is not None
    taken = versions.take(live)
    post = replace(taken.post, status="draft", withdrawal_notice="", old_addresses=())
    if live.status == Status.WITHDRAWN:
        post = replace(post, redirect_to="")  # the page comes back
    draft = Article(section=live.section, slug=live.slug, replaces=live, replaces_number=based_on.number)
    versions.put(Snapshot(post, taken.files), draft)
    versions.record(draft, by, Act.PREPARED, about=based_on.number)
    return draft


def _replace(draft: Article, by: Any, public_note: str, note: str) -> Version:
    """Publish a new version in its page's place, with what was corrected there meanwhile.

    Where that asks for somebody's look, the corrections stay in the draft, and Refused is raised: the one
    refusal that leaves something changed.
    """
    with transaction.atomic():
        # The page first, as whoever saves it does: two who lock the same rows in two orders wait for ever.
        pages = Article.objects.select_for_update(of=("self",)).select_related("section")
        live = pages.filter(next_version=draft.pk).first()
        draft = _locked(draft, by, Action.PUBLISH)
        assert live is not None  # nobody deletes a page that has a next version
        try:
            carry(live, by)
        except NotCarriedError as error:
            raise Refused(f"{error} Reprenez ce texte dans une autre nouvelle version.") from error
        waiting = draft.merge_conflicts.waiting().count()
        if not waiting:
            draft.refresh_from_db()
            return _put_in_place(live, draft, by, public_note, note)
    raise Refused(
        f"{waiting} passages disent autre chose sur la page et dans cette version : réglez-les."
        if waiting > 1
        else "1 passage dit autre chose sur la page et dans cette version : réglez-le."
    )


def _put_in_place(live: Article, draft: Article, by: Any, public_note: str, note: str) -> Version:
    now = timezone.now()
    draft.published_at = draft.published_at or live.published_at or now.replace(microsecond=0)
    if draft.published_at > now:
        raise Refused(
            "Une nouvelle version se publie à la main, et sa date de publication est à venir : "
            "remettez celle de la première publication."
        )
    _check_times(draft)
    before = versions.take(live)
    if public_note:
        tell(draft, public_note)
        draft.save(update_fields=["updated_on", "changes", "modified_at"])
    taken = versions.take(draft)
    post = replace(taken.post, status="published", published_at=draft.published_at)
    after = Snapshot(post, taken.files)
    versions.record(draft, by, Act.ABSORBED, note=note)
    # Whoever was sent the draft finds what it became.
    draft.share_links.update(article=live)
    draft.delete()
    versions.put(after, live)
    version = versions.record(
        live, by, Act.REPLACED, is_major=bool(public_note), public_note=public_note, note=note
    )
    assert version is not None
    gone.say_dropped(live, before, after)
    mailing.tell_publication(live, by)
    return version


# --- back to a version


@transaction.atomic
def restore(article: Article, version: Version, by: Any, note: str = "", public_note: str = "") -> Version:
    """Make an article say again what a version says; its state, times and public notes stay as they are.

    `public_note` tells readers of a page what has changed, where that is of substance.
    """
    article = _locked(article, by, Action.RESTORE)
    now = versions.take(article).post
    try:
        then = versions.snapshot_of(version)
        kept = {name: getattr(now, name) for name in (*STANDING, *TIMES)}
        post = replace(then.post, **kept)
        with transaction.atomic():
            versions.put(Snapshot(post, then.files), article)
    except ErasedVersionError as error:
        raise Refused("Le contenu de cette version a été effacé : choisissez-en une autre.") from error
    except UnreadableVersionError as error:
        raise Refused("Cette version ne dit rien de l’article : choisissez-en une autre.") from error
    except (ValidationError, IntegrityError) as error:
        raise Refused(
            "Cette version contredit ce qui a été fait depuis (langue, original) : "
            "reprenez-en le texte à la main."
        ) from error
    if public_note:
        tell(article, public_note)
        article.save(update_fields=["updated_on", "changes", "modified_at"])
    told = {"is_major": bool(public_note), "public_note": public_note}
    made = versions.record(article, by, Act.RESTORED, about=version.number, note=note, **told)
    assert made is not None
    _follow(article, by, made)
    if article.replaces is not None:
        try:
            carry_again(article.replaces, by)
        except NotCarriedError as error:
            raise Refused(f"{error} Reprenez le texte de cette version à la main.") from error
    return made


# --- leaving


@transaction.atomic
def withdraw(
    article: Article, by: Any, *, notice: str = "", redirect_to: str = "", note: str = ""
) -> Version:
    """Take an article off the site: its text stays under a notice, or its address leads on, or it is gone.

    One that is withdrawn leaves in another of these ways, or under another notice.
    """
    article = _locked(article, by, Action.WITHDRAW)
    if notice and redirect_to:
        raise Refused("Choisissez : le texte reste sous un avis, ou son adresse mène ailleurs.")
    address = article.section.address_of(article.slug)
    if redirect_to and (page_address(redirect_to) == address or passes(redirect_to, address)):
        raise Refused("Cette adresse ramène à l’article, directement ou par d’autres : donnez-en une autre.")
    article.withdrawal_notice, article.redirect_to = notice, redirect_to
    try:
        article.clean_fields(exclude=["translation_of", "section"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    # What is no longer to be read is read by no link either.
    article.share_links.open().update(revoked_at=timezone.now())
    return _move(article, by, Act.WITHDRAWN, Status.WITHDRAWN, note, "withdrawal_notice", "redirect_to")


@transaction.atomic
def reinstate(article: Article, by: Any, note: str = "") -> Version:
    """Put a withdrawn article back, at its address and in its lists."""
    article = _locked(article, by, Action.REINSTATE)
    article.withdrawal_notice = article.redirect_to = ""
    article.published_at = article.published_at or timezone.now()
    _check_times(article)
    fields = ("withdrawal_notice", "redirect_to", "published_at")
    return _move(article, by, Act.REINSTATED, Status.PUBLISHED, note, *fields)


@transaction.atomic
def delete(article: Article, by: Any, note: str = "") -> Version:
    """Delete an article that is not on the site; its versions stay, its addresses say that it is gone."""
    article = _locked(article, by, Action.DELETE)
    if Article.objects.filter(replaces=article).exists():
        raise Refused(
            "Une nouvelle version de cet article est en préparation : publiez-la ou supprimez-la d’abord."
        )
    version = versions.record(article, by, Act.DELETED, note=note)
    assert version is not None
    gone.say_gone(article)
    ImportedPost.objects.filter(article=article).update(deleted_uuid=article.uuid)
    orphans = list(article.translations.all())
    for translation in orphans:
        # It looks for its original at this address: found there again, it is its translation again.
        translation.extra = {**translation.extra, UNRESOLVED_TRANSLATION: unquote(article.get_absolute_url())}
        translation.translation_of = None
        translation.save(update_fields=["translation_of", "extra"])
    versions.record_all(Article.objects.filter(pk__in=[each.pk for each in orphans]), by, Act.RELINKED)
    article.delete()
    return version


def deletions() -> VersionQuerySet:
    """The deletions that can still be undone, the latest first; of an article, the last one."""
    since = timezone.now() - timedelta(days=UNDELETE_DAYS)
    here = Article.objects.values("uuid")
    kept = Version.objects.filter(act=Act.DELETED, created_at__gt=since, erased_at=None)
    later = Version.objects.filter(
        article_uuid=OuterRef("article_uuid"), act=Act.DELETED, number__gt=OuterRef("number")
    )
    recent = kept.exclude(article_uuid__in=here).filter(~Exists(later))
    return recent.order_by("-created_at", "-pk")


@transaction.atomic
def undelete(uuid: UUID, by: Any) -> Article:
    """Bring a deleted article back as it was, its files and addresses included; raises Refused."""
    deletion = _locked_deletion(uuid)
    if deletion is None:
        raise Refused(_why_not_undone(uuid))
    article = _empty(deletion)
    require(by, Action.DELETE, article)
    try:
        versions.put(versions.snapshot_of(deletion), article)
    except UnreadableVersionError as error:
        raise Refused(
            "La version qui garde cet article a été altérée : demandez à qui exploite le site de la "
            "reprendre d’une sauvegarde."
        ) from error
    except IntegrityError as error:
        raise Refused(
            "Une autre page vient de prendre la place de celle-ci (son adresse, ou sa langue) : recommencez."
        ) from error
    ImportedPost.objects.filter(deleted_uuid=uuid).update(article=article, deleted_uuid=None)
    _take_back_translations(article, deletion, by)
    versions.record(article, by, Act.UNDELETED)
    if article.replaces is not None:
        with suppress(NotCarriedError):  # its publication will say so
            carry(article.replaces, by)
    return article


def _locked_deletion(uuid: UUID) -> Version | None:
    """The deletion to undo, which nobody else undoes or erases meanwhile; None where it cannot be undone."""
    deletion = deletions().filter(article_uuid=uuid).first()
    if deletion is None:
        return None
    _lock_posts(deleted_uuid=uuid)
    page = Q(uuid=deletion.beside_uuid) if deletion.beside_uuid else Q()
    orphans = list(_orphans(deletion).values_list("pk", flat=True))
    Article.objects.filter(page | Q(pk__in=orphans) | Q(translation_of__in=orphans)).lock()
    Version.objects.select_for_update(of=("self",)).get(pk=deletion.pk)
    return deletions().filter(pk=deletion.pk).first()


def _why_not_undone(uuid: UUID) -> str:
    own = Version.objects.filter(article_uuid=uuid)
    if own.filter(act=Act.DELETED).exclude(erased_at=None).exists():
        return "Le contenu de cet article a été effacé : il ne peut pas revenir."
    no_more = "Cette suppression ne peut plus être annulée :"
    back = own.filter(act=Act.UNDELETED).order_by("-number").first()
    if back is not None and Article.objects.filter(uuid=uuid).exists():
        return f"{no_more} {back.author_name} l’a déjà fait, et « {back.title} » est de nouveau là."
    return f"{no_more} elle peut l’être pendant {UNDELETE_DAYS} jours, une fois."


def _orphans(deletion: Version) -> ArticleQuerySet:
    """What looks for its original where this article was."""
    return Article.objects.filter(
        translation_of=None, **{f"extra__{UNRESOLVED_TRANSLATION}": deletion.address}
    )


def _take_back_translations(article: Article, deletion: Version, by: Any) -> None:
    """Be again the original of what looks for one where the article was; another page may be there now."""
    for orphan in _orphans(deletion).exclude(pk=article.pk).order_by("pk"):
        try:
            original = orphan.original_by(article)
        except ValidationError:
            continue  # its language has a version now
        orphan.extra = {name: value for name, value in orphan.extra.items() if name != UNRESOLVED_TRANSLATION}
        orphan.translation_of = original
        orphan.save(update_fields=["translation_of", "extra"])
    versions.record_all(article.translations.all(), by, Act.RELINKED)


def _empty(deletion: Version) -> Article:
    """The article that was deleted, at its place, or at one like it where another page is there now."""
    prefix, _slash, slug = deletion.address.strip("/").rpartition("/")
    section = next(iter(Section.objects.known_as(prefix)), None)
    if section is None:
        raise Refused(f"La rubrique de {deletion.address} n’existe plus : recréez-la, puis recommencez.")
    article = Article(uuid=deletion.article_uuid, section=section, slug=slug, status=deletion.status_before)
    if deletion.beside_uuid is not None:
        article.replaces = Article.objects.filter(uuid=deletion.beside_uuid, next_version=None).first()
        if article.replaces is None:
            raise Refused(
                "La page que cette version devait remplacer n’est plus là, ou en a une autre : "
                "faites-la d’abord revenir, ou reprenez ce texte dans celle qui est en préparation."
            )
        # Not from what was merged last: what waited to be settled went with the draft. Merged from its
        # beginning, what the draft has already is the same, and what it contradicts is asked again.
        began = Version.objects.get(article_uuid=deletion.article_uuid, act=Act.PREPARED)
        article.replaces_number = began.about
        assert article.replaces_number is not None  # it is about a version of the page
        if Version.objects.get(article_uuid=deletion.beside_uuid, number=article.replaces_number).is_erased:
            raise Refused(
                "Ce que disait la page quand cette version a été préparée a été effacé : préparez-en une "
                "autre, et reprenez-y le texte de celle-ci, que montre l’historique."
            )
    elif article.is_hidden_by_the_site() or article.siblings().filter(slug=slug).exists():
        article.slug = ""  # one is made of the title
    return article
