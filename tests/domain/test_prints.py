"""Prints of texts: copies are near, other texts are not, bands find what is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import prints

TEXT = (
    "The parcel came after three days, everything was packed with care and the book is as new. "
    "The staff answered my question by mail within an hour, and I will order here again soon."
)
WORDS = st.text("abcdefghijkl ", min_size=60, max_size=600)
BITS = st.integers(0, 2**64 - 1)


def made(text: str) -> int:
    print_ = prints.print_of(text)
    assert print_ is not None
    return print_


def test_a_copy_with_other_case_and_punctuation_has_the_same_print() -> None:
    assert made(TEXT.upper().replace(",", " !")) == made(TEXT)


def test_another_text_is_far() -> None:
    other = "Nothing of what I had ordered was in the box, and nobody could tell me why that was."
    assert prints.distance(made(TEXT), made(other)) > 3 * prints.NEAR
    assert not prints.is_near(made(TEXT), made(other))


@pytest.mark.parametrize("text", ["", "Arrived quickly, thank you!", "x" * 200, "." * 90])
def test_short_texts_and_single_words_have_no_print(text: str) -> None:
    assert prints.print_of(text) is None


@given(WORDS)
def test_a_print_fits_into_64_bits_and_survives_the_database(text: str) -> None:
    print_ = prints.print_of(text)
    if print_ is not None:
        assert 0 <= print_ < 2**64
        assert -(2**63) <= prints.signed(print_) < 2**63
        assert prints.unsigned(prints.signed(print_)) == print_


@given(BITS, st.sets(st.integers(0, 63), max_size=prints.NEAR))
def test_whatever_is_near_shares_a_band(print_: int, flipped: set[int]) -> None:
    other = print_
    for bit in flipped:
        other ^= 1 << bit
    assert prints.is_near(print_, other)
    pairs = zip(prints.bands(print_), prints.bands(other), strict=True)
    assert any(one == another for one, another in pairs)
