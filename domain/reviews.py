"""The review life cycle, what is visible, and what counts (systems.md §4, AGG-1, never list).

Transitions are methods of the state they start from, and take what they need to be lawful:
only ``reject`` lowers visibility against the author's will, and it cannot be called without a
StatementOfReasons, which cannot be made without a person. Nothing here takes stars as a
reason, and no function accepts "verified" or an evidence level from outside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain import evidence as ladder
from domain import languages, policies, texts
from domain.criteria import PRODUCT_CRITERIA, CriteriaSystem, Criterion, check_marks
from domain.decisions import Restoration, StatementOfReasons
from domain.errors import ParameterInvalid, TextInvalid, TransitionForbidden
from domain.evidence import Evidence, EvidenceLevel
from domain.grades import Tally, tally_of
from domain.invitations import ReviewKind
from domain.windows import Period, day_of


class ReviewState(StrEnum):
    """SUBMITTED waits; APPROVED and MODERATION are public; REJECTED and DISCARDED are not."""

    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    MODERATION = "MODERATION"
    REJECTED = "REJECTED"
    DISCARDED = "DISCARDED"

    @property
    def is_public(self) -> bool:
        """Reported reviews stay visible and counted until decided (GO-9)."""
        return self in (ReviewState.APPROVED, ReviewState.MODERATION)


class NotCounted(StrEnum):
    """Why a public review does not enter the headline grade (AGG-1)."""

    NOT_VERIFIED = "NOT_VERIFIED"
    INCENTIVISED = "INCENTIVISED"
    IMPORTED = "IMPORTED"
    EARLIER_EPOCH = "EARLIER_EPOCH"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    NOT_PUBLISHED = "NOT_PUBLISHED"


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author writes: marks, and optionally a title, a text and a name to show.

    ``language`` is the text's own, as BCP 47 primary subtag; ``incentivised`` is the author's
    own tick box "I received something for this review".
    """

    marks: Mapping[Criterion, int]
    title: str = ""
    comment: str = ""
    language: str = ""
    author_name: str = ""
    incentivised: bool = False


def checked(submission: Submission, kind: ReviewKind, system: CriteriaSystem) -> Submission:
    """The submission, tidied; raises MarksInvalid or TextInvalid with the field."""
    allowed = system.criteria if kind is ReviewKind.SERVICE_REVIEW else PRODUCT_CRITERIA
    limits = policies.REVIEWS
    return replace(
        submission,
        marks=check_marks(submission.marks, allowed),
        title=texts.clean_line(submission.title, most=limits.title_characters, field="title"),
        comment=texts.clean(submission.comment, most=limits.comment_characters, field="comment"),
        language=_primary_language(submission.language),
        author_name=texts.clean_name(
            submission.author_name, most=limits.name_characters, field="author_name"
        ),
    )


def _primary_language(tag: str) -> str:
    try:
        return languages.parse(tag, field="language") if tag else ""
    except ParameterInvalid as refusal:
        raise TextInvalid(refusal.detail, field=refusal.field) from None


@dataclass(frozen=True, slots=True)
class Review:
    """A review as the rules see it; ``epoch`` is the counting period it belongs to."""

    state: ReviewState
    kind: ReviewKind
    epoch: int
    submitted_at: datetime
    marks: Mapping[Criterion, int]
    evidence: tuple[Evidence, ...] = field(default=())
    incentivised: bool = False
    imported_from: str | None = None

    @property
    def level(self) -> EvidenceLevel:
        """Derived, never stored as a choice (LVL-6)."""
        return ladder.level_of(
            self.evidence,
            submitted_at=self.submitted_at,
            imported=self.imported_from is not None,
        )

    def publish(self) -> "Review":
        """SUBMITTED → APPROVED: at once for verified links, else on e-mail confirmation."""
        return self._moved(ReviewState.APPROVED, from_=(ReviewState.SUBMITTED,))

    def lapse(self) -> "Review":
        """SUBMITTED → DISCARDED: nobody has confirmed the address in time."""
        return self._moved(ReviewState.DISCARDED, from_=(ReviewState.SUBMITTED,))

    def report(self) -> "Review":
        """APPROVED → MODERATION: stays visible and counted."""
        return self._moved(ReviewState.MODERATION, from_=(ReviewState.APPROVED,))

    def keep(self) -> "Review":
        """MODERATION → APPROVED: the notice was not upheld."""
        return self._moved(ReviewState.APPROVED, from_=(ReviewState.MODERATION,))

    def reject(self, reasons: StatementOfReasons) -> "Review":
        """MODERATION → REJECTED, with reasons: hidden everywhere, kept with its reason."""
        del reasons  # Its existence is the condition; the use case stores and sends it.
        return self._moved(ReviewState.REJECTED, from_=(ReviewState.MODERATION,))

    def restore(self, restoration: Restoration) -> "Review":
        """REJECTED → APPROVED: a complaint was upheld (DSA-4)."""
        del restoration
        return self._moved(ReviewState.APPROVED, from_=(ReviewState.REJECTED,))

    def withdraw(self) -> "Review":
        """Any → DISCARDED, by the author, at any time (GO-8)."""
        return self._moved(
            ReviewState.DISCARDED,
            from_=tuple(s for s in ReviewState if s is not ReviewState.DISCARDED),
        )

    def edit(self, submission: Submission) -> "Review":
        """The author's new marks and declaration; the moment of submission stays."""
        if self.state in (ReviewState.DISCARDED, ReviewState.REJECTED):
            raise TransitionForbidden("A review that is not public cannot be edited.")
        return replace(self, marks=submission.marks, incentivised=submission.incentivised)

    def _moved(self, to: ReviewState, *, from_: Iterable[ReviewState]) -> "Review":
        if self.state not in from_:
            raise TransitionForbidden(f"A review cannot go from {self.state} to {to}.")
        return replace(self, state=to)


class Countable(Protocol):
    """What decides whether a review counts; a stored row and a Review both have it."""

    @property
    def state(self) -> ReviewState: ...
    @property
    def kind(self) -> ReviewKind: ...
    @property
    def level(self) -> EvidenceLevel: ...
    @property
    def incentivised(self) -> bool: ...
    @property
    def imported_from(self) -> str | None: ...
    @property
    def epoch(self) -> int: ...
    @property
    def submitted_at(self) -> datetime: ...


def why_not_counted(review: Countable, *, epoch: int, window: Period) -> NotCounted | None:
    """Why the review is outside the headline grade; None when it counts (AGG-1).

    The rating is not looked at: there is no filter by stars (NEVER-1, UK-4). Epochs divide shop
    reviews only: a switch of the criteria system leaves product reviews alone (systems.md §4).
    """
    if not review.state.is_public:
        return NotCounted.NOT_PUBLISHED
    if review.imported_from is not None:
        return NotCounted.IMPORTED
    if review.incentivised:
        return NotCounted.INCENTIVISED
    if not review.level.is_verified:
        return NotCounted.NOT_VERIFIED
    if review.kind is ReviewKind.SERVICE_REVIEW and review.epoch != epoch:
        return NotCounted.EARLIER_EPOCH
    return None if review.submitted_at in window else NotCounted.OUTSIDE_WINDOW


def contribution(review: Review) -> Tally:
    """What a review adds to the day of its submission, whatever window is asked for."""
    day = day_of(review.submitted_at)
    reason = why_not_counted(review, epoch=review.epoch, window=Period(day, day))
    return tally_of(review.marks) if reason is None else Tally()
