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

# A change is stamped before it is committed, perhaps by a host whose clock is behind ours.
OVERLAP_US: Final = 30_000_000
_BATCH: Final = 500
_LOG: Final = logging.getLogger("trustwright.api")


def machine_us() -> int:
    """The machine's clock in Unix microseconds."""
    return time.time_ns() // 1_000


class Poller:
    """Invalidates ``cache`` every ``seconds``; catches up after the database was gone."""

    def __init__(
        self,
        cache: Cache,
        stored: Stored,
        *,
        seconds: float,
        clock_us: Callable[[], int] = machine_us,
    ) -> None:
        self._cache = cache
        self._stored = stored
        self._seconds = seconds
        self._clock_us = clock_us
        self._since_us = clock_us()
        self._is_lost = False

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            await self.poll()
            await asyncio.sleep(self._seconds)

    async def poll(self) -> None:
        """Invalidate what changed since the last poll that succeeded."""
        asked_at = self._clock_us()
        try:
            changed = await self._stored.changed(self._since_us - OVERLAP_US)
        except OSError as error:
            if not self._is_lost:
                _LOG.warning("The database cannot be polled for changes: %s", error)
            self._is_lost = True
            return
        self._is_lost = False
        self._since_us = asked_at
        for start in range(0, len(changed), _BATCH):
            for shop_key, generation in changed[start : start + _BATCH]:
                self._cache.invalidate(shop_key, generation)
            await asyncio.sleep(0)
