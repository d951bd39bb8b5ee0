"""Reviews, reasons and strategies that the tests of the rules share."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from domain import windows
from domain.criteria import CriteriaSystem, Criterion
from domain.decisions import Ground, Moderator, Restoration, Source, StatementOfReasons
from domain.evidence import Evidence, EvidenceKind
from domain.grades import Tally, tally_of
from domain.invitations import ReviewKind
from domain.reviews import Review, ReviewState, Submission, why_not_counted
from domain.windows import Period

TODAY = date(2026, 11, 21)
SUBMITTED_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
INVITED = Evidence(EvidenceKind.INVITATION_USED, SUBMITTED_AT, "inv-1")
EMAIL = Evidence(EvidenceKind.EMAIL_CONFIRMED, SUBMITTED_AT, "mail")
MONA = Moderator("Mona")
REASONS = StatementOfReasons(
    moderator=MONA,
    ground=Ground.UNTRUTHFUL,
    facts="No order of this shop fits the review.",
    explanation="The order number belongs to another shop.",
    redress="You can complain free of charge for six months.",
    source=Source.NOTICE,
    decided_at=SUBMITTED_AT,
)
RESTORATION = Restoration(MONA, "The author sent the receipt.", SUBMITTED_AT)


def a_review(
    marks: Mapping[Criterion, int] | None = None,
    *,
    state: ReviewState = ReviewState.APPROVED,
    kind: ReviewKind = ReviewKind.SERVICE_REVIEW,
    epoch: int = 1,
    submitted_at: datetime = SUBMITTED_AT,
    evidence: tuple[Evidence, ...] = (INVITED,),
    incentivised: bool = False,
    imported_from: str | None = None,
) -> Review:
    """A published, verified shop review, apart from what a test says."""
    return Review(
        state=state,
        kind=kind,
        epoch=epoch,
        submitted_at=submitted_at,
        marks=marks or {Criterion.SERVICE: 5},
        evidence=evidence,
        incentivised=incentivised,
        imported_from=imported_from,
    )


def counted(reviews: list[Review], *, window: Period, epoch: int = 1) -> Tally:
    """What the reviews add up to when each is asked anew whether it counts."""
    return sum(
        (
            tally_of(review.marks)
            for review in reviews
            if why_not_counted(review, epoch=epoch, window=window) is None
        ),
        Tally(),
    )


def half_up(exact: Fraction) -> Decimal:
    """An exact mean to two decimals, half-up, without the code under test or its arithmetic."""
    cents = (exact * 100 + Fraction(1, 2)).__floor__()
    return Decimal(f"{cents // 100}.{cents % 100:02}")


Step = Callable[[Review], Review]
NEW_MARKS = Submission({Criterion.SERVICE: 2}, incentivised=True)
# Every step that a review can take; test_never_list.py proves that there is no other.
STEPS: dict[str, Step] = {
    "publish": Review.publish,
    "lapse": Review.lapse,
    "report": Review.report,
    "keep": Review.keep,
    "reject": lambda review: review.reject(REASONS),
    "restore": lambda review: review.restore(RESTORATION),
    "withdraw": Review.withdraw,
    "edit": lambda review: review.edit(NEW_MARKS),
}

stars = st.integers(1, 5)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
offsets = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-839, 839))
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001  (the strategy wants naive bounds)
    datetime(2090, 12, 31),  # noqa: DTZ001
    timezones=offsets,
)
systems = st.sampled_from(CriteriaSystem)


def marks_of(system: CriteriaSystem) -> st.SearchStrategy[dict[Criterion, int]]:
    """Valid marks of a shop review in this system."""
    return st.dictionaries(st.sampled_from(system.criteria), stars, min_size=1)


three_marks = marks_of(CriteriaSystem.THREE)
records = st.builds(
    Evidence,
    kind=st.sampled_from(EvidenceKind),
    seen_at=st.integers(-48, 48).map(lambda hours: SUBMITTED_AT + timedelta(hours=hours)),
    source=st.just("test"),
)
reviews = st.builds(
    a_review,
    three_marks,
    state=st.sampled_from(ReviewState),
    epoch=st.integers(1, 2),
    submitted_at=moments,
    evidence=st.lists(records, max_size=3).map(tuple),
    incentivised=st.booleans(),
    imported_from=st.sampled_from((None, "Other platform")),
)
THIS_YEAR = windows.window(TODAY)
