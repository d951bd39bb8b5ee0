"""Use cases of protections that run: cancel one, make it longer, end what is over (§35).

How they begin is in ``activations``; there is one for each order of a shop.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from domain import protection_tiers
from domain.actors import BUYER, SYSTEM, Actor
from domain.frame_use import Span
from domain.policies import PROTECTIONS
from domain.protections import (
    RUNNING,
    ProtectionState,
    ProtectionStepForbidden,
    Term,
)
from services import (
    audit,
    frame_use,
    mails,
    protection_mails,
)
from services.installation import Installation
from store import claims
from store import guarantors as guarantor_rows
from store import protections as rows
from store import shops as shop_rows
from store.database import Work
from store.protections import Protection

_BATCH: Final = 500


def term_of(row: Protection) -> Term:
    """The term of a protection as the rules see it."""
    state = ProtectionState(row.state)
    return Term(state, row.starts_at, row.ends_at, row.extended_at, row.prolonged_at)


def cancel(work: Work, protection: Protection, *, now: datetime, actor: Actor = BUYER) -> None:
    """The buyer wants the protection no more.

    Raises ProtectionStepForbidden once it has ended, and while there is an open claim about it.
    """
    row = rows.refreshed(work.session, protection)
    claim = claims.of_protection(work.session, row.id)
    if claim is not None and claim.closed_at is None:
        raise ProtectionStepForbidden
    _go(work, row, term_of(row).cancel(now), "cancelled", actor, now)


def extend(
    work: Work, protection: Protection, days: int, *, now: datetime, actor: Actor = SYSTEM
) -> None:
    """A claim makes the protection longer, once. Raises ProtectionStepForbidden."""
    row = rows.refreshed(work.session, protection)
    _go(work, row, term_of(row).extend(days, now), "extended", actor, now)


def prolong(work: Work, protection: Protection, *, now: datetime, actor: Actor = BUYER) -> None:
    """The buyer makes a protection of Plus longer by 30 days, once.

    They are told once more before its new end, until which a claim that was solved can be opened
    again. Raises ProtectionStepForbidden.
    """
    # Whoever pays a claim holds it before its protection.
    claim = claims.of_protection(work.session, protection.id, lock=True)
    row = rows.refreshed(work.session, protection)
    terms = protection_tiers.by_name(row.residence, row.tier)
    term = term_of(row).prolong(terms, now)
    row.expiry_told_at = None
    _go(work, row, term, "prolonged", actor, now)
    if claim is not None:
        claim.covered_until = term.ends_at
        work.session.add(claim)


def mark_claimed(
    work: Work, protection: Protection, *, now: datetime, actor: Actor = SYSTEM
) -> None:
    """A claim of it was paid: nothing more is covered. Raises ProtectionStepForbidden."""
    row = rows.refreshed(work.session, protection)
    _go(work, row, term_of(row).claim(), "claimed", actor, now)


def _go(work: Work, row: Protection, term: Term, step: str, actor: Actor, now: datetime) -> None:
    before, span = _told(row), _span(row)
    row.state, row.ends_at = term.state, term.ends_at
    row.extended_at, row.prolonged_at = term.extended_at, term.prolonged_at
    if not term.state.runs and row.ended_at is None:
        row.ended_at = now
    work.session.add(row)
    work.session.flush()
    audit.log(
        work, actor, f"protection.{step}", row.public_id, now=now, before=before, after=_told(row)
    )
    shop = shop_rows.by_id(work.session, row.shop_id)
    if shop is not None:
        frame_use.note(work, shop, span, _span(row), now)


def _span(row: Protection) -> Span | None:
    """What the protection takes of its frame; nothing more once it was cancelled or claimed."""
    if not ProtectionState(row.state).runs:
        return None
    return Span(row.starts_at, row.ends_at, row.cover_eur_minor)


def _told(row: Protection) -> dict[str, Any]:
    return {"state": row.state, "ends_at": row.ends_at.isoformat()}


def end_over(installation: Installation, *, now: datetime) -> int:
    """End every protection whose time is over; returns how many. May be called at any moment."""
    ended = 0
    while True:
        with installation.database.write() as work:
            done = [
                (state, rows.end(work.session, state, now, most=_BATCH))
                for state in sorted(RUNNING)
            ]
            for state, numbers in done:
                things = [(number, {"state": ProtectionState.ENDED}) for number in numbers]
                before = {"state": state}
                audit.log_many(work, SYSTEM, "protection.ended", things, now=now, before=before)
        ended += sum(len(numbers) for _, numbers in done)
        if all(len(numbers) < _BATCH for _, numbers in done):
            return ended


def tell_expiring(installation: Installation, *, now: datetime) -> int:
    """Mail every buyer whose protection ends within seven days, once; returns how many.

    A claim has its own mails, so that one that was extended for it is left out.
    """
    until, told = now + timedelta(days=PROTECTIONS.expiring_days), 0
    while True:
        with installation.database.write() as work:
            found = rows.expiring(work.session, RUNNING, now, until, most=_BATCH)
            sent = [_tell(work, row, now) for row in found]
            mails.send_many(work, sent)
        told += len(found)
        if len(found) < _BATCH:
            return told


def _tell(work: Work, row: Protection, now: datetime) -> str:
    row.expiry_told_at = now
    work.session.add(row)
    shop = shop_rows.by_id(work.session, row.shop_id)
    guarantor = guarantor_rows.by_id(work.session, row.guarantor_id)
    if shop is None or guarantor is None:
        return ""
    return protection_mails.expiring(work, shop, row, guarantor, now=now)
