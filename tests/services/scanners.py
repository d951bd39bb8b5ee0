"""A stand-in for another program: a scanner that speaks clamd's protocol, and says what it is told.

It reads the whole file first, as clamd does.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def _take(line: socket.socket) -> bytes:
    """What was sent between the command and the empty piece."""
    with line.makefile("rb") as stream:
        stream.read(len(b"zINSTREAM\0"))
        pieces = []
        while size := int.from_bytes(stream.read(4), "big"):
            pieces.append(stream.read(size))
    return b"".join(pieces)


@contextmanager
def scanner(reply: bytes, got: list[bytes] | None = None) -> Iterator[str]:
    """The address of a scanner that answers ``reply`` to each file, and keeps it in ``got``."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    body = _take(line)
                    if got is not None:
                        got.append(body)
                    line.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()
