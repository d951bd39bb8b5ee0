"""The second level: stored snapshots, read off the event loop where another host holds them."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

from schemas.snapshots import Snapshot

T = TypeVar("T")

RETRY_SECONDS: Final = 2.0


class SnapshotReader(Protocol):
    """What ``store.snapshots.Reader`` offers; every failure of the database is an OSError."""

    @property
    def is_local(self) -> bool: ...
    def get(self, url: str) -> Snapshot | None: ...
    def newest_us(self) -> int: ...
    def changed(self, since_us: int) -> list[tuple[str, int, int]]: ...
    def close(self) -> None: ...


class Stored:
    """Reads for the event loop; after a failure the database is left alone for a moment.

    So a database that is gone costs one caller the wait, and the others nothing. Polling has a
    thread and a connection of its own: it does not wait behind a flood of misses. ``now`` gives
    the Unix time: what shows a mark that has ended is not given out, whoever has stored it.
    """

    def __init__(
        self,
        reader: SnapshotReader,
        *,
        clock: Callable[[], float],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._now = now
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stored")
        self._polling = ThreadPoolExecutor(max_workers=1, thread_name_prefix="polling")
        self._retry_at: float | None = None

    @property
    def is_down(self) -> bool:
        """Whether the database failed a moment ago."""
        return self._retry_at is not None and self._clock() < self._retry_at

    async def get(self, url: str) -> Snapshot | None:
        """The stored snapshot of a canonical URL; raises OSError while it cannot be read."""
        if self._reader.is_local:
            return self._get(url)
        return await _run(self._thread, lambda: self._get(url))

    async def newest_us(self) -> int:
        """When the last change was; asks even a database that failed a moment ago."""
        return await _run(self._polling, lambda: self._watched(self._reader.newest_us))

    async def changed(self, since_us: int) -> list[tuple[str, int, int]]:
        """As ``Reader.changed``; asks even a database that failed a moment ago."""
        return await _run(
            self._polling, lambda: self._watched(lambda: self._reader.changed(since_us))
        )

    async def close(self) -> None:
        """Close the connections."""
        for thread in (self._thread, self._polling):
            await _run(thread, self._reader.close)
            thread.shutdown()
        self._reader.close()

    def _get(self, url: str) -> Snapshot | None:
        if self.is_down:
            raise OSError("The database did not answer a moment ago.")
        try:
            snapshot = self._watched(lambda: self._reader.get(url))
        except ValueError:
            # Another release stored it, in a form that this one does not know.
            return None
        is_over = snapshot and snapshot.expires is not None and snapshot.expires <= self._now()
        return None if is_over else snapshot

    def _watched(self, read: Callable[[], T]) -> T:
        try:
            result = read()
        except OSError:
            self._retry_at = self._clock() + RETRY_SECONDS
            raise
        self._retry_at = None
        return result


async def _run(thread: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)
