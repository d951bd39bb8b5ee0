"""The ways of a case: only a person with reasons hides a review, another one hears complaints."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import cases
from domain.calendars import Calendar
from domain.cases import Case, CaseState, CaseStepForbidden, Facts, HearingOver, Outcome
from domain.complaints import ComplaintTooLate, SamePerson, Side
from domain.decisions import Finding, Moderator, Restoration, Scope
from domain.notices import NoticeReason
from tests.domain.examples import MONA, REASONS

START = datetime(2026, 11, 20, 12, tzinfo=UTC)  # A Friday.
CALENDAR = Calendar()
NINA = Moderator("Nina")
DOUBT = Facts(frozenset({NoticeReason.NO_PURCHASE}), has_evidence=False)
PLAIN = Facts(frozenset({NoticeReason.ABUSIVE}), has_evidence=True)
JOINED = replace(PLAIN, has_answer=True, has_unheard=True)
DAY = timedelta(days=1)


def finding(moderator: Moderator = MONA, at: datetime = START) -> Finding:
    return Finding(moderator, "Nothing in the text is a fact that could be wrong.", at)


def taken() -> Case:
    return cases.opened(START, CALENDAR).take()


def heard() -> Case:
    return taken().hear(START, CALENDAR)


def to_decide() -> Case:
    return heard().answer(START + DAY, CALENDAR).comment(START + 2 * DAY, CALENDAR)


def test_triage_is_due_at_the_end_of_the_next_working_day() -> None:
    case = cases.opened(START, CALENDAR)
    assert (case.state, case.due_at) == (
        CaseState.RECEIVED,
        datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert case.take().due_at == case.due_at
    assert case.wake_at is None


def test_an_author_has_fourteen_days_and_is_reminded_after_seven() -> None:
    case = heard()
    assert case.due_at == datetime(2026, 12, 5, tzinfo=UTC)
    assert case.wake_at == case.remind_at == START + 7 * DAY
    assert not case.is_reminder_due(START + 6 * DAY)
    assert case.is_reminder_due(START + 7 * DAY)
    assert not case.is_reminder_due(START + 20 * DAY)
    assert not case.reminded().is_reminder_due(START + 8 * DAY)
    assert case.reminded().wake_at == case.due_at
    assert not taken().is_reminder_due(START + 7 * DAY)


def test_an_answer_lets_the_shop_comment_for_seven_days() -> None:
    commented = heard().answer(START + DAY, CALENDAR)
    assert commented.state is CaseState.SHOP_COMMENT
    assert commented.due_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert commented.comment(START + 2 * DAY, CALENDAR).state is CaseState.TO_DECIDE
    silent = commented.lapse(START + 20 * DAY, PLAIN, CALENDAR)
    assert silent.state is CaseState.TO_DECIDE
    assert silent.due_at == datetime(2026, 12, 16, tzinfo=UTC)


def test_an_answer_after_the_time_is_too_late() -> None:
    with pytest.raises(HearingOver):
        heard().answer(START + 30 * DAY, CALENDAR)
    with pytest.raises(HearingOver):
        heard().answer(START + DAY, CALENDAR).comment(START + 30 * DAY, CALENDAR)


def test_gp_8_silence_keeps_a_review_or_leaves_it_to_a_person() -> None:
    late = START + 30 * DAY
    kept = heard().lapse(late, PLAIN, CALENDAR)
    assert (kept.state, kept.outcome, kept.deciders) == (
        CaseState.DECIDED,
        Outcome.KEPT,
        frozenset(),
    )
    doubted = heard().lapse(late, DOUBT, CALENDAR)
    assert (doubted.state, doubted.outcome) == (CaseState.TO_DECIDE, None)
    assert doubted.proposal(DOUBT) is Outcome.REMOVED
    proven = replace(DOUBT, has_evidence=True)
    assert heard().lapse(late, proven, CALENDAR).outcome is Outcome.KEPT


def test_nothing_lapses_before_its_time() -> None:
    for case in (cases.opened(START, CALENDAR), taken(), heard(), to_decide()):
        assert case.lapse(START + DAY, DOUBT, CALENDAR) == case


def test_an_edit_is_asked_for_a_week_and_nothing_changes_without_the_author() -> None:
    asked = to_decide().request_edit(finding(), CALENDAR)
    assert asked.is_pending
    assert not asked.is_open
    assert asked.wake_at == asked.due_at == datetime(2026, 11, 28, tzinfo=UTC)
    assert asked.lapse(START + DAY, PLAIN, CALENDAR) == asked
    kept = asked.lapse(START + 20 * DAY, PLAIN, CALENDAR)
    assert (kept.outcome, kept.is_pending) == (Outcome.KEPT, False)
    # Six months to complain begin with what the reporter is told last.
    assert kept.decided_at == START + 20 * DAY


def test_a_further_notice_begins_the_hearing_anew_from_wherever_it_had_come() -> None:
    later = START + 3 * DAY
    commented = heard().answer(START + DAY, CALENDAR)
    for case in (heard(), heard().reminded(), commented, to_decide()):
        assert case.is_put_to_author
        again = case.hear_again(later, CALENDAR)
        assert again.state is CaseState.AUTHOR_HEARING
        assert (again.due_at, again.remind_at) == (
            datetime(2026, 12, 8, tzinfo=UTC),
            later + 7 * DAY,
        )
    for case in (cases.opened(START, CALENDAR), taken(), to_decide().keep(finding())):
        assert not case.is_put_to_author
        with pytest.raises(CaseStepForbidden):
            case.hear_again(later, CALENDAR)


def test_who_has_answered_once_is_not_kept_by_silence_about_a_further_notice() -> None:
    silent = to_decide().hear_again(START + 3 * DAY, CALENDAR)
    late = START + 30 * DAY
    assert silent.lapse(late, PLAIN, CALENDAR).outcome is Outcome.KEPT
    decided = silent.lapse(late, replace(PLAIN, has_answer=True), CALENDAR)
    assert (decided.state, decided.outcome) == (CaseState.TO_DECIDE, None)


def test_after_an_edit_what_nobody_has_put_to_the_author_is_heard_first() -> None:
    asked = to_decide().request_edit(finding(), CALENDAR)
    late = START + 20 * DAY
    again = asked.lapse(late, replace(PLAIN, has_unheard=True), CALENDAR)
    assert (again.state, again.outcome, again.decided_at) == (CaseState.AUTHOR_HEARING, None, None)
    assert again.wake_at == late + 7 * DAY
    assert again.deciders == asked.deciders


def test_each_decision_has_its_number() -> None:
    kept = heard().lapse(START + 30 * DAY, PLAIN, CALENDAR)
    assert (to_decide().decisions, kept.decisions) == (0, 1)
    assert kept.dismiss(finding(NINA)).decisions == 1
    assert kept.overturn(replace(REASONS, moderator=NINA)).decisions == 2
    asked = to_decide().request_edit(finding(), CALENDAR)
    assert asked.lapse(START + 20 * DAY, PLAIN, CALENDAR).decisions == 2


def test_images_can_go_while_the_review_stays() -> None:
    gone = to_decide().remove(replace(REASONS, scope=Scope.IMAGES))
    assert gone.outcome is Outcome.IMAGE_REMOVED
    gone.check_complaint(Side.AUTHOR, REASONS.decided_at)


def test_an_author_may_take_a_review_back_until_it_is_decided() -> None:
    for case in (
        cases.opened(START, CALENDAR),
        heard(),
        to_decide(),
        to_decide().request_edit(finding(), CALENDAR),
    ):
        assert case.withdraw(START).outcome is Outcome.WITHDRAWN
        assert case.withdraw(START).wake_at is None
    with pytest.raises(CaseStepForbidden):
        to_decide().keep(finding()).withdraw(START)


def test_dsa_4_each_side_may_complain_for_six_months_about_what_is_against_it() -> None:
    removed, kept = to_decide().remove(REASONS), to_decide().keep(finding(at=REASONS.decided_at))
    until = datetime(2026, 9, 3, tzinfo=UTC)
    assert removed.complaints_until == kept.complaints_until == until
    removed.check_complaint(Side.AUTHOR, until - DAY)
    kept.check_complaint(Side.REPORTER, until - DAY)
    for case, side in ((removed, Side.REPORTER), (kept, Side.AUTHOR), (heard(), Side.AUTHOR)):
        with pytest.raises(CaseStepForbidden):
            case.check_complaint(side, START)
    with pytest.raises(ComplaintTooLate):
        removed.check_complaint(Side.AUTHOR, until)
    assert removed.may_complain(Side.AUTHOR, until - DAY)
    assert not removed.may_complain(Side.AUTHOR, until)
    assert not kept.may_complain(Side.AUTHOR, START)


def test_dsa_4_no_one_decides_about_a_complaint_against_themselves() -> None:
    removed, kept = taken().remove_as_obvious(REASONS), taken().reject_as_obvious(finding())
    for moderator, case in ((MONA, removed), (MONA, kept)):
        with pytest.raises(SamePerson):
            case.dismiss(finding(moderator))
    with pytest.raises(SamePerson):
        removed.restore(Restoration(MONA, "It was mine.", START))
    with pytest.raises(SamePerson):
        kept.overturn(REASONS)
    assert removed.dismiss(finding(NINA)).outcome is Outcome.REMOVED
    assert removed.restore(Restoration(NINA, "The receipt is real.", START)).outcome is Outcome.KEPT
    assert kept.overturn(replace(REASONS, moderator=NINA)).outcome is Outcome.REMOVED


def test_a_complaint_turns_round_only_what_there_is() -> None:
    with pytest.raises(CaseStepForbidden):
        taken().reject_as_obvious(finding()).restore(Restoration(NINA, "Nothing hidden.", START))
    with pytest.raises(CaseStepForbidden):
        taken().remove_as_obvious(REASONS).overturn(replace(REASONS, moderator=NINA))


def test_a_decided_case_is_closed_after_six_months_unless_a_complaint_is_open() -> None:
    kept = to_decide().keep(finding())
    assert kept.wake_at == kept.complaints_until
    later = START + 200 * DAY
    assert kept.lapse(later, replace(PLAIN, has_open_complaint=True), CALENDAR) == kept
    closed = kept.lapse(later, PLAIN, CALENDAR)
    assert closed.state is CaseState.CLOSED
    with pytest.raises(ComplaintTooLate):
        closed.check_complaint(Side.REPORTER, START)


class Ways(RuleBasedStateMachine):
    """Any steps in any order, by people and by the clock, allowed or not."""

    @initialize(reasons=st.sampled_from([DOUBT, PLAIN, JOINED]))
    def open(self, reasons: Facts) -> None:
        self.now = START
        self.facts = reasons
        self.case = cases.opened(START, CALENDAR)
        self.reasons_given = 0

    def attempt(self, after: object) -> None:
        """Take a step if the rules allow it; a refused one changes nothing."""
        assert callable(after)
        try:
            self.case = after()
        except (CaseStepForbidden, HearingOver, SamePerson):
            return

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY
        before = self.case
        self.case = before.lapse(self.now, self.facts, CALENDAR)
        hidden = before.outcome is not None and before.outcome.hides
        assert (self.case.outcome is not None and self.case.outcome.hides) is hidden

    @rule()
    def take(self) -> None:
        self.attempt(lambda: self.case.take())

    @rule()
    def hear(self) -> None:
        self.attempt(lambda: self.case.hear(self.now, CALENDAR))

    @rule()
    def answer(self) -> None:
        self.attempt(lambda: self.case.answer(self.now, CALENDAR))

    @rule()
    def comment(self) -> None:
        self.attempt(lambda: self.case.comment(self.now, CALENDAR))

    @rule()
    def a_notice_joins(self) -> None:
        was_put = self.case.is_put_to_author
        self.attempt(lambda: self.case.hear_again(self.now, CALENDAR))
        assert not was_put or self.case.remind_at == self.now + 7 * DAY

    @rule(by=st.sampled_from([MONA, NINA]), way=st.integers(0, 3))
    def decide_without_reasons(self, by: Moderator, way: int) -> None:
        said = finding(by, self.now)
        ways = (
            lambda: self.case.keep(said),
            lambda: self.case.reject_as_obvious(said),
            lambda: self.case.request_edit(said, CALENDAR),
            lambda: self.case.dismiss(said),
        )
        before = self.case.outcome
        self.attempt(ways[way])
        was_hidden = before is not None and before.hides
        assert was_hidden or self.case.outcome is None or not self.case.outcome.hides

    @rule(by=st.sampled_from([MONA, NINA]), way=st.integers(0, 2))
    def decide_with_reasons(self, by: Moderator, way: int) -> None:
        reasons = replace(REASONS, moderator=by, decided_at=self.now)
        before = self.case
        ways = (
            lambda: self.case.remove(reasons),
            lambda: self.case.remove_as_obvious(reasons),
            lambda: self.case.overturn(reasons),
        )
        self.attempt(ways[way])
        if self.case != before:
            self.reasons_given += 1
            assert by.name in self.case.deciders
            assert way != 2 or by.name not in before.deciders

    @precondition(lambda self: self.case.outcome is Outcome.REMOVED)
    @rule(by=st.sampled_from([MONA, NINA]))
    def restore(self, by: Moderator) -> None:
        before = self.case
        self.attempt(lambda: before.restore(Restoration(by, "It was true after all.", self.now)))
        assert self.case == before or by.name not in before.deciders

    @rule()
    def withdraw(self) -> None:
        self.attempt(lambda: self.case.withdraw(self.now))

    @invariant()
    def dsa_3_nothing_is_hidden_without_reasons_and_a_person(self) -> None:
        if self.case.outcome is not None and self.case.outcome.hides:
            assert self.reasons_given > 0
            assert self.case.deciders

    @invariant()
    def an_open_case_has_no_outcome_and_a_decided_one_has(self) -> None:
        assert self.case.is_open is (self.case.outcome is None)
        assert (self.case.decided_at is None) is (self.case.outcome is None)

    @invariant()
    def whatever_waits_for_time_has_a_moment_to_wake(self) -> None:
        waits = self.case.state in (CaseState.AUTHOR_HEARING, CaseState.SHOP_COMMENT)
        assert not waits or self.case.wake_at is not None


TestWays = Ways.TestCase
