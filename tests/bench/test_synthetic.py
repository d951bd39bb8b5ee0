"""Synthetic data are the same each time, follow Zipf's law, and are counted rightly."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bench import filling, synthetic
from bench.synthetic import Recipe
from domain import ids
from domain.ids import Prefix
from store import migrations
from store.database import Database
from store.keys import Keyring

RECIPE = Recipe(shops=8, reviews=1_500, products_per_shop=2)
SHOP, ID = synthetic.REVIEW_COLUMNS.index("shop_id"), synthetic.REVIEW_COLUMNS.index("public_id")


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, keys: Keyring) -> Iterator[Database]:
    """A database that ``filling`` filled, on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    filling.build(url, RECIPE)
    database = Database.open(url, keys=keys)
    yield database
    database.close()


def test_the_same_recipe_makes_the_same_reviews() -> None:
    assert list(synthetic.reviews(RECIPE)) == list(synthetic.reviews(RECIPE))


def test_public_ids_are_of_the_shape_that_cursors_need() -> None:
    found = [row[ID] for row in synthetic.reviews(RECIPE)]
    assert all(ids.is_valid(Prefix.REVIEW, public_id) for public_id in found)
    assert found == sorted(set(found))


def test_large_shops_have_most_of_the_reviews() -> None:
    counts = Counter(row[SHOP] for row in synthetic.reviews(RECIPE))
    assert counts[1] > 1.5 * counts[2] > 1.5 * counts[4]
    assert set(counts) == set(range(1, 9))


def test_the_real_recount_confirms_the_tallies(filled: Database) -> None:
    assert filling.wrong_shops(filled, RECIPE) == []


def test_the_recount_would_notice_a_wrong_tally(filled: Database) -> None:
    with filled.write() as work:
        work.session.execute(text("UPDATE day_buckets SET reviews = reviews + 1 WHERE shop_id = 2"))
    assert filling.wrong_shops(filled, RECIPE) == [synthetic.shop_key(2)]


def test_no_index_is_lost_while_filling(filled: Database) -> None:
    assert migrations.differences(str(filled.engine.url.render_as_string(False))) == []
