"""Use cases of recourse: the shop owes what was paid to its buyer (systems.md §36)."""

from datetime import datetime

from sqlmodel import Session

from domain import ids
from domain import recourses as rules
from domain.actors import Actor, Role
from domain.duties import File, Officer, Payer
from domain.ids import Prefix
from domain.recourses import (
    RECOURSES,
    RecourseChanged,
    RecourseNotFound,
    RecourseState,
    RecourseStepForbidden,
)
from services import audit, calendars, claim_files, claims, payout_mails
from services.claim_files import Held
from store import recourses as rows
from store import shops
from store.database import Work
from store.payouts import Payout
from store.recourses import Recourse


def invoice(work: Work, payout: Payout, held: Held, *, actor: Actor, now: datetime) -> str:
    """Ask the shop for a payout that has left, once; returns the id of the recourse.

    What the bank sent back and was paid again is owed by the invoice that there is.
    """
    known = rows.of_payout(work.session, payout.id)
    if known is not None:
        claims.begin_recourse(work, held.row.public_id, actor=actor, now=now)
        return known.public_id
    row = Recourse(
        public_id=ids.new(Prefix.RECOURSE),
        payout_id=payout.id,
        shop_id=payout.shop_id,
        number=f"R{now.year}-{payout.id:06d}",
        amount_minor=payout.amount_minor,
        insurer_minor=rules.insurer_share(payout.amount_minor),
        currency=payout.currency,
        state=RecourseState.INVOICED,
        invoiced_at=now,
        due_at=calendars.of_market(held.shop.market).after_days(now, RECOURSES.due_days),
    )
    work.session.add(row)
    work.session.flush()
    claims.begin_recourse(work, held.row.public_id, actor=actor, now=now)
    after = {"claim": held.row.public_id, "amount": row.amount_minor, "currency": row.currency}
    audit.log(work, actor, "recourse.invoiced", row.public_id, now=now, after=after)
    payout_mails.recourse_invoice(work, row, held, now=now)
    return row.public_id


def contest(
    work: Work, shop_key: str, recourse_id: str, reason: str, *, actor: Actor, now: datetime
) -> None:
    """The shop says why it does not owe this.

    Raises RecourseNotFound, also for another shop's, RecourseStepForbidden,
    RecourseReasonMissing or TextInvalid.
    """
    said = rules.reason_of(reason)
    row = rows.by_public_id(work.session, recourse_id)
    shop = shops.by_key(work.session, shop_key)
    if row is None or shop is None or row.shop_id != shop.id:
        raise RecourseNotFound
    _move(work, row, RecourseState.CONTESTED, said, actor=actor, now=now)


def end(
    work: Work,
    recourse_id: str,
    after: RecourseState,
    reason: str,
    *,
    officer: Officer,
    seen: int,
    now: datetime,
) -> None:
    """What finance notes: PAID, WRITTEN_OFF, INSURER, or INVOICED again after a contest.

    Anything but PAID needs a reason. Raises RecourseNotFound, RecourseChanged,
    RecourseStepForbidden, RecourseReasonMissing, TextInvalid, and OwnShop or DutiesConflict for
    whom ``domain.duties`` keeps out of the payment.
    """
    row = rows.by_public_id(work.session, recourse_id)
    file = _file(work.session, row) if row else None
    if row is None or file is None:
        raise RecourseNotFound
    payer = Payer(officer, file)
    if row.version != seen:
        raise RecourseChanged
    if after is RecourseState.CONTESTED:
        raise RecourseStepForbidden
    said = reason if after is RecourseState.PAID and not reason else rules.reason_of(reason)
    actor = Actor(Role.OPERATOR, payer.officer.name)
    _move(work, row, after, said, actor=actor, now=now)


def _file(session: Session, row: Recourse) -> File | None:
    claim, shop = rows.claim_of(session, row), shops.by_id(session, row.shop_id)
    return claim_files.file_of(claim, shop) if claim and shop else None


def _move(
    work: Work, row: Recourse, after: RecourseState, reason: str, *, actor: Actor, now: datetime
) -> None:
    before = RecourseState(row.state)
    row.state = rules.step(before, after)
    row.reason = reason
    row.closed_at = None if after.is_open else now
    row.version += 1
    work.session.add(row)
    audit.log(
        work,
        actor,
        f"recourse.{after.lower()}",
        row.public_id,
        now=now,
        before={"state": before},
        after={"state": after},
    )
