"""Slots: full minutes at which invitations leave, each with one job however many they are."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
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
    if work.moments is None:
        _keep(work, moments, now)
    else:
        work.moments.update(moments)


@contextmanager
def together(work: Work, *, now: datetime) -> Iterator[None]:
    """Keep all that is asked for meanwhile in one statement at the end, in order of time.

    Two transactions that keep the same minutes so wait for each other in one direction.
    """
    before, gathered = work.moments, set[datetime]()
    work.moments = gathered
    try:
        yield
    finally:
        work.moments = before
    keep(work, gathered, now=now)


def _keep(work: Work, moments: Collection[datetime], now: datetime) -> None:
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
