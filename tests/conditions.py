"""Waiting in tests: on a condition with a deadline, never for a duration."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(probe: Callable[[], T], *, within: float = 10.0) -> T:
    """Return the first truthy answer of ``probe``, asked again for at most ``within`` seconds.

    An ``OSError`` counts as a falsy answer, because a server that still starts refuses
    connections. Raises ``AssertionError`` with the last answer when the time is over.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            answer: T | OSError = probe()
        except OSError as refused:
            answer = refused
        if answer and not isinstance(answer, OSError):
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s; the last answer was {answer!r}")
        time.sleep(0.01)
