"""``/oembed``: consumers turn the address of a profile, badge or sticker into a piece of HTML."""

from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.asgi import Receive, Scope, Send
from api.caching import ALLOW_ORIGIN, SNAPSHOT
from api.questions import target_of
from schemas import oembed
from schemas.oembed import Asked, OEmbed
from schemas.snapshots import Media
from services.installation import Installation
from services.oembed import answer

METHODS: Final = ("GET", "HEAD")
_CONTENT_TYPES: Final = {Media.JSON: b"application/json", Media.XML: b"text/xml; charset=utf-8"}


def route(installation: Installation) -> Route:
    """The route of the endpoint, which pages name in their head."""
    endpoint = OEmbedAnswers(partial(answer, installation), installation.settings.base_url)
    return Route(oembed.PATH, endpoint, methods=METHODS)


class OEmbedAnswers:
    """Answers with what ``build`` makes, in a thread; consumers keep it themselves."""

    def __init__(self, build: Callable[[Asked], OEmbed], base_url: str) -> None:
        self._build = build
        self._base_url = base_url

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        asked = oembed.parse(target_of(scope)[1], base_url=self._base_url)
        body = oembed.encoded(await run_in_threadpool(self._build, asked), asked.media)
        headers = (
            (b"content-type", _CONTENT_TYPES[asked.media]),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", SNAPSHOT),
            (b"x-content-type-options", b"nosniff"),
            ALLOW_ORIGIN,
        )
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        sent = body if scope["method"] == "GET" else b""
        await send({"type": "http.response.body", "body": sent})
