"""What is an address of a push service, what its answers mean, and when to try again."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from domain import push
from domain.push import (
    POLICY,
    NewSubscription,
    Outcome,
    PushServices,
    PushSubscriptionInvalid,
)

POINT = urlsafe_b64encode(bytes([4]) + bytes(64)).decode().rstrip("=")
SECRET = urlsafe_b64encode(bytes(16)).decode()
GOOD = NewSubscription("https://push.example/send/abc?x=1", POINT, SECRET)


def test_what_a_browser_says_is_taken() -> None:
    assert push.checked(GOOD, PushServices.PUBLIC) == GOOD
    plain = NewSubscription("http://10.0.0.7:8080/send", POINT, SECRET)
    assert push.checked(plain, PushServices.ANY) == plain


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://push.example/send",
        "ftp://push.example/send",
        "https://",
        "https://push.example:0/send",
        "https://push.example:x/send",
        "https://someone@push.example/send",
        "https://push.example/a b",
        "https://push.example/ü",
        "https://push.example/\x7f",
        "https://push.example/" + 2_000 * "a",
    ],
)
def test_an_address_that_is_not_https_to_a_host_is_refused(endpoint: str) -> None:
    with pytest.raises(PushSubscriptionInvalid):
        push.checked(NewSubscription(endpoint, POINT, SECRET), PushServices.PUBLIC)


@pytest.mark.parametrize(
    ("point", "secret"),
    [
        ("", SECRET),
        (POINT, ""),
        (POINT[:-4], SECRET),
        (POINT.replace("B", "C", 1), SECRET),
        (POINT, SECRET[:-4]),
        (POINT, "A"),
        (POINT, "not+base64url/=="),
        (POINT, "ä" * 22),
        (POINT, 101 * "A"),
        (1_000_000 * "A", SECRET),
    ],
)
def test_keys_of_another_length_or_writing_are_refused(point: str, secret: str) -> None:
    with pytest.raises(PushSubscriptionInvalid):
        push.checked(NewSubscription(GOOD.endpoint, point, secret), PushServices.PUBLIC)


def test_where_no_service_is_called_nothing_is_taken() -> None:
    with pytest.raises(PushSubscriptionInvalid):
        push.checked(GOOD, PushServices.NONE)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, Outcome.DELIVERED),
        (202, Outcome.DELIVERED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (0, Outcome.LATER),
        (429, Outcome.LATER),
        (503, Outcome.LATER),
        (301, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (413, Outcome.REFUSED),
    ],
)
def test_an_answer_says_whether_to_try_again(status: int, outcome: Outcome) -> None:
    assert push.outcome_of(status) is outcome


def test_reviews_of_a_minute_are_one_window() -> None:
    start = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    assert push.window_of(start) == start
    assert push.window_of(start + timedelta(seconds=59, microseconds=999_999)) == start
    assert push.window_of(start + timedelta(seconds=60)) == start + timedelta(seconds=60)


def test_four_more_tries_come_later_and_later_and_then_no_more() -> None:
    pauses = [push.pause_after(attempts) for attempts in range(1, 5)]
    assert pauses == list(POLICY.retries)
    assert sorted(POLICY.retries) == pauses
    assert sum(POLICY.retries, timedelta()) < timedelta(seconds=POLICY.kept_seconds)
    assert push.pause_after(5) is None
