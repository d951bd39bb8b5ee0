"""The life cycle of a review, what is tidied on the way in, and which reviews count."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from domain import reviews, windows
from domain.criteria import CriteriaSystem, Criterion
from domain.errors import Invalid, MarksInvalid, TextInvalid, TransitionForbidden
from domain.evidence import Evidence, EvidenceKind, EvidenceLevel
from domain.grades import Tally, tally_of
from domain.invitations import ReviewKind
from domain.reviews import NotCounted, Review, ReviewState, Submission
from domain.windows import Period
from tests.domain import examples
from tests.domain.examples import (
    EMAIL,
    INVITED,
    NEW_MARKS,
    STEPS,
    SUBMITTED_AT,
    THIS_YEAR,
    Step,
    a_review,
    counted,
    moments,
    three_marks,
)

SERVICE, GOODS, TOTAL = Criterion.SERVICE, Criterion.GOODS, Criterion.TOTAL
State = ReviewState

LIFE_CYCLE = {
    (State.SUBMITTED, "publish"): State.APPROVED,
    (State.SUBMITTED, "lapse"): State.DISCARDED,
    (State.APPROVED, "report"): State.MODERATION,
    (State.MODERATION, "keep"): State.APPROVED,
    (State.MODERATION, "reject"): State.REJECTED,
    (State.REJECTED, "restore"): State.APPROVED,
    (State.SUBMITTED, "withdraw"): State.DISCARDED,
    (State.APPROVED, "withdraw"): State.DISCARDED,
    (State.MODERATION, "withdraw"): State.DISCARDED,
    (State.REJECTED, "withdraw"): State.DISCARDED,
    (State.SUBMITTED, "edit"): State.SUBMITTED,
    (State.APPROVED, "edit"): State.APPROVED,
    (State.MODERATION, "edit"): State.MODERATION,
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", State)
def test_the_life_cycle_is_that_of_the_specification_and_no_other(state: State, name: str) -> None:
    review = a_review(state=state)
    if (state, name) in LIFE_CYCLE:
        assert STEPS[name](review).state is LIFE_CYCLE[state, name]
    else:
        with pytest.raises(TransitionForbidden):
            STEPS[name](review)


def test_only_approved_and_reported_reviews_are_public() -> None:
    assert {state for state in State if state.is_public} == {State.APPROVED, State.MODERATION}


def test_go_8_author_deletes_any_time() -> None:
    for state in set(State) - {State.DISCARDED}:
        withdrawn = a_review(state=state).withdraw()
        assert reviews.contribution(withdrawn) == Tally()


def test_go_9_a_reported_review_stays_visible_and_counted_until_decided() -> None:
    review = a_review()
    reported = review.report()
    assert reported.state.is_public
    assert reviews.contribution(reported) == reviews.contribution(review) != Tally()


@given(examples.reviews, st.sampled_from(sorted(STEPS)))
def test_a_step_changes_what_it_is_for_and_nothing_else(review: Review, name: str) -> None:
    try:
        after = STEPS[name](review)
    except TransitionForbidden:
        return
    if name == "edit":
        assert after == replace(review, marks=NEW_MARKS.marks, incentivised=True)
    else:
        assert after == replace(review, state=after.state)


def test_an_edited_review_keeps_the_moment_of_its_submission_and_its_evidence() -> None:
    edited = a_review().edit(Submission({SERVICE: 1}))
    assert (edited.submitted_at, edited.evidence) == (SUBMITTED_AT, (INVITED,))
    assert reviews.contribution(edited) == tally_of({SERVICE: 1})


class LifeOfReviews(RuleBasedStateMachine):
    """Reviews that people publish, report, decide on, edit and withdraw, in any order.

    The running total is kept as the use cases keep it: what a review contributed is subtracted
    before each step, and what it contributes afterwards is added.
    """

    alive = Bundle("alive")

    def __init__(self) -> None:
        super().__init__()
        self.reviews: dict[int, Review] = {}
        self.total = Tally()
        self.hidden_by: dict[int, str] = {}

    @rule(target=alive, review=examples.reviews)
    def submit(self, review: Review) -> int:
        number = len(self.reviews)
        self.reviews[number] = replace(review, state=State.SUBMITTED)
        return number

    @rule(number=alive, name=st.sampled_from(sorted(STEPS)))
    def step(self, number: int, name: str) -> None:
        self._step(number, name, STEPS[name])

    @rule(number=alive, marks=three_marks, incentivised=st.booleans())
    def edit(self, number: int, marks: dict[Criterion, int], incentivised: bool) -> None:
        new = Submission(marks, incentivised=incentivised)
        self._step(number, "edit", lambda review: review.edit(new))

    def _step(self, number: int, name: str, step: Step) -> None:
        before = self.reviews[number]
        try:
            after = step(before)
        except TransitionForbidden:
            assert (before.state, name) not in LIFE_CYCLE
            return
        assert LIFE_CYCLE[before.state, name] is after.state
        if before.state.is_public and not after.state.is_public:
            self.hidden_by[number] = name
        self.total = self.total - reviews.contribution(before) + reviews.contribution(after)
        self.reviews[number] = after

    @invariant()
    def a_review_loses_visibility_only_with_reasons_or_by_its_author(self) -> None:
        assert set(self.hidden_by.values()) <= {"reject", "withdraw"}

    @invariant()
    def the_running_total_equals_a_recount(self) -> None:
        recount = sum(map(reviews.contribution, self.reviews.values()), Tally())
        assert self.total == recount

    @invariant()
    def only_public_verified_reviews_count(self) -> None:
        public = [review for review in self.reviews.values() if review.state.is_public]
        assert self.total.reviews <= sum(review.level.is_verified for review in public)


TestLifeOfReviews = LifeOfReviews.TestCase
TestLifeOfReviews.settings = settings(stateful_step_count=15)


@pytest.mark.parametrize(
    ("review", "reason"),
    [
        (a_review(), None),
        (a_review(state=State.MODERATION), None),
        (a_review(state=State.SUBMITTED), NotCounted.NOT_PUBLISHED),
        (a_review(state=State.REJECTED), NotCounted.NOT_PUBLISHED),
        (a_review(state=State.DISCARDED), NotCounted.NOT_PUBLISHED),
        (a_review(imported_from="Other platform"), NotCounted.IMPORTED),
        (a_review(incentivised=True), NotCounted.INCENTIVISED),
        (a_review(evidence=(EMAIL,)), NotCounted.NOT_VERIFIED),
        (a_review(evidence=()), NotCounted.NOT_VERIFIED),
        (a_review(epoch=0), NotCounted.EARLIER_EPOCH),
        (a_review(submitted_at=datetime(2025, 11, 20, 23, 59, 59, tzinfo=UTC)),
         NotCounted.OUTSIDE_WINDOW),
        (a_review(submitted_at=datetime(2025, 11, 21, tzinfo=UTC)), None),
    ],
)  # fmt: skip
def test_agg_1_why_a_review_is_outside_the_grade(review: Review, reason: NotCounted | None) -> None:
    assert reviews.why_not_counted(review, epoch=1, window=THIS_YEAR) is reason


def test_a_review_is_neither_incentivised_nor_imported_unless_it_says_so() -> None:
    review = Review(
        State.APPROVED, ReviewKind.SERVICE_REVIEW, 1, SUBMITTED_AT, {SERVICE: 5}, (INVITED,)
    )
    assert reviews.contribution(review) == tally_of({SERVICE: 5})
    assert Submission({SERVICE: 5}).incentivised is False


@pytest.mark.parametrize("mark", range(1, 6))
def test_iso_7_positive_and_negative_published(mark: int) -> None:
    review = a_review({SERVICE: mark}, state=State.SUBMITTED).publish()
    assert review.state.is_public
    assert reviews.why_not_counted(review, epoch=1, window=THIS_YEAR) is None


def test_switching_back_to_the_former_system_does_not_revive_its_reviews() -> None:
    first_epoch, third_epoch = a_review(epoch=1), a_review(epoch=3)
    window = counted([first_epoch, third_epoch], window=THIS_YEAR, epoch=3)
    assert window == tally_of(third_epoch.marks)


def test_a_switch_of_the_shops_criteria_leaves_product_reviews_untouched() -> None:
    review = a_review({TOTAL: 4}, kind=ReviewKind.PRODUCT_REVIEW, epoch=1)
    assert reviews.why_not_counted(review, epoch=2, window=THIS_YEAR) is None


def test_the_level_of_a_review_follows_from_its_own_evidence_and_origin() -> None:
    late = Evidence(EvidenceKind.ORDER_ON_RECORD, SUBMITTED_AT + timedelta(seconds=1), "api")
    assert a_review().level is EvidenceLevel.L2
    assert a_review(evidence=(late, EMAIL)).level is EvidenceLevel.L1
    assert a_review(imported_from="Other platform").level is EvidenceLevel.L1


@given(examples.reviews, st.integers(1, 2))
def test_contributions_of_the_days_of_a_window_add_up_to_what_counts_in_it(
    review: Review, epoch: int
) -> None:
    day = windows.day_of(review.submitted_at)
    around = Period(day - timedelta(days=3), day + timedelta(days=3))
    expected = counted([review], window=around, epoch=review.epoch)
    assert reviews.contribution(review) == expected
    assert counted([review], window=around, epoch=epoch) in (expected, Tally())


@given(three_marks, moments)
def test_a_review_adds_to_the_utc_day_of_its_submission_in_whatever_zone_it_was_written(
    marks: dict[Criterion, int], moment: datetime
) -> None:
    proof = replace(INVITED, seen_at=moment)
    review = a_review(marks, submitted_at=moment, evidence=(proof,))
    assert reviews.contribution(review) == tally_of(marks)


def test_a_review_written_just_after_midnight_in_paris_belongs_to_the_utc_day_before() -> None:
    paris = datetime.fromisoformat("2026-01-01T00:30:00+01:00")
    review = a_review({SERVICE: 4}, submitted_at=paris)
    last_day = Period(date(2025, 12, 31), date(2025, 12, 31))
    assert reviews.why_not_counted(review, epoch=1, window=last_day) is None
    assert reviews.contribution(review) == tally_of({SERVICE: 4})


def checked(submission: Submission, kind: ReviewKind = ReviewKind.SERVICE_REVIEW) -> Submission:
    return reviews.checked(submission, kind, CriteriaSystem.THREE)


def test_what_an_author_writes_is_tidied_and_kept() -> None:
    untidy = Submission(
        {SERVICE: 5, GOODS: 4},
        title="  Fast\nand good ",
        comment="First.\r\nSecond.\x00",
        language="de-AT",
        author_name=" Anna  B. ",
        incentivised=True,
    )
    assert checked(untidy) == Submission(
        {GOODS: 4, SERVICE: 5},
        title="Fast and good",
        comment="First.\nSecond.",
        language="de",
        author_name="Anna B.",
        incentivised=True,
    )


def test_marks_alone_are_a_valid_review() -> None:
    assert checked(Submission({SERVICE: 1})) == Submission({SERVICE: 1})


def test_a_text_always_belongs_to_a_rating() -> None:
    with pytest.raises(MarksInvalid) as refusal:
        checked(Submission({}, title="Good", comment="Very good."))
    assert refusal.value.field == "marks"


def test_a_product_review_has_one_mark_and_a_shop_review_those_of_its_system() -> None:
    total = Submission({TOTAL: 5})
    assert checked(total, ReviewKind.PRODUCT_REVIEW) == total
    with pytest.raises(MarksInvalid):
        checked(Submission({SERVICE: 5}), ReviewKind.PRODUCT_REVIEW)
    with pytest.raises(MarksInvalid):
        checked(total)
    with pytest.raises(MarksInvalid):
        reviews.checked(Submission({GOODS: 5}), ReviewKind.SERVICE_REVIEW, CriteriaSystem.ONE)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"comment": "x" * 5_001}, "comment"),
        ({"author_name": "x" * 41}, "author_name"),
        ({"author_name": "anna@example.org"}, "author_name"),
        ({"language": "<script>"}, "language"),
        ({"language": "x" * 10_000}, "language"),
    ],
    ids=["title", "comment", "name", "contact", "language", "long language"],
)
def test_a_text_that_breaks_its_limit_is_refused_with_the_field(
    change: dict[str, str], field: str
) -> None:
    with pytest.raises(TextInvalid) as refusal:
        checked(replace(Submission({SERVICE: 5}), **change))  # type: ignore[arg-type]
    assert refusal.value.field == field


@given(
    st.builds(
        Submission,
        st.dictionaries(st.sampled_from(Criterion), st.integers(-1, 7)),
        title=st.text(st.characters(codec=None)),
        comment=st.text(st.characters(codec=None)),
        language=st.text(st.characters(codec=None), max_size=4),
        author_name=st.text(st.characters(codec=None)),
    ),
    st.sampled_from(ReviewKind),
    st.sampled_from(CriteriaSystem),
)
def test_any_submission_is_tidied_once_for_all_or_refused_as_invalid(
    submission: Submission, kind: ReviewKind, system: CriteriaSystem
) -> None:
    try:
        tidy = reviews.checked(submission, kind, system)
    except Invalid:
        return
    assert reviews.checked(tidy, kind, system) == tidy
    assert tidy.marks == submission.marks
