"""Buttons in a shop's own mails: what their links say, and who made them (systems.md §7)."""

from base64 import b64encode
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import rate_links
from domain.rate_links import Moment, RateLinkForged, RateLinkMalformed

SECRET = "demo-shop-secret-0001"
KEY = "X0123456789ABCDEF0123456789ABCDEF"
ANNA, ORDER = "YW5uYUBleGFtcGxlLm9yZw==", "QS0xMDAx"
NOW_SIGNED = "kq9cBDTy-t95zZmXy-YZ_Uq6g-9_C017fXj6bj36OBo"
LATER_SIGNED = "i0JX7Vp5mYqyUetbtkKltV4PG2U48plktQ846g5Gyg8"


def test_the_vectors_of_the_specification_hold() -> None:
    now = rate_links.read(Moment.NOW, ANNA, ORDER)
    later = rate_links.read(Moment.LATER, ANNA, ORDER, "14")
    assert (now.email, now.reference) == ("anna@example.org", "A-1001")
    assert rate_links.signature(SECRET, KEY, now) == NOW_SIGNED
    assert rate_links.signature(SECRET, KEY, later) == LATER_SIGNED


def test_a_link_that_we_make_is_the_one_that_is_read() -> None:
    made = rate_links.made(Moment.LATER, "anna@example.org", "A-1001", 14)
    assert made == rate_links.read(Moment.LATER, ANNA, ORDER, "14")
    values = parse_qs(rate_links.query(made, KEY, SECRET))
    assert values["sig"] == [LATER_SIGNED]
    assert values["days"] == ["14"]
    assert values["shop_id"] == [KEY]
    assert rate_links.path(made, KEY, "de") == "/reviews/rateshoplater.php"
    now = rate_links.made(Moment.NOW, "anna@example.org", "A-1001")
    assert parse_qs(rate_links.query(now, KEY, SECRET)).keys() == {
        "buyerEmail",
        "shopOrderID",
        "sig",
    }
    assert rate_links.path(now, KEY, "de") == f"/bewertung/bewerten_{KEY}.html"


def test_a_link_is_signed_with_any_secret_that_still_holds() -> None:
    link = rate_links.read(Moment.NOW, ANNA, ORDER)
    assert rate_links.check(link, KEY, NOW_SIGNED, ["new", SECRET])
    assert rate_links.check(link, KEY, f" {NOW_SIGNED}= ", [SECRET])
    assert not rate_links.check(link, KEY, " ", [SECRET])


@pytest.mark.parametrize("given_signature", [LATER_SIGNED, NOW_SIGNED[:-1], "é", "0"])
def test_a_wrong_signature_is_refused_and_none_is_not(given_signature: str) -> None:
    link = rate_links.read(Moment.NOW, ANNA, ORDER)
    with pytest.raises(RateLinkForged):
        rate_links.check(link, KEY, given_signature, [SECRET])
    with pytest.raises(RateLinkForged):
        rate_links.check(link, KEY, NOW_SIGNED, [])


def test_another_shop_moment_or_number_of_days_needs_another_signature() -> None:
    link = rate_links.read(Moment.LATER, ANNA, ORDER, "15")
    for forged in (LATER_SIGNED, NOW_SIGNED):
        with pytest.raises(RateLinkForged):
            rate_links.check(link, KEY, forged, [SECRET])
    now = rate_links.read(Moment.NOW, ANNA, ORDER)
    with pytest.raises(RateLinkForged):
        rate_links.check(now, KEY.replace("0", "1"), NOW_SIGNED, [SECRET])


@pytest.mark.parametrize(
    ("email", "order", "days", "field"),
    [
        ("", ORDER, "1", "buyerEmail"),
        ("%%%", ORDER, "1", "buyerEmail"),
        ("/w==", ORDER, "1", "buyerEmail"),
        ("bm8gYWRkcmVzcw==", ORDER, "1", "buyerEmail"),
        ("QQ" * 800, ORDER, "1", "buyerEmail"),
        (ANNA, "", "1", "shopOrderID"),
        (ANNA, "ICA=", "1", "shopOrderID"),
        (ANNA, b64encode(b"A\n1").decode(), "1", "shopOrderID"),
        (ANNA, b64encode(b"x" * 256).decode(), "1", "shopOrderID"),
        (ANNA, ORDER, "", "days"),
        (ANNA, ORDER, "0", "days"),
        (ANNA, ORDER, "181", "days"),
        (ANNA, ORDER, "1.5", "days"),
        (ANNA, ORDER, "\u0663", "days"),
    ],
)
def test_what_says_nothing_is_refused_with_its_parameter(
    email: str, order: str, days: str, field: str
) -> None:
    with pytest.raises(RateLinkMalformed) as refusal:
        rate_links.read(Moment.LATER, email, order, days)
    assert refusal.value.field == field


def test_spaces_that_were_plus_signs_and_the_url_alphabet_are_understood() -> None:
    reference = b64encode(b"A>>>1").decode()
    assert "+" in reference
    for spelled in (reference, reference.replace("+", " "), reference.replace("+", "-")):
        assert rate_links.read(Moment.NOW, ANNA, spelled).reference == "A>>>1"


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=5))
def test_no_text_brings_anything_but_a_link_or_a_refusal(email: str, order: str, days: str) -> None:
    try:
        link = rate_links.read(Moment.LATER, email, order, days)
    except RateLinkMalformed:
        return
    assert link.email
    assert link.reference
    assert link.days in rate_links.DAYS
