import json
import re
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, ImportedPost, ImportRemark, ImportRun, OldAddress, StoredFile
from articles.remarks import WARNINGS

from .factories import pdf_bytes

pytestmark = pytest.mark.django_db

POST = """\
---
title: Le guichet ouvre
date: 2024-03-05
files:
- file: /uploads/plan.pdf
  nom: Le plan
- file: /uploads/absent.pdf
---

Un paragraphe.
"""


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "_actualites"
    folder.mkdir()
    (folder / "le-guichet-ouvre.md").write_text(POST)
    return folder


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "plan.pdf").write_bytes(pdf_bytes(1))
    return folder


def test_a_trial_run_keeps_nothing(posts, media, capsys, settings):
    call_command("import_posts", posts, media=media, dry_run=True)
    assert "1 billet lu : 1 créé, 0 mis à jour (essai : rien n’a été enregistré)." in capsys.readouterr().out
    for rows in (Article, ImportedPost, ImportRun, ImportRemark, OldAddress, StoredFile):
        assert not rows.objects.exists()
    assert not any(Path(settings.MEDIA_ROOT).rglob("*"))


def test_numbers_and_words_agree(posts, capsys):
    (posts / "un-autre.md").write_text(POST.replace("ouvre", "ferme"))
    call_command("import_posts", posts)
    assert "2 billets lus : 2 créés, 0 mis à jour." in capsys.readouterr().out


def test_the_command_reports_and_fails_if_a_post_was_refused(posts, tmp_path, capsys):
    (posts / "mauvais.md").write_text("---\ndate: 2024-01-01\n---\n")
    report = tmp_path / "rapport.json"
    with pytest.raises(CommandError, match="refusés"):
        call_command("import_posts", posts, report=report)
    assert "mauvais.md" in capsys.readouterr().err
    assert '"outcome": "created"' in report.read_text()


def test_a_site_with_a_readme_comes_in_without_an_error(posts, tmp_path, capsys):
    (tmp_path / "README.md").write_text("# Le site\n")
    call_command("import_posts", tmp_path)
    out = capsys.readouterr().out
    assert re.search("sauté : .*README.md : fichier sans en-tête", out)
    assert "1 billet lu : 1 créé" in out
    with pytest.raises(CommandError, match="refusés"):
        call_command("import_posts", tmp_path / "README.md")


def test_a_second_run_counts_what_is_still_missing_in_one_line(posts, media, capsys):
    call_command("import_posts", posts, media=media)
    assert "à voir" in capsys.readouterr().out
    call_command("import_posts", posts, media=media)
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "1 billet lu : 0 créé, 0 mis à jour, 1 inchangé.",
        "  1 × fichier introuvable (file-missing)",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/nulle/part"], "Rien à cet endroit : /nulle/part"),
        ([".", "--media", "/nulle/part"], "--media"),
        ([".", "--section", "inconnue"], "--section"),
    ],
)
def test_wrong_arguments_are_said_in_a_sentence(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("import_posts", *arguments)


def test_a_report_that_cannot_be_written_is_refused_before_the_import(posts, tmp_path):
    for report in (tmp_path / "absent" / "rapport.json", tmp_path):
        with pytest.raises(CommandError, match="--report"):
            call_command("import_posts", posts, report=report)
    assert not Article.objects.exists()


def test_every_warning_has_french_words():
    project = Path(__file__).resolve().parents[1]
    code = "".join(path.read_text() for path in (project / "articles").glob("*.py"))
    codes = set(re.findall(r'(?:(?:[._]warn|PostWarning)\(\s*|code=)"([a-z-]+)"', code))
    assert len(codes) > 10
    assert codes == set(WARNINGS)


def test_a_site_brings_its_own_files(tmp_path, capsys):
    (tmp_path / "_config.yml").write_text("collections:\n  actualites:\n    output: true\n")
    (tmp_path / "_actualites").mkdir()
    (tmp_path / "_actualites" / "a.md").write_text(POST.replace("- file: /uploads/absent.pdf\n", ""))
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "plan.pdf").write_bytes(pdf_bytes(1))
    call_command("import_posts", tmp_path)
    assert Article.objects.get().attachments.get().file is not None
    assert "introuvable" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("config", "words"), [(b"url: [\n", "_config.yml, ligne"), (b"title: \xe9\n", "UTF-8"), (b"a\n", "clés")]
)
def test_a_wrong_config_is_refused_before_the_import(tmp_path, config, words):
    (tmp_path / "_config.yml").write_bytes(config)
    with pytest.raises(CommandError, match=words):
        call_command("import_posts", tmp_path)


def test_theirs_lets_the_posts_win(posts, capsys):
    call_command("import_posts", posts)
    Article.objects.update(title="Autre titre")
    call_command("import_posts", posts)
    assert Article.objects.get().title == "Autre titre"
    call_command("import_posts", posts, theirs=True)
    assert Article.objects.get().title == "Le guichet ouvre"
    assert "0 créé, 1 mis à jour" in capsys.readouterr().out


def test_a_long_import_says_where_it_is_where_no_terminal_shows_a_bar(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("articles.management.commands.import_posts.EVERY", 2)
    for number in range(5):
        (tmp_path / f"{number}.md").write_text(POST.replace("ouvre", f"ouvre {number}"))
    call_command("import_posts", tmp_path)
    out = capsys.readouterr().out
    assert "2 billets sur 5\n" in out
    assert "4 billets sur 5\n" in out


def test_the_report_has_a_line_for_each_post(posts, tmp_path):
    report = tmp_path / "rapport.json"
    call_command("import_posts", posts, report=report)
    [told] = json.loads(report.read_text())
    assert told.keys() == {"path", "outcome", "address", "message", "warnings"}
    assert told["address"] == "/actualites/le-guichet-ouvre/"
    assert [warning.keys() for warning in told["warnings"]] == [{"code", "line", "message"}] * 2


def test_a_post_that_is_named_twice_is_read_once(posts, capsys):
    call_command("import_posts", posts, posts / "le-guichet-ouvre.md")
    assert "1 billet lu : 1 créé" in capsys.readouterr().out


def test_two_sites_are_two_imports(tmp_path):
    for name in ("un", "deux"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "_config.yml").write_text("title: Un site\n")
    with pytest.raises(CommandError, match="un site à la fois"):
        call_command("import_posts", tmp_path / "un", tmp_path / "deux")


def test_posts_that_are_gone_from_their_site_are_told(tmp_path, capsys):
    (tmp_path / "_config.yml").write_text("# vide\n")
    (tmp_path / "_actualites").mkdir()
    for name in ("a", "b"):
        (tmp_path / "_actualites" / f"{name}.md").write_text(POST.replace("ouvre", name))
    call_command("import_posts", tmp_path)
    assert "billet n’est plus là" not in capsys.readouterr().out
    (tmp_path / "_actualites" / "b.md").unlink()
    call_command("import_posts", tmp_path)
    assert "1 article reste, dont le billet n’est plus là : _actualites/b.md" in capsys.readouterr().out
    assert Article.objects.count() == 2


def test_a_terminal_shows_a_bar_instead_of_lines(posts, capsys, monkeypatch):
    monkeypatch.setattr("articles.management.commands.import_posts.EVERY", 1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    call_command("import_posts", posts)
    said = capsys.readouterr()
    assert "1/1 [" in said.err
    assert "1 billets sur 1" not in said.out
