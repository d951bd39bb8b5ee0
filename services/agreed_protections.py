"""Use cases of buyers who have agreed that later orders are protected: each by itself (§35).

However an order comes in, nobody is asked once more and nothing refuses the order: where it
cannot be protected it is not, and the log says why.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from domain import protection_members as rules
from domain.actors import SYSTEM
from domain.errors import TrustwrightError
from domain.orders import NewOrder
from domain.protections import ProtectedOrder
from services import audit, protection_members, protections
from services.protection_members import Agreed
from store.database import Work
from store.orders import Order
from store.shops import Shop

_Result = TypeVar("_Result")


def protect(
    work: Work, shop: Shop, taken: Sequence[tuple[Order, NewOrder]], *, now: datetime
) -> None:
    """Protect those of a shop's orders whose buyers have agreed to that before.

    One query where none of them has, or where the shop holds no certificate.
    """
    agreed = protection_members.agreed(work.session, shop, {row.email_hash for row, _ in taken})
    for row, new in taken:
        buyer = agreed.get(row.email_hash)
        if buyer is not None and _is_meant(new, buyer):
            order = _order(shop, new, buyer)
            activate = partial(protections.activate, work, shop, order, now=now)
            attempt(work, row.public_id, activate, now)


def attempt(
    work: Work, about: str, protect: Callable[[], _Result], now: datetime
) -> _Result | None:
    """What ``protect`` returns; None where it was refused, and a line in the log about ``about``.

    Nothing of what was refused is stored.
    """
    try:
        with work.session.begin_nested():
            return protect()
    except TrustwrightError as refusal:
        after = {"code": refusal.code, "field": refusal.field}
        audit.log(work, SYSTEM, "protection.refused", about, now=now, after=after)
        return None


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
