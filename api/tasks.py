"""Background tasks of a serving process: ended when the server ends, whatever they wait for."""

import asyncio
from collections.abc import Iterable
from typing import Final

_SECONDS: Final = 0.5


async def end(running: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until all have ended; errors that ended them before are dropped.

    Cancelling once is not enough: ``asyncio.wait_for`` of Python 3.11, with which the client of
    Redis waits, loses a cancellation that arrives together with its result.
    """
    pending = set(running)
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=_SECONDS)
        # Looking at their errors is what keeps asyncio from reporting them as forgotten.
        await asyncio.gather(*done, return_exceptions=True)
