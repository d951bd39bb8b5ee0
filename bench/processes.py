"""Processes to measure: pinned to one core, watched through /proc, always stopped again."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

_CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORE: Final = _CORES[0]
LOAD_CORE: Final = _CORES[-1]
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_START_SECONDS: Final = 30
_STOP_SECONDS: Final = 10


class Process:
    """A server on ``port``; what its children use counts as its own."""

    def __init__(
        self, popen: subprocess.Popen[bytes], port: int, started: float, log: IO[bytes]
    ) -> None:
        self._popen = popen
        self._started = started
        self._log = log
        self.port = port

    def wait_for(self, path: str, headers: Mapping[str, str]) -> float:
        """Seconds from the start to the first answer, a 200 or a 304."""
        deadline = time.perf_counter() + _START_SECONDS
        while time.perf_counter() < deadline:
            if self._popen.poll() is not None:
                raise RuntimeError(f"{self._popen.args!r} ended: {self._said}")
            with suppress(OSError, HTTPException):
                if self.get(path, headers)[0] in (200, 304):
                    return time.perf_counter() - self._started
            time.sleep(0.001)
        raise TimeoutError(f"{self._popen.args!r} does not answer {path}: {self._said}")

    @property
    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def get(
        self, path: str, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body that one request gets."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_START_SECONDS)) as connection:
            connection.request("GET", path, headers=dict(headers))
            response: HTTPResponse = connection.getresponse()
            return response.status, response.getheaders(), response.read()

    @property
    def cpu_seconds(self) -> float:
        """User and system time so far, in steps of a hundredth."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in self._pids]
        return sum(sum(map(int, stat.split()[11:13])) for stat in stats) / _TICKS

    def kill(self) -> None:
        """End it in the midst of whatever it does."""
        self._popen.kill()
        self._popen.wait()

    @property
    def rss_bytes(self) -> int:
        """Resident memory now."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self._pids]
        return sum(pages) * _PAGE

    @property
    def _pids(self) -> list[int]:
        pid = self._popen.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]


@contextmanager
def serving(
    command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """A server on the core for servers, stopped at the end."""
    at = time.perf_counter()
    with TemporaryFile() as log:
        with pinned_to(SERVER_CORE):
            popen = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stderr=log)
        try:
            yield Process(popen, port, at, log)
        finally:
            _stop(popen)


def _stop(popen: subprocess.Popen[bytes]) -> None:
    popen.terminate()
    try:
        popen.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()


@contextmanager
def pinned_to(core: int) -> Iterator[None]:
    """Let this process, and what it starts meanwhile, run on one core only."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def free_port() -> int:
    """A loopback port on which nothing listened a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
