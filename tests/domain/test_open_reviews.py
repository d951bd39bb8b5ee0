"""Open reviews: who sends one, the link that only its author gets, and until when it waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ids, open_reviews
from domain.errors import TextInvalid, TransitionForbidden
from domain.ids import Prefix
from domain.invitations import ReviewKind
from domain.mails import MailAddressInvalid
from domain.open_reviews import OpenReviewsTooMany, OwnReviewNotFound, Sender
from domain.reviews import Review, ReviewState

KEY = b"k" * 32
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_link_leads_to_its_review_and_to_no_other_installations() -> None:
    review_id = ids.new(Prefix.REVIEW)
    token = open_reviews.sign(review_id, KEY)
    assert len(token) == 64
    assert open_reviews.read(token, KEY) == review_id
    with pytest.raises(OwnReviewNotFound):
        open_reviews.read(token, b"x" * 32)


@given(st.text(max_size=80) | st.text("abcXYZ019_-", min_size=64, max_size=64))
def test_what_nobody_has_signed_leads_nowhere(text: str) -> None:
    with pytest.raises(OwnReviewNotFound):
        open_reviews.read(text, KEY)


def test_the_sender_is_tidied() -> None:
    tidy = open_reviews.checked(Sender(" eve@Example.org ", " A-1\n2 "))
    assert tidy == Sender("eve@example.org", "A-1 2")


@pytest.mark.parametrize("email", ["", "eve", "eve@", "eve@example.org\nBcc: all@example.org"])
def test_a_sender_without_an_address_is_refused(email: str) -> None:
    with pytest.raises(MailAddressInvalid):
        open_reviews.checked(Sender(email))


def test_an_order_number_has_an_end() -> None:
    with pytest.raises(TextInvalid):
        open_reviews.checked(Sender("eve@example.org", "1" * 256))


def test_a_review_waits_for_fourteen_days() -> None:
    assert open_reviews.confirm_until(NOON) == NOON + timedelta(days=14)


def test_a_refusal_says_how_long_to_wait() -> None:
    assert OpenReviewsTooMany().seconds == 3600


def test_only_what_waits_lapses() -> None:
    waiting = Review(ReviewState.SUBMITTED, ReviewKind.SERVICE_REVIEW, 1, NOON, {})
    assert waiting.lapse().state is ReviewState.DISCARDED
    with pytest.raises(TransitionForbidden):
        waiting.publish().lapse()
