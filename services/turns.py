"""Turns at decoding pictures: few at the same time in a process, and few that wait for it.

A picture of 50 megapixels takes hundreds of megabytes while it is drawn anew; so many at once as
there are people who send one would be more than a machine has.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from domain.errors import Unavailable
from domain.policies import NOTICES


class Turns:
    """``at_once`` threads are let in while ``waiting`` more wait; the next one is sent away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._queue = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A turn, as long as it lasts; raises Unavailable at once where too many wait."""
        if not self._queue.acquire(blocking=False):
            raise Unavailable("Too many pictures are being looked at. Try again soon.")
        try:
            with self._places:
                yield
        finally:
            self._queue.release()


TURNS: Final = Turns(NOTICES.pictures_at_once, NOTICES.pictures_waiting)
"""The turns of this process."""
