"""IBANs: the vectors of systems.md §36, other scripts, and which accounts SEPA reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ibans
from domain.errors import TextInvalid
from domain.ibans import Account, HolderMissing, IbanInvalid

GERMAN = "DE89370400440532013000"


def test_an_iban_is_read_with_spaces_and_small_letters() -> None:
    assert ibans.parse(" de89 3704 0044 0532 0130 00 ") == GERMAN


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013001",
        "",
        "DE",
        "XX89370400440532013000",
        "DE8937040044053201300",
        "DE٨٩370400440532013000",
        "DE89 3704 0044 0532 0130 00 00",
        "x" * 10_000,
    ],
)
def test_what_is_no_iban_is_refused(text: str) -> None:
    with pytest.raises(IbanInvalid) as refused:
        ibans.parse(text)
    assert refused.value.field == "iban"


@given(st.integers(min_value=4, max_value=21), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(place: int, digit: str) -> None:
    changed = GERMAN[:place] + digit + GERMAN[place + 1 :]
    if changed == GERMAN:
        assert ibans.parse(changed) == GERMAN
    else:
        with pytest.raises(IbanInvalid):
            ibans.parse(changed)


def test_an_account_is_shown_by_its_country_and_its_last_four() -> None:
    account = ibans.account(GERMAN, "  Zoë   Example ")
    assert account == Account(GERMAN, "Zoë Example")
    assert (account.masked, account.country, account.is_sepa) == ("DE…3000", "DE", True)


def test_an_account_outside_sepa_is_told_apart() -> None:
    assert not ibans.account("TR330006100519786457841326", "Ada").is_sepa
    assert ibans.account("GB33BUKB20201555555555", "Ada").is_sepa


def test_an_account_has_a_holder() -> None:
    with pytest.raises(HolderMissing):
        ibans.account(GERMAN, " ")
    with pytest.raises(TextInvalid):
        ibans.account(GERMAN, "x" * 71)


def test_sepa_has_its_countries() -> None:
    assert {"DE", "CH", "RS", "VA"} <= ibans.SEPA
    assert {"TR", "UA", "", " "}.isdisjoint(ibans.SEPA)
    assert all(len(letters) == 2 for letters in ibans.SEPA)
