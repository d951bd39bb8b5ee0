"""Wrong or damaged goods: a ticket becomes a claim with its two days, or says why not (§36)."""

from datetime import date, timedelta
from typing import Final

import pytest
from sqlmodel import select

from domain.claims import ClaimInvalid, ClaimReason, Problem, ProblemNotCovered, WithdrawalFirst
from services import ticket_turns
from services.installation import Installation
from services.tickets import Opened
from store.claims import Claim, ClaimMessage
from store.protections import Protection
from tests.services import payable, protected
from tests.services.asked import CLARA, NOW, TEXT, answer, ask, count, facts, mailed, view

RECEIVED: Final = date(2026, 2, 10)
GOODS: Final = (Problem.WRONG_GOODS, Problem.DAMAGED_GOODS)


def bought(installation: Installation) -> Protection:
    """A purchase of Dario that is protected."""
    shop_key = payable.open_shop(installation)
    return protected.protect(installation.database, shop_key, at=NOW)


def turn(
    installation: Installation,
    opened: Opened,
    protection: Protection,
    problem: Problem,
    **days: date,
) -> str:
    seen = view(installation, opened).version
    with installation.database.write() as work:
        return ticket_turns.to_claim(
            work,
            opened.ticket_id,
            protection.public_id,
            problem,
            officer=CLARA,
            seen=seen,
            now=NOW,
            **days,
        )


@pytest.mark.parametrize("problem", GOODS)
@pytest.mark.parametrize("days", [0, 14])
def test_a_withdrawal_within_fourteen_days_of_receipt_makes_it_a_claim_without_retyping(
    installation: Installation, problem: Problem, days: int
) -> None:
    protection, opened = bought(installation), ask(installation)
    withdrawn = RECEIVED + timedelta(days=days)
    claim_id = turn(
        installation, opened, protection, problem, received_on=RECEIVED, withdrawn_on=withdrawn
    )
    with installation.database.read() as session:
        claim = session.exec(select(Claim)).one()
        said = session.exec(select(ClaimMessage)).first()
    assert (claim.problem, claim.reason) == (problem, ClaimReason.NOT_REFUNDED)
    assert (claim.received_on, claim.withdrawn_on) == (RECEIVED, withdrawn)
    assert said is not None
    assert installation.database.keys.decrypt(said.cipher or b"") == TEXT
    assert facts(installation, opened).became == claim_id


@pytest.mark.parametrize("problem", GOODS)
@pytest.mark.parametrize(
    "days",
    [
        {},
        {"received_on": RECEIVED},
        {"withdrawn_on": RECEIVED},
        {"received_on": RECEIVED, "withdrawn_on": RECEIVED + timedelta(days=15)},
        {"received_on": RECEIVED, "withdrawn_on": RECEIVED - timedelta(days=1)},
    ],
)
def test_without_a_withdrawal_in_time_it_is_the_shops_first_and_the_ticket_goes_on(
    installation: Installation, problem: Problem, days: dict[str, date]
) -> None:
    protection, opened = bought(installation), ask(installation)
    before = mailed(installation)
    with pytest.raises(WithdrawalFirst) as refused:
        turn(installation, opened, protection, problem, **days)
    assert refused.value.field == "withdrawn_on"
    assert "declare it" in refused.value.title
    assert (count(installation, Claim), mailed(installation)) == (0, before)
    ticket = view(installation, opened)
    assert (ticket.facts.became, ticket.version) == ("", 1)
    answer(installation, opened, "Please withdraw first.")


def test_days_to_come_and_defects_under_warranty_are_refused(installation: Installation) -> None:
    protection, opened = bought(installation), ask(installation)
    tomorrow = NOW.date() + timedelta(days=1)
    with pytest.raises(ClaimInvalid) as refused:
        turn(
            installation,
            opened,
            protection,
            Problem.DAMAGED_GOODS,
            received_on=RECEIVED,
            withdrawn_on=tomorrow,
        )
    assert refused.value.field == "withdrawn_on"
    with pytest.raises(ProblemNotCovered):
        turn(installation, opened, protection, Problem.WARRANTY_DEFECT)
    assert count(installation, Claim) == 0
