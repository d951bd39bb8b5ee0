"""Turns at work that is pure computing: few at the same time, and few that wait."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from domain.errors import Unavailable

T = TypeVar("T")


class Turns:
    """``at_once`` pieces of work run in threads while ``waiting`` more wait.

    ``name`` is what the work is called where it is refused, such as "checks of markup".
    """

    def __init__(self, name: str, at_once: int, waiting: int) -> None:
        self._name = name
        self._limiter = CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._in_hand = 0

    async def take(self, work: Callable[[], T]) -> T:
        """What ``work`` returns; raises Unavailable at once where too many wait already."""
        if self._in_hand >= self._most:
            raise Unavailable(f"Too many {self._name} are waiting. Try again soon.")
        self._in_hand += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._in_hand -= 1
