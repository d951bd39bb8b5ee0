"""Health for load balancers and process managers, answered without the router.

``/health`` says that the process lives, ``/ready`` that its database answers.
"""

from typing import Final

import orjson

from api.asgi import App, Receive, Scope, Send
from api.flights import Flights
from api.stored import Stored
from domain.errors import DatabaseUnavailable

_OK: Final = orjson.dumps({"status": "ok"})
_UNAVAILABLE: Final = orjson.dumps(
    {
        "type": "about:blank",
        "title": DatabaseUnavailable.title,
        "status": 503,
        "detail": DatabaseUnavailable.title,
        "code": DatabaseUnavailable.code,
        "Message": DatabaseUnavailable.title,
    }
)


class Health:
    """Answers the two addresses and leaves all else to ``rest``."""

    def __init__(self, stored: Stored, rest: App) -> None:
        self._stored = stored
        self._rest = rest
        self._asking: Flights[str, int] = Flights()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path") if scope.get("method") in {"GET", "HEAD"} else None
        if path == "/health" or (path == "/ready" and await self._is_ready()):
            await _send(send, scope["method"], 200, b"application/json", _OK)
        elif path == "/ready":
            await send_unavailable(send, scope["method"])
        else:
            await self._rest(scope, receive, send)

    async def _is_ready(self) -> bool:
        try:
            # Many who ask at once cost one question, so that polling does not wait behind them.
            await self._asking.share("newest", self._stored.newest_us)
        except OSError:
            return False
        return True


async def send_unavailable(send: Send, method: str) -> None:
    """The problem of a process that has no database, where nothing else can say it."""
    await _send(send, method, 503, b"application/problem+json", _UNAVAILABLE)


async def _send(send: Send, method: str, status: int, media_type: bytes, body: bytes) -> None:
    headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    )
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body if method == "GET" else b""})
