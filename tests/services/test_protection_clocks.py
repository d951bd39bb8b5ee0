"""Protections while clocks jump: what was agreed stays, and nothing happens twice (§35)."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from domain.mails import MailKey
from domain.protection_members import PlusNotBooked
from domain.protections import OrderInFuture, ProtectionStepForbidden
from services import activations, frame_use, protection_members, protections
from services.installation import Installation
from services.protection_members import Buyer
from store.database import Database
from tests.services import collected, protected
from tests.services.test_protections import logged, now_of

START: Final = datetime(2026, 1, 1, 15, 20, tzinfo=UTC)
END: Final = datetime(2026, 1, 31, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@pytest.fixture
def shop_key(database: Database) -> str:
    return protected.open_shop(database, now=START - DAY)


def use(database: Database, shop_key: str, at: datetime) -> int:
    with database.write() as work:
        account = protected.shop_of(work, shop_key).account_id
        return frame_use.use_of(work.session, account, now=at).use_eur_minor


def test_a_clock_that_was_set_back_finds_the_protection_and_takes_no_step(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protected.protect(database, shop_key, at=START)
    earlier = START - timedelta(hours=5)
    with database.write() as work:
        shop = protected.shop_of(work, shop_key)
        again = activations.activate(work, shop, protected.an_order(at=START), now=earlier)
    assert (again.is_new, again.protection.public_id) == (False, row.public_id)
    for step in (protections.cancel, protections.prolong):
        with pytest.raises(ProtectionStepForbidden), database.write() as work:
            step(work, row, now=earlier)
    after = now_of(installation, row)
    assert (after.state, after.starts_at, after.ends_at) == ("ACTIVE", START, END)
    assert logged(installation, row) == ["protection.started"]
    assert use(database, shop_key, START) == 100_00


def test_an_order_of_a_clock_ahead_is_refused_beyond_a_few_minutes(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    with database.write() as work:
        shop = protected.shop_of(work, shop_key)
        order = protected.an_order(at=START + timedelta(hours=1))
        with pytest.raises(OrderInFuture):
            activations.activate(work, shop, order, now=START)
        order = protected.an_order(at=START + timedelta(minutes=2))
        row = activations.activate(work, shop, order, now=START).protection
    assert (row.starts_at, row.ends_at) == (START, END)


def test_a_night_that_comes_twice_or_runs_ahead_ends_and_tells_once(
    installation: Installation, shop_key: str
) -> None:
    database = installation.database
    row = protected.protect(database, shop_key, at=START)
    told = END - 7 * DAY
    for at in (told, told - DAY, told, END + 400 * DAY):
        protections.tell_expiring(installation, now=at)
    mails = [mail.key for mail in collected.mails(database)]
    assert mails.count(MailKey.PROTECTION_EXPIRING) == 1
    assert [protections.end_over(installation, now=at) for at in (END, told, END)] == [1, 0, 0]
    after = now_of(installation, row)
    assert (after.state, after.ended_at) == ("ENDED", END)
    # The clock is right again, and the day of the end has not come: what has ended stays so.
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.cancel(work, row, now=told)
    assert logged(installation, row) == ["protection.started", "protection.ended"]


def test_days_are_those_of_utc_wherever_the_clock_stands(
    installation: Installation, shop_key: str
) -> None:
    # 15:20Z on 1 January, as two clocks say it.
    for number, hours in enumerate((-11, 14)):
        local = START + timedelta(hours=hours)
        at = datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M}{hours:+03}:00")
        row = protected.protect(installation.database, shop_key, f"P-{number}", at=at)
        after = now_of(installation, row)
        assert (after.starts_at, after.ends_at) == (START, END)


def test_plus_is_not_cancelled_before_it_was_booked(database: Database) -> None:
    with database.write() as work:
        protection_members.book_plus(work, Buyer("dario@example.org", "de", "DE"), now=START)
    buyer_hash = database.keys.hash_email("dario@example.org")
    with pytest.raises(PlusNotBooked), database.write() as work:
        protection_members.cancel_plus(work, buyer_hash, now=START - DAY)
    with database.read() as session:
        assert buyer_hash in protection_members.with_plus(
            session, {buyer_hash}, now=START + 400 * DAY
        )
