"""What shop systems say of orders in their own words, and what that means in ours (§20).

Nothing here trusts its input: a field of the wrong kind counts as missing, and what the rules of
orders forbid is refused where the order is taken. WooCommerce sends an order as its REST API
gives it, Shopify as its Admin API does, Shopware 6 as the payload of an event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain import fields
from domain.order_hooks import OrderHookInvalid, System
from domain.orders import NewOrder, OrderChange, OrderLine, OrderStatus
from domain.policies import ORDERS
from domain.skus import MAX_CHARACTERS

_TOPIC_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class OrderTold:
    """A whole order as it stands now; ``language`` is empty where none is named."""

    topic: str
    order: NewOrder
    language: str = ""


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """What became of an order that is known by its reference."""

    topic: str
    reference: str
    change: OrderChange


@dataclass(frozen=True, slots=True)
class NothingTold:
    """A message that means nothing here, and why, in a word."""

    topic: str
    reason: str
    reference: str = ""


Told = OrderTold | ChangeTold | NothingTold
_S: Final = OrderStatus


def read(system: System, headers: Mapping[str, str], payload: object, *, now: datetime) -> Told:
    """What a call tells; names of headers in small letters, ``payload`` is decoded JSON.

    Raises OrderHookInvalid for what is no message about an order.
    """
    if not isinstance(payload, dict):
        raise OrderHookInvalid
    return _READERS[system](headers, payload, now)


def _generic(_headers: Mapping[str, str], payload: dict[str, Any], now: datetime) -> Told:
    topic, data = fields.line(payload, "type", most=_TOPIC_CHARACTERS), payload.get("data")
    if not topic or not isinstance(data, dict):
        raise OrderHookInvalid("A message has a type and data.", field="type")
    if topic not in _GENERIC:
        return NothingTold(topic, "topic")
    reference = fields.line(data, "reference")
    if not reference:
        raise OrderHookInvalid("An order has a reference.", field="data.reference")
    status = _named(fields.line(data, "status"), _GENERIC[topic])
    change = OrderChange(
        status=status,
        shipped_at=fields.when(data, "shipped_at"),
        delivered_at=fields.when(data, "delivered_at"),
        estimated_delivery_at=fields.when(data, "estimated_delivery_at"),
    )
    email = fields.line(data, "email")
    if not email:
        return ChangeTold(topic, reference, change)
    currency = fields.currency(data, "currency")
    order = NewOrder(
        reference,
        email,
        fields.when(data, "ordered_at") or now,
        fields.minor(fields.line(data, "amount"), currency),
        currency,
        fields.lines(data.get("lines"), _generic_line),
        status=status,
        shipped_at=change.shipped_at,
        delivered_at=change.delivered_at,
        estimated_delivery_at=change.estimated_delivery_at,
        source=System.GENERIC,
        buyer_name=fields.name(fields.line(data, "name")),
    )
    return OrderTold(topic, order, fields.line(data, "language"))


_GENERIC: Final[Mapping[str, OrderStatus]] = {
    "order.created": _S.ACCEPTED,
    "order.updated": _S.ACCEPTED,
    "order.paid": _S.PROCESSING,
    "order.shipped": _S.SHIPPED,
    "order.delivered": _S.DELIVERED,
    "order.cancelled": _S.CANCELLED,
    "order.refunded": _S.REFUNDED,
}


def _generic_line(item: dict[str, Any]) -> OrderLine | None:
    sku = fields.line(item, "sku", most=MAX_CHARACTERS)
    if not sku:
        return None
    return OrderLine(
        sku,
        fields.line(item, "name", most=ORDERS.name_characters) or sku,
        fields.pieces(item.get("quantity")),
        url=fields.web(item, "url"),
        image_url=fields.web(item, "image_url"),
        gtin=fields.gtin(item, "gtin"),
        mpn=fields.line(item, "mpn", most=ORDERS.mpn_characters) or None,
        brand=fields.line(item, "brand", most=ORDERS.brand_characters) or None,
    )


_WOOCOMMERCE: Final[Mapping[str, OrderStatus]] = {
    "pending": _S.AWAITING_PAYMENT,
    "on-hold": _S.AWAITING_PAYMENT,
    "failed": _S.AWAITING_PAYMENT,
    "processing": _S.PROCESSING,
    "completed": _S.SHIPPED,
    "shipped": _S.SHIPPED,
    "delivered": _S.DELIVERED,
    "cancelled": _S.CANCELLED,
    "trash": _S.CANCELLED,
    "refunded": _S.REFUNDED,
}
_DRAFTS: Final = frozenset({"checkout-draft", "auto-draft", "draft"})


def _woocommerce(headers: Mapping[str, str], payload: dict[str, Any], now: datetime) -> Told:
    topic = headers.get("x-wc-webhook-topic", "")[:_TOPIC_CHARACTERS]
    if not topic.startswith("order."):
        return NothingTold(topic, "topic")
    reference = fields.line(payload, "number") or fields.line(payload, "id")
    if not reference:
        raise OrderHookInvalid("An order has a number.", field="number")
    if topic == "order.deleted":
        return ChangeTold(topic, reference, OrderChange(status=_S.CANCELLED))
    state = fields.line(payload, "status")
    if state in _DRAFTS:
        return NothingTold(topic, "draft", reference)
    email = fields.line(payload, "billing", "email")
    if not email:
        return NothingTold(topic, "no_email", reference)
    status = _WOOCOMMERCE.get(state, _S.ACCEPTED)
    currency = fields.currency(payload, "currency")
    completed_at = fields.when(payload, "date_completed_gmt")
    order = NewOrder(
        reference,
        email,
        fields.when(payload, "date_created_gmt") or now,
        fields.minor(fields.line(payload, "total"), currency),
        currency,
        fields.lines(payload.get("line_items"), _woocommerce_line),
        status=status,
        shipped_at=completed_at if status is _S.SHIPPED else None,
        source=System.WOOCOMMERCE,
        buyer_name=fields.full_name(payload.get("billing"), "first_name", "last_name"),
    )
    return OrderTold(topic, order)


def _woocommerce_line(item: dict[str, Any]) -> OrderLine | None:
    # Variations have a number of their own; without a SKU they count as their product.
    sku = fields.line(item, "sku", most=MAX_CHARACTERS) or fields.line(item, "product_id")
    if sku in ("", "0"):
        return None
    name = fields.line(item, "parent_name", most=ORDERS.name_characters)
    return OrderLine(
        sku,
        name or fields.line(item, "name", most=ORDERS.name_characters) or sku,
        fields.pieces(item.get("quantity")),
        image_url=fields.web(item, "image", "src"),
        gtin=fields.gtin(item, "global_unique_id"),
    )


def _shopify(headers: Mapping[str, str], payload: dict[str, Any], now: datetime) -> Told:
    topic = headers.get("x-shopify-topic", "")[:_TOPIC_CHARACTERS]
    if topic.startswith("fulfillments/"):
        return _shopify_parcel(topic, payload)
    if not topic.startswith("orders/") or topic == "orders/delete":
        return NothingTold(topic, "topic")
    reference = fields.line(payload, "name").removeprefix("#") or fields.line(
        payload, "order_number"
    )
    if not reference:
        raise OrderHookInvalid("An order has a name.", field="name")
    if payload.get("test") is True:
        return NothingTold(topic, "test", reference)
    email = fields.line(payload, "email") or fields.line(payload, "contact_email")
    if not email:
        return NothingTold(topic, "no_email", reference)
    status = _shopify_status(payload)
    currency = fields.currency(payload, "currency")
    order = NewOrder(
        reference,
        email,
        fields.when(payload, "created_at") or now,
        fields.minor(fields.line(payload, "total_price"), currency),
        currency,
        fields.lines(payload.get("line_items"), _shopify_line),
        status=status,
        shipped_at=_shopify_shipped(payload) if status is _S.SHIPPED else None,
        source=System.SHOPIFY,
        buyer_name=fields.full_name(payload.get("customer"), "first_name", "last_name"),
    )
    return OrderTold(topic, order, fields.line(payload, "customer_locale"))


def _shopify_status(payload: dict[str, Any]) -> OrderStatus:
    money = fields.line(payload, "financial_status")
    if money == "refunded":
        return _S.REFUNDED
    if fields.line(payload, "cancelled_at") or money == "voided":
        return _S.CANCELLED
    if fields.line(payload, "fulfillment_status") == "fulfilled":
        return _S.SHIPPED
    is_paid = money in ("paid", "partially_refunded", "partially_paid")
    return _S.PROCESSING if is_paid else _S.AWAITING_PAYMENT


def _shopify_shipped(payload: dict[str, Any]) -> datetime | None:
    parcels = payload.get("fulfillments")
    found = [
        fields.when(parcel, "created_at")
        for parcel in (parcels if isinstance(parcels, list) else [])
        if isinstance(parcel, dict)
    ]
    return max(filter(None, found), default=None) or fields.when(payload, "updated_at")


def _shopify_parcel(topic: str, payload: dict[str, Any]) -> Told:
    """A parcel is named after its order: ``#1001.1`` is the first one of ``#1001``."""
    order, _, number = fields.line(payload, "name").removeprefix("#").rpartition(".")
    if not order or not number.isdecimal():
        return NothingTold(topic, "no_order")
    if fields.line(payload, "status") in ("cancelled", "error", "failure"):
        return NothingTold(topic, "parcel", order)
    if fields.line(payload, "shipment_status") == "delivered":
        at = fields.when(payload, "updated_at")
        return ChangeTold(topic, order, OrderChange(status=_S.DELIVERED, delivered_at=at))
    at = fields.when(payload, "created_at")
    return ChangeTold(topic, order, OrderChange(status=_S.SHIPPED, shipped_at=at))


def _shopify_line(item: dict[str, Any]) -> OrderLine | None:
    sku = fields.line(item, "sku", most=MAX_CHARACTERS) or fields.line(item, "product_id")
    if not sku:
        return None
    name = fields.line(item, "title", most=ORDERS.name_characters)
    return OrderLine(
        sku,
        name or fields.line(item, "name", most=ORDERS.name_characters) or sku,
        fields.pieces(item.get("quantity")),
        brand=fields.line(item, "vendor", most=ORDERS.brand_characters) or None,
    )


_SHOPWARE: Final[Mapping[str, OrderStatus]] = {
    "checkout.order.placed": _S.ACCEPTED,
    "state_enter.order.state.open": _S.ACCEPTED,
    "state_enter.order.state.in_progress": _S.PROCESSING,
    "state_enter.order.state.completed": _S.SHIPPED,
    "state_enter.order.state.cancelled": _S.CANCELLED,
    "state_enter.order_transaction.state.paid": _S.PROCESSING,
    "state_enter.order_transaction.state.refunded": _S.REFUNDED,
    "state_enter.order_transaction.state.chargeback": _S.REFUNDED,
    "state_enter.order_delivery.state.shipped": _S.SHIPPED,
    "state_enter.order_delivery.state.returned": _S.REFUNDED,
}


def _shopware(_headers: Mapping[str, str], payload: dict[str, Any], now: datetime) -> Told:
    topic = fields.line(payload, "data", "event", most=_TOPIC_CHARACTERS)
    if fields.line(payload, "apiKey") and fields.line(payload, "shopId"):
        # The end of a registration; the keys to the shop that come with it are not kept.
        return NothingTold("app", "registration")
    if topic not in _SHOPWARE:
        return NothingTold(topic, "topic")
    told = fields.under(payload, "data", "payload", "order")
    reference = fields.line(told, "orderNumber")
    if not reference:
        raise OrderHookInvalid("An order has a number.", field="data.payload.order.orderNumber")
    email = fields.line(told, "orderCustomer", "email")
    if not email:
        return NothingTold(topic, "no_email", reference)
    status = _SHOPWARE[topic]
    told_at = fields.epoch(payload.get("timestamp")) or now
    currency = fields.currency(told, "currency", "isoCode")
    order = NewOrder(
        reference,
        email,
        fields.when(told, "orderDateTime") or now,
        fields.minor(fields.line(told, "amountTotal"), currency),
        currency,
        fields.lines(fields.under(told, "lineItems"), _shopware_line),
        status=status,
        shipped_at=told_at if status is _S.SHIPPED else None,
        source=System.SHOPWARE,
        buyer_name=fields.full_name(fields.under(told, "orderCustomer"), "firstName", "lastName"),
    )
    return OrderTold(topic, order, fields.line(told, "language", "locale", "code"))


def _shopware_line(item: dict[str, Any]) -> OrderLine | None:
    sku = fields.line(item, "payload", "productNumber", most=MAX_CHARACTERS)
    if fields.line(item, "type") != "product" or not sku:
        return None
    return OrderLine(
        sku,
        fields.line(item, "label", most=ORDERS.name_characters) or sku,
        fields.pieces(item.get("quantity")),
        image_url=fields.web(item, "cover", "url"),
    )


_READERS: Final[Mapping[System, Callable[[Mapping[str, str], dict[str, Any], datetime], Told]]] = {
    System.GENERIC: _generic,
    System.WOOCOMMERCE: _woocommerce,
    System.SHOPIFY: _shopify,
    System.SHOPWARE: _shopware,
}


def _named(name: str, fallback: OrderStatus) -> OrderStatus:
    return _S(name.upper()) if name.upper() in set(_S) else fallback
