"""Headers of requests: how many and how large they may be, which the server does not limit."""

from typing import Final

from api.asgi import App, Receive, Scope, Send
from domain.errors import Malformed

MOST: Final = 200
MOST_BYTES: Final = 65_536


class HeaderLimit:
    """Lets requests with headers within the limits through to ``app``; raises Malformed."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if are_excessive(scope):
            raise Malformed(f"A request has at most {MOST} headers, of {MOST_BYTES} bytes in all.")
        await self._app(scope, receive, send)


def are_excessive(scope: Scope) -> bool:
    """Whether there are more than 200 headers, or more than 64 KiB of names and values."""
    headers = scope["headers"]
    if len(headers) > MOST:
        return True
    return sum(len(name) + len(value) for name, value in headers) > MOST_BYTES
