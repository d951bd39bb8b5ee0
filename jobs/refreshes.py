"""Jobs that keep what is public up to date: one shop, all shops each night, all tallies weekly.

A job that is interrupted starts again from its beginning, so each of these does nothing where
an earlier attempt has done it. Times arrive as text, because the queue stores JSON.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from services import groups, refresh
from services.installation import Installation
from services.refresh import Progress

_LOG: Final = structlog.get_logger("trustwright.jobs")
_STEPS: Final = 10


def render(installation: Installation, *, shop_key: str) -> int:
    """Render one shop that has changed; returns how many snapshots were stored."""
    return refresh.render(installation, shop_key)


def connected(installation: Installation, *, group_id: str) -> int:
    """Raise the shops of a group, whose profiles show each other's figures; how many."""
    with installation.database.write() as work:
        return groups.raise_members(work, group_id, now=datetime.now(UTC))


def nightly(installation: Installation, *, now: str) -> dict[str, Any]:
    """Slide all windows to the UTC day of ``now``, and render every shop that is behind."""
    progress = _logged("grades.nightly")
    report = refresh.nightly(installation, now=datetime.fromisoformat(now), progress=progress)
    return asdict(report)


def recount(installation: Installation, *, now: str) -> dict[str, Any]:
    """Count all reviews again; shops whose tallies had to be repaired are named in the log."""
    progress = _logged("grades.recount")
    report = refresh.recount(installation, now=datetime.fromisoformat(now), progress=progress)
    for shop_key in report.repaired:
        _LOG.error("tallies.repaired", shop=shop_key)
    return asdict(report)


def _logged(job: str) -> Progress:
    """A progress callback that logs about ten lines whatever the number of shops."""
    logged = 0

    def progress(done: int, total: int) -> None:
        nonlocal logged
        if done * _STEPS // total > logged:
            logged = done * _STEPS // total
            _LOG.info("job.progress", job=job, done=done, total=total)

    return progress
