"""Orders as real plugins write them: everything that they get away with (legacy-api.md 5)."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Malformed, OrderInvalid
from schemas.legacy import bodies, comments, orders, review_requests, triggers

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(**order: object) -> dict[str, Any]:
    return {
        "order": {"orderReference": "4711 ", **order},
        "consumer": {"contact": {"email": "bo@example.org", "language": "nl_NL"}},
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-08-28", datetime(2026, 8, 28, tzinfo=UTC)),
        ("2026-08-28T12:00:00.000Z", datetime(2026, 8, 28, 12, tzinfo=UTC)),
        ("2026-08-28T12:00:00+02:00", datetime(2026, 8, 28, 10, tzinfo=UTC)),
        ("2999-01-01", NOW),
        ("0001-01-01", NOW),
        ("soon", NOW),
        ("", NOW),
        (None, NOW),
        (7, NOW),
    ],
)
def test_the_day_of_an_order_is_read_in_every_form(given: object, expected: datetime) -> None:
    assert orders.read(told(orderDate=given), now=NOW).ordered_at == expected


def test_a_whole_order_is_read() -> None:
    product = {
        "sku": "S-1",
        "name": None,
        "productUrl": "https://shop.example/s-1",
        "imageUrl": "no address",
        "gtin": "x",
        "brand": "",
    }
    order = orders.read(
        told(amount=111.1, currency="eur", estimatedDeliveryDate="", products=[product, {}, 5]),
        now=NOW,
    )
    assert (order.reference, order.amount_minor, order.currency) == ("4711", 11110, "EUR")
    assert order.estimated_delivery_at is None
    (line,) = order.lines
    assert (line.name, line.url, line.image_url, line.gtin) == (
        "S-1",
        "https://shop.example/s-1",
        None,
        None,
    )
    assert orders.language(told()) == "nl"


@pytest.mark.parametrize(
    "consumer",
    [
        {"firstname": "Bo", "lastname": "Ek", "contact": {"firstName": "X"}},
        {"contact": {"firstName": "Bo", "lastName": "Ek"}},
    ],
)
def test_a_name_stands_in_either_place(consumer: dict[str, Any]) -> None:
    order = orders.read({**told(), "consumer": consumer}, now=NOW)
    assert order.buyer_name == "Bo Ek"


@pytest.mark.parametrize("reference", ["", "4", " 4 ", None, [], True])
def test_a_reference_has_two_characters(reference: object) -> None:
    with pytest.raises(OrderInvalid):
        orders.read(told(orderReference=reference), now=NOW)


def test_the_echo_keeps_every_value_and_no_foreign_name() -> None:
    given = told(amount="111.11", evil="x", products=[{"sku": "S", "<a>": 1}, 3]) | {
        "template": {"variant": "DEFAULT_TEMPLATE", "includeWidget": "false"},
        "reminderDate": None,
        "x": 1,
    }
    answer = triggers.answered(given, triggers.TriggerStatus.ERROR, "WHY")
    assert answer == {
        "order": {"orderReference": "4711 ", "amount": "111.11", "products": [{"sku": "S"}]},
        "consumer": {"contact": {"email": "bo@example.org", "language": "nl_NL"}},
        "template": {"variant": "DEFAULT_TEMPLATE", "includeWidget": "false"},
        "status": "ERROR",
        "message": "WHY",
    }


def test_a_single_order_may_stand_without_its_list() -> None:
    alone = {"reviewCollectorRequest": {"reviewCollectorReviewRequests": told()}}
    assert triggers.read(alone) == [told()]


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ({"key": "products"}, True),
        ([{"key": "products"}], True),
        ([{"key": "shop"}, {"key": "products"}], False),
        ([], False),
        (None, False),
        ("products", False),
    ],
)
def test_types_are_a_list_or_one(types: object, expected: bool) -> None:
    body = told(products=[{"sku": "S"}]) | {"types": types}
    assert review_requests.read(body, now=NOW).is_of_products is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"comment":"Hi","informBuyerForShopComment":true}', ("Hi", True)),
        (b'\xef\xbb\xbf {"comment":"Hi","informBuyerForShopComment":"0"}', ("Hi", False)),
        (b"comment=H%C3%AF+you&informBuyerForShopComment=1", ("Hï you", True)),
        (b"comment=%FF", ("\ufffd", False)),
    ],
)
def test_a_comment_is_json_or_a_form(body: bytes, expected: tuple[str, bool]) -> None:
    assert comments.read(bodies.parsed(body)) == expected


@given(st.binary(max_size=60))
def test_no_bytes_bring_anything_but_an_object_or_a_refusal(body: bytes) -> None:
    try:
        assert isinstance(bodies.parsed(body), dict)
    except Malformed:
        assert body.strip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["order", "template", "products"]), inner, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_whatever_is_echoed_is_json(value: object) -> None:
    assert orjson.dumps(triggers.answered(value, triggers.TriggerStatus.SUCCESS))
