"""Opt-outs hold for every shop of an account, however they came, and for no other account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from domain.actors import OPERATOR
from domain.errors import Invalid
from domain.invitations import InvitationState
from domain.shops import NewShop
from services import opt_outs, planning, shops
from services.installation import Installation
from services.opt_outs import Noted
from store import shops as shop_rows
from store.accounts import Account
from store.database import Database
from tests.services import collected, steps
from tests.services.collected import rows, take
from tests.services.steps import ANNA, NOON

S = InvitationState


@pytest.fixture
def shop_key(database: Database) -> str:
    return steps.open_shop(database)


def sister(database: Database, shop_key: str) -> str:
    """The key of a second shop of the same account."""
    at = datetime(2024, 1, 1, tzinfo=UTC)
    new = NewShop("Ben's shop", "https://sister.example", "EUO", "en", "EUR", offers_goods=True)
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        account = work.session.get_one(Account, shop.account_id)
        return shops.register(work, account.public_id, new, actor=OPERATOR, now=at)


def note(database: Database, shop_key: str, text: str) -> Noted:
    with database.write() as work:
        return opt_outs.note(work, shop_key, text, actor=ANNA, now=NOON)


def count(database: Database, shop_key: str) -> int:
    with database.read() as session:
        return opt_outs.count(session, shop_key)


def test_mig_8_a_list_from_elsewhere_holds_for_every_shop_of_the_account(
    database: Database, shop_key: str
) -> None:
    second, strange = (
        sister(database, shop_key),
        steps.open_shop(database, domain="other.example"),
    )
    for number, key in enumerate((shop_key, second, strange)):
        take(database, key, reference=f"A-{number}")
    assert note(database, shop_key, "DARIO@example.org, erin@example.org\nnobody") == Noted(
        2, 0, ("nobody",)
    )
    states = [row.state for row in rows(database)]
    assert states == [S.UNSUBSCRIBED, S.UNSUBSCRIBED, S.SCHEDULED]
    for key in (shop_key, second):
        (planned,) = take(database, key, reference="A-9").invitations
        assert (planned.state, planned.reason) == (S.SUPPRESSED, "objected")
    assert note(database, second, "dario@example.org") == Noted(0, 1, ())
    assert [count(database, key) for key in (shop_key, second, strange)] == [2, 2, 0]


def test_a_list_without_an_address_changes_nothing(database: Database, shop_key: str) -> None:
    with pytest.raises(Invalid):
        note(database, shop_key, " \n")
    assert note(database, shop_key, "nobody") == Noted(0, 0, ("nobody",))
    assert count(database, shop_key) == 0


def test_one_click_that_is_sent_many_times_at_once_is_one_opt_out(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    take(database, shop_key)
    (row,) = collected.rows(database)

    def leave(_: int) -> None:
        with database.write() as work:
            planning.unsubscribe(work, row.public_id, reason="one-click", now=NOON)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(leave, range(6)))
    assert count(database, shop_key) == 1
    assert collected.rows(database)[0].state == S.UNSUBSCRIBED
