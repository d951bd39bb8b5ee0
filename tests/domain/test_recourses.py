"""Recourse: its steps, the insurer's share, and reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import recourses
from domain.recourses import RecourseReasonMissing, RecourseState, RecourseStepForbidden

S = RecourseState
ENDS = {S.PAID, S.WRITTEN_OFF, S.INSURER}
ALLOWED = {(S.INVOICED, S.CONTESTED), (S.CONTESTED, S.INVOICED)} | {
    (before, after) for before in (S.INVOICED, S.CONTESTED) for after in ENDS
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_a_recourse_goes_its_way_and_no_other(before: S, after: S) -> None:
    if (before, after) in ALLOWED:
        assert recourses.step(before, after) is after
    else:
        with pytest.raises(RecourseStepForbidden):
            recourses.step(before, after)
    assert after.is_open == (after not in ENDS)


@given(st.integers(0, 10**12), st.integers(0, 100))
def test_an_insurer_bears_at_most_everything(amount: int, percent: int) -> None:
    assert 0 <= recourses.insurer_share(amount, percent) <= amount


def test_the_share_is_rounded_half_up() -> None:
    assert recourses.insurer_share(105, 90) == 95
    assert recourses.insurer_share(10_000) == 9_000


def test_a_contest_has_a_reason() -> None:
    assert recourses.reason_of(" Paid before. ") == "Paid before."
    with pytest.raises(RecourseReasonMissing):
        recourses.reason_of("")
