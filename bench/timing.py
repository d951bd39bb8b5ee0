"""CPU time of calls in this process, in seconds."""

import time
from collections.abc import Callable, Sequence


def cpu_seconds(call: Callable[[], object], rounds: int, repeats: int) -> Sequence[float]:
    """The median of ``repeats`` single calls in each round, after one that only warms up."""
    call()
    return [sorted(_one(call) for _ in range(repeats))[repeats // 2] for _ in range(rounds)]


def _one(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started
