"""A server process to be asked over a real connection."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from services.settings import Settings
from tests.architecture.tree import ROOT
from tests.conditions import eventually
from tests.servers import free_port

SERVE = """
import sys
from api.server import run
from services.settings import load
run(load(), host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]))
"""


class Server:
    """A running server process."""

    def __init__(
        self, settings: Settings, log: Path, *, workers: int = 1, port: int | None = None
    ) -> None:
        environment = {key: value for key, value in os.environ.items() if "TRUSTWRIGHT" not in key}
        environment |= {
            "TRUSTWRIGHT_HOME": str(settings.home),
            "TRUSTWRIGHT_DATABASE_URL": settings.database_url,
            "TRUSTWRIGHT_SECRET_KEY": settings.secret_key,
            "TRUSTWRIGHT_ROLE": settings.role.value,
            "TRUSTWRIGHT_API_RATE": str(settings.api_rate),
            "TRUSTWRIGHT_LINT_RATE": str(settings.lint_rate),
            "TRUSTWRIGHT_LINT_URL_RATE": str(settings.lint_url_rate),
            "TRUSTWRIGHT_LOGIN_RATE": str(settings.login_rate),
            "TRUSTWRIGHT_PUBLIC_URL": settings.public_url,
            "TRUSTWRIGHT_DEMO": str(settings.demo).lower(),
            "TRUSTWRIGHT_SMTP_URL": settings.smtp_url,
            "TRUSTWRIGHT_MAIL_FROM": settings.mail_from,
            "TRUSTWRIGHT_PAYOUT_IBAN": settings.payout_iban,
        }
        self.port = port or free_port()
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(self.port), str(workers)],
                cwd=ROOT,
                env=environment,
                stderr=output,
                stdout=output,
            )

    def get(self, target: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def post(self, target: str, body: bytes, **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", target, body, headers=headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return self.get("/ready")[0].status == 200

    def raw(self, request: bytes) -> bytes:
        """Everything the server says to these bytes until it falls silent or hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            said = b""
            while piece := connection.recv(65_536):
                said += piece
            return said

    @property
    def rss_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found.group(1)) / 1_024


@contextmanager
def served(
    settings: Settings, folder: Path, *, workers: int = 1, port: int | None = None
) -> Iterator[Server]:
    """A server that is up, on ``port`` or a free one; it does not outlive the block."""
    server = Server(settings, folder / "server.log", workers=workers, port=port)
    try:
        eventually(server.is_up, within=60)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(30)
