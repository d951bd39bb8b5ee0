"""Pauses after failures, ages of logins, and how a login stands with its second factor."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import logins
from domain.logins import Failures, SecondFactor, SignInPaused
from domain.policies import LOGINS
from domain.rights import Grants, OperatorRole, Right

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 900), (11, 900)],
)
def test_each_failure_after_the_first_few_doubles_the_wait(number: int, seconds: int) -> None:
    assert logins.pause_seconds(Failures(number, NOON), NOON) == seconds


def test_without_failures_there_is_nothing_to_wait_for() -> None:
    assert logins.pause_seconds(None, NOON) == 0


@given(st.integers(0, 40), st.integers(0, 2_000_000))
def test_waiting_as_long_as_told_is_enough(number: int, passed_ms: int) -> None:
    now = NOON + timedelta(milliseconds=passed_ms)
    wait = logins.pause_seconds(Failures(number, NOON), now)
    assert 0 <= wait <= LOGINS.pause_seconds
    assert logins.pause_seconds(Failures(number, NOON), now + timedelta(seconds=wait)) == 0


def test_a_quarter_of_an_hour_without_a_failure_makes_all_forgotten() -> None:
    ten = Failures(10, NOON)
    assert logins.another(None, NOON) == Failures(1, NOON)
    early, late = NOON + timedelta(minutes=14), NOON + timedelta(minutes=15)
    assert logins.another(ten, early) == Failures(11, early)
    assert logins.another(ten, late) == Failures(1, late)


def test_the_tenth_failure_locks() -> None:
    assert [logins.is_locked(Failures(number, NOON)) for number in (9, 10)] == [False, True]
    assert SignInPaused().seconds == SignInPaused(seconds=900).seconds == 900


@pytest.mark.parametrize(("is_staff", "hours"), [(False, 12), (True, 1)])
def test_an_idle_login_ends(is_staff: bool, hours: int) -> None:
    end = NOON + timedelta(hours=hours)
    moment = timedelta(microseconds=1)
    assert logins.is_live(NOON, NOON, end - moment, is_staff=is_staff)
    assert not logins.is_live(NOON, NOON, end, is_staff=is_staff)


def test_after_thirty_days_a_login_ends_however_busy_it_was() -> None:
    end = NOON + timedelta(days=30)
    moment = timedelta(microseconds=1)
    assert logins.is_live(NOON, end - moment, end - moment, is_staff=False)
    assert not logins.is_live(NOON, end - moment, end, is_staff=False)


def test_who_looks_in_somebodys_place_stops_after_an_hour_however_busy() -> None:
    end = NOON + timedelta(hours=1)
    moment = timedelta(microseconds=1)
    assert logins.is_live(NOON, end - moment, end - moment, is_staff=True, is_borrowed=True)
    assert not logins.is_live(NOON, end - moment, end, is_staff=True, is_borrowed=True)


def test_a_login_is_fresh_for_ten_minutes_after_a_proof() -> None:
    end = NOON + timedelta(minutes=10)
    assert logins.is_fresh(NOON, end - timedelta(microseconds=1))
    assert not logins.is_fresh(NOON, end)
    assert not logins.is_fresh(None, NOON)


@pytest.mark.parametrize(
    ("grants", "has_one", "was_shown", "stands"),
    [
        (Grants(), False, False, SecondFactor.NONE_NEEDED),
        (Grants(), True, False, SecondFactor.DUE),
        (Grants(), True, True, SecondFactor.DONE),
        (Grants({"X": frozenset({Right.ADMINISTRATOR})}), False, False, SecondFactor.SETUP_DUE),
        (Grants({"X": frozenset({Right.ADMINISTRATOR})}), False, True, SecondFactor.SETUP_DUE),
        (Grants(roles=frozenset({OperatorRole.AUDITOR})), True, False, SecondFactor.DUE),
    ],
)
def test_a_factor_is_set_up_where_needed_and_shown_where_there_is_one(
    grants: Grants, has_one: bool, was_shown: bool, stands: SecondFactor
) -> None:
    assert logins.second_factor(grants, has_one=has_one, was_shown=was_shown) is stands
