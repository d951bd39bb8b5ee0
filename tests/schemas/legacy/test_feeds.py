"""Moments and numbers of the feeds are written as their clients read them (embed.md 6.3)."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.legacy import feeds


def test_a_moment_is_in_utc_with_milliseconds_and_z() -> None:
    at = datetime(2023, 1, 30, 5, 6, 41, 971_999, timezone(timedelta(hours=1)))
    assert feeds.moment(at) == "2023-01-30T04:06:41.971Z"
    assert feeds.moment(datetime(2023, 1, 30, tzinfo=UTC)) == "2023-01-30T00:00:00.000Z"


def test_a_period_reaches_to_the_last_millisecond_of_its_last_day() -> None:
    assert feeds.first_moment(date(2023, 1, 23)) == "2023-01-23T00:00:00.000Z"
    assert feeds.last_moment(date(2023, 1, 30)) == "2023-01-30T23:59:59.999Z"


@pytest.mark.parametrize(
    ("rating", "written"), [("5.00", "5"), ("4.40", "4.4"), ("4.01", "4.01"), ("1.99", "1.99")]
)
def test_a_rating_has_the_decimals_that_it_needs(rating: str, written: str) -> None:
    assert orjson.dumps(feeds.number(Decimal(rating))).decode() == written


@given(st.integers(100, 500))
def test_no_rating_is_written_with_more_than_two_decimals(cents: int) -> None:
    rating = Decimal(cents) / 100
    written = orjson.dumps(feeds.number(rating)).decode()
    assert re.fullmatch(r"[1-5](\.\d{1,2})?", written)
    assert Decimal(written) == rating
