"""Protections through their use cases, on both databases."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from domain.errors import OrderInvalid, ProtectionUnavailable, TextInvalid, TrustwrightError
from domain.exchange_rates import RateMissing
from domain.mails import MailKey
from domain.protection_tiers import ResidenceInvalid
from domain.protections import (
    CurrencyUnknown,
    MarkNotValid,
    OrderInFuture,
    ProtectionAmountInvalid,
    ProtectionOfOwnPurchase,
    ProtectionState,
    ProtectionStepForbidden,
    ProtectionTooLate,
)
from domain.rights import Right
from services import (
    activations,
    erasures,
    frame_use,
    guarantors,
    person_data,
    protection_members,
    protections,
    retention,
)
from services.installation import Installation
from services.protection_members import Buyer
from store import protections as rows
from store.certificates import Certificate
from store.decisions import AuditEntry
from store.mails import Mail
from store.protections import Protection
from tests.services import own_data, people, protected, steps
from tests.services.protected import an_order, protect

START: Final = datetime(2026, 1, 1, 15, 20, tzinfo=UTC)
END: Final = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return protected.open_shop(installation.database, now=START)


def count(installation: Installation) -> int:
    with installation.database.read() as session:
        return session.exec(select(func.count()).select_from(Protection)).one()


def mailed(installation: Installation, key: MailKey) -> int:
    with installation.database.read() as session:
        return session.exec(select(func.count()).where(col(Mail.key) == key)).one()


def logged(installation: Installation, protection: Protection) -> list[str]:
    with installation.database.read() as session:
        query = select(AuditEntry.action).where(col(AuditEntry.object) == protection.public_id)
        return list(session.exec(query.order_by(col(AuditEntry.id))))


def now_of(installation: Installation, protection: Protection) -> Protection:
    with installation.database.read() as session:
        found = rows.by_public_id(session, protection.public_id)
        assert found is not None
        return found


def use(installation: Installation, shop_key: str, at: datetime) -> int:
    with installation.database.write() as work:
        account = protected.shop_of(work, shop_key).account_id
        return frame_use.use_of(work.session, account, now=at).use_eur_minor


def test_a_purchase_is_protected_with_all_that_was_agreed(
    installation: Installation, shop_key: str
) -> None:
    row = protect(installation.database, shop_key, at=START)
    assert row.public_id.startswith("ptn-")
    assert (row.tier, row.cover_minor, row.cover_eur_minor) == ("BASIC", 100_00, 100_00)
    assert (row.starts_at, row.ends_at, row.state) == (START, END, "ACTIVE")
    assert (row.payment_type, row.payment_raw) == ("PAYPAL", "PayPal")
    assert (row.fx_rate, row.fx_date) == ("1", START.date())
    assert logged(installation, row) == ["protection.started"]
    assert mailed(installation, MailKey.PROTECTION_CONFIRMED) == 1
    assert use(installation, shop_key, START) == 100_00
    assert use(installation, shop_key, END) == 0


def test_a_second_call_finds_the_first_and_changes_nothing(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    with database.write() as work:
        shop = protected.shop_of(work, shop_key)
        later = START + timedelta(days=20)
        order = an_order(at=START, amount_minor=99_99)
        again = activations.activate(work, shop, order, now=later)
    assert (again.is_new, again.protection.public_id) == (False, row.public_id)
    assert again.protection.amount_minor == 250_00
    assert count(installation) == 1
    assert mailed(installation, MailKey.PROTECTION_CONFIRMED) == 1
    assert use(installation, shop_key, later) == 100_00


def test_calls_at_once_for_one_order_start_one_protection(
    installation: Installation, shop_key: str
) -> None:
    database, found, errors = installation.database, [], []
    barrier = threading.Barrier(6)

    def call() -> None:
        barrier.wait()
        try:
            with database.write() as work:
                shop = protected.shop_of(work, shop_key)
                done = activations.activate(work, shop, an_order(at=START), now=START)
                found.append((done.is_new, done.protection.public_id))
        except TrustwrightError as error:  # pragma: no cover
            errors.append(error)

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(is_new for is_new, _ in found) == [False] * 5 + [True]
    assert len({number for _, number in found}) == 1
    assert count(installation) == 1
    assert use(installation, shop_key, START) == 100_00
    assert mailed(installation, MailKey.PROTECTION_CONFIRMED) == 1


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"amount_minor": 0}, ProtectionAmountInvalid),
        ({"amount_minor": -1}, ProtectionAmountInvalid),
        ({"amount_minor": 10**16}, ProtectionAmountInvalid),
        ({"amount_minor": 1.5}, ProtectionAmountInvalid),
        ({"currency": "XXX"}, CurrencyUnknown),
        ({"currency": "USD"}, RateMissing),
        ({"residence": "Germany"}, ResidenceInvalid),
        ({"residence": ""}, ResidenceInvalid),
        ({"email": "nobody"}, OrderInvalid),
        ({"reference": "P\x001"}, OrderInvalid),
        ({"reference": ""}, OrderInvalid),
        ({"payment": "x" * 101}, TextInvalid),
        ({"at": START - timedelta(days=3, seconds=1)}, ProtectionTooLate),
        ({"at": START + timedelta(hours=1)}, OrderInFuture),
    ],
)
def test_what_cannot_be_protected_is_refused_and_leaves_nothing(
    installation: Installation,
    shop_key: str,
    told: dict[str, Any],
    refusal: type[TrustwrightError],
) -> None:
    order = an_order(**{"at": START} | told)
    with pytest.raises(refusal), installation.database.write() as work:
        activations.activate(work, protected.shop_of(work, shop_key), order, now=START)
    assert count(installation) == 0
    assert mailed(installation, MailKey.PROTECTION_CONFIRMED) == 0
    assert use(installation, shop_key, START) == 0


def test_without_a_guarantor_nothing_is_protected(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    with database.write() as work:
        (row,) = guarantors.listed(work.session)
        guarantors.deactivate(work, row.public_id, seen=row.version, actor=steps.ANNA, now=START)
    with pytest.raises(ProtectionUnavailable):
        protect(database, shop_key, at=START)


def test_a_shop_without_a_valid_mark_protects_nothing(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    with database.write() as work:
        work.session.exec(select(Certificate)).one().valid_until = START
    with pytest.raises(MarkNotValid):
        protect(database, shop_key, at=START)
    bare = steps.open_shop(database, domain="bare.example")
    with pytest.raises(MarkNotValid):
        protect(database, bare, at=START)


def test_people_of_the_company_do_not_protect_their_own_purchases(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    people.hire(installation, shop_key, "anna", Right.READ_ONLY)
    with pytest.raises(ProtectionOfOwnPurchase):
        protect(database, shop_key, at=START, email="Anna@People.example")
    other = protected.open_shop(database, now=START, domain="other.example")
    assert protect(database, other, at=START, email="anna@people.example").state == "ACTIVE"


def test_cover_in_another_currency_is_worth_what_the_first_day_says(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(
        database, shop_key, at=START, currency="GBP", residence="UK", amount_minor=3_000_00
    )
    assert (row.residence, row.tier, row.cover_minor) == ("GB", "GUARANTEE", 2_500_00)
    assert (row.cover_eur_minor, row.fx_rate) == (3_125_00, "0.80")
    protected.rates(database, now=START, GBP="1.00")
    assert now_of(installation, row).cover_eur_minor == 3_125_00


def test_a_cancelled_protection_uses_no_frame_any_more(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    later = START + timedelta(days=2)
    with database.write() as work:
        protections.cancel(work, row, now=later)
    after = now_of(installation, row)
    assert (after.state, after.ended_at, after.ends_at) == ("CANCELLED", later, END)
    assert use(installation, shop_key, later) == 0
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.cancel(work, row, now=later)
    assert logged(installation, row) == ["protection.started", "protection.cancelled"]


def test_a_claim_extends_once_and_is_paid_once(installation: Installation, shop_key: str) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    reported = datetime(2026, 1, 25, tzinfo=UTC)
    with database.write() as work:
        protections.extend(work, row, 30, now=reported)
    after = now_of(installation, row)
    assert (after.state, after.ends_at) == ("EXTENDED", datetime(2026, 3, 2, tzinfo=UTC))
    assert use(installation, shop_key, END) == 100_00
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.extend(work, row, 30, now=reported)
    with database.write() as work:
        protections.mark_claimed(work, row, now=END)
    assert now_of(installation, row).state == ProtectionState.CLAIMED
    assert use(installation, shop_key, END) == 0
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.mark_claimed(work, row, now=END)


def test_a_claim_of_one_that_has_ended_may_still_be_paid(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    assert protections.end_over(installation, now=END) == 1
    with database.write() as work:
        protections.mark_claimed(work, row, now=END + timedelta(days=9))
    after = now_of(installation, row)
    assert (after.state, after.ended_at) == ("CLAIMED", END)


def test_only_plus_is_prolonged_and_only_once(installation: Installation, shop_key: str) -> None:
    database = installation.database
    basic = protect(database, shop_key, at=START)
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.prolong(work, basic, now=START)
    with database.write() as work:
        buyer = Buyer("Dario@Example.org", "de", "DE")
        protection_members.book_plus(work, buyer, now=START)
    plus = protect(database, shop_key, "P-2", at=START, amount_minor=30_000_00)
    assert (plus.tier, plus.cover_minor) == ("PLUS", 20_000_00)
    assert protections.tell_expiring(installation, now=END - timedelta(days=7)) == 2
    with database.write() as work:
        protections.prolong(work, plus, now=END - timedelta(days=1))
    after = now_of(installation, plus)
    assert (after.state, after.ends_at) == ("EXTENDED", END + timedelta(days=30))
    assert protections.tell_expiring(installation, now=END + timedelta(days=23)) == 1
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.prolong(work, plus, now=END)


def test_buyers_are_told_seven_days_before_the_end_and_once(
    installation: Installation, shop_key: str
) -> None:
    row = protect(installation.database, shop_key, at=START)
    eve = datetime(2026, 1, 23, 23, 59, tzinfo=UTC)
    assert protections.tell_expiring(installation, now=eve) == 0
    morning = datetime(2026, 1, 24, tzinfo=UTC)
    assert protections.tell_expiring(installation, now=morning) == 1
    assert protections.tell_expiring(installation, now=morning) == 0
    assert mailed(installation, MailKey.PROTECTION_EXPIRING) == 1
    assert now_of(installation, row).expiry_told_at == morning


def test_who_has_a_claim_is_not_told_of_the_end_besides(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    with database.write() as work:
        protections.extend(work, row, 30, now=START)
    assert protections.tell_expiring(installation, now=datetime(2026, 2, 28, tzinfo=UTC)) == 0


def test_the_night_ends_what_is_over_and_nothing_else(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    other = protect(database, shop_key, "P-2", at=START + timedelta(days=1))
    with database.write() as work:
        protections.extend(work, row, 30, now=START)
    assert protections.end_over(installation, now=END) == 0
    assert protections.end_over(installation, now=END + timedelta(days=1)) == 1
    assert now_of(installation, other).state == ProtectionState.ENDED
    assert protections.end_over(installation, now=END + timedelta(days=30)) == 1
    assert protections.end_over(installation, now=END + timedelta(days=30)) == 0
    assert logged(installation, row)[-1] == "protection.ended"


def test_buyers_are_forgotten_a_year_after_the_end_and_three_after_a_paid_claim(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protect(database, shop_key, at=START)
    paid = protect(database, shop_key, "P-2", at=START)
    with database.write() as work:
        protections.mark_claimed(work, paid, now=START)
    protections.end_over(installation, now=END)
    year = datetime(2027, 1, 31, tzinfo=UTC)
    assert retention.forget_protections(database, now=year) == 0
    assert retention.forget_protections(database, now=year + timedelta(days=1)) == 1
    assert retention.forget_protections(database, now=year + timedelta(days=1)) == 0
    after = now_of(installation, row)
    assert (after.buyer_cipher, after.buyer_hash, after.payment_raw) == (None, "", "")
    assert now_of(installation, paid).buyer_cipher is not None
    claimed = datetime(2029, 2, 1, tzinfo=UTC)
    assert retention.forget_protections(database, now=claimed) == 1


def test_an_erasure_waits_for_what_runs_and_ends_the_consent_at_once(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    ended = protect(database, shop_key, at=START)
    runs = protect(database, shop_key, "P-2", at=START)
    with database.write() as work:
        protection_members.consent(work, Buyer("dario@example.org", "en", "DE"), now=START)
        protections.cancel(work, ended, now=START)
    buyer_hash = runs.buyer_hash
    assert own_data.erase(installation).deferred == 1
    assert now_of(installation, ended).buyer_cipher is None
    assert now_of(installation, runs).buyer_hash == buyer_hash
    with database.read() as session:
        assert protection_members.of_hash(session, buyer_hash) is None
    protections.end_over(installation, now=END)
    (request_id,) = waiting(installation)
    assert erasures.run(installation, request_id, now=END).deferred == 0
    assert now_of(installation, runs).buyer_hash == ""


def waiting(installation: Installation) -> Sequence[str]:
    with installation.database.read() as session:
        return person_data.waiting(session)
