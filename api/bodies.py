"""Bodies of requests: none may be larger than the limit, declared or not."""

from collections.abc import Callable
from typing import Final

from api.asgi import App, Message, Receive, Scope, Send
from domain.errors import Malformed, TooLarge

MAX_BYTES: Final = 65_536


class BodyLimit:
    """Lets requests with bodies up to ``most`` bytes through to ``app``.

    ``others`` gives the limit of a path that has one of its own, else None. Raises TooLarge, for
    such a path not before ``app`` asks for the body: who sends it is known by then, and a page
    with a form can say so beside the form.
    """

    def __init__(
        self, app: App, *, most: int = MAX_BYTES, others: Callable[[str], int | None] | None = None
    ) -> None:
        self._app = app
        self._most = most
        self._others = others or (lambda _: None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = self._others(scope["path"])
        most = own or self._most
        declared, received = _declared(scope), 0
        if declared > most and own is None:
            raise TooLarge

        async def counted() -> Message:
            nonlocal received
            if declared > most:
                raise TooLarge
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise TooLarge
            return message

        await self._app(scope, counted, send)


async def body_of(receive: Receive, *, most: int) -> bytes:
    """The whole body of a request; raises TooLarge as soon as it has more than ``most`` bytes."""
    body, is_more = bytearray(), True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The request ends before its body does.")
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
        if len(body) > most:
            raise TooLarge
    return bytes(body)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Malformed("Content-Length is a number of bytes.")
            return int(value[:20])
    return 0
