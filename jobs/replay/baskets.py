"""The orders of the olist folder with their items, divided by seller."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.orders import OrderStatus
from jobs.replay import ledger as codes
from jobs.replay import values
from jobs.replay.ledger import Ledger
from jobs.replay.rows import Row, read
from jobs.replay.values import CellUnreadable

ORDERS: Final = "orders.csv"
ITEMS: Final = "order_items.csv"
STATUSES: Final = {
    "created": OrderStatus.AWAITING_PAYMENT,
    "approved": OrderStatus.ACCEPTED,
    "invoiced": OrderStatus.PROCESSING,
    "processing": OrderStatus.PROCESSING,
    "shipped": OrderStatus.SHIPPED,
    "delivered": OrderStatus.DELIVERED,
    "canceled": OrderStatus.CANCELLED,
    "unavailable": OrderStatus.CANCELLED,
}
_ORDER_COLUMNS: Final = (
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)
_ITEM_COLUMNS: Final = (
    "order_id",
    "order_item_id",
    "product_id",
    "seller_id",
    "price",
    "freight_value",
)


@dataclass(frozen=True, slots=True)
class Basket:
    """An order of the files; ``items`` are its rows by seller, in file order."""

    row: Row
    ordered_at: datetime
    status: OrderStatus
    shipped_at: datetime | None
    delivered_at: datetime | None
    estimated_delivery_at: datetime | None
    items: dict[str, list[Row]] = field(default_factory=dict)


def read_baskets(folder: Path, ledger: Ledger) -> dict[str, Basket]:
    """The folder's orders by id; those without any item are refused but stay in the result."""
    baskets: dict[str, Basket] = {}
    for row in read(folder / ORDERS, columns=_ORDER_COLUMNS, names=1, ledger=ledger):
        try:
            order_id = values.text(row, "order_id")
            if order_id in baskets:
                ledger.refuse(row.place, codes.DUPLICATE, "order_id stands there twice")
            else:
                baskets[order_id] = _basket(row)
        except CellUnreadable as error:
            ledger.refuse(row.place, codes.UNREADABLE, str(error))
    _add_items(folder, baskets, ledger)
    for basket in baskets.values():
        if not basket.items:
            detail = "no item names the seller whom it belongs to"
            ledger.refuse(basket.row.place, codes.ORDER_WITHOUT_ITEMS, detail)
    return baskets


def _basket(row: Row) -> Basket:
    return Basket(
        row=row,
        ordered_at=values.moment(row, "order_purchase_timestamp"),
        status=STATUSES.get(row["order_status"], OrderStatus.ACCEPTED),
        shipped_at=values.moment_if_any(row, "order_delivered_carrier_date"),
        delivered_at=values.moment_if_any(row, "order_delivered_customer_date"),
        estimated_delivery_at=values.moment_if_any(row, "order_estimated_delivery_date"),
    )


def _add_items(folder: Path, baskets: dict[str, Basket], ledger: Ledger) -> None:
    seen: set[str] = set()
    for row in read(folder / ITEMS, columns=_ITEM_COLUMNS, names=2, ledger=ledger):
        basket = baskets.get(row["order_id"])
        if basket is None:
            ledger.refuse(row.place, codes.ORDER_UNKNOWN, "its order cannot be used or is missing")
        elif row.place.name in seen:
            ledger.refuse(row.place, codes.DUPLICATE, "this item stands there twice")
        else:
            try:
                values.text(row, "product_id")
                basket.items.setdefault(values.text(row, "seller_id"), []).append(row)
                seen.add(row.place.name)
            except CellUnreadable as error:
                ledger.refuse(row.place, codes.UNREADABLE, str(error))
