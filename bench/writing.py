"""Writing: one review through the use case, with its order and its invitation."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from statistics import median, quantiles
from typing import TypeVar

from bench import databases, installations, synthetic
from bench.figures import Figure
from bench.plan import Plan
from jobs import queue
from services import reviews
from services.installation import Installation

T = TypeVar("T")


def run(plan: Plan) -> Sequence[Figure]:
    """Milliseconds of each transaction, one after the other, and what that makes a second."""
    count = plan.pick(500, 20)
    with databases.empty_sqlite() as url, installations.opened(url) as installation:
        found = _figures("SQLite", "sqlite", _written(installation, count))
    with _postgresql() as url, installations.opened(url) as installation:
        return found + _figures("PostgreSQL", "postgresql", _written(installation, count))


@contextmanager
def _postgresql() -> Iterator[str]:
    with databases.postgresql() as server, server.empty() as url:
        yield url


class _Clock:
    """Milliseconds of calls, by what was called."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {"order": [], "invitation": [], "review": []}

    def time(self, name: str, call: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = call()
        self.spent[name].append((time.perf_counter() - started) * 1_000)
        return result


def _written(installation: Installation, count: int) -> dict[str, list[float]]:
    """What ``count`` reviews cost; the refresh that each asks for is stored with it."""
    queue.connect(installation)
    clock, random = _Clock(), Random(count)
    key = installations.open_shop(installation.database)
    for number in range(count):
        _write(installation, clock, key, number, random)
    return clock.spent


def _write(
    installation: Installation, clock: _Clock, key: str, number: int, random: Random
) -> None:
    database, now = installation.database, synthetic.now()
    bought = now - timedelta(days=5)
    reference = clock.time("order", lambda: installations.order(database, key, number, at=bought))
    token = clock.time("invitation", lambda: installations.invite(database, key, reference, at=now))
    written = installations.submission(random)

    def submit() -> None:
        with database.write() as work:
            reviews.submit(work, token, written, now=now)

    clock.time("review", submit)


def _figures(name: str, key: str, spent: dict[str, list[float]]) -> list[Figure]:
    every = [sum(each) for each in zip(*spent.values(), strict=True)]
    review = spent["review"]
    slowest = quantiles(review, n=100)[-1]
    return [
        Figure(f"writing.{key}.review", f"{name}: review submitted", median(review), "ms").noted(
            f"{1_000 / median(review):,.0f} a second by one writer, p99 {slowest:.1f} ms"
        ),
        Figure(
            f"writing.{key}.all", f"{name}: order, invitation and review", median(every), "ms"
        ).noted(f"three transactions, {1_000 / median(every):,.0f} a second"),
    ]
