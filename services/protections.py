"""Use cases of protections: start one, cancel it, make it longer, end what is over (§35).

One for each order of a shop. What is covered is agreed when it starts: the amount, the tier, the
guarantor and the rate of that day stay as they are. A frame never stops a buyer (§39).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from domain import ids, languages, protection_tiers
from domain import protections as rules
from domain.actors import BUYER, SYSTEM, Actor
from domain.errors import ProtectionUnavailable
from domain.frame_use import Span
from domain.ids import Prefix
from domain.orders import normalise_email
from domain.policies import PROTECTIONS
from domain.protection_tiers import TierTerms
from domain.protections import (
    RUNNING,
    Cover,
    MarkNotValid,
    ProtectedOrder,
    ProtectionNotFound,
    ProtectionOfOwnPurchase,
    ProtectionState,
    ProtectionStepForbidden,
    Term,
)
from domain.webhooks import EventType
from domain.windows import day_of
from services import (
    audit,
    deliveries,
    exchange_rates,
    frame_use,
    mails,
    marks,
    protection_mails,
    protection_members,
)
from services.installation import Installation
from store import claims, users
from store import guarantors as guarantor_rows
from store import protections as rows
from store import shops as shop_rows
from store.database import Work
from store.guarantors import Guarantor
from store.protections import Protection
from store.shops import Shop

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Activated:
    """The protection of an order, and whether this call has started it."""

    protection: Protection
    is_new: bool


def activate(work: Work, shop: Shop, order: ProtectedOrder, *, now: datetime) -> Activated:
    """Protect a purchase from now on; a second call for the same order finds the first.

    Nothing is stored where it is refused. Raises ProtectionAmountInvalid, CurrencyUnknown,
    OrderInFuture, ProtectionTooLate, ResidenceInvalid, OrderInvalid, TextInvalid,
    ProtectionUnavailable without a guarantor, MarkNotValid, ProtectionOfOwnPurchase or RateMissing.
    """
    order = rules.checked(order)
    known = rows.by_order(work.session, shop.id, order.reference)
    if known is not None:
        return Activated(known, is_new=False)
    rules.check_ordered(order.ordered_at, now)
    mark, guarantor = marks.backed(work.session, shop, now)
    if guarantor is None:
        raise ProtectionUnavailable(field="wants")
    if not mark.is_valid:
        raise MarkNotValid
    buyer_hash = work.keys.hash_email(normalise_email(order.email))
    _check_buyer(work.session, shop, buyer_hash)
    row = _row(work, shop, guarantor, order, buyer_hash, now)
    stored = rows.add(work.session, row)
    if stored is None:
        first = rows.by_order(work.session, shop.id, order.reference)
        if first is None:
            raise ProtectionNotFound
        return Activated(first, is_new=False)
    told = {"tier": stored.tier, "cover_minor": stored.cover_minor, "currency": stored.currency}
    audit.log(work, BUYER, "protection.started", stored.public_id, now=now, after=told)
    protection_mails.confirmed(work, shop, stored, guarantor, now=now)
    deliveries.tell(work, shop, EventType.PROTECTION_STARTED, _started(stored), now=now)
    frame_use.note(work, shop, None, _span(stored), now)
    return Activated(stored, is_new=True)


def _check_buyer(session: Session, shop: Shop, buyer_hash: str) -> None:
    """Refuse a buyer who works for the shop's company: nobody insures sales to themselves."""
    if users.works_for(session, buyer_hash, shop.account_id):
        raise ProtectionOfOwnPurchase(field="email")


def _row(
    work: Work,
    shop: Shop,
    guarantor: Guarantor,
    order: ProtectedOrder,
    buyer_hash: str,
    now: datetime,
) -> Protection:
    has_plus = protection_members.has_plus(work.session, buyer_hash, now=now)
    terms = protection_tiers.terms_of(order.residence, has_plus=has_plus)
    term, day = rules.started(now), day_of(now)
    rate = exchange_rates.on(work.session, order.currency, day)
    cover = _cover(work.session, order, terms, now)
    return Protection(
        public_id=ids.new(Prefix.PROTECTION),
        shop_id=shop.id,
        guarantor_id=guarantor.id,
        order_reference=order.reference,
        ordered_at=order.ordered_at,
        amount_minor=order.amount_minor,
        currency=order.currency,
        payment_type=order.payment_type,
        payment_raw=order.payment,
        buyer_cipher=work.keys.encrypt(order.email),
        buyer_hash=buyer_hash,
        language=languages.supported(order.language, fallback=shop.language),
        residence=order.residence,
        tier=terms.tier,
        cover_minor=cover.minor,
        cover_eur_minor=cover.eur_minor,
        fx_rate=str(rate.units),
        fx_date=rate.day,
        starts_at=term.starts_at,
        ends_at=term.ends_at,
        state=term.state,
        created_at=now,
    )


def _cover(session: Session, order: ProtectedOrder, terms: TierTerms, now: datetime) -> Cover:
    day = day_of(now)
    rate = exchange_rates.on(session, order.currency, day)
    tier_rate = exchange_rates.on(session, terms.currency, day)
    return rules.cover(order.amount_minor, rate, terms, tier_rate)


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


def _started(row: Protection) -> dict[str, object]:
    """What a webhook hears: neither the order's number nor the buyer."""
    return {
        "protection": row.public_id,
        "tier": row.tier,
        "cover_minor": row.cover_minor,
        "currency": row.currency,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }


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
