"""The example shops: complete, varied, brought once, and the same at every call."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row
from sqlmodel import col, select

from domain.criteria import CriteriaSystem
from domain.grades import GradeState, Label
from domain.languages import SUPPORTED
from domain.reviews import Submission
from services import directory, refresh, reviews, seed, seed_stories
from services.seed import Seeded
from store import shops
from store.columns import Table
from store.database import Database
from store.decisions import Decision
from store.keys import Keyring
from store.replies import Reply
from store.reviews import Review, Revision
from tests.seeds import Seeds
from tests.services import steps
from tests.services.steps import NOON, marks

ANNA, CLEO, EMPTY = 0, 1, 2
Examples = tuple[Database, Seeded]


@pytest.fixture(scope="module")
def examples(
    seeds: Seeds, tmp_path_factory: pytest.TempPathFactory, keys: Keyring
) -> Iterator[Examples]:
    """The examples with their windows at noon's day, for tests that only look."""
    path = shutil.copy(seeds.sqlite(NOON), tmp_path_factory.mktemp("seed") / "trustwright.db")
    database = Database.open(f"sqlite:///{path}", keys=keys)
    found = sow(database, now=NOON)
    with database.write() as work:
        refresh.slide(work, now=NOON)
    yield database, found
    database.close()


def sow(database: Database, *, now: datetime) -> Seeded:
    with database.write() as work:
        return seed.sow(work, now=now)


def everything(database: Database) -> dict[str, list[Row[Any]]]:
    with database.read() as session:
        return {
            table.name: list(session.execute(table.select().order_by(*table.primary_key)))
            for table in Table.metadata.sorted_tables
        }


def written(database: Database, shop_key: str) -> list[Review]:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        query = select(Review).where(col(Review.shop_id) == shop.id)
        return list(session.exec(query.order_by(col(Review.submitted_at))))


def test_annas_shop_is_well_rated_by_more_than_a_hundred_buyers(examples: Examples) -> None:
    database, seeded = examples
    grade = steps.grade(database, seeded.shops[ANNA].key)
    assert grade.count > 90
    assert grade.all_time_count > grade.count
    assert grade.label is Label.EXCELLENT


def test_annas_reviews_are_spread_over_fourteen_months(examples: Examples) -> None:
    database, seeded = examples
    found = [r for r in written(database, seeded.shops[ANNA].key) if not r.subject_id]
    assert len(found) >= 120
    assert timedelta(days=400) < NOON - found[0].submitted_at < timedelta(days=440)
    assert NOON - found[-1].submitted_at < timedelta(days=30)
    assert len({review.submitted_at.date() for review in found}) > 100


def test_annas_reviews_show_whatever_can_become_of_one(examples: Examples) -> None:
    database, seeded = examples
    found = written(database, seeded.shops[ANNA].key)
    states = Counter(review.state for review in found)
    assert (states["REJECTED"], states["MODERATION"], states["DISCARDED"]) == (1, 1, 1)
    stars = Counter(review.stars for review in found if review.is_public)
    assert set(stars) == {1, 2, 3, 4, 5}
    assert sum(review.incentivised for review in found) >= 3
    assert any(review.subject_id for review in found)
    assert any(not review.comment for review in found)
    with database.read() as session:
        assert len(session.exec(select(Reply)).all()) > 5
        assert len(session.exec(select(Revision)).all()) >= 2
        (decision,) = session.exec(select(Decision)).all()
    assert (decision.moderator, decision.ground) == ("mona", "ABUSIVE")


def test_cleo_owns_another_shop_with_one_criterion(examples: Examples) -> None:
    database, seeded = examples
    with database.read() as session:
        anna, cleo = directory.listed(session)[:2]
    assert anna.account_id != cleo.account_id
    assert (cleo.market, cleo.language, cleo.criteria) == ("FR", "fr", CriteriaSystem.ONE)
    assert (anna.market, anna.language, anna.criteria) == ("DE", "de", CriteriaSystem.THREE)
    assert steps.grade(database, seeded.shops[CLEO].key).state is GradeState.RATED


def test_there_is_a_shop_without_reviews_and_one_in_each_language(examples: Examples) -> None:
    database, seeded = examples
    assert steps.grade(database, seeded.shops[EMPTY].key).state is GradeState.NONE
    assert {shop.language for shop in seeded.shops} == set(SUPPORTED)


def test_texts_are_in_the_language_of_their_shop(examples: Examples) -> None:
    database, seeded = examples
    for shop in seeded.shops:
        assert {review.language for review in written(database, shop.key)} <= {shop.language}


def test_darios_invitation_is_open_and_writes_one_review(database: Database) -> None:
    seeded = sow(database, now=NOON)
    (dario,) = seeded.waiting
    assert (dario.buyer, dario.shop_key) == ("Dario", seeded.shops[ANNA].key)
    before = steps.grade(database, dario.shop_key).count
    with database.write() as work:
        reviews.submit(work, dario.token, Submission(marks(service=5)), now=NOON)
    assert steps.grade(database, dario.shop_key).count == before + 1


def test_a_second_seed_changes_nothing_whenever_it_comes(database: Database) -> None:
    seeded = sow(database, now=NOON)
    before = everything(database)
    for later in (timedelta(0), timedelta(days=200)):
        again = sow(database, now=NOON + later)
        assert everything(database) == before
        assert not any(shop.is_new for shop in again.shops)
        assert again.waiting == seeded.waiting
    assert all(shop.is_new for shop in seeded.shops)


def test_a_shop_that_is_missing_is_brought_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed_stories, "SHOPS", seed_stories.SHOPS[1:2])
    sow(database, now=NOON)
    monkeypatch.undo()
    new = {shop.key for shop in sow(database, now=NOON).shops if not shop.is_new}
    assert new == {seed_stories.load()[CLEO].shop.key}


def test_the_tallies_of_the_examples_are_those_of_their_reviews(examples: Examples) -> None:
    database, seeded = examples
    for shop in seeded.shops:
        with database.write() as work:
            assert not refresh.recount_shop(work, shop.key, now=NOON)


def test_every_text_of_the_examples_is_there_once() -> None:
    texts = [
        text
        for shop in seed_stories.load()
        for story in shop.reviews
        for text in (story.comment, story.reply.text if story.reply else "")
        if text
    ]
    assert sorted(texts) == sorted(set(texts))
