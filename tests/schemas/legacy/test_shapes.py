"""What all legacy shapes share: absent keys, moments as SDKs read them, words with CRLF."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from schemas.legacy import shapes
from tests.widgets import examples

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_key_without_value_is_left_out_and_the_others_keep_their_order() -> None:
    shape: dict[str, object] = {"b": "", "c": None, "a": 0, "d": []}
    assert list(shapes.present(shape).items()) == [("b", ""), ("a", 0), ("d", [])]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2020, 7, 13, 11, 39, 26, 999999, UTC), "2020-07-13T13:39:26+02:00"),
        (datetime(2020, 12, 31, 23, 0, 0, 0, UTC), "2021-01-01T00:00:00+01:00"),
    ],
)
def test_a_moment_has_the_offset_of_its_day_and_no_fractions(at: datetime, told: str) -> None:
    assert shapes.moment(at, BERLIN) == told


def test_a_moment_in_utc_has_digits_where_others_write_z() -> None:
    told = shapes.moment(datetime(2020, 7, 13, tzinfo=UTC), ZoneInfo("UTC"))
    assert told == "2020-07-13T00:00:00+00:00"


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    assert shapes.midnight(date(2020, 7, 6), BERLIN) == "2020-07-06T00:00:00+02:00"


@given(examples.words)
def test_line_breaks_are_crlf_whatever_they_were(text: str) -> None:
    told = shapes.lines(text)
    bare = told.replace("\r\n", "")
    assert "\r" not in bare
    assert "\n" not in bare
    assert shapes.lines(told) == told
