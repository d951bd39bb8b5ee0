"""The jobs that watch over claims: each hour what time brings about, each day what is forgotten."""

import traceback
from datetime import datetime
from typing import Final

import structlog

from domain.errors import Unavailable
from services import claim_deadlines, claim_documents
from services.installation import Installation

_LOG: Final = structlog.get_logger("trustwright.jobs")
_FAILED: Final = "failed"


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """Ask, remind, pass on and lapse whatever is due at ``now``; returns how often each was done.

    One transaction and one step for each claim: after a crash the next run goes on where this one
    stopped. A claim at which something fails stays due and keeps no other waiting. Raises
    Unavailable, for then none would succeed.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        waiting = claim_deadlines.due(session, now=moment)
    done: dict[str, int] = {}
    for claim_id in waiting:
        step = _lapse(installation, claim_id, moment)
        if step:
            done[step] = done.get(step, 0) + 1
    return done


def forget(installation: Installation, *, now: str) -> dict[str, int]:
    """Delete documents of claims that were closed 36 months ago, and what was said in them."""
    moment = datetime.fromisoformat(now)
    documents = claim_documents.purge(installation, now=moment)
    return {"documents": documents, "claims": claim_deadlines.forget(installation, now=moment)}


def _lapse(installation: Installation, claim_id: str, moment: datetime) -> str:
    try:
        with installation.database.write() as work:
            return claim_deadlines.lapse(work, claim_id, now=moment)
    except Unavailable:
        raise
    except Exception:
        # As text: a logger that shows local variables would show the secret key.
        _LOG.error("claim.failed", claim=claim_id, trace=traceback.format_exc())
        return _FAILED
