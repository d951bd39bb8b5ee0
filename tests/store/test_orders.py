"""Orders are looked up by their references, however many others the shop has."""

from typing import Any

import pytest
from sqlalchemy import event

from store import inserting, orders
from store.columns import Table
from store.database import Database
from store.keys import Keyring
from tests.services import steps
from tests.services.steps import NOON


@pytest.mark.slow
def test_postgresql_looks_into_the_index_of_references_before_it_has_counted_anything(
    postgresql_url: str, keys: Keyring
) -> None:
    database = Database.open(postgresql_url, keys=keys)
    steps.open_shop(database)
    rows = [
        {
            "public_id": f"txn-{number}",
            "shop_id": 1,
            "reference": f"A-{number}",
            "email_cipher": b"",
            "email_hash": f"{number:064}",
            "ordered_at": NOON,
            "recorded_at": NOON,
            "status": "ACCEPTED",
            "source": "api",
        }
        for number in range(2_000)
    ]
    seen: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        seen.append((told[2], told[3]))

    with database.write() as work:
        inserting.add_many(work.session, Table.metadata.tables["orders"], rows)
        event.listen(database.engine, "before_cursor_execute", note)
        found = orders.by_references(work.session, 1, [f"A-{number}" for number in range(100)])
        event.remove(database.engine, "before_cursor_execute", note)
        ((statement, parameters),) = seen
        connection = work.session.connection()
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    database.close()
    assert len(found) == 100
    assert any("Index Scan using uq_orders_shop_id_reference" in line for line in plan), plan
