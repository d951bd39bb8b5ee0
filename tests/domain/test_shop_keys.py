"""Shop keys: an X and 32 letters or digits, in one canonical spelling."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import shop_keys
from domain.errors import ShopKeyMalformed

SHAPE = r"[Xx][0-9A-Za-z]{32}"


@given(st.from_regex(SHAPE, fullmatch=True))
def test_a_key_is_stored_in_upper_case_however_it_was_written(text: str) -> None:
    key = shop_keys.parse(text)
    assert key == text.upper() == shop_keys.parse(key)


@given(st.text() | st.from_regex(SHAPE))
def test_whatever_is_not_a_key_is_refused(text: str) -> None:
    if re.fullmatch(SHAPE, text, re.ASCII):
        assert shop_keys.parse(text) == text.upper()
    else:
        with pytest.raises(ShopKeyMalformed):
            shop_keys.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "X",
        "X" + "0" * 31,
        "X" + "0" * 33,
        "Y" + "0" * 32,
        "X" + "0" * 31 + "-",
        "X" + "0" * 31 + "é",
        "X" + "0" * 31 + "٣",
        "X" + "0" * 32 + "\n",
        " X" + "0" * 32,
    ],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(ShopKeyMalformed):
        shop_keys.parse(text)


def test_our_own_keys_are_upper_case_hexadecimal_and_differ() -> None:
    keys = {shop_keys.generate() for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch(r"X[0-9A-F]{32}", key) for key in keys)
    assert all(shop_keys.parse(key) == key for key in keys)
