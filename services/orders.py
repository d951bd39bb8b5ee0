"""Use cases of orders: record one or many, once per shop and reference (systems.md §§4, 20)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import ids
from domain import orders as rules
from domain.actors import SYSTEM
from domain.ids import Prefix
from domain.orders import NewOrder, OrderLine
from services import activity, audit, confirmations, products, shops
from store import orders
from store.database import Work
from store.orders import Order
from store.products import Product
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Recorded:
    """The order's public id, and whether this call was the first to bring it."""

    order_id: str
    is_new: bool


def record(work: Work, shop_key: str, new: NewOrder, *, now: datetime) -> Recorded:
    """Record an order; a second call with the same reference finds the first and changes nothing.

    Raises ShopNotFound, OrderInvalid or TextInvalid.
    """
    new = rules.checked(new)
    rules.check_times(new, now)
    shop = shops.required(work, shop_key)
    known = orders.by_reference(work.session, shop.id, new.reference)
    if known is not None:
        return Recorded(known.public_id, is_new=False)
    order = record_many(work, shop, [new], now=now)[0]
    return Recorded(order.public_id, is_new=True)


def record_many(
    work: Work, shop: Shop, news: Sequence[NewOrder], *, now: datetime
) -> Sequence[Order]:
    """Record orders that were checked and that the shop does not have, in few statements."""
    lines = [line for new in news for line in new.lines]
    bought = products.registered(work, shop, lines, now=now) if lines else {}
    # Gives new products their ids.
    work.session.flush()
    added = orders.add_many(work.session, shop.id, [_row(work, shop, new, now) for new in news])
    rows = [added[new.reference] for new in news]
    orders.add_lines(
        work.session,
        [
            line
            for order, new in zip(rows, news, strict=True)
            for line in _line_rows(order, bought, new.lines)
        ],
    )
    activity.ordered_many(work, rows)
    confirmations.by_orders(work, shop, rows, now=now)
    things = [(row.public_id, {"source": new.source}) for row, new in zip(rows, news, strict=True)]
    audit.log_many(work, SYSTEM, "order.recorded", things, now=now)
    return rows


def _row(work: Work, shop: Shop, new: NewOrder, now: datetime) -> Mapping[str, Any]:
    basis = new.legal_basis
    address = rules.normalise_email(new.email)
    return {
        "public_id": ids.new(Prefix.ORDER),
        "shop_id": shop.id,
        "reference": new.reference,
        "email_cipher": work.keys.encrypt(new.email.strip()),
        "email_hash": work.keys.hash_email(address),
        "name_cipher": work.keys.encrypt(new.buyer_name) if new.buyer_name else None,
        "ordered_at": new.ordered_at,
        "recorded_at": now,
        "amount_minor": new.amount_minor,
        "currency": new.currency or shop.currency,
        "status": new.status,
        "shipped_at": new.shipped_at,
        "delivered_at": new.delivered_at,
        "estimated_delivery_at": new.estimated_delivery_at,
        "legal_basis": basis.kind if basis else None,
        "legal_basis_version": basis.version if basis else None,
        "legal_basis_at": basis.given_at if basis else None,
        "source": new.source,
    }


def _line_rows(
    order: Order, bought: dict[str, Product], lines: tuple[OrderLine, ...]
) -> Iterable[Mapping[str, Any]]:
    """One row per product, the pieces of its lines added up."""
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        row = rows.get(line.sku)
        if row is None:
            rows[line.sku] = {
                "order_id": order.id,
                "product_id": bought[line.sku].id,
                "quantity": line.quantity,
                "price_minor": line.price_minor,
            }
        else:
            row["quantity"] += line.quantity
    return rows.values()
