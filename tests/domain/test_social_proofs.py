"""What authors show of themselves: only what they ticked, and nothing that leads to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TextInvalid
from domain.social_proofs import AgeBand, Facts, Shown, agreed

EVERYTHING = {"name": "Eve", "town": "Ulm", "age_band": "25-34", "customer_since": "2019"}


def facts(given_: dict[str, str], *ticked: str) -> Facts:
    return agreed(given_, frozenset(ticked), name_most=40, year=2026)


def test_nothing_is_kept_without_its_own_consent() -> None:
    assert facts(EVERYTHING) == Facts()
    assert facts(EVERYTHING, "town") == Facts(town="Ulm")
    assert facts(EVERYTHING, *Shown) == Facts("Eve", "Ulm", AgeBand.UNDER_35, 2019)
    assert facts({}, *Shown) == Facts()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "eve@example.org"),
        ("name", "x" * 41),
        ("town", "www.ulm.example"),
        ("town", "0731 123 4567"),
        ("town", "x" * 61),
        ("age_band", "34"),
        ("customer_since", "19"),
        ("customer_since", "1989"),
        ("customer_since", "2027"),
        ("customer_since", "²⁰¹⁹"),
    ],
)
def test_a_contact_or_an_impossible_value_is_refused(field: str, value: str) -> None:
    with pytest.raises(TextInvalid) as refused:
        facts({field: value}, field)
    assert refused.value.field == field
    assert facts({field: value}) == Facts()


@given(st.dictionaries(st.sampled_from([*Shown]), st.text()), st.sets(st.sampled_from([*Shown])))
def test_what_was_not_ticked_never_arrives(sent: dict[str, str], ticked: set[str]) -> None:
    try:
        kept = facts(sent, *ticked)
    except TextInvalid:
        return
    for field in set(Facts.__dataclass_fields__) - ticked:
        assert not getattr(kept, field)
