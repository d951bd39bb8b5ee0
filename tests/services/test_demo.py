"""The demo: its shop's server tells of the product, so that the form can ask about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from domain.errors import OrderForged
from domain.hand_overs import PrintedOrder, PrintedProduct, Wish
from services import demo, hand_overs
from services.demo import DemoOrder
from services.installation import Installation
from store import orders
from store.invitations import Invitation
from store.orders import Order
from tests.services.conftest import Sown
from tests.services.steps import NOON

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUMBER = "DEMO-0123ABCD"


@pytest.fixture
def shown(sown: Sown) -> Installation:
    """An installation with the example shop, which shows the demo."""
    installation = sown(NOON)
    installation = replace(
        installation, settings=installation.settings.model_copy(update={"demo": True})
    )
    with installation.database.write() as work:
        assert demo.prepare(work, now=NOW)
    return installation


def ordered(shown: Installation) -> DemoOrder:
    """The page of an order, as a visitor gets it."""
    sku = demo.shop(shown).products[0].sku
    return demo.order(shown, NUMBER, "Kim", sku)


def printed(made: DemoOrder) -> PrintedOrder:
    return PrintedOrder(
        made.number,
        made.email,
        made.amount,
        made.shop.currency,
        products=(PrintedProduct(made.product.sku, made.product.name),),
        wants=frozenset({Wish.REVIEW}),
        text_version="2026-11",
        signature=made.signature,
    )


def hand_over(shown: Installation, told: PrintedOrder, key: str) -> None:
    with shown.database.write() as work:
        demo.tell(work, shown.settings, key, told, now=NOW)
        origin = demo.origin(shown, key, shown.settings.base_url)
        hand_overs.receive(work, key, told, origin=origin, now=NOW)


def skus_of(shown: Installation) -> list[int]:
    """How many products each order of the demo names."""
    with shown.database.read() as session:
        query = select(Order).where(col(Order.reference) == NUMBER)
        return [len(orders.product_ids(session, row.id)) for row in session.exec(query).all()]


def test_an_order_of_the_demo_has_its_product_and_an_invitation(shown: Installation) -> None:
    made = ordered(shown)
    for _ in range(2):
        hand_over(shown, printed(made), made.shop.key)
    assert skus_of(shown) == [1]
    with shown.database.read() as session:
        query = (
            select(Invitation)
            .join(Order, col(Order.id) == col(Invitation.order_id))
            .where(col(Order.reference) == NUMBER)
        )
        assert [(row.state, row.reason) for row in session.exec(query).all()] == [("SCHEDULED", "")]


def test_a_forged_order_of_the_demo_leaves_nothing(shown: Installation) -> None:
    made = ordered(shown)
    with pytest.raises(OrderForged):
        hand_over(shown, replace(printed(made), signature="x" * 43), made.shop.key)
    assert skus_of(shown) == []


def test_the_demos_server_tells_of_nothing_else(shown: Installation) -> None:
    made = ordered(shown)
    told = printed(made)
    key, other = made.shop.key, "X" + "0" * 32
    off = shown.settings.model_copy(update={"demo": False})
    with shown.database.write() as work:
        demo.tell(work, off, key, told, now=NOW)
        demo.tell(work, shown.settings, other, told, now=NOW)
        demo.tell(work, shown.settings, key, replace(told, signature=" "), now=NOW)
        demo.tell(work, shown.settings, key, replace(told, number="A-1"), now=NOW)
        demo.tell(work, shown.settings, key, replace(told, products=()), now=NOW)
    assert skus_of(shown) == []
