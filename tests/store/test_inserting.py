"""Many rows at once arrive as single ones would: types, defaults, errors, and nothing by halves."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from domain.errors import DatabaseUnavailable
from store import inserting, orders
from store.columns import Table
from store.database import Database, Work
from store.decisions import AuditEntry
from store.keys import Keyring
from store.orders import Order
from store.shops import Shop
from tests.services import steps
from tests.services.steps import NOON

LOG: Final = Table.metadata.tables["audit_log"]
ORDERS: Final = Table.metadata.tables["orders"]
ODD: Final = "\\N\t\\.\n\"a\" 'b', {1,2} %s ?\r"


def line(thing: str, **changes: Any) -> dict[str, Any]:
    values = {"at": NOON, "actor": "Anna", "role": "SHOP", "action": "seen", "object": thing}
    return values | {"before": "", "after": ODD, "reason": ""} | changes


def order(shop_id: int, number: int, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "public_id": f"txn-{shop_id}-{number}",
        "shop_id": shop_id,
        "reference": f"A-{number}",
        "email_cipher": b"\x00\\x41\n" + bytes(range(256)),
        "email_hash": f"{number:064}",
        "name_cipher": None,
        "ordered_at": NOON.astimezone(timezone(timedelta(hours=2))),
        "recorded_at": NOON,
        "amount_minor": 2**40,
        "status": "ACCEPTED",
        "source": "api",
    }
    return values | changes


def shop_id(database: Database) -> int:
    shop_key = steps.open_shop(database)
    with database.read() as session:
        return session.exec(select(Shop.id).where(col(Shop.shop_key) == shop_key)).one()


@pytest.mark.parametrize("number", [1, 2, 30])
def test_every_value_comes_back_as_it_was_given(database: Database, number: int) -> None:
    shop, every = shop_id(database), range(1, number + 1)
    with database.write() as work:
        lines = [line("a"), *(line(f"b{each}", after="") for each in every[1:])]
        inserting.add_many(work.session, LOG, lines)
        inserting.add_many(work.session, ORDERS, [order(shop, each) for each in every])
    with database.read() as session:
        log = select(AuditEntry).where(col(AuditEntry.action) == "seen")
        assert [(row.object, row.after, row.at) for row in session.exec(log)] == [
            ("a", ODD, NOON),
            *((f"b{each}", "", NOON) for each in every[1:]),
        ]
        references = [f"A-{each}" for each in every]
        found = orders.by_references(session, shop, [*references, "A-unknown", "A-1"])
    assert sorted(found) == sorted(references)
    row = found["A-1"]
    assert row.email_cipher == b"\x00\\x41\n" + bytes(range(256))
    assert (row.ordered_at, row.ordered_at.tzinfo) == (NOON, UTC)
    assert (row.amount_minor, row.name_cipher, row.currency) == (2**40, None, None)


def test_no_rows_are_no_statement(database: Database) -> None:
    with database.write() as work:
        inserting.add_many(work.session, LOG, [])


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 what is to be refused
    with pytest.raises(ValueError, match="without a zone"), database.write() as work:
        inserting.add_many(work.session, LOG, [line("a"), line("b", at=naive)])


@pytest.mark.parametrize("number", [2, 30])
def test_rows_of_which_one_is_there_already_leave_nothing(database: Database, number: int) -> None:
    shop = shop_id(database)
    rows = [order(shop, each) for each in range(1, number + 1)]
    rows.append(order(shop, 1, public_id="txn-other"))

    def add(work: Work) -> None:
        inserting.add_many(work.session, ORDERS, rows)

    with pytest.raises(IntegrityError), database.write() as work:
        add(work)
    with database.read() as session:
        assert session.exec(select(Order)).all() == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 30])
def test_a_connection_that_breaks_between_rows_is_a_database_that_is_gone(
    postgresql_url: str, keys: Keyring, number: int
) -> None:
    database = Database.open(postgresql_url, keys=keys)

    def break_off(work: Work) -> None:
        backend = work.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.write() as other:
            other.session.execute(text(f"SELECT pg_terminate_backend({backend})"))
        inserting.add_many(work.session, LOG, [line("a")] * number)

    with pytest.raises(DatabaseUnavailable), database.write() as work:
        break_off(work)
    with database.write() as work:
        inserting.add_many(work.session, LOG, [line("b")])
    with database.read() as session:
        assert session.exec(select(AuditEntry.object)).all() == ["b"]
    database.close()
