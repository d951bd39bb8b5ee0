"""The job that watches over tickets: each hour it reminds and closes what waits for a person."""

import traceback
from datetime import datetime
from typing import Final

import structlog

from domain.errors import Unavailable
from services import ticket_times
from services.installation import Installation

_LOG: Final = structlog.get_logger("trustwright.jobs")


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """Remind and close whatever is due at ``now``; returns how often each was done.

    One transaction and one step for each ticket: after a crash the next run goes on where this
    one stopped. A ticket at which something fails stays due and keeps no other waiting. Raises
    Unavailable, for then none would succeed.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        waiting = ticket_times.due(session, now=moment)
    done: dict[str, int] = {}
    for ticket_id in waiting:
        step = _lapse(installation, ticket_id, moment)
        if step:
            done[step] = done.get(step, 0) + 1
    return done


def _lapse(installation: Installation, ticket_id: str, moment: datetime) -> str:
    try:
        with installation.database.write() as work:
            return ticket_times.lapse(work, ticket_id, now=moment)
    except Unavailable:
        raise
    except Exception:
        # As text: a logger that shows local variables would show the secret key.
        _LOG.error("ticket.failed", ticket=ticket_id, trace=traceback.format_exc())
        return "failed"
