"""Rate limits per client and class of path, on everything the cache does not answer.

Requests are counted in process memory, or in Redis for all processes together; while Redis is
gone nobody is refused.
"""

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.util import WindowStats
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.asgi import App, Message, Receive, Scope, Send
from api.caching import EXPOSE_RATES, Header
from api.clients import Clients
from api.errors import Render, render
from api.stand_ins import StandIns
from domain.errors import TooMany
from schemas.legacy.paths import Family, family_of

_LOG: Final = logging.getLogger("trustwright.api")
_REDIS_SECONDS: Final = 0.25
_RETRY_SECONDS: Final = 5.0
_CLIENTS: Final = 100_000

Apart = Callable[[Scope], tuple[str, int] | None]
"""The class in which a request is counted apart and its requests a minute; None for most."""


class Memory(Storage):
    """Counters of this process: constant work for each request, at most ``most`` clients.

    The library's own storage looks at every client whenever one of them asks.
    """

    STORAGE_SCHEME = None

    def __init__(self, *, most: int = _CLIENTS, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        # All windows are of one length, so the oldest ends first.
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        self._forget_ended()
        if key not in self._windows:
            if len(self._windows) >= self._most:
                self._windows.popitem(last=False)
            self._windows[key] = (0, self._clock() + expiry)
        count, ends_at = self._windows[key]
        self._windows[key] = (count + amount, ends_at)
        return count + amount

    async def get(self, key: str) -> int:
        self._forget_ended()
        return self._windows.get(key, (0, 0.0))[0]

    async def get_expiry(self, key: str) -> float:
        return self._windows.get(key, (0, self._clock()))[1]

    async def check(self) -> bool:
        return True

    async def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    def _forget_ended(self) -> None:
        now = self._clock()
        while self._windows:
            key, (_, ends_at) = next(iter(self._windows.items()))
            if ends_at > now:
                return
            del self._windows[key]


@dataclass(frozen=True, slots=True)
class Counters:
    """Where requests are counted; ``pool`` holds the connections, if there are any."""

    storage: Storage
    pool: ConnectionPool | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self.pool is not None:
            await self.pool.disconnect()


def counters(redis_url: str | None) -> Counters:
    """Counters in Redis for all processes, if there is one, else those of this process.

    Redis answers within a quarter of a second or counts as gone.
    """
    if redis_url is None:
        return Counters(Memory())
    pool = ConnectionPool.from_url(
        redis_url,
        socket_timeout=_REDIS_SECONDS,
        socket_connect_timeout=_REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    options: dict[str, Any] = {"connection_pool": pool}
    return Counters(RedisStorage("async+redis://", implementation="redispy", **options), pool)


class RateLimit:
    """Lets ``per_minute`` requests of a client through to ``app`` in each class of path.

    What is beyond that gets the answer of a moment ago if there is one, else a 429: when many
    shops change at once, as at midnight, nobody runs into the limit for it. Every counted answer
    tells how many are left and when the window ends. While Redis is gone nothing is counted; it
    is asked again every few seconds. Paths with a quota of the legacy contract have no other,
    and requests that ``apart`` names a class for have the limit of that class.
    """

    def __init__(
        self,
        app: App,
        *,
        per_minute: int,
        counters: Counters,
        clients: Clients,
        stand_ins: StandIns,
        apart: Apart | None = None,
        clock: Callable[[], float] = time.monotonic,
        render: Render = render,
    ) -> None:
        self._app = app
        self._render = render
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(counters.storage)
        self._clients = clients
        self._stand_ins = stand_ins
        self._apart = apart or (lambda _: None)
        self._clock = clock
        self._retry_at: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        family = family_of(scope["raw_path"])
        counted = None if family and family.has_quota else await self._count(scope)
        if counted is None:
            await self._app(scope, receive, send)
            return
        is_allowed, window, most = counted
        stand_in = None if is_allowed else self._stand_ins.find(scope)
        headers = _headers(window, most, is_refused=not is_allowed and stand_in is None)
        if family is Family.RESTRICTED:
            # Pages of other origins have no business there (legacy-api.md 1.5).
            headers = tuple(header for header in headers if header is not EXPOSE_RATES)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": (*message["headers"], *headers)}
            await send(message)

        if is_allowed:
            await self._app(scope, receive, told)
            return
        for message in stand_in or self._render(TooMany(), scope):
            await told(message)

    async def _count(self, scope: Scope) -> tuple[bool, WindowStats, int] | None:
        if self._retry_at is not None and self._clock() < self._retry_at:
            return None
        name, limit = path_class(scope["path"]), self._limit
        if (apart := self._apart(scope)) is not None:
            name, limit = apart[0], RateLimitItemPerMinute(apart[1])
        names = (name, self._clients.name(scope, now=datetime.now(UTC)))
        try:
            is_allowed = await self._limiter.hit(limit, *names)
            window = await self._limiter.get_window_stats(limit, *names)
        except (RedisError, OSError) as error:
            if self._retry_at is None:
                _LOG.warning("Requests are not counted: %s", type(error).__name__)
            self._retry_at = self._clock() + _RETRY_SECONDS
            return None
        self._retry_at = None
        return is_allowed, window, limit.amount


def _headers(window: WindowStats, most: int, *, is_refused: bool) -> tuple[Header, ...]:
    headers = (
        (b"x-rate-limit-limit", b"%d" % most),
        (b"x-rate-limit-remaining", b"%d" % max(0, window.remaining)),
        (b"x-rate-limit-reset", b"%d" % math.ceil(window.reset_time)),
        EXPOSE_RATES,
    )
    if not is_refused:
        return headers
    seconds = max(1, math.ceil(window.reset_time - time.time()))
    return (*headers, (b"retry-after", b"%d" % seconds))


def path_class(path: str) -> str:
    """Paths that are counted together: the API's, the legacy contract's, and everything else."""
    if path.startswith("/v1/"):
        return "answers"
    return "pages" if family_of(path.encode()) is None else "legacy"
