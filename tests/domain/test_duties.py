"""Nobody has two parts in a claim, and nobody acts about a company of their own."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duties import Auditor, Decider, DutiesConflict, File, Handler, Officer, OwnShop, Payer
from domain.errors import NotAllowed

ANNA: Final = Officer("usr-anna")
FILE: Final = File(
    company=7,
    handlers=frozenset({"usr-hugo"}),
    deciders=frozenset({"usr-dora"}),
    payers=frozenset({"usr-paul"}),
)
ROLES: Final[tuple[Callable[[Officer, File], Any], ...]] = (Handler, Decider, Payer, Auditor)


@pytest.mark.parametrize("role", ROLES)
def test_who_has_had_no_part_may_take_any(role: Callable[[Officer, File], Any]) -> None:
    assert role(ANNA, FILE).officer is ANNA


@pytest.mark.parametrize("role", ROLES)
def test_nobody_acts_about_a_purchase_of_their_own(role: Callable[[Officer, File], Any]) -> None:
    with pytest.raises(DutiesConflict):
        role(Officer("usr-anna", email_hash="5e1f"), File(7, buyer_hash="5e1f"))
    assert role(Officer("usr-anna"), File(7)).officer.name == "usr-anna"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_acts_about_a_company_of_their_own(role: Callable[[Officer, File], Any]) -> None:
    with pytest.raises(OwnShop):
        role(Officer("usr-anna", frozenset({3, 7})), FILE)


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Handler, "usr-dora"),
        (Handler, "usr-paul"),
        (Decider, "usr-hugo"),
        (Decider, "usr-paul"),
        (Payer, "usr-hugo"),
        (Payer, "usr-dora"),
    ],
)
def test_two_parts_are_two_people(role: Callable[[Officer, File], Any], name: str) -> None:
    with pytest.raises(DutiesConflict):
        role(Officer(name), FILE)


@pytest.mark.parametrize(
    ("role", "name"), [(Handler, "usr-hugo"), (Decider, "usr-dora"), (Payer, "usr-paul")]
)
def test_who_has_a_part_goes_on_with_it(role: Callable[[Officer, File], Any], name: str) -> None:
    assert role(Officer(name), FILE).officer.name == name


def test_a_complaint_about_an_audit_is_heard_by_another_auditor() -> None:
    assert Auditor(Officer("usr-hugo"), FILE).officer.name == "usr-hugo"
    with pytest.raises(DutiesConflict):
        Auditor(Officer("usr-hugo"), FILE, complaint=True)
    assert Auditor(ANNA, FILE, complaint=True).officer is ANNA


@given(
    st.sampled_from(["a", "b", "c"]),
    st.sets(st.sampled_from(["a", "b", "c"])),
    st.sets(st.sampled_from(["a", "b", "c"])),
    st.sets(st.integers(1, 3)),
)
def test_no_payer_exists_who_has_handled_or_decided(
    name: str, handlers: set[str], deciders: set[str], companies: set[int]
) -> None:
    file = File(2, frozenset(handlers), frozenset(deciders))
    try:
        payer = Payer(Officer(name, frozenset(companies)), file)
    except NotAllowed:
        assert name in handlers | deciders or 2 in companies
    else:
        assert payer.officer.name not in handlers | deciders
        assert 2 not in payer.officer.companies
