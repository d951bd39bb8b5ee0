"""Orders as legacy clients write them, in every way that real plugins do (5.1, 5.2).

A field that cannot be read counts as missing; only the reference and the address of the buyer
have to be good, which the rules of orders decide.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from domain import fields
from domain.errors import OrderInvalid
from domain.orders import NewOrder, OrderLine
from domain.policies import ORDERS
from domain.skus import MAX_CHARACTERS

SOURCE: Final = "legacy"
_LEAST_REFERENCE: Final = 2
_DAY_CHARACTERS: Final = 10
_HOUR: Final = time(10)

Shape = Mapping[str, Any]
"""The names that are echoed: None for a plain value, a shape for an object, [shape] for a list."""

ORDER: Final[Shape] = {
    **dict.fromkeys(("orderReference", "orderDate", "currency", "estimatedDeliveryDate")),
    **dict.fromkeys(("amount", "paymentType")),
    "products": [
        dict.fromkeys(
            ("sku", "name", "gtin", "mpn", "brand", "imageUrl", "uuid", "url", "productUrl")
        )
    ],
}
CONSUMER: Final[Shape] = {
    **dict.fromkeys(("firstname", "lastname")),
    "contact": dict.fromkeys(("email", "language", "firstName", "lastName")),
}


def read(told: object, *, now: datetime) -> NewOrder:
    """The order behind ``order`` and ``consumer`` of one request; it has no legal basis yet.

    White space around the reference is not part of it. Raises OrderInvalid for a reference of
    less than two characters, and for more products than an order may have.
    """
    reference = fields.line(told, "order", "orderReference")
    if len(reference) < _LEAST_REFERENCE:
        raise OrderInvalid("A reference has two characters at least.", field="orderReference")
    order = fields.under(told, "order")
    currency = fields.currency(order, "currency")
    return NewOrder(
        reference,
        fields.line(told, "consumer", "contact", "email"),
        _ordered_at(order, now),
        fields.minor(fields.line(order, "amount"), currency),
        currency,
        fields.lines(fields.under(order, "products"), _line),
        estimated_delivery_at=_in_range(fields.when(order, "estimatedDeliveryDate")),
        source=SOURCE,
        buyer_name=_name(fields.under(told, "consumer")),
    )


def language(told: object) -> str:
    """The buyer's language, as two letters at the beginning of what is named, or nothing."""
    return fields.line(told, "consumer", "contact", "language")[:2].lower()


def moment(value: object, *path: str) -> datetime | None:
    """A day or a moment to write at; a day alone means its morning."""
    at = fields.when(value, *path)
    if at is not None and len(fields.line(value, *path)) == _DAY_CHARACTERS:
        at = datetime.combine(at.date(), _HOUR, UTC)
    return _in_range(at)


def echoed(value: object, shape: Any) -> Any:
    """What is told back: the values as they came, under names of the contract only.

    Other names are left out, since those of an XML element cannot be anything.
    """
    if shape is None:
        return value if isinstance(value, str | int | float) else None
    if isinstance(shape, list):
        if not isinstance(value, list):
            return None
        return [echoed(item, shape[0]) for item in value if isinstance(item, dict)]
    if not isinstance(value, dict):
        return None
    told = {name: echoed(item, shape[name]) for name, item in value.items() if name in shape}
    return {name: item for name, item in told.items() if item is not None}


def _ordered_at(order: object, now: datetime) -> datetime:
    """When the order was placed; now where that cannot be read, or lies in the future."""
    at = _in_range(fields.when(order, "orderDate"))
    return min(at, now) if at is not None else now


def _in_range(at: datetime | None) -> datetime | None:
    return at if at is not None and 2000 < at.year < 2100 else None


def _name(consumer: object) -> str:
    own = fields.full_name(consumer, "firstname", "lastname")
    return own or fields.full_name(fields.under(consumer, "contact"), "firstName", "lastName")


def _line(item: dict[str, Any]) -> OrderLine | None:
    sku = fields.line(item, "sku", most=MAX_CHARACTERS)
    if not sku:
        return None
    return OrderLine(
        sku,
        fields.line(item, "name", most=ORDERS.name_characters) or sku,
        url=fields.web(item, "url") or fields.web(item, "productUrl"),
        image_url=fields.web(item, "imageUrl"),
        gtin=fields.gtin(item, "gtin"),
        mpn=fields.line(item, "mpn", most=ORDERS.mpn_characters) or None,
        brand=fields.line(item, "brand", most=ORDERS.brand_characters) or None,
    )
