"""The groups of people who work here, and what each may do: `migrate` makes them, and keeps them so.

Whoever needs other rights gets a group beside these. What the rights mean for an article's states is told
by `rules`.
"""

from django.contrib.auth.models import Group, Permission

ALL = ("add", "change", "delete", "view")
ITEMS = ("attachment", "bodyimage", "carouselimage", "taggedarticle", "videoembed")
SEEN = ("importedpost", "importremark", "importrun", "section", "storedfile", "tag")

WRITING = frozenset(
    {f"{may}_{model}" for model in ("article", *ITEMS) for may in ALL}
    | {f"view_{model}" for model in SEEN}
    | {"add_tag"}
)
PUBLISHING = WRITING | {"publish_article", "change_tag", "delete_tag", "change_sitesettings"}
ADMINISTERING = PUBLISHING | {f"{may}_section" for may in ALL} | {"view_version", "erase_version"}

WRITERS, PUBLISHERS, ADMINISTRATORS = "Rédaction", "Publication", "Administration"
GROUPS = {WRITERS: WRITING, PUBLISHERS: PUBLISHING, ADMINISTRATORS: ADMINISTERING}
"""The permissions of each group, by their code names in this application."""


def make_groups() -> None:
    """Make the groups have the rights that are told here; call it once the permissions are there."""
    for name, codenames in GROUPS.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="articles", codename__in=codenames)
        )
