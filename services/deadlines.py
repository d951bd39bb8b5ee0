"""What time alone brings about in cases: reminders, silence, and their end (systems.md §12).

No path from here hides a review: a program keeps it, or leaves it to a person (GP-8, NEVER-13).
"""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.actors import SYSTEM
from domain.cases import Case, CaseState, Outcome
from domain.policies import NOTICES
from domain.reviews import ReviewState
from domain.windows import day_of, midnight, months_before
from services import case_mails, cases, hearings, moderation, rulings
from services.cases import Held
from store import cases as rows
from store import notices
from store.database import Work

_AT_ONCE: Final = 500


def due(session: Session, *, now: datetime) -> list[str]:
    """Ids of the cases in which something happens by itself."""
    return list(rows.awake(session, now))


def lapse(work: Work, case_id: str, *, now: datetime) -> str:
    """Do what is due in one case, and say what; empty where another worker was faster."""
    held = cases.held(work, case_id)
    if held.case.is_pending and ReviewState(held.review.state) is ReviewState.DISCARDED:
        return _closed(work, held, held.case.withdraw(now), now=now)
    if held.case.is_reminder_due(now):
        cases.save(work, held, held.case.reminded(), actor=SYSTEM, now=now)
        filed = notices.of_case(work.session, held.row.id)
        case_mails.hearing(work, held, filed, now=now, again=True)
        return "reminded"
    after = held.case.lapse(now, cases.facts(work.session, held.row, held.review), held.calendar)
    if after == held.case:
        return ""
    if after.outcome is Outcome.KEPT and held.case.outcome is not Outcome.KEPT:
        moderation.keep(work, held.review.public_id, actor=SYSTEM, now=now)
        return _closed(work, held, after, now=now)
    cases.save(work, held, after, actor=SYSTEM, now=now)
    if after.state is CaseState.AUTHOR_HEARING:
        hearings.put(work, held, now=now)
    return after.state.lower()


def _closed(work: Work, held: Held, after: Case, *, now: datetime) -> str:
    """An end without anybody's decision, of which both sides are told."""
    cases.save(work, held, after, actor=SYSTEM, now=now)
    rulings.tell(work, held, now=now)
    return str(after.outcome).lower()


def forget(work: Work, *, now: datetime) -> int:
    """Take contact data and what people said out of long closed cases; returns how many (GP-5).

    A year after the last decision in them, so many at a time. The review and the statement of
    reasons stay, out of view (ISO-12).
    """
    before = midnight(months_before(day_of(now), NOTICES.kept_months))
    found = rows.forgettable(work.session, before, most=_AT_ONCE)
    rows.forget(work.session, found, now)
    notices.forget(work.session, found)
    notices.forget_measures(work.session, before)
    return len(found)
