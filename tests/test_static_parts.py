import re

import pytest
from django.contrib.staticfiles import finders

from dcant_site.static_parts import DSFR_SHEETS, is_served


def collected() -> set[str]:
    return {path for finder in finders.get_finders() for path, _ in finder.list([])}


def test_a_style_sheet_in_use_comes_with_the_fonts_and_icons_that_it_names():
    paths = collected()
    assert set(DSFR_SHEETS) <= paths
    assert "dsfr/dist/fonts/Marianne-Regular.woff2" in paths
    assert "dsfr/dist/icons/system/search-line.svg" in paths


def test_the_rest_of_the_design_system_stays_out():
    assert len([path for path in collected() if path.startswith("dsfr/")]) < 200
    assert "dsfr/dist/dsfr.min.css" not in collected()


@pytest.mark.parametrize(
    "path", ["dsfr/dist/dsfr.min.css", "django-dsfr/icon-picker/README.md", "css/dsfr-code.css"]
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
