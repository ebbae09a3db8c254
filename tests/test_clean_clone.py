"""The two commands of the README in a fresh clone, as somebody would type them."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.test_serve import free_port

PROJECT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.clean_clone


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("clone") / "dcant"
    subprocess.run(["git", "clone", "--quiet", "--no-local", PROJECT, folder], check=True)
    return folder


def make(clone: Path, *arguments: str, **values: str) -> subprocess.Popen:
    """`make` with nothing of this process but the path and what pip needs."""
    needed = re.compile("PATH|HOME|PIP_.*|HTTPS_PROXY|https_proxy|SSL_CERT_FILE")
    kept = {name: value for name, value in os.environ.items() if needed.fullmatch(name)}
    return subprocess.Popen(
        ["make", *arguments],
        cwd=clone,
        env=kept | {"LANG": "C.UTF-8"} | values,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def serve_once(clone: Path, seconds: float) -> str:
    """What `make run` says until the home page answers; the server is stopped then."""
    port = free_port()
    process = make(clone, "run", PORT=str(port))
    deadline = time.monotonic() + seconds
    try:
        while True:
            assert process.poll() is None, process.stdout.read()
            assert time.monotonic() < deadline, "make run takes too long"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as home:
                    assert home.status == 200
                    break
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.2)
    finally:
        os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=15)
    return said


def rows(clone: Path) -> list[str]:
    with sqlite3.connect(clone / "db.sqlite3") as database:
        return list(database.iterdump())


def test_make_run_serves_the_site_and_a_second_run_changes_nothing(clone):
    first = serve_once(clone, seconds=400)
    assert re.search(r"identifiant redaction, mot de passe \S{16}", first)
    assert "Traceback" not in first
    assert (clone / ".env").stat().st_mode & 0o777 == 0o600
    assert len((clone / ".env").read_text().split("SECRET_KEY=")[1].strip()) > 50
    secret, before = (clone / ".env").read_text(), rows(clone)
    second = serve_once(clone, seconds=20)
    assert "mot de passe" not in second
    assert (clone / ".env").read_text() == secret
    assert rows(clone) == before


def test_a_python_that_is_too_old_is_told(clone, tmp_path):
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    fresh = tmp_path / "fresh"
    shutil.copytree(clone, fresh, ignore=shutil.ignore_patterns(".venv", "build", "db.sqlite3*"))
    process = make(fresh, "install", f"PYTHON={old}")
    said, _ = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "Il faut Python 3.11" in said
