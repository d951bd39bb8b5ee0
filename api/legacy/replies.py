"""Answers that nobody may keep: finished bytes as messages, compressed while they are made."""

from typing import Final

import brotli

from api.answers import header_of
from api.asgi import Message, Scope
from api.caching import Header
from api.legacy.profiles import NO_STORE
from api.negotiation import ENCODINGS, Encoding
from schemas.snapshots import BROTLI_QUALITY, gzipped

# Below, the headers that name an encoding take what it saves.
_LEAST_BYTES: Final = 200
_NAMES: Final = {Encoding.GZIP: b"gzip", Encoding.BROTLI: b"br"}


def private(scope: Scope, body: bytes, content_type: str) -> tuple[Message, Message]:
    """The messages of a 200 of the restricted area (1.5); packing takes a thread's time."""
    encoding = ENCODINGS[header_of(scope, b"accept-encoding")]
    if len(body) < _LEAST_BYTES:
        encoding = Encoding.IDENTITY
    packed = _packed(body, encoding)
    headers: list[Header] = [
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(packed)),
        (b"cache-control", NO_STORE),
        (b"vary", b"Accept, Accept-Encoding, Accept-Language, Authorization"),
    ]
    if encoding in _NAMES:
        headers.append((b"content-encoding", _NAMES[encoding]))
    return (
        {"type": "http.response.start", "status": 200, "headers": tuple(headers)},
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else packed},
    )


def _packed(body: bytes, encoding: Encoding) -> bytes:
    if encoding is Encoding.GZIP:
        return gzipped(body)
    if encoding is Encoding.BROTLI:
        packed: bytes = brotli.compress(body, quality=BROTLI_QUALITY)
        return packed
    return body
