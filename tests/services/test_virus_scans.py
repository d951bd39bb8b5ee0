"""A virus scanner: it sees the whole file, and without its word no file is taken."""

import socket
from pathlib import Path

import pytest

from domain.claim_documents import FileInfected, ScannerSilent
from services import virus_scans
from tests.services.scanners import scanner


def test_without_a_scanner_nothing_is_asked() -> None:
    virus_scans.check("", b"a file")


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
def test_a_clean_file_was_seen_whole(size: int) -> None:
    body, got = bytes(range(256)) * (size // 256) + b"x" * (size % 256), list[bytes]()
    with scanner(b"stream: OK\0", got) as address:
        virus_scans.check(address, body)
    assert got == [body]


def test_an_infected_file_is_refused() -> None:
    with scanner(b"stream: Eicar-Test-Signature FOUND\0") as address, pytest.raises(FileInfected):
        virus_scans.check(address, b"x")


@pytest.mark.parametrize(
    "reply", [b"", b"stream: size limit exceeded. ERROR\0", b"\0", b"x" * 9_000]
)
def test_a_scanner_that_says_neither_lets_nothing_through(reply: bytes) -> None:
    with scanner(reply) as address, pytest.raises(ScannerSilent):
        virus_scans.check(address, b"x")


def test_a_scanner_that_is_not_there_lets_nothing_through(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for address in (f"127.0.0.1:{port}", str(tmp_path / "clamd.ctl")):
        with pytest.raises(ScannerSilent):
            virus_scans.check(address, b"x")
