"""A cell never becomes a formula, and never loses what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import spreadsheets


@pytest.mark.parametrize(
    "value",
    [
        '=HYPERLINK("https://other.example")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\uff1d1",
        "\uff0b1",
    ],
)
def test_what_looks_like_a_formula_is_made_text(value: str) -> None:
    assert spreadsheets.text(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "Gut", "5 = five", "a@b.example", "1-2"])
def test_other_texts_stay(value: str) -> None:
    assert spreadsheets.text(value) == value


@given(value=st.text())
def test_nothing_is_lost(value: str) -> None:
    assert spreadsheets.text(value).removeprefix("'") == value.removeprefix("'")
