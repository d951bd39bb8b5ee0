"""The jobs that watch over cases: each hour what time brings about, each day what is forgotten."""

import traceback
from datetime import datetime
from typing import Final

import structlog

from domain.errors import Unavailable
from services import deadlines, proofs
from services.installation import Installation

_LOG: Final = structlog.get_logger("trustwright.jobs")
_FAILED: Final = "failed"


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """Remind, keep and pass on whatever is due at ``now``; returns how often each was done.

    One transaction for each case: after a crash the next run goes on where this one stopped. A
    case at which something fails stays due for the next hour and keeps no other waiting. Raises
    Unavailable, for then none would succeed.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        waiting = deadlines.due(session, now=moment)
    done: dict[str, int] = {}
    for case_id in waiting:
        step = _lapse(installation, case_id, moment)
        if step:
            done[step] = done.get(step, 0) + 1
    return done


def _lapse(installation: Installation, case_id: str, moment: datetime) -> str:
    try:
        with installation.database.write() as work:
            return deadlines.lapse(work, case_id, now=moment)
    except Unavailable:
        raise
    except Exception:
        # As text: a logger that shows local variables would show the secret key.
        _LOG.error("case.failed", case=case_id, trace=traceback.format_exc())
        return _FAILED


def forget(installation: Installation, *, now: str) -> dict[str, int]:
    """Delete proofs of closed cases, and who said what a year later; returns how many of each."""
    moment = datetime.fromisoformat(now)
    gone, cases = proofs.purge(installation, now=moment), 0
    while True:
        with installation.database.write() as work:
            number = deadlines.forget(work, now=moment)
        cases += number
        if not number:
            return {"proofs": gone, "cases": cases}
