import io
import re

from django.contrib.auth.models import User
from django.core.management import call_command

from tests.factories import make_user


def run() -> str:
    out = io.StringIO()
    call_command("create_editor", stdout=out)
    return out.getvalue()


def test_the_first_account_may_log_in_with_the_password_that_is_printed_once(db):
    said = run()
    username, password = re.search(r"identifiant (\S+), mot de passe (\S+)", said).groups()
    editor = User.objects.get()
    assert editor.username == username == "redaction"
    assert editor.check_password(password)
    assert editor.is_staff
    assert len(password) >= 16


def test_a_second_run_says_and_changes_nothing(db):
    run()
    before = list(User.objects.values())
    assert run() == ""
    assert list(User.objects.values()) == before


def test_a_site_that_has_accounts_gets_no_other(db):
    make_user("administration")
    assert run() == ""
    assert not User.objects.filter(username="redaction").exists()


def test_the_first_account_may_do_all_that_the_application_allows(db):
    run()
    editor = User.objects.get()
    for allowed in (
        "add_article",
        "change_article",
        "delete_carouselimage",
        "add_tag",
        "change_sitesettings",
        "change_section",
        "publish_article",
        "erase_version",
    ):
        assert editor.has_perm(f"articles.{allowed}")
    for refused in (
        "articles.change_version",
        "articles.delete_storedfile",
        "auth.change_user",
        "auth.view_user",
    ):
        assert not editor.has_perm(refused)
