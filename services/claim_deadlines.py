"""What time alone brings about in claims: reminders, silence, and claims that lapse (§36).

No path from here approves or rejects anything: a program asks, passes on, and lapses.
"""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import claim_states as states
from domain.actors import SYSTEM
from domain.claim_documents import RETENTION_MONTHS
from domain.claim_states import Event
from domain.claims import ClaimParty, ClaimState
from domain.windows import day_of, midnight, months_before
from services import audit, claim_files, claim_mails
from services.claim_files import Held
from services.installation import Installation
from store import claims as rows
from store.database import Work

_BATCH: Final = 200


def due(session: Session, *, now: datetime) -> list[str]:
    """Ids of the claims in which something happens by itself, in order."""
    return list(rows.awake(session, now))


def lapse(work: Work, claim_id: str, *, now: datetime) -> str:
    """Do the one thing that is due in a claim, and say what; empty where nothing is.

    A deadline of the next state counts from now: after a long stop nobody has lost time.
    """
    return catch_up(work, claim_files.held(work, claim_id), now=now)


def catch_up(work: Work, held: Held, *, now: datetime) -> str:
    """The same for a claim that is held already."""
    claim = held.claim
    if states.is_reminder_due(claim, now):
        return _remind(work, held, now=now)
    if not states.is_lapsed(claim, now):
        return ""
    claim_files.move(work, held, Event.LAPSE, ClaimParty.SYSTEM, SYSTEM, now=now)
    if held.claim.state is ClaimState.BUYER_CHECK:
        claim_mails.answered(work, held, "", now=now)
    claim_mails.ended(work, held, now=now)
    if states.is_reminder_due(held.claim, now):
        _remind(work, held, now=now)
    return held.claim.state.lower()


def forget(installation: Installation, *, now: datetime) -> int:
    """Empty what was said in claims that were closed 36 months ago; returns how many (§36).

    Amounts, days and steps stay, without the buyer. One transaction for each batch.
    """
    before, forgotten = midnight(months_before(day_of(now), RETENTION_MONTHS)), 0
    while True:
        with installation.database.write() as work:
            found = rows.forgettable(work.session, before, most=_BATCH)
            rows.forget(work.session, found)
            if found:
                told = {"claims": len(found)}
                audit.log(work, SYSTEM, "claims.forgotten", "claims", now=now, after=told)
        forgotten += len(found)
        if len(found) < _BATCH:
            return forgotten


def _remind(work: Work, held: Held, *, now: datetime) -> str:
    """Tell the shop that its answer is missing, or the buyer that a refund can be claimed."""
    after = states.reminded(held.claim, now, held.calendar)
    held.row.reminded_at = now
    claim_files.save(work, held, after, Event.REMIND, ClaimParty.SYSTEM, SYSTEM, now=now)
    if held.claim.state is ClaimState.REFUND_CLAIM:
        claim_mails.refund_open(work, held, now=now)
        return "invited"
    claim_mails.reminder(work, held, now=now)
    return "reminded"
