"""The operator's list of shops."""

import pytest

from domain.criteria import CriteriaSystem
from domain.errors import ShopKeyMalformed, ShopNotFound
from services import directory
from store.database import Database
from tests.services import steps
from tests.services.steps import marks

NOBODY = "X" + "0" * 32


def test_shops_are_listed_in_the_order_of_registration(database: Database) -> None:
    keys = [steps.open_shop(database, domain=f"{name}.example") for name in ("b", "a", "c")]
    with database.read() as session:
        found = directory.listed(session)
    assert [shop.key for shop in found] == keys
    assert [shop.domain for shop in found] == ["b.example", "a.example", "c.example"]
    assert len({shop.account_id for shop in found}) == 3


def test_a_shop_is_found_by_its_key_in_either_case(database: Database) -> None:
    key = steps.open_shop(database, goods=False)
    with database.read() as session:
        shop = directory.find(session, key.lower())
        assert directory.find(session, NOBODY) is None
    assert shop is not None
    assert (shop.key, shop.criteria) == (key, CriteriaSystem.ONE)


def test_a_shop_is_shown_with_its_grade(database: Database) -> None:
    key = steps.open_shop(database)
    steps.review(database, key, marks(service=4))
    with database.read() as session:
        shop, grade = directory.shown(session, key, min_reviews=1)
    assert (shop.key, grade.count, str(grade.rating)) == (key, 1, "4.00")


def test_an_unknown_shop_cannot_be_shown(database: Database) -> None:
    with database.read() as session:
        with pytest.raises(ShopNotFound):
            directory.shown(session, NOBODY, min_reviews=1)
        with pytest.raises(ShopKeyMalformed):
            directory.shown(session, "nobody", min_reviews=1)
