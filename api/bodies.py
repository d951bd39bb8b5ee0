"""Bodies of requests: none may be larger than the limit, declared or not."""

from typing import Final

from api.asgi import App, Message, Receive, Scope, Send
from domain.errors import Malformed, TooLarge

MAX_BYTES: Final = 65_536


class BodyLimit:
    """Lets requests with bodies up to ``most`` bytes through to ``app``; raises TooLarge."""

    def __init__(self, app: App, *, most: int = MAX_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _declared(scope) > self._most:
            raise TooLarge
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise TooLarge
            return message

        await self._app(scope, counted, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Malformed("Content-Length is a number of bytes.")
            return int(value[:20])
    return 0
