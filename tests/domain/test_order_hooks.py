"""Only who has the secret can tell of orders, in the way of each shop system."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from domain import order_hooks as rules
from domain.order_hooks import OrderHookSecretInvalid, System

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "0123456789abcdef"
KEY = "whsec_" + base64.b64encode(b"a key of the generic form").decode()
BODY = b'{"id":1}'


def headers(system: System, secret: str, body: bytes = BODY) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, sha256)
    in_base64 = base64.b64encode(digest.digest()).decode()
    return {
        System.WOOCOMMERCE: {"x-wc-webhook-signature": in_base64},
        System.SHOPIFY: {"x-shopify-hmac-sha256": in_base64},
        System.SHOPWARE: {"shopware-shop-signature": digest.hexdigest()},
    }[system]


def standard(secret: str, at: datetime = NOON, body: bytes = BODY) -> dict[str, str]:
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }


def is_signed(system: System, given: dict[str, str], *secrets: str, body: bytes = BODY) -> bool:
    return rules.is_signed(system, given, body, secrets, now=NOON)


@pytest.mark.parametrize("system", [System.WOOCOMMERCE, System.SHOPIFY, System.SHOPWARE])
def test_each_system_signs_the_body_in_its_own_header(system: System) -> None:
    signed = headers(system, SECRET)
    assert is_signed(system, signed, SECRET)
    assert is_signed(system, signed, "another-secret-16", SECRET)
    assert not is_signed(system, signed, "another-secret-16")
    assert not is_signed(system, signed, SECRET, body=BODY + b" ")
    assert not is_signed(system, {}, SECRET)
    assert not is_signed(system, {name: "é" for name in signed}, SECRET)


def test_the_signature_of_shopify_is_the_known_one() -> None:
    """As ``printf hello | openssl dgst -sha256 -hmac key -binary | base64`` prints it."""
    signed = {"x-shopify-hmac-sha256": "kwezuRXvtRcf8U2MtV+8x5jGwO8UVtZt7RpqpyOli3s="}
    assert rules.is_signed(System.SHOPIFY, signed, b"hello", ["key"], now=NOON)


def test_the_generic_form_is_that_of_standard_webhooks() -> None:
    assert is_signed(System.GENERIC, standard(KEY), KEY)
    assert not is_signed(System.GENERIC, standard(KEY), SECRET)
    assert not is_signed(System.GENERIC, standard(KEY), KEY, body=b"{}")
    for name in standard(KEY):
        assert not is_signed(System.GENERIC, standard(KEY) | {name: ""}, KEY)
    assert not is_signed(System.GENERIC, standard(KEY) | {"webhook-timestamp": "noon"}, KEY)
    several = standard(KEY)
    several["webhook-signature"] = f"v2,x v1,x {several['webhook-signature']}"
    assert is_signed(System.GENERIC, several, KEY)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_time_may_be_five_minutes_off_and_no_more(off: timedelta) -> None:
    assert is_signed(System.GENERIC, standard(KEY, NOON + off * 5 / 6), KEY)
    assert not is_signed(System.GENERIC, standard(KEY, NOON + off), KEY)


def test_secrets_are_long_visible_and_of_the_systems_form() -> None:
    assert rules.checked_secret(f" {SECRET} ", System.SHOPIFY) == SECRET
    assert rules.checked_secret(KEY, System.GENERIC) == KEY
    for bad in ("short", "x" * 201, "with a space in it", "unsichtbar-\u00e9-0123456"):
        with pytest.raises(OrderHookSecretInvalid):
            rules.checked_secret(bad, System.SHOPWARE)
    for bad in (SECRET, "whsec_not-base64!", "whsec_" + "=" * 12):
        with pytest.raises(OrderHookSecretInvalid):
            rules.checked_secret(bad, System.GENERIC)


def test_the_secret_before_signs_for_a_week() -> None:
    assert rules.may_still_sign(NOON - timedelta(days=6), NOON)
    assert not rules.may_still_sign(NOON - timedelta(days=7), NOON)


@given(st.sampled_from(System), st.dictionaries(st.text(), st.text()), st.binary())
def test_no_headers_open_an_address_without_the_secret(
    system: System, given_headers: dict[str, str], body: bytes
) -> None:
    assert not rules.is_signed(system, given_headers, body, [SECRET, KEY], now=NOON)
