import importlib
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_administrator

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settings_under(monkeypatch):
    """The settings as this environment makes them, without touching those of the tests."""

    def load(**values: str) -> dict:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delitem(sys.modules, "dcant_site.settings")
        return vars(importlib.import_module("dcant_site.settings"))

    return load


def test_without_more_than_a_key_the_site_is_local_and_shows_no_error_in_detail(settings_under):
    found = settings_under()
    assert found["DEBUG"] is False
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["DATABASES"]["default"]["NAME"] == PROJECT / "db.sqlite3"


def test_the_port_is_that_of_the_site_address(settings_under):
    assert settings_under(PORT="8123")["SITE_URL"] == "http://127.0.0.1:8123"


@pytest.mark.parametrize(("scheme", "https"), [("http", False), ("https", True)])
def test_the_scheme_of_the_site_address_alone_decides_https(settings_under, scheme, https):
    found = settings_under(SITE_URL=f"{scheme}://annonces.example.fr", DEBUG="on")
    assert found["SECURE_SSL_REDIRECT"] is https
    assert found["SESSION_COOKIE_SECURE"] is https
    assert found["CSRF_COOKIE_SECURE"] is https
    assert bool(found["SECURE_HSTS_SECONDS"]) is https
    assert found["ALLOWED_HOSTS"] == ["annonces.example.fr"]


@pytest.mark.parametrize("address", ["", "sqlite:///x.sqlite3", "sqlite:////tmp/x.sqlite3"])
def test_every_sqlite_file_is_shared_by_readers_and_writers(settings_under, address):
    options = settings_under(DATABASE_URL=address)["DATABASES"]["default"]["OPTIONS"]
    assert "journal_mode = WAL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20


def test_sqlite_options_are_not_given_to_postgresql(settings_under):
    found = settings_under(DATABASE_URL="postgresql://u:p@127.0.0.1/d")["DATABASES"]["default"]
    assert "OPTIONS" not in found
    assert found["CONN_HEALTH_CHECKS"] is True


def test_the_brand_has_lines(settings_under):
    assert settings_under()["BRAND"] == ["Administration", "de démonstration"]
    assert settings_under(BRAND="Préfecture | de l’exemple")["BRAND"] == ["Préfecture", "de l’exemple"]


def test_the_emblem_is_claimed_only_when_asked(settings_under):
    assert settings_under()["STATE_EMBLEM"] is False
    assert settings_under(STATE_EMBLEM="on")["STATE_EMBLEM"] is True


def test_an_env_file_gives_what_the_environment_does_not(settings_under, tmp_path):
    file = tmp_path / "configuration"
    file.write_text("SITE_NAME=Du fichier\nPORT=8123\n")
    found = settings_under(ENV_FILE=str(file), SITE_NAME="De l’environnement")
    assert (found["SITE_NAME"], found["PORT"]) == ("De l’environnement", 8123)


def test_settings_example_and_manual_name_the_same_variables():
    settings = (PROJECT / "dcant_site/settings.py").read_text()
    example = (PROJECT / ".env.example").read_text()
    manual = (PROJECT / "docs/operations.md").read_text()
    asked = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings))
    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert asked == set(re.findall(r"^\| `([A-Z_]+)` \|", manual, re.MULTILINE))
    assert "SECRET_KEY" in asked


def test_the_example_is_a_configuration_that_works(settings_under, tmp_path):
    file = tmp_path / ".env"
    file.write_text((PROJECT / ".env.example").read_text())
    found, plain = settings_under(ENV_FILE=str(file)), settings_under(ENV_FILE=os.devnull)
    for name in ("DEBUG", "SITE_URL", "ALLOWED_HOSTS", "BRAND", "MEDIA_ROOT", "DATABASES", "TIME_ZONE"):
        assert found[name] == plain[name]


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["manage.py", "import_posts", "fixtures/posts"],
        ["-m", "dcant_site.serve"],
        ["-c", "import dcant_site.wsgi"],
    ],
)
def test_a_missing_key_stops_every_start_with_one_sentence(command):
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
    ended = subprocess.run(
        [sys.executable, *command], env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("Configuration : SECRET_KEY manque.")
    assert ended.stderr.count("\n") == 1


# Sessions and logins


def test_a_session_lasts_twenty_hours_from_its_last_use(db):
    client = Client()
    client.force_login(make_administrator())
    for _ in range(2):
        cookie = client.get(reverse("admin:index")).cookies["sessionid"]
        assert cookie["max-age"] == 20 * 3600
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"


def test_a_page_that_leaves_the_session_alone_sends_no_cookie(db, rf):
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpResponse

    from dcant_site.middleware import sliding_session

    def public(request):
        return HttpResponse()

    def private(request):
        request.session["seen"] = request.session.get("seen")
        request.session.modified = False
        return HttpResponse()

    for view, slides in ((public, False), (private, True)):
        request = rf.get("/")
        request.session = SessionStore("0" * 32)
        sliding_session(view)(request)
        assert request.session.modified is slides


def fail_to_log_in(client: Client, times: int, address: str = "10.1.1.1"):
    for _ in range(times):
        response = client.post(
            reverse("admin:login"), {"username": "agent", "password": "faux"}, REMOTE_ADDR=address
        )
    return response


def test_too_many_failures_suspend_the_login_in_french(db, client, settings):
    assert fail_to_log_in(client, settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    locked = fail_to_log_in(client, 1)
    assert locked.status_code == 429
    assert "réessayez dans 15 minutes" in " ".join(locked.content.decode().split())


def test_a_suspended_login_stays_open_from_another_address(db, client, settings):
    fail_to_log_in(client, settings.AXES_FAILURE_LIMIT)
    assert fail_to_log_in(client, 1, address="10.2.2.2").status_code == 200


def test_a_suspended_login_opens_again_by_itself(db, client, settings):
    from axes.models import AccessAttempt

    fail_to_log_in(client, settings.AXES_FAILURE_LIMIT)
    attempt = AccessAttempt.objects.get()
    attempt.attempt_time -= settings.AXES_COOLOFF_TIME + timedelta(seconds=1)
    attempt.save()
    assert fail_to_log_in(client, 1).status_code == 200
