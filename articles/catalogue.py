"""The post files of one run: the section that takes each, the name that it is known by, its address.

Files and sections come in; must not know what a post says.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError

from . import jekyll
from .archive import PostFile
from .models import ImportedPost, Kind, Section
from .posts import PostError
from .sites import NO_SITE, Collection, Site
from .sources import Around
from .text import slug_key

MAX_PATH = 1_000
"""Characters of the path of a post below its site that a record takes."""


class Catalogue:
    """What a run has before it, by file and by name; `section` takes posts whose folder names none."""

    def __init__(self, files: Sequence[PostFile], section: Section) -> None:
        site = next((file.site for file in files), NO_SITE)
        self._sections = {each.collection: each for each in Section.objects.all()}
        # `_posts` is every Jekyll site's folder, whatever the site is about.
        self._sections |= {"": section, "posts": section}
        self._make_sections(site, {file.collection for file in files})
        self._files: dict[str, PostFile] = {}
        for file in files:
            self._files.setdefault(self.name(file), file)
        # Where a post is, once it is in, wins over what its file's name says.
        self.around = Around(site, dict(self._named(files)) | dict(_addresses_known()))

    def name(self, file: PostFile) -> str:
        """The name that a post is known by: its section's folder and its path below (`actualites/a.md`)."""
        return f"{self._folder(file)}/{file.below}"

    def place(self, file: PostFile) -> str:
        """The path of the post from the folder of its collection on, even where it came without one."""
        return file.relative if file.relative.startswith("_") else f"_{self._folder(file)}/{file.relative}"

    def section_of(self, file: PostFile) -> Section:
        """The section that takes the post; raises PostError for one that no section takes."""
        path, name = str(file.path), self.name(file)
        section = self._sections.get(file.collection)
        if section is None:
            message = (
                f"aucune rubrique ne prend les billets du dossier « _{file.collection} » ; "
                "demandez à qui administre le site de la créer, ou déplacez le billet."
            )
            raise PostError(path, None, message)
        if max(len(name), len(self.place(file))) > MAX_PATH:
            raise PostError(path, None, f"ce chemin dépasse {MAX_PATH} caractères : raccourcissez-le.")
        if (other := self._files[name]) != file:
            message = f"ce billet a le même nom que {other.path} ; renommez l’un des deux."
            raise PostError(path, None, message)
        return section

    def file_of(self, record: ImportedPost, beside: PostFile) -> PostFile | None:
        """The file of a post, in this run or left out of it; None if it is gone from where it was.

        `beside` is a file of the same site, which tells where that is.
        """
        if record.name in self._files:
            return self._files[record.name]
        site = Path(str(beside.path).removesuffix(beside.relative))
        paths = (site / record.path, site / record.path.partition("/")[2])
        path = next((path for path in paths if path.is_file()), None)
        return None if path is None else PostFile(path, "", "", "", site=beside.site, place=record.path)

    def _folder(self, file: PostFile) -> str:
        section = self._sections.get(file.collection)
        return section.collection if section else file.collection

    def _make_sections(self, site: Site, collections: set[str]) -> None:
        """Give each collection of a site that has posts here its section: news, until somebody changes it."""
        for name in sorted(collections & site.collections.keys() - self._sections.keys()):
            section = _section(name, site.collections[name])
            with suppress(ValidationError):  # its posts will be refused, and say what to do
                section.full_clean()
                section.save()
                self._sections[name] = section

    def _named(self, files: Sequence[PostFile]) -> Iterator[tuple[str, str]]:
        """The addresses of posts by what `link` and `post_url` call them.

        Of two files that would have one address, the second gets that of its whole name, as it will have.
        """
        taken: set[str] = set()
        for file in files:
            if (section := self._sections.get(file.collection)) is not None:
                address = section.address_of(jekyll.file_name(file.below)[0])
                if address in taken:
                    address = section.address_of(jekyll.file_slug(file.below))
                taken.add(address)
                yield file.place, address
                yield file.path.stem, address


def _addresses_known() -> Iterator[tuple[str, str]]:
    """The addresses of posts that came in before, by what `link` and `post_url` call them."""
    records = ImportedPost.objects.exclude(article=None).select_related("article__section")
    rows = records.values_list("path", "article__section__prefix", "article__slug").iterator()
    for path, prefix, slug in rows:
        address = f"/{prefix}/{slug}/" if prefix else f"/{slug}/"
        yield path, address
        yield PurePosixPath(path).stem, address


def _section(name: str, collection: Collection) -> Section:
    prefix = slug_key(collection.prefix or name)
    is_taken = Section.objects.filter(prefix=prefix).exists()
    return Section(
        title=collection.title or name.replace("_", " ").capitalize(),
        prefix=slug_key(name) if is_taken else prefix,
        kind=Kind.NEWS,
        collection=name,
        position=Section.objects.count() + 1,
    )
