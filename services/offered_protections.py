"""Use cases of protection on the order page: a purchase that a page tells of (§35, embed.md 4.4).

A page can be forged. Where the shop's server has told of the order, its word counts: the amount,
the moment and the address are those of the record.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain import protection_members as rules
from domain.errors import OrderInvalid, ProtectionUnavailable
from domain.hand_overs import HandOver, PrintedOrder, Wish
from domain.orders import NewOrder, normalise_email
from domain.protections import ProtectedOrder, ProtectionState
from services import agreed_protections, protection_members, protections
from store import hand_overs as hand_over_rows
from store import orders as order_rows
from store.database import Work
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Protected:
    """What the page is told: ``cover_minor`` of ``currency``, until ``ends_at``, exclusive."""

    cover_minor: int
    currency: str
    ends_at: datetime
    is_new: bool


def protect(
    work: Work, shop: Shop, told: HandOver, printed: PrintedOrder, language: str, *, now: datetime
) -> Protected | None:
    """Protect the purchase where its buyer wants that, or has agreed to it for later orders.

    None where neither is so. Who has agreed is refused nothing: where this purchase cannot be
    protected, it is not, and the log says why. Raises OrderInvalid for an order that is protected
    for another address, ProtectionUnavailable for one whose protection has ended, and as
    ``protections.activate``.
    """
    if Wish.PROTECTION in told.wants:
        order = _order(told, _known(work, shop, told.order), shop, printed.country, language)
        return _activated(work, shop, order, now)
    buyer_hash = work.keys.hash_email(normalise_email(told.order.email))
    buyer = protection_members.agreed(work.session, shop, {buyer_hash}).get(buyer_hash)
    if buyer is None:
        return None
    known = _known(work, shop, told.order)
    if not rules.is_later(known.ordered_at, buyer.since):
        return None
    order = _order(told, known, shop, buyer.residence, language)
    return agreed_protections.attempt(
        work, shop.public_id, lambda: _activated(work, shop, order, now), now
    )


def _activated(work: Work, shop: Shop, order: ProtectedOrder, now: datetime) -> Protected:
    activated = protections.activate(work, shop, order, now=now)
    protection = activated.protection
    # Somebody who guesses order numbers must not learn what others have paid.
    if protection.buyer_hash != work.keys.hash_email(normalise_email(order.email)):
        raise OrderInvalid("This order is protected for another address.", field="email")
    if not ProtectionState(protection.state).runs:
        raise ProtectionUnavailable("The protection of this order has ended.", field="wants")
    return Protected(
        protection.cover_minor, protection.currency, protection.ends_at, activated.is_new
    )


def _order(
    told: HandOver, known: NewOrder, shop: Shop, residence: str, language: str
) -> ProtectedOrder:
    return ProtectedOrder(
        reference=known.reference,
        ordered_at=known.ordered_at,
        amount_minor=known.amount_minor or 0,
        currency=known.currency or shop.currency,
        payment=told.payment_text,
        email=known.email,
        language=language,
        residence=residence,
    )


def _known(work: Work, shop: Shop, page: NewOrder) -> NewOrder:
    """What is known of the order: the shop's record, else the page, dated by its first word."""
    record = order_rows.by_reference(work.session, shop.id, page.reference)
    if record is None:
        first = hand_over_rows.by_reference(work.session, shop.id, page.reference)
        return page if first is None else replace(page, ordered_at=first.received_at)
    email = work.keys.decrypt(record.email_cipher) or page.email
    known = replace(page, ordered_at=record.ordered_at, email=email)
    if record.amount_minor is None:
        return known
    return replace(known, amount_minor=record.amount_minor, currency=record.currency)
