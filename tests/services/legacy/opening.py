"""Accounts and shops in any market, with their keys, as tests of legacy answers need them."""

from datetime import UTC, datetime
from typing import Final

from domain.actors import OPERATOR
from domain.shops import NewShop
from services import shops
from store import accounts
from store.database import Database

LONG_AGO: Final = datetime(2024, 1, 1, tzinfo=UTC)


def account(database: Database, name: str = "Anna") -> str:
    """The public id of a new account."""
    with database.write() as work:
        return shops.open_account(work, name, now=LONG_AGO)


def number_of(database: Database, account_id: str) -> int:
    """The internal id of an account."""
    with database.read() as session:
        found = accounts.by_public_id(session, account_id)
        assert found is not None
        return found.id


def shop(
    database: Database,
    account_id: str,
    url: str = "https://shop.example",
    *,
    market: str = "DE",
    language: str = "de",
    at: datetime = LONG_AGO,
) -> str:
    """The key of a new shop of the account."""
    new = NewShop("Anna's shop", url, market, language, "EUR")
    with database.write() as work:
        return shops.register(work, account_id, new, actor=OPERATOR, now=at)
