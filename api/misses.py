"""Misses: an answer that is not in memory is built from the database once, then kept."""

from collections.abc import Callable
from typing import Final, Generic, NamedTuple, TypeVar

import structlog
from starlette.concurrency import run_in_threadpool

from api.cache import Cache, Entry
from api.caching import Profile
from api.flights import Flights
from domain.errors import DatabaseUnavailable, TrustwrightError, Unavailable
from schemas.snapshots import Snapshot

T = TypeVar("T")

_LOG: Final = structlog.get_logger("trustwright.api")


class Kept(NamedTuple):
    """A built answer to be kept, with its headers where they are not those of its format."""

    snapshot: Snapshot
    profile: Profile | None = None


class Misses(Generic[T]):
    """Builds what ``cache`` lacks, in a thread; overlapping requests for one URL share it.

    Where the database is in trouble an answer from before stands in, if there is one.
    ``is_down`` tells that the database failed a moment ago: then nobody waits for it again.
    ``T`` is what else may be built, which is not kept: ``Never`` for most.
    """

    def __init__(self, cache: Cache, is_down: Callable[[], bool]) -> None:
        self._cache = cache
        self._is_down = is_down
        self._building: Flights[bytes, Entry | T] = Flights()

    async def find(self, url: str, shop_key: str, build: Callable[[], Kept | T]) -> Entry | T:
        """The answer of a canonical URL about a shop; raises what ``build`` raises."""
        key = url.encode()
        return await self._building.share(key, lambda: self._found(key, shop_key, build))

    async def _found(self, url: bytes, shop_key: str, build: Callable[[], Kept | T]) -> Entry | T:
        with self._cache.expecting(shop_key):
            try:
                if self._is_down():
                    raise DatabaseUnavailable
                built = await run_in_threadpool(build)
            except Exception as error:
                entry = self._cache.stale(url) if _may_pass(error) else None
                if entry is None:
                    raise
                if not isinstance(error, TrustwrightError):
                    path = url.partition(b"?")[0].decode()
                    _LOG.error("rebuild.failed", path=path, exc_info=error)
                return entry
            return self._cache.put(*built) if isinstance(built, Kept) else built


def _may_pass(error: Exception) -> bool:
    """Whether an older answer is better than this error: there is one, but not just now."""
    return isinstance(error, Unavailable) or not isinstance(error, TrustwrightError)
