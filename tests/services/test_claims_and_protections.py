"""Where claims and protections meet: cancelled, prolonged, forgotten, paid late, two roles."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.certificates import CertificateState
from domain.claims import Amounts, ClaimState, Problem, ProtectionOver
from domain.duties import Decider, DutiesConflict, Handler, OwnShop, Payer
from domain.errors import TrustwrightError
from domain.payouts import PayoutState
from domain.protections import MarkNotValid, ProtectionState
from domain.rights import OperatorRole, Right
from domain.shops import NewShop
from services import (
    claim_files,
    claim_views,
    claims,
    duties,
    payouts,
    protection_members,
    protection_views,
    protections,
    retention,
    shops,
)
from services.installation import Installation
from services.protection_members import Buyer
from store import accounts
from store.certificates import Certificate
from store.claims import Claim
from store.database import Database
from store.payouts import Payout
from store.protections import Protection
from tests.services import claimed, payable, people, protected, statements
from tests.services.claimed import DORA, EXTENDED_END, HUGO, PAUL, REPORTED, STARTED


def protection(database: Database) -> Protection:
    with database.read() as session:
        return session.exec(select(Protection)).one()


def cancel(database: Database) -> None:
    with database.write() as work:
        protections.cancel(work, protection(database), now=REPORTED)


def resolved(database: Database) -> str:
    """A claim that its buyer has called solved."""
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id)
    with database.write() as work:
        claims.confirm(work, claimed.buyer(database), claim_id, now=REPORTED)
    return claim_id


def rejected(database: Database) -> str:
    """A claim that Hugo has rejected."""
    _, claim_id = claimed.in_assessment(database)
    claimed.reject(database, claim_id)
    return claim_id


def reopen(database: Database, claim_id: str, *, at: datetime = REPORTED) -> None:
    with database.write() as work:
        claims.refuse(work, claimed.buyer(database), claim_id, "It broke again.", now=at)


def test_who_has_cancelled_does_not_appeal_and_nothing_is_kept_of_it(
    installation: Installation,
) -> None:
    database = installation.database
    claim_id = rejected(database)
    said = len(claimed.messages(database))
    cancel(database)
    with pytest.raises(ProtectionOver):
        claimed.appeal(database, claim_id)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.appealed_at) == (ClaimState.REJECTED, None)
    assert len(claimed.messages(database)) == said


@pytest.mark.parametrize(("begun", "again"), [(resolved, reopen), (rejected, claimed.appeal)])
def test_a_claim_that_is_taken_up_while_its_protection_is_cancelled_is_never_unpayable(
    installation: Installation,
    begun: Callable[[Database], str],
    again: Callable[[Database, str], None],
) -> None:
    database = installation.database
    claim_id = begun(database)
    begin, refused = threading.Barrier(2), list[TrustwrightError]()

    def run(call: Callable[[], None]) -> None:
        begin.wait()
        try:
            call()
        except TrustwrightError as error:
            refused.append(error)

    calls = (lambda: cancel(database), lambda: again(database, claim_id))
    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    is_open = claimed.claim(database, claim_id).closed_at is None
    is_cancelled = protection(database).state == ProtectionState.CANCELLED
    assert (len(refused), is_open) == (1, not is_cancelled)


@pytest.mark.parametrize("state", [ProtectionState.CANCELLED, ProtectionState.CLAIMED])
def test_what_was_cancelled_or_paid_is_not_reported_again(
    installation: Installation, state: ProtectionState
) -> None:
    database = installation.database
    _, covered = claimed.a_protection(database)
    with database.write() as work:
        does = (
            protections.cancel if state is ProtectionState.CANCELLED else protections.mark_claimed
        )
        does(work, covered, now=REPORTED)
    with pytest.raises(ProtectionOver):
        claimed.report(database, covered)
    with database.read() as session:
        assert session.exec(select(Claim)).all() == []


def test_a_claim_about_a_prolonged_protection_is_opened_again_until_the_new_end(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=STARTED)
    with database.write() as work:
        who = Buyer("dario@example.org", "en", "DE")
        protection_members.book_plus(work, who, now=STARTED)
    covered = protected.protect(database, shop_key, at=STARTED)
    claim_id = claimed.report(database, covered)
    claimed.answer(database, shop_key, claim_id)
    with database.write() as work:
        claims.confirm(work, claimed.buyer(database), claim_id, now=REPORTED)
        protections.prolong(work, protection(database), now=REPORTED)
    longer = EXTENDED_END + timedelta(days=30)
    assert protection(database).ends_at == longer
    assert claimed.claim(database, claim_id).covered_until == longer
    reopen(database, claim_id, at=EXTENDED_END + timedelta(days=1))
    assert claimed.claim(database, claim_id).state == ClaimState.MEDIATION


def test_nobody_is_forgotten_who_waits_for_the_end_of_a_claim(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    protections.end_over(installation, now=EXTENDED_END)
    late = datetime(2030, 1, 1, tzinfo=UTC)
    assert retention.forget_protections(database, now=late) == 0
    assert protection(database).buyer_hash == claimed.claim(database, claim_id).buyer_hash
    claimed.reject(database, claim_id, at=late)
    assert retention.forget_protections(database, now=late) == 1
    assert protection(database).buyer_cipher is None


def test_claims_go_on_where_a_shop_has_lost_its_mark(installation: Installation) -> None:
    database = installation.database
    shop_key, covered = claimed.a_protection(database)
    with database.write() as work:
        held = work.session.exec(select(Certificate)).one()
        held.state = CertificateState.SUSPENDED
        work.session.add(held)
    with pytest.raises(MarkNotValid):
        protected.protect(database, shop_key, "P-2", at=REPORTED)
    claim_id = claimed.report(database, covered)
    claimed.answer(database, shop_key, claim_id)
    assert claimed.claim(database, claim_id).state == ClaimState.BUYER_CHECK


def test_a_claim_is_paid_in_the_currency_of_the_order_also_after_the_end(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=STARTED)
    covered = protected.protect(
        database, shop_key, at=STARTED, amount_minor=3_000_00, currency="GBP", residence="GB"
    )
    claim_id = claimed.report(database, covered, Problem.INSOLVENCY)
    claimed.refund(database, claim_id, at=REPORTED, paid=3_000_00)
    with database.write() as work:
        claims.hand_in(work, claimed.buyer(database), claim_id, now=REPORTED)
    claimed.approve(database, claim_id, amounts=Amounts(3_000_00, refunds=100_00))
    protections.end_over(installation, now=EXTENDED_END)
    with database.read() as session:
        payout = session.exec(select(Payout)).one()
    assert (payout.amount_minor, payout.currency) == (2_500_00, "GBP")
    payable.give_account(installation, claim_id, "GB82WEST12345698765432")
    with database.write() as work:
        settings = payable.settings(installation)
        with pytest.raises(TrustwrightError, match="file"):
            payouts.make_file(work, [payout.public_id], PAUL, settings, now=EXTENDED_END)
        payouts.pay_by_hand(work, payout.public_id, PAUL, "TRX 1", seen=1, now=EXTENDED_END)
    assert payable.row_of(installation, payout.public_id).state == PayoutState.BY_HAND
    assert protection(database).state == ProtectionState.CLAIMED
    assert claimed.claim(database, claim_id).state == ClaimState.RECOURSE


def test_nobody_decides_about_a_purchase_of_their_own(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    own_hash = claimed.buyer(database).hash
    for step in (claimed.approve, claimed.reject):
        with pytest.raises(DutiesConflict):
            step(database, claim_id, replace(HUGO, email_hash=own_hash))
    assert claimed.claim(database, claim_id).handlers == ""
    with database.write() as work:
        file = claim_files.held(work, claim_id).file
    for role, officer in ((Decider, DORA), (Payer, PAUL)):
        with pytest.raises(DutiesConflict):
            role(replace(officer, email_hash=own_hash), file)


def test_a_right_on_a_sister_shop_and_the_own_address_keep_a_person_out(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    with database.write() as work:
        file = claim_files.held(work, claim_id).file
        account = accounts.of_shop(work.session, file.company)
        new = NewShop("Sister", "https://sister.example", "DE", "de", "EUR")
        sister = shops.register(work, account.public_id, new, actor=OPERATOR, now=STARTED)
    people.employ(installation, "hugo", OperatorRole.CASE_HANDLER)
    people.hire(installation, sister, "hugo", Right.READ_ONLY, factor=True)
    person = people.entered(installation, "hugo")
    officer = duties.officer(person)
    assert officer.email_hash == claimed.buyer(database, person.email).hash
    with pytest.raises(OwnShop):
        Handler(officer, file)


def test_lists_ask_no_more_for_many_claims_than_for_few(installation: Installation) -> None:
    database, now = installation.database, payable.AT
    shop_key, asked = payable.open_shop(installation), []
    for number in (2, 20):
        for each in range(number):
            payable.claim(installation, shop_key, f"{number}-{each}", state=ClaimState.MEDIATION)
        with database.read() as session, statements.counted(database) as said:
            assert len(claim_views.queue(session, now=now).items) >= number
            assert len(claim_views.of_shop(session, shop_key, now=now).items) >= number
            assert len(protection_views.listed(session, database.keys, shop_key)) >= number
        asked.append(len(said))
    assert asked[0] == asked[1] > 0
