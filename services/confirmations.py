"""Confirmation of orders that pages handed over: what makes them order records (systems.md §4)."""

from collections.abc import Sequence
from datetime import datetime

from domain.actors import SYSTEM
from domain.orders import LegalBasis, LegalBasisKind
from services import audit, legal_bases
from store import hand_overs
from store.database import Work
from store.hand_overs import HandOver
from store.orders import Order
from store.shops import Shop


def by_orders(work: Work, shop: Shop, orders: Sequence[Order], *, now: datetime) -> None:
    """What a page said of these orders, if anything, is confirmed by the shop's own word.

    What the shop has denied stays denied: its page may have told the same number twice.
    """
    references = {order.reference: order for order in orders}
    found = hand_overs.by_references(work.session, shop.id, references)
    for reference, row in found.items():
        if row.order_id is None and row.denied_at is None:
            link(work, row, references[reference], now=now)


def link(work: Work, row: HandOver, order: Order, *, now: datetime) -> None:
    """The hand-over is confirmed, if both have the same address; else it stays what it was.

    The order takes over the consent that was given on the page, where it has no legal basis.
    """
    if row.email_hash != order.email_hash:
        return
    row.order_id, row.confirmed_at = order.id, now
    kind, version = LegalBasisKind(row.legal_basis), row.legal_basis_version
    legal_bases.note(work, order, LegalBasis(kind, version, row.legal_basis_at))
    work.session.add(row)
    audit.log(work, SYSTEM, "order.confirmed", row.public_id, now=now)
