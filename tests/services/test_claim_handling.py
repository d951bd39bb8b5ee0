"""Handlers propose and decide with reasons; nobody has two parts in a claim (§§36, 38)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.claims import (
    Amounts,
    ClaimChanged,
    ClaimInvalid,
    ClaimNotFound,
    ClaimState,
    ClaimStepForbidden,
    ClaimTimeOver,
)
from domain.duties import Decider, DutiesConflict, Officer, OwnShop, Payer
from domain.protections import ProtectionState
from domain.rights import OperatorRole, Right
from services import claim_answers, claim_files, claim_handling, claims, duties
from services.installation import Installation
from store import shops
from store.database import Database
from store.mails import Mail
from store.protections import Protection
from tests.services import claimed, people
from tests.services.claimed import DORA, HUGO, PAUL, REPORTED, SHOP, WHY


def handle(database: Database, step: Callable[..., None], *values: Any, **told: Any) -> None:
    """A step of a handler who looks at the present version."""
    claim_id, officer, *more = values
    seen = told.pop("seen", None) or claimed.version(database, claim_id)
    with database.write() as work:
        step(work, claim_id, officer, *more, seen=seen, now=told.pop("at", REPORTED), **told)


def company(database: Database, shop_key: str) -> int:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return shop.account_id


def test_a_settlement_holds_once_both_sides_agree(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.in_mediation(database)
    people.hire(installation, shop_key, "anna", Right.PROTECTION)
    handle(database, claim_handling.propose, claim_id, HUGO, 125_00, "Half of it, please.")
    with database.write() as work:
        who = claimed.buyer(database)
        claims.answer_settlement(work, who, claim_id, accepts=True, now=REPORTED)
    assert claimed.claim(database, claim_id).state == ClaimState.MEDIATION
    with database.write() as work:
        claim_answers.answer_settlement(
            work, shop_key, claim_id, accepts=True, actor=SHOP, now=REPORTED
        )
    row = claimed.claim(database, claim_id)
    assert (row.state, row.settlement_minor) == (ClaimState.RESOLVED, 125_00)
    assert claimed.mails(database)[-4:] == ["settlement"] * 2 + ["claim_ended"] * 2


def test_a_further_proposal_replaces_the_one_that_a_side_has_declined(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.in_mediation(database)
    who = claimed.buyer(database)
    with pytest.raises(ClaimStepForbidden), database.write() as work:
        claims.answer_settlement(work, who, claim_id, accepts=True, now=REPORTED)
    handle(database, claim_handling.propose, claim_id, HUGO, 0, "Deliver by Friday.")
    with database.write() as work:
        claim_answers.answer_settlement(
            work, shop_key, claim_id, accepts=True, actor=SHOP, now=REPORTED
        )
        claims.answer_settlement(work, who, claim_id, accepts=False, now=REPORTED)
    handle(database, claim_handling.propose, claim_id, HUGO, 250_00, "All of it, then.")
    row = claimed.claim(database, claim_id)
    assert (row.settlement_buyer, row.settlement_shop) == (None, None)
    for amount in (-1, 250_01):
        with pytest.raises(ClaimInvalid):
            handle(database, claim_handling.propose, claim_id, HUGO, amount, "No.")


def test_a_handler_takes_a_claim_writes_in_it_and_ends_the_mediation(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.in_mediation(database)
    handle(database, claim_handling.take, claim_id, HUGO)
    with database.write() as work:
        claim_handling.comment(work, claim_id, HUGO, "What does the carrier say?", now=REPORTED)
    claimed.fail(database, claim_id)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.handler, row.handlers) == ("REFUND_CLAIM", "usr-hugo", "usr-hugo")


def test_an_insolvency_opens_the_refund_at_once_and_tells_the_buyer(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.in_mediation(database)
    handle(database, claim_handling.insolvent, claim_id, HUGO)
    assert claimed.claim(database, claim_id).reason == "INSOLVENCY"
    assert claimed.mails(database)[-1] == "claim_invite"
    claimed.refund(database, claim_id, at=REPORTED)


def test_documents_are_asked_for_once(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    handle(database, claim_handling.ask_documents, claim_id, HUGO, "The proof of payment.")
    assert claimed.claim(database, claim_id).state == ClaimState.DOCUMENTS
    assert claimed.mails(database)[-1] == "documents_missing"
    with pytest.raises(ClaimStepForbidden):
        handle(database, claim_handling.ask_documents, claim_id, HUGO, "And more.")


def test_an_approval_computes_the_payout_and_the_payment_ends_the_protection(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    claimed.approve(database, claim_id, amounts=Amounts(250_00, refunds=200_00))
    row = claimed.claim(database, claim_id)
    assert (row.state, row.approved_minor, row.assessed_by) == ("APPROVED", 50_00, "usr-hugo")
    assert claimed.mails(database)[-2:] == ["claim_approved", "account_needed"]
    pay(database, claim_id, PAUL)
    with database.write() as work:
        claims.begin_recourse(work, claim_id, actor=OPERATOR, now=REPORTED)
    assert claimed.claim(database, claim_id).state == ClaimState.RECOURSE
    with database.read() as session:
        assert session.exec(select(Protection)).one().state == ProtectionState.CLAIMED


def pay(database: Database, claim_id: str, officer: Officer) -> None:
    with database.write() as work:
        payer = Payer(officer, claim_files.held(work, claim_id).file)
        claims.mark_paid(work, claim_id, payer, now=REPORTED)


def test_nothing_is_approved_where_nothing_is_left_to_pay(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    with pytest.raises(ClaimInvalid):
        claimed.approve(database, claim_id, amounts=Amounts(250_00, chargeback=250_00))
    row = claimed.claim(database, claim_id)
    assert (row.state, row.assessed_by, row.handlers) == (ClaimState.ASSESSMENT, "", "")


def test_a_rejection_has_reasons_and_another_person_hears_the_appeal(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    with pytest.raises(ClaimInvalid):
        claimed.reject(database, claim_id, reasons="No.")
    claimed.reject(database, claim_id)
    assert claimed.mails(database)[-1] == "claim_rejected"
    claimed.appeal(database, claim_id)
    with pytest.raises(DutiesConflict):
        claimed.approve(database, claim_id, HUGO)
    with pytest.raises(ClaimStepForbidden):
        handle(database, claim_handling.take, claim_id, PAUL)
    claimed.approve(database, claim_id, DORA)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.decider, row.approved_minor) == ("APPROVED", "usr-dora", 100_00)
    for officer in (HUGO, DORA):
        with pytest.raises(DutiesConflict):
            pay(database, claim_id, officer)
    pay(database, claim_id, PAUL)


def test_an_appeal_that_is_dismissed_is_the_end(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    claimed.reject(database, claim_id)
    with pytest.raises(ClaimTimeOver):
        claimed.appeal(database, claim_id, at=REPORTED + timedelta(days=32))
    claimed.appeal(database, claim_id)
    claimed.reject(database, claim_id, DORA)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.due_at, row.closed_at) == (ClaimState.REJECTED, None, REPORTED)
    with pytest.raises(ClaimStepForbidden):
        claimed.appeal(database, claim_id)


def test_nobody_handles_a_claim_about_a_company_of_their_own(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.in_assessment(database)
    own = frozenset({company(database, shop_key)})
    officer = replace(HUGO, companies=own)
    for step in (claimed.approve, claimed.reject):
        with pytest.raises(OwnShop):
            step(database, claim_id, officer)
    with pytest.raises(OwnShop):
        handle(database, claim_handling.take, claim_id, officer)
    with database.write() as work:
        file = claim_files.held(work, claim_id).file
    with pytest.raises(OwnShop):
        Decider(replace(DORA, companies=own), file)


def test_of_two_who_decide_at_once_one_is_told_to_look_again(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    seen = claimed.version(database, claim_id)
    handle(database, claim_handling.reject, claim_id, HUGO, WHY, seen=seen)
    with pytest.raises(ClaimChanged):
        handle(database, claim_handling.approve, claim_id, DORA, Amounts(1), WHY, seen=seen)
    with pytest.raises(ClaimNotFound), database.write() as work:
        claim_handling.take(work, "clm-none", HUGO, seen=1, now=REPORTED)


def test_the_companies_of_an_officer_are_those_of_their_own_rights(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, _ = claimed.opened(database)
    people.employ(installation, "hugo", OperatorRole.CASE_HANDLER)
    people.hire(installation, shop_key, "hugo", Right.READ_ONLY, factor=True)
    officer = duties.officer(people.entered(installation, "hugo"))
    assert officer.companies == {company(database, shop_key)}


def test_the_buyer_is_written_to_in_their_language_and_reads_who_guarantees(
    installation: Installation,
) -> None:
    database = installation.database
    claimed.opened(database)
    with database.read() as session:
        mail = session.exec(select(Mail).where(Mail.key == "case_opened")).one()
        assert mail.content is not None
        content = database.keys.decrypt(mail.content)
    assert mail.language == "en"
    assert "Surety Example plc" in content
    assert "/en/protection/account/claims/clm-" in content
    assert "1 March 2026" in content
