"""What may be confirmed, and by whom an upload's lines are counted."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import uploads
from domain.uploads import (
    GOOD,
    REFUSED,
    Outcome,
    Statement,
    UploadStatementMissing,
    UploadTimeInvalid,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BOTH = tuple(Statement)


def test_both_statements_are_needed() -> None:
    for missing in Statement:
        said = [each for each in BOTH if each is not missing]
        with pytest.raises(UploadStatementMissing) as refused:
            uploads.check_confirmation(said, NOON, NOON)
        assert refused.value.field == missing


def test_mails_leave_at_the_chosen_time_and_never_before_now() -> None:
    later = NOON + timedelta(days=60)
    assert uploads.check_confirmation(BOTH, later, NOON) == later
    assert uploads.check_confirmation(BOTH, NOON - timedelta(hours=20), NOON) == NOON


@pytest.mark.parametrize("off", [timedelta(days=60, seconds=1), timedelta(days=-1, seconds=-1)])
def test_a_time_far_off_is_refused(off: timedelta) -> None:
    with pytest.raises(UploadTimeInvalid):
        uploads.check_confirmation(BOTH, NOON + off, NOON)


def test_every_outcome_is_good_or_refused() -> None:
    assert set(GOOD) | set(REFUSED) == set(Outcome)
    assert not set(GOOD) & set(REFUSED)
    assert uploads.refused({Outcome.EMPTY: 2, Outcome.FORMULA: 1, Outcome.READY: 5}) == 3
