"""An author who was asked to correct a review does so by the link of the case, invited or not."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.cases import CaseStepForbidden
from domain.criteria import Criterion
from domain.errors import MarksInvalid
from domain.open_reviews import Sender, sign
from domain.review_forms import Said
from domain.reviews import Submission
from services import corrections, hearings, open_reviews
from services.rulings import Step
from store import review_contacts
from store.database import Database
from store.reviews import Review
from tests.services import reported, steps
from tests.services.reported import NOWHERE, Reported, new_notice
from tests.services.steps import ANNA, NOON, Written, marks

SAID = Said(marks(service=2), "Late", "It came on the third day.")
LATE = NOON + timedelta(days=200)


def invited(database: Database) -> Reported:
    return reported.reported(database)


def uninvited(database: Database) -> Reported:
    """A review that nobody has invited, whose address is confirmed, and a notice about it."""
    shop_key = steps.open_shop(database)
    said = Submission(marks(service=5), "Quick", "It came in a day.", "en", "Eve", True)
    with database.write() as work:
        sender = Sender("eve@buyer.example")
        review_id = open_reviews.submit(work, shop_key, said, sender, now=NOON)
        token = sign(review_id, work.keys.invitations)
        open_reviews.confirm(work, token, now=NOON)
    filed = reported.file(database, new_notice(review_id))
    return Reported(shop_key, Written(review_id, token), filed)


def heard_out(database: Database, made: Reported) -> str:
    """The secret of the author's link, both sides having said what they have to say."""
    for step in (Step.TAKE, Step.HEAR):
        reported.step(database, made.case_id, step)
    token = reported.author_token(database, made.case_id)
    with database.write() as work:
        hearings.answer(work, NOWHERE, token, "I mixed up the days.", now=NOON)
        said = "The carrier says otherwise."
        hearings.comment(work, NOWHERE, made.shop_key, made.case_id, said, actor=ANNA, now=NOON)
    return token


def correct(database: Database, token: str, said: Said = SAID) -> None:
    with database.write() as work:
        corrections.correct(work, token, said, now=NOON)


def offered(database: Database, made: Reported) -> tuple[Criterion, ...]:
    with database.read() as session:
        return corrections.criteria(session, made.written.review_id, now=NOON)


def row_of(database: Database, made: Reported) -> Review:
    return reported.review(database, made.written.review_id)


@pytest.mark.parametrize("write", [invited, uninvited])
def test_an_author_who_was_asked_corrects_the_review(
    database: Database, write: Callable[[Database], Reported]
) -> None:
    made = write(database)
    before = row_of(database, made)
    token = heard_out(database, made)
    reported.step(database, made.case_id, Step.REQUEST_EDIT)
    assert len(offered(database, made)) == 3
    correct(database, token)
    row = row_of(database, made)
    assert (row.title, row.comment, row.stars) == ("Late", "It came on the third day.", 2)
    assert row.edited_at is not None
    kept = (before.author_name, before.language, before.incentivised)
    assert (row.author_name, row.language, row.incentivised) == kept
    with pytest.raises(MarksInvalid):
        correct(database, token, Said({}, "", "Without stars."))


@pytest.mark.parametrize("write", [invited, uninvited])
def test_nobody_is_asked_for_what_they_cannot_do_any_more(
    database: Database, write: Callable[[Database], Reported]
) -> None:
    made = write(database)
    row = row_of(database, made)
    with database.read() as session:
        assert corrections.is_open(session, row, now=NOON)
        assert not corrections.is_open(session, row, now=LATE)
        assert corrections.criteria(session, row.public_id, now=LATE) == ()


def test_the_link_of_a_reporter_corrects_nothing(database: Database) -> None:
    made = uninvited(database)
    with pytest.raises(CaseStepForbidden):
        correct(database, made.filed.token)
    assert row_of(database, made).comment == "It came in a day."


def test_a_review_whose_author_is_not_known_any_more_stays_as_it_is(database: Database) -> None:
    made = uninvited(database)
    token = heard_out(database, made)
    row = row_of(database, made)
    with database.write() as work:
        contact = review_contacts.of_review(work.session, row.id)
        assert contact is not None
        work.session.delete(contact)
    assert offered(database, made) == ()
    with pytest.raises(CaseStepForbidden):
        correct(database, token)
    with pytest.raises(CaseStepForbidden):
        reported.step(database, made.case_id, Step.REQUEST_EDIT)
