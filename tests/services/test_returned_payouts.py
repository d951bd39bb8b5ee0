"""A payment that the bank sends back: paid again, owed once, the cover used up throughout (§36)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlmodel import select

from domain.claim_documents import ClaimDocumentsClosed
from domain.claims import ClaimState
from domain.duties import DutiesConflict
from domain.frames import Month
from domain.mails import MailKey
from domain.payouts import PaymentReferenceMissing, PayoutState, PayoutStepForbidden
from domain.protections import ProtectionState
from services import bordereaux, payouts
from services.installation import Installation
from store import bordereaux as bordereau_rows
from store.decisions import AuditEntry
from store.payouts import Payout
from store.protections import Protection
from store.recourses import Recourse
from tests.services import payable
from tests.services.payable import AT, FELIX, FINA, HANNA
from tests.services.test_payouts import found, mailed


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return payable.open_shop(installation)


def _returned(
    installation: Installation, payout_id: str, why: str = "account closed", now: datetime = AT
) -> None:
    seen = payable.row_of(installation, payout_id).version
    with installation.database.write() as work:
        payouts.mark_failed(work, payout_id, FINA, why, seen=seen, now=now)


def _by_hand(installation: Installation, payout_id: str, now: datetime = AT) -> None:
    seen = payable.row_of(installation, payout_id).version
    with installation.database.write() as work:
        payouts.pay_by_hand(work, payout_id, FELIX, "TRX 7", seen=seen, now=now)


def _in_file(installation: Installation, payout_id: str) -> None:
    payable.make_file(installation, payout_id)


def _by_file(installation: Installation, payout_id: str) -> None:
    payable.make_file(installation, payout_id)
    payable.mark_paid(installation, payout_id)


@pytest.mark.parametrize(
    "ways",
    list(product((_by_file, _by_hand), repeat=3)),
    ids=lambda ways: "-".join(each.__name__.strip("_") for each in ways),
)
def test_a_paid_transfer_that_the_bank_sends_back_is_paid_again_and_owed_once(
    installation: Installation, shop_key: str, ways: Sequence[Callable[[Installation, str], None]]
) -> None:
    claim_id, payout_id = payable.payout(installation, shop_key)
    for number, pay in enumerate(ways, start=1):
        pay(installation, payout_id)
        assert standing(installation, claim_id) == (ClaimState.RECOURSE, 100_00, 100_00)
        with pytest.raises(ClaimDocumentsClosed):
            payable.give_account(installation, claim_id, payable.FRENCH)
        with pytest.raises(PayoutStepForbidden):
            _by_hand(installation, payout_id)
        _returned(installation, payout_id)
        assert standing(installation, claim_id) == (ClaimState.APPROVED, 0, 100_00)
        assert payable.row_of(installation, payout_id).paid_at is None
        payable.give_account(installation, claim_id, payable.FRENCH)
        assert mailed(installation, MailKey.PAID) == number
        assert mailed(installation, MailKey.ACCOUNT_NEEDED) == number
    pay = ways[0]
    pay(installation, payout_id)
    assert standing(installation, claim_id) == (ClaimState.RECOURSE, 100_00, 100_00)
    assert mailed(installation, MailKey.RECOURSE_INVOICE) == 1


def test_the_insurers_months_count_what_was_paid_and_take_off_what_came_back(
    installation: Installation, shop_key: str
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    moments = [AT + timedelta(days=32 * number) for number in range(4)]
    _by_hand(installation, payout_id, moments[0])
    assert [paid_in(installation, each) for each in moments] == [(1, 100_00), None, None, None]
    _returned(installation, payout_id, now=moments[1])
    assert [paid_in(installation, each) for each in moments[:2]] == [(1, 100_00), (-1, -100_00)]
    _by_hand(installation, payout_id, moments[2])
    _returned(installation, payout_id, now=moments[2] + timedelta(hours=1))
    _by_hand(installation, payout_id, moments[3])
    told = [(1, 100_00), (-1, -100_00), (0, 0), (1, 100_00)]
    assert [paid_in(installation, each) for each in moments] == told


def paid_in(installation: Installation, moment: datetime) -> tuple[int, int] | None:
    """How many claims were paid in the month of this moment, and how much; None without any."""
    span = bordereaux.span_of(Month(moment.date().replace(day=1)))
    with installation.database.read() as session:
        for ((_, number, minor),) in bordereau_rows.paid(session, span).values():
            return number, minor
    return None


def test_an_account_that_the_bank_refused_for_good_is_forgotten_too_and_with_it_the_reason(
    installation: Installation, shop_key: str
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    _by_hand(installation, payout_id)
    _returned(installation, payout_id)
    for days, is_kept in ((365, True), (4 * 365, False)):
        with installation.database.write() as work:
            payouts.forget_accounts(work, now=AT + timedelta(days=days))
        row = payable.row_of(installation, payout_id)
        assert (row.account_cipher is not None, row.failure != "") == (is_kept, is_kept)


@pytest.mark.parametrize(("pay", "code"), [(_in_file, "REFUSED"), (_by_hand, "RETURNED")])
def test_the_words_about_what_came_back_stand_at_the_payout_and_the_log_has_a_code(
    installation: Installation,
    shop_key: str,
    pay: Callable[[Installation, str], None],
    code: str,
) -> None:
    _, payout_id = payable.payout(installation, shop_key)
    pay(installation, payout_id)
    why = f"No account {payable.GERMAN} of Dario Zebedee"
    _returned(installation, payout_id, why)
    assert payable.row_of(installation, payout_id).failure == why
    with installation.database.read() as session:
        log = session.exec(select(AuditEntry)).all()
    assert [each.reason for each in log if each.action == "payout.failed"] == [code]
    said = " ".join(repr(each.model_dump()) for each in log)
    assert "Zebedee" not in said
    assert payable.GERMAN not in said


def standing(installation: Installation, claim_id: str) -> tuple[str, int, int]:
    """State of the claim, what its buyer has, and what its shop owes; the cover is used up."""
    with installation.database.read() as session:
        claim = found(session, claim_id)
        protection = session.get(Protection, claim.protection_id)
        paid = [each.amount_minor for each in session.exec(select(Payout)) if each.paid_at]
        owed = [each.amount_minor for each in session.exec(select(Recourse))]
        assert protection is not None
        assert protection.state == ProtectionState.CLAIMED
        return claim.state, sum(paid), sum(owed)


def test_what_came_back_is_noted_with_its_reason_and_by_who_may_pay(
    installation: Installation, shop_key: str
) -> None:
    claim_id, payout_id = payable.payout(installation, shop_key)
    _by_file(installation, payout_id)
    with pytest.raises(PaymentReferenceMissing):
        _returned(installation, payout_id, " ")
    seen = payable.row_of(installation, payout_id).version
    with pytest.raises(DutiesConflict), installation.database.write() as work:
        payouts.mark_failed(work, payout_id, HANNA, "account closed", seen=seen, now=AT)
    assert standing(installation, claim_id) == (ClaimState.RECOURSE, 100_00, 100_00)
    assert payable.row_of(installation, payout_id).state == PayoutState.PAID
