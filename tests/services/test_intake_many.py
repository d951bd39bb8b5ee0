"""Many orders at once leave what they leave one by one: the same rows, results and log."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect
from sqlmodel import col, select

from domain import invite_rules as rule_rules
from domain.errors import TrustwrightError
from domain.invitations import ReviewKind
from domain.invite_rules import Confirms
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine, OrderStatus
from services import activity, intake, invite_rules, mails
from services.intake import Plan, Taken
from store import activity as days
from store import shops
from store.database import Database
from store.decisions import AuditEntry
from store.invitations import Invitation
from store.orders import Order
from store.orders import OrderLine as LineRow
from store.products import Product
from store.shops import Shop
from tests.services import steps
from tests.services.steps import ANNA, NOON

LATER: Final = NOON + timedelta(hours=3)
OPTED_OUT: Final = "opted-out@example.org"
BASIS: Final = LegalBasis(LegalBasisKind.CONSENT, "2026-11", NOON)
OWN: Final = {"id", "public_id", "order_id", "product_id", "shop_id"}
"""Columns whose values are another shop's by nature."""

MOMENTS: Final = st.none() | st.sampled_from([NOON, NOON - timedelta(days=9)])
LINES: Final = st.lists(
    st.builds(
        OrderLine,
        sku=st.sampled_from(["S1", "S2", ""]),
        name=st.sampled_from(["Lamp", " Lamp\tshade "]),
        quantity=st.integers(1, 2),
    ),
    max_size=2,
).map(tuple)
NEW: Final = st.builds(
    NewOrder,
    reference=st.sampled_from(["A-1", "A-2", "A-3", "POS-1", " A-1"]),
    email=st.sampled_from(["a@example.org", "A@Example.org", "b@example.org", OPTED_OUT, "nobody"]),
    ordered_at=st.sampled_from([NOON, NOON - timedelta(days=200), NOON + timedelta(days=3)]),
    amount_minor=st.none() | st.just(100),
    lines=LINES,
    legal_basis=st.none() | st.just(BASIS),
    status=st.sampled_from(OrderStatus),
    shipped_at=MOMENTS,
    estimated_delivery_at=st.none() | st.just(NOON + timedelta(days=20)),
    buyer_name=st.sampled_from(["", "Dario"]),
)
PLANS: Final = st.builds(
    Plan,
    source=st.just("api"),
    language=st.sampled_from(["", "de-AT"]),
    kinds=st.none() | st.just(frozenset({ReviewKind.SERVICE_REVIEW})),
    send_at=st.none() | st.just(NOON + timedelta(days=2)),
)
CALLS: Final = st.lists(
    st.lists(st.tuples(NEW, PLANS), min_size=1, max_size=8), min_size=1, max_size=3
)


def open_shop(database: Database, domain: str) -> str:
    """A shop that asks about products too, leaves some orders out, and knows an opt-out."""
    shop_key = steps.open_shop(database, domain=domain)
    rule = rule_rules.default(rule_rules.CHECKOUT, ReviewKind.PRODUCT_REVIEW)
    exclusion = rule_rules.checked_exclusion("reference_prefix", "POS-")
    with database.write() as work:
        invite_rules.save(work, shop_key, replace(rule, is_enabled=True), actor=ANNA, now=NOON)
        invite_rules.save_settings(
            work, shop_key, Confirms.TACIT, [exclusion], actor=ANNA, now=NOON
        )
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        mails.suppress(work, shop.account_id, OPTED_OUT, reason="link", now=NOON)
    return shop_key


def told(result: Taken | TrustwrightError) -> object:
    """What a caller is told, without what is random."""
    if isinstance(result, TrustwrightError):
        return result.code, result.field
    planned = [(each.kind, each.state, each.send_at, each.reason) for each in result.invitations]
    return result.reference, result.is_new, planned


def at_once(database: Database, shop_key: str, calls: Sequence[Any]) -> list[object]:
    results: list[object] = []
    for number, call in enumerate(calls):
        with database.write() as work:
            found = intake.take_many(work, shop_key, call, now=LATER + timedelta(hours=number))
        results += map(told, found)
    return results


def one_by_one(database: Database, shop_key: str, calls: Sequence[Any]) -> list[object]:
    results: list[object] = []
    for number, call in enumerate(calls):
        for new, plan in call:
            now = LATER + timedelta(hours=number)
            try:
                with database.write() as work:
                    results.append(told(intake.take(work, shop_key, new, plan, now=now)))
            except TrustwrightError as refusal:
                results.append(told(refusal))
    return results


def stored(database: Database, shop_key: str) -> dict[str, Any]:
    """Everything that stands of a shop's orders, by names that any shop has alike."""
    with database.read() as session:
        shop = session.exec(select(Shop).where(col(Shop.shop_key) == shop_key)).one()
        orders = session.exec(select(Order).where(col(Order.shop_id) == shop.id)).all()
        products = session.exec(select(Product).where(col(Product.shop_id) == shop.id)).all()
        skus = {product.id: product.sku for product in products} | {0: ""}
        names = {order.id: order.reference for order in orders}
        lines = session.exec(select(LineRow).where(col(LineRow.order_id).in_(names))).all()
        asked = session.exec(select(Invitation).where(col(Invitation.shop_id) == shop.id)).all()
        things = {order.public_id: order.reference for order in orders}
        things |= {row.public_id: f"{names[row.order_id]} {row.kind}" for row in asked}
        log = defaultdict(list)
        for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id))):
            if entry.object in things:
                said = (entry.at, entry.actor, entry.action, entry.before, entry.after)
                log[things[entry.object]].append(said)
        assert activity.is_sound(session, shop.id)
        return {
            "orders": {order.reference: plain(database, order) for order in orders},
            "lines": {
                (names[row.order_id], skus[row.product_id]): plain(database, row) for row in lines
            },
            "products": {product.sku: plain(database, product) for product in products},
            "invitations": {
                (names[row.order_id], row.kind): plain(database, row)
                | {"subject_id": skus[row.subject_id]}
                for row in asked
            },
            "log": log,
            "days": days.stored(session, shop.id),
            "counts": (len(orders), len(lines), len(products), len(asked)),
        }


def plain(database: Database, row: Any) -> dict[str, Any]:
    """The columns of a row, what is encrypted in the clear."""
    names = {attribute.key for attribute in inspect(type(row)).column_attrs} - OWN
    values = {name: getattr(row, name) for name in names - {"changed_generation"}}
    return {
        name: database.keys.decrypt(value) if isinstance(value, bytes) else value
        for name, value in values.items()
    }


@pytest.fixture
def played() -> list[int]:
    """One entry for each example played so far on the test's database."""
    return []


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS)
def test_orders_at_once_leave_what_they_leave_one_by_one(
    database: Database, played: list[int], calls: list[list[tuple[NewOrder, Plan]]]
) -> None:
    played.append(len(played))
    together = open_shop(database, f"together{len(played)}.example")
    apart = open_shop(database, f"apart{len(played)}.example")
    assert at_once(database, together, calls) == one_by_one(database, apart, calls)
    assert stored(database, together) == stored(database, apart)
