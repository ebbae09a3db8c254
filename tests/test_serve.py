"""The real server, as `make run` starts it; its static files are those of `make install`."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SERVE = [sys.executable, "-m", "dcant_site.serve"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(port: int, **values: str) -> dict[str, str]:
    kept = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "SECRET_KEY": os.environ["SECRET_KEY"]}
    return kept | {"PORT": str(port), "DATABASE_URL": "sqlite://:memory:"} | values


def ask(port: int, path: str, **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    response.body = response.read()
    connection.close()
    return response


@pytest.fixture
def serve(tmp_path) -> Iterator:
    """Start a server with these variables; gives its port once it answers."""
    running = []

    def start(**values: str) -> int:
        port = free_port()
        process = subprocess.Popen(
            SERVE,
            cwd=PROJECT,
            env=environment(port, **values),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        running.append(process)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and process.poll() is None:
            try:
                ask(port, "/static/")
            except OSError:
                time.sleep(0.05)
            else:
                return port
        raise AssertionError("The server does not answer.")

    yield start
    for process in running:
        # As Ctrl+C does: the signal goes to the main process and to its workers at once.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=5) == 0


def refused(port: int, *arguments: str) -> str:
    ended = subprocess.run(
        [*SERVE, *arguments], cwd=PROJECT, env=environment(port), capture_output=True, text=True, timeout=15
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_the_server_answers_with_compressed_files_that_browsers_keep(serve):
    port = serve()
    page = ask(port, "/admin/login/")
    assert page.status == 200
    assert page.headers["Content-Security-Policy"]
    address = page.body.decode().split('<link rel="stylesheet" href="')[1].split('"')[0]
    sheet = ask(port, address, Accept_Encoding="br, gzip")
    assert sheet.headers["Content-Encoding"] == "br"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in sheet.headers
    assert sheet.headers["X-Content-Type-Options"] == "nosniff"


def test_a_second_server_does_not_share_the_port(serve):
    port = serve()
    for arguments in ([], ["--check"]):
        said = refused(port, *arguments)
        assert said.startswith(f"Le port {port} est déjà pris")
        assert f"PORT={port + 1}" in said


def test_a_free_port_is_let_pass():
    port = free_port()
    subprocess.run([*SERVE, "--check"], cwd=PROJECT, env=environment(port), check=True, timeout=15)


def test_a_port_that_was_just_left_is_free(serve):
    # Connections that wait for their end (TIME_WAIT) hold no port.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.accept()[0].close()
    subprocess.run([*SERVE, "--check"], cwd=PROJECT, env=environment(port), check=True, timeout=15)


def test_an_address_of_another_machine_is_told():
    ended = subprocess.run(
        SERVE,
        cwd=PROJECT,
        env=environment(8000, BIND="192.0.2.1"),
        capture_output=True,
        text=True,
        timeout=15,
    )
    assert ended.returncode == 1
    assert "Changez BIND ou PORT" in ended.stderr


@pytest.fixture
def kept_open() -> Iterator[list]:
    connections = []
    yield connections
    for connection in connections:
        connection.close()


def test_ctrl_c_ends_the_server_while_browsers_keep_their_connections(kept_open, serve):
    port = serve()
    for _ in range(3):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/static/")
        connection.getresponse().read()
        kept_open.append(connection)
    # Fixtures end in reverse: `serve` stops its server, within five seconds, before these are closed.


FORWARDED = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "https"}
HTTPS = {"SITE_URL": "https://127.0.0.1"}


def test_a_trusted_proxy_says_that_the_visit_is_secure(serve):
    port = serve(**HTTPS, TRUSTED_PROXIES="127.0.0.1")
    page = ask(port, "/admin/login/", **FORWARDED)
    assert page.status == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "Secure" in page.headers["Set-Cookie"]
    plain = ask(port, "/admin/login/")
    assert (plain.status, plain.headers["Location"]) == (301, f"https://127.0.0.1:{port}/admin/login/")


@pytest.mark.parametrize("trusted", ["", "203.0.113.9"])
def test_nobody_else_is_believed(serve, trusted):
    port = serve(**HTTPS, TRUSTED_PROXIES=trusted)
    assert ask(port, "/admin/login/", **FORWARDED).status == 301
