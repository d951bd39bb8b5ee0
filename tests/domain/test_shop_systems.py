"""What each shop system says of an order means the same here, and nonsense means nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import fields, shop_systems
from domain.errors import OrderInvalid
from domain.order_hooks import OrderHookInvalid, System
from domain.orders import OrderChange, OrderLine, OrderStatus
from domain.shop_systems import ChangeTold, NothingTold, OrderTold, Told

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLACED = datetime(2026, 11, 19, 8, 30, tzinfo=UTC)


def read(system: System, payload: Any, **headers: str) -> Told:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return shop_systems.read(system, named, payload, now=NOON)


def order(told: Told) -> OrderTold:
    assert isinstance(told, OrderTold)
    return told


def woocommerce(**more: Any) -> dict[str, Any]:
    return {
        "id": 17,
        "number": "1001",
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-11-19T08:30:00",
        "total": "19.90",
        "billing": {"email": "a@example.org", "first_name": "Anna", "last_name": "Berg"},
        "line_items": [
            {
                "name": "Cup - blue",
                "parent_name": "Cup",
                "sku": "C-5",
                "quantity": 2,
                "image": {"src": "https://shop.example/cup.jpg"},
                "global_unique_id": "4012345678901",
            },
            {"name": "Pot", "sku": "", "product_id": 9, "quantity": 1.0},
            {"name": "Fee", "sku": "", "product_id": 0},
        ],
    } | more


def wc(payload: Any, topic: str = "order.updated") -> Told:
    return read(System.WOOCOMMERCE, payload, x_wc_webhook_topic=topic)


def test_an_order_of_woocommerce() -> None:
    told = order(wc(woocommerce()))
    new = told.order
    assert (new.reference, new.email, new.ordered_at) == ("1001", "a@example.org", PLACED)
    assert (new.amount_minor, new.currency, new.buyer_name) == (1990, "EUR", "Anna Berg")
    assert (new.status, new.shipped_at) == (OrderStatus.PROCESSING, None)
    assert new.lines == (
        OrderLine(
            "C-5",
            "Cup",
            2,
            image_url="https://shop.example/cup.jpg",
            gtin="4012345678901",
        ),
        OrderLine("9", "Pot"),
    )


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("pending", OrderStatus.AWAITING_PAYMENT),
        ("completed", OrderStatus.SHIPPED),
        ("cancelled", OrderStatus.CANCELLED),
        ("refunded", OrderStatus.REFUNDED),
        ("of-a-plugin", OrderStatus.ACCEPTED),
    ],
)
def test_the_states_of_woocommerce(state: str, status: OrderStatus) -> None:
    completed = woocommerce(status=state, date_completed_gmt="2026-11-20T08:00:00")
    new = order(wc(completed)).order
    assert new.status is status
    assert (new.shipped_at is not None) == (state == "completed")


def test_other_messages_of_woocommerce() -> None:
    assert wc(woocommerce(), "product.created") == NothingTold("product.created", "topic")
    assert wc(woocommerce(status="auto-draft")) == NothingTold("order.updated", "draft", "1001")
    assert wc(woocommerce(billing={})) == NothingTold("order.updated", "no_email", "1001")
    gone = ChangeTold("order.deleted", "17", OrderChange(status=OrderStatus.CANCELLED))
    assert wc({"id": 17}, "order.deleted") == gone
    with pytest.raises(OrderHookInvalid):
        wc({"number": True})


def shopify(**more: Any) -> dict[str, Any]:
    return {
        "name": "#1002",
        "email": "a@example.org",
        "created_at": "2026-11-19T09:30:00+01:00",
        "updated_at": "2026-11-20T09:30:00+01:00",
        "currency": "JPY",
        "total_price": "5999.00",
        "financial_status": "paid",
        "customer": {"first_name": "Anna", "last_name": None},
        "customer_locale": "de-DE",
        "line_items": [
            {"sku": "T-1", "title": "Tea", "name": "Tea - 100 g", "quantity": 3, "vendor": "Leaf"},
            {"sku": None, "product_id": 77, "name": "Mug"},
            {"title": "Tip"},
        ],
    } | more


def sh(payload: Any, topic: str = "orders/updated") -> Told:
    return read(System.SHOPIFY, payload, x_shopify_topic=topic)


def test_an_order_of_shopify() -> None:
    told = order(sh(shopify()))
    new = told.order
    assert (new.reference, new.ordered_at, told.language) == ("1002", PLACED, "de-DE")
    assert (new.amount_minor, new.currency, new.buyer_name) == (5999, "JPY", "Anna")
    assert new.lines == (OrderLine("T-1", "Tea", 3, brand="Leaf"), OrderLine("77", "Mug"))


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, OrderStatus.PROCESSING),
        ({"financial_status": "pending"}, OrderStatus.AWAITING_PAYMENT),
        ({"financial_status": "refunded", "cancelled_at": "2026-11-20"}, OrderStatus.REFUNDED),
        ({"financial_status": "voided"}, OrderStatus.CANCELLED),
        ({"cancelled_at": "2026-11-20T00:00:00Z"}, OrderStatus.CANCELLED),
        ({"fulfillment_status": "fulfilled"}, OrderStatus.SHIPPED),
        ({"fulfillment_status": "partial"}, OrderStatus.PROCESSING),
    ],
)
def test_the_states_of_shopify(more: dict[str, Any], status: OrderStatus) -> None:
    assert order(sh(shopify(**more))).order.status is status


def test_an_order_of_shopify_was_shipped_with_its_last_parcel() -> None:
    parcels = [{"created_at": "2026-11-20T06:00:00Z"}, {"created_at": "2026-11-20T07:00:00Z"}, 5]
    with_parcels = shopify(fulfillment_status="fulfilled", fulfillments=parcels)
    assert order(sh(with_parcels)).order.shipped_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    without = order(sh(shopify(fulfillment_status="fulfilled"))).order
    assert without.shipped_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def test_other_messages_of_shopify() -> None:
    assert sh({}, "products/update") == NothingTold("products/update", "topic")
    assert sh({"id": 1}, "orders/delete") == NothingTold("orders/delete", "topic")
    assert sh(shopify(test=True)) == NothingTold("orders/updated", "test", "1002")
    assert sh(shopify(email=None)) == NothingTold("orders/updated", "no_email", "1002")
    assert order(sh(shopify(email=None, contact_email="b@example.org"))).order.email == (
        "b@example.org"
    )
    assert order(sh(shopify(name=None, order_number=7))).order.reference == "7"
    with pytest.raises(OrderHookInvalid):
        sh(shopify(name=None))


def test_parcels_of_shopify() -> None:
    parcel = {
        "name": "#EN-1002.2",
        "created_at": "2026-11-20T06:00:00Z",
        "updated_at": "2026-11-20T10:00:00Z",
    }
    topic = "fulfillments/update"
    shipped = OrderChange(
        status=OrderStatus.SHIPPED, shipped_at=datetime(2026, 11, 20, 6, tzinfo=UTC)
    )
    assert sh(parcel, topic) == ChangeTold(topic, "EN-1002", shipped)
    arrived = OrderChange(
        status=OrderStatus.DELIVERED, delivered_at=datetime(2026, 11, 20, 10, tzinfo=UTC)
    )
    assert sh(parcel | {"shipment_status": "delivered"}, topic) == (
        ChangeTold(topic, "EN-1002", arrived)
    )
    assert sh(parcel | {"status": "cancelled"}, topic) == NothingTold(topic, "parcel", "EN-1002")
    assert sh({"name": "1002"}, topic) == NothingTold(topic, "no_order")


def shopware(event: str, **more: Any) -> dict[str, Any]:
    told = {
        "orderNumber": "10003",
        "orderDateTime": "2026-11-19T08:30:00.000+00:00",
        "amountTotal": 12.5,
        "currency": {"isoCode": "eur"},
        "orderCustomer": {"email": "a@example.org", "firstName": "Anna", "lastName": "Berg"},
        "language": {"locale": {"code": "nl-NL"}},
        "lineItems": [
            {
                "type": "product",
                "label": "Pot",
                "quantity": 1,
                "payload": {"productNumber": "SW1"},
                "cover": {"url": "https://shop.example/pot.jpg"},
            },
            {"type": "promotion", "label": "-5", "payload": {"productNumber": "X"}},
            {"type": "product", "label": "Unnumbered"},
        ],
    } | more
    return {"data": {"payload": {"order": told}, "event": event}, "timestamp": 1795168800}


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("checkout.order.placed", OrderStatus.ACCEPTED),
        ("state_enter.order_transaction.state.paid", OrderStatus.PROCESSING),
        ("state_enter.order_delivery.state.shipped", OrderStatus.SHIPPED),
        ("state_enter.order.state.cancelled", OrderStatus.CANCELLED),
        ("state_enter.order_delivery.state.returned", OrderStatus.REFUNDED),
    ],
)
def test_an_order_of_shopware(event: str, status: OrderStatus) -> None:
    told = order(read(System.SHOPWARE, shopware(event)))
    new = told.order
    assert (new.reference, new.ordered_at, told.language) == ("10003", PLACED, "nl-NL")
    assert (new.amount_minor, new.currency, new.status) == (1250, "EUR", status)
    assert new.lines == (OrderLine("SW1", "Pot", image_url="https://shop.example/pot.jpg"),)
    is_shipped = status is OrderStatus.SHIPPED
    assert new.shipped_at == (datetime.fromtimestamp(1795168800, UTC) if is_shipped else None)


def test_other_messages_of_shopware() -> None:
    placed = "checkout.order.placed"
    assert read(System.SHOPWARE, shopware("product.written")) == (
        NothingTold("product.written", "topic")
    )
    assert read(System.SHOPWARE, shopware(placed, orderCustomer=None)) == (
        NothingTold(placed, "no_email", "10003")
    )
    with pytest.raises(OrderHookInvalid):
        read(System.SHOPWARE, shopware(placed, orderNumber=[]))
    confirmed = {"apiKey": "k", "secretKey": "s", "shopUrl": "https://a.example", "shopId": "1"}
    assert read(System.SHOPWARE, confirmed) == NothingTold("app", "registration")


def generic(type_: str, **data: Any) -> Told:
    return read(System.GENERIC, {"type": type_, "data": {"reference": "G-1"} | data})


def test_the_generic_form_tells_whole_orders_and_what_became_of_them() -> None:
    full = {
        "email": "a@example.org",
        "name": "Anna Berg",
        "language": "pl",
        "ordered_at": "2026-11-19T08:30:00Z",
        "amount": "12.345",
        "currency": "EUR",
        "estimated_delivery_at": "2026-11-25",
        "lines": [
            {
                "sku": "S1",
                "name": "Cup",
                "quantity": 2,
                "url": "https://shop.example/cup",
                "image_url": "ftp://nowhere",
                "gtin": "12",
                "mpn": "M",
                "brand": "Leaf",
            },
            {"sku": "S2"},
            {"name": "no number"},
            "nonsense",
        ],
    }
    told = order(generic("order.created", **full))
    new = told.order
    assert (new.amount_minor, new.ordered_at, told.language) == (1235, PLACED, "pl")
    assert new.estimated_delivery_at == datetime(2026, 11, 25, tzinfo=UTC)
    assert new.lines == (
        OrderLine("S1", "Cup", 2, url="https://shop.example/cup", mpn="M", brand="Leaf"),
        OrderLine("S2", "S2"),
    )
    shipped = generic("order.shipped", shipped_at="2026-11-20T06:00:00Z")
    at = datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert shipped == ChangeTold(
        "order.shipped", "G-1", OrderChange(status=OrderStatus.SHIPPED, shipped_at=at)
    )
    named = generic("order.updated", status="delivered")
    assert isinstance(named, ChangeTold)
    assert named.change.status is OrderStatus.DELIVERED
    assert generic("order.dreamt") == NothingTold("order.dreamt", "topic")
    for payload in ({}, {"type": "order.created"}, {"type": "order.created", "data": {}}):
        with pytest.raises(OrderHookInvalid):
            read(System.GENERIC, payload)


def test_an_order_with_too_many_lines_is_refused_before_they_are_read() -> None:
    with pytest.raises(OrderInvalid):
        wc(woocommerce(line_items=[{}] * 10_000))
    assert order(wc(woocommerce(line_items="many"))).order.lines == ()


@pytest.mark.parametrize("payload", [None, [], "text", 5])
def test_what_is_no_object_is_refused(payload: object) -> None:
    with pytest.raises(OrderHookInvalid):
        read(System.SHOPIFY, payload)


def test_fields_of_the_wrong_kind_count_as_missing() -> None:
    assert fields.pieces(True) == fields.pieces("2") == fields.pieces(0) == 1
    assert fields.pieces(2.0) == 2
    assert fields.epoch("soon") is None
    assert fields.minor("1e400", "EUR") is fields.minor("NaN", "EUR") is None
    assert fields.minor("-1", "EUR") is fields.minor("1", None) is fields.minor("x", "EUR") is None
    assert fields.full_name({"a": "Anna", "b": "www.evil.example"}, "a", "b") == ""
    assert fields.line({"a": True}, "a") == fields.line({"a": []}, "a") == ""
    assert fields.currency({"a": "EURO"}, "a") is None
    assert fields.web({"a": "https://a.example/b c"}, "a") is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
NAMES = sorted({*woocommerce(), *shopify(), *shopware("x"), "data", "type"})


@given(st.sampled_from(System), st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_no_message_whatever_is_in_it_ends_in_another_error(
    system: System, payload: dict[str, Any]
) -> None:
    headers = {"x-wc-webhook-topic": "order.updated", "x-shopify-topic": "orders/updated"}
    for base in ({}, woocommerce(), shopify(), {"type": "order.created", "data": payload}):
        try:
            shop_systems.read(system, headers, base | payload, now=NOON)
        except (OrderHookInvalid, OrderInvalid):
            continue
