"""The project's own settings, in an environment that neither an `.env` file nor the shell touches.

The shell names the database alone: the suite runs on PostgreSQL as it does on SQLite.
"""

import os
import re
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"

for name in re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE):
    if name != "DATABASE_URL":
        os.environ.pop(name, None)
os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "secret-of-tests-" + "0123456789" * 5}

from dcant_site.settings import *  # noqa: E402  # after the environment that it reads

# Static files as they are, without collecting them first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In a file: threads of the browser's server have a connection each, as in service. In memory they
    # would share one, and now and then find a table locked.
    test_folder = tempfile.TemporaryDirectory(prefix="dcant-")
    DATABASES["default"]["TEST"] = {"NAME": f"{test_folder.name}/tests.sqlite3"}
