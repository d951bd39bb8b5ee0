"""Documents about the API: OpenAPI, XML Schemas and the page that explains both.

They are made once, when the router is opened, and answered like snapshots.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import brotli
import orjson
from starlette.routing import Route

import schemas
from api import documentation
from api.answers import Representation, select
from api.asgi import Receive, Scope, Send
from api.caching import ALLOW_ORIGIN, Header, Profile
from schemas.snapshots import BROTLI_QUALITY, gzipped

_POLICY: Final = b"public, max-age=300"
_SCHEMAS: Final = Path(schemas.__file__).parent
_OPENAPI: Final = _SCHEMAS / "openapi.json"
_MODERN: Final = _SCHEMAS / "modern-openapi.json"
_STYLE: Final = Path(documentation.__file__).with_suffix(".css")
_PAGE_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-security-policy", documentation.POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Document:
    """An ASGI endpoint for one body; ``modified`` in Unix seconds."""

    def __init__(
        self,
        body: bytes,
        content_type: str,
        modified: int,
        *headers: Header,
        cache_control: bytes = _POLICY,
    ) -> None:
        digest = urlsafe_b64encode(blake2b(body, digest_size=16).digest()).decode().rstrip("=")
        self._representation = Representation(
            (
                body,
                gzipped(body),
                brotli.compress(body, quality=BROTLI_QUALITY),
            ),
            digest=digest,
            modified=modified,
            profile=Profile(content_type, cache_control, *headers),
        )

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        start, body = select(scope, self._representation)
        await send(start)
        await send(body)


@cache  # an app that is opened again need not write and pack the same pages again
def routes() -> tuple[Route, ...]:
    """The routes of all documents."""
    return tuple(_routes())


def _routes() -> Iterator[Route]:
    modified = int(_OPENAPI.stat().st_mtime)
    content = _OPENAPI.read_bytes()
    page = documentation.page(orjson.loads(content))
    style = Document(_STYLE.read_bytes(), "text/css; charset=utf-8", modified)
    yield _route("/openapi.json", Document(content, "application/json", modified, ALLOW_ORIGIN))
    newer = Document(_MODERN.read_bytes(), "application/json", modified, ALLOW_ORIGIN)
    yield _route("/openapi-modern.json", newer)
    yield _route("/docs", Document(page, "text/html; charset=utf-8", modified, *_PAGE_HEADERS))
    yield _route(documentation.STYLE, style)
    for file in sorted(_SCHEMAS.glob("*.xsd")):
        schema = Document(file.read_bytes(), "application/xml", modified, ALLOW_ORIGIN)
        yield _route(f"/schemas/{file.name}", schema)


def _route(path: str, document: Document) -> Route:
    return Route(path, document, methods=["GET"])
