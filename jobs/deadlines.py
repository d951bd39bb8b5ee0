"""The jobs that watch over cases: each hour what time brings about, each day what is forgotten."""

from datetime import datetime

from services import deadlines, proofs
from services.installation import Installation


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """Remind, keep and pass on whatever is due at ``now``; returns how often each was done.

    One transaction for each case: after a crash the next run goes on where this one stopped.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        waiting = deadlines.due(session, now=moment)
    done: dict[str, int] = {}
    for case_id in waiting:
        with installation.database.write() as work:
            step = deadlines.lapse(work, case_id, now=moment)
        if step:
            done[step] = done.get(step, 0) + 1
    return done


def forget(installation: Installation, *, now: str) -> dict[str, int]:
    """Delete proofs of closed cases, and names of reporters a year later; returns how many."""
    moment = datetime.fromisoformat(now)
    gone = proofs.purge(installation, now=moment)
    with installation.database.write() as work:
        return {"proofs": gone, "notices": deadlines.forget(work, now=moment)}
