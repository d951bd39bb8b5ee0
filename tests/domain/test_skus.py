"""SKUs travel as hexadecimal digits of their UTF-8 bytes and come back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import skus
from domain.errors import ParameterInvalid

valid_skus = st.text(min_size=1, max_size=255).filter(skus.is_valid)


def test_the_hex_form_is_the_one_of_the_specification() -> None:
    assert skus.to_hex("SKU-4711") == "534b552d34373131"
    assert skus.from_hex("534b552d34373131") == "SKU-4711"


@given(valid_skus)
def test_a_sku_survives_the_way_to_hex_and_back_in_either_case(sku: str) -> None:
    assert skus.from_hex(skus.to_hex(sku)) == sku
    assert skus.from_hex(skus.to_hex(sku).upper()) == sku


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "5",
        "534",
        "zz",
        "0x53",
        "53 4b",
        "53\n",
        "ff",
        "c3",
        "eda080",
        "٥٣",
        "00",
        "1b",
        "efbfbf",
        pytest.param("41" * 256, id="256 characters"),
    ],
)
def test_digits_that_stand_for_no_sku_are_refused(digits: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        skus.from_hex(digits)
    assert refusal.value.field == "hex"


def test_the_refusal_of_a_huge_parameter_stays_short() -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        skus.from_hex("z" * 1_000_000)
    assert len(refusal.value.detail) < 200


@given(st.text(max_size=20))
def test_any_text_is_a_sku_or_refused(digits: str) -> None:
    try:
        sku = skus.from_hex(digits)
    except ParameterInvalid:
        return
    assert skus.is_valid(sku)
    assert skus.to_hex(sku) == digits.lower()


def test_a_sku_has_at_most_255_characters() -> None:
    assert skus.is_valid("ü" * 255)
    assert not skus.is_valid("ü" * 256)
    assert not skus.is_valid("")


@pytest.mark.parametrize("sku", ["\x00", "A\x1b", "\ud800", "\uffff"])
def test_a_sku_that_xml_or_a_database_cannot_carry_is_not_valid(sku: str) -> None:
    assert not skus.is_valid(sku)
