"""Which proofs stand behind a review, from what is on record about its order (ladder, §3)."""

from datetime import datetime

from domain import rate_links
from domain.evidence import Evidence, EvidenceKind
from domain.hand_overs import TACIT
from store import hand_overs, independent_sources
from store.database import Work
from store.independent_sources import IndependentSource, OrderConfirmation
from store.keys import Keyring
from store.orders import Order
from store.shops import Shop


def of_order(work: Work, order: Order, *, now: datetime) -> tuple[Evidence, ...]:
    """The proofs of a review that is written now with the invitation of this order.

    How the order was confirmed is told besides the invitation: by the shop's silence, and by its
    signature on the page on which the order was placed (LVL-2b, LVL-4).
    """
    used = Evidence(EvidenceKind.INVITATION_USED, now, f"order data: {order.source}")
    return (used, *_confirmations(work, order))


def on_record(work: Work, order: Order) -> tuple[Evidence, ...]:
    """The proofs of a review without an invitation whose order and address were on record.

    They carry the moment at which the order came in: after the review they prove nothing.
    """
    told = Evidence(EvidenceKind.ORDER_ON_RECORD, order.recorded_at, f"order data: {order.source}")
    return (told, *_confirmations(work, order))


def _confirmations(work: Work, order: Order) -> list[Evidence]:
    found = []
    if order.source == TACIT:
        found.append(
            Evidence(EvidenceKind.TACIT_CONFIRMATION, order.recorded_at, "not denied by the shop")
        )
    if order.source == rate_links.SOURCE:
        found.append(Evidence(EvidenceKind.SIGNED_LINK, order.recorded_at, "signed button link"))
    told = hand_overs.by_reference(work.session, order.shop_id, order.reference)
    if told is not None and told.is_signed and told.order_id == order.id:
        found.append(Evidence(EvidenceKind.SIGNED_AT_ORDER, told.received_at, "signed order page"))
    return [*found, *_independent(work, order)]


def _independent(work: Work, order: Order) -> list[Evidence]:
    """What payment providers and carriers have said of the order (LVL-3).

    Nobody is independent where the operator is the shop, who then holds the sources' secrets
    (US-4).
    """
    shop = work.session.get_one(Shop, order.shop_id)
    if shop.operator_is_shop:
        return []
    hashed = reference_hash(work.keys, shop, order.reference)
    found = independent_sources.standing(work.session, shop.id, hashed)
    return [independent(source, row) for row, source in found]


def independent(source: IndependentSource, row: OrderConfirmation) -> Evidence:
    """The proof that a source's confirmation is."""
    return Evidence(EvidenceKind.INDEPENDENT_SOURCE, row.told_at, named(source))


def named(source: IndependentSource) -> str:
    """How a source stands in the records of evidence."""
    return f"{source.kind}: {source.public_id}"


def reference_hash(keys: Keyring, shop: Shop, reference: str) -> str:
    """What stands for an order's number, another in each shop (LOG-8)."""
    return keys.keyed_hash(f"confirmation:{shop.public_id}", reference)
