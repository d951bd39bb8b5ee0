"""What the tasks of a page cost the processor, from Chromium's own trace.

Another program on the same machine lengthens a task, but does not raise its processor time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, Page

Event = Mapping[str, Any]
_CATEGORIES: Final = "devtools.timeline,toplevel"
_TASKS: Final = ("RunTask", "ThreadControllerImpl::RunTask")
_PATIENCE_MS: Final = 20


@contextmanager
def recorded(browser: Browser, page: Page) -> Iterator[list[Event]]:
    """The events of what happens in the block; they are there when it ends."""
    events: list[Event] = []
    ended: list[object] = []
    session = browser.new_browser_cdp_session()
    session.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    session.on("Tracing.tracingComplete", lambda told: ended.append(told))
    session.send("Tracing.start", {"categories": _CATEGORIES, "transferMode": "ReportEvents"})
    yield events
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(_PATIENCE_MS)
    session.detach()


def longest_task(events: Sequence[Event], ours: str) -> float:
    """Processor time in ms of the longest task from the one that ran our script on.

    ``ours`` begins the script's address; 0 where it never ran.
    """
    first = next((each for each in events if _runs(each, ours)), None)
    if first is None:
        return 0.0
    thread = (first["pid"], first["tid"])
    tasks = (
        each["tdur"] / 1_000
        for each in events
        if each["name"] in _TASKS
        and (each["pid"], each["tid"]) == thread
        # A task that was cut off with the trace has no end.
        and {"dur", "tdur"} <= each.keys()
        and each["ts"] + each["dur"] >= first["ts"]
    )
    return max(tasks, default=0.0)


def _runs(event: Event, ours: str) -> bool:
    if event["name"] != "EvaluateScript":
        return False
    return str(event["args"].get("data", {}).get("url", "")).startswith(ours)
