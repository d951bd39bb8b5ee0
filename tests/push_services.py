"""A push service on this machine, and browsers' keys that read what it was handed (RFC 8291)."""

import os
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.push import NewSubscription


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """One browser's keys."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> NewSubscription:
        return NewSubscription(self.endpoint, base64url(self.point), base64url(self.secret))

    def read(self, body: bytes) -> dict[str, Any]:
        """The message, decrypted as browsers do; raises where it is for somebody else."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        curve = ec.SECP256R1()
        public = ec.EllipticCurvePublicKey.from_encoded_point(curve, theirs)
        info = b"WebPush: info\x00" + self.point + theirs
        secret = derived(self.secret, self.key.exchange(ec.ECDH(), public), info, 32)
        key = derived(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derived(salt, secret, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert plain[-1:] == b"\x02"
        found: dict[str, Any] = orjson.loads(plain[:-1])
        return found


def derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)


class PushService:
    """Answers with ``status``, and keeps paths, headers and bodies of what it was handed."""

    def __init__(self) -> None:
        self.status = 201
        self.handed: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sent = {name.lower(): value for name, value in self.headers.items()}
                outer.handed.append((self.path, sent, body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing; the tests read what was handed over."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.http.server_port}"

    def device(self, name: str = "one") -> Device:
        """A browser that is reached through this service."""
        return Device(f"{self.origin}/send/{name}")


def signed(headers: dict[str, str], origin: str) -> tuple[dict[str, Any], str]:
    """The claims of a call's token, checked against the key that it names, and that key."""
    scheme, _, rest = headers["authorization"].partition(" ")
    parts = dict(each.strip().split("=", 1) for each in rest.split(","))
    curve = ec.SECP256R1()
    public = ec.EllipticCurvePublicKey.from_encoded_point(curve, raw(parts["k"]))
    assert scheme == "vapid"
    return jwt.decode(parts["t"], public, algorithms=["ES256"], audience=origin), parts["k"]


@contextmanager
def running() -> Iterator[PushService]:
    """A push service for one test."""
    service = PushService()
    thread = threading.Thread(target=service.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.http.shutdown()
        thread.join()
        service.http.server_close()
