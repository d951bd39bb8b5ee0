"""Reviews of a frame: why one is opened, and how it goes on (systems.md §39).

    OPENED → INFO_REQUESTED → AT_INSURER → APPROVED | REFUSED | CLOSED

A review may go to the insurer without asking the member, may ask once more when the insurer has
questions, and may be closed at any time, with reasons.

TrustwrightError
├── NotFound                       there is no such thing
│   └── FrameReviewNotFound        FRAME_REVIEW_NOT_FOUND
└── Conflict                       the state of things forbids it
    ├── FrameReviewForbidden       FRAME_REVIEW_FORBIDDEN
    ├── FrameReviewChanged         FRAME_REVIEW_CHANGED
    └── FrameReviewExists          FRAME_REVIEW_EXISTS
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.errors import Conflict, NotFound

ANSWER_CHARACTERS: Final = 5_000


class FrameReviewNotFound(NotFound):
    code = "FRAME_REVIEW_NOT_FOUND"
    title = "There is no such review of a protection frame."


class FrameReviewForbidden(Conflict):
    code = "FRAME_REVIEW_FORBIDDEN"
    title = "The review of the frame cannot go from its present state to that one."


class FrameReviewChanged(Conflict):
    code = "FRAME_REVIEW_CHANGED"
    title = "The review of the frame has changed meanwhile: look at it once more."


class FrameReviewExists(Conflict):
    code = "FRAME_REVIEW_EXISTS"
    title = "The frame of this member is being reviewed already."


class Cause(StrEnum):
    """Why a review is opened; MANUAL is finance itself."""

    REGULAR = "REGULAR"
    PERMANENT = "PERMANENT"
    TURNOVER = "TURNOVER"
    MANUAL = "MANUAL"


class FrameReviewState(StrEnum):
    """Where a review stands; the last three have ended it."""

    OPENED = "OPENED"
    INFO_REQUESTED = "INFO_REQUESTED"
    AT_INSURER = "AT_INSURER"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be done."""
        return self not in (self.APPROVED, self.REFUSED, self.CLOSED)


_S = FrameReviewState
_NEXT: Final[Mapping[FrameReviewState, tuple[FrameReviewState, ...]]] = {
    _S.OPENED: (_S.INFO_REQUESTED, _S.AT_INSURER, _S.CLOSED),
    _S.INFO_REQUESTED: (_S.AT_INSURER, _S.CLOSED),
    _S.AT_INSURER: (_S.INFO_REQUESTED, _S.APPROVED, _S.REFUSED, _S.CLOSED),
}


def steps(state: FrameReviewState) -> tuple[FrameReviewState, ...]:
    """The states that a review may go to from this one."""
    return _NEXT.get(state, ())


def go(state: FrameReviewState, to: FrameReviewState) -> FrameReviewState:
    """The new state; raises FrameReviewForbidden where that is not the way."""
    if to not in steps(state):
        raise FrameReviewForbidden(f"A review that is {state} cannot become {to}.")
    return to
