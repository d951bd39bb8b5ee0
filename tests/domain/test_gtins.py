"""GTINs are one number, however many zeros stand in front."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import gtins


@pytest.mark.parametrize("digits", ["40063813", "036000291452", "4006381333931", "04006381333931"])
def test_a_gtin_has_eight_to_fourteen_digits(digits: str) -> None:
    assert gtins.is_gtin(digits)


@pytest.mark.parametrize("text", ["", "4006381", "040063813339310", "400638133393X", "٤٠٠٦٣٨١٣"])
def test_anything_else_is_none(text: str) -> None:
    assert not gtins.is_gtin(text)


@given(st.integers(1, 10**8 - 1))
def test_every_spelling_of_a_number_has_the_same_spellings(number: int) -> None:
    spellings = gtins.spellings(str(number))
    assert {len(each) for each in spellings} == {8, 12, 13, 14}
    assert {gtins.spellings(each) for each in spellings} == {spellings}


def test_zeros_are_never_cut_into_a_number() -> None:
    assert gtins.spellings("04006381333931") == {"4006381333931", "04006381333931"}
