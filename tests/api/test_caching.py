"""Caches are told how long, for whom and under which name to keep an answer."""

import re
import tracemalloc
from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import caching
from api.caching import PROFILES
from api.negotiation import Encoding
from schemas.questions import FORMATS

TAG = b'"abcdefghijklmnopqrstuv-br"'


def test_an_answer_is_kept_for_fifteen_minutes_in_all_and_for_a_day_on_errors() -> None:
    seconds = dict(re.findall(r"([a-z-]+)=(\d+)", caching.SNAPSHOT.decode()))
    assert int(seconds["max-age"]) + int(seconds["stale-while-revalidate"]) <= 15 * 60
    assert int(seconds["stale-if-error"]) == 24 * 60 * 60


def test_each_encoding_has_a_strong_etag_of_its_own() -> None:
    tags = {caching.etag(b"digest", encoding) for encoding in Encoding}
    assert tags == {b'"digest"', b'"digest-gz"', b'"digest-br"'}


def test_every_format_has_a_profile() -> None:
    assert PROFILES.keys() == set(FORMATS)


@pytest.mark.parametrize(
    ("if_none_match", "is_match"),
    [
        (TAG, True),
        (b"W/" + TAG, True),
        (b'"other", ' + TAG, True),
        (TAG + b',W/"other"', True),
        (b"*", True),
        (b" * ", True),
        (b"", False),
        (b'"other"', False),
        (b'"abcdefghijklmnopqrstuv"', False),
        (b'"abcdefghijklmnopqrstuv-gz"', False),
        (b"abcdefghijklmnopqrstuv-br", False),
        (b'"*"', False),
    ],
)
def test_if_none_match_is_compared_weakly(if_none_match: bytes, is_match: bool) -> None:
    assert caching.matches(if_none_match, TAG) is is_match


@given(st.integers(0, 4_000_000_000))
def test_a_date_is_written_as_the_standard_library_does_and_read_back(seconds: int) -> None:
    written = caching.http_date(seconds)
    assert written.decode() == formatdate(seconds, usegmt=True)
    assert caching.seconds_of(written) == seconds


@given(st.integers(0, 4_000_000_000))
def test_the_oldest_form_of_a_date_is_read_too(seconds: int) -> None:
    asctime = datetime.fromtimestamp(seconds, UTC).strftime("%a %b %e %H:%M:%S %Y")
    assert caching.seconds_of(asctime.encode()) == seconds


@given(st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode)))
def test_no_date_is_an_error(value: bytes) -> None:
    assert isinstance(caching.seconds_of(value), int)


def test_what_strangers_send_as_a_date_is_not_kept_in_memory() -> None:
    tracemalloc.start()
    try:
        for n in range(100):
            caching.seconds_of(b"%040d" % n + b"x" * 100_000)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000


@pytest.mark.parametrize(
    "value",
    [b"", b"yesterday", b"0", b"Mon, 99 Xyz 2026 99:99:99 GMT", b" ", b"\xff", b"," * 40],
)
def test_nonsense_is_no_date(value: bytes) -> None:
    assert caching.seconds_of(value) == -1
