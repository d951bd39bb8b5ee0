"""Data of buyers are kept until the day that is published, and not a moment less or more."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import person_data as rules
from domain.person_data import PERSON_DATA
from domain.windows import review_deadline

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(days=-2_000), timedelta(days=2_000)).map(lambda age: NOON + age)


def test_the_numbers_are_those_of_the_specification() -> None:
    assert PERSON_DATA.order_days == 90  # systems.md §0.10: privacy.order_days
    assert PERSON_DATA.answer_months == 1  # GP-6


@given(MOMENTS, st.timedeltas(timedelta(days=250), timedelta(days=300)))
def test_an_order_is_due_90_days_after_its_invitation_has_ended(
    ordered_at: datetime, age: timedelta
) -> None:
    now = ordered_at + age
    is_over = review_deadline(ordered_at) + timedelta(days=90) <= now
    assert (ordered_at < rules.unreviewed_before(now)) is is_over


@given(MOMENTS)
def test_the_first_moment_at_which_an_order_is_due_is_a_midnight(ordered_at: datetime) -> None:
    due = review_deadline(ordered_at) + timedelta(days=90)
    assert ordered_at < rules.unreviewed_before(due)
    assert ordered_at >= rules.unreviewed_before(due - timedelta(microseconds=1))


def test_authors_are_kept_for_twelve_months_in_whole_days() -> None:
    assert rules.reviewed_before(NOON) == datetime(2025, 11, 20, tzinfo=UTC)


def test_what_a_shop_has_denied_goes_90_days_later() -> None:
    assert rules.denied_before(NOON) == NOON - timedelta(days=90)


def test_a_request_is_answered_within_a_month_and_its_link_ends_within_a_day() -> None:
    asked_at = datetime(2027, 1, 31, 9, tzinfo=UTC)
    assert rules.answer_due(asked_at) == datetime(2027, 2, 28, tzinfo=UTC)
    assert rules.link_ends(asked_at) == asked_at + timedelta(hours=24)
