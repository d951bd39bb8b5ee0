"""Holds of texts: every end but the author's own publishes, and only a person prolongs one."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import holds
from domain.calendars import Calendar
from domain.decisions import (
    Ground,
    Moderator,
    Scope,
    Source,
    StatementOfReasons,
)
from domain.errors import ReasonsMissing
from domain.holds import Hold, HoldNotice, HoldState, HoldStepForbidden

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
MONA = Moderator("mona")
REASONS = StatementOfReasons(
    moderator=MONA,
    ground=Ground.VIOLATES_THE_TERMS_OF_USE,
    facts="The text names a neighbour with street and house number.",
    explanation="Please leave out the neighbour's address, which is nobody's business.",
    redress="You may change the text, free of charge.",
    source=Source.OWN,
    decided_at=NOW,
    automated_detection=True,
    scope=Scope.TEXT,
    until=NOW + timedelta(days=7),
)
STEPS: dict[str, Callable[[Hold, datetime], Hold]] = {
    "release": lambda hold, _now: hold.release(MONA),
    "ask": lambda hold, now: hold.ask(replace(REASONS, until=now + timedelta(days=7))),
    "take": lambda hold, _now: hold.take(REASONS),
    "close": lambda hold, _now: hold.close(),
    "replace": lambda hold, _now: hold.replace(),
    "withdraw": lambda hold, _now: hold.withdraw(),
    "lapse": lambda hold, now: hold.lapse(now),
}
BY_PERSONS = {"release", "ask", "take"}
BY_THE_AUTHOR = {"replace", "withdraw"}


def step(hold: Hold, name: str, now: datetime) -> Hold:
    try:
        return STEPS[name](hold, now)
    except HoldStepForbidden:
        return hold


def test_a_program_holds_a_text_for_three_working_days_at_most() -> None:
    hold = holds.held(NOW, Calendar())
    assert hold == Hold(HoldState.WAITING, datetime(2026, 11, 26, tzinfo=UTC))
    assert hold.due_at is not None
    assert hold.lapse(hold.due_at - timedelta(seconds=1)) == hold
    assert hold.lapse(hold.due_at) == Hold(HoldState.LAPSED, None)


def test_the_steps_below_are_all_that_a_hold_can_take() -> None:
    methods = {name for name in vars(Hold) if not name.startswith("_")}
    assert methods - {each.name for each in fields(Hold)} == set(STEPS)


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=6))
def test_no_hold_ends_in_dropping_a_text(names: list[str]) -> None:
    hold, took = holds.held(NOW, Calendar()), set()
    for day, name in enumerate(names):
        after = step(hold, name, NOW + timedelta(days=day))
        took |= {name} if after != hold else set()
        hold = after
    if not hold.state.is_open:
        assert hold.state.publishes or took & BY_THE_AUTHOR
    elif not took & BY_PERSONS:
        # Without a person it ends by itself, after three working days.
        assert hold.lapse(NOW + timedelta(days=8)).state.publishes
    elif hold.state is not HoldState.IN_CASE:
        assert hold.lapse(NOW + timedelta(days=20)).state.publishes
    else:
        assert hold.close().state.publishes


@pytest.mark.parametrize("name", sorted(STEPS))
@pytest.mark.parametrize("state", [s for s in HoldState if not s.is_open])
def test_what_has_ended_stays_so(state: HoldState, name: str) -> None:
    ended = Hold(state, None)
    assert step(ended, name, NOW + timedelta(days=400)) == ended


def test_who_asks_for_a_change_names_a_day_and_speaks_about_the_text() -> None:
    hold = holds.held(NOW, Calendar())
    with pytest.raises(ReasonsMissing):
        hold.ask(replace(REASONS, until=None))
    with pytest.raises(ReasonsMissing):
        hold.ask(replace(REASONS, scope=Scope.REVIEW))
    with pytest.raises(ReasonsMissing):
        hold.take(replace(REASONS, scope=Scope.REVIEW))
    assert hold.ask(REASONS) == Hold(HoldState.ASKED, REASONS.until)


SAID = {"facts": "A link.", "explanation": "It is looked at.", "redress": "Change it."}
NOTICE = HoldNotice(**SAID, held_at=NOW, until=NOW + timedelta(days=3))


def test_the_notice_says_that_no_program_decided() -> None:
    assert (NOTICE.automated_detection, NOTICE.automated_decision) == (True, False)
    assert (NOTICE.source, NOTICE.scope) == (Source.OWN, Scope.TEXT)
    settable = {each.name for each in fields(HoldNotice) if each.init}
    assert "automated_decision" not in settable


@pytest.mark.parametrize("missing", ["facts", "explanation", "redress"])
def test_a_notice_is_complete(missing: str) -> None:
    with pytest.raises(ReasonsMissing) as refusal:
        HoldNotice(**{**SAID, missing: "  "}, held_at=NOW, until=NOTICE.until)
    assert refusal.value.field == missing


def test_a_delay_has_an_end() -> None:
    with pytest.raises(ReasonsMissing):
        replace(NOTICE, until=NOW)
