"""A small load generator: one process, one thread, many keep-alive connections."""

import json
import selectors
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit


class _Connection:
    """One connection that always has a request under way."""

    def __init__(self, address: tuple[str, int], request: bytes, length: int) -> None:
        self._request = request
        self._length = length
        self._missing = 0
        self._sent_at = 0.0
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self._missing = self._length
        self._sent_at = time.perf_counter()
        self.socket.send(self._request)

    def receive(self) -> float | None:
        """The seconds that the answer took, once all of it is there; raises OSError."""
        got = len(self.socket.recv(65_536))
        if not got:
            raise ConnectionError("The server closed the connection.")
        self._missing -= got
        return None if self._missing > 0 else time.perf_counter() - self._sent_at


def run(task: dict[str, Any]) -> tuple[int, float, float, float]:
    """Requests, requests a second, and the 50th and 99th percentile of seconds.

    All answers are taken to be as long as the first one. Raises ValueError when that is not a
    200 or a 304.
    """
    parts = urlsplit(task["url"])
    address = (parts.hostname or "", parts.port or 80)
    lines = [f"{name}: {value}" for name, value in task["headers"].items()]
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    head = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", *lines, "", ""]
    request = "\r\n".join(head).encode()
    length = _length_of_answer(address, request)
    started = time.perf_counter()
    connections = [_Connection(address, request, length) for _ in range(task["connections"])]
    times = sorted(_drive(connections, until=started + task["seconds"]))
    elapsed = time.perf_counter() - started
    return len(times), len(times) / elapsed, times[len(times) // 2], times[len(times) * 99 // 100]


def _length_of_answer(address: tuple[str, int], request: bytes) -> int:
    with socket.create_connection(address) as connection:
        connection.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head = answer.partition(b"\r\n\r\n")[0]
    if head.split()[1] not in (b"200", b"304"):
        raise ValueError(head.decode("latin-1"))
    closing = b"\r\nconnection: close"
    at = head.lower().find(closing)
    return len(answer) - (len(closing) if at >= 0 else 0)


def _drive(connections: Sequence[_Connection], *, until: float) -> list[float]:
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        while time.perf_counter() < until:
            for key, _ in selector.select(timeout=1):
                elapsed = key.data.receive()
                if elapsed is not None:
                    times.append(elapsed)
                    key.data.send()
    for connection in connections:
        connection.socket.close()
    return times


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
