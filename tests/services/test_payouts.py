"""Payouts through their use cases, on both databases: once, by another person, never too much."""

import threading
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import pytest
from lxml import etree
from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.actors import OPERATOR
from domain.claim_documents import ClaimDocumentsClosed
from domain.claims import ClaimState
from domain.duties import DutiesConflict, Officer, OwnShop
from domain.errors import TrustwrightError
from domain.mails import MailKey
from domain.payouts import (
    PaymentReferenceMissing,
    PayoutAccountMissing,
    PayoutChanged,
    PayoutExceeded,
    PayoutNotFound,
    PayoutRunEmpty,
    PayoutState,
    PayoutStepForbidden,
)
from domain.protections import ProtectionState
from services import payout_views, payouts
from services.installation import Installation
from services.payouts import LeftOut
from store.claims import Claim
from store.decisions import AuditEntry
from store.mails import Mail
from store.payouts import Payout, PayoutRun
from store.protections import Protection
from store.recourses import Recourse
from tests.services import payable, protected, statements
from tests.services.payable import AT, DORA, FELIX, FINA, HANNA

NAMES: Final = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return payable.open_shop(installation)


def found(session: Session, claim_id: str) -> Claim:
    return session.exec(select(Claim).where(col(Claim.public_id) == claim_id)).one()


def count(installation: Installation, table: type) -> int:
    with installation.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def mailed(installation: Installation, key: MailKey) -> int:
    with installation.database.read() as session:
        return session.exec(select(func.count()).where(col(Mail.key) == key)).one()


def body_of(installation: Installation, run_id: str) -> bytes:
    with installation.database.write() as work:
        return payouts.download(work, run_id, actor=OPERATOR, now=AT)[1]


def test_an_approved_claim_is_prepared_once(installation: Installation, shop_key: str) -> None:
    claim_id, payout_id = payable.payout(installation, shop_key)
    assert payable.prepare(installation, claim_id) == payout_id
    row = payable.row_of(installation, payout_id)
    assert (row.amount_minor, row.currency, row.state) == (100_00, "EUR", PayoutState.PREPARED)


def test_what_is_not_approved_is_not_prepared(installation: Installation, shop_key: str) -> None:
    claim_id = payable.claim(installation, shop_key, state=ClaimState.ASSESSMENT)
    with pytest.raises(PayoutStepForbidden):
        payable.prepare(installation, claim_id)


@pytest.mark.parametrize(
    "changed",
    [
        {"approved_minor": 100_01},
        {"approved_minor": 50_01, "refunds_minor": 200_00},
        {"approved_minor": 0},
        {"approved_minor": 100_00, "cover_minor": 0},
    ],
)
def test_more_than_the_formula_gives_is_refused(
    installation: Installation, shop_key: str, changed: dict[str, Any]
) -> None:
    claim_id = payable.claim(installation, shop_key, **changed)
    with pytest.raises(PayoutExceeded):
        payable.prepare(installation, claim_id)
    assert count(installation, Payout) == 0


def test_a_file_is_made_once_and_handed_out_byte_for_byte(
    installation: Installation, shop_key: str
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    made = payable.make_file(installation, payout_id)
    body = body_of(installation, made.run_id)
    assert body == body_of(installation, made.run_id)
    with installation.database.read() as session:
        run = session.exec(select(PayoutRun)).one()
        looks = select(func.count()).where(col(AuditEntry.action) == "payout_run.downloaded")
        assert session.exec(looks).one() == 2
    assert run.digest == sha256(body).hexdigest()
    assert b"CstmrCdtTrfInitn" not in (run.cipher or b"")
    document = etree.fromstring(body)
    assert document.findtext(".//p:InstdAmt", namespaces=NAMES) == "100.00"
    assert document.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=NAMES) == "100.00"
    assert document.findtext(".//p:CdtrAcct//p:IBAN", namespaces=NAMES) == payable.GERMAN
    with pytest.raises(PayoutRunEmpty):
        payable.make_file(installation, payout_id)


def test_what_sepa_does_not_reach_is_named_and_stops_nothing(
    installation: Installation, shop_key: str
) -> None:
    good = payable.payout(installation, shop_key, "P-1")
    turkish = payable.payout(installation, shop_key, "P-2", iban=payable.TURKISH)
    silent = payable.payout(installation, shop_key, "P-3", iban="")
    francs = payable.payout(installation, shop_key, "P-4", currency="CHF")
    own = payable.payout(installation, shop_key, "P-5", handlers=FINA.name)
    every = [each[1] for each in (good, turkish, silent, francs, own)]
    made = payable.make_file(installation, *every)
    assert made.taken == 1
    assert made.left == {
        turkish[0]: LeftOut.NOT_SEPA,
        silent[0]: LeftOut.NO_ACCOUNT,
        francs[0]: LeftOut.CURRENCY,
        own[0]: LeftOut.DUTIES,
    }
    assert payable.row_of(installation, turkish[1]).state == PayoutState.PREPARED


def test_without_an_account_of_the_operator_there_is_no_file(
    installation: Installation, shop_key: str
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    with pytest.raises(PayoutAccountMissing), installation.database.write() as work:
        payouts.make_file(work, [payout_id], FINA, installation.settings, now=AT)
    assert payable.row_of(installation, payout_id).state == PayoutState.PREPARED


def test_a_paid_claim_goes_on_to_recourse_and_both_are_told(
    installation: Installation, shop_key: str
) -> None:
    claim_id, payout_id = payable.payout(installation, shop_key)
    payable.make_file(installation, payout_id)
    payable.mark_paid(installation, payout_id)
    row = payable.row_of(installation, payout_id)
    assert (row.state, row.paid_at, row.payers) == (PayoutState.PAID, AT, FINA.name)
    with installation.database.read() as session:
        claim = found(session, claim_id)
        protection = session.get(Protection, claim.protection_id)
        recourse = session.exec(select(Recourse)).one()
    assert protection is not None
    assert (claim.state, protection.state) == (ClaimState.RECOURSE, ProtectionState.CLAIMED)
    assert (recourse.amount_minor, recourse.insurer_minor) == (100_00, 90_00)
    assert mailed(installation, MailKey.PAID) == 1
    assert mailed(installation, MailKey.RECOURSE_INVOICE) == 1


@pytest.mark.parametrize("officer", [HANNA, DORA])
def test_who_has_handled_or_decided_does_not_pay(
    installation: Installation, shop_key: str, officer: Officer
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    with pytest.raises(PayoutRunEmpty):
        payable.make_file(installation, payout_id, officer=officer)
    with pytest.raises(DutiesConflict), installation.database.write() as work:
        payouts.pay_by_hand(work, payout_id, officer, "cash", seen=1, now=AT)
    payable.make_file(installation, payout_id)
    with pytest.raises(DutiesConflict):
        payable.mark_paid(installation, payout_id, officer=officer)
    assert payable.row_of(installation, payout_id).state == PayoutState.IN_FILE
    assert mailed(installation, MailKey.PAID) == 0


def test_nobody_pays_for_a_shop_of_their_own(installation: Installation, shop_key: str) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    with installation.database.write() as work:
        company = protected.shop_of(work, shop_key).account_id
    owner = Officer(FINA.name, frozenset({company}))
    with pytest.raises(PayoutRunEmpty):
        payable.make_file(installation, payout_id, officer=owner)
    with pytest.raises(OwnShop), installation.database.write() as work:
        payouts.pay_by_hand(work, payout_id, owner, "cash", seen=1, now=AT)


def test_by_hand_is_paid_with_a_reference(installation: Installation, shop_key: str) -> None:
    _, payout_id = payable.payout(installation, shop_key, iban=payable.TURKISH)
    with pytest.raises(PaymentReferenceMissing), installation.database.write() as work:
        payouts.pay_by_hand(work, payout_id, FINA, " ", seen=1, now=AT)
    with installation.database.write() as work:
        payouts.pay_by_hand(work, payout_id, FINA, "TRX 7", seen=1, now=AT)
    row = payable.row_of(installation, payout_id)
    assert (row.state, row.reference) == (PayoutState.BY_HAND, "TRX 7")
    assert count(installation, Recourse) == 1
    with pytest.raises(PayoutStepForbidden):
        payable.mark_paid(installation, payout_id)


def test_what_came_back_is_paid_again_to_another_account(
    installation: Installation, shop_key: str
) -> None:
    claim_id, payout_id = payable.payout(installation, shop_key)
    first = payable.make_file(installation, payout_id)
    with pytest.raises(ClaimDocumentsClosed):
        payable.give_account(installation, claim_id, payable.FRENCH)
    with installation.database.write() as work:
        payouts.mark_failed(work, payout_id, FINA, "account closed", seen=2, now=AT)
    assert payable.row_of(installation, payout_id).failure == "account closed"
    assert mailed(installation, MailKey.ACCOUNT_NEEDED) == 1
    payable.give_account(installation, claim_id, payable.FRENCH)
    second = payable.make_file(installation, payout_id, officer=FELIX)
    names = [
        etree.fromstring(body_of(installation, run)).findtext(".//p:EndToEndId", namespaces=NAMES)
        for run in (first.run_id, second.run_id)
    ]
    assert len(set(names)) == 2
    assert payable.FRENCH.encode() in body_of(installation, second.run_id)
    payable.mark_paid(installation, payout_id)
    assert count(installation, Recourse) == 1


def test_two_people_at_once_make_one_file_and_pay_once(
    installation: Installation, shop_key: str
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    results = at_once(
        lambda: payable.make_file(installation, payout_id, officer=FINA),
        lambda: payable.make_file(installation, payout_id, officer=FELIX),
    )
    assert sorted(results) == ["PayoutRunEmpty", "done"]
    assert count(installation, PayoutRun) == 1
    results = at_once(
        lambda: payable.mark_paid(installation, payout_id, officer=FINA, seen=2),
        lambda: payable.mark_paid(installation, payout_id, officer=FELIX, seen=2),
    )
    assert sorted(results) == ["PayoutChanged", "done"]
    assert count(installation, Recourse) == 1
    assert mailed(installation, MailKey.PAID) == 1


def test_a_file_and_a_payment_by_hand_at_once_pay_once(
    installation: Installation, shop_key: str
) -> None:
    _, payout_id = payable.payout(installation, shop_key)

    def by_hand() -> None:
        with installation.database.write() as work:
            payouts.pay_by_hand(work, payout_id, FELIX, "TRX", seen=1, now=AT)

    results = at_once(lambda: payable.make_file(installation, payout_id), by_hand)
    assert results.count("done") == 1
    row = payable.row_of(installation, payout_id)
    assert (row.attempts, count(installation, PayoutRun) + count(installation, Recourse)) == (1, 1)


def test_a_process_that_dies_while_it_makes_a_file_has_made_none(
    installation: Installation, shop_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, payout_id = payable.payout(installation, shop_key)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("services.payouts._move", killed)
        with pytest.raises(KeyboardInterrupt):
            payable.make_file(installation, payout_id)
    row = payable.row_of(installation, payout_id)
    assert (row.state, row.attempts, row.account_cipher) == (PayoutState.PREPARED, 0, None)
    assert count(installation, PayoutRun) == 0
    payable.make_file(installation, payout_id)
    with monkeypatch.context() as broken:
        broken.setattr("services.recourses.invoice", killed)
        with pytest.raises(KeyboardInterrupt):
            payable.mark_paid(installation, payout_id)
    assert payable.row_of(installation, payout_id).state == PayoutState.IN_FILE
    payable.mark_paid(installation, payout_id)
    assert (count(installation, Recourse), mailed(installation, MailKey.PAID)) == (1, 1)


def test_nobody_pays_themselves(installation: Installation, shop_key: str) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    buyer_hash = installation.database.keys.hash_email("dario@example.org")
    buyer = Officer(FINA.name, email_hash=buyer_hash)
    with pytest.raises(PayoutRunEmpty):
        payable.make_file(installation, payout_id, officer=buyer)
    payable.make_file(installation, payout_id)
    with pytest.raises(DutiesConflict):
        payable.mark_paid(installation, payout_id, officer=buyer)
    assert payable.row_of(installation, payout_id).state == PayoutState.IN_FILE


def test_the_queue_asks_no_more_for_many_payouts_than_for_few(
    installation: Installation, shop_key: str
) -> None:
    asked = []
    for number in (2, 20):
        for each in range(number):
            payable.payout(installation, shop_key, f"{number}-{each}")
        with (
            installation.database.read() as session,
            statements.counted(installation.database) as said,
        ):
            keys, states = installation.database.keys, (PayoutState.PREPARED,)
            found = payout_views.queue(session, keys, FINA, states)
            assert {each.account for each in found} == {"DE…2051"}
        asked.append(len(said))
    assert asked[0] == asked[1] > 0


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What became of calls that begin together."""
    results: list[str] = []
    begin = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        begin.wait()
        try:
            call()
        except TrustwrightError as error:
            results.append(type(error).__name__)
        else:
            results.append("done")

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_an_old_page_changes_nothing(installation: Installation, shop_key: str) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    payable.make_file(installation, payout_id)
    with pytest.raises(PayoutChanged):
        payable.mark_paid(installation, payout_id, seen=1)
    with pytest.raises(PayoutNotFound):
        payable.mark_paid(installation, "pay-none", seen=1)


def test_accounts_and_files_go_after_three_years(installation: Installation, shop_key: str) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    made = payable.make_file(installation, payout_id)
    payable.mark_paid(installation, payout_id)
    for years, gone in ((2, 0), (4, 2), (4, 0)):
        with installation.database.write() as work:
            assert payouts.forget_accounts(work, now=AT.replace(year=AT.year + years)) == gone
    with pytest.raises(PayoutNotFound):
        body_of(installation, made.run_id)
    assert payable.row_of(installation, payout_id).account_cipher is None
