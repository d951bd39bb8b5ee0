"""Use cases of claims: a protected buyer reports, checks, claims and appeals (systems.md §36)."""

from datetime import datetime

from domain import claim_states as states
from domain import claims as rules
from domain import ids
from domain.actors import BUYER, SYSTEM, Actor, Role
from domain.claim_states import Event
from domain.claims import (
    CLAIMS,
    RULES,
    Amounts,
    BuyerRef,
    ClaimExists,
    ClaimInvalid,
    ClaimParty,
    ClaimReason,
    ClaimState,
    ProtectionOver,
    Report,
)
from domain.duties import Payer
from domain.ids import Prefix
from domain.protections import ProtectionNotFound, ProtectionState
from services import calendars, claim_deadlines, claim_files, claim_mails, protections
from services.claim_files import Held, Kind
from store import claims as rows
from store import protections as protection_rows
from store import shops
from store.claims import Claim as Row
from store.database import Work
from store.protections import Protection
from store.shops import Shop


def report(work: Work, buyer: BuyerRef, protection_id: str, said: Report, *, now: datetime) -> Row:
    """A buyer reports a problem with a protected purchase; the shop is asked at once.

    The protection becomes 30 days longer, once. Raises ProtectionNotFound, also for another
    buyer's, ProtectionOver, ClaimExists with the id of the claim that there is, TextInvalid, and
    as ``domain.claims.covered`` does.
    """
    protection = protection_rows.by_public_id(work.session, protection_id, lock=True)
    shop = shops.by_id(work.session, protection.shop_id) if protection else None
    # Who asks by telephone without an address is not whoever was forgotten.
    is_own = protection is not None and buyer.hash and protection.buyer_hash == buyer.hash
    if protection is None or shop is None or not is_own:
        raise ProtectionNotFound
    there_is = rows.of_protection(work.session, protection.id)
    if there_is is not None:
        raise ClaimExists(f"There is a claim already: {there_is.public_id}", field="protection")
    if not ProtectionState(protection.state).runs or now >= protection.ends_at:
        raise ProtectionOver
    today = calendars.of_market(shop.market).day_of(now)
    reason = rules.covered(said, shop.market, today=today)
    text = claim_files.written(said.text)
    if protection.extended_at is None:
        protections.extend(work, protection, CLAIMS.extension_days, now=now)
    held = _opened(work, protection, shop, said, reason, now=now)
    claim_files.say(work, held, ClaimParty.BUYER, Kind.REPORT, text, now=now)
    claim_files.note(work, held, Event.REPORT, ClaimParty.BUYER, BUYER, now=now)
    event = states.first_step(held.claim)
    claim_files.move(work, held, event, ClaimParty.SYSTEM, SYSTEM, now=now)
    claim_mails.opened(work, held, text, now=now)
    claim_deadlines.catch_up(work, held, now=now)
    return held.row


def _opened(
    work: Work,
    protection: Protection,
    shop: Shop,
    said: Report,
    reason: ClaimReason,
    *,
    now: datetime,
) -> Held:
    claim = states.reported(reason, protection.ends_at)
    row = Row(
        public_id=ids.new(Prefix.CLAIM),
        protection_id=protection.id,
        shop_id=shop.id,
        buyer_hash=protection.buyer_hash,
        problem=said.problem,
        reason=reason,
        state=claim.state,
        rules=RULES,
        opened_at=now,
        covered_until=claim.covered_until,
        received_on=said.received_on,
        withdrawn_on=said.withdrawn_on,
        currency=protection.currency,
        cover_minor=protection.cover_minor,
    )
    work.session.add(row)
    work.session.flush()
    return Held(row, claim, protection, shop)


def withdraw(
    work: Work, buyer: BuyerRef, claim_id: str, *, seen: int | None = None, now: datetime
) -> None:
    """Any open state → WITHDRAWN. Raises ClaimNotFound, ClaimChanged, ClaimStepForbidden."""
    _step(work, buyer, claim_id, Event.WITHDRAW, seen=seen, now=now)


def confirm(
    work: Work, buyer: BuyerRef, claim_id: str, *, seen: int | None = None, now: datetime
) -> None:
    """The problem is solved → RESOLVED. Raises as ``withdraw`` does."""
    _step(work, buyer, claim_id, Event.CONFIRM, seen=seen, now=now)


def refuse(
    work: Work,
    buyer: BuyerRef,
    claim_id: str,
    text: str = "",
    *,
    seen: int | None = None,
    now: datetime,
) -> None:
    """It is not solved → MEDIATION; from RESOLVED too, until the extended end.

    Raises ClaimTimeOver after it, ProtectionOver where the buyer has cancelled the protection
    since, and as ``withdraw`` does.
    """
    held = claim_files.of_buyer(work, buyer, claim_id, seen=seen)
    is_over = held.claim.state is ClaimState.RESOLVED
    event = Event.REOPEN if is_over else Event.REFUSE
    if is_over:
        _check_kept(work, held)
    said = claim_files.written(text, least=0)
    claim_files.say(work, held, ClaimParty.BUYER, Kind.COMMENT, said, now=now)
    claim_files.move(work, held, event, ClaimParty.BUYER, BUYER, now=now)


def _check_kept(work: Work, held: Held) -> None:
    """Raise ProtectionOver where the buyer has cancelled: nothing could be paid any more.

    The protection is held until the end, so that no cancellation comes between.
    """
    protection = protection_rows.refreshed(work.session, held.protection)
    if protection.state == ProtectionState.CANCELLED:
        raise ProtectionOver


def comment(work: Work, buyer: BuyerRef, claim_id: str, text: str, *, now: datetime) -> None:
    """What the buyer writes in the thread.

    Raises ClaimNotFound, ClaimStepForbidden or TextInvalid.
    """
    held = claim_files.of_buyer(work, buyer, claim_id)
    claim_files.comment(work, held, ClaimParty.BUYER, text, actor=BUYER, now=now)


def claim_refund(
    work: Work,
    buyer: BuyerRef,
    claim_id: str,
    amounts: Amounts,
    *,
    is_assigned: bool,
    seen: int | None = None,
    now: datetime,
) -> None:
    """REFUND_CLAIM → DOCUMENTS: the buyer says what was paid and what came back.

    With it the buyer assigns the claim against the shop (``is_assigned``), so that nobody
    recovers twice. Raises ClaimInvalid, RefundClaimNotOpen, ClaimTimeOver and as ``withdraw``.
    """
    held = claim_files.of_buyer(work, buyer, claim_id, seen=seen)
    if not is_assigned:
        raise ClaimInvalid("Without the assignment nothing can be paid.", field="assigned")
    if amounts.paid == 0:
        raise ClaimInvalid("Say what you have paid.", field="paid")
    row = held.row
    row.paid_minor, row.refunds_minor = amounts.paid, amounts.refunds
    row.chargeback_minor, row.kept_minor = amounts.chargeback, amounts.kept
    row.assigned_at = now
    claim_files.move(work, held, Event.CLAIM, ClaimParty.BUYER, BUYER, now=now)


def hand_in(
    work: Work, buyer: BuyerRef, claim_id: str, *, seen: int | None = None, now: datetime
) -> None:
    """DOCUMENTS → ASSESSMENT: the buyer has handed in what there is.

    Raises ClaimTimeOver and as ``withdraw`` does.
    """
    _step(work, buyer, claim_id, Event.HAND_IN, seen=seen, now=now)


def appeal(
    work: Work,
    buyer: BuyerRef,
    claim_id: str,
    text: str,
    *,
    seen: int | None = None,
    now: datetime,
) -> None:
    """REJECTED → APPEALED, once, within 30 days: another person decides.

    Raises ClaimInvalid without a text, ClaimTimeOver, ProtectionOver where the buyer has
    cancelled the protection since, and as ``withdraw`` does.
    """
    held = claim_files.of_buyer(work, buyer, claim_id, seen=seen)
    _check_kept(work, held)
    said = claim_files.written(text)
    claim_files.say(work, held, ClaimParty.BUYER, Kind.APPEAL, said, now=now)
    claim_files.move(work, held, Event.APPEAL, ClaimParty.BUYER, BUYER, now=now)


def answer_settlement(
    work: Work,
    buyer: BuyerRef,
    claim_id: str,
    *,
    accepts: bool,
    seen: int | None = None,
    now: datetime,
) -> None:
    """What the buyer says to a proposed settlement; with the shop's yes → RESOLVED.

    Raises ClaimStepForbidden where none is proposed, and as ``withdraw`` does.
    """
    held = claim_files.of_buyer(work, buyer, claim_id, seen=seen)
    claim_files.settle(work, held, ClaimParty.BUYER, BUYER, accepts=accepts, now=now)
    claim_mails.ended(work, held, now=now)


def _step(
    work: Work, buyer: BuyerRef, claim_id: str, event: Event, *, seen: int | None, now: datetime
) -> None:
    held = claim_files.of_buyer(work, buyer, claim_id, seen=seen)
    claim_files.move(work, held, event, ClaimParty.BUYER, BUYER, now=now)
    claim_mails.ended(work, held, now=now)


def mark_paid(work: Work, claim_id: str, payer: Payer, *, now: datetime) -> None:
    """APPROVED → PAID: the money has left; the protection is used up, once.

    Raises ClaimNotFound or ClaimStepForbidden.
    """
    found = claim_files.held(work, claim_id)
    actor = Actor(Role.OPERATOR, payer.officer.name)
    claim_files.move(work, found, Event.PAY, ClaimParty.PAYER, actor, now=now)
    if found.protection.state != ProtectionState.CLAIMED:
        protections.mark_claimed(work, found.protection, now=now)


def take_back(work: Work, claim_id: str, payer: Payer, *, now: datetime) -> None:
    """RECOURSE → APPROVED: the bank has sent the money back; the protection stays used up.

    Raises ClaimNotFound or ClaimStepForbidden.
    """
    found = claim_files.held(work, claim_id)
    actor = Actor(Role.OPERATOR, payer.officer.name)
    claim_files.move(work, found, Event.RETURN, ClaimParty.PAYER, actor, now=now)


def begin_recourse(work: Work, claim_id: str, *, actor: Actor, now: datetime) -> None:
    """PAID → RECOURSE: the shop is asked for what was paid.

    Raises ClaimNotFound or ClaimStepForbidden.
    """
    claim_files.move(
        work, claim_files.held(work, claim_id), Event.RECOURSE, ClaimParty.PAYER, actor, now=now
    )
