"""The way of a frame's review (systems.md §39)."""

import pytest

from domain.frame_reviews import FrameReviewForbidden, FrameReviewState, go, steps

OPENED, ASKED, AT_INSURER, APPROVED, REFUSED, CLOSED = FrameReviewState


def test_a_review_goes_only_the_documented_way() -> None:
    assert {state: set(steps(state)) for state in FrameReviewState} == {
        OPENED: {ASKED, AT_INSURER, CLOSED},
        ASKED: {AT_INSURER, CLOSED},
        AT_INSURER: {ASKED, APPROVED, REFUSED, CLOSED},
        APPROVED: set(),
        REFUSED: set(),
        CLOSED: set(),
    }
    assert go(OPENED, ASKED) is ASKED
    with pytest.raises(FrameReviewForbidden):
        go(OPENED, APPROVED)


def test_only_three_states_have_ended_it() -> None:
    assert [state for state in FrameReviewState if not state.is_open] == [APPROVED, REFUSED, CLOSED]
