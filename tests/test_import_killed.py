"""An import that is killed at any moment, as by `kill -9`, and run again: nothing is half there."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .factories import image_bytes, pdf_bytes

PROJECT = Path(__file__).resolve().parents[1]
POSTS = 40


@pytest.fixture
def site(tmp_path):
    posts, uploads = tmp_path / "site" / "_actualites", tmp_path / "site" / "uploads"
    posts.mkdir(parents=True)
    uploads.mkdir()
    for number in range(POSTS):
        (uploads / f"{number}.png").write_bytes(image_bytes(300 + number))
        (uploads / f"{number}.pdf").write_bytes(pdf_bytes(1 + number % 5))
        (posts / f"billet-{number:02}.md").write_text(
            f"---\ntitle: Billet {number}\ndate: 2024-03-05\nune-ou-diaporama:\n"
            f"- image: /uploads/{number}.png\n---\n\nVoir [le plan](/uploads/{number}.pdf).\n"
        )
    return tmp_path


def start(site, *arguments):
    environment = {
        **os.environ,
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "secret-of-tests-" + "0123456789" * 5,
        "DATABASE_URL": f"sqlite:///{site / 'db.sqlite3'}",
        "MEDIA_ROOT": str(site / "media"),
        "DJANGO_SETTINGS_MODULE": "dcant_site.settings",
    }
    (site / "media").mkdir(exist_ok=True)
    command = [sys.executable, str(PROJECT / "manage.py"), *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(site, *arguments):
    process = start(site, *arguments)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out


def articles(site):
    with sqlite3.connect(f"file:{site / 'db.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM articles_article").fetchone()[0]


def test_an_import_killed_at_any_moment_is_completed_by_the_next(site):
    run(site, "migrate", "--verbosity", "0")
    importing = ("import_posts", site / "site", "--media", site / "site")
    for wanted in (1, POSTS // 3, POSTS // 2):
        process = start(site, *importing)
        deadline = time.monotonic() + 60
        while articles(site) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert wanted <= articles(site) < POSTS
    assert "refusé" not in run(site, *importing)
    again = run(site, *importing)
    assert f"{POSTS} inchangés" in again
    assert "0 créé, 0 mis à jour" in again
    assert len(again.splitlines()) == 1
    assert articles(site) == POSTS
    lacking = (
        "SELECT (SELECT count(*) FROM articles_carouselimage WHERE file_id IS NULL)"
        " + (SELECT count(*) FROM articles_attachment WHERE file_id IS NULL)"
        f" + abs({POSTS} - (SELECT count(*) FROM articles_importremark WHERE code = 'image-without-alt'))"
    )
    with sqlite3.connect(site / "db.sqlite3") as database:
        assert database.execute(lacking).fetchone()[0] == 0
        stored = database.execute("SELECT sha256, extension FROM articles_storedfile").fetchall()
    # One content may have several names; each stored one is whole.
    for sha256, extension in stored:
        assert (site / "media" / "originals" / sha256[:2] / f"{sha256}.{extension}").stat().st_size
