"""Open reviews on both databases: nothing is public before its address is confirmed."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.criteria import Criterion
from domain.errors import EditingClosed, MarksInvalid, ReviewExists, TextInvalid
from domain.invitations import InvitationState
from domain.mails import MailAddressInvalid
from domain.open_reviews import (
    ConfirmationExpired,
    OpenReviewsTooMany,
    OwnReviewNotFound,
    Sender,
    read,
    sign,
)
from domain.reviews import ReviewState, Submission
from services import case_mails, open_reviews, receipts, reviews
from services.open_reviews import OpenReview
from store import reviews as rows
from store import shops
from store.database import Database
from store.decisions import AuditEntry
from store.invitations import Invitation
from store.mails import Mail
from store.review_contacts import ReviewContact
from store.reviews import EvidenceRecord, Review
from tests.services import steps
from tests.services.steps import NOON, marks

EVE = "eve@buyer.example"
FORTNIGHT = timedelta(days=14)
MINUTE = timedelta(minutes=1)


def hand_in(
    database: Database,
    shop_key: str,
    *,
    email: str = EVE,
    reference: str = "",
    comment: str = "It came in a day.",
    address: str = "",
    at: datetime = NOON,
) -> str:
    """The token of a new open review with five stars for service."""
    submission = Submission(marks(service=5), "Quick", comment, "en", "Eve")
    with database.write() as work:
        review_id = open_reviews.submit(
            work, shop_key, submission, Sender(email, reference), address=address, now=at
        )
        return sign(review_id, work.keys.invitations)


def confirm(database: Database, token: str, *, at: datetime = NOON) -> Review:
    with database.write() as work:
        open_reviews.confirm(work, token, now=at)
    return row_of(database, token)


def row_of(database: Database, token: str) -> Review:
    with database.read() as session:
        found = rows.by_public_id(session, review_id(database, token))
    assert found is not None
    return found


def review_id(database: Database, token: str) -> str:
    return read(token, database.keys.invitations)


def shown(database: Database, token: str, *, at: datetime = NOON) -> OpenReview:
    with database.read() as session:
        return open_reviews.read(session, database.keys, token, now=at)


def mails(database: Database) -> list[str]:
    with database.read() as session:
        return [mail.key for mail in session.exec(select(Mail).order_by(col(Mail.key))).all()]


def count(database: Database, shop_key: str) -> int:
    return steps.grade(database, shop_key).count


def test_a_review_is_public_only_once_its_address_is_confirmed(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key)
    row = row_of(database, token)
    assert (row.state, row.is_public, row.title, row.comment, row.author_name) == (
        ReviewState.SUBMITTED,
        False,
        "",
        "",
        "",
    )
    assert shown(database, token).review.comment == "It came in a day."
    assert mails(database) == ["open_review_confirm"]
    row = confirm(database, token, at=NOON + MINUTE)
    assert (row.state, row.is_public, row.level) == (ReviewState.APPROVED, True, 1)
    assert (row.title, row.comment, row.author_name) == ("Quick", "It came in a day.", "Eve")
    assert (row.submitted_at, row.published_at) == (NOON, NOON + MINUTE)
    assert mails(database) == ["open_review_confirm", "open_review_receipt"]


def test_a_review_without_an_order_on_record_is_not_verified_and_does_not_count(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key, reference="A-1")
    confirm(database, token)
    assert count(database, shop_key) == 0
    assert not shown(database, token).is_verified


def test_a_review_of_an_order_that_was_on_record_counts(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, email="Eve@Buyer.example", at=NOON - MINUTE)
    row = confirm(database, hand_in(database, shop_key, reference=reference))
    assert row.level == 2
    assert row.order_id is not None
    assert count(database, shop_key) == 1
    with database.read() as session:
        kinds = {record.kind for record in session.exec(select(EvidenceRecord)).all()}
    assert kinds == {"EMAIL_CONFIRMED", "ORDER_ON_RECORD"}


@pytest.mark.parametrize("late", [MINUTE, timedelta(days=3)])
def test_an_order_that_arrives_after_the_review_never_lifts_it(
    database: Database, late: timedelta
) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key, reference="A-7")
    steps.order(database, shop_key, reference="A-7", email=EVE, at=NOON + late)
    row = confirm(database, token, at=NOON + late + MINUTE)
    assert (row.level, row.order_id) == (1, None)
    assert count(database, shop_key) == 0


def test_the_order_of_somebody_else_proves_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, at=NOON - MINUTE)
    assert confirm(database, hand_in(database, shop_key, reference=reference)).level == 1


def test_an_order_of_more_than_six_months_ago_proves_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, email=EVE, at=NOON - timedelta(days=200))
    assert confirm(database, hand_in(database, shop_key, reference=reference)).level == 1


def test_a_second_confirmation_changes_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key)
    confirm(database, token)
    row = confirm(database, token, at=NOON + MINUTE)
    assert row.published_at == NOON
    assert mails(database).count("open_review_receipt") == 1


def test_a_purchase_has_one_review_whichever_way_it_came(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, email=EVE, at=NOON - MINUTE)
    invited = steps.invite(database, shop_key, reference, at=NOON - MINUTE)
    confirm(database, hand_in(database, shop_key, reference=reference))
    with database.read() as session:
        assert session.exec(select(Invitation)).one().state == InvitationState.REVIEWED
    with pytest.raises(ReviewExists), database.write() as work:
        reviews.submit(work, invited, Submission(marks(service=1)), now=NOON)
    again = hand_in(database, shop_key, reference=reference)
    with pytest.raises(ReviewExists):
        confirm(database, again)
    assert row_of(database, again).state == ReviewState.SUBMITTED


def test_an_invited_review_keeps_its_place(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key, email=EVE, at=NOON - MINUTE)
    invited = steps.invite(database, shop_key, reference, at=NOON - MINUTE)
    with database.write() as work:
        reviews.submit(work, invited, Submission(marks(service=1)), now=NOON)
    with pytest.raises(ReviewExists):
        confirm(database, hand_in(database, shop_key, reference=reference))
    assert count(database, shop_key) == 1


def test_one_address_has_one_review_of_a_purchase_that_nobody_knows(database: Database) -> None:
    shop_key = steps.open_shop(database)
    first, second = hand_in(database, shop_key), hand_in(database, shop_key)
    confirm(database, first)
    with pytest.raises(ReviewExists):
        confirm(database, second)
    with database.write() as work:
        open_reviews.withdraw(work, first, now=NOON)
    assert confirm(database, second).is_public


def test_a_review_that_nobody_confirms_is_deleted_after_fourteen_days(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key)
    kept = hand_in(database, shop_key, email="finn@buyer.example", at=NOON + MINUTE)
    assert open_reviews.discard(database, now=NOON + FORTNIGHT - MINUTE) == 0
    with pytest.raises(ConfirmationExpired):
        confirm(database, token, at=NOON + FORTNIGHT)
    with pytest.raises(ConfirmationExpired):
        shown(database, token, at=NOON + FORTNIGHT)
    assert open_reviews.discard(database, now=NOON + FORTNIGHT) == 1
    assert row_of(database, token).state == ReviewState.DISCARDED
    assert row_of(database, kept).state == ReviewState.SUBMITTED
    with database.read() as session:
        assert len(session.exec(select(ReviewContact)).all()) == 1
        actions = [entry.action for entry in session.exec(select(AuditEntry)).all()]
    assert "review.discarded" in actions
    with pytest.raises(ConfirmationExpired):
        shown(database, token)


def test_what_was_confirmed_stays(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key, address="198.51.100.7")
    confirm(database, token)
    assert open_reviews.discard(database, now=NOON + FORTNIGHT) == 0
    assert row_of(database, token).is_public
    with database.read() as session:
        assert session.exec(select(ReviewContact)).one().network_hash == ""


def test_five_submissions_an_hour_from_one_network(database: Database) -> None:
    shop_key = steps.open_shop(database)
    midnight = NOON + timedelta(hours=12)
    for number in range(5):
        email, address = f"e{number}@buyer.example", f"198.51.100.{number}"
        at = midnight + (number - 4) * MINUTE
        hand_in(database, shop_key, email=email, address=address, at=at)
    other = steps.open_shop(database, domain="other.example")
    with pytest.raises(OpenReviewsTooMany):
        hand_in(database, other, email="f@buyer.example", address="198.51.100.9", at=midnight)
    hand_in(database, shop_key, email="f@buyer.example", address="203.0.113.9", at=midnight)
    later = midnight + timedelta(hours=1)
    hand_in(database, shop_key, email="g@buyer.example", address="198.51.100.9", at=later)


def test_nobody_fills_somebody_elses_mailbox(database: Database) -> None:
    shop_key = steps.open_shop(database)
    for number in range(5):
        hand_in(database, shop_key, address=f"198.51.{number}.1")
    with pytest.raises(OpenReviewsTooMany):
        hand_in(database, shop_key, address="198.51.99.1")


@pytest.mark.parametrize(
    ("submission", "sender", "refusal"),
    [
        (Submission({}), Sender(EVE), MarksInvalid),
        (Submission({Criterion.SERVICE: 6}), Sender(EVE), MarksInvalid),
        (Submission(marks(service=1), author_name="eve@x.example"), Sender(EVE), TextInvalid),
        (Submission(marks(service=1)), Sender("eve"), MailAddressInvalid),
    ],
)
def test_what_breaks_a_rule_leaves_nothing(
    database: Database, submission: Submission, sender: Sender, refusal: type[Exception]
) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(refusal), database.write() as work:
        open_reviews.submit(work, shop_key, submission, sender, now=NOON)
    with database.read() as session:
        assert session.exec(select(Review)).all() == []
        assert session.exec(select(Mail)).all() == []


def test_a_text_with_personal_data_waits_and_its_author_is_told(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key, comment="Write to me: anna.miller@example.org")
    row = confirm(database, token)
    assert (row.is_public, row.comment) == (True, "")
    own = shown(database, token).review
    assert own.is_held
    assert own.comment.startswith("Write to me")
    assert "review_held" in mails(database)


def test_the_author_changes_and_withdraws_with_the_same_link(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key)
    changed = Submission(marks(service=2), "Slow", "It broke after a week.", "en", "Eve")
    with pytest.raises(ConfirmationExpired), database.write() as work:
        open_reviews.edit(work, token, changed, now=NOON)
    confirm(database, token)
    with database.write() as work:
        open_reviews.edit(work, token, changed, now=NOON + MINUTE)
    row = row_of(database, token)
    assert (row.stars, row.comment, row.edited_at) == (
        2,
        "It broke after a week.",
        NOON + MINUTE,
    )
    with pytest.raises(EditingClosed), database.write() as work:
        open_reviews.edit(work, token, changed, now=NOON + timedelta(days=200))
    with database.write() as work:
        open_reviews.withdraw(work, token, now=NOON + timedelta(days=200))
    assert row_of(database, token).state == ReviewState.DISCARDED


def test_what_was_never_confirmed_is_withdrawn_without_a_trace(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key)
    with database.write() as work:
        open_reviews.withdraw(work, token, now=NOON)
    with database.read() as session:
        assert session.exec(select(ReviewContact)).all() == []
    with pytest.raises(ConfirmationExpired):
        confirm(database, token)


def test_the_link_of_an_invited_review_is_none_of_these(database: Database) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key)
    invited = steps.invite(database, shop_key, reference, at=NOON)
    with database.write() as work:
        written = reviews.submit(work, invited, Submission(marks(service=1)), now=NOON)
        token = sign(written, work.keys.invitations)
    with pytest.raises(OwnReviewNotFound), database.write() as work:
        open_reviews.withdraw(work, token, now=NOON)
    unknown = sign("rev-01920000-0000-7000-8000-000000000000", database.keys.invitations)
    with pytest.raises(OwnReviewNotFound):
        shown(database, unknown)
    with pytest.raises(OwnReviewNotFound):
        confirm(database, unknown)


def test_the_author_is_reached_and_gets_a_receipt(database: Database) -> None:
    shop_key = steps.open_shop(database)
    token = hand_in(database, shop_key)
    row = confirm(database, token)
    with database.read() as session:
        shop = shops.by_id(session, row.shop_id)
        assert shop is not None
        author = case_mails.author_of(session, database.keys, row, shop)
        assert author is not None
        assert author.email == EVE
        contact = session.exec(select(ReviewContact)).one()
        assert EVE.encode() not in contact.email_cipher
        file = receipts.file_of(
            session, database.keys, row.public_id, issuer="https://trust.example"
        )
    assert file is not None
