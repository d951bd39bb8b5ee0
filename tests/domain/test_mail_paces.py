"""The pace of mails: the rate of a minute, kept evenly, and never more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail_paces import Pace, pace


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(1, Pace(1, 60)), (4, Pace(1, 15)), (300, Pace(60, 12)), (3_000, Pace(600, 12))],
)
def test_a_fifth_of_a_minute_has_a_fifth_of_its_mails(rate: int, expected: Pace) -> None:
    assert pace(rate) == expected


@given(st.integers(1, 100_000))
def test_a_pace_is_its_rate(rate: int) -> None:
    found = pace(rate)
    assert found.most >= 1
    assert found.most / found.seconds * 60 == pytest.approx(rate)
