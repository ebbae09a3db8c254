"""Serve the site with granian: settings in, a server out, on a port that nobody else serves."""

import argparse
import errno
import os
import signal
import socket
from wsgiref.types import WSGIApplication

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

# A thread for each request under way; each keeps its own connection to the database.
THREADS = 16

# A download under way may hold the end back for so long.
SECONDS_TO_END = 10


def check_port(address: str, port: int) -> None:
    """Ends with a sentence if the port is taken: granian would share it (SO_REUSEPORT) in silence."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SystemExit(
                    f"Le port {port} est déjà pris, peut-être par un autre « make run ». "
                    f"Arrêtez-le (Ctrl+C dans son terminal), ou changez de port : PORT={port + 1} make run"
                ) from error
            raise SystemExit(
                f"Le site ne peut pas être servi sur {address}, port {port} : {error.strerror}. "
                "Changez BIND ou PORT."
            ) from error


def load_application() -> WSGIApplication:
    """What a worker serves, deaf to Ctrl+C: the main process hears it too and ends its workers with
    SIGTERM, and a worker that gets both signals at once may never end.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    from .wsgi import application

    return application


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dcant_site.settings")
    parser = argparse.ArgumentParser(prog="python -m dcant_site.serve", description="Sert le site.")
    parser.add_argument("--check", action="store_true", help="dit seulement si le port est libre")
    only_check = parser.parse_args().check
    check_port(settings.BIND, settings.PORT)
    if only_check:
        return
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        raise SystemExit("Les fichiers statiques manquent : lancez « make install ».")
    print(
        f"Le site est à l’adresse {settings.SITE_URL}/, l’administration à {settings.SITE_URL}/admin/ "
        "(Ctrl+C pour arrêter).",
        flush=True,
    )
    Server(
        "dcant_site.wsgi:application",
        address=settings.BIND,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=SECONDS_TO_END,
        log_level=LogLevels.error,
    ).serve(target_loader=load_application, wrap_loader=False)


if __name__ == "__main__":
    main()
