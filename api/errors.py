"""Errors at the HTTP edge: one table from kinds to statuses, one renderer for all of them.

A refusal is an RFC 9457 problem, in XML where XML was asked for, with its message in the
language of the request. What nobody foresaw becomes a 500 with a reference and no details.
"""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid4

import structlog
from starlette.exceptions import HTTPException

from api import negotiation
from api.answers import header_of
from api.asgi import App, Message, Receive, Scope, Send
from api.caching import ALLOW_ORIGIN, NO_STORE, NOT_FOUND, Header
from api.negotiation import MEDIA
from domain.access_tokens import TokenRefused
from domain.errors import (
    Conflict,
    Gone,
    Invalid,
    Malformed,
    MediaTypeUnsupported,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    PageNotFound,
    TooLarge,
    TooMany,
    TrustwrightError,
    Unavailable,
)
from domain.order_hooks import OrderHookForged
from schemas import encoding, messages
from schemas.problems import Problem
from schemas.snapshots import Media

Render = Callable[[Exception, Scope], tuple[Message, Message]]
"""Makes the two messages that answer a request which ended in an error."""

STATUSES: Final[Mapping[type[TrustwrightError], int]] = {
    Malformed: 400,
    NotAllowed: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    MediaTypeUnsupported: 415,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
RETRY_SECONDS: Final = 5
_FRAMEWORK: Final[Mapping[int, type[TrustwrightError]]] = {
    404: PageNotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}
_LOG: Final = structlog.get_logger("trustwright.api")
_MEDIA_TYPES: Final = {
    Media.JSON: b"application/problem+json",
    Media.XML: b"application/problem+xml",
}
_NOSNIFF: Final[Header] = (b"x-content-type-options", b"nosniff")


def status_of(error: TrustwrightError) -> int:
    """The HTTP status of an error's kind."""
    if isinstance(error, TokenRefused | OrderHookForged):
        return 401
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def foreseen(error: Exception) -> TrustwrightError | None:
    """The error of our own tree that this one is, or stands for; None for a fault of ours."""
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _FRAMEWORK.get(error.status_code, Malformed)()
    return error if isinstance(error, TrustwrightError) else None


def render(error: Exception, scope: Scope) -> tuple[Message, Message]:
    """The two messages that answer a request which ended in ``error``."""
    language = negotiation.language(header_of(scope, b"accept-language"))
    problem = _problem(error, scope, language)
    media = _media(scope)
    body = encoding.to_json(problem) if media is Media.JSON else encoding.to_xml(problem)
    pairs: tuple[Header, ...] = (
        (b"content-type", _MEDIA_TYPES[media]),
        (b"content-length", b"%d" % len(body)),
        (b"content-language", language.encode()),
        (b"cache-control", NOT_FOUND if problem.status == 404 else NO_STORE),
        (b"vary", b"Accept, Accept-Language"),
        _NOSNIFF,
        ALLOW_ORIGIN,
        *_own_headers(error),
    )
    return (
        {"type": "http.response.start", "status": problem.status, "headers": pairs},
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body},
    )


class Boundary:
    """Turns every error of ``app`` into an answer; nothing but answers gets past it.

    ``render`` writes the answer, by default as a problem document.
    """

    def __init__(self, app: App, render: Render = render) -> None:
        self._app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def watched(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if has_started:
                # Half an answer is out: only the server can still break the connection off.
                raise
            for message in self._render(error, scope):
                await send(message)


def _problem(error: Exception, scope: Scope, language: str) -> Problem:
    known = foreseen(error)
    if known is not None:
        status, code, instance = status_of(known), known.code, None
        title = messages.title(code, language)
        detail = title if known.detail == known.title else known.detail
        field = known.field
    else:
        status, code, instance = 500, messages.INTERNAL_ERROR, report(error, scope)
        title = detail = messages.title(code, language)
        field = None
    return Problem(
        type=f"/docs#{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        field=field,
        instance=instance,
        message=title,
    )


def report(error: Exception, scope: Scope) -> str:
    """Log an error that nobody foresaw; returns the reference under which it is found."""
    reference = f"urn:uuid:{uuid4()}"
    # The query is left out: it can hold what people typed. So is a link's own secret.
    path = scope["raw_path"].decode("latin-1")
    token = scope.get("path_params", {}).get("token")
    path = (path.replace(token, "…") if token else path)[:200]
    _LOG.error("request.failed", reference=reference, path=path, exc_info=error)
    return reference


def _media(scope: Scope) -> Media:
    for media in (Media.JSON, Media.XML):
        if scope["raw_path"].endswith(f".{media}".encode()):
            return media
    return MEDIA[header_of(scope, b"accept")]


def _own_headers(error: Exception) -> tuple[Header, ...]:
    if isinstance(error, TokenRefused):
        return ((b"www-authenticate", b'Bearer realm="trustwright"'),)
    if isinstance(error, Unavailable):
        return ((b"retry-after", b"%d" % RETRY_SECONDS),)
    if isinstance(error, HTTPException) and error.headers:
        return tuple(
            (name.lower().encode(), ", ".join(sorted(value.split(", "))).encode())
            for name, value in error.headers.items()
        )
    return ()
