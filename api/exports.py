"""Review feeds over HTTP: finished files at secret addresses, streamed (FP12, A4)."""

import binascii
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.answers import header_of
from api.asgi import Receive, Scope, Send
from api.caching import NO_STORE, Header, http_date, matches, seconds_of
from domain.errors import Unavailable
from services import eligibility, review_feeds
from services.feed_files import Export
from services.installation import Installation
from services.review_feeds import Found

PATH: Final = f"{review_feeds.PREFIX}{{token}}/{{name}}"
METHODS: Final = ("GET", "HEAD")
PANEL: Final = "eligibility.json"
_PIECE_BYTES: Final = 256 * 1024
_HEADER_BYTES: Final = 1_024
# Who knows the address may read it; caches and search engines are to keep out of it.
_CLOSED: Final[tuple[Header, ...]] = (
    (b"cache-control", b"private, max-age=300"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_CHALLENGE: Final[tuple[Header, ...]] = (
    (b"www-authenticate", b'Basic realm="Review feed", charset="UTF-8"'),
    (b"cache-control", NO_STORE),
    (b"content-length", b"0"),
)


def route(installation: Installation) -> Route:
    """The route of all feeds."""
    return Route(PATH, Exports(installation), methods=METHODS)


class Exports:
    """Answers ``/v1/exports/{token}/…`` with 200 or 304, or 401 where a password is asked for.

    Raises PageNotFound for any other token or file.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        token, name = scope["path_params"]["token"], scope["path_params"]["name"]
        found = await run_in_threadpool(self._find, token)
        if not found.allows(*_credentials(header_of(scope, b"authorization"))):
            await _send(send, 401, _CHALLENGE)
            return
        if name == PANEL:
            await self._answer_panel(found, scope, send)
            return
        home = self._installation.settings.home
        export = await run_in_threadpool(review_feeds.open_export, home, found, name)
        try:
            await _answer(export, scope, send)
            if scope["method"] == "GET":
                await self._note(found)
        finally:
            await run_in_threadpool(export.close)

    async def _note(self, found: Found) -> None:
        # The file is on its way: that nobody can note it down just now is no reason to fail.
        with suppress(Unavailable):
            now = datetime.now(UTC)
            await run_in_threadpool(review_feeds.note_fetch, self._installation, found, now=now)

    def _find(self, token: str) -> Found:
        with self._installation.database.read() as session:
            return review_feeds.find(session, token)

    async def _answer_panel(self, found: Found, scope: Scope, send: Send) -> None:
        panel = await run_in_threadpool(eligibility.panel, self._installation, found.shop_key)
        body = orjson.dumps(panel)
        headers = (
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            *_CLOSED,
        )
        await _send(send, 200, headers, body if scope["method"] == "GET" else b"")


async def _answer(export: Export, scope: Scope, send: Send) -> None:
    tag = b'"%s"' % export.tag.encode()
    validators = ((b"etag", tag), (b"last-modified", http_date(export.modified)), *_CLOSED)
    if _is_known(scope, tag, export.modified):
        await _send(send, 304, validators)
        return
    headers = (
        (b"content-type", export.media_type.encode()),
        (b"content-length", b"%d" % export.size),
        *validators,
    )
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["method"] == "GET":
        await _stream(export, send)
    await send({"type": "http.response.body", "body": b""})


def _is_known(scope: Scope, tag: bytes, modified: int) -> bool:
    tags = header_of(scope, b"if-none-match")
    if tags:
        return matches(tags, tag)
    since = header_of(scope, b"if-modified-since")
    return bool(since) and modified <= seconds_of(since)


async def _stream(export: Export, send: Send) -> None:
    """Send the file in pieces, each read when the one before it is on its way."""
    offset = 0
    while offset < export.size:
        piece = await run_in_threadpool(export.read, offset, _PIECE_BYTES)
        offset += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _send(send: Send, status: int, headers: tuple[Header, ...], body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _credentials(header: bytes) -> tuple[str, str]:
    """Login and password of an Authorization header (RFC 7617); empty ones for any other."""
    scheme, _, token = header[:_HEADER_BYTES].strip().partition(b" ")
    if scheme.lower() != b"basic":
        return "", ""
    try:
        login, _, password = b64decode(token.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, password
