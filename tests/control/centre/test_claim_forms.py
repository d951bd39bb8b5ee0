"""What forms of claims accept: amounts as they are written, days of the market, every step."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Final

import pytest

from control.centre import buyer_claims, claim_desk, claims
from control.centre.screens import Form, Upload
from domain.claim_documents import ClaimDocumentInvalid
from domain.claim_states import TABLE, Event
from domain.claims import ClaimInvalid, ClaimParty

GERMAN: Final[Any] = SimpleNamespace(head=SimpleNamespace(market="DE"))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("", "EUR", 0),
        ("0", "EUR", 0),
        ("250", "EUR", 250_00),
        ("250,5", "EUR", 250_50),
        (" 1000.05 ", "GBP", 1_000_05),
        ("4000", "JPY", 4_000),
    ],
)
def test_an_amount_is_read_to_the_cent(text: str, currency: str, minor: int) -> None:
    assert claims.amount(Form({"paid": text}), "paid", currency) == minor


@pytest.mark.parametrize(
    "text",
    ["-1", "+1", "1,000", "1.000,50", "1.005", "1e3", "1_000", "NaN", "٣", "9" * 40, ".5", "5."],
)
def test_what_is_no_plain_amount_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(ClaimInvalid):
        claims.amount(Form({"paid": text}), "paid", "EUR")


def test_more_than_any_order_costs_is_refused() -> None:
    with pytest.raises(ClaimInvalid):
        claims.amounts_of(Form({"paid": "9" * 12}), "EUR")


def test_a_currency_without_cents_has_none() -> None:
    with pytest.raises(ClaimInvalid):
        claims.amount(Form({"paid": "400.50"}), "paid", "JPY")


def test_the_day_of_a_withdrawal_is_that_of_the_market() -> None:
    form = Form(
        {"kind": "WITHDRAWAL", "day": "2026-01-25"},
        files={"proof": Upload("letter.pdf", "application/pdf", b"%PDF")},
    )
    told = claims.told_of(form, GERMAN, datetime(2026, 1, 24, 23, 30, tzinfo=UTC))
    assert told.day == date(2026, 1, 25)
    with pytest.raises(ClaimDocumentInvalid):
        claims.told_of(form, GERMAN, datetime(2026, 1, 24, 22, 30, tzinfo=UTC))


def test_every_step_of_a_person_has_its_form() -> None:
    by_party: dict[ClaimParty, set[Event]] = {}
    for (_, event), rule in TABLE.items():
        by_party.setdefault(rule.by, set()).add(event)
    staff = by_party[ClaimParty.HANDLER] | by_party[ClaimParty.DECIDER]
    assert staff == set(claim_desk.BY_EVENT)
    assert by_party[ClaimParty.BUYER] == {*map(Event, buyer_claims.Step), Event.CLAIM}
    assert by_party[ClaimParty.SHOP] == {Event.ANSWER}
    assert by_party[ClaimParty.PAYER] == {Event.PAY, Event.RECOURSE, Event.RETURN}
