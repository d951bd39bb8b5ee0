"""Webhooks go to https addresses, for chosen events, and are called seven times at most."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import webhooks
from domain.errors import TextInvalid
from domain.webhooks import CHOICES, EventType, NewWebhook, WebhookInvalid

CHANGED = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUBMITTED = (EventType.REVIEW_SUBMITTED,)


def test_an_address_is_kept_without_the_blanks_around_it() -> None:
    new = webhooks.checked(NewWebhook(" https://shop.example:8443/in?x=1 ", SUBMITTED, " Till  1 "))
    assert new == NewWebhook("https://shop.example:8443/in?x=1", SUBMITTED, "Till 1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "http://shop.example",
        "ftp://shop.example",
        "https://",
        "https://anna:secret@shop.example",
        "https://shop.example/#part",
        "https://shop.example:0",
        "https://shop.example:99999",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "https://[::1",
        f"https://{'a' * 64}.example",
        f"https://shop.example/{'a' * 2_000}",
    ],
)
def test_an_address_that_cannot_be_called_safely_is_refused(url: str) -> None:
    with pytest.raises(WebhookInvalid) as refused:
        webhooks.checked(NewWebhook(url, SUBMITTED))
    assert refused.value.field == "url"


def test_plain_http_is_the_operators_to_allow() -> None:
    new = NewWebhook("http://till.internal/in", SUBMITTED)
    assert webhooks.checked(new, http_too=True).url == new.url
    with pytest.raises(WebhookInvalid):
        webhooks.checked(NewWebhook("ftp://till.internal", SUBMITTED), http_too=True)


def test_events_are_chosen_once_and_in_one_order() -> None:
    new = NewWebhook("https://shop.example", (*CHOICES[::-1], *CHOICES, EventType.TEST))
    assert webhooks.checked(new).events == CHOICES


@pytest.mark.parametrize("events", [(), (EventType.TEST,)])
def test_a_webhook_without_an_event_is_refused(events: tuple[EventType, ...]) -> None:
    with pytest.raises(WebhookInvalid) as refused:
        webhooks.checked(NewWebhook("https://shop.example", events))
    assert refused.value.field == "events"


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(TextInvalid):
        webhooks.checked(NewWebhook("https://shop.example", SUBMITTED, "x" * 121))


def test_six_retries_fit_into_a_day_and_each_waits_longer() -> None:
    pauses = [webhooks.pause_after(attempts) for attempts in range(1, 7)]
    known = [pause for pause in pauses if pause is not None]
    assert len(known) == 6
    assert known == sorted(known)
    assert sum(known, timedelta()) <= timedelta(days=1)
    assert webhooks.pause_after(7) is None


@given(number=st.integers(1, 1_000), hours=st.integers(0, 100))
def test_a_replaced_secret_signs_for_a_day_more(number: int, hours: int) -> None:
    now = CHANGED + timedelta(hours=hours)
    signing = webhooks.signing_numbers(number, CHANGED, now=now)
    assert signing[0] == number
    assert (number - 1 in signing[1:]) == (number > 1 and hours < 24)
