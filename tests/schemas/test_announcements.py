"""Announcements are read as they were written, and anything else is not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import announcements


@given(generation=st.integers(0, 10**18 - 1))
def test_an_announcement_is_read_as_it_was_written(generation: int) -> None:
    written = announcements.write("X1", generation)
    assert announcements.read(written.encode()) == ("X1", generation)


@pytest.mark.parametrize(
    "message", [None, 1, "X1:2", b"", b"X1", b"X1:", b":1", b"X1:-1", b"X1:1.0", b"X1:" + b"9" * 19]
)
def test_anything_else_is_not_read(message: object) -> None:
    assert announcements.read(message) is None


@given(st.binary(max_size=60))
def test_no_message_is_an_error(message: bytes) -> None:
    read = announcements.read(message)
    assert read is None or read[1] >= 0
