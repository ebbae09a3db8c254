import gzip
import re
from importlib.resources import files

import pytest
from django.contrib.staticfiles import finders

from dcant_site.static_parts import DSFR_SHEETS, OUR_SHEETS, SHEET, _read, is_served, sheet


def collected() -> set[str]:
    return {path for finder in finders.get_finders() for path, _ in finder.list([])}


def test_one_style_sheet_holds_the_design_systems_and_ours():
    with open(finders.find(SHEET), encoding="utf-8") as file:
        assert file.read() == sheet()
    assert ".fr-card{" in sheet()
    assert ".article__header" in sheet()
    assert "@media print" in sheet()


def test_the_style_sheet_is_light():
    assert len(gzip.compress(sheet().encode())) < 60_000


def test_what_the_style_sheet_names_comes_with_it():
    paths = collected()
    named = re.findall(r"url\((\.\./[^)]+)\)", sheet())
    assert "../dsfr/dist/fonts/Marianne-Regular.woff2" in named
    assert {name.removeprefix("../") for name in named} <= paths
    assert all(finders.find(name.removeprefix("../")) for name in named)


def test_icons_come_within_the_style_sheet_and_pictures_beside_it():
    assert "data:image/svg+xml,%3Csvg" in sheet()
    assert not re.search(r"url\([^)]*/icons/", sheet())
    assert "url(../dsfr/dist/artwork/background/ovoid.svg)" in sheet()


def test_each_sheet_in_use_exists():
    for path in (*DSFR_SHEETS, *OUR_SHEETS):
        assert (files(path.split("/")[0]) / "static" / path).is_file()


def test_only_fonts_in_use_are_declared():
    declared = re.findall(r"@font-face\{.*?\}", sheet())
    assert len(declared) == 2
    assert all("woff2" in face and "Marianne" in face for face in declared)


def test_the_rest_of_the_design_system_stays_out():
    paths = collected()
    assert len([path for path in paths if path.startswith("dsfr/")]) < 50
    assert "dsfr/dist/dsfr.min.css" not in paths


@pytest.mark.parametrize(
    "path",
    [
        "dsfr/dist/dsfr.min.css",
        "dsfr/dist/component/card/card.main.min.css",
        "articles/css/page.css",
        "django-dsfr/icon-picker/README.md",
        "css/dsfr-code.css",
    ],
)
def test_what_is_not_collected_is_not_found_by_a_test_either(path):
    assert finders.find(path) is None
    assert not is_served(path)


def test_the_admin_and_its_widgets_are_whole_in_french():
    paths = collected()
    for path in ("admin/css/base.css", "admin/js/vendor/select2/i18n/fr.js", "markdownx/js/markdownx.min.js"):
        assert path in paths
        assert finders.find(path)
    assert [path for path in paths if re.search("/i18n/(?!fr)", path)] == []


def test_variables_that_nothing_names_are_left_out_and_the_others_kept():
    declared = set(re.findall(r"(?<=[{;])(--[\w-]+):", sheet()))
    named = set(re.findall(r"var\((--[\w-]+)", sheet()))
    assert {
        "--text-title-grey",
        "--background-action-high-blue-france",
        "--blue-france-sun-113-625",
    } <= declared
    assert not {
        name for name in declared - named if name.startswith(("--background-", "--text-", "--border-"))
    }
    before = "".join(_read("dsfr", path) for path in DSFR_SHEETS)
    in_dsfr = set(re.findall(r"(?<=[{;])(--[\w-]+):", before))
    assert named & in_dsfr <= declared
    assert "--background-alt-purple-glycine" in in_dsfr - declared
