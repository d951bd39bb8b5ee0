"""Recording orders and issuing invitations, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from domain.errors import (
    LegalBasisMissing,
    OrderInvalid,
    OrderNotFound,
    ProductNotOnOrder,
    ReviewTooLate,
    ShopNotFound,
)
from domain.orders import NewOrder, OrderLine
from services import invitations, orders
from store.database import Database
from store.invitations import Invitation
from store.orders import Order
from store.orders import OrderLine as LineRow
from store.products import Product
from tests.services import steps
from tests.services.steps import NOON

ORDER = NewOrder(
    "A-1001",
    "Dario@Example.org ",
    NOON,
    2500,
    lines=(
        OrderLine("4711", "Lamp", price_minor=1000),
        OrderLine("4711", "Lamp", quantity=2),
        OrderLine("0815", "Bulb"),
    ),
)


def test_an_order_is_recorded_once_per_shop_and_reference(database: Database) -> None:
    shop_key = steps.open_shop(database)
    other_key = steps.open_shop(database, domain="other.example")
    with database.write() as work:
        first = orders.record(work, shop_key, ORDER, now=NOON)
        again = orders.record(work, shop_key, replace(ORDER, amount_minor=1), now=NOON)
        other = orders.record(work, other_key, ORDER, now=NOON)
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert again.order_id == first.order_id != other.order_id
    with database.read() as session:
        assert [order.amount_minor for order in session.exec(select(Order))] == [2500, 2500]


def test_lines_of_one_product_are_one_row_and_the_product_is_registered(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    with database.write() as work:
        orders.record(work, shop_key, ORDER, now=NOON)
    with database.read() as session:
        names = [product.name for product in session.exec(select(Product))]
        assert sorted(names) == ["Bulb", "Lamp"]
        assert sorted(line.quantity for line in session.exec(select(LineRow))) == [1, 3]


def test_an_address_is_stored_encrypted_and_found_by_its_keyed_hash(database: Database) -> None:
    shop_key = steps.open_shop(database)
    with database.write() as work:
        orders.record(work, shop_key, ORDER, now=NOON)
    with database.read() as session:
        order = session.exec(select(Order)).one()
    assert b"example" not in order.email_cipher
    assert database.keys.decrypt(order.email_cipher) == "Dario@Example.org"
    assert order.email_hash == database.keys.hash_email("dario@example.org")


@pytest.mark.parametrize(
    "bad",
    [
        {"reference": ""},
        {"reference": "a\nb"},
        {"email": "nobody"},
        {"email": "a b@example.org"},
        {"amount_minor": -1},
        {"lines": (OrderLine("", "Nameless"),)},
        {"lines": (OrderLine("1", "None of it", quantity=0),)},
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_whole(
    database: Database, bad: dict[str, object]
) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(OrderInvalid), database.write() as work:
        orders.record(work, shop_key, replace(ORDER, **bad), now=NOON)  # type: ignore[arg-type]
    with database.read() as session:
        assert session.exec(select(Order)).all() == []


def test_an_order_needs_a_known_shop(database: Database) -> None:
    with pytest.raises(ShopNotFound), database.write() as work:
        orders.record(work, "X" + "0" * 32, ORDER, now=NOON)


def test_the_same_purchase_always_gets_the_same_invitation(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, skus=("S1", "S2"))
    tokens = {steps.invite(database, shop_key, reference, at=NOON) for _ in range(2)}
    assert len(tokens) == 1
    tokens |= {steps.invite(database, shop_key, reference, at=NOON, sku=s) for s in ("S1", "S2")}
    assert len(tokens) == 3
    with database.read() as session:
        kinds = sorted(row.kind for row in session.exec(select(Invitation)))
    assert kinds == ["PRODUCT_REVIEW", "PRODUCT_REVIEW", "SERVICE_REVIEW"]


def test_never_14_no_invitation_without_a_legal_basis(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, basis=False)
    with pytest.raises(LegalBasisMissing), database.write() as work:
        invitations.issue(work, shop_key, reference, now=NOON)


def test_lvl_8_no_invitation_for_a_product_that_is_not_on_the_order(database: Database) -> None:
    shop_key = steps.open_shop(database)
    steps.order(database, shop_key, skus=("S1",))
    reference = steps.order(database, shop_key, skus=("S2",))
    for sku in ("S1", "S3"):
        with pytest.raises(ProductNotOnOrder), database.write() as work:
            invitations.issue(work, shop_key, reference, sku=sku, now=NOON)


def test_an_unknown_order_and_an_old_one_are_not_invited(database: Database) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(OrderNotFound), database.write() as work:
        invitations.issue(work, shop_key, "A-0", now=NOON)
    reference = steps.order(database, shop_key)
    with pytest.raises(ReviewTooLate), database.write() as work:
        invitations.issue(work, shop_key, reference, now=NOON + timedelta(days=190))
