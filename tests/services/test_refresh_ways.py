"""Whatever way a review comes in or changes, its transaction asks for new payloads and grades."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.open_reviews import Sender, sign
from domain.reviews import Submission
from services import open_reviews, replies, review_forms, reviews, social_proofs
from services.generations import REFRESH
from store.database import Database, Work
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

LATER = NOON + timedelta(minutes=5)
SAID = Submission(marks(service=4), comment="It came on the day that they had named.")
Way = Callable[[Database, str], Callable[[Work], object]]


def _token(database: Database, shop_key: str) -> str:
    return steps.invite(database, shop_key, steps.order(database, shop_key), at=NOON)


def by_api(database: Database, shop_key: str) -> Callable[[Work], object]:
    token = _token(database, shop_key)
    return lambda work: reviews.submit(work, token, SAID, now=LATER)


def by_form(database: Database, shop_key: str) -> Callable[[Work], object]:
    token = _token(database, shop_key)
    stars = Submission(marks(service=4))
    return lambda work: review_forms.submit(work, token, stars, now=LATER)


def text_by_form(database: Database, shop_key: str) -> Callable[[Work], object]:
    token = _token(database, shop_key)
    with database.write() as work:
        review_forms.submit(work, token, Submission(marks(service=4)), now=NOON)
    return lambda work: review_forms.finish(work, token, SAID, now=LATER)


def open_review(database: Database, shop_key: str) -> Callable[[Work], object]:
    with database.write() as work:
        review_id = open_reviews.submit(work, shop_key, SAID, Sender("eve@mail.org"), now=NOON)
        token = sign(review_id, work.keys.invitations)
    return lambda work: open_reviews.confirm(work, token, now=LATER)


def edit(database: Database, shop_key: str) -> Callable[[Work], object]:
    token = steps.review(database, shop_key, marks(service=2)).token
    return lambda work: reviews.edit(work, token, SAID, now=LATER)


def withdrawal(database: Database, shop_key: str) -> Callable[[Work], object]:
    token = steps.review(database, shop_key, marks(service=2)).token
    return lambda work: reviews.withdraw(work, token, now=LATER)


def what_is_shown_of_the_author(database: Database, shop_key: str) -> Callable[[Work], object]:
    token = steps.review(database, shop_key, marks(service=2)).token
    town = {"town": "Lyon"}
    return lambda work: social_proofs.save(work, token, town, frozenset(town), now=LATER)


def reply(database: Database, shop_key: str) -> Callable[[Work], object]:
    review_id = steps.review(database, shop_key, marks(service=2)).review_id
    return lambda work: replies.write(work, shop_key, review_id, "Thanks.", actor=ANNA, now=LATER)


def reply_taken_back(database: Database, shop_key: str) -> Callable[[Work], object]:
    review_id = steps.review(database, shop_key, marks(service=2)).review_id
    with database.write() as work:
        replies.write(work, shop_key, review_id, "Thanks.", actor=ANNA, now=NOON)
    return lambda work: replies.delete(work, shop_key, review_id, actor=ANNA, now=LATER)


@pytest.mark.parametrize(
    "way",
    [
        by_api,
        by_form,
        text_by_form,
        open_review,
        edit,
        withdrawal,
        what_is_shown_of_the_author,
        reply,
        reply_taken_back,
    ],
    ids=lambda way: way.__name__,
)
def test_a_change_asks_for_new_payloads_in_its_own_transaction(
    database: Database, way: Way
) -> None:
    shop_key = steps.open_shop(database)
    change = way(database, shop_key)
    before = steps.generation(database, shop_key)
    with database.write() as work:
        change(work)
        asked = [job.arguments for job in work.jobs if job.name == REFRESH]
    assert asked == [{"shop_key": shop_key}]
    assert steps.generation(database, shop_key) == before + 1
