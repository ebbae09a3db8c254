"""The settings: one file for every place, what differs comes from the environment (see .env.example)."""

import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from .environment import Environment, read_env_file

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(read_env_file(Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))) | os.environ)

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.switch("DEBUG", default=False)

# Where the site is, and who asks

BIND = env.text("BIND", "127.0.0.1")
PORT = env.number("PORT", 8000, highest=65535)
WORKERS = env.number("WORKERS", 1, highest=64)
SITE_URL = env.origin("SITE_URL", f"http://127.0.0.1:{PORT}")
SITE_HOST = re.sub(r":\d+$", "", urlsplit(SITE_URL).netloc)
SITE_ALIASES = env.hosts("SITE_ALIASES")
# Every host that has been the site's: links to them are links within the site.
OWN_HOSTS = frozenset(
    variant
    for host in (SITE_HOST, *SITE_ALIASES)
    for variant in (host.removeprefix("www."), f"www.{host.removeprefix('www.')}")
)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", LOCAL_HOSTS if SITE_HOST in LOCAL_HOSTS else [SITE_HOST])
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# The scheme of SITE_URL alone decides. What stays silenced: HSTS is not spread over subdomains and
# preload lists, since a section's site does not decide for the whole domain of its administration.
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# What the site says of itself

SITE_NAME = env.text("SITE_NAME", "Annonces")
SITE_TAGLINE = env.text("SITE_TAGLINE", "")
BRAND = env.parts("BRAND", ["Administration", "de démonstration"], separator="|")
# The Marianne belongs to the State's own sites: nobody shows it by default.
STATE_EMBLEM = env.switch("STATE_EMBLEM", default=False)
CONTACT_EMAIL = env.email("CONTACT_EMAIL")
FOOTER_LINKS = env.links("FOOTER_LINKS")
FOLLOW_LINKS = env.links("FOLLOW_LINKS")
# Files served at the root as they are; some of them take the place of the project's own.
ROOT_FILES = env.public_folder("ROOT_FILES", BASE_DIR)

# Parts

INSTALLED_APPS = [
    "articles",
    "dcant_site.apps.EditorsToolConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "dsfr",
    "markdownx",
    "taggit",
]

MIDDLEWARE = [
    "dcant_site.middleware.permissions_policy",
    "dcant_site.middleware.shared_pages",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dcant_site.middleware.sliding_session",
    "articles.elsewhere.elsewhere",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "articles.admin.ended.give_back_texts",
]

ROOT_URLCONF = "dcant_site.urls"
WSGI_APPLICATION = "dcant_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data

DATABASES = {"default": env.database("DATABASE_URL", BASE_DIR / "db.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers do not wait for the writer, and two writers wait for each other instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / "media")
FILES_ACCEL_PREFIX = env.address_prefix("FILES_ACCEL_PREFIX")
PEERTUBE_HOSTS = env.hosts("PEERTUBE_HOSTS")
DAILYMOTION_PLAYER_ID = env.text("DAILYMOTION_PLAYER_ID", "")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATICFILES_FINDERS = ["dcant_site.static_parts.PartsFinder"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ROOT = ROOT_FILES
DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_CONTENT_IS_SAFE = False

# People

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
# Twenty hours from the last page: nobody loses what they type in a day (RGAA 13.1, WCAG 2.2.6).
SESSION_COOKIE_AGE = 20 * 3600

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/lockout.html"

# Whoever wrote an article last does not publish it.
SECOND_PERSON = env.switch("SECOND_PERSON", default=False)

# E-mails: written to the output of the site unless a server is named

MAIL_SERVER = env.mail_server("EMAIL_URL")
EMAIL_BACKEND = MAIL_SERVER["EMAIL_BACKEND"]
EMAIL_HOST = MAIL_SERVER["EMAIL_HOST"] or "localhost"
EMAIL_PORT = MAIL_SERVER["EMAIL_PORT"] or 25
EMAIL_HOST_USER = MAIL_SERVER["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = MAIL_SERVER["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = MAIL_SERVER.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL_SERVER.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.email("MAIL_FROM") or CONTACT_EMAIL or f"ne-pas-repondre@{SITE_HOST}"

# Text and time

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Paris")
USE_TZ = True

MARKDOWNX_MARKDOWNIFY_FUNCTION = "articles.rendering.render"
TAGGIT_CASE_INSENSITIVE = True

# Video players refuse to play without a referrer; the origin is all they get.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

# What a page may load: its own files, nothing inline. A page with a video widens frame-src itself.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Without this, Django keeps the errors of a site in service to itself.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
    },
}
