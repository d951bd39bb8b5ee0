"""When a mail leaves: the vectors of systems.md §6, quiet days, and exclusions in public."""

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import invite_rules as rules
from domain.invitations import ReviewKind
from domain.invite_rules import Criterion, Exclusion, Facts, InviteRuleInvalid, Rule

SERVICE = ReviewKind.SERVICE_REVIEW
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WEEK = rules.default(rules.CHECKOUT, SERVICE)
FACTS = Facts("WEB-17", "dario@shop.example.org", 4711, "api", "de")

moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001  (the strategy wants naive bounds)
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def sent(rule: Rule, event: str, delivery: str | None = None, now: datetime = LONG_AGO) -> datetime:
    expected = at(delivery) if delivery else None
    return rules.send_time(rule, event_at=at(event), estimated_delivery_at=expected, now=now)


@pytest.mark.parametrize(
    ("event", "delivery", "expected"),
    [
        ("2026-03-02T08:00Z", None, "2026-03-09T10:00Z"),
        ("2026-03-02T12:00Z", None, "2026-03-10T10:00Z"),
        ("2026-03-02T08:00Z", "2026-03-05T00:00Z", "2026-03-12T10:00Z"),
        ("2026-03-02T08:00Z", "2026-03-05T17:30Z", "2026-03-12T10:00Z"),
        ("2026-03-02T08:00Z", "2026-02-05T00:00Z", "2026-03-09T10:00Z"),
        ("2026-03-02T10:00Z", None, "2026-03-09T10:00Z"),
        ("2026-03-02T09:00+02:00", None, "2026-03-09T10:00Z"),
    ],
)
def test_the_vectors_of_the_specification(event: str, delivery: str | None, expected: str) -> None:
    assert sent(WEEK, event, delivery) == at(expected)


def test_the_delivery_counts_only_where_the_rule_says_so() -> None:
    rule = replace(WEEK, applies_trigger_date=False)
    assert sent(rule, "2026-03-02T08:00Z", "2026-03-05T00:00Z") == at("2026-03-09T10:00Z")


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        ("PT1H", "2026-03-02T09:00Z"),
        ("P1H", "2026-03-02T09:00Z"),
        ("PT90M", "2026-03-02T09:30Z"),
        ("PT45S", "2026-03-02T08:00:45Z"),
        ("PT0H", "2026-03-02T08:00Z"),
        ("P0D", "2026-03-02T10:00Z"),
        ("PT24H", "2026-03-03T10:00Z"),
        ("P1DT3H", "2026-03-04T10:00Z"),
        ("P2W", "2026-03-16T10:00Z"),
    ],
)
def test_a_delay_below_a_day_waits_for_no_time_of_day(delay: str, expected: str) -> None:
    assert sent(replace(WEEK, delay=rules.delay(delay)), "2026-03-02T08:00Z") == at(expected)


def test_an_hour_without_its_letter_is_stored_in_the_standards_form() -> None:
    assert rules.delay(" p1h ").text == "PT1H"
    assert rules.delay("P1D12H").text == "P1DT12H"
    assert rules.delay("P7D").text == "P7D"


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P7", "7D", "-P1D", "P1.5D", "P181D", "P1Y", "P1DT"]
)
def test_what_is_no_delay_is_refused(text: str) -> None:
    with pytest.raises(InviteRuleInvalid) as refusal:
        rules.delay(text)
    assert refusal.value.field == "delay"


@pytest.mark.parametrize("text", ["10:00", "10:00Z", " 10:00:00 ", "10:00:00Z"])
def test_a_time_of_day_is_read_in_utc(text: str) -> None:
    assert rules.moment(text) == time(10)


@pytest.mark.parametrize("text", ["", "24:00", "10", "10:60", "10:00+01:00", "10:00:30"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(InviteRuleInvalid):
        rules.moment(text)


def test_on_a_quiet_day_the_next_time_of_day_follows() -> None:
    # The 9th of March 2026 is a Monday.
    quiet = replace(WEEK, quiet_days=frozenset({1, 2}))
    assert sent(quiet, "2026-03-02T08:00Z") == at("2026-03-11T10:00Z")
    soon = replace(quiet, delay=rules.delay("PT1H"))
    assert sent(soon, "2026-03-02T08:00Z") == at("2026-03-04T10:00Z")
    assert sent(soon, "2026-03-05T08:00Z") == at("2026-03-05T09:00Z")


@pytest.mark.parametrize(
    ("time_of_day", "zone", "expected"),
    [
        # Saturday, 23:30 in UTC, is Sunday in Berlin, and the next such moment is Monday.
        ("23:30", "Europe/Berlin", "2026-03-15T23:30Z"),
        ("23:30", "UTC", "2026-03-14T23:30Z"),
        # In winter it is still Saturday in Berlin.
        ("22:30", "Europe/Berlin", "2026-03-14T22:30Z"),
    ],
)
def test_a_quiet_day_is_one_of_the_market(time_of_day: str, zone: str, expected: str) -> None:
    quiet = replace(WEEK, quiet_days=frozenset({7}), time_of_day=rules.moment(time_of_day))
    event = at("2026-03-07T12:00Z")
    found = rules.send_time(
        quiet, event_at=event, estimated_delivery_at=None, now=LONG_AGO, zone=zone
    )
    assert found == at(expected)


def test_quiet_days_follow_the_clocks_of_the_market_into_summer() -> None:
    quiet = replace(WEEK, quiet_days=frozenset({7}), time_of_day=rules.moment("22:30"))
    # From the 29th of March 2026 on Berlin is two hours ahead.
    for event, expected in (
        ("2026-03-14T12:00Z", "2026-03-21T22:30Z"),
        ("2026-03-28T12:00Z", "2026-04-05T22:30Z"),
    ):
        found = rules.send_time(
            quiet,
            event_at=at(event),
            estimated_delivery_at=None,
            now=LONG_AGO,
            zone="Europe/Berlin",
        )
        assert found == at(expected)


def test_what_is_due_on_a_quiet_day_waits_for_the_next_other_one() -> None:
    quiet = replace(WEEK, quiet_days=frozenset({6, 7}))
    friday, saturday = at("2026-03-06T15:00Z"), at("2026-03-07T15:00Z")
    assert rules.awake(quiet, friday, "Europe/Berlin") == friday
    assert rules.awake(quiet, saturday, "Europe/Berlin") == at("2026-03-09T10:00Z")
    assert rules.awake(WEEK, saturday, "Europe/Berlin") == saturday


def test_nothing_is_planned_for_the_past() -> None:
    now = at("2026-06-01T11:00Z")
    assert sent(WEEK, "2026-03-02T08:00Z", now=now) == at("2026-06-02T10:00Z")
    soon = replace(WEEK, delay=rules.delay("PT1H"))
    assert sent(soon, "2026-03-02T08:00Z", now=now) == now


@given(
    moments,
    st.integers(0, 180),
    st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    st.sets(st.integers(1, 7), max_size=6).map(frozenset),
)
def test_a_mail_never_leaves_early_nor_on_a_quiet_day(
    event: datetime, days: int, time_of_day: time, quiet: frozenset[int]
) -> None:
    rule = replace(WEEK, delay=rules.delay(f"P{days}D"), time_of_day=time_of_day, quiet_days=quiet)
    found = rules.send_time(rule, event_at=event, estimated_delivery_at=None, now=LONG_AGO)
    assert event + timedelta(days=days) <= found < event + timedelta(days=days + 8)
    assert found.isoweekday() not in quiet
    assert found.time() == time_of_day


@given(moments)
def test_a_slot_is_the_full_minute_that_follows(moment: datetime) -> None:
    slot = rules.slot(moment)
    assert timedelta(0) <= slot - moment < timedelta(minutes=1)
    assert (slot.second, slot.microsecond) == (0, 0)


def test_a_shop_that_has_chosen_nothing_asks_once_about_itself_after_checkout() -> None:
    enabled = {
        (event, kind)
        for event in (rules.CHECKOUT, rules.SHIPPED, rules.DELIVERED, "own_event")
        for kind in ReviewKind
        if rules.default(event, kind).is_enabled
    }
    assert enabled == {(rules.CHECKOUT, SERVICE)}
    assert WEEK.reminder_days is None
    assert WEEK.quiet_days == frozenset()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"event_type": "Own event"}, "event_type"),
        ({"event_type": "x" * 61}, "event_type"),
        ({"quiet_days": frozenset(range(1, 8))}, "quiet_days"),
        ({"quiet_days": frozenset({0})}, "quiet_days"),
        ({"reminder_days": 0}, "reminder_days"),
        ({"reminder_days": 61}, "reminder_days"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InviteRuleInvalid) as refusal:
        rules.checked(replace(WEEK, **changes))  # type: ignore[arg-type]  # values of any kind
    assert refusal.value.field == field


def test_a_rule_that_can_work_is_taken() -> None:
    rule = replace(WEEK, event_type="own_event", reminder_days=7, quiet_days=frozenset({6, 7}))
    assert rules.checked(rule) == rule


@pytest.mark.parametrize(
    ("criterion", "value", "holds"),
    [
        ("reference_prefix", "WEB-", True),
        ("reference_prefix", "POS-", False),
        ("email_domain", "@Example.org", True),
        ("email_domain", "ple.org", False),
        ("amount_below", "4712", True),
        ("amount_below", "4711", False),
        ("source", "api", True),
        ("source", "upload", False),
        ("language", "DE", True),
        ("language", "fr", False),
    ],
)
def test_an_exclusion_looks_at_the_order_as_it_came(
    criterion: str, value: str, holds: bool
) -> None:
    exclusion = rules.checked_exclusion(criterion, value)
    assert (rules.excluded_by(FACTS, [exclusion]) == exclusion) is holds


def test_an_order_without_an_amount_is_not_below_one() -> None:
    exclusion = Exclusion(Criterion.AMOUNT_BELOW, "100")
    assert rules.excluded_by(replace(FACTS, amount_minor=None), [exclusion]) is None


@pytest.mark.parametrize(
    ("criterion", "value"),
    [
        ("stars", "3"),
        ("reference_prefix", " "),
        ("reference_prefix", "x" * 61),
        ("source", "a\nb"),
        ("email_domain", "example"),
        ("amount_below", "-1"),
        ("amount_below", "²"),
        ("language", "deu"),
    ],
)
def test_what_is_no_exclusion_is_refused(criterion: str, value: str) -> None:
    with pytest.raises(InviteRuleInvalid):
        rules.checked_exclusion(criterion, value)


def test_uk_6_exclusions_can_know_nothing_of_satisfaction() -> None:
    assert {field.name for field in fields(Facts)} == {
        "reference",
        "email",
        "amount_minor",
        "source",
        "language",
    }
