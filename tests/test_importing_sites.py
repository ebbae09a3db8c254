"""What a site says of its posts, and what becomes of their addresses when they come in."""

from pathlib import Path

import pytest
from django.db import IntegrityError

from articles import sites
from articles.archive import MediaFolder, PostFile, find_posts, site_folder
from articles.exporting import dump, post_of
from articles.importing import Outcome, import_files
from articles.media import Media
from articles.models import Article, ImportedPost, ImportRemark, ImportRun, OldAddress, Section, Status

from .factories import image_bytes, pdf_bytes, section, store

pytestmark = pytest.mark.django_db

CONFIG = """\
url: https://www.annonces.example.fr
baseurl: /infos
permalink: /:year/:month/:title/
exclude: [brouillons]
collections:
  notes:
    title: Notes de service
    output: true
    permalink: /notes-de-service/:title/
  auteurs:
    output: false
defaults:
- scope:
    path: _posts/internes
  values:
    published: false
    layout: interne
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def post(title="Le guichet ouvre", header="", body="Un paragraphe.", date="2024-03-05 09:00:00 +01:00"):
    return f"---\ntitle: {title}\ndate: {date}\n{header}---\n\n{body}\n"


def found(*paths):
    files = []
    for path in paths:
        root = site_folder(path)
        site = sites.read((root / "_config.yml").read_text(), "_config.yml") if root else sites.NO_SITE
        files += [file for file in find_posts(path, site, root) if isinstance(file, PostFile)]
    return files


def run(*paths, media=None, **options):
    return list(import_files(found(*paths), section(), media and Media(MediaFolder(media)), **options))


def outcomes(*paths, **options):
    return {Path(result.path).name: result.outcome for result in run(*paths, **options)}


def codes(result):
    return [warning.code for warning in result.warnings if not warning.code.startswith("file-")]


@pytest.fixture
def site(tmp_path):
    write(tmp_path / "_config.yml", CONFIG)
    return tmp_path


# --- a site


def test_a_whole_site_comes_in_with_its_collections_and_addresses(site, client):
    write(site / "_posts" / "2024-03-05-guichet.md", post())
    write(site / "_notes" / "rentree.md", post("La rentrée"))
    write(site / "_auteurs" / "direction.md", post("La direction"))
    write(site / "brouillons" / "idee.md", post("Une idée"))
    write(site / "a-propos.md", "---\ntitle: À propos\n---\n")
    results = run(site)
    assert {result.address for result in results} == {
        "/actualites/guichet/",
        "/notes-de-service/rentree/",
        "/a-propos/",
    }
    notes = Section.objects.get(collection="notes")
    assert (notes.title, notes.prefix) == ("Notes de service", "notes-de-service")
    response = client.get("/infos/2024/03/guichet/")
    assert (response.status_code, response.headers["Location"]) == (301, "/actualites/guichet/")
    assert ImportRun.objects.get().site_config == CONFIG
    assert set(outcomes(site).values()) == {Outcome.UNCHANGED}


def test_a_collection_or_a_file_of_a_site_knows_its_site(site):
    path = write(site / "_posts" / "2024-03-05-guichet.md", post())
    run(path)
    assert {old.address for old in OldAddress.objects.all()} == {
        "/infos/2024/03/guichet/",
        "/2024/03/guichet/",
    }
    assert set(outcomes(site / "_posts").values()) == {Outcome.UNCHANGED}


def test_the_defaults_of_a_site_hold_for_posts_that_say_nothing(site):
    write(site / "_posts" / "internes" / "2024-03-05-a.md", post("A"))
    write(site / "_posts" / "internes" / "2024-03-05-b.md", post("B", header="published: true\n"))
    run(site)
    assert Article.objects.get(slug="a").status == Status.DRAFT
    assert Article.objects.get(slug="b").status == Status.PUBLISHED
    assert all("layout" not in article.extra for article in Article.objects.all())


def test_times_without_zone_are_those_of_the_site(site):
    write(site / "_config.yml", CONFIG + "timezone: America/Cayenne\n")
    write(site / "_posts" / "2024-03-05-a.md", post("A", date="2024-03-05 09:00:00"))
    write(site / "_posts" / "2024-03-05-b.md", post("B", date="2024-03-05 09:00:00 +01:00"))
    write(site / "_posts" / "2024-03-05-c.md", "---\ntitle: C\n---\n")
    run(site)
    hours = {each.slug: f"{each.published_at:%d %H}" for each in Article.objects.all()}
    assert hours == {"a": "05 12", "b": "05 08", "c": "05 03"}


def test_files_named_by_the_sites_own_host_are_its_own(site, tmp_path):
    (site / "uploads").mkdir()
    (site / "uploads" / "plan.pdf").write_bytes(pdf_bytes(2))
    (site / "uploads" / "photo.png").write_bytes(image_bytes(50))
    header = "une-ou-diaporama:\n- image: https://annonces.example.fr/uploads/photo.png\n"
    body = "Voir [le plan](https://www.annonces.example.fr/uploads/plan.pdf) (en anglais)."
    write(site / "_posts" / "2024-03-05-a.md", post("A", header, body))
    run(site, media=site)
    article = Article.objects.get()
    document = article.attachments.get()
    assert (document.address, document.title, document.language) == ("/uploads/plan.pdf", "le plan", "en")
    assert document.file.page_count == 2
    assert article.carousel_images.get().file.width == 50
    assert "https://www.annonces.example.fr/uploads/plan.pdf" in article.body


def test_what_jekyll_would_have_run_is_told_with_its_line(site):
    body = (
        "[Le plan]({{ site.baseurl }}/uploads/plan.html)\n\n{% include carte.html %}\n\n<script>a()</script>"
    )
    write(site / "_posts" / "2024-03-05-a.md", post("A", body=body))
    [result] = run(site)
    assert [(each.code, each.line) for each in result.warnings] == [("liquid", 8), ("script", 10)]
    assert Article.objects.get().body == "[Le plan](/infos/uploads/plan.html)"


def test_a_post_links_to_another_by_its_name(site):
    write(site / "_posts" / "2024-03-05-a.md", post("A", body="[b]({% post_url 2024-03-06-b %})"))
    write(site / "_posts" / "2024-03-06-b.md", post("B"))
    run(site)
    assert Article.objects.get(slug="a").body == "[b](/actualites/b/)"


# --- addresses


def test_an_old_address_of_one_post_stays_its_own(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post("A", "redirect_from:\n- /court/\n"))
    write(tmp_path / "_actualites" / "b.md", post("B", "permalink: /court/\n"))
    first, second = run(tmp_path)
    assert (codes(first), codes(second)) == ([], ["taken-address"])
    assert OldAddress.objects.get().article.slug == "a"


def test_posts_of_one_name_and_several_dates_all_come_in(tmp_path, client):
    write(tmp_path / "_posts" / "2023-03-05-bilan.md", post("Bilan 2023"))
    write(tmp_path / "_posts" / "2024-03-05-bilan.md", post("Bilan 2024"))
    first, second = run(tmp_path)
    assert (first.address, second.address) == ("/actualites/bilan/", "/actualites/2024-03-05-bilan/")
    assert codes(second) == ["taken-address"]
    assert client.get(second.address).status_code == 200
    assert set(outcomes(tmp_path).values()) == {Outcome.UNCHANGED}


def test_a_post_that_leads_elsewhere_leads_there_and_says_what_is_wrong(tmp_path, client):
    folder = tmp_path / "_actualites"
    write(folder / "a.md", post("A", "redirection-interne: /actualites/z/\n"))
    write(folder / "b.md", post("B", "redirect_to: /actualites/absent/\n"))
    write(folder / "c.md", post("C", "redirect_to: /actualites/d/\n"))
    write(folder / "d.md", post("D", "redirect_to: /actualites/c/\n"))
    write(folder / "e.md", post("E", "redirect_to: https://example.org/\n"))
    write(folder / "f.md", post("F", "redirect_to: /actualites/f/\n"))
    write(folder / "z.md", post("Z"))
    results = {Path(result.path).stem: result for result in run(tmp_path)}
    assert {name: codes(result) for name, result in results.items()} == {
        "a": [],
        "b": ["redirect-nowhere"],
        "c": ["redirect-loop"],
        "d": ["redirect-loop"],
        "e": [],
        "f": [],
        "z": [],
    }
    assert client.get("/actualites/a/").headers["Location"] == "/actualites/z/"
    assert client.get("/actualites/f/").status_code == 200
    again = {Path(result.path).stem: codes(result) for result in run(tmp_path)}
    assert again["c"] == ["redirect-loop"]
    assert ImportRemark.objects.count() == 3


def test_a_slug_that_the_post_gives_ends_its_address(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post("A", "slug: autre-fin\n"))
    [result] = run(tmp_path)
    assert result.address == "/actualites/autre-fin/"


# --- twins and new names


def test_a_post_under_a_new_name_is_recognised_and_its_old_address_leads_there(tmp_path, client):
    path = write(tmp_path / "_actualites" / "ancien.md", post())
    run(tmp_path)
    article = Article.objects.get()
    path.rename(path.with_name("nouveau.md"))
    [result] = run(tmp_path)
    assert (result.outcome, result.address) == (Outcome.RENAMED, "/actualites/nouveau/")
    assert Article.objects.get() == article
    assert client.get("/actualites/ancien/").headers["Location"] == "/actualites/nouveau/"
    assert outcomes(tmp_path) == {"nouveau.md": Outcome.UNCHANGED}
    path.with_name("nouveau.md").write_text(post(body="Un autre paragraphe."))
    assert outcomes(tmp_path) == {"nouveau.md": Outcome.UPDATED}


def test_a_new_name_leaves_what_an_editor_changed(tmp_path):
    path = write(tmp_path / "_actualites" / "ancien.md", post())
    run(tmp_path)
    article = Article.objects.get()
    article.title = "Titre de la rédaction"
    article.save()
    path.rename(path.with_name("nouveau.md"))
    assert outcomes(tmp_path) == {"nouveau.md": Outcome.RENAMED}
    assert Article.objects.get().title == "Titre de la rédaction"


def test_a_draft_that_becomes_a_post_is_published(tmp_path):
    path = write(tmp_path / "_drafts" / "guichet.md", "---\ntitle: Guichet\n---\n")
    run(tmp_path)
    (tmp_path / "_posts").mkdir()
    path.rename(tmp_path / "_posts" / "2024-03-05-guichet.md")
    assert list(outcomes(tmp_path).values()) == [Outcome.RENAMED]
    assert Article.objects.get().status == Status.PUBLISHED


def test_a_twin_leads_to_the_post_that_says_the_same(tmp_path, client):
    write(tmp_path / "_actualites" / "a.md", post())
    write(tmp_path / "_actualites" / "b.md", post())
    write(tmp_path / "_actualites" / "2024" / "a.md", post())
    write(tmp_path / "_communiques" / "b.md", post())
    assert [result.outcome for result in run(tmp_path)] == [
        Outcome.CREATED,
        Outcome.TWIN,
        Outcome.TWIN,
        Outcome.CREATED,
    ]
    assert client.get("/actualites/b/").headers["Location"] == "/actualites/a/"
    assert set(outcomes(tmp_path).values()) == {Outcome.UNCHANGED}
    # A twin is no edit: a changed source still updates the article.
    write(tmp_path / "_actualites" / "2024" / "a.md", post(body="Autre."))
    assert [result.outcome for result in run(tmp_path)].count(Outcome.UPDATED) == 1


def test_a_twin_that_changes_is_a_post_of_its_own(tmp_path, client):
    write(tmp_path / "_actualites" / "a.md", post())
    other = write(tmp_path / "_actualites" / "b.md", post())
    run(tmp_path)
    other.write_text(post("Un autre titre"))
    assert outcomes(tmp_path) == {"a.md": Outcome.UNCHANGED, "b.md": Outcome.CREATED}
    assert client.get("/actualites/b/").status_code == 200


def test_the_same_text_on_two_days_is_two_posts(tmp_path):
    write(tmp_path / "_posts" / "2024-03-05-permanence.md", "---\ntitle: Permanence\n---\n")
    write(tmp_path / "_posts" / "2024-04-02-permanence.md", "---\ntitle: Permanence\n---\n")
    assert {result.outcome for result in run(tmp_path)} == {Outcome.CREATED}


def test_a_namesake_is_told(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post())
    write(tmp_path / "_actualites" / "b.md", post(body="Presque le même."))
    assert [codes(result) for result in run(tmp_path)] == [[], ["namesake"]]


# --- theirs


def test_with_theirs_the_posts_win(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post())
    write(tmp_path / "_actualites" / "b.md", post("B"))
    run(tmp_path)
    article = Article.objects.get(slug="a")
    article.title = "Titre de la rédaction"
    article.save()
    Article.objects.get(slug="b").delete()
    assert outcomes(tmp_path) == {"a.md": Outcome.UNCHANGED, "b.md": Outcome.DELETED}
    assert outcomes(tmp_path, theirs=True) == {"a.md": Outcome.UPDATED, "b.md": Outcome.CREATED}
    article.refresh_from_db()
    assert article.title == "Le guichet ouvre"
    assert set(outcomes(tmp_path, theirs=True).values()) == {Outcome.UNCHANGED}
    path.write_text(post(body="Autre."))
    assert outcomes(tmp_path, theirs=True)["a.md"] == Outcome.UPDATED


# --- what is told


def test_remarks_stay_ticked_as_long_as_they_are_the_same(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post(header="lang: xx\nepingle: souvent\n"))
    run(tmp_path)
    assert ImportRemark.objects.filter(code="unread-key").count() == 2
    ImportRemark.objects.update(is_done=True)
    path.write_text(post(header="ordre: 1\nlang: xx\n"))
    run(tmp_path)
    remark = ImportRemark.objects.get()
    assert (remark.is_done, remark.code) == (True, "unread-key")
    path.write_text(post(header="lang: yy\n", body="![](/uploads/a.png)"))
    run(tmp_path)
    assert {(each.code, each.is_done) for each in ImportRemark.objects.all()} == {
        ("unread-key", True),
        ("body-image-without-alt", False),
        ("file-missing", False),
    }


def test_a_refusal_is_kept_until_the_post_comes_in(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", "---\ndate: 2024-01-01\n---\n")
    for _ in range(2):
        assert outcomes(tmp_path) == {"a.md": Outcome.REFUSED}
    remark = ImportRemark.objects.get()
    assert (remark.code, remark.post, remark.path) == ("refused", None, "_actualites/a.md")
    path.write_text(post())
    run(tmp_path)
    assert not ImportRemark.objects.exists()


def test_a_run_keeps_its_figures(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post())
    write(tmp_path / "_actualites" / "b.md", "rien")
    run(tmp_path)
    latest = ImportRun.objects.first()
    assert latest.outcomes == {"created": 1}
    assert latest.ended_at is not None


def test_what_applying_says_is_what_rows_say(tmp_path):
    header = (
        "tags: [eau, Eau]\nredirect_from: [/x/, /actualites/a/]\ntraduction-de: /actualites/b\n"
        "une-ou-diaporama:\n- image: /uploads/a.png\n  alternative-textuelle: ' Un plan '\n"
        "files:\n- file: /uploads/a.pdf\n- file: /uploads/b.pdf\n  version-accessible-de: a\n"
        'chapeau-text: "un\\r\\ndeux"\n'
    )
    path = write(tmp_path / "_actualites" / "a.md", post(header=header))
    for text in (path.read_text(), post(header="tags: [air]\n")):
        path.write_text(text)
        run(tmp_path)
        record = ImportedPost.objects.get()
        assert record.dump == dump(record.article)
        assert post_of(record.article).title == "Le guichet ouvre"


def test_other_settings_of_the_site_are_read_again(site):
    write(site / "_posts" / "internes" / "2024-03-05-a.md", post("A"))
    write(site / "_posts" / "2024-03-05-b.md", post("B"))
    run(site)
    write(site / "_config.yml", CONFIG.replace("published: false", "lang: en"))
    assert outcomes(site) == {"2024-03-05-a.md": Outcome.UPDATED, "2024-03-05-b.md": Outcome.UNCHANGED}
    article = Article.objects.get(slug="a")
    assert (article.status, article.language) == (Status.PUBLISHED, "en")
    assert set(outcomes(site).values()) == {Outcome.UNCHANGED}


def test_a_slug_that_the_post_gives_stays_under_a_new_name(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post(header="slug: le-bilan\n"))
    run(tmp_path)
    path.rename(path.with_name("b.md"))
    [result] = run(tmp_path)
    assert (result.outcome, result.address) == (Outcome.RENAMED, "/actualites/le-bilan/")
    assert not OldAddress.objects.exists()


# --- what must not go wrong


@pytest.mark.parametrize("slug", ["a" * 300, "a/b", "..", "a b?"])
@pytest.mark.parametrize("dialect", ["", "dialecte: dcant\n"])
def test_a_slug_that_no_address_takes_is_kept_and_told(tmp_path, slug, dialect):
    write(tmp_path / "_actualites" / "guichet.md", post(header=f"slug: '{slug}'\n{dialect}"))
    [result] = run(tmp_path)
    assert result.outcome is Outcome.CREATED
    if "unread-key" in codes(result):
        assert result.address == "/actualites/guichet/"
        assert Article.objects.get().extra == {"slug-non-lu": slug}
    else:  # what Jekyll makes of it
        assert dialect == ""
        assert result.address == f"/actualites/{'guichet' if slug == '..' else 'a-b'}/"


def test_a_collection_of_any_name_comes_in_again_and_again(site):
    config = "collections:\n  Études_de-cas:\n    output: true\n    permalink: /etudes/:title/\n"
    write(site / "_config.yml", config)
    write(site / "_Études_de-cas" / "a.md", post("A"))
    assert [result.address for result in run(site)] == ["/etudes/a/"]
    assert outcomes(site) == {"a.md": Outcome.UNCHANGED}
    assert ImportedPost.objects.get().path == "_Études_de-cas/a.md"


def test_a_link_to_a_page_of_the_site_starts_at_its_root(site):
    write(site / "a-propos.md", post("À propos"))
    write(site / "_posts" / "2024-03-05-a.md", post("A", body="[b]({% link a-propos.md %})"))
    run(site)
    assert Article.objects.get(slug="a").body == "[b](/a-propos/)"


@pytest.mark.parametrize("changed", ["a", "b"])
def test_twins_part_when_either_changes_and_no_text_is_lost(tmp_path, client, changed):
    for name in ("a", "b"):
        write(tmp_path / "_actualites" / f"{name}.md", post())
    run(tmp_path)
    write(tmp_path / "_actualites" / f"{changed}.md", post(body="Nouveau."))
    run(tmp_path)
    bodies = dict(Article.objects.values_list("slug", "body"))
    assert sorted(bodies.values()) == ["Nouveau.", "Un paragraphe."]
    assert bodies[changed] == "Nouveau."
    assert client.get("/actualites/b/").status_code == 200
    assert set(outcomes(tmp_path).values()) == {Outcome.UNCHANGED}


def test_the_original_of_twins_may_come_after_its_twin(tmp_path):
    write(tmp_path / "_actualites" / "m.md", post())
    run(tmp_path)
    write(tmp_path / "_actualites" / "a.md", post())
    assert outcomes(tmp_path) == {"a.md": Outcome.TWIN, "m.md": Outcome.UNCHANGED}
    write(tmp_path / "_actualites" / "m.md", post(body="Nouveau."))
    assert outcomes(tmp_path) == {"a.md": Outcome.CREATED, "m.md": Outcome.UPDATED}


def test_a_post_that_its_folder_hides_is_nobodys_twin(site):
    write(site / "_posts" / "internes" / "2024-03-05-a.md", post())
    write(site / "_posts" / "2024-03-05-b.md", post())
    assert {result.outcome for result in run(site)} == {Outcome.CREATED}
    assert Article.objects.get(slug="b").status == Status.PUBLISHED


def test_a_post_that_is_only_left_out_of_a_run_is_not_renamed(tmp_path):
    first = write(tmp_path / "_actualites" / "a.md", post())
    run(tmp_path)
    second = write(tmp_path / "_actualites" / "b.md", post())
    assert outcomes(second) == {"b.md": Outcome.TWIN}
    assert Article.objects.get().slug == "a"
    second.unlink()
    first.rename(tmp_path / "_actualites" / "c.md")
    assert outcomes(tmp_path / "_actualites" / "c.md") == {"c.md": Outcome.RENAMED}


def test_a_twin_of_what_was_deleted_here_is_deleted_too(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / "_actualites" / f"{name}.md", post())
    run(tmp_path)
    Article.objects.get().delete()
    assert set(outcomes(tmp_path).values()) == {Outcome.DELETED}
    assert Outcome.CREATED in outcomes(tmp_path, theirs=True).values()
    assert set(outcomes(tmp_path).values()) == {Outcome.UNCHANGED}


def test_a_new_name_of_what_was_deleted_here_stays_deleted_unless_the_posts_win(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post())
    run(tmp_path)
    Article.objects.get().delete()
    path.rename(path.with_name("b.md"))
    assert outcomes(tmp_path) == {"b.md": Outcome.DELETED}
    path.with_name("b.md").rename(path.with_name("c.md"))
    assert outcomes(tmp_path, theirs=True) == {"c.md": Outcome.CREATED}


def test_a_remark_follows_its_line(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post(header="lang: xx\n"))
    run(tmp_path)
    path.write_text(post(header="ordre: 1\nlang: xx\n"))
    run(tmp_path)
    assert ImportRemark.objects.get().line == 5


def test_a_refusal_of_what_a_post_says_now_names_its_article(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post())
    run(tmp_path)
    path.write_text("---\ndate: 2024-01-01\n---\n")
    run(tmp_path)
    assert ImportRemark.objects.get().post.article == Article.objects.get()
    path.write_text(post())
    run(tmp_path)
    assert not ImportRemark.objects.exists()


def test_an_item_that_an_editor_deletes_meanwhile_stops_nothing(tmp_path, monkeypatch):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "plan.pdf").write_bytes(pdf_bytes(1))
    write(tmp_path / "_actualites" / "a.md", post(header="files:\n- file: /uploads/plan.pdf\n"))
    stored = Media.stored

    def deleting(self, address):
        Article.objects.get().attachments.all().delete()
        return stored(self, address)

    monkeypatch.setattr(Media, "stored", deleting)
    assert [result.outcome for result in run(tmp_path, media=tmp_path)] == [Outcome.CREATED]


def test_a_post_that_another_run_brought_in_meanwhile_is_refused_in_a_sentence(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post("A"))
    write(tmp_path / "_actualites" / "b.md", post("B"))
    files = found(tmp_path)
    running = import_files(files, section())
    next(running)
    ImportedPost.objects.create(name="actualites/b.md", path="_actualites/b.md", text="", dump="")
    [result] = running
    assert result.outcome is Outcome.REFUSED
    assert "en même temps" in result.message
    assert Article.objects.count() == 1


def test_markup_that_the_page_shows_as_text_is_told(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post("A", body="Voir \\<a href='/x'>ici\\</a> `{: .code}`."))
    write(tmp_path / "_actualites" / "b.md", post("B", body="Voir `<a>` et {}.\n\n    <div>\n"))
    write(tmp_path / "_actualites" / "c.md", post("C", body="Un texte \\{: .encadre}"))
    assert [codes(result) for result in run(tmp_path)] == [["visible-markup"], [], ["visible-markup"]]


def test_addresses_that_posts_name_are_known_below_the_base_too(site, client):
    write(site / "_posts" / "2024-03-05-a.md", post("A", "permalink: /court/\nredirect_from: /vieux.html\n"))
    write(site / "_posts" / "2024-03-05-b.md", post("B", "redirect_to: /court/\n"))
    run(site)
    for address in ("/court/", "/infos/court/", "/infos/vieux.html", "/actualites/b/"):
        assert client.get(address).headers["Location"] == "/actualites/a/", address


def test_a_twin_keeps_the_address_that_its_site_gave_it(site, client):
    write(site / "_notes" / "a.md", post())
    write(site / "_notes" / "b.md", post())
    run(site)
    for address in ("/infos/notes-de-service/b/", "/notes-de-service/b/"):
        assert client.get(address).headers["Location"] == "/notes-de-service/a/"
    Article.objects.get().delete()
    run(site, theirs=True)
    assert client.get("/notes-de-service/b/").headers["Location"] == "/notes-de-service/a/"


def test_a_post_that_moves_to_another_collection_is_followed(tmp_path, client):
    path = write(tmp_path / "_actualites" / "a.md", post())
    run(tmp_path)
    (tmp_path / "_communiques").mkdir()
    path.rename(tmp_path / "_communiques" / "a.md")
    assert [result.address for result in run(tmp_path)] == ["/espace-presse/a/"]
    assert Article.objects.count() == 1
    assert client.get("/actualites/a/").headers["Location"] == "/espace-presse/a/"
    (tmp_path / "_communiques" / "a.md").rename(path)
    assert [result.address for result in run(tmp_path)] == ["/actualites/a/"]
    for folder in ("espace-presse", "communiques"):
        assert client.get(f"/{folder}/a/").headers["Location"] == "/actualites/a/"


@pytest.mark.parametrize(
    ("scope", "path"), [("type: pages", "a.md"), ("path: _posts", "c/_posts/2024-03-05-a.md")]
)
def test_what_a_site_keeps_unpublished_stays_so(tmp_path, scope, path):
    config = f"collections_dir: c\ndefaults:\n- scope: {{{scope}}}\n  values: {{published: false}}\n"
    write(tmp_path / "_config.yml", config)
    write(tmp_path / path, post())
    run(tmp_path)
    assert Article.objects.get().status == Status.DRAFT


def test_a_file_that_an_editor_replaced_stays_unless_the_posts_win(tmp_path):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "plan.pdf").write_bytes(pdf_bytes(1))
    header = "files:\n- file: /uploads/plan.pdf\n"
    path = write(tmp_path / "_actualites" / "a.md", post(header=header))
    run(tmp_path, media=tmp_path)
    document = Article.objects.get().attachments.get()
    document.file = store("plan.pdf", pdf_bytes(3))
    document.save()
    path.write_text(post(header=header, body="Autre."))
    assert outcomes(tmp_path, media=tmp_path) == {"a.md": Outcome.UPDATED}
    document.refresh_from_db()
    assert document.file.page_count == 3
    path.write_text(post(header=header, body="Encore."))
    run(tmp_path, media=tmp_path, theirs=True)
    document.refresh_from_db()
    assert document.file.page_count == 1


@pytest.mark.parametrize(
    "body",
    [
        "<iframe title='un `x` deux' src='https://example.org/v'></iframe>",
        "<iframe src='https://example.org/`x`/v'></iframe>",
        "<iframe src='//www.dailymotion.com/embed/video/x7abcde' title='a `b`'></iframe>\n*Une `x` légende*",
        "![`IMG`_1.png](/uploads/a.png) ![IMG_1.png](/uploads/`a`b.png)",
        "[[video:`x`]]",
    ],
)
def test_words_that_look_like_code_leave_no_mark(tmp_path, body):
    write(tmp_path / "_actualites" / "a.md", post(body=body))
    [result] = run(tmp_path)
    said = [dump(Article.objects.get()), *(warning.message for warning in result.warnings)]
    assert "\0" not in "".join(said)


def test_long_names_that_meet_get_shorter_ones(tmp_path):
    for folder in ("1", "2", "3"):
        write(tmp_path / "_actualites" / folder / f"{'a' * 250}.md", post(folder))
    results = run(tmp_path)
    assert {result.outcome for result in results} == {Outcome.CREATED}
    assert max(len(slug) for slug in Article.objects.values_list("slug", flat=True)) <= 255


def test_a_post_that_writes_itself_out_without_measure_is_refused(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post(header=f"x: {'a' * 20_000}\n", body="{{page.x}}" * 2_000))
    [result] = run(tmp_path)
    assert result.outcome is Outcome.REFUSED
    assert "démesuré" in result.message


def test_a_placement_of_nothing_is_told(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post(body="[[video:absente]]"))
    assert [codes(result) for result in run(tmp_path)] == [["unknown-item"]]


def test_sources_of_a_site_are_no_files(site):
    write(site / "_drafts" / "secret.txt", "---\ntitle: Secret\n---\n")
    write(site / "_posts" / "2024-03-05-a.md", post(header="files:\n- file: /_drafts/secret.txt\n"))
    run(site, media=site)
    assert Article.objects.get(slug="a").attachments.get().file is None


@pytest.mark.stale_index
def test_a_name_that_changes_twice_is_followed_twice_even_when_edited(tmp_path, client):
    path = write(tmp_path / "_actualites" / "bilan.html.md", post())
    run(tmp_path)
    Article.objects.update(title="Titre de la rédaction")
    for name in ("b.md", "c.md"):
        path = path.rename(path.with_name(name))
        assert outcomes(tmp_path) == {name: Outcome.RENAMED}
    for address in ("/actualites/bilan.html/", "/actualites/b/"):
        assert client.get(address).headers["Location"] == "/actualites/c/"


def test_what_comes_back_has_all_its_addresses(tmp_path, client):
    path = write(tmp_path / "_actualites" / "a.md", post())
    run(tmp_path)
    path.rename(path.with_name("b.md"))
    run(tmp_path)
    Article.objects.all().delete()
    run(tmp_path, theirs=True)
    assert client.get("/actualites/a/").headers["Location"] == "/actualites/b/"
    assert outcomes(tmp_path) == {"b.md": Outcome.UNCHANGED}


def test_an_original_that_moves_is_no_edit_of_its_translation(tmp_path):
    original = write(tmp_path / "_actualites" / "a.md", post())
    header = "lang: en\ntraduction-de: /actualites/a/\n"
    translation = write(tmp_path / "_actualites" / "b.md", post("B", header))
    run(tmp_path)
    original.rename(original.with_name("c.md"))
    run(tmp_path)
    translation.write_text(post("B", header, "More."))
    assert outcomes(tmp_path)["b.md"] == Outcome.UPDATED
    assert Article.objects.get(slug="b").translation_of.slug == "c"


def test_a_run_that_finds_nothing_new_leaves_no_trace(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post(header="lang: xx\n"))
    write(tmp_path / "_actualites" / "b.md", "---\ndate: 2024-01-01\n---\n")
    run(tmp_path)
    before = list(ImportRun.objects.values()), list(ImportRemark.objects.values())
    run(tmp_path)
    assert (list(ImportRun.objects.values()), list(ImportRemark.objects.values())) == before
    write(tmp_path / "_actualites" / "c.md", post("C"))
    run(tmp_path)
    assert ImportRun.objects.first().outcomes == {"created": 1, "unchanged": 1, "refused": 1}


def test_a_post_that_is_refused_half_way_does_not_take_the_run_with_it(tmp_path, monkeypatch):
    write(tmp_path / "_actualites" / "a.md", post("A"))
    write(tmp_path / "_actualites" / "b.md", post("B"))
    keep = ImportedPost.save

    def failing(self, *args, **kwargs):
        if self.name.endswith("a.md"):
            raise IntegrityError("UNIQUE")
        keep(self, *args, **kwargs)

    monkeypatch.setattr(ImportedPost, "save", failing)
    assert outcomes(tmp_path) == {"a.md": Outcome.REFUSED, "b.md": Outcome.CREATED}
    assert ImportedPost.objects.get().run == ImportRun.objects.get()


def test_the_slug_that_an_editor_chose_is_kept_under_a_new_name(tmp_path):
    path = write(tmp_path / "_actualites" / "a.md", post(header="published: false\n"))
    run(tmp_path)
    Article.objects.update(slug="choisi")
    path.write_text(post(header="published: false\n", body="Autre."))
    assert outcomes(tmp_path) == {"a.md": Outcome.UPDATED}
    path.rename(path.with_name("c.md"))
    assert outcomes(tmp_path) == {"c.md": Outcome.RENAMED}
    assert Article.objects.get().slug == "choisi"


def test_twins_part_when_their_site_hides_one(site, client):
    write(site / "_notes" / "x" / "a.md", post())
    write(site / "_notes" / "y" / "b.md", post())
    run(site)
    hides = "- scope: {path: _notes/x}\n  values: {published: false}\n"
    write(site / "_config.yml", CONFIG + hides)
    run(site)
    assert client.get("/notes-de-service/a/").status_code == 410
    assert client.get("/notes-de-service/b/").status_code == 200
    assert set(outcomes(site).values()) == {Outcome.UNCHANGED}


def test_twins_that_change_alike_stay_twins_and_leave_as_they_are(tmp_path):
    for body in ("Un paragraphe.", "Un autre."):
        for name in ("a", "b"):
            write(tmp_path / "_actualites" / f"{name}.md", post(body=body))
        run(tmp_path)
    twin = ImportedPost.objects.exclude(twin_of=None).get()
    assert (twin.text, Article.objects.count()) == (post(body="Un autre."), 1)
    article = Article.objects.get()
    article.title = "Titre de la rédaction"
    article.save()
    for name in ("a", "b"):
        write(tmp_path / "_actualites" / f"{name}.md", post(body="Un troisième."))
    assert outcomes(tmp_path) == {"a.md": Outcome.EDITED, "b.md": Outcome.UNCHANGED}
    assert Article.objects.count() == 1


def test_links_between_posts_know_where_posts_are(site):
    write(site / "_posts" / "2023-03-05-bilan.md", post("Bilan 2023"))
    write(site / "_posts" / "2024-03-05-bilan.md", post("Bilan 2024"))
    write(site / "_posts" / "2024-03-06-b.md", post("B", "slug: autre\n"))
    run(site)
    names = ("2023-03-05-bilan", "2024-03-05-bilan", "2024-03-06-b")
    body = " ".join(f"[a]({{% post_url {name} %}})" for name in names)
    path = write(site / "_posts" / "2024-03-07-c.md", post("C", body=body))
    run(path)
    assert Article.objects.get(slug="c").body == (
        "[a](/actualites/bilan/) [a](/actualites/2024-03-05-bilan/) [a](/actualites/autre/)"
    )


def test_links_to_posts_of_one_name_are_told_apart_the_first_time_too(site):
    write(site / "_posts" / "2023-03-05-bilan.md", post("Bilan 2023"))
    write(site / "_posts" / "2024-03-05-bilan.md", post("Bilan 2024"))
    body = "[a]({% post_url 2023-03-05-bilan %}) [b]({% link _posts/2024-03-05-bilan.md %})"
    write(site / "_posts" / "2022-03-05-a.md", post("A", body=body))
    run(site)
    assert Article.objects.get(slug="a").body == "[a](/actualites/bilan/) [b](/actualites/2024-03-05-bilan/)"


def test_a_page_of_a_site_is_one_when_it_comes_alone(site):
    path = write(site / "mentions.md", post("Mentions"))
    run(site)
    assert outcomes(path) == {"mentions.md": Outcome.UNCHANGED}


@pytest.mark.parametrize("target", ["contact.html", "/contact.html", "dossier.pdf", "www.example.org/a"])
def test_a_name_with_a_dot_is_a_host_or_a_file(tmp_path, target):
    write(tmp_path / "_actualites" / "a.md", post(header=f"redirect_to: {target}\n"))
    run(tmp_path)
    wanted = f"https://{target}" if target.startswith("www") else f"/{target.lstrip('/')}"
    assert Article.objects.get().redirect_to == wanted


def test_remarks_that_are_still_true_stay_and_those_that_are_not_go(site):
    write(site / "_posts" / "2023-03-05-bilan.md", post("Bilan 2023"))
    write(site / "_posts" / "2024-03-05-bilan.md", post("Bilan 2024"))
    leading = write(site / "_posts" / "2024-03-06-a.md", post("A", "redirect_to: /nulle-part/\n"))
    run(site)
    write(site / "_config.yml", CONFIG + "# relu\n")
    leading.write_text(post("A"))
    run(site)
    assert set(ImportRemark.objects.values_list("code", flat=True)) == {"taken-address"}


def test_an_article_that_is_deleted_while_its_post_is_taken_is_said(tmp_path, monkeypatch):
    path = write(tmp_path / "_actualites" / "a.md", post())
    run(tmp_path)
    path.write_text(post(body="Autre."))
    monkeypatch.setattr("articles.importing._lock", lambda record: Article.objects.get(pk=0))
    [result] = run(tmp_path)
    assert "supprimé pendant l’import" in result.message


def test_a_run_that_only_completes_files_is_the_last_import(tmp_path):
    write(tmp_path / "_actualites" / "a.md", post(header="files:\n- file: /uploads/plan.pdf\n"))
    run(tmp_path)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "plan.pdf").write_bytes(pdf_bytes(1))
    run(tmp_path, media=tmp_path)
    assert ImportRun.objects.first().outcomes == {"completed": 1}
