"""A look at a file by a virus scanner that speaks clamd's protocol, where an operator has one."""

import socket
from typing import Final

from domain.claim_documents import FileInfected, ScannerSilent

_SECONDS: Final = 20
_PIECE: Final = 65_536
_REPLY: Final = 4_096


def check(address: str, body: bytes) -> None:
    """Have ``body`` looked at; nothing is done where ``address`` is empty.

    ``address`` is ``host:port`` or the path of a socket. Raises FileInfected, or ScannerSilent
    where the scanner does not answer, or says neither yes nor no: then no file is taken. Takes up
    to twenty seconds, so no transaction may be open.
    """
    if not address:
        return
    try:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(body), _PIECE):
                piece = body[start : start + _PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            said = _reply(line)
    except OSError as error:
        raise ScannerSilent from error
    if said.endswith(b" FOUND"):
        raise FileInfected(field="proof")
    if not said.endswith(b" OK"):
        raise ScannerSilent


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(_SECONDS)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _reply(line: socket.socket) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < _REPLY:
        piece = line.recv(_REPLY)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].strip()
