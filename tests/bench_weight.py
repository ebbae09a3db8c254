"""Weigh what a browser loads: style sheet and script as they are served, and an article on a first view.

The server is the one that runs the site, on the database at hand; the browser is Chromium, without cache.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .conftest import CHROMIUM, CHROMIUM_ARGS, PROJECT

STATIC = PROJECT / "build" / "static"
WEIGHED = ("articles/site.css", "articles/site.js")
SECONDS_TO_START = 20


def report(address: str) -> None:
    """Print what the public's files weigh, and what the first view of the page at that address takes."""
    print(f"{'fichier':<36}{'octets':>10}{'gzip':>10}{'brotli':>10}")
    collected = json.loads((STATIC / "staticfiles.json").read_text())["paths"]
    for name in WEIGHED:
        path = STATIC / collected[name]
        sizes = [Path(f"{path}{end}").stat().st_size for end in ("", ".gz", ".br")]
        print(f"{name:<36}" + "".join(f"{size:>10}" for size in sizes))
    if CHROMIUM is None:
        print("première vue d’un article : Chromium manque, elle n’a pas été mesurée.")
        return
    with served() as site:
        others, images = first_view(f"{site}{address}")
    print(
        f"première vue d’un article : {len(others)} requêtes, {sum(others) / 1000:.1f} ko ; "
        f"ses images : {len(images)} requêtes, {sum(images) / 1000:.1f} ko"
    )


@contextmanager
def served() -> Iterator[str]:
    """The address of the site, served from the database and files of the measure."""
    from django.conf import settings
    from django.db import connection

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    name = connection.settings_dict["NAME"]
    database = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "dcant_site.settings",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "PORT": str(port),
        "SITE_URL": site,
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "dcant_site.serve"], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield site
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("Le serveur n’a pas démarré : la première vue n’a pas été mesurée.")


def first_view(address: str) -> tuple[list[int], list[int]]:
    """The bytes that each request took on the wire, headers included: of all but images, then of images."""
    from playwright.sync_api import sync_playwright

    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def received(event: dict[str, Any]) -> None:
        # What is written into the style sheet is not asked for.
        if not event["response"]["url"].startswith("data:"):
            kinds[event["requestId"]] = event["type"]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.responseReceived", received)
        network.on(
            "Network.loadingFinished",
            lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
        )
        page.goto(address, wait_until="networkidle")
        browser.close()
    images = [size for each, size in sizes.items() if kinds.get(each) == "Image"]
    others = [size for each, size in sizes.items() if kinds.get(each, "Image") != "Image"]
    return others, images
