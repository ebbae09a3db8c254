import os
from pathlib import Path

import pytest

from articles.archive import MediaFolder, PostFile, SkippedFile, find_posts, post_file

POST = "---\ntitle: Billet\n---\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    return Path("site")


def write(path, text=POST):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(path):
    return [(file.collection, file.below) for file in find_posts(path) if isinstance(file, PostFile)]


@pytest.mark.parametrize(
    ("path", "collection", "below"),
    [
        ("site/_actualites/x.md", "actualites", "x.md"),
        ("site/_publications/publications/x.md", "publications", "publications/x.md"),
        ("/srv/site/_publications/x.md", "publications", "x.md"),
        ("posts/x.md", "", "x.md"),
        ("x.md", "", "x.md"),
        ("_x.md", "", "_x.md"),
        ("site/_actualites/e\u0301te\u0301.md", "actualites", "été.md"),
    ],
)
def test_a_post_is_known_by_the_nearest_collection_folder(path, collection, below):
    relative = path[path.find("_") :] if collection else path.rpartition("/")[2]
    assert post_file(Path(path)) == PostFile(Path(path), collection, below, relative, place=relative)


def test_a_file_has_the_same_name_however_it_is_reached(site):
    path = write(site / "_publications" / "publications" / "x.md")
    expected = [("publications", "publications/x.md")]
    for given in (site, site / "_publications", path.parent, path, path.absolute()):
        assert names(given) == expected


def test_the_folder_that_one_is_in_counts(site, monkeypatch):
    write(site / "_actualites" / "x.md")
    monkeypatch.chdir(site / "_actualites")
    assert names(Path()) == names(Path("x.md")) == [("actualites", "x.md")]


def test_a_folder_above_the_one_that_one_is_in_is_no_collection(tmp_path, monkeypatch):
    write(tmp_path / "_work" / "projet" / "posts" / "x.md")
    monkeypatch.chdir(tmp_path / "_work" / "projet")
    assert names(Path("posts")) == [("", "x.md")]


def test_a_site_gives_its_posts_and_says_what_it_skips(site):
    for name in ("_posts/2024-01-01-a.md", "_actualites/b.markdown", "_actualites/sans-extension"):
        write(site / name)
    for name in ("_layouts/page.md", "node_modules/paquet/x.md", ".git/x.md", "feuille.css", "page.html"):
        write(site / name)
    write(site / "Gemfile", "source 'https://rubygems.example'\n")
    write(site / "README.md", "# Le site\n")
    write(site / "vide.txt", "")
    write(site / "_actualites" / "b.markdown.old")
    assert names(site) == [
        ("actualites", "b.markdown"),
        ("actualites", "sans-extension"),
        ("posts", "2024-01-01-a.md"),
    ]
    skipped = {file.path.name: file.why for file in find_posts(site) if isinstance(file, SkippedFile)}
    assert set(skipped) == {"README.md", "vide.txt", "b.markdown.old"}
    assert "ancienne" in skipped["b.markdown.old"]
    assert "en-tête" in skipped["README.md"]


def test_a_file_that_is_named_is_a_post_whatever_it_holds(site):
    path = write(site / "README.md", "# Le site\n")
    assert list(find_posts(path)) == [PostFile(path, "", "README.md", "README.md", place="README.md")]


def test_a_byte_order_mark_hides_no_post(site):
    (site / "a.md").write_bytes(b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\n")
    (site / "b.md").write_bytes(POST.encode("utf-16"))  # a post to refuse, not to pass over
    assert names(site) == [("", "a.md"), ("", "b.md")]


def test_drafts_are_told_from_posts_of_the_same_name(site):
    write(site / "_drafts" / "a.md")
    write(site / "_posts" / "a.md")
    drafts = {file.below: file.is_draft for file in find_posts(site)}
    assert drafts == {"_drafts/a.md": True, "a.md": False}


def test_links_are_not_followed(site):
    write(site / "a.md")
    (site / "b.md").symlink_to(site.absolute() / "a.md")
    assert names(site) == [("", "a.md")]


def test_nothing_at_a_path_is_an_error(site):
    with pytest.raises(FileNotFoundError):
        list(find_posts(site / "absent"))


@pytest.mark.parametrize(
    "address", ["/uploads/été.pdf", "/uploads/%C3%A9t%C3%A9.pdf", "/uploads/e\u0301te\u0301.PDF"]
)
@pytest.mark.parametrize("folder", ["", "uploads/"])
def test_an_address_finds_its_file_with_or_without_the_first_folder(tmp_path, address, folder):
    path = write(tmp_path / f"{folder}été.pdf", "x")
    assert MediaFolder(tmp_path).find(address) == path


def test_media_outside_the_folder_are_not_seen(tmp_path):
    secret = write(tmp_path / "secret.pdf", "x")
    media = tmp_path / "media"
    write(media / "dedans.pdf", "x")
    (media / "lien.pdf").symlink_to(secret)
    found = MediaFolder(media)
    assert found.find("/uploads/dedans.pdf") is not None
    for address in ("/uploads/../secret.pdf", "/uploads/lien.pdf", "/uploads/%2e%2e/secret.pdf"):
        assert found.find(address) is None


def test_a_pipe_is_no_post_and_no_medium(tmp_path):
    os.mkfifo(tmp_path / "tuyau.md")
    os.mkfifo(tmp_path / "tuyau.pdf")
    assert list(find_posts(tmp_path)) == []
    assert MediaFolder(tmp_path).find("/uploads/tuyau.pdf") is None


def test_a_name_that_is_not_utf_8_is_skipped_and_can_be_shown(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.md"
    with open(path, "w") as file:
        file.write("---\ntitle: Un\n---\n")
    [skipped] = find_posts(tmp_path)
    assert "renommez" in skipped.why
    str(skipped.path).encode()
