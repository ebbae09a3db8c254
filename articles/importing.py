"""Post files into articles: what becomes of each file, and a record of how it came.

One transaction a post. What an editor changed or deleted here since is never written over, unless told.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from . import jekyll
from .addresses import page_address
from .applying import apply, link_translations
from .archive import DRAFTS, PostFile
from .exporting import dump, is_as_imported, post_of
from .media import Media, Row, body_images, lacking_file, take_files
from .models import (
    Article,
    ImportedPost,
    Kind,
    OldAddress,
    Section,
)
from .posts import ParsedPost, PostError, PostWarning
from .reporting import (
    FILE_CODES,
    REDIRECT_CODES,
    Report,
    about_addresses,
    about_namesakes,
    about_target,
    latest_config,
)
from .sites import Collection, Site
from .text import slug_key


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

    With `theirs` the posts win over what was changed or deleted here. Posts that only lead elsewhere
    come last: where they lead shows once all are in.
    """
    run = _Run(files, section, media, theirs)
    for file in files:
        if (result := run.take(file)) is not None:
            yield result
    yield from run.end()


class _Run:
    """One run over post files; the names that it holds tell a renamed post from a twin."""

    def __init__(
        self, files: Sequence[PostFile], section: Section, media: Media | None, theirs: bool
    ) -> None:
        sites = {file.site.text: file.site for file in files if file.site.text}
        config = next(iter(sites), "")
        # Other settings of the site may make the same bytes say something else.
        self._reads_again = config not in ("", latest_config())
        self._report = Report(config)
        self._media = media
        self._theirs = theirs
        self._sections = {each.collection: each for each in Section.objects.all()}
        # `_posts` is every Jekyll site's folder, whatever the site is about.
        self._sections |= {"": section, "posts": section}
        for site in sites.values():
            self._make_sections(site, {file.collection for file in files})
        self._paths: dict[str, str] = {}
        self._names = {self._name(file) for file in files}
        self._addresses = dict(self._named(files))
        # The names and contents of all posts that came in: a first run asks for none of them.
        self._marks = {
            mark for marks in ImportedPost.objects.values_list("name", "sha256").iterator() for mark in marks
        }
        self._leading: list[tuple[Result, ImportedPost]] = []
        self._outcomes: Counter[str] = Counter()

    def take(self, file: PostFile) -> Result | None:
        """Import one post file; a post that cannot be taken is a refused result, never an exception.

        None for a post that leads elsewhere: `end` has its result.
        """
        path = str(file.path)
        try:
            result, record = self._imported(file)
        except PostError as error:
            result, record = Result(path, Outcome.REFUSED, message=str(error)), None
        except OSError as error:
            message = (
                f"{path} : un fichier de ce billet n’a pas pu être enregistré sous « {settings.MEDIA_ROOT} » "
                f"({error.strerror}) ; vérifiez les droits et la place de ce dossier."
            )
            result, record = Result(path, Outcome.REFUSED, message=message), None
        self._outcomes[result.outcome] += 1
        self._report.refuse(file.relative, result.message if result.outcome is Outcome.REFUSED else "")
        if record is not None and record.article is not None and record.article.redirect_to:
            self._leading.append((result, record))
            return None
        return result

    def end(self) -> Iterator[Result]:
        """Tie what only shows once every post is in, and close the run's record."""
        link_translations()
        for result, record in self._leading:
            assert record.article is not None
            warnings = tuple(about_target(record.article))
            self._report.remark(record, warnings, REDIRECT_CODES)
            yield replace(result, warnings=(*result.warnings, *warnings))
        self._report.close(self._outcomes)

    # --- what is known before

    def _make_sections(self, site: Site, collections: Iterable[str]) -> None:
        """Give each collection of a site that has posts here its section: news, until somebody changes it."""
        for name in sorted(set(collections) & site.collections.keys() - self._sections.keys()):
            found = site.collections[name]
            section = _section(name, found)
            try:
                section.full_clean()
            except ValidationError:  # its posts will be refused, and say what to do
                continue
            section.save()
            self._sections[name] = section

    def _name(self, file: PostFile) -> str:
        section = self._sections.get(file.collection)
        return f"{section.collection if section else file.collection}/{file.below}"

    def _named(self, files: Iterable[PostFile]) -> Iterator[tuple[str, str]]:
        """The addresses of posts by what `link` and `post_url` call them."""
        for file in files:
            if (section := self._sections.get(file.collection)) is not None:
                slug, _day = jekyll.file_name(file.below)
                address = f"/{section.prefix}/{slug}/"
                yield file.place, address
                yield file.path.stem, address

    # --- one post

    def _imported(self, file: PostFile) -> tuple[Result, ImportedPost | None]:
        path, name = str(file.path), self._name(file)
        section = self._sections.get(file.collection)
        if section is None:
            message = (
                f"aucune rubrique ne prend les billets du dossier « _{file.collection} » ; "
                "créez-la dans l’administration, ou déplacez le billet."
            )
            raise PostError(path, None, message)
        if (other := self._paths.setdefault(name, path)) != path:
            raise PostError(path, None, f"ce billet a le même nom que {other} ; renommez l’un des deux.")
        try:
            data = file.path.read_bytes()
        except OSError as error:
            message = f"ce fichier n’a pas pu être lu ({error.strerror}) ; vérifiez ses droits."
            raise PostError(path, None, message) from error
        source = _Source(file, section, name, data)
        with transaction.atomic():
            done = self._put(source)
        self._marks |= {name, source.sha256}
        # Outside: making renditions takes seconds, in which nobody else could write. What a crash
        # leaves out, the next run completes.
        return self._with_files(done), done.record

    def _put(self, source: "_Source") -> "_Done":
        """Do what a post asks for, by what is known of its name."""
        path, data = source.path, source.data
        record = self._known(name=source.name)
        if record is None:
            return self._put_unknown(source)
        is_same = record.text.encode() == data
        if record.twin_of is not None and is_same:
            return _Done(Result(path, Outcome.UNCHANGED, record.twin_of.address))
        if record.twin_of is not None:
            record.twin_of = None
            return self._write(record, source, Outcome.CREATED)
        if record.article_id is None and not self._theirs:
            return _Done(Result(path, Outcome.DELETED, message=DELETED_HERE))
        if record.article_id is None:
            return self._write(record, source, Outcome.CREATED)
        record.article = _locked(record.article_id)
        return self._put_again(record, source, is_same)

    def _put_again(self, record: ImportedPost, source: "_Source", is_same: bool) -> "_Done":
        """A post whose article is here; `is_same` tells that its bytes are."""
        assert record.article is not None
        unchanged = Result(source.path, Outcome.UNCHANGED, record.article.get_absolute_url())
        if is_same and not (self._theirs or self._reads_again):
            return _Done(unchanged, record)
        was_edited, dump_before = _is_edited(record), record.dump
        if was_edited and not self._theirs:
            if is_same:
                return _Done(unchanged, record)
            message = "modifié ici depuis l’import et dans le billet aussi : l’article est laissé tel quel"
            return _Done(replace(unchanged, outcome=Outcome.EDITED, message=message))
        done = self._write(record, source, Outcome.UPDATED)
        says_the_same = is_same and not was_edited and record.dump == dump_before
        return replace(done, result=unchanged) if says_the_same else done

    def _known(self, **conditions: Any) -> ImportedPost | None:
        """The first record that meets these conditions; no query for what never came in."""
        if not {conditions.get("name"), conditions.get("sha256")} & self._marks:
            return None
        return ImportedPost.objects.filter(**conditions).select_related("twin_of").order_by("pk").first()

    def _put_unknown(self, source: "_Source") -> "_Done":
        """A post whose name is new: it may be another's under a new name, or say what another says."""
        same = self._known(
            sha256=source.sha256, twin_of=None, name__startswith=f"{source.section.collection}/"
        )
        if same is not None and same.name not in self._names:
            return self._rename(same, source)
        if same is not None and same.article_id is not None and _says_the_same(same, source):
            return self._twin(same, source)
        return self._write(ImportedPost(name=source.name), source, Outcome.CREATED)

    def _rename(self, record: ImportedPost, source: "_Source") -> "_Done":
        """Follow a post under its new name; its article moves along, and the old address leads there."""
        message = f"renommé : c’était {record.name}"
        record.name = source.name
        if record.article_id is None:
            source.keep(record)
            return _Done(Result(source.path, Outcome.DELETED, message=DELETED_HERE))
        record.article = article = _locked(record.article_id)
        was_edited = _is_edited(record) and not self._theirs
        old_address = unquote(article.get_absolute_url())
        if old_address == record.address:
            article.slug, _taken = _free_slug(article, source, self._parsed(source))
            article.save(update_fields=["slug"])
            OldAddress.objects.lead_to(article, [old_address])
        if was_edited:
            source.keep(record)
            result = Result(source.path, Outcome.RENAMED, article.get_absolute_url(), message)
            return _Done(result, record, tuple(lacking_file(article)))
        done = self._write(record, source, Outcome.RENAMED)
        return replace(done, result=replace(done.result, message=message))

    def _twin(self, original: ImportedPost, source: "_Source") -> "_Done":
        """Let the address of a post that says the same lead to the article that is here already."""
        assert original.article_id is not None
        original.article = article = _locked(original.article_id)
        slug, _day = jekyll.file_name(source.name)
        was_edited = _is_edited(original)
        OldAddress.objects.lead_to(article, [f"/{source.section.prefix}/{slug}/".replace("//", "/")])
        if not was_edited:
            original.dump = dump(article)
            original.save(update_fields=["dump"])
        source.keep(ImportedPost(name=source.name, twin_of=original))
        message = f"dit ce que dit {original.name} : son adresse y mène"
        return _Done(Result(source.path, Outcome.TWIN, article.get_absolute_url(), message))

    def _parsed(self, source: "_Source") -> ParsedPost:
        site = replace(source.file.site, own_hosts=source.file.site.own_hosts | settings.OWN_HOSTS)
        return jekyll.parse(
            source.data,
            source.path,
            site=site,
            place=source.file.place,
            peertube_hosts=settings.PEERTUBE_HOSTS,
            post_address=lambda name: self._addresses.get(name, ""),
        )

    def _write(self, record: ImportedPost, source: "_Source", outcome: Outcome) -> "_Done":
        """Make the record's article, new or not, say what the post says."""
        parsed = self._parsed(source)
        warnings = list(parsed.warnings)
        article = record.article
        if article is None:
            article = Article(section=source.section)
            article.slug, taken = _free_slug(article, source, parsed)
            warnings += taken
        post = replace(parsed.post, status="draft") if source.file.is_draft else parsed.post
        if page_address(post.redirect_to, settings.OWN_HOSTS) == unquote(article.get_absolute_url()):
            post = replace(post, redirect_to="")  # it is where it leads
        try:
            applied = apply(post, article)
        except (ValidationError, DataError, IntegrityError) as error:
            raise PostError(source.path, None, _explain(error)) from error
        warnings += about_addresses(post, article)
        if outcome is Outcome.CREATED:
            warnings += about_namesakes(article)
        record.article, record.dump = article, jekyll.format(applied.post)
        is_new = record.pk is None
        source.keep(record, unquote(article.get_absolute_url()))
        if is_new:
            self._report.add(record)
        self._report.remark(record, warnings)
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
        found = take_files(rows, self._media)
        self._report.remark(record, found, FILE_CODES)
        if result.outcome is Outcome.UNCHANGED and len(found) < len(rows):
            result = replace(result, outcome=Outcome.COMPLETED)
        return replace(result, warnings=(*result.warnings, *found))


DELETED_HERE = "supprimé ici depuis l’import, laissé ainsi"


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a post; its record, where it has an article, and the rows that name files."""

    result: Result
    record: ImportedPost | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """A post file, read, with the section that takes it and the name that it is known by."""

    file: PostFile
    section: Section
    name: str
    data: bytes

    @property
    def path(self) -> str:
        return str(self.file.path)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def keep(self, record: ImportedPost, address: str = "") -> None:
        """Save the record of a post as it came; without `address` it stays as it is."""
        relative = self.file.relative
        record.path = relative if relative.startswith("_") else f"_{self.section.collection}/{relative}"
        record.text, record.sha256 = self.data.decode(), self.sha256
        record.address = address or record.address
        record.save()


def _locked(pk: int) -> Article:
    """The article, which nobody else changes between a comparison and the writing."""
    return Article.objects.select_for_update(of=("self",)).select_related("section").get(pk=pk)


def _section(name: str, collection: Collection) -> Section:
    prefix, folder = slug_key(collection.prefix or name), slug_key(name)
    taken = Section.objects.filter(prefix=prefix).exists()
    title = collection.title or name.replace("_", " ").capitalize()
    return Section(
        title=title, prefix=folder if taken else prefix, kind=Kind.NEWS, collection=folder, position=99
    )


def _says_the_same(record: ImportedPost, source: _Source) -> bool:
    """Whether the same bytes say the same under both names: these may date a post, and make it a draft."""
    if source.file.is_draft or record.path.startswith(DRAFTS):
        return False
    days = (jekyll.parse(source.data, name).post.published_at for name in (record.name, source.name))
    return len(set(days)) == 1


def _free_slug(article: Article, source: _Source, parsed: ParsedPost) -> tuple[str, list[PostWarning]]:
    """The slug that a post wants, or one like it where another page has that address."""
    wanted = parsed.slug or jekyll.file_name(source.name)[0]
    # `2018-03-04-bilan` is another page than `2019-03-04-bilan`: the file's whole name tells them apart.
    whole = jekyll.file_slug(source.name)
    names = chain(dict.fromkeys((wanted, whole)), (f"{wanted}-{number}" for number in count(2)))
    article.slug = next(name for name in names if _is_free(article, name))
    if article.slug == wanted:
        return wanted, []
    message = (
        f"l’adresse de ce billet, qui finit par « {wanted} », est déjà celle d’une autre page : "
        f"il prend {unquote(article.get_absolute_url())}"
    )
    return article.slug, [PostWarning("taken-address", None, message)]


def _is_free(article: Article, slug: str) -> bool:
    article.slug = slug
    return not article.is_hidden_by_the_site() and not article.siblings().filter(slug=slug).exists()


def _is_edited(record: ImportedPost) -> bool:
    """Whether the article says something else than when it was imported."""
    assert record.article is not None
    return not is_as_imported(post_of(record.article), record)


def _explain(error: ValidationError | DataError | IntegrityError) -> str:
    if isinstance(error, ValidationError):
        return " ".join(f"{field} : {' '.join(messages)}" for field, messages in error.message_dict.items())
    if isinstance(error, DataError):
        return "une valeur est trop longue pour la base de données ; raccourcissez-la."
    for constraint in Article._meta.constraints:
        if constraint.name in str(error):
            return str(constraint.violation_error_message)
    return "le billet contredit une règle de la base de données ; vérifiez ses dates et ses clés."
