"""Orders from servers over HTTP whose buyers have agreed that later orders are protected (§35)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import pytest
from sqlmodel import col, select

from api.main import create_app
from domain.mails import MailKey
from domain.order_hooks import System
from store.database import Database
from store.mails import Mail
from store.protections import Protection
from tests.api import test_order_hooks as hooks
from tests.api.conftest import Reviewed
from tests.api.exchanges import Running
from tests.api.legacy import test_writing as older
from tests.api.legacy.areas import opened
from tests.api.test_shop_orders import ORDER, Caller
from tests.services import protected

EMAIL: Final = "dario@example.org"


def agreed_at(database: Database, shop_key: str, email: str) -> datetime:
    """The shop holds a valid mark, and this buyer has agreed yesterday; returns now."""
    now = datetime.now(UTC)
    protected.back(database, shop_key, now=now)
    protected.agree(database, email, at=now - timedelta(days=1))
    return now


@pytest.fixture
def caller(reviewed: Reviewed) -> Iterator[Caller]:
    with Running(create_app(reviewed.settings)) as running:
        yield Caller(running, reviewed)


def protections_of(database: Database) -> list[tuple[str, int, str]]:
    with database.read() as session:
        found = session.exec(select(Protection).order_by(cast(Any, Protection.id)))
        return [(row.order_reference, row.amount_minor, row.currency) for row in found]


def test_an_order_of_a_buyer_who_has_agreed_is_protected_once(caller: Caller) -> None:
    now = agreed_at(caller.database, caller.reviewed.shop_key, EMAIL)
    order = ORDER | {"orderedAt": now.isoformat()}
    assert caller.put("P-1", order).status == 201
    assert caller.put("P-1", order | {"amountMinor": 99, "currency": "GBP"}).status == 200
    assert protections_of(caller.database) == [("P-1", 4711, "EUR")]
    with caller.database.read() as session:
        mails = session.exec(select(Mail).where(col(Mail.key) == MailKey.PROTECTION_CONFIRMED))
        assert len(mails.all()) == 1
    assert protected.refusals(caller.database) == []


def test_in_bulk_what_cannot_be_protected_is_taken_all_the_same(caller: Caller) -> None:
    now = agreed_at(caller.database, caller.reviewed.shop_key, EMAIL)
    order = ORDER | {"orderedAt": now.isoformat()}
    orders: list[dict[str, Any]] = [
        {},
        {"amountMinor": 0},
        {"amountMinor": 10**15},
        {"amountMinor": -1},
        {"amountMinor": 1.5},
        {"amountMinor": 10**16},
        {"currency": "XXX"},
        {"orderedAt": (now + timedelta(hours=20)).isoformat()},
        {"orderedAt": (now + timedelta(days=2)).isoformat()},
        {"email": "stranger@example.org"},
    ]
    lines = [order | {"reference": f"B-{n}"} | more for n, more in enumerate(orders)]
    answers = caller.bulk(*lines)
    refused = {"B-3", "B-4", "B-5", "B-8"}
    assert {f"B-{n}" for n, each in enumerate(answers) if each["status"] != 201} == refused
    assert {each["status"] for each in answers} == {201, 422}
    assert {each["code"] for each in answers if each["status"] == 422} == {"ORDER_INVALID"}
    assert protections_of(caller.database) == [("B-0", 4711, "EUR"), ("B-2", 10**15, "EUR")]
    assert protected.refusals(caller.database) == [
        "PROTECTION_AMOUNT_INVALID",
        "CURRENCY_UNKNOWN",
        "ORDER_IN_FUTURE",
    ]


@pytest.mark.parametrize(
    ("system", "payload", "topic", "reference"),
    [
        (System.GENERIC, hooks.generic(), "", "G-1"),
        (System.WOOCOMMERCE, hooks.woocommerce(), "order.created", "1001"),
        (System.SHOPIFY, hooks.shopify(), "orders/create", "1002"),
        (System.SHOPWARE, hooks.shopware("checkout.order.placed"), "", "10003"),
    ],
)
def test_an_order_of_each_shop_system_is_protected_for_who_has_agreed(
    caller: Caller,
    system: System,
    payload: dict[str, Any],
    topic: str,
    reference: str,
) -> None:
    agreed_at(caller.database, caller.reviewed.shop_key, EMAIL)
    hook = hooks.Hook(caller.running, caller.reviewed, system)
    for _ in range(2):
        assert hook.call(payload, topic).status == 200
    order = hook.order(reference)
    assert order.amount_minor
    assert protections_of(caller.database) == [(reference, order.amount_minor, "EUR")]
    assert protected.refusals(caller.database) == []


def test_an_order_of_an_older_module_is_protected_for_who_has_agreed(
    database_url: str, tmp_path: Path
) -> None:
    for area in opened(database_url, tmp_path):
        database = area.installation.database
        agreed_at(database, area.keys["A"], EMAIL)
        told = [older.order("A-4711", EMAIL), older.order("A-4712"), older.order("A-1", EMAIL)]
        told[2]["order"]["amount"] = "0"
        older.consent(area)
        assert len(older.answers(area.send(older.TRIGGER, older.wrapped(*told)))) == 3
        assert protections_of(database) == [("A-4711", 111_11, "EUR")]
        assert protected.refusals(database) == ["PROTECTION_AMOUNT_INVALID"]
