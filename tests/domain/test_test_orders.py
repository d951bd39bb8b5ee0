"""A test order has a day, an outcome and a note, or is refused with the field."""

from datetime import date

import pytest

from domain import test_orders as rules
from domain.errors import Invalid

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(("outcome", "has_passed"), [("passed", True), ("failed", False)])
def test_a_test_order_of_today_is_taken_as_it_is_told(outcome: str, has_passed: bool) -> None:
    found = rules.checked(" 2026-11-22 ", outcome, " Came late. \r\n", today=TODAY)
    assert found == rules.Outcome(TODAY, has_passed, "Came late.")


@pytest.mark.parametrize(
    ("day", "outcome", "note", "field"),
    [
        ("2026-11-23", "passed", "Well done.", "ordered_on"),
        ("22.11.2026", "passed", "Well done.", "ordered_on"),
        ("", "passed", "Well done.", "ordered_on"),
        ("2026-11-22", "", "Well done.", "outcome"),
        ("2026-11-22", "PASSED", "Well done.", "outcome"),
        ("2026-11-22", "failed", " \n ", "note"),
        ("2026-11-22", "failed", "x" * 2_001, "note"),
    ],
)
def test_what_is_no_test_order_is_refused_with_its_field(
    day: str, outcome: str, note: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(day, outcome, note, today=TODAY)
    assert refused.value.field == field
