"""What a shop's staff sees of its orders, on both databases: pages that miss and repeat nothing."""

import pytest

from domain.errors import OrderNotFound, ShopNotFound
from domain.invitations import InvitationNotFound, InvitationSettled, InvitationState
from services import order_history, resending
from store.database import Database
from tests.services.collected import rows, take
from tests.services.steps import ANNA, NOON, open_shop


@pytest.fixture
def shop_key(database: Database) -> str:
    return open_shop(database)


def test_pages_go_by_purchase_and_share_no_order(
    database: Database, shop_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_history, "PAGE", 2)
    for number in range(5):
        take(database, shop_key, reference=f"P-{number}")
    seen: list[str] = []
    before = None
    with database.read() as session:
        while True:
            page = order_history.orders(session, database.keys, shop_key, before=before)
            seen += [each.reference for each in page]
            if len(page) < 2:
                break
            before = page[-1].number
        found = order_history.invitations(
            session, database.keys, shop_key, reference="P-3", state="SCHEDULED"
        )
        order = order_history.order(session, database.keys, shop_key, found[0].order_id)
    # All were bought at the same moment, so the last one told comes first.
    assert seen == [f"P-{number}" for number in reversed(range(5))]
    assert [each.email for each in found] == ["D…@Example.org"]
    assert [line.sku for line in order.lines] == ["S1", "S2"]
    assert [each.state for each in order.invitations] == [InvitationState.SCHEDULED]


def test_what_is_not_the_shops_is_not_there(database: Database, shop_key: str) -> None:
    taken = take(database, shop_key)
    (row,) = rows(database)
    with database.read() as session:
        keys = database.keys
        with pytest.raises(ShopNotFound):
            order_history.order(session, keys, "X" + "0" * 32, taken.order_id)
        with pytest.raises(OrderNotFound):
            order_history.order(session, keys, shop_key, "txn-none")
        with pytest.raises(InvitationNotFound):
            order_history.invitation(session, keys, shop_key, "inv-none", now=NOON)
        shown = order_history.invitation(session, keys, shop_key, row.public_id, now=NOON)
    assert (shown.may_cancel, shown.may_go_again) == (True, False)


def test_only_what_reached_nobody_is_sent_again(database: Database, shop_key: str) -> None:
    take(database, shop_key)
    (row,) = rows(database)
    with pytest.raises(InvitationSettled), database.write() as work:
        resending.again(work, shop_key, row.public_id, actor=ANNA, now=NOON)
    with pytest.raises(InvitationNotFound), database.write() as work:
        resending.again(work, shop_key, "inv-none", actor=ANNA, now=NOON)
