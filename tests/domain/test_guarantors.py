"""Guarantors: everything that is said of one is there and tidy."""

from dataclasses import replace
from typing import Final

import pytest

from domain.errors import TextInvalid
from domain.guarantors import GuarantorData, GuarantorInvalid, checked

DATA: Final = GuarantorData("Surety", "1 Quay\nDublin", "Licence 4711", "help@surety.example")


def test_tidy_data_stay_as_they_are() -> None:
    assert checked(DATA) == DATA
    assert checked(replace(DATA, name="  Surety ")) == DATA


@pytest.mark.parametrize("field", ["name", "address", "licence_note", "contact"])
def test_nothing_may_be_missing_or_endless(field: str) -> None:
    with pytest.raises(GuarantorInvalid) as refusal:
        checked(replace(DATA, **{field: "  "}))
    assert refusal.value.field == field
    with pytest.raises(TextInvalid):
        checked(replace(DATA, **{field: "x" * 2_001}))
