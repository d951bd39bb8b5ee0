"""A product's stored page is made again when it changes, and not when others do."""

from datetime import timedelta

from domain.criteria import Criterion
from domain.reviews import Submission
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import refresh, replies, reviews, shops
from services.installation import Installation
from services.shops import ShopChanges
from store.database import Database
from store.snapshots import Reader
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

FIVE = {Criterion.TOTAL: 5}


def page(shop_key: str, sku: str) -> str:
    return Question(Kind.PRODUCT_REVIEWS, shop_key, Media.JSON, sku=sku).url


def test_only_the_pages_that_changed_are_made_again(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    lamp = steps.review(database, shop_key, FIVE, sku="LAMP")
    steps.review(database, shop_key, FIVE, sku="BULB")
    assert refresh.render(installation, shop_key) == 9 + 4
    reader = Reader(installation.settings.database)
    steps.review(database, shop_key, marks(service=1))
    assert refresh.render(installation, shop_key) == 9
    steps.review(database, shop_key, FIVE, sku="BULB")
    found = reader.get(page(shop_key, "LAMP"))
    assert found is not None
    assert found.generation == steps.generation(database, shop_key)
    assert reader.get(page(shop_key, "BULB")) is None
    assert refresh.render(installation, shop_key) == 9 + 2
    for change in (replied, withdrawn):
        change(database, shop_key, lamp)
        assert reader.get(page(shop_key, "LAMP")) is None
        assert reader.get(page(shop_key, "BULB")) is not None
        refresh.render(installation, shop_key)
        assert reader.get(page(shop_key, "LAMP")) is not None
    reader.close()


def replied(database: Database, shop_key: str, written: steps.Written) -> None:
    with database.write() as work:
        replies.write(work, shop_key, written.review_id, "Thanks.", actor=ANNA, now=NOON)


def withdrawn(database: Database, shop_key: str, written: steps.Written) -> None:
    del shop_key
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)


def test_a_new_name_and_a_new_day_change_every_page(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, FIVE, sku="LAMP")
    refresh.render(installation, shop_key)
    reader = Reader(installation.settings.database)
    with database.write() as work:
        shops.update(work, shop_key, ShopChanges(name="Lights"), actor=ANNA, now=NOON)
    assert reader.get(page(shop_key, "LAMP")) is None
    assert refresh.render(installation, shop_key) == 9 + 2
    steps.review(database, shop_key, marks(service=5), at=NOON + timedelta(days=1))
    assert reader.get(page(shop_key, "LAMP")) is None
    reader.close()


def test_several_use_cases_in_one_transaction_publish_the_last_state(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    first = steps.order(database, shop_key, at=NOON - timedelta(days=400))
    second = steps.order(database, shop_key, at=NOON)
    tokens = [
        steps.invite(database, shop_key, reference, at=at)
        for reference, at in ((first, NOON - timedelta(days=400)), (second, NOON))
    ]
    before = steps.generation(database, shop_key)
    with database.write() as work:
        for token, at in zip(tokens, (NOON - timedelta(days=400), NOON), strict=True):
            reviews.submit(work, token, Submission(marks(service=4)), now=at)
    grade = steps.grade(database, shop_key)
    assert (grade.count, grade.all_time_count) == (1, 2)
    assert grade.period.end == NOON.date()
    assert steps.generation(database, shop_key) == before + 1
