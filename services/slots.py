"""Slots: full minutes at which invitations leave, each with one job however many they are."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from domain import invite_rules as rules
from services.installation import Job
from store import invite_rules
from store.database import Work

SEND: Final = "invitations.send"
_KEPT: Final = timedelta(days=2)


def keep(work: Work, moments: Collection[datetime], *, now: datetime) -> None:
    """Have a job at the full minute of each of these moments, in this transaction.

    A slot lies after ``now``, so that its job cannot have run already.
    """
    soon = now + timedelta(seconds=1)
    wanted = {rules.slot(max(moment, soon)) for moment in moments}
    if not wanted:
        return
    for at in invite_rules.keep_slots(work.session, wanted):
        delay = max(0.0, (at - now).total_seconds())
        job_id = f"{SEND}-{at:%Y%m%d%H%M}"
        work.jobs.append(Job(job_id, SEND, {"at": at.isoformat()}, delay))


def forget(work: Work, *, now: datetime) -> None:
    """Remove the slots that have passed."""
    invite_rules.forget_slots(work.session, now - _KEPT)
