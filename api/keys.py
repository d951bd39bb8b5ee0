"""The public keys of the installation, where everybody finds them (RFC 7517, RFC 8615)."""

from collections.abc import Callable
from typing import Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.asgi import Receive, Scope, Send
from api.caching import ALLOW_ORIGIN
from api.documents import Document
from rich_snippets.signatures import WELL_KNOWN
from services.signing_keys import KeySet

_MEDIA_TYPE: Final = "application/jwk-set+json"


def route(read: Callable[[], KeySet]) -> Route:
    """The route of the key set that ``read`` gives, in a thread."""
    return Route(WELL_KNOWN, _Keys(read), methods=["GET"])


class _Keys:
    def __init__(self, read: Callable[[], KeySet]) -> None:
        self._read = read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = await run_in_threadpool(self._read)
        body = orjson.dumps({"keys": [key.jwk for key in found.keys]})
        document = Document(body, _MEDIA_TYPE, found.modified, ALLOW_ORIGIN)
        await document(scope, receive, send)
