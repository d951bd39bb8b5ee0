"""The example people find work on their desks, once, and no review is hidden by it."""

from datetime import UTC, datetime

from services import seed, seed_desk, seed_people
from store import cases, reviews, shops
from store.database import Database
from tests.services.conftest import Sown


def test_the_work_is_brought_once_and_hides_nothing(sown: Sown) -> None:
    database, now = sown().database, datetime.now(UTC)
    with database.write() as work:
        key = seed.sow(work, now=now).shops[0].key
        seed_people.sow(work, now=now)
    with database.read() as session:
        shop = shops.by_key(session, key)
        assert shop is not None
        visible = reviews.count_public(session, shop.id, shop.epoch)
        reported = reviews.count_reported(session, shop.id)
    for is_new in (True, False):
        with database.write() as work:
            assert seed_desk.sow(work, now=now) is is_new
    with database.read() as session:
        assert cases.counts(session) == {"RECEIVED": 1, "AUTHOR_HEARING": 1}
        assert reviews.count_reported(session, shop.id) == reported + 2
        assert reviews.count_public(session, shop.id, shop.epoch) == visible


def test_without_the_example_shops_there_is_no_work(database: Database) -> None:
    with database.write() as work:
        assert not seed_desk.sow(work, now=datetime.now(UTC))
