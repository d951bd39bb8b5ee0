"""Calls in flight: overlapping calls for the same thing share one result."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Flights(Generic[K, T]):
    """One running call for each key, however many wait for it."""

    def __init__(self) -> None:
        self._open: dict[K, asyncio.Task[T]] = {}

    async def share(self, key: K, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the running call for ``key``, or of a new one.

        A caller that goes away does not stop the call for the others.
        """
        task = self._open.get(key)
        if task is None:
            task = self._open[key] = asyncio.create_task(call())
            task.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(task)

    def _land(self, key: K, task: asyncio.Task[T]) -> None:
        del self._open[key]
        if not task.cancelled():
            # Looking at the error is what keeps asyncio from reporting it as forgotten.
            task.exception()
