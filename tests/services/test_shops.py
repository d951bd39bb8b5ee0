"""Registering, updating and switching the criteria system, on both databases."""

from decimal import Decimal

import pytest

from domain.actors import OPERATOR
from domain.criteria import CriteriaSystem, Criterion
from domain.errors import (
    AccountNotFound,
    ShopExists,
    ShopInvalid,
    ShopKeyMalformed,
    ShopNotFound,
    SwitchNeeded,
    SwitchNotConfirmed,
)
from domain.shops import NewShop
from services import shops
from services.shops import ShopChanges
from store import shops as rows
from store.database import Database
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks


def _register(database: Database, **values: str) -> str:
    new = {
        "name": "Bücher & Töne",
        "url": "https://www.buecher.example",
        "market": "DE",
        "language": "de",
        "currency": "EUR",
    } | values
    with database.write() as work:
        account = shops.open_account(work, "Anna", now=NOON)
        return shops.register(work, account, NewShop(**new), actor=OPERATOR, now=NOON)  # type: ignore[arg-type]


def test_a_shop_keeps_the_key_it_brings_in_upper_case(database: Database) -> None:
    assert _register(database, key="x6a4aaccd2c75e430381b2e1c4classic") == (
        "X6A4AACCD2C75E430381B2E1C4CLASSIC"
    )


def test_a_shop_keeps_the_channel_id_it_brings_and_no_other_gets_it(database: Database) -> None:
    channel = "chl-0192f3a0-1111-4222-8333-444455556666"
    key = _register(database, channel=channel.upper())
    with database.read() as session:
        shop = rows.by_key(session, key)
        assert shop is not None
        assert shop.public_id == channel
    with pytest.raises(ShopExists, match=channel):
        _register(database, channel=channel, url="https://other.example")


def test_a_shop_without_a_key_is_given_one(database: Database) -> None:
    key = _register(database)
    assert len(key) == 33
    assert int(key[1:], 16) >= 0


def test_domain_language_and_market_are_one_shop_whatever_the_spelling(
    database: Database,
) -> None:
    first = _register(database)
    with pytest.raises(ShopExists, match=first):
        _register(database, url="http://BUECHER.example/shop")
    assert _register(database, language="en") != first
    assert _register(database, market="AT") != first


def test_a_taken_key_is_refused(database: Database) -> None:
    key = _register(database)
    with pytest.raises(ShopExists, match=key):
        _register(database, key=key, url="https://other.example")


def test_a_shop_needs_an_account(database: Database) -> None:
    new = NewShop("A", "https://a.example", "DE", "de", "EUR")
    with pytest.raises(AccountNotFound), database.write() as work:
        shops.register(work, "acc-unknown", new, actor=OPERATOR, now=NOON)


@pytest.mark.parametrize("key", ["", "X12", "Y" + "0" * 32, "X" + "é" * 32])
def test_a_malformed_key_is_told_from_an_unknown_one(database: Database, key: str) -> None:
    with database.write() as work:
        with pytest.raises(ShopKeyMalformed):
            shops.required(work, key)
        with pytest.raises(ShopNotFound):
            shops.required(work, "X" + "0" * 32)


def test_an_update_is_published_and_one_that_changes_nothing_is_not(database: Database) -> None:
    key = _register(database)
    before = steps.generation(database, key)
    with database.write() as work:
        shops.update(work, key, ShopChanges(name="Bücher"), actor=ANNA, now=NOON)
    assert steps.generation(database, key) == before + 1
    with database.write() as work:
        shops.update(work, key, ShopChanges(name="Bücher"), actor=ANNA, now=NOON)
    assert steps.generation(database, key) == before + 1


def test_another_domain_is_another_shop(database: Database) -> None:
    key = _register(database)
    changes = ShopChanges(url="https://other.example")
    with pytest.raises(ShopInvalid), database.write() as work:
        shops.update(work, key, changes, actor=ANNA, now=NOON)


def test_goods_and_services_cannot_be_swapped_without_the_switch(database: Database) -> None:
    key = _register(database)
    with pytest.raises(SwitchNeeded), database.write() as work:
        shops.update(work, key, ShopChanges(offers_goods=False), actor=ANNA, now=NOON)


def test_a_switch_starts_at_zero_and_switching_back_revives_nothing(database: Database) -> None:
    key = steps.open_shop(database)
    steps.review(database, key, marks(service=5, goods=5))
    steps.review(database, key, {Criterion.TOTAL: 4}, sku="S1")
    for system, left in ((CriteriaSystem.ONE, 1), (CriteriaSystem.THREE, 0)):
        with database.write() as work:
            switch = shops.switch_criteria(
                work, key, system, typed_domain="shop.example", actor=ANNA, now=NOON
            )
        assert switch.reviews_left == left
        assert steps.grade(database, key).count == 0
        assert steps.grade(database, key).all_time_count == 0
    steps.review(database, key, marks(goods=3))
    assert steps.grade(database, key).rating == Decimal("3.00")
    assert steps.grade(database, key, sku="S1").rating == Decimal("4.00")


def test_a_switch_needs_the_domain_typed_and_another_system(database: Database) -> None:
    key = steps.open_shop(database)
    with pytest.raises(SwitchNotConfirmed), database.write() as work:
        shops.switch_criteria(
            work, key, CriteriaSystem.ONE, typed_domain="shop", actor=ANNA, now=NOON
        )
    with pytest.raises(SwitchNeeded), database.write() as work:
        shops.switch_criteria(
            work, key, CriteriaSystem.THREE, typed_domain="shop.example", actor=ANNA, now=NOON
        )
