"""Use cases of protections that begin: one purchase, or many of a shop at once (§35).

What is covered is agreed when a protection begins: the amount, the tier, the guarantor and the
rate of that day stay as they are. A frame never stops a buyer (§39).
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from domain import ids, languages, protection_tiers
from domain import protections as rules
from domain.actors import BUYER
from domain.errors import ProtectionUnavailable, TrustwrightError
from domain.exchange_rates import Rate
from domain.frame_use import Span
from domain.ids import Prefix
from domain.marks import Mark
from domain.orders import normalise_email
from domain.protections import (
    MarkNotValid,
    ProtectedOrder,
    ProtectionNotFound,
    ProtectionOfOwnPurchase,
)
from domain.webhooks import EventType
from domain.windows import day_of
from services import (
    audit,
    deliveries,
    exchange_rates,
    frame_use,
    marks,
    protection_mails,
    protection_members,
)
from store import protections as rows
from store import users
from store.database import Work
from store.guarantors import Guarantor
from store.protections import Protection
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Activated:
    """The protection of an order, and whether this call has started it."""

    protection: Protection
    is_new: bool


Outcome = Activated | TrustwrightError


def activate(work: Work, shop: Shop, order: ProtectedOrder, *, now: datetime) -> Activated:
    """Protect a purchase from now on; a second call for the same order finds the first.

    Nothing is stored where it is refused. Raises ProtectionAmountInvalid, CurrencyUnknown,
    OrderInFuture, ProtectionTooLate, ResidenceInvalid, OrderInvalid, TextInvalid,
    ProtectionUnavailable without a guarantor, MarkNotValid, ProtectionOfOwnPurchase or RateMissing.
    """
    (outcome,) = activate_many(work, shop, [order], now=now)
    if isinstance(outcome, TrustwrightError):
        raise outcome
    return outcome


def activate_many(
    work: Work, shop: Shop, orders: Sequence[ProtectedOrder], *, now: datetime
) -> Sequence[Outcome]:
    """As above for many orders of a shop, in few statements: what came of each, or its refusal.

    One that is refused leaves nothing behind and stops no other; of several with one reference
    the first counts that is not refused. All begin at one moment, and enter the frame together.
    """
    told = [_checked(order) for order in orders]
    good = [order for order in told if isinstance(order, ProtectedOrder)]
    known = rows.by_orders(work.session, shop.id, {order.reference for order in good})
    unknown = [order for order in good if order.reference not in known]
    if not unknown:
        return _outcomes(told, known, set())
    ground = _ground(work, shop, unknown, now)
    drawn: dict[str, Protection] = {}
    for at, order in enumerate(told):
        if isinstance(order, ProtectedOrder) and order.reference not in known | drawn:
            try:
                drawn[order.reference] = _row(work, shop, order, ground, now)
            except TrustwrightError as refusal:
                told[at] = refusal
    started = rows.add_many(work.session, drawn.values())
    if started:
        _tell(work, shop, started, _backing(ground), now)
    known |= {row.order_reference: row for row in started}
    # Of another transaction that was faster by a moment.
    known |= rows.by_orders(work.session, shop.id, drawn.keys() - known.keys())
    return _outcomes(told, known, {row.order_reference for row in started})


def _checked(order: ProtectedOrder) -> ProtectedOrder | TrustwrightError:
    try:
        return rules.checked(order)
    except TrustwrightError as refusal:
        return refusal


def _outcomes(
    told: Sequence[ProtectedOrder | TrustwrightError],
    known: Mapping[str, Protection],
    started: set[str],
) -> Sequence[Outcome]:
    """What each call comes to; one of those with the same reference has started it."""
    outcomes: list[Outcome] = []
    for order in told:
        if isinstance(order, TrustwrightError):
            outcomes.append(order)
        elif order.reference in known:
            is_new = order.reference in started
            outcomes.append(Activated(known[order.reference], is_new=is_new))
            started.discard(order.reference)
        else:
            outcomes.append(ProtectionNotFound())
    return outcomes


@dataclass(frozen=True, slots=True)
class _Ground:
    """What decides about purchases of a shop at a moment, looked up once for all of them.

    ``hashes`` are the buyers' by address: ``own`` those of people of the shop's company, ``plus``
    those with Protection Plus. ``rate_of`` a currency is that of the day.
    """

    mark: Mark
    guarantor: Guarantor | None
    hashes: Mapping[str, str]
    own: Set[str]
    plus: Set[str]
    rate_of: Callable[[str], Rate]


def _ground(work: Work, shop: Shop, orders: Sequence[ProtectedOrder], now: datetime) -> _Ground:
    mark, guarantor = marks.backed(work.session, shop, now)
    hashes = {order.email: work.keys.hash_email(normalise_email(order.email)) for order in orders}
    buyers = set(hashes.values())
    return _Ground(
        mark,
        guarantor,
        hashes,
        own=users.working_for(work.session, buyers, shop.account_id),
        plus=protection_members.with_plus(work.session, buyers, now=now),
        rate_of=cache(partial(exchange_rates.on, work.session, day=day_of(now))),
    )


def _backing(ground: _Ground) -> Guarantor:
    """Who stands for a new protection; raises ProtectionUnavailable or MarkNotValid."""
    if ground.guarantor is None:
        raise ProtectionUnavailable(field="wants")
    if not ground.mark.is_valid:
        raise MarkNotValid
    return ground.guarantor


def _row(
    work: Work, shop: Shop, order: ProtectedOrder, ground: _Ground, now: datetime
) -> Protection:
    rules.check_ordered(order.ordered_at, now)
    guarantor, buyer_hash = _backing(ground), ground.hashes[order.email]
    # Nobody insures sales to themselves.
    if buyer_hash in ground.own:
        raise ProtectionOfOwnPurchase(field="email")
    terms = protection_tiers.terms_of(order.residence, has_plus=buyer_hash in ground.plus)
    rate, term = ground.rate_of(order.currency), rules.started(now)
    cover = rules.cover(order.amount_minor, rate, terms, ground.rate_of(terms.currency))
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


def _tell(
    work: Work, shop: Shop, started: Sequence[Protection], guarantor: Guarantor, now: datetime
) -> None:
    """Log, mail and tell of protections that began; at the end the frame, which others wait for."""
    told = [
        (row.public_id, {name: getattr(row, name) for name in ("tier", "cover_minor", "currency")})
        for row in started
    ]
    audit.log_many(work, BUYER, "protection.started", told, now=now)
    protection_mails.confirmed(work, shop, started, guarantor, now=now)
    happened = [_started(row) for row in started]
    deliveries.tell_many(work, shop, EventType.PROTECTION_STARTED, happened, now=now)
    # All of them begin and end together.
    term, cover = rules.started(now), sum(row.cover_eur_minor for row in started)
    frame_use.note(work, shop, None, Span(term.starts_at, term.ends_at, cover), now)


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
