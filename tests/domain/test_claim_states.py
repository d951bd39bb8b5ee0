"""The way of a claim: every line of the table, everything beside it, and all deadlines (§36)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import claim_states as states
from domain.calendars import Calendar
from domain.claim_states import TABLE, Claim, Event
from domain.claims import (
    OPEN,
    Answer,
    ClaimInvalid,
    ClaimParty,
    ClaimReason,
    ClaimState,
    ClaimStepForbidden,
    ClaimTimeOver,
    RefundClaimNotOpen,
)

BERLIN: Final = ZoneInfo("Europe/Berlin")
GERMAN: Final = Calendar(BERLIN, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
REPORTED_AT: Final = datetime(2026, 1, 25, 9, tzinfo=UTC)
END: Final = datetime(2026, 3, 2, tzinfo=UTC)
TABLE_AGAIN: Final = """
    REPORTED ASK SYSTEM SHOP_ASKED
    REPORTED SKIP SYSTEM REFUND_CLAIM
    SHOP_ASKED ANSWER SHOP SHOP_ANSWERED
    SHOP_ASKED LAPSE SYSTEM MEDIATION
    SHOP_ANSWERED CHECK SYSTEM BUYER_CHECK
    SHOP_ANSWERED LAPSE SYSTEM BUYER_CHECK
    SHOP_ANSWERED DISPUTE SYSTEM MEDIATION
    SHOP_ANSWERED CONFIRM BUYER RESOLVED
    BUYER_CHECK CONFIRM BUYER RESOLVED
    BUYER_CHECK REFUSE BUYER MEDIATION
    BUYER_CHECK LAPSE SYSTEM RESOLVED
    RESOLVED REOPEN BUYER MEDIATION
    MEDIATION CONFIRM BUYER RESOLVED
    MEDIATION SETTLE SYSTEM RESOLVED
    MEDIATION FAIL HANDLER REFUND_CLAIM
    MEDIATION LAPSE SYSTEM REFUND_CLAIM
    REFUND_CLAIM CLAIM BUYER DOCUMENTS
    REFUND_CLAIM LAPSE SYSTEM LAPSED
    DOCUMENTS HAND_IN BUYER ASSESSMENT
    DOCUMENTS EXTEND HANDLER DOCUMENTS
    DOCUMENTS LAPSE SYSTEM LAPSED
    ASSESSMENT ASK_AGAIN HANDLER DOCUMENTS
    ASSESSMENT APPROVE HANDLER APPROVED
    ASSESSMENT REJECT HANDLER REJECTED
    REJECTED APPEAL BUYER APPEALED
    APPEALED UPHOLD DECIDER APPROVED
    APPEALED DISMISS DECIDER REJECTED
    APPROVED PAY PAYER PAID
    PAID RECOURSE PAYER RECOURSE
    RECOURSE RETURN PAYER APPROVED
    SHOP_ASKED INSOLVENT HANDLER REFUND_CLAIM
    SHOP_ANSWERED INSOLVENT HANDLER REFUND_CLAIM
    BUYER_CHECK INSOLVENT HANDLER REFUND_CLAIM
    MEDIATION INSOLVENT HANDLER REFUND_CLAIM
    REFUND_CLAIM INSOLVENT HANDLER REFUND_CLAIM
"""
LINES: Final = [tuple(line.split()) for line in TABLE_AGAIN.strip().splitlines()] + [
    (state.value, "WITHDRAW", "BUYER", "WITHDRAWN") for state in OPEN
]


def claim(state: ClaimState, **changes: object) -> Claim:
    """A claim in this state whose deadline is far."""
    due = datetime(2026, 2, 20, 23, tzinfo=UTC)
    plain = Claim(state, ClaimReason.NOT_DELIVERED, END, due_at=due)
    return replace(plain, **changes)  # type: ignore[arg-type]  # one place for all fields


def go(at: Claim, event: Event, now: datetime = REPORTED_AT) -> Claim:
    """The claim after this event, by whoever may bring it about."""
    return states.step(at, event, TABLE[at.state, event].by, now, GERMAN)


def day(moment: datetime | None) -> date:
    """The last day on which something can be done, in Berlin."""
    assert moment is not None
    return (moment - timedelta(seconds=1)).astimezone(BERLIN).date()


def test_the_table_is_the_one_of_the_specification() -> None:
    said = {(a.value, e.value, rule.by.value, rule.to.value) for (a, e), rule in TABLE.items()}
    assert said == set(LINES)


@pytest.mark.parametrize("state", ClaimState)
def test_what_the_table_allows_is_possible_and_nothing_else(state: ClaimState) -> None:
    at = claim(state)
    for event, by in product(Event, ClaimParty):
        rule = TABLE.get((state, event))
        if rule is not None and rule.by is by:
            assert states.step(at, event, by, REPORTED_AT, GERMAN).state is rule.to
            assert at.may(event, REPORTED_AT)
        else:
            with pytest.raises(ClaimStepForbidden):
                states.step(at, event, by, REPORTED_AT, GERMAN)


def test_every_state_can_be_reached_and_every_open_one_can_be_left() -> None:
    reached, left = {ClaimState.REPORTED}, {state for state, _ in TABLE}
    while more := {r.to for (state, _), r in TABLE.items() if state in reached} - reached:
        reached |= more
    assert reached == set(ClaimState)
    assert left >= OPEN


def test_no_program_approves_rejects_or_pays() -> None:
    decided = {ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.PAID}
    assert not [r for r in TABLE.values() if r.to in decided and r.by is ClaimParty.SYSTEM]


@given(st.lists(st.sampled_from(Event), max_size=25))
def test_whatever_happens_a_payment_was_approved_by_a_person(events: list[Event]) -> None:
    at, seen = states.reported(ClaimReason.NOT_DELIVERED, END), []
    now = datetime(2026, 2, 24, tzinfo=UTC)
    for event in events:
        if at.may(event, now):
            at = go(at, event, now)
            seen.append(event)
    assert (at.closed_at is not None) == (
        at.state
        in {
            ClaimState.RESOLVED,
            ClaimState.REJECTED,
            ClaimState.WITHDRAWN,
            ClaimState.LAPSED,
            ClaimState.PAID,
            ClaimState.RECOURSE,
        }
    )
    if at.state in (ClaimState.PAID, ClaimState.RECOURSE):
        assert {Event.APPROVE, Event.UPHOLD} & set(seen)
        assert Event.PAY in seen


def test_the_vector_of_the_specification() -> None:
    reported = states.reported(ClaimReason.NOT_DELIVERED, END)
    asked = go(reported, states.first_step(reported))
    # The 25th is a Sunday: five working days are Monday to Friday.
    assert day(asked.due_at) == date(2026, 1, 30)
    assert asked.remind_at == datetime(2026, 1, 27, 23, tzinfo=UTC)
    assert asked.wake_at == asked.remind_at
    mediation = go(asked, Event.LAPSE, asked.due_at or REPORTED_AT)
    # 14 days after Saturday the 31st would be a Saturday.
    assert day(mediation.due_at) == date(2026, 2, 16)
    refund = go(mediation, Event.LAPSE, mediation.due_at or REPORTED_AT)
    assert refund.remind_at == datetime(2026, 2, 23, tzinfo=UTC)
    assert day(refund.due_at) == date(2026, 3, 25)


def test_the_shop_is_not_reminded_once_its_time_is_over() -> None:
    asked = go(states.reported(ClaimReason.NOT_DELIVERED, END), Event.ASK)
    assert asked.remind_at is not None
    assert asked.due_at is not None
    assert not states.is_reminder_due(asked, asked.remind_at - timedelta(seconds=1))
    assert states.is_reminder_due(asked, asked.remind_at)
    assert not states.is_reminder_due(asked, asked.due_at)
    assert states.is_lapsed(asked, asked.due_at)
    assert not states.is_lapsed(asked, asked.due_at - timedelta(seconds=1))
    reminded = states.reminded(asked, asked.remind_at, GERMAN)
    assert (reminded.remind_at, reminded.due_at) == (None, asked.due_at)
    assert reminded.wake_at == asked.due_at


def test_who_hears_late_that_a_refund_can_be_claimed_still_has_30_days() -> None:
    refund = go(claim(ClaimState.MEDIATION), Event.FAIL)
    late = END + timedelta(days=60)
    assert states.is_reminder_due(refund, late)
    told = states.reminded(refund, late, GERMAN)
    assert told.remind_at is None
    assert day(told.due_at) == date(2026, 6, 1)
    assert told.may(Event.CLAIM, late)


def test_a_refund_is_claimed_from_seven_days_before_the_end() -> None:
    refund = go(claim(ClaimState.MEDIATION), Event.FAIL)
    opens = datetime(2026, 2, 23, tzinfo=UTC)
    with pytest.raises(RefundClaimNotOpen):
        go(refund, Event.CLAIM, opens - timedelta(seconds=1))
    assert not refund.may(Event.CLAIM, opens - timedelta(seconds=1))
    assert go(refund, Event.CLAIM, opens).state is ClaimState.DOCUMENTS


def test_a_mediation_that_ends_later_opens_the_refund_at_once() -> None:
    late = END + timedelta(days=3)
    assert go(claim(ClaimState.MEDIATION), Event.FAIL, late).remind_at == late


def test_an_insolvent_shop_is_not_asked_and_the_refund_is_open_at_once() -> None:
    reported = states.reported(ClaimReason.INSOLVENCY, END)
    refund = go(reported, states.first_step(reported))
    assert (refund.state, refund.remind_at) == (ClaimState.REFUND_CLAIM, REPORTED_AT)
    assert refund.may(Event.CLAIM, REPORTED_AT)
    heard = go(claim(ClaimState.MEDIATION), Event.INSOLVENT)
    assert (heard.reason, heard.remind_at) == (ClaimReason.INSOLVENCY, REPORTED_AT)


def test_who_waits_for_a_refund_waits_no_longer_once_the_shop_is_insolvent() -> None:
    waits = go(claim(ClaimState.MEDIATION), Event.FAIL)
    assert not waits.may(Event.CLAIM, REPORTED_AT)
    heard = go(waits, Event.INSOLVENT)
    assert heard.may(Event.CLAIM, REPORTED_AT)
    assert not heard.may(Event.INSOLVENT, REPORTED_AT)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (ClaimState.SHOP_ASKED, Event.ANSWER),
        (ClaimState.REFUND_CLAIM, Event.CLAIM),
        (ClaimState.DOCUMENTS, Event.HAND_IN),
        (ClaimState.DOCUMENTS, Event.EXTEND),
        (ClaimState.REJECTED, Event.APPEAL),
    ],
)
def test_after_the_deadline_a_step_is_too_late(state: ClaimState, event: Event) -> None:
    at = claim(state)
    assert at.due_at is not None
    assert at.may(event, at.due_at - timedelta(seconds=1))
    assert not at.may(event, at.due_at)
    with pytest.raises(ClaimTimeOver):
        go(at, event, at.due_at)


def test_what_is_resolved_can_be_opened_again_until_the_extended_end() -> None:
    resolved = go(claim(ClaimState.BUYER_CHECK), Event.LAPSE)
    assert (resolved.closed_at, resolved.wake_at) == (REPORTED_AT, None)
    again = go(resolved, Event.REOPEN, END - timedelta(seconds=1))
    assert (again.state, again.closed_at) == (ClaimState.MEDIATION, None)
    with pytest.raises(ClaimTimeOver):
        go(resolved, Event.REOPEN, END)


def test_documents_are_waited_for_longer_once() -> None:
    documents = claim(ClaimState.DOCUMENTS, due_at=datetime(2026, 2, 6, 23, tzinfo=UTC))
    longer = go(documents, Event.EXTEND)
    assert day(longer.due_at) == date(2026, 2, 20)
    assert not longer.may(Event.EXTEND, REPORTED_AT)
    asked = go(claim(ClaimState.ASSESSMENT), Event.ASK_AGAIN)
    assert asked.is_extended
    assert not claim(ClaimState.ASSESSMENT, is_extended=True).may(Event.ASK_AGAIN, REPORTED_AT)
    forever = go(claim(ClaimState.DOCUMENTS, due_at=None), Event.EXTEND)
    assert day(forever.due_at) == date(2026, 2, 9)


def test_a_rejection_is_appealed_once() -> None:
    rejected = go(claim(ClaimState.ASSESSMENT), Event.REJECT)
    assert day(rejected.due_at) == date(2026, 2, 24)
    assert rejected.wake_at is None
    appealed = go(rejected, Event.APPEAL)
    assert appealed.was_appealed
    dismissed = go(appealed, Event.DISMISS)
    assert (dismissed.state, dismissed.due_at) == (ClaimState.REJECTED, None)
    with pytest.raises(ClaimStepForbidden):
        go(dismissed, Event.APPEAL)


def test_a_promise_lasts_until_its_day_is_over() -> None:
    asked = claim(ClaimState.SHOP_ASKED)
    promised = date(2026, 1, 28)
    answered = states.answered(asked, Answer.DELIVERS, promised, REPORTED_AT, GERMAN)
    assert answered.due_at == datetime(2026, 1, 28, 23, tzinfo=UTC)
    assert states.after_answer(answered, REPORTED_AT) is None
    assert states.is_lapsed(answered, datetime(2026, 1, 28, 23, tzinfo=UTC))
    late = datetime(2026, 1, 28, 23, tzinfo=UTC)
    assert states.after_answer(answered, late) is Event.CHECK


@pytest.mark.parametrize("answer", [Answer.DELIVERED, Answer.REFUNDED])
def test_what_is_done_is_checked_at_once(answer: Answer) -> None:
    at = claim(ClaimState.SHOP_ASKED)
    answered = states.answered(at, answer, date(2026, 1, 20), REPORTED_AT, GERMAN)
    assert states.after_answer(answered, REPORTED_AT) is Event.CHECK
    assert go(answered, Event.CHECK).state is ClaimState.BUYER_CHECK


def test_a_dispute_needs_no_day_and_leads_to_mediation() -> None:
    at = claim(ClaimState.SHOP_ASKED)
    answered = states.answered(at, Answer.DISPUTES, None, REPORTED_AT, GERMAN)
    assert states.after_answer(answered, REPORTED_AT) is Event.DISPUTE


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (Answer.DELIVERS, None),
        (Answer.DELIVERS, date(2026, 1, 24)),
        (Answer.DELIVERS, date(2026, 2, 9)),
        (Answer.DELIVERED, None),
        (Answer.DELIVERED, date(2026, 1, 26)),
        (Answer.REFUNDED, date(2026, 1, 26)),
    ],
)
def test_an_impossible_day_is_refused(answer: Answer, named: date | None) -> None:
    with pytest.raises(ClaimInvalid):
        states.answered(claim(ClaimState.SHOP_ASKED), answer, named, REPORTED_AT, GERMAN)


def test_working_days_leave_holidays_out() -> None:
    before_easter = datetime(2026, 4, 1, 20, tzinfo=UTC)
    asked = go(claim(ClaimState.REPORTED), Event.ASK, before_easter)
    # Good Friday and Easter Monday are free; the weekend anyway.
    assert day(asked.due_at) == date(2026, 4, 10)
    assert asked.remind_at == datetime(2026, 4, 7, 22, tzinfo=UTC)


def test_a_day_belongs_to_the_zone_of_the_market() -> None:
    late = datetime(2026, 1, 26, 23, 30, tzinfo=UTC)
    asked = go(claim(ClaimState.REPORTED), Event.ASK, late)
    # It is Tuesday in Berlin already.
    assert day(asked.due_at) == date(2026, 2, 3)
    plain = states.step(
        claim(ClaimState.REPORTED), Event.ASK, ClaimParty.SYSTEM, late, Calendar(UTC)
    )
    assert plain.due_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_a_reminder_goes_at_the_beginning_of_its_day_when_clocks_change() -> None:
    # On Sunday 29 March 2026 Berlin goes on to summer time.
    friday = datetime(2026, 3, 26, 9, tzinfo=UTC)
    asked = go(claim(ClaimState.REPORTED), Event.ASK, friday)
    assert asked.remind_at == datetime(2026, 3, 30, 22, tzinfo=UTC)


def test_a_clock_that_jumps_back_moves_nothing() -> None:
    asked = go(claim(ClaimState.REPORTED), Event.ASK)
    earlier = REPORTED_AT - timedelta(days=300)
    assert not states.is_lapsed(asked, earlier)
    assert not states.is_reminder_due(asked, earlier)


def test_what_waits_for_a_person_wakes_no_program() -> None:
    for state in (ClaimState.ASSESSMENT, ClaimState.APPEALED, ClaimState.APPROVED):
        assert claim(state).wake_at is None
    assert not states.is_lapsed(claim(ClaimState.SHOP_ASKED, due_at=None), END)
    assert claim(ClaimState.SHOP_ASKED, due_at=None).wake_at is None
