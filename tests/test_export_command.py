import errno
import io
import tempfile
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from articles import jekyll, leaving
from articles.archive import PostFile, find_posts
from articles.erasing import erase
from articles.exporting import post_of
from articles.importing import import_files
from articles.models import (
    Article,
    BodyImage,
    ImportedPost,
    ImportRun,
    Status,
    StoredFile,
    Tag,
)
from articles.roles import ADMINISTRATORS

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_member,
    make_video,
    pdf_bytes,
    section,
    store,
)
from .test_exporting import on_rows, storable
from .test_jekyll import posts as generated_posts

# Edits are made by `QuerySet.update` here, which the index does not see.
pytestmark = [pytest.mark.django_db, pytest.mark.stale_index]

PROJECT = Path(__file__).resolve().parents[1]
CORPUS = PROJECT.parent / "shared" / "corpus"
POST = "---\ntitle: Le guichet\ndate: 2024-03-04\n---\n\nUn texte.\n"


@pytest.fixture
def site(tmp_path):
    """A folder of posts to write into, which comes in with `bring`."""
    return tmp_path / "site"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "export"


def write(folder, path, text=POST):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def bring(folder, **options):
    call_command("import_posts", folder, **options)


def export(folder):
    call_command("export_posts", folder)
    return files_of(folder)


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def edit(name, **values):
    assert Article.objects.filter(slug=name).update(**values) == 1


# --- posts


def test_untouched_posts_leave_byte_for_byte_at_their_places(site, out):
    write(site, "_actualites/bom.md", b"\xef\xbb\xbf" + POST.encode())
    write(site, "_actualites/crlf.markdown", POST.replace("\n", "\r\n"))
    write(site, "_communiques/2018/sans-fin-de-ligne.md", POST.rstrip())
    write(site, unicodedata.normalize("NFD", "_evenements/Été à l'étude.md"))
    write(site, "_publications/sans-extension")
    write(site, "_posts/2024-03-04-date-dans-le-nom.md", "---\ntitle: a\n---\n")
    write(site, "_drafts/brouillon.md")
    before = files_of(site)
    bring(site)
    assert Article.objects.count() == len(before)
    assert export(out) == before


def test_an_edited_post_leaves_with_the_lines_of_its_change(site, out, capsys):
    write(site, "_actualites/un.md")
    write(site, "_actualites/deux.md", POST + "Deux.\n")
    write(site, "_actualites/trois.md", POST + "Trois.\n")
    bring(site)
    edit("deux", title="Un autre")
    edit("trois", body="Un autre texte.")
    capsys.readouterr()
    files = export(out)
    assert files["_actualites/un.md"] == POST.encode()
    assert files["_actualites/deux.md"] == f"{POST}Deux.\n".replace("Le guichet", "Un autre").encode()
    assert b"dialecte: dcant" in files["_actualites/trois.md"]
    assert capsys.readouterr().out.splitlines() == [
        "3 billets écrits",
        "  1 tel qu’il est venu",
        "  1 avec des lignes changées",
        "  1 dans notre dialecte",
        "0 fichier écrit",
        "0 avertissement",
    ]


def test_articles_written_here_leave_whatever_their_state(out):
    later, earlier = timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)
    make_article(slug="public")
    make_article(slug="programme", published_at=later)
    make_article(slug="termine", published_at=earlier, ends_at=earlier + timedelta(hours=1))
    make_article(slug="brouillon", status=Status.DRAFT, published_at=None)
    make_article(slug="relecture", status=Status.IN_REVIEW)
    make_article(slug="retire", status=Status.WITHDRAWN, section=section("communiques"))
    make_article(slug="mene-ailleurs", redirect_to="/agenda/")
    files = export(out)
    assert sorted(files) == [
        *(f"_actualites/{name}.md" for name in ("brouillon", "mene-ailleurs", "programme", "public")),
        *(f"_actualites/{name}.md" for name in ("relecture", "termine")),
        "_communiques/retire.md",
    ]
    assert b"statut: retire\npublished: false\n" in files["_communiques/retire.md"]


def test_a_renamed_post_leaves_under_its_new_name(site, out):
    write(site, "_actualites/2018/le-guichet.md")
    bring(site)
    edit("le-guichet", slug="le-nouveau-guichet", section=section("communiques"))
    assert export(out) == {"_communiques/le-nouveau-guichet.md": POST.encode()}


def test_what_was_deleted_here_does_not_leave(site, out):
    write(site, "_actualites/un.md")
    write(site, "_actualites/deux.md", f"{POST}Deux.\n")
    bring(site)
    Article.objects.get(slug="un").delete()
    assert list(export(out)) == ["_actualites/deux.md"]


def test_a_draft_that_was_published_leaves_the_folder_of_drafts(site, out):
    write(site, "_drafts/un.md")
    bring(site)
    edit("un", status=Status.PUBLISHED)
    assert export(out) == {"_actualites/un.md": POST.encode()}


UNSAYABLE = ["2018-03-04-nom", "notes.md", "l’eau", "deux--tirets", "é" * 127, ".cache", "sans\u200bforme"]


@pytest.mark.parametrize("slug", UNSAYABLE)
def test_an_address_that_no_file_name_says_is_a_key_of_the_post(out, slug):
    make_article(slug=slug)
    ((path, data),) = export(out).items()
    assert path.startswith("_actualites/")
    assert jekyll.parse(data, path).slug == slug
    before = rows()
    empty()
    assert read(out) == []
    assert rows() == before


def test_names_that_differ_by_case_or_form_alone_are_files_of_their_own_on_every_disk(site, out):
    make_article(slug="guichet")
    make_article(slug="Guichet")
    make_article(slug="GUICHET")
    write(site, "_actualites/annexe/un.md")
    write(site, "_actualites/annexe/UN.md", f"{POST}Deux.\n")
    write(site, "_actualites/annexes", POST.replace("guichet", "bureau"))
    bring(site)
    files = export(out)
    assert len(files) == len({path.casefold() for path in files}) == Article.objects.count() == 5 + 1
    slugs = {jekyll.parse(data, path).slug or jekyll.file_name(path)[0] for path, data in files.items()}
    assert slugs == {"guichet", "Guichet", "GUICHET", "un", "UN", "annexes"}
    assert files["_actualites/annexe/UN.md"] == f"{POST}Deux.\n".encode()  # the first in keeps its name


def test_a_post_keeps_its_place_from_those_that_come_to_it(site, out):
    make_article(slug="LE-GUICHET", title="Un autre")
    write(site, "_actualites/le-guichet.md")
    bring(site)
    files = export(out)
    assert files["_actualites/le-guichet.md"] == POST.encode()
    assert b"slug: LE-GUICHET\n" in files["_actualites/le-guichet-2.md"]


def test_a_recorded_path_that_leaves_the_folder_is_not_followed(site, out):
    write(site, "_actualites/un.md")
    bring(site)
    for path in (
        "../../un.md",
        "/tmp/un.md",
        "_actualites/../../un.md",
        "_actualites/u\x1fn.md",
        "_a//un.md",
    ):
        ImportedPost.objects.update(path=path)
        assert list(export(out / str(len(path)))) == ["_actualites/un.md"]


def test_an_article_whose_post_is_erased_leaves_at_its_place_in_our_own_dialect(site, out):
    write(site, "_actualites/un.md", POST.replace("---\n\n", "# Un nom\n---\n\n"))
    bring(site)
    article = Article.objects.get()
    erase([], make_member(ADMINISTRATORS), "Demande de la personne.", original_of=article.uuid)
    files = export(out)
    assert list(files) == ["_actualites/un.md"]
    assert files["_actualites/un.md"].startswith(b"---\ndialecte: ")
    assert jekyll.parse(files["_actualites/un.md"], "un.md").post == post_of(article)


@pytest.fixture
def twin(site):
    """A post and another that says the same; the article of the first answers for both."""
    write(site, "_actualites/a.md")
    write(site, "_actualites/b.md")
    bring(site)
    assert ImportedPost.objects.get(twin_of__name="actualites/a.md").path == "_actualites/b.md"


def test_a_twin_leaves_as_it_came_while_its_original_does(twin, out):
    assert export(out) == {"_actualites/a.md": POST.encode(), "_actualites/b.md": POST.encode()}


@pytest.mark.parametrize("values", [{"title": "Un autre"}, {"slug": "ailleurs"}])
def test_a_twin_of_an_edited_or_moved_article_is_one_of_its_old_addresses(twin, out, values):
    edit("a", **values)
    ((_path, data),) = export(out).items()
    assert b"redirect_from:\n- /actualites/b/\n" in data


def test_a_twin_that_some_disks_would_take_for_its_original_is_one_of_its_old_addresses(site, out):
    write(site, "_actualites/A.md")
    write(site, "_actualites/a.md")
    bring(site)
    ((path, data),) = export(out).items()
    assert jekyll.parse(data, path).post.old_addresses == ("/actualites/a/",)
    assert jekyll.parse(data, path).slug == "A"


def test_the_latest_settings_of_the_site_leave_too(out):
    ImportRun.objects.create(site_config="title: vieux\n")
    ImportRun.objects.create(site_config="title: « Le site »\r\n")
    ImportRun.objects.create()
    assert export(out) == {"_config.yml": "title: « Le site »\r\n".encode()}


def test_settings_that_cannot_be_read_leave_as_they_are(out):
    ImportRun.objects.create(site_config="timezone: [\n")
    make_article(slug="un")
    assert list(export(out)) == ["_config.yml", "_actualites/un.md"]


CONFIG = """\
timezone: America/New_York
collections:
  actualites: {output: true, permalink: /news/:title/}
defaults:
- scope: {path: "", type: actualites}
  values: {categories: [Site], layout: post}
"""


def test_posts_are_read_back_with_what_their_site_says_of_them(site, out):
    linked = POST.replace("Un texte.", "Voir [là]({% link _actualites/un.md %}).")
    write(site, "_config.yml", CONFIG)
    write(site, "_actualites/un.md")
    write(site, "_actualites/deux.md", linked)
    bring(site)
    edit("deux", title="Un autre")
    files = export(out)
    assert files["_actualites/deux.md"] == linked.replace("Le guichet", "Un autre").encode()
    assert files.keys() == files_of(site).keys()
    before = rows()
    assert "(/actualites/un/)" in before["actualites", "deux"][0].body
    empty()
    bring(out)
    assert rows() == before


# --- files


def test_every_file_leaves_as_it_came_at_its_address(out):
    article = make_article(body="![Une carte](/uploads/cartes/carte.png)")
    image, document, drawing = image_bytes(50), pdf_bytes(2), image_bytes(51)
    BodyImage.objects.update(file=store("carte.png", drawing))
    make_carousel_image(article, address="/uploads/Été 100%.png", file=store("a.png", image))
    make_attachment(article, address="/assets/plan.pdf", file=store("plan.pdf", document))
    make_attachment(article, address="/uploads/copie.pdf", file=store("copie.pdf", document))
    make_video(article, poster_address="/uploads/film.png", poster=store("film.png", drawing))
    files = export(out)
    files.pop(f"_actualites/{article.slug}.md")
    assert files == {
        "uploads/cartes/carte.png": drawing,
        "uploads/Été 100%.png": image,
        "assets/plan.pdf": document,
        "uploads/copie.pdf": document,
        "uploads/film.png": drawing,
    }


def test_a_missing_file_is_a_warning(out, capsys):
    article = make_article()
    make_attachment(article, address="/uploads/absent.pdf", file=None)
    lost = make_attachment(article, address="/uploads/perdu.pdf").file
    default_storage.delete(lost.original_path)
    assert len(export(out)) == 1
    told = capsys.readouterr().out
    assert "à voir : /uploads/absent.pdf : ce fichier manque ici" in told
    assert "à voir : /uploads/perdu.pdf : le fichier « originals/" in told
    assert "0 fichier écrit\n2 avertissements" in told


def test_of_two_files_at_one_address_that_of_the_latest_public_article_leaves(out, capsys):
    now = timezone.now()
    contents = [pdf_bytes(1), pdf_bytes(2), pdf_bytes(3), pdf_bytes(4)]
    states = [
        {"published_at": now - timedelta(days=3)},
        {"published_at": now - timedelta(days=2)},  # the one that readers get
        {"published_at": now - timedelta(days=1), "status": Status.WITHDRAWN},
        {"published_at": now + timedelta(days=1)},
    ]
    for content, state in zip(contents, states, strict=True):
        make_attachment(make_article(**state), address="/uploads/a.pdf", file=store("a.pdf", content))
    make_attachment(make_article(published_at=now), address="/uploads/a.pdf", file=None)
    assert export(out)["uploads/a.pdf"] == contents[1]
    told = capsys.readouterr().out
    assert "/uploads/a.pdf : des articles ont là des fichiers différents" in told
    assert "1 fichier écrit\n1 avertissement" in told


@pytest.mark.parametrize(
    "address",
    [
        "/../dehors.pdf",
        "/uploads/../../dehors.pdf",
        "//tmp/dehors.pdf",
        "/uploads/.",
        "/uploads//a.pdf",
        "/uploads/",
        "/",
        "/uploads/a\x1f.pdf",
        f"/uploads/{'é' * 130}.pdf",
        "/_actualites/faux-billet.md",
        "/_config.yml",
        "/.git/config",
        "/uploads",  # a folder of another file
        "/uploads/bon.pdf/autre.pdf",
    ],
)
def test_a_hostile_address_is_a_warning_and_writes_nothing(out, tmp_path, address, capsys):
    article = make_article(slug="a")
    make_attachment(article, address="/uploads/bon.pdf")
    make_attachment(article, address=address)
    before = files_of(tmp_path)
    files = export(out)
    assert files_of(tmp_path).keys() - before.keys() == {f"export/{path}" for path in files}
    told = capsys.readouterr().out
    assert "1 fichier écrit\n1 avertissement" in told
    assert sorted(files)[0] == "_actualites/a.md"
    assert len(files) == 2


# --- the folder


@pytest.mark.parametrize("below", ["", "dossier"])
def test_a_file_where_the_folder_should_be_is_refused_in_a_sentence(out, below):
    write(out.parent, out.name)
    with pytest.raises(CommandError, match=r"« .*export.* ».*donnez-en un autre"):
        call_command("export_posts", out / below)


def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(out):
    make_article()
    write(out, "a.txt")
    with pytest.raises(CommandError, match=r"« .*export » n’est pas vide : videz-le ou donnez"):
        call_command("export_posts", out)
    assert files_of(out) == {"a.txt": POST.encode()}


def test_an_empty_folder_is_filled(out):
    out.mkdir()
    make_article(slug="un")
    assert list(export(out)) == ["_actualites/un.md"]


def test_a_full_disk_ends_the_export_in_a_sentence_and_leaves_no_half_file(out, monkeypatch):
    make_article()

    def full(source, target):
        target.write(source.read()[:10])
        raise OSError(errno.ENOSPC, "Plus de place")

    monkeypatch.setattr(leaving.shutil, "copyfileobj", full)
    with pytest.raises(CommandError, match=r"Plus de place.*vérifiez"):
        call_command("export_posts", out)
    assert [path for path in files_of(out) if not path.startswith(".")] == []


def test_queries_do_not_grow_with_articles(out, django_assert_max_num_queries, site):
    write(site, "_actualites/un.md")
    bring(site)

    def make(number):
        for _ in range(number):
            article = make_article(tags=["eau", "air"])
            make_attachment(article, file=None)
            make_carousel_image(article, file=None)
            make_article(language="en", translation_of=article)

    make(2)
    with django_assert_max_num_queries(14) as few:
        call_command("export_posts", out)
    make(10)
    with django_assert_max_num_queries(14) as many:
        call_command("export_posts", out / ".." / "encore")
    assert len(few) == len(many)


# --- there and back


def rows():
    """All that articles are, but for what a database numbers and a clock tells."""
    return {
        (article.section.collection, article.slug): (post_of(article), files_used_by(article))
        for article in Article.objects.select_related("section")
    }


def files_used_by(article):
    items = [*article.carousel_images.all(), *article.attachments.all(), *article.body_images.all()]
    used = {each.address: each.file and each.file.sha256 for each in items}
    return used | {
        each.poster_address: each.poster and each.poster.sha256 for each in article.video_embeds.all()
    }


def empty():
    for model in (Article, ImportedPost, ImportRun, Tag, StoredFile):
        model.objects.all().delete()


def read(folder, **options):
    found = [file for file in find_posts(folder) if isinstance(file, PostFile)]
    return [result.message for result in import_files(found, section()) if result.outcome != "created"]


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(generated_posts(), st.sampled_from(["a", "É-b.c", "l'eau", "a_~!", *UNSAYABLE]))
def test_an_export_brings_the_same_articles_into_an_empty_database(post, slug):
    empty()
    try:
        with transaction.atomic():
            article = on_rows(storable(post))
    except ValidationError:  # longer than a field
        reject()
    Article.objects.filter(pk=article.pk).update(slug=slug, section=section("publications"))
    before = rows()
    with tempfile.TemporaryDirectory() as folder:
        call_command("export_posts", folder, stdout=io.StringIO())
        empty()
        assert read(Path(folder)) == []
    assert rows() == before


def test_the_sample_posts_leave_and_come_back_with_their_files(sample_media, out):
    bring(PROJECT / "fixtures" / "posts", media=sample_media)
    before = rows()
    assert len(before) > 10
    used = {address.lstrip("/") for _post, files in before.values() for address in files if address}
    assert len(used) > 10
    files = export(out)
    assert {path: files[path] for path in used} == {path: (sample_media / path).read_bytes() for path in used}
    empty()
    bring(out, media=out)
    assert rows() == before


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the real posts are not beside the project")
@pytest.mark.parametrize("path", ["site", "seed", "blog/posts"])
def test_real_posts_leave_byte_for_byte(out, tmp_path, path):
    folder = tmp_path / ("site" if path == "site" else "_posts")
    folder.symlink_to(CORPUS / path)
    found = [file for file in find_posts(folder) if isinstance(file, PostFile)]
    results = import_files(found, section())
    files = {
        file.relative: file.path.read_bytes()
        for file, result in zip(found, results, strict=True)
        if result.outcome != "refused"
    }
    assert len(files) == {"site": 36, "seed": 1}.get(path, 504)
    assert export(out) == files
