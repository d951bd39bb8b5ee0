"""Submitting, editing and withdrawing, on both databases."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.criteria import Criterion
from domain.errors import (
    EditingClosed,
    InvitationAlreadyUsed,
    InvitationExpired,
    InvitationForged,
    MarksInvalid,
    ReviewNotFound,
    ReviewTooEarly,
    TransitionForbidden,
    TrustwrightError,
)
from domain.reviews import Submission
from services import reviews
from store import reviews as rows
from store.database import Database
from tests.services import steps
from tests.services.steps import NOON, marks


def test_a_review_written_with_its_invitation_is_verified_public_and_counted(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=5, delivery=4))
    with database.read() as session:
        row = rows.by_public_id(session, written.review_id)
        assert row is not None
        assert (row.state, row.is_public, row.level, row.stars) == ("APPROVED", True, 2, 5)
        assert [proof.kind for proof in rows.evidence_of(session, row.id)] == ["INVITATION_USED"]
    grade = steps.grade(database, shop_key)
    assert (grade.rating, grade.count, grade.mark_count) == (Decimal("4.50"), 1, 2)


def test_a_used_invitation_cannot_review_twice_but_opens_its_review(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=5))
    with pytest.raises(InvitationAlreadyUsed), database.write() as work:
        reviews.submit(work, written.token, Submission(marks(service=1)), now=NOON)
    with database.write() as work:
        _, row = reviews.written_with(work, written.token)
        assert row.public_id == written.review_id
    assert steps.grade(database, shop_key).rating == Decimal("5.00")


def test_an_unused_invitation_opens_no_review(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key)
    token = steps.invite(database, shop_key, reference, at=NOON)
    with pytest.raises(ReviewNotFound), database.write() as work:
        reviews.written_with(work, token)


def test_an_invitation_of_another_installation_is_forged(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = steps.invite(database, shop_key, steps.order(database, shop_key), at=NOON)
    flipped = ("B" if token[-2] != "B" else "C") + token[-1]
    with pytest.raises(InvitationForged), database.write() as work:
        reviews.submit(work, token[:-2] + flipped, Submission(marks(service=5)), now=NOON)


@pytest.mark.parametrize(
    ("after", "error"),
    [
        (timedelta(days=-1), ReviewTooEarly),
        (timedelta(days=250), InvitationExpired),
    ],
)
def test_a_review_is_open_from_the_purchase_for_six_months(
    database: Database, after: timedelta, error: type[TrustwrightError]
) -> None:
    shop_key = steps.open_shop(database)
    token = steps.invite(database, shop_key, steps.order(database, shop_key), at=NOON)
    with pytest.raises(error), database.write() as work:
        reviews.submit(work, token, Submission(marks(service=5)), now=NOON + after)
    assert steps.grade(database, shop_key).count == 0


def test_a_refused_review_leaves_nothing_behind(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = steps.invite(database, shop_key, steps.order(database, shop_key), at=NOON)
    before = steps.generation(database, shop_key)
    with pytest.raises(MarksInvalid), database.write() as work:
        reviews.submit(work, token, Submission({Criterion.TOTAL: 5}), now=NOON)
    assert steps.generation(database, shop_key) == before
    with database.write() as work:
        reviews.submit(work, token, Submission(marks(goods=3)), now=NOON)
    assert steps.grade(database, shop_key).count == 1


def test_an_edit_keeps_the_original_and_the_moment_of_submission(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1), comment="Nothing came.")
    later = NOON + timedelta(days=3)
    with database.write() as work:
        better = Submission(marks(service=4, goods=5), comment="It came after all.")
        reviews.edit(work, written.token, better, now=later)
    with database.read() as session:
        row = rows.by_public_id(session, written.review_id)
        assert row is not None
        assert (row.comment, row.edited_at, row.submitted_at) == (
            "It came after all.",
            later,
            NOON,
        )
        original = session.get(rows.Revision, 1)
        assert original is not None
        assert (original.comment, original.marks) == ("Nothing came.", '{"SERVICE":1}')
    grade = steps.grade(database, shop_key)
    assert (grade.rating, grade.count, grade.mark_count) == (Decimal("4.50"), 1, 2)


def test_editing_closes_six_months_after_the_purchase(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    late = NOON + timedelta(days=200)
    with pytest.raises(EditingClosed), database.write() as work:
        reviews.edit(work, written.token, Submission(marks(service=5)), now=late)
    assert steps.grade(database, shop_key).rating == Decimal("2.00")


def test_an_author_may_withdraw_at_any_time_and_only_once(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    steps.review(database, shop_key, marks(service=4))
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON + timedelta(days=300))
    grade = steps.grade(database, shop_key)
    assert (grade.rating, grade.all_time_count) == (Decimal("4.00"), 1)
    with pytest.raises(TransitionForbidden), database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)


def test_an_incentivised_review_is_public_and_outside_the_grade(database: Database) -> None:
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=3))
    steps.review(database, shop_key, marks(service=5), incentivised=True)
    assert steps.grade(database, shop_key).rating == Decimal("3.00")


def test_service_and_product_ratings_never_mix(database: Database) -> None:
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=2))
    steps.review(database, shop_key, {Criterion.TOTAL: 5}, sku="BOOK-1")
    assert steps.grade(database, shop_key).rating == Decimal("2.00")
    assert steps.grade(database, shop_key, sku="BOOK-1").rating == Decimal("5.00")


def test_two_submissions_at_once_with_one_invitation_make_one_review(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    token = steps.invite(database, shop_key, steps.order(database, shop_key), at=NOON)
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def submit(stars: int) -> None:
        barrier.wait(timeout=10)
        try:
            with database.write() as work:
                reviews.submit(work, token, Submission(marks(service=stars)), now=NOON)
            outcomes.append("written")
        except InvitationAlreadyUsed:
            outcomes.append("refused")

    threads = [threading.Thread(target=submit, args=(stars,)) for stars in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["refused", "written"]
    grade = steps.grade(database, shop_key)
    assert (grade.count, grade.mark_count) == (1, 1)
