"""Protections that begin together: each as it would alone, in few statements, the frame exactly."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain.errors import TrustwrightError
from domain.mails import MailKey
from domain.protections import ProtectedOrder, ProtectionAmountInvalid
from domain.rights import Right
from services import activations, frame_use, mails, protection_members
from services.activations import Activated, Outcome
from services.installation import Installation
from services.protection_members import Buyer
from store import users
from store.database import Database, Job
from store.mails import Mail
from store.protections import Protection
from tests.services import people, protected
from tests.services.protected import an_order
from tests.services.statements import counted

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
PLUS: Final = "plus@example.org"
STAFF: Final = "anna@people.example"
_NUMBERS: Final = count(1)

ORDERS: Final = st.lists(
    st.builds(
        an_order,
        st.sampled_from(["P-1", "P-2", "P-3", " ", "P-4", "P-5"]),
        at=st.sampled_from([0, 1, 72, 73, -1]).map(lambda hours: NOON - timedelta(hours=hours)),
        amount_minor=st.sampled_from([250_00, 1, 99_99, 0, -1, 30_000_00]),
        currency=st.sampled_from(["EUR", "EUR", "gbp", "USD", "XXX"]),
        email=st.sampled_from(["dario@example.org", "Plus@Example.org", STAFF, "nobody"]),
        residence=st.sampled_from(["DE", "UK", "fr", "Germany"]),
    ),
    min_size=1,
    max_size=9,
)


def activated(
    database: Database, key: str, orders: Sequence[ProtectedOrder], now: datetime = NOON
) -> Sequence[Outcome]:
    with database.write() as work:
        return activations.activate_many(work, protected.shop_of(work, key), orders, now=now)


def alone(
    database: Database, key: str, orders: Sequence[ProtectedOrder]
) -> Iterator[Activated | TrustwrightError]:
    for order in orders:
        try:
            with database.write() as work:
                shop = protected.shop_of(work, key)
                yield activations.activate(work, shop, order, now=NOON)
        except TrustwrightError as refusal:
            yield refusal


def said(outcome: Outcome) -> tuple[Any, ...]:
    if isinstance(outcome, TrustwrightError):
        return (outcome.code, outcome.field)
    row = outcome.protection
    covered = (row.tier, row.cover_minor, row.cover_eur_minor, row.currency, row.fx_rate)
    return (outcome.is_new, row.order_reference, row.starts_at, row.ends_at, *covered)


def use(database: Database, key: str) -> int:
    with database.write() as work:
        account_id = protected.shop_of(work, key).account_id
        return frame_use.use_of(work.session, account_id, now=NOON).use_eur_minor


def mailed(database: Database, key: str) -> int:
    with database.write() as work:
        shop_id = protected.shop_of(work, key).id
        query = select(Mail).where(
            col(Mail.shop_id) == shop_id, col(Mail.key) == MailKey.PROTECTION_CONFIRMED
        )
        return len(work.session.exec(query).all())


def references(database: Database) -> list[str]:
    with database.read() as session:
        query = select(Protection.order_reference).order_by(col(Protection.order_reference))
        return list(session.exec(query))


@pytest.fixture
def shop_key(database: Database) -> str:
    return protected.open_shop(database, now=NOON)


@pytest.fixture
def peopled(installation: Installation, shop_key: str) -> Installation:
    """One buyer has booked Plus, and anna works for shops."""
    with installation.database.write() as work:
        protection_members.book_plus(work, Buyer(PLUS, "de", "DE"), now=NOON)
    people.hire(installation, shop_key, "anna", Right.READ_ONLY)
    return installation


@given(ORDERS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_many_come_to_what_each_would_come_to_alone(
    peopled: Installation, orders: list[ProtectedOrder]
) -> None:
    database, number = peopled.database, next(_NUMBERS)
    together, one_by_one = (
        protected.open_shop(database, now=NOON, domain=f"{name}-{number}.example")
        for name in ("together", "alone")
    )
    with database.write() as work:
        anna = users.by_email_hash(work.session, work.keys.hash_email(STAFF))
        assert anna is not None
        for key in (together, one_by_one):
            shop_id = protected.shop_of(work, key).id
            users.set_rights(work.session, anna.id, shop_id, [Right.READ_ONLY], NOON)
    found = [said(each) for each in activated(database, together, orders)]
    assert found == [said(each) for each in alone(database, one_by_one, orders)]
    assert use(database, together) == use(database, one_by_one)
    assert mailed(database, together) == mailed(database, one_by_one)


def test_a_batch_costs_no_statement_more_for_each_of_its_orders(
    database: Database, shop_key: str
) -> None:
    sent = []
    # The first of a day makes the rows of that day; the frame of 5,000 EUR is not exceeded.
    for size in (1, 9, 39):
        orders = [
            an_order(f"P-{size}-{number}", at=NOON, email=f"b{number}@example.org")
            for number in range(size)
        ]
        with counted(database) as statements:
            outcomes = activated(database, shop_key, orders)
        assert all(isinstance(each, Activated) and each.is_new for each in outcomes)
        sent.append(len(statements))
    assert sent[1] == sent[2]
    assert use(database, shop_key) == 49 * 100_00


def test_one_refused_among_many_stops_none_and_leaves_nothing(
    database: Database, shop_key: str
) -> None:
    orders = [an_order("P-1", at=NOON), an_order("P-2", at=NOON, amount_minor=0)]
    first, second = activated(database, shop_key, orders)
    assert isinstance(first, Activated)
    assert isinstance(second, ProtectionAmountInvalid)
    assert references(database) == ["P-1"]
    assert (mailed(database, shop_key), use(database, shop_key)) == (1, 100_00)


def test_the_mails_of_a_batch_are_one_job_and_the_mail_of_one_is_its_own(
    database: Database, shop_key: str
) -> None:
    jobs: list[Job] = []
    database.enqueue = lambda _, job: jobs.append(job)
    activated(database, shop_key, [an_order("P-1", at=NOON)])
    activated(database, shop_key, [an_order(f"P-{number}", at=NOON) for number in (2, 3, 4)])
    assert [job.name for job in jobs] == [mails.SEND, mails.SEND_MANY]
    assert len(jobs[1].arguments["mail_ids"]) == 3


def test_batches_at_once_with_the_same_orders_start_each_once_and_wait_in_one_direction(
    database: Database, shop_key: str
) -> None:
    batches: list[list[ProtectedOrder]] = []
    for turn in range(6):
        numbers = range(20) if turn % 2 else reversed(range(20))
        batches.append([an_order(f"P-{number:02}", at=NOON) for number in numbers])
    gate, found = threading.Barrier(len(batches)), list[Outcome]()
    errors: list[TrustwrightError] = []

    def call(orders: list[ProtectedOrder]) -> None:
        gate.wait()
        try:
            found.extend(activated(database, shop_key, orders))
        except TrustwrightError as error:  # pragma: no cover
            errors.append(error)

    threads = [threading.Thread(target=call, args=(orders,)) for orders in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    new = [each for each in found if isinstance(each, Activated) and each.is_new]
    started = sorted(each.protection.order_reference for each in new)
    assert started == references(database) == [f"P-{number:02}" for number in range(20)]
    assert len(found) == 120
    assert (mailed(database, shop_key), use(database, shop_key)) == (20, 20 * 100_00)
