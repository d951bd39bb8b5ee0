"""Ways to break one thing of a correct page."""

from collections.abc import Callable
from typing import Any

Change = Callable[[dict[str, Any]], object]
GONE = object()


def put(*path: Any, to: Any) -> Change:
    """Set, or take away, what stands at the end of a path."""

    def change(markup: dict[str, Any]) -> None:
        *way, last = path
        holder: Any = markup
        for step in way:
            holder = holder[step]
        if to is GONE:
            del holder[last]
        else:
            holder[last] = to

    return change


def drop(*path: Any) -> Change:
    return put(*path, to=GONE)
