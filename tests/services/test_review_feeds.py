"""Addresses of feeds: secret, replaceable, with a password where one was asked for (FP12)."""

import re

import pytest

from domain.actors import OPERATOR
from domain.errors import PageNotFound, ShopNotFound
from services import review_feeds
from services.review_feeds import FeedKind, Found
from store.database import Database
from tests.services import fed
from tests.services.steps import NOON

KIND = FeedKind.PRODUCT_RATINGS


@pytest.fixture
def shop(database: Database) -> str:
    return fed.open_shop(database)


def token_of(path: str) -> str:
    """The secret part of a feed's path."""
    found = re.fullmatch(r"/v1/exports/([A-Za-z0-9_-]{32})/[a-z-]+\.(zip|xml\.gz|jsonl\.gz)", path)
    assert found is not None, path
    return found[1]


def found(database: Database, token: str) -> Found:
    with database.read() as session:
        return review_feeds.find(session, token)


def test_fp12_each_feed_has_an_unguessable_address_of_its_own(
    database: Database, shop: str
) -> None:
    tokens = {kind: token_of(fed.open_feed(database, shop, kind).path) for kind in FeedKind}
    assert len(set(tokens.values())) == len(FeedKind)
    for kind, token in tokens.items():
        assert found(database, token) == Found(shop, kind, None)


@pytest.mark.parametrize("token", ["", "x", "A" * 32, "A" * 5_000, "\x00", "ü" * 32])
def test_fp12_any_other_token_opens_nothing(database: Database, shop: str, token: str) -> None:
    fed.open_feed(database, shop, KIND)
    with pytest.raises(PageNotFound):
        found(database, token)


def test_a_new_address_ends_the_one_before(database: Database, shop: str) -> None:
    old = token_of(fed.open_feed(database, shop, KIND).path)
    new = token_of(fed.open_feed(database, shop, KIND).path)
    assert found(database, new).shop_key == shop
    with pytest.raises(PageNotFound):
        found(database, old)


def test_the_database_holds_no_token_and_no_password(database: Database, shop: str) -> None:
    address = fed.open_feed(database, shop, KIND, has_password=True)
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM review_feeds").all()
    assert address.password is not None
    assert token_of(address.path) not in str(rows)
    assert address.password not in str(rows)


def test_a_password_is_asked_for_where_the_feed_has_one(database: Database, shop: str) -> None:
    address = fed.open_feed(database, shop, KIND, has_password=True)
    feed = found(database, token_of(address.path))
    assert address.password is not None
    assert feed.allows(shop, address.password)
    for login, password in ((shop, ""), (shop, "ü"), ("", address.password), ("", "")):
        assert not feed.allows(login, password)
    open_again = found(database, token_of(fed.open_feed(database, shop, KIND).path))
    assert open_again.allows("", "")


def test_a_list_shows_the_addresses_again(database: Database, shop: str) -> None:
    addresses = [fed.open_feed(database, shop, kind).path for kind in FeedKind]
    with database.read() as session:
        listed = review_feeds.listed(session, database.keys)
    assert [feed.path for feed in listed] == addresses
    assert [(feed.shop_key, feed.kind, feed.has_password) for feed in listed] == [
        (shop, kind, False) for kind in FeedKind
    ]


def test_an_unknown_shop_has_no_feed(database: Database) -> None:
    with database.write() as work, pytest.raises(ShopNotFound):
        review_feeds.open_address(work, "X" + "0" * 32, KIND, actor=OPERATOR, now=NOON)
