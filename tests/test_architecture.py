"""The table of docs/architecture.md against the imports of `articles/`, read without running them."""

import ast
import re
from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
EDGES = 5

# Django's own doors into an application: wiring, without a row in the table.
DOORS = {"articles", "articles.apps", "articles.management"}

# What a layer must not know, whatever it is called there.
UNKNOWN = {
    0: ("django.db", "django.http", "django.template"),
    2: ("django.http", "django.template", "django.contrib.admin"),
    3: ("django.http", "django.template", "django.contrib.admin"),
}

# What has one home.
HOMES = {
    "nh3": {"rendering"},
    "markdown_it": {"rendering", "kramdown"},
    "django.utils.safestring.mark_safe": {"rendering"},
}


def rooms_of(architecture: str) -> dict[str, int]:
    """The layer of each room of the table; a room is a module, or a package with its final slash."""
    rooms: dict[str, int] = {}
    layer = 0
    for row in re.findall(r"^\|(.*)\|$", architecture, re.MULTILINE):
        number, modules, *_ = (cell.strip() for cell in row.split("|"))
        layer = int(number[0]) if number[:1].isdigit() else layer
        rooms |= dict.fromkeys(re.findall(r"`([\w/]+)`", modules), layer)
    return rooms


def room_of(name: str, rooms: Mapping[str, int]) -> str | None:
    """The room that a dotted name below `articles` is in."""
    return next((room for room in rooms if is_within(name, "articles." + dotted(room))), None)


def dotted(room: str) -> str:
    return room.rstrip("/").replace("/", ".")


def imports_of(module: str, source: str, is_package: bool = False) -> Iterator[str]:
    """Every dotted name that a module imports, wherever in it; `from a import b` gives `a.b`."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = [*above, node.module] if node.module else above
            yield from (".".join([*start, alias.name]) for alias in node.names)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def faults_of(module: str, room: str, names: list[str], rooms: Mapping[str, int]) -> Iterator[str]:
    for name in names:
        target = room_of(name, rooms)
        if any(is_within(name, unknown) for unknown in UNKNOWN.get(rooms[room], ())):
            yield f"{module} knows {name}"
        if any(
            is_within(name, treasure) and room.rstrip("/") not in homes for treasure, homes in HOMES.items()
        ):
            yield f"{module} imports {name}, whose home is elsewhere"
        if is_within(name, "dcant_site"):
            yield f"{module} imports the building"
        if target and rooms[target] > rooms[room]:
            yield f"{module} imports {target}, which is above it"
        if target and target != room and rooms[target] == rooms[room] == EDGES:
            yield f"{module} imports {target}, an edge like itself"


def faults_in(
    sources: Mapping[str, str], rooms: Mapping[str, int], packages: Set[str] = frozenset()
) -> list[str]:
    """What breaks the rules, one sentence each."""
    faults = []
    graph: dict[str, set[str]] = {}
    for module in sources.keys() - DOORS:
        room = room_of(module, rooms)
        if room is None:
            faults.append(f"{module} is not in the table")
            continue
        names = list(imports_of(module, sources[module], module in packages))
        faults.extend(faults_of(module, room, names, rooms))
        targets = {room_of(name, rooms) for name in names} - {None, room}
        graph.setdefault(room, set()).update(targets)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        faults.append(f"rooms import each other: {' → '.join(error.args[1])}")
    return faults


TABLE = """
| layer | module | holds |
|---|---|---|
| 0 values | `text` | words; see `nothing` |
| | `rendering` | HTML |
| 2 models | `models/` | rows |
| 5 edges | `views`, `admin/` | HTTP |
| 6 | `urls`, `management/commands/` | wiring |
"""
ROOMS = rooms_of(TABLE)


def test_every_module_stands_in_its_room_and_imports_downwards():
    files = [file for file in PROJECT.glob("articles/**/*.py") if "migrations" not in file.parts]
    sources, packages = {}, set()
    for file in files:
        module = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
        if file.stem == "__init__":
            module = module.removesuffix(".__init__")
            packages.add(module)
        sources[module] = file.read_text(encoding="utf-8")
    rooms = rooms_of((PROJECT / "docs/architecture.md").read_text(encoding="utf-8"))
    assert len(sources) > 15
    assert faults_in(sources, rooms, packages) == []


def test_the_table_gives_each_room_its_layer():
    assert ROOMS == {
        "text": 0,
        "rendering": 0,
        "models/": 2,
        "views": 5,
        "admin/": 5,
        "urls": 6,
        "management/commands/": 6,
    }


def test_a_module_may_import_what_is_below_it():
    sources = {
        "articles.models.items": "from ..text import fold\nfrom . import files\nimport articles.rendering",
        "articles.views": "from articles.models import Article\nfrom django.http import HttpResponse",
        "articles.management.commands.import_posts": "from articles.models import Article",
    }
    assert faults_in(sources, ROOMS) == []


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("articles.secrets", "", "not in the table"),
        ("articles.text", "from articles.models import Article", "above it"),
        ("articles.text", "from .models.items import Attachment", "above it"),
        ("articles.text", "from . import models", "above it"),
        ("articles.text", "import articles.views", "above it"),
        ("articles.models.items", "def later():\n    from ..admin.forms import Form", "above it"),
        ("articles.models.items", "if TYPE_CHECKING:\n    from articles import views", "above it"),
        ("articles.views", "from .admin import site", "an edge like itself"),
        ("articles.admin.forms", "from ..views import article", "an edge like itself"),
        ("articles.text", "from django.db import models", "knows django.db.models"),
        ("articles.models.items", "import django.http.request", "knows django.http.request"),
        ("articles.views", "import nh3", "whose home is elsewhere"),
        ("articles.admin.forms", "from markdown_it import MarkdownIt", "whose home is elsewhere"),
        ("articles.views", "from django.utils.safestring import mark_safe", "whose home is elsewhere"),
        ("articles.views", "from dcant_site.settings import SITE_URL", "imports the building"),
    ],
)
def test_a_breach_is_found(module, source, fault):
    (found,) = faults_in({module: source}, ROOMS)
    assert fault in found


def test_a_home_may_hold_its_treasure():
    assert faults_in({"articles.rendering": "import nh3\nfrom markdown_it import MarkdownIt"}, ROOMS) == []


def test_a_package_door_counts_its_imports_from_itself():
    sources = {"articles.models": "from .items import Attachment\nfrom ..admin import site"}
    assert faults_in(sources, ROOMS, {"articles.models"}) == [
        "articles.models imports admin/, which is above it"
    ]


def test_two_rooms_of_a_layer_may_not_import_each_other():
    sources = {"articles.text": "from . import rendering", "articles.rendering": "from . import text"}
    (found,) = faults_in(sources, ROOMS)
    assert "import each other" in found
