"""What the groups of people may do once the database is migrated, and each time that it is again."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from articles.roles import ADMINISTRATORS, PUBLISHERS, WRITERS

pytestmark = pytest.mark.django_db

TABLE = """
                 Rédaction               Publication                     Administration
article          add change delete view  add change delete view publish  add change delete view publish
attachment       add change delete view  add change delete view          add change delete view
bodyimage        add change delete view  add change delete view          add change delete view
carouselimage    add change delete view  add change delete view          add change delete view
taggedarticle    add change delete view  add change delete view          add change delete view
videoembed       add change delete view  add change delete view          add change delete view
tag              add view                add change delete view          add change delete view
section          view                    view                            add change delete view
importedpost     view                    view                            view
importremark     view                    view                            view
importrun        view                    view                            view
storedfile       view                    view                            view
sitesettings     -                       change                          change
version          -                       -                               view erase
"""


def told(table: str) -> dict[str, set[str]]:
    """The permissions of each group, as the table tells them."""
    head, *rows = (re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines())
    groups: dict[str, set[str]] = {group: set() for group in head}
    for model, *cells in rows:
        for group, cell in zip(head, cells, strict=True):
            groups[group] |= {f"articles.{may}_{model}" for may in cell.split() if may != "-"}
    return groups


def found() -> dict[str, set[str]]:
    return {
        group.name: {f"{app}.{name}" for app, name in group.permissions.values_list(*PLACE)}
        for group in Group.objects.all()
    }


PLACE = ("content_type__app_label", "codename")


def test_each_group_has_these_permissions_and_no_other():
    assert found() == told(TABLE)


def test_migrating_again_gives_the_groups_back_what_was_changed():
    before = found()
    Group.objects.get(name=WRITERS).permissions.add(*Permission.objects.all())
    Group.objects.get(name=PUBLISHERS).permissions.clear()
    Group.objects.get(name=ADMINISTRATORS).delete()
    assert found() != before
    call_command("migrate", verbosity=0)
    assert found() == before


def test_a_group_beside_these_keeps_its_own():
    other = Group.objects.create(name="Contrôle")
    other.permissions.add(Permission.objects.get(codename="view_version"))
    call_command("migrate", verbosity=0)
    assert found()["Contrôle"] == {"articles.view_version"}
