"""The job that ends holds: each hour, texts whose time or case is over are published."""

from datetime import datetime

from services import holds
from services.installation import Installation


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """Publish what is due at ``now``; returns how often a hold ended in which way.

    One transaction for each text: after a crash the next run goes on where this one stopped.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        waiting = holds.due(session, now=moment)
    done: dict[str, int] = {}
    for hold_id in waiting:
        with installation.database.write() as work:
            end = holds.lapse(work, hold_id, now=moment)
        if end:
            done[end] = done.get(end, 0) + 1
    return done
