"""Orders from shops' pages: ``POST /v1/shops/{shop_key}/orders`` (embed.md 4.4)."""

import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api import errors
from api.answers import header_of
from api.asgi import Message, Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import ALLOW_ORIGIN, NO_STORE, Header
from api.gathering import Gathering
from domain import policies, shop_keys
from domain.actors import Actor, Role
from domain.errors import (
    Conflict,
    Gone,
    Invalid,
    MediaTypeUnsupported,
    NotAllowed,
    TooMany,
    TrustwrightError,
)
from domain.hand_overs import PrintedOrder, Wish
from domain.refusals import Attempt
from schemas import encoding, orders
from schemas.orders import OrderHandedOver, OrderProtected
from schemas.questions import PREFIX
from schemas.shapes import moment
from services import demo, hand_overs, refusals
from services.hand_overs import Handed, Page
from services.installation import Installation

PATH: Final = f"{PREFIX}{{shop_key}}/orders"
_ENDING: Final = "/orders"
_ALLOW: Final = "POST, OPTIONS"
_PREFLIGHT: Final[tuple[Header, ...]] = (
    ALLOW_ORIGIN,
    (b"access-control-allow-methods", _ALLOW.encode()),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type"),
    (b"access-control-max-age", b"86400"),
    (b"allow", _ALLOW.encode()),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
)
_PER_SHOP: Final = RateLimitItemPerMinute(policies.HAND_OVERS.per_shop)

Take = Callable[[str, PrintedOrder, str | None], Handed]


def route(installation: Installation, counters: Storage) -> Route:
    """The route, which stands before the one of the shops' answers."""
    gathering = Gathering(partial(store_pages, installation))

    def take(shop_key: str, printed: PrintedOrder, origin: str | None) -> Handed:
        page = Page(printed, demo.origin(installation, shop_key, origin))
        try:
            return gathering.one(shop_key, page)
        except (NotAllowed, Conflict, Gone, Invalid) as error:
            if Wish.PROTECTION in printed.wants:
                # Nobody's name is known: those who buy at one shop are counted together.
                buyers = Actor(Role.BUYER, f"buyers:{shop_key}")
                told = {"thing": shop_key, "code": error.code}
                now = datetime.now(UTC)
                refusals.note(installation, Attempt.PROTECTION, buyers, PATH, now=now, **told)
            raise

    # Without a list of methods the endpoint is asked for each: the next route knows only GET.
    return Route(PATH, OrderHandOvers(take, counters))


def store_pages(
    installation: Installation, shop_key: str, pages: Sequence[Page]
) -> Sequence[Handed | TrustwrightError]:
    """Store what pages of a shop have sent at the same time."""
    now = datetime.now(UTC)
    with installation.database.write() as work:
        for page in pages:
            demo.tell(work, installation.settings, shop_key, page.printed, now=now)
        return hand_overs.receive_many(work, shop_key, pages, now=now)


def rate_class(scope: Scope) -> tuple[str, int] | None:
    """Calls of one client are counted for each shop apart, as ``rate_limits.Apart``."""
    path: str = scope["path"]
    if scope["method"] != "POST" or not (path.startswith(PREFIX) and path.endswith(_ENDING)):
        return None
    key = path.removeprefix(PREFIX).removesuffix(_ENDING)[:40].upper()
    return f"orders:{key}", policies.HAND_OVERS.per_client


class OrderHandOvers:
    """Takes orders from pages: ``take`` stores one, in a thread.

    Any page may call, and read what it is told: whether its origin is one of the shop's hosts
    decides with the order. Where calls are counted for all clients of a shop together, losing
    Redis refuses nobody.
    """

    def __init__(self, take: Take, counters: Storage) -> None:
        self._take = take
        self._limiter = FixedWindowRateLimiter(counters)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["method"] != "POST":
            raise HTTPException(405, headers={"Allow": _ALLOW})
        shop_key = shop_keys.parse(scope["path_params"]["shop_key"])
        wait = await self._seconds_to_wait(shop_key)
        if wait:
            answer = _too_many(scope, wait)
        else:
            answer = await self._answer(shop_key, scope, receive)
        for message in answer:
            await send(message)

    async def _answer(
        self, shop_key: str, scope: Scope, receive: Receive
    ) -> tuple[Message, Message]:
        media_type = header_of(scope, b"content-type").partition(b";")[0].strip().lower()
        if media_type != b"application/json":
            raise MediaTypeUnsupported("An order is sent as application/json.")
        printed = orders.read(await body_of(receive, most=MAX_BYTES))
        origin = header_of(scope, b"origin").decode("latin-1") or None
        try:
            handed = await run_in_threadpool(self._take, shop_key, printed, origin)
        except TrustwrightError as error:
            error.field = orders.key_of(error.field)
            raise
        body = encoding.to_json(_told(handed))
        headers = (
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", NO_STORE),
            (b"x-content-type-options", b"nosniff"),
            ALLOW_ORIGIN,
        )
        status = 201 if handed.is_new else 200
        return (
            {"type": "http.response.start", "status": status, "headers": headers},
            {"type": "http.response.body", "body": body},
        )

    async def _seconds_to_wait(self, shop_key: str) -> int:
        """How long until this shop's next order is taken; 0 as a rule."""
        try:
            if await self._limiter.hit(_PER_SHOP, "orders-of-shop", shop_key):
                return 0
            window = await self._limiter.get_window_stats(_PER_SHOP, "orders-of-shop", shop_key)
        except (RedisError, OSError):
            return 0
        return max(1, math.ceil(window.reset_time - time.time()))


def _told(handed: Handed) -> OrderHandedOver:
    protected = handed.protection
    return OrderHandedOver(
        protection=protected
        and OrderProtected(
            cover=protected.cover_minor, currency=protected.currency, end=moment(protected.ends_at)
        ),
        review="scheduled" if handed.wants_review else None,
    )


def _too_many(scope: Scope, seconds: int) -> tuple[Message, Message]:
    start, body = errors.render(TooMany(), scope)
    headers = (*start["headers"], (b"retry-after", b"%d" % seconds))
    return {**start, "headers": headers}, body
