"""Post files into articles: what becomes of each file, and a record of how it came.

One transaction a post. What an editor changed or deleted here since is never written over, unless told.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from . import frontmatter, jekyll, sources, versions
from .addresses import page_address
from .applying import apply, link_translations
from .archive import PostFile
from .catalogue import Catalogue
from .corrections import NotCarriedError, carry
from .exporting import UNRESOLVED_TRANSLATION, dump, is_as_imported, post_of, says_the_same
from .gone import say_dropped, say_gone
from .media import Media, Row, address_of, body_images, find_files, give, has_file, lacking_file
from .models import (
    Act,
    Article,
    ArticleQuerySet,
    ImportedPost,
    ImportRun,
    OldAddress,
    Section,
)
from .posts import ParsedPost, Post, PostError, PostWarning
from .reporting import (
    FILE_CODES,
    REDIRECT_CODES,
    TRANSLATION_CODES,
    Report,
    about_addresses,
    about_markup,
    about_namesakes,
    about_original,
    about_placements,
    about_target,
)

MAX_SLUG = 255


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    RENAMED = "renamed"  # another file name, the same bytes
    TWIN = "twin"  # says what another post says: its address leads there
    COMPLETED = "completed"  # files that were missing have been found
    UNCHANGED = "unchanged"
    EDITED = "edited"  # changed here since: left as it is
    DELETED = "deleted"  # deleted here since: left so
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one post file."""

    path: str
    outcome: Outcome
    address: str = ""
    message: str = ""
    warnings: tuple[PostWarning, ...] = ()


def import_files(
    files: Sequence[PostFile], section: Section, media: Media | None = None, *, theirs: bool = False
) -> Iterator[Result]:
    """Import post files one by one; `section` takes those whose folder names no collection.

    With `theirs` the posts win over what was changed or deleted here. Posts that only lead elsewhere,
    or look for their original, come last: what they find shows once all are in.
    """
    run = _Run(files, section, media, theirs)
    for file in files:
        if (result := run.take(file)) is not None:
            yield result
    yield from run.end()


def absent_posts(files: Sequence[PostFile]) -> list[str]:
    """The paths of posts that came in from the collections of these files, and are there no more."""
    sites = {Path(str(file.path).removesuffix(file.relative)) for file in files}
    here = {unicodedata.normalize("NFC", file.relative) for file in files}
    folders = {path.partition("/")[0] for path in here if path.startswith("_")}
    known = ImportedPost.objects.exclude(article=None).order_by("path").values_list("path", flat=True)
    return [
        path
        for path in known
        if path.partition("/")[0] in folders
        and unicodedata.normalize("NFC", path) not in here
        and not any((site / path).exists() for site in sites)
    ]


class _Run:
    """One run over post files; the names that it holds tell a renamed post from a twin."""

    def __init__(
        self, files: Sequence[PostFile], section: Section, media: Media | None, theirs: bool
    ) -> None:
        self._catalogue = Catalogue(files, section)
        self._around = self._catalogue.around
        self._report = Report(self._around.site.text)
        self._media = media
        self._theirs = theirs
        # The names and contents of all posts that came in: a first run asks for none of them.
        self._known_names, self._known_contents = known_marks()
        self._later: list[PostFile] = []
        self._unsettled: list[tuple[Result, ImportedPost]] = []
        self._outcomes: Counter[str] = Counter()
        self._written: set[int] = set()  # articles, by primary key, whose versions are still to be recorded
        cut_short = Article.objects.filter(imported_from__run__ended_at=None, imported_from__isnull=False)
        _record(cut_short)

    def take(self, file: PostFile) -> Result | None:
        """Import one post file; a post that cannot be taken is a refused result, never an exception.

        None for one whose turn comes at the end: a twin, which asks what its original has become.
        """
        record = self._record(file)
        if record is not None and record.twin_of_id is not None:
            self._later.append(file)
            return None
        return self._taken(file, record)

    def end(self) -> Iterator[Result]:
        """Take what had to wait, tie what only shows once every post is in, and close the run's record."""
        for file in self._later:
            if (result := self._taken(file, self._record(file))) is not None:
                yield result
        link_translations()
        self._record_versions()
        for result, record in self._unsettled:
            yield replace(result, warnings=(*result.warnings, *self._shown_now(record)))
        self._report.close(self._outcomes)

    def _record_versions(self) -> None:
        """Record what was written since the last time: many at once cost little each."""
        written = Article.objects.filter(pk__in=self._written)
        _record(written)
        for page in written.exclude(next_version=None):
            # Where it cannot be, the publication of that version says so.
            with suppress(NotCarriedError), transaction.atomic():
                carry(page, None)
        self._written.clear()

    def _shown_now(self, record: ImportedPost) -> list[PostWarning]:
        """Say where an article leads, and why it has no original, now that every post is in."""
        article = record.article
        assert article is not None
        target, original = list[PostWarning](), list[PostWarning]()
        if article.redirect_to:
            target = list(about_target(article))
            self._report.remark(record, target, REDIRECT_CODES)
        if UNRESOLVED_TRANSLATION in article.extra:
            article.refresh_from_db(fields=["translation_of", "extra"])
            original = list(about_original(article, _line_of(record.text, "traduction-de")))
            self._report.remark(record, original, TRANSLATION_CODES)
        return target + original

    def _taken(self, file: PostFile, known: ImportedPost | None) -> Result | None:
        """What became of a post; None for one of which more shows once all are in, see `_shown_now`."""
        try:
            done = self._imported(file, known)
        except PostError as error:
            self._report.refuse(self._catalogue.place(file), str(error), known)
            done = _Done(Result(str(file.path), Outcome.REFUSED, message=str(error)))
        else:
            self._report.accept(self._catalogue.place(file))
        result, record = done.result, done.record
        self._outcomes[result.outcome] += 1
        article = record.article if record is not None else None
        if article is not None and result.outcome is not Outcome.UNCHANGED:
            self._written.add(article.pk)
        if len(self._written) >= versions.CHUNK:
            self._record_versions()
        if record and article and (article.redirect_to or UNRESOLVED_TRANSLATION in article.extra):
            self._unsettled.append((result, record))
            return None
        return result

    # --- what is known before

    def _record(self, file: PostFile) -> ImportedPost | None:
        """How the post came in before, if it did."""
        name = self._catalogue.name(file)
        if name not in self._known_names:
            return None
        records = ImportedPost.objects.select_related("article__section", "twin_of__article__section", "run")
        return records.filter(name=name).first()

    # --- one post

    def _imported(self, file: PostFile, record: ImportedPost | None) -> "_Done":
        section, name = self._catalogue.section_of(file), self._catalogue.name(file)
        path = str(file.path)
        try:
            data = file.path.read_bytes()
        except OSError as error:
            message = f"ce fichier n’a pas pu être lu ({error.strerror}) ; vérifiez ses droits."
            raise PostError(path, None, message) from error
        source = _Source(
            file, section, self._catalogue.place(file), name, data, hashlib.sha256(data).hexdigest()
        )
        is_same = record is not None and self._is_same(record, source)
        if not is_same or self._theirs:
            _ = self._report.run
        try:
            with transaction.atomic():
                done = self._put(record, source, is_same)
        except (ValidationError, DataError, IntegrityError) as error:
            raise PostError(path, None, _explain(error)) from error
        except OperationalError as error:  # of two who wait for each other, the database ends one
            message = "quelqu’un d’autre écrivait en même temps ce que touche ce billet ; importez à nouveau."
            raise PostError(path, None, message) from error
        except (Article.DoesNotExist, ImportedPost.DoesNotExist) as error:
            message = "cet article a été supprimé pendant l’import ; importez à nouveau."
            raise PostError(path, None, message) from error
        self._known_names.add(name)
        self._known_contents.add(source.sha256)
        # Outside: making renditions takes seconds, in which nobody else could write. What a crash
        # leaves out, the next run completes.
        return replace(done, result=self._with_files(done))

    def _is_same(self, record: ImportedPost, source: "_Source") -> bool:
        """Whether the post came in as it is, by the same settings of its site."""
        return record.sha256 == source.sha256 and record.config == self._around.site.text

    def _put(self, record: ImportedPost | None, source: "_Source", is_same: bool) -> "_Done":
        """Do what a post asks for, by what is known of its name; `is_same` tells that it came in as it is."""
        if record is None:
            return self._put_unknown(source)
        if record.twin_of is not None:
            return self._put_twin(record, source, is_same)
        if record.article is None:
            return self._put_deleted(record, source)
        if is_same and not self._theirs:
            address = record.article.get_absolute_url()
            return _Done(Result(source.path, Outcome.UNCHANGED, address), record)
        _lock(record)
        return self._put_again(record, source)

    def _put_twin(self, record: ImportedPost, source: "_Source", is_same: bool) -> "_Done":
        """A twin stays one as long as both say the same; else it is a post of its own."""
        original = record.twin_of
        assert original is not None
        file = self._catalogue.file_of(original, source.file)
        if file is None or not self._is_twin_of(file, source):
            if record.is_erased and record.sha256 == source.sha256 and not self._theirs:
                return self._put_deleted(record, source)
            record.twin_of = None
            return self._write(record, source, Outcome.CREATED)
        if original.article is None:
            return self._put_deleted(record, source)
        if self._theirs or not is_same:
            self._lead(original, source)
            source.keep(record, self._report.run)
        return _Done(Result(source.path, Outcome.UNCHANGED, original.article.get_absolute_url()))

    def _put_deleted(self, record: ImportedPost, source: "_Source") -> "_Done":
        if self._theirs:
            known_at = (record.address, *_old_addresses(record.dump))
            done = self._write(record, source, Outcome.CREATED)
            assert record.article is not None
            OldAddress.objects.lead_to(record.article, filter(None, known_at))
            record.dump = dump(record.article)
            record.save(update_fields=["dump"])
            return done
        message = "supprimé ici, laissé ainsi ; --theirs le remet"
        return _Done(Result(source.path, Outcome.DELETED, message=message))

    def _put_again(self, record: ImportedPost, source: "_Source") -> "_Done":
        """A post whose article is here, and which may say something else now."""
        assert record.article is not None
        unchanged = Result(source.path, Outcome.UNCHANGED, record.article.get_absolute_url())
        has_same_bytes = record.sha256 == source.sha256
        was_edited, dump_before = _is_edited(record), record.dump
        if was_edited and not self._theirs:
            if has_same_bytes:
                return _Done(unchanged, record)
            message = (
                "modifié ici et dans le billet : l’article est laissé tel quel, --theirs y met le billet"
            )
            return _Done(replace(unchanged, outcome=Outcome.EDITED, message=message))
        done = self._write(record, source, Outcome.UPDATED)
        says_no_more = has_same_bytes and not was_edited and record.dump == dump_before
        return replace(done, result=unchanged) if says_no_more else done

    def _put_unknown(self, source: "_Source") -> "_Done":
        """A post whose name is new: it may be another's under a new name, or say what another says."""
        for same in self._with_same_bytes(source):
            other = self._catalogue.file_of(same, source.file)
            if other is None:
                return self._rename(same, source)
            is_here = same.article_id is not None and same.name.startswith(f"{source.section.collection}/")
            if is_here and self._is_twin_of(other, source):
                return self._twin(same, source)
        return self._write(ImportedPost(name=source.name), source, Outcome.CREATED)

    def _with_same_bytes(self, source: "_Source") -> Iterable[ImportedPost]:
        """The posts that came in with the same bytes."""
        if source.sha256 not in self._known_contents:
            return ()
        originals = ImportedPost.objects.filter(sha256=source.sha256, twin_of=None).order_by("pk")
        return originals.select_related("run")

    def _is_twin_of(self, other: PostFile, source: "_Source") -> bool:
        """Whether both files have the same bytes that say the same: names date a post, folders hide it."""
        try:
            if other.path.read_bytes() != source.data:
                return False
        except OSError:
            return False
        said = self._read(other, source.data).post
        return says_the_same(said, self._read(source.file, source.data).post)

    def _read(self, file: PostFile, data: bytes) -> ParsedPost:
        return sources.read(data, str(file.path), file.place, self._around)

    def _rename(self, record: ImportedPost, source: "_Source") -> "_Done":
        """Follow a post under its new name, maybe elsewhere; its article moves along, and is still found."""
        message = f"renommé : c’était {record.path}"
        record.name = source.name
        if record.article_id is None:
            source.keep(record, self._report.run)
            return self._put_deleted(record, source)
        article = _lock(record)
        was_edited = _is_edited(record) and not self._theirs
        taken: list[PostWarning] = []
        if unquote(article.get_absolute_url()) == record.address:
            known_at = article.known_addresses()
            article.section = source.section
            article.slug, taken = _free_slug(article, source, self._read(source.file, source.data))
            article.save(update_fields=["section", "slug"])
            OldAddress.objects.lead_to(article, sorted(known_at - article.known_addresses()))
            record.address = unquote(article.get_absolute_url())
        if was_edited:
            source.keep(record, self._report.run)
            result = Result(source.path, Outcome.RENAMED, article.get_absolute_url(), message)
            return _Done(result, record, tuple(lacking_file(article)))
        done = self._write(record, source, Outcome.RENAMED, taken)
        return replace(done, result=replace(done.result, message=message))

    def _twin(self, original: ImportedPost, source: "_Source") -> "_Done":
        """Let the address of a post that says the same lead to the article that is here already."""
        article = self._lead(original, source)
        # The same bytes: it has the text of the original, or none if that was erased.
        twin = ImportedPost(name=source.name, twin_of=original, text=original.text, sha256=original.sha256)
        source.keep(twin, self._report.run)
        message = f"dit ce que dit {original.path} : son adresse mène au même article"
        return _Done(Result(source.path, Outcome.TWIN, article.get_absolute_url(), message))

    def _lead(self, original: ImportedPost, source: "_Source") -> Article:
        """Let the address of a twin lead to the original's article, which is no edit of it."""
        article = _lock(original)
        was_edited = _is_edited(original)
        slug, _day = jekyll.file_name(source.name)
        known_at = self._read(source.file, source.data).post.old_addresses
        OldAddress.objects.lead_to(article, [source.section.address_of(slug), *known_at])
        if not was_edited:
            original.dump = dump(article)
            original.save(update_fields=["dump"])
        return article

    def _write(
        self, record: ImportedPost, source: "_Source", outcome: Outcome, told: Sequence[PostWarning] = ()
    ) -> "_Done":
        """Make the record's article, new or not, say what the post says."""
        parsed = self._read(source.file, source.data)
        warnings = [*told, *parsed.warnings]
        article = record.article
        article_is_new = article is None
        if article is None:
            article = Article(section=source.section)
            article.slug, taken = _free_slug(article, source, parsed)
            warnings += taken
        elif not told and unquote(article.get_absolute_url()) == record.address:
            warnings += _free_slug(article, source, parsed)[1]
        post = parsed.post
        if page_address(post.redirect_to, settings.OWN_HOSTS) == article.section.address_of(article.slug):
            post = replace(post, redirect_to="")  # it is where it leads
        if _hides(post):
            say_gone(article)
        applied = apply(post, article)
        warnings += about_addresses(post, article)
        warnings += (*about_markup(article), *about_placements(article, applied.items))
        warnings += about_namesakes(article)
        if article_is_new:
            record.address = unquote(article.get_absolute_url())
        is_new = record.pk is None
        record.article, record.dump = article, jekyll.format(applied.post)
        record.deleted_uuid = None  # one that comes back from the bin has no part in it any more
        record.text = source.data.decode()  # erased here, it has been brought back on purpose
        source.keep(record, self._report.run)
        if is_new:
            self._report.add(record)
        self._report.remark(record, warnings)
        if not (is_new or article.redirect_to):
            self._report.remark(record, (), REDIRECT_CODES)
        if not (is_new or UNRESOLVED_TRANSLATION in article.extra):
            self._report.remark(record, (), TRANSLATION_CODES)
        result = Result(source.path, outcome, article.get_absolute_url(), warnings=tuple(warnings))
        return _Done(result, record, (*applied.items, *body_images(article)))

    def _with_files(self, done: "_Done") -> Result:
        """The result once the rows have their files; in a trial run, as if they had."""
        result, record, rows = done.result, done.record, done.rows
        if record is None or record.article is None:
            return result
        if result.outcome is Outcome.UNCHANGED:
            rows = tuple(lacking_file(record.article)) if self._media else ()
            if not rows:
                return result
        elif not self._theirs:
            rows = tuple(row for row in rows if not has_file(row))  # an editor may have given another
        found, warnings = find_files(rows, self._media)
        with transaction.atomic():
            Article.objects.filter(pk=record.article.pk).lock()
            give(found)
            if result.outcome is Outcome.UNCHANGED and found:
                # At once: its post is of an earlier run, by which nobody finds it if this one is cut short.
                _record(Article.objects.filter(pk=record.article.pk))
        self._report.remark(record, warnings, FILE_CODES)
        if result.outcome is Outcome.UNCHANGED and len(warnings) < len({address_of(row) for row in rows}):
            result = replace(result, outcome=Outcome.COMPLETED)
        return replace(result, warnings=(*result.warnings, *warnings))


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a post; its record, where it has an article, and the rows that name files."""

    result: Result
    record: ImportedPost | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """A post file, read, with the section that takes it, its path there and the name that it is known by."""

    file: PostFile
    section: Section
    place: str
    name: str
    data: bytes
    sha256: str

    @property
    def path(self) -> str:
        return str(self.file.path)

    def keep(self, record: ImportedPost, run: ImportRun) -> None:
        """Save the record of a post as it came; a text that was erased stays so while it is the same."""
        record.path, record.run = self.place, run
        if record.sha256 != self.sha256:
            record.text, record.sha256 = self.data.decode(), self.sha256
        record.save()


def known_marks() -> tuple[set[str], set[str]]:
    """The names and the contents of all posts that ever came in."""
    marks = ImportedPost.objects.values_list("name", "sha256")
    return {name for name, _content in marks}, {content for _name, content in marks}


@transaction.atomic
def _record(written: ArticleQuerySet) -> None:
    """Record what posts have made of articles; what a page has no more beside itself says so."""
    pages = {page.uuid: page for page in written.select_related("section")}
    for version in versions.record_chunk([page.pk for page in pages.values()], None, Act.IMPORTED):
        before = version.previous if version.number > 1 else None
        if before is not None:
            with suppress(versions.UnreadableVersionError):  # what the page had then, nothing tells any more
                was, now = versions.snapshot_of(before), versions.snapshot_of(version)
                say_dropped(pages[version.article_uuid], was, now)


def _lock(record: ImportedPost) -> Article:
    """The record's article, both as they are now: nobody else changes them until the transaction's end."""
    fresh = ImportedPost.objects.select_for_update(of=("self",)).get(pk=record.pk)
    record.dump, record.text = fresh.dump, fresh.text
    locked = Article.objects.select_for_update(of=("self",)).select_related("section")
    record.article = article = locked.get(imported_from=record)
    return article


def _free_slug(article: Article, source: _Source, parsed: ParsedPost) -> tuple[str, list[PostWarning]]:
    """The slug that a post wants, or one like it where another page has that address."""
    wanted = parsed.slug or jekyll.file_name(source.name)[0]
    # `2018-03-04-bilan` is another page than `2019-03-04-bilan`: the file's whole name tells them apart.
    whole = jekyll.file_slug(source.name)
    numbered = (f"{wanted[: MAX_SLUG - 10]}-{number}" for number in count(2))
    names = (name for name in chain(dict.fromkeys((wanted, whole)), numbered) if len(name) <= MAX_SLUG)
    slug = next(name for name in names if _is_free(article, name))
    if slug == wanted:
        return wanted, []
    message = (
        f"l’adresse de ce billet, qui finit par « {wanted} », est déjà celle d’une autre page : "
        f"il prend {article.section.address_of(slug)}"
    )
    return slug, [PostWarning("taken-address", None, message)]


def _hides(post: Post) -> bool:
    """Whether the public gets nothing of what the post says, or not yet."""
    is_to_come = post.published_at is not None and post.published_at > timezone.now()
    return post.status in ("draft", "in_review") or is_to_come


def _is_free(article: Article, slug: str) -> bool:
    candidate = Article(pk=article.pk, section=article.section, slug=slug)
    return not candidate.is_hidden_by_the_site() and not candidate.siblings().filter(slug=slug).exists()


def _old_addresses(text: str) -> tuple[str, ...]:
    """The old addresses that a dump tells; none where it cannot be read."""
    try:
        return jekyll.parse(text.encode(), "dump.md").post.old_addresses
    except PostError:
        return ()


def _line_of(text: str, key: str) -> int | None:
    """The line where a post that came in says this, if it does: its site may have; none once it is erased."""
    value = frontmatter.split(text.encode(), "").keys.get(key) if text else None
    return value.line if value else None


def _is_edited(record: ImportedPost) -> bool:
    """Whether the article says something else than when it was imported."""
    assert record.article is not None
    return not is_as_imported(post_of(record.article), record)


def _explain(error: ValidationError | DataError | IntegrityError) -> str:
    if isinstance(error, ValidationError):
        return " ".join(f"{field} : {' '.join(messages)}" for field, messages in error.message_dict.items())
    if isinstance(error, DataError):
        return "la base de données refuse une valeur, trop longue ou illisible ; corrigez-la."
    for constraint in Article._meta.constraints:
        if constraint.name in str(error):
            return str(constraint.violation_error_message)
    return (
        "le billet contredit une règle de la base de données, ou un autre import l’écrivait en même temps ; "
        "importez à nouveau, puis vérifiez ses dates et ses clés."
    )
