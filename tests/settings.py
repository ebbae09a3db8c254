"""The project's own settings in an environment that neither an `.env` file nor the shell touches."""

import os

for name in ("DEBUG", "BIND", "PORT", "SITE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "SITE_NAME", "BRAND"):
    os.environ.pop(name, None)
os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "clé-de-test-" + "x" * 50}

from dcant_site.settings import *  # noqa: E402

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
