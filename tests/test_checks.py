import pytest
from django.core.checks import run_checks


def found() -> dict[str, str]:
    return {each.id: each.hint for each in run_checks() if each.id.startswith("articles.")}


def test_the_settings_of_a_local_site_agree():
    assert found() == {}


@pytest.fixture
def in_service(settings):
    """A site behind its proxy, as it should be."""
    settings.SITE_URL, settings.SITE_HOST = "https://annonces.example.fr", "annonces.example.fr"
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = ["annonces.example.fr"]
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
    return settings


def test_the_settings_of_a_site_in_service_agree(in_service):
    assert found() == {}


@pytest.mark.parametrize(
    ("name", "value", "code", "repair"),
    [
        ("DEBUG", True, "articles.W001", "Retirez DEBUG"),
        ("ALLOWED_HOSTS", ["autre.example.fr"], "articles.W002", "Ajoutez-le"),
        ("HTTPS", False, "articles.W003", "https"),
        ("TRUSTED_PROXIES", [], "articles.W004", "l’adresse du proxy"),
        ("TRUSTED_PROXIES", ["10.0.0.0/8", "0.0.0.0/0"], "articles.W005", "vos proxys"),
        ("MEDIA_ROOT", "/nulle/part", "articles.W007", "Créez le dossier"),
    ],
)
def test_a_wrong_combination_is_told_with_its_repair(in_service, name, value, code, repair):
    setattr(in_service, name, value)
    ((only, hint),) = found().items()
    assert only == code
    assert repair in hint


def test_uploads_among_static_files_are_told(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = tmp_path / "static" / "media"
    assert "articles.W006" in found()


def test_a_folder_that_cannot_be_written_is_told(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "un fichier"
    settings.MEDIA_ROOT.write_text("")
    assert "articles.W007" in found()
