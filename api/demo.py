"""The routes of the demo, which answer only where the installation shows it."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.asgi import Message, Receive, Scope
from api.caching import NO_STORE
from api.guides import READ, Page
from api.profiles import CONTENT_TYPE, SHARED, language_of
from api.questions import target_of
from control import demo as pages
from services import demo
from services.installation import Installation

_MOST: Final = 200
# Somebody who has just written a review looks whether the badge counts it; a browser would go on
# showing the badge that it has for five minutes.
_NO_OLD_BADGE: Final = (b"clear-site-data", b'"cache"')


def routes(installation: Installation) -> Iterator[Route]:
    """The shop, an order on it, and the mailbox of its buyer."""
    site = Site(installation)
    for path, draw in (
        (pages.SHOP, site.shop),
        (pages.ORDER, site.order),
        (pages.MAILBOX, site.mailbox),
    ):
        yield Route(path, Page(_answering(draw), READ))


class Site:
    """What the addresses of the demo show; each raises PageNotFound where there is none."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def shop(self, _given: dict[str, str], language: str) -> bytes:
        return pages.shop(demo.shop(self._installation), language)

    def order(self, given: dict[str, str], language: str) -> bytes:
        number, name = given.get("number", ""), given.get("name", "")
        made = demo.order(self._installation, number, name, given.get("product", ""))
        return pages.order(made, name[: demo.NAME_CHARACTERS], language)

    def mailbox(self, given: dict[str, str], language: str) -> bytes:
        number, name = given.get("number", ""), given.get("name", "")
        mails = demo.mailbox(self._installation, number, name)
        offered = demo.shop(self._installation)
        return pages.mailbox(offered, mails, number, name, language)


def _answering(
    draw: Callable[[dict[str, str], str], bytes],
) -> Callable[[Scope, Receive], Awaitable[tuple[Message, Message]]]:
    async def answer(scope: Scope, _receive: Receive) -> tuple[Message, Message]:
        given = {name: text[:_MOST] for name, text in target_of(scope)[1]}
        body = await run_in_threadpool(draw, given, language_of(scope))
        headers = (
            (b"content-type", CONTENT_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", NO_STORE),
            (b"vary", b"Accept-Language"),
            (b"content-security-policy", pages.POLICY.encode()),
            _NO_OLD_BADGE,
            *SHARED,
        )
        shown = b"" if scope["method"] == "HEAD" else body
        return (
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.body", "body": shown},
        )

    return answer
