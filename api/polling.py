"""Polling: every process learns from the database itself which shops have changed.

Announcements through Redis are faster but may get lost; this is what freshness rests on.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from api.cache import Cache
from api.stored import Stored

# A change is stamped before it is committed, perhaps by a host whose clock is behind another's.
OVERLAP_US: Final = 30_000_000
_BATCH: Final = 500
_LOG: Final = logging.getLogger("trustwright.api")


def machine_us() -> int:
    """The machine's clock in Unix microseconds."""
    return time.time_ns() // 1_000


class Poller:
    """Invalidates ``cache`` every ``seconds``; catches up after the database was gone.

    What the time is, the stamps of the changes say: the newest one seen, and the time that has
    passed since. This machine's clock can only make it ask for more.
    """

    def __init__(
        self,
        cache: Cache,
        stored: Stored,
        *,
        seconds: float,
        clock_us: Callable[[], int] = machine_us,
        passing: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cache = cache
        self._stored = stored
        self._seconds = seconds
        self._clock_us = clock_us
        self._passing = passing
        self._present_us: int | None = None
        self._asked_at = 0.0
        self._since_us = 0
        self._is_lost = False

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            await self.poll()
            await asyncio.sleep(self._seconds)

    async def poll(self) -> None:
        """Invalidate what changed since the last poll that succeeded, and drop what is over.

        A mark ends by this machine's clock, also while no worker runs or the database is gone.
        """
        asked_at, clock_us = self._passing(), self._clock_us()
        self._cache.end(clock_us / 1_000_000)
        try:
            changed = await self._changed(asked_at)
        except OSError as error:
            if not self._is_lost:
                _LOG.warning("The database cannot be polled for changes: %s", error)
            self._is_lost = True
            return
        self._is_lost = False
        self._move_on(max((stamp for *_, stamp in changed), default=0), asked_at, clock_us)
        for start in range(0, len(changed), _BATCH):
            for shop_key, generation, _ in changed[start : start + _BATCH]:
                self._cache.invalidate(shop_key, generation)
            await asyncio.sleep(0)

    async def _changed(self, asked_at: float) -> list[tuple[str, int, int]]:
        if self._present_us is None:
            self._present_us, self._asked_at = await self._stored.newest_us(), asked_at
            self._since_us = self._present_us - OVERLAP_US
        return await self._stored.changed(self._since_us)

    def _move_on(self, newest_us: int, asked_at: float, clock_us: int) -> None:
        passed_us = int((asked_at - self._asked_at) * 1_000_000)
        self._present_us = max((self._present_us or 0) + passed_us, newest_us)
        self._asked_at = asked_at
        # A writer whose clock is ahead must not make the changes of the others look old.
        self._since_us = min(self._present_us, clock_us) - OVERLAP_US
