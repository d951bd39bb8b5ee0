"""Use cases of buyers who have agreed that later orders are protected: each by itself (§35).

However an order comes in, nobody is asked once more and nothing refuses the order: where it
cannot be protected it is not, and the log says why.
"""

from collections.abc import Sequence
from datetime import datetime

from domain import protection_members as rules
from domain.actors import SYSTEM
from domain.errors import TrustwrightError
from domain.orders import NewOrder
from domain.protections import ProtectedOrder
from services import activations, audit, protection_members
from services.protection_members import Agreed
from store.database import Work
from store.orders import Order
from store.shops import Shop


def protect(
    work: Work, shop: Shop, taken: Sequence[tuple[Order, NewOrder]], *, now: datetime
) -> None:
    """Protect those of a shop's orders whose buyers have agreed to that before.

    One query where none of them has, or where the shop holds no certificate.
    """
    agreed = protection_members.agreed(work.session, shop, {row.email_hash for row, _ in taken})
    meant = [
        (row, _order(shop, new, agreed[row.email_hash]))
        for row, new in taken
        if row.email_hash in agreed and _is_meant(new, agreed[row.email_hash])
    ]
    orders = [order for _, order in meant]
    outcomes = activations.activate_many(work, shop, orders, now=now) if meant else ()
    for (row, _), outcome in zip(meant, outcomes, strict=True):
        if isinstance(outcome, TrustwrightError):
            note_refusal(work, row.public_id, outcome, now=now)


def note_refusal(work: Work, about: str, refusal: TrustwrightError, *, now: datetime) -> None:
    """Write into the log, about ``about``, why a purchase is not protected by itself."""
    after = {"code": refusal.code, "field": refusal.field}
    audit.log(work, SYSTEM, "protection.refused", about, now=now, after=after)


def _is_meant(new: NewOrder, buyer: Agreed) -> bool:
    return not new.status.is_undone and rules.is_later(new.ordered_at, buyer.since)


def _order(shop: Shop, new: NewOrder, buyer: Agreed) -> ProtectedOrder:
    return ProtectedOrder(
        reference=new.reference,
        ordered_at=new.ordered_at,
        amount_minor=new.amount_minor or 0,
        currency=new.currency or shop.currency,
        payment="",
        email=new.email,
        language=buyer.language,
        residence=buyer.residence,
    )
