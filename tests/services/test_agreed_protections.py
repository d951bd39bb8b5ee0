"""Orders of buyers who have agreed: protected by themselves, however they come in (§35)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.errors import OrderInvalid, TrustwrightError
from domain.mails import MailKey
from domain.orders import NewOrder, OrderStatus
from domain.protections import ProtectionState
from domain.rights import Right
from services import guarantors, intake, protection_members, protections
from services.installation import Installation
from services.intake import Taken
from store.certificates import Certificate
from store.database import Database
from store.decisions import AuditEntry
from store.orders import Order
from store.protections import Protection
from tests.services import collected, people, protected, steps, test_uploads
from tests.services.collected import API, NEW
from tests.services.statements import counted
from tests.services.steps import NOON
from tests.services.test_offered_protections import ALONE, PRINTED, REVIEW, receive

DAY: Final = timedelta(days=1)
STRANGER: Final = "stranger@example.org"


@pytest.fixture
def shop_key(database: Database) -> str:
    return protected.open_shop(database, now=NOON)


@pytest.fixture
def agreed_key(database: Database, shop_key: str) -> str:
    """The shop's key; Dario has agreed that later orders are protected."""
    protected.agree(database, at=NOON - DAY)
    return shop_key


def rows(database: Database, table: type[Any] = Protection) -> list[Any]:
    with database.read() as session:
        return list(session.exec(select(table).order_by(table.id)))


def take_many(
    database: Database, shop_key: str, news: Sequence[NewOrder], *, now: Any = NOON
) -> Sequence[Taken | TrustwrightError]:
    with database.write() as work:
        return intake.take_many(work, shop_key, [(new, API) for new in news], now=now)


def confirmations(database: Database) -> list[str]:
    """Languages of the confirmations that were mailed."""
    key = MailKey.PROTECTION_CONFIRMED
    return [mail.language for mail in collected.mails(database) if mail.key == key]


def test_an_order_is_protected_with_all_that_its_buyer_has_agreed_to(
    database: Database, agreed_key: str
) -> None:
    assert collected.take(database, agreed_key).is_new
    (row,) = rows(database)
    assert (row.order_reference, row.amount_minor, row.cover_minor) == ("A-1", 4711, 4711)
    assert (row.residence, row.language, row.tier) == ("AT", "fr", "BASIC")
    assert (row.payment_type, row.starts_at) == ("OTHER", NOON)
    assert confirmations(database) == ["fr"]
    assert protected.refusals(database) == []


def test_only_a_consent_that_holds_protects_by_itself(database: Database, shop_key: str) -> None:
    collected.take(database, shop_key, reference="A-1")
    protected.agree(database, at=NOON)
    collected.take(database, shop_key, reference="A-2")
    collected.take(database, shop_key, reference="A-3", email=STRANGER)
    with database.write() as work:
        buyer_hash = work.keys.hash_email("dario@example.org")
        row = protection_members.of_hash(work.session, buyer_hash)
        assert row is not None
        row.consent_version = "protection-0"
    collected.take(database, shop_key, reference="A-4")
    protected.agree(database, at=NOON)
    with database.write() as work:
        protection_members.withdraw(work, buyer_hash, now=NOON)
    collected.take(database, shop_key, reference="A-5")
    assert [row.order_reference for row in rows(database)] == ["A-2"]
    assert len(rows(database, Order)) == 5
    assert protected.refusals(database) == []


def test_an_order_of_before_the_consent_is_no_later_order(
    database: Database, shop_key: str
) -> None:
    protected.agree(database, at=NOON)
    collected.take(database, shop_key, reference="A-1", ordered_at=NOON - DAY)
    # Some shops tell the day of an order alone.
    midnight = NOON.replace(hour=0)
    collected.take(database, shop_key, reference="A-2", ordered_at=midnight)
    assert [row.order_reference for row in rows(database)] == ["A-2"]
    assert protected.refusals(database) == []


def test_in_bulk_each_order_is_protected_or_not_on_its_own(
    database: Database, agreed_key: str
) -> None:
    news = [
        replace(NEW, reference="A-1"),
        replace(NEW, reference="A-2", email=STRANGER),
        replace(NEW, reference="A-3", amount_minor=0),
        replace(NEW, reference="A-4", email="nobody"),
        replace(NEW, reference="A-5", currency="GBP", amount_minor=99_00),
        replace(NEW, reference="A-1", amount_minor=99),
    ]
    results = take_many(database, agreed_key, news)
    assert [type(each) for each in results] == [Taken, Taken, Taken, OrderInvalid, Taken, Taken]
    found = [(row.order_reference, row.amount_minor, row.currency) for row in rows(database)]
    assert found == [("A-1", 4711, "EUR"), ("A-5", 99_00, "GBP")]
    assert protected.refusals(database) == ["PROTECTION_AMOUNT_INVALID"]
    assert len(confirmations(database)) == 2


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"amount_minor": None}, "PROTECTION_AMOUNT_INVALID", "amount"),
        ({"amount_minor": 0}, "PROTECTION_AMOUNT_INVALID", "amount"),
        ({"currency": "XXX"}, "CURRENCY_UNKNOWN", "currency"),
        ({"currency": "USD"}, "EXCHANGE_RATE_MISSING", "currency"),
        ({"ordered_at": NOON - 3 * DAY - timedelta(seconds=1)}, "PROTECTION_TOO_LATE", None),
        ({"ordered_at": NOON + timedelta(hours=9)}, "ORDER_IN_FUTURE", None),
    ],
)
def test_what_cannot_be_protected_refuses_no_order_and_the_log_says_why(
    database: Database, shop_key: str, changes: dict[str, Any], code: str, field: str | None
) -> None:
    protected.agree(database, at=NOON - 9 * DAY)
    try:
        taken = collected.take(database, shop_key, **changes)
    except OrderInvalid:
        pytest.fail("the order itself is fine")
    assert taken.is_new
    (order,) = rows(database, Order)
    refused = [row for row in rows(database, AuditEntry) if row.action == "protection.refused"]
    assert [row.object for row in refused] == [order.public_id]
    assert f'"field":"{field or "ordered_at"}"' in refused[0].after
    assert protected.refusals(database) == [code]
    assert rows(database) == []
    assert confirmations(database) == []


def test_people_of_the_shops_company_do_not_protect_their_own_purchases_by_agreeing(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=NOON)
    people.hire(installation, shop_key, "anna", Right.READ_ONLY)
    protected.agree(database, "anna@people.example", at=NOON)
    collected.take(database, shop_key, email="Anna@People.example")
    assert protected.refusals(database) == ["PROTECTION_OWN_PURCHASE"]
    other = protected.open_shop(database, now=NOON, domain="other.example")
    collected.take(database, other, email="anna@people.example")
    assert [row.order_reference for row in rows(database)] == ["A-1"]


def test_an_order_that_was_undone_before_it_came_is_not_protected(
    database: Database, agreed_key: str
) -> None:
    collected.take(database, agreed_key, status=OrderStatus.CANCELLED)
    assert (rows(database), protected.refusals(database)) == ([], [])


def test_without_a_mark_or_a_guarantor_nothing_is_protected(
    database: Database, agreed_key: str
) -> None:
    bare = steps.open_shop(database, domain="bare.example")
    collected.take(database, bare)
    assert protected.refusals(database) == []
    with database.write() as work:
        certificate = work.session.exec(select(Certificate)).one()
        ends_at, certificate.valid_until = certificate.valid_until, NOON
    collected.take(database, agreed_key, reference="A-2")
    with database.write() as work:
        work.session.exec(select(Certificate)).one().valid_until = ends_at
        (row,) = guarantors.listed(work.session)
        guarantors.deactivate(work, row.public_id, seen=row.version, actor=OPERATOR, now=NOON)
    collected.take(database, agreed_key, reference="A-3")
    assert protected.refusals(database) == ["MARK_NOT_VALID", "PROTECTION_UNAVAILABLE"]
    assert rows(database) == []


def test_an_order_that_is_told_again_with_another_amount_keeps_its_protection(
    database: Database, agreed_key: str
) -> None:
    collected.take(database, agreed_key)
    collected.take(database, agreed_key, amount_minor=1_000_00, currency="GBP", now=NOON + DAY)
    (row,) = rows(database)
    assert (row.amount_minor, row.currency, row.cover_minor) == (4711, "EUR", 4711)
    (order,) = rows(database, Order)
    assert (order.amount_minor, order.currency) == (4711, "EUR")
    assert len(confirmations(database)) == 1


def test_what_the_buyer_has_cancelled_starts_again_by_nothing(
    database: Database, agreed_key: str
) -> None:
    receive(database, agreed_key, replace(PRINTED, number="A-1"))
    with database.write() as work:
        row = work.session.exec(select(Protection)).one()
        protections.cancel(work, row, now=NOON)
    collected.take(database, agreed_key)
    (row,) = rows(database)
    assert row.state == ProtectionState.CANCELLED
    assert len(confirmations(database)) == 1


@pytest.mark.parametrize("is_page_first", [True, False])
def test_a_page_and_the_shops_server_start_one_protection(
    database: Database, agreed_key: str, is_page_first: bool
) -> None:
    page = replace(PRINTED, number="A-1", country="", wants=REVIEW)
    if is_page_first:
        receive(database, agreed_key, page)
        collected.take(database, agreed_key)
    else:
        collected.take(database, agreed_key)
        receive(database, agreed_key, page)
        receive(database, agreed_key, replace(page, country="DE", wants=ALONE))
    (row,) = rows(database)
    assert row.amount_minor == (250_00 if is_page_first else 47_11)
    assert len(confirmations(database)) == 1


def test_an_uploaded_file_names_no_amounts_and_so_protects_nothing(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=NOON)
    protected.agree(database, at=NOON - DAY)
    content = test_uploads.body("dario@example.org;A-1;2026-11-20;S1;Cup;")
    test_uploads.taken(installation, test_uploads.confirmed(installation, shop_key, content))
    assert [row.reference for row in rows(database, Order)] == ["A-1"]
    assert rows(database) == []
    assert protected.refusals(database) == ["PROTECTION_AMOUNT_INVALID"]


def test_in_bulk_the_frame_is_held_after_everything_else_was_written(
    database: Database, agreed_key: str
) -> None:
    collected.take(database, agreed_key, reference="A-1", email=STRANGER)
    news = [
        replace(NEW, reference="A-2"),
        replace(NEW, reference="A-1", email=STRANGER, status=OrderStatus.CANCELLED),
    ]
    with counted(database) as said:
        take_many(database, agreed_key, news)
    assert [row.order_reference for row in rows(database)] == ["A-2"]
    changed = [at for at, each in enumerate(said) if each.startswith("UPDATE orders")]
    framed = [at for at, each in enumerate(said) if "frame_" in each]
    assert changed
    assert framed
    assert max(changed) < min(framed)


def test_orders_of_buyers_who_have_not_agreed_cost_one_query_more(
    database: Database, shop_key: str
) -> None:
    news = [replace(NEW, reference=f"A-{number}", email=f"{number}@x.org") for number in range(50)]
    with counted(database) as said:
        take_many(database, shop_key, news)
    assert len(rows(database, Order)) == 50
    about = ("protection", "certificates", "guarantors")
    asked = [each for each in said if any(word in each for word in about)]
    assert len(asked) == 1
    assert "protection_members" in asked[0]
