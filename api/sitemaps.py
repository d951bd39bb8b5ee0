"""Sitemaps and robots.txt over HTTP: made when they are asked for, then kept a while (A3)."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.asgi import Receive, Scope, Send
from api.documents import Document
from api.flights import Flights
from domain.errors import PageNotFound, Unavailable
from rich_snippets.sitemaps import MEDIA_TYPE
from services import sitemaps
from services.installation import Installation
from services.sitemaps import Sitemap

METHODS: Final = ("GET", "HEAD")
SECONDS: Final = 900
# A part of 50,000 pages takes some ten megabytes.
MOST: Final = 4
_POLICY: Final = b"public, max-age=%d" % SECONDS
_DIGITS: Final = 6


class Sitemaps:
    """Answers the index, or the part of a number; ``clock`` gives seconds that only rise.

    At most ``MOST`` of them are kept; an older one stands in while the database does not answer.
    """

    def __init__(
        self,
        index: Callable[[], Sitemap],
        part: Callable[[int], Sitemap],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._part = part
        self._clock = clock
        self._kept: dict[int, tuple[float, Document]] = {}
        self._building: Flights[int, Document] = Flights()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = _number(scope)
        until, document = self._kept.get(number, (0.0, None))
        if document is None or self._clock() >= until:
            document = await self._building.share(number, lambda: self._made(number))
        await document(scope, receive, send)

    async def _made(self, number: int) -> Document:
        try:
            document = await run_in_threadpool(self._document, number)
        except Unavailable:
            if number in self._kept:
                return self._kept[number][1]
            raise
        self._kept.pop(number, None)
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[number] = (self._clock() + SECONDS, document)
        return document

    def _document(self, number: int) -> Document:
        found = self._part(number) if number else self._index()
        modified = int(found.modified_at.timestamp())
        return Document(found.body, MEDIA_TYPE, modified, cache_control=_POLICY)


def routes(installation: Installation) -> Iterator[Route]:
    """The routes of both."""
    answers = Sitemaps(partial(sitemaps.index, installation), partial(sitemaps.part, installation))
    yield Route(sitemaps.INDEX, answers, methods=METHODS)
    yield Route(sitemaps.PART, answers, methods=METHODS)
    if installation.settings.public_url:
        body = sitemaps.robots(installation.settings)
        now = int(time.time())
        robots = Document(body, "text/plain; charset=utf-8", now, cache_control=_POLICY)
        yield Route("/robots.txt", robots, methods=METHODS)


def _number(scope: Scope) -> int:
    """The part that is asked for, counted from 1; 0 for the index."""
    text = scope["path_params"].get("number")
    if text is None:
        return 0
    is_written_so = text.isascii() and text.isdigit() and not text.startswith("0")
    if not is_written_so or len(text) > _DIGITS:
        raise PageNotFound
    return int(text)
