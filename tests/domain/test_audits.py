"""Audits: one table of steps, deadlines in working days, a year of validity."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import audits as rules
from domain.audits import (
    RUNNING,
    TRANSITIONS,
    VERDICTS_OPEN,
    AuditNotPossible,
    AuditParty,
    AuditState,
    AuditStep,
    AuditStepForbidden,
    AuditUnchecked,
    Declared,
)
from domain.calendars import Calendar

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = Calendar(ZoneInfo("Europe/Berlin"), frozenset({date(2026, 11, 23)}))
STATES = st.sampled_from(list(AuditState))
STEPS = st.sampled_from(list(AuditStep))
PARTIES = st.sampled_from(list(AuditParty))


def test_the_way_to_a_certificate_is_the_one_of_the_specification() -> None:
    way = [
        (AuditStep.CONTACT, AuditParty.AUDITOR, AuditState.PRECHECK),
        (AuditStep.REFUSE, AuditParty.AUDITOR, AuditState.PRECHECK),
        (AuditStep.START, AuditParty.AUDITOR, AuditState.IN_AUDIT),
        (AuditStep.REPORT, AuditParty.AUDITOR, AuditState.REPORT_SENT),
        (AuditStep.FIX, AuditParty.SHOP, AuditState.SHOP_FIXING),
        (AuditStep.HAND_IN, AuditParty.SHOP, AuditState.RECHECK),
        (AuditStep.SEND_BACK, AuditParty.AUDITOR, AuditState.SHOP_FIXING),
        (AuditStep.HAND_IN, AuditParty.SHOP, AuditState.RECHECK),
        (AuditStep.PASS, AuditParty.AUDITOR, AuditState.PASSED),
        (AuditStep.CERTIFY, AuditParty.AUDITOR, AuditState.CERTIFIED),
        (AuditStep.SUSPEND, AuditParty.SYSTEM, AuditState.SUSPENDED),
        (AuditStep.REINSTATE, AuditParty.AUDITOR, AuditState.CERTIFIED),
        (AuditStep.EXPIRE, AuditParty.SYSTEM, AuditState.EXPIRED),
    ]
    state = AuditState.ORDERED
    for step, party, expected in way:
        state = rules.after(state, step, party)
        assert state is expected


@given(STATES, STEPS, PARTIES)
def test_a_step_is_taken_exactly_where_the_table_has_it(
    state: AuditState, step: AuditStep, party: AuditParty
) -> None:
    rule = TRANSITIONS[step]
    if state in rule.from_ and party in rule.by:
        assert rules.after(state, step, party) is rule.to
        assert step in rules.steps(state, party)
    else:
        assert step not in rules.steps(state, party)
        with pytest.raises(AuditStepForbidden):
            rules.after(state, step, party)


@given(st.lists(st.tuples(STEPS, PARTIES), max_size=40))
def test_whatever_is_tried_a_certificate_follows_only_what_was_reported_and_passed(
    tried: list[tuple[AuditStep, AuditParty]],
) -> None:
    state, taken = AuditState.ORDERED, []
    for step, party in tried:
        if step in rules.steps(state, party):
            state = rules.after(state, step, party)
            taken.append(step)
    if AuditStep.CERTIFY in taken:
        before = taken[: taken.index(AuditStep.CERTIFY)]
        assert {AuditStep.CONTACT, AuditStep.START, AuditStep.REPORT, AuditStep.PASS} <= set(before)
    if state.is_end:
        assert not any(rules.steps(state, party) for party in AuditParty)


def test_every_state_can_be_reached_and_every_one_that_is_no_end_can_be_left() -> None:
    reached: set[AuditState] = {AuditState.ORDERED}
    left: set[AuditState] = set()
    for _ in AuditState:
        for rule in TRANSITIONS.values():
            left |= rule.from_ & reached
            if rule.from_ & reached:
                reached.add(rule.to)
    assert reached == set(AuditState)
    assert set(AuditState) - left == {AuditState.WITHDRAWN, AuditState.EXPIRED}


def test_no_program_and_no_shop_gives_a_verdict_or_lets_a_shop_pass() -> None:
    for step in (AuditStep.START, AuditStep.REPORT, AuditStep.PASS, AuditStep.REINSTATE):
        assert TRANSITIONS[step].by == {AuditParty.AUDITOR}
    assert {state for state in AuditState if state.is_running} == RUNNING
    assert VERDICTS_OPEN < RUNNING


def test_the_shop_sees_findings_once_they_are_reported_and_answers_while_it_has_the_turn() -> None:
    assert not AuditState.IN_AUDIT.is_reported
    assert AuditState.RECHECK.is_reported
    assert [state for state in AuditState if state.is_with_shop] == [
        AuditState.REPORT_SENT,
        AuditState.SHOP_FIXING,
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        # Monday the 23rd is a holiday: five working days after Friday end on Monday the 30th.
        (AuditState.ORDERED, datetime(2026, 11, 30, 23, tzinfo=UTC)),
        (AuditState.PRECHECK, datetime(2026, 12, 7, 23, tzinfo=UTC)),
        (AuditState.IN_AUDIT, datetime(2026, 12, 7, 23, tzinfo=UTC)),
        (AuditState.REPORT_SENT, datetime(2026, 12, 21, 23, tzinfo=UTC)),
        (AuditState.SHOP_FIXING, datetime(2026, 12, 21, 23, tzinfo=UTC)),
        (AuditState.RECHECK, datetime(2026, 11, 30, 23, tzinfo=UTC)),
        (AuditState.PASSED, None),
        (AuditState.CERTIFIED, None),
    ],
)
def test_contact_report_and_recheck_are_due_in_working_days_of_the_market(
    state: AuditState, expected: datetime | None
) -> None:
    found = rules.due_at(state, ordered_at=FRIDAY, now=FRIDAY, calendar=BERLIN)
    assert found == expected


def test_an_audit_proves_something_for_a_year() -> None:
    assert rules.valid_until(FRIDAY, BERLIN) == datetime(2027, 11, 20, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "told", "expected"),
    [
        (61, 0, 0),
        (60, 0, 60),
        (60, 60, 0),
        (45, 60, 0),
        (30, 60, 30),
        (29, 30, 0),
        (7, 30, 7),
        (5, 0, 7),
        (5, 7, 0),
        (0, 7, 0),
        (-1, 0, 0),
    ],
)
def test_the_end_is_told_sixty_thirty_and_seven_days_before_once_each(
    left: int, told: int, expected: int
) -> None:
    until = FRIDAY + timedelta(days=left)
    assert rules.told_at(until, FRIDAY, told) == expected


@pytest.mark.parametrize("missing", list(Declared))
def test_a_shop_declares_every_point_or_is_not_audited(missing: Declared) -> None:
    assert rules.check_declared(list(Declared)) == tuple(Declared)
    with pytest.raises(AuditNotPossible) as refusal:
        rules.check_declared([each for each in Declared if each is not missing])
    assert refusal.value.field == missing.lower()


@pytest.mark.parametrize(("identity", "credit"), [("", ""), ("OK", ""), ("OK", "FAILED")])
def test_identity_and_credit_have_to_be_in_order_before_a_certificate(
    identity: str, credit: str
) -> None:
    rules.check_certifiable(identity="OK", credit="OK")
    with pytest.raises(AuditUnchecked):
        rules.check_certifiable(identity=identity, credit=credit)
