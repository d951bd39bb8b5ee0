"""Use cases of protection on the order page: a purchase that a page tells of (§35, embed.md 4.4).

A page can be forged. Where the shop's server has told of the order, its word counts: the amount,
the moment and the address are those of the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain import protection_members as rules
from domain.errors import OrderInvalid, ProtectionUnavailable, TrustwrightError
from domain.hand_overs import HandOver, Wish
from domain.orders import NewOrder, normalise_email
from domain.protections import ProtectedOrder, ProtectionState
from services import activations, agreed_protections, protection_members
from services.protection_members import Agreed
from store import hand_overs as hand_over_rows
from store import orders as order_rows
from store.database import Work
from store.hand_overs import HandOver as HandOverRow
from store.orders import Order
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Protected:
    """What the page is told: ``cover_minor`` of ``currency``, until ``ends_at``, exclusive."""

    cover_minor: int
    currency: str
    ends_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A purchase that a page tells of, the country it names, and the language of its buyer."""

    told: HandOver
    country: str
    language: str


def protect_many(
    work: Work, shop: Shop, offers: Sequence[Offer], *, now: datetime
) -> Sequence[Protected | TrustwrightError | None]:
    """Protect the purchases whose buyers want that, or have agreed to it for later orders.

    What came of each, or its refusal; None where neither is so. Who has agreed is refused nothing:
    where their purchase cannot be protected, it is not, and the log says why. Refusals are those
    of ``activations.activate``, OrderInvalid for an order that is protected for another address,
    and ProtectionUnavailable for one whose protection has ended.
    """
    buyers = _agreed(work, shop, offers)
    meant = [each for each in offers if _is_wanted(each) or each.told.order.email in buyers]
    references = {each.told.order.reference for each in meant}
    records = order_rows.by_references(work.session, shop.id, references) if meant else {}
    firsts = hand_over_rows.by_references(work.session, shop.id, references) if meant else {}
    orders: dict[int, ProtectedOrder] = {}
    for at, offer in enumerate(offers):
        page, buyer = offer.told.order, buyers.get(offer.told.order.email)
        known = _known(work, page, records.get(page.reference), firsts.get(page.reference))
        if _is_wanted(offer):
            orders[at] = _order(offer, known, shop, offer.country)
        elif buyer is not None and rules.is_later(known.ordered_at, buyer.since):
            orders[at] = _order(offer, known, shop, buyer.residence)
    found = activations.activate_many(work, shop, list(orders.values()), now=now)
    outcomes: list[Protected | TrustwrightError | None] = [None] * len(offers)
    for (at, order), activated in zip(orders.items(), found, strict=True):
        outcome = _outcome(work, order, activated)
        if isinstance(outcome, TrustwrightError) and not _is_wanted(offers[at]):
            agreed_protections.note_refusal(work, shop.public_id, outcome, now=now)
        else:
            outcomes[at] = outcome
    return outcomes


def _is_wanted(offer: Offer) -> bool:
    return Wish.PROTECTION in offer.told.wants


def _agreed(work: Work, shop: Shop, offers: Sequence[Offer]) -> Mapping[str, Agreed]:
    """Buyers by address who have agreed before, of purchases whose pages ask for nothing."""
    hashes = {
        offer.told.order.email: work.keys.hash_email(normalise_email(offer.told.order.email))
        for offer in offers
        if not _is_wanted(offer)
    }
    found = protection_members.agreed(work.session, shop, set(hashes.values())) if hashes else {}
    return {email: found[each] for email, each in hashes.items() if each in found}


def _outcome(
    work: Work, order: ProtectedOrder, activated: activations.Outcome
) -> Protected | TrustwrightError:
    if isinstance(activated, TrustwrightError):
        return activated
    protection = activated.protection
    # Somebody who guesses order numbers must not learn what others have paid.
    if protection.buyer_hash != work.keys.hash_email(normalise_email(order.email)):
        return OrderInvalid("This order is protected for another address.", field="email")
    if not ProtectionState(protection.state).runs:
        return ProtectionUnavailable("The protection of this order has ended.", field="wants")
    return Protected(
        protection.cover_minor, protection.currency, protection.ends_at, activated.is_new
    )


def _order(offer: Offer, known: NewOrder, shop: Shop, residence: str) -> ProtectedOrder:
    return ProtectedOrder(
        reference=known.reference,
        ordered_at=known.ordered_at,
        amount_minor=known.amount_minor or 0,
        currency=known.currency or shop.currency,
        payment=offer.told.payment_text,
        email=known.email,
        language=offer.language,
        residence=residence,
    )


def _known(work: Work, page: NewOrder, record: Order | None, first: HandOverRow | None) -> NewOrder:
    """What is known of the order: the shop's record, else the page, dated by its first word."""
    if record is None:
        return page if first is None else replace(page, ordered_at=first.received_at)
    email = work.keys.decrypt(record.email_cipher) or page.email
    known = replace(page, ordered_at=record.ordered_at, email=email)
    if record.amount_minor is None:
        return known
    return replace(known, amount_minor=record.amount_minor, currency=record.currency)
