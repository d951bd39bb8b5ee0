"""Protection on the order page: one click, once, and only as much as the page may say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlmodel import select

from domain import hand_overs as rules
from domain.actors import OPERATOR
from domain.badges import BadgeSettings, Transmit
from domain.errors import OrderInvalid, ProtectionUnavailable, TrustwrightError
from domain.hand_overs import PrintedOrder, Wish
from domain.mails import MailKey
from domain.orders import LegalBasis, LegalBasisKind, NewOrder
from domain.protection_tiers import ResidenceInvalid
from domain.protections import (
    MarkNotValid,
    ProtectionAmountInvalid,
    ProtectionTooLate,
)
from services import badges, guarantors, hand_overs, orders, protection_members, protections
from services.hand_overs import Handed
from store.database import Database
from store.hand_overs import HandOver
from store.invitations import Invitation
from store.orders import Order
from store.protections import Protection
from tests.services import collected, protected, steps
from tests.services.steps import ANNA, NOON

ORIGIN: Final = "https://www.shop.example"
EMAIL: Final = "dario@example.org"
BOTH: Final = frozenset(Wish)
ALONE: Final = frozenset({Wish.PROTECTION})
REVIEW: Final = frozenset({Wish.REVIEW})
PRINTED: Final = PrintedOrder(
    number="4711",
    email=EMAIL,
    amount="250,00",
    currency="EUR",
    payment_type="Vorkasse",
    wants=ALONE,
    country="DE",
    language="de",
    text_version="2026-11",
)
DAY: Final = timedelta(days=1)


def receive(
    database: Database, shop_key: str, printed: PrintedOrder = PRINTED, *, at: Any = NOON
) -> Handed:
    with database.write() as work:
        return hand_overs.receive(work, shop_key, printed, origin=ORIGIN, now=at)


def rows(database: Database, table: type[Any]) -> list[Any]:
    with database.read() as session:
        return list(session.exec(select(table)))


def test_a_click_protects_the_purchase_and_keeps_nothing_else(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    handed = receive(database, shop_key)
    told = handed.protection
    assert handed.is_new
    assert not handed.wants_review
    assert told is not None
    assert (told.cover_minor, told.currency, told.is_new) == (10_000, "EUR", True)
    assert told.ends_at == NOON.replace(hour=0, minute=0, second=0) + 30 * DAY
    (row,) = rows(database, Protection)
    assert (row.amount_minor, row.payment_type, row.payment_raw) == (
        25_000,
        "PREPAYMENT",
        "Vorkasse",
    )
    # It is no consent to an invitation, and no order record.
    for table in (HandOver, Order, Invitation):
        assert rows(database, table) == []
    (mail,) = collected.mails(database)
    assert mail.key == MailKey.PROTECTION_CONFIRMED


def test_a_repeated_click_finds_the_first_also_when_it_would_be_too_late(
    database: Database,
) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    first = receive(database, shop_key)
    again = receive(database, shop_key, at=NOON + 9 * DAY)
    assert again == replace(
        first,
        is_new=False,
        protection=replace(first.protection, is_new=False),  # type: ignore[type-var]
    )
    assert len(rows(database, Protection)) == 1
    assert len(collected.mails(database)) == 1


def test_both_wishes_are_arranged_each_on_its_own(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    handed = receive(database, shop_key, replace(PRINTED, wants=BOTH))
    assert handed.wants_review
    assert handed.protection is not None
    (row,) = rows(database, HandOver)
    assert (row.legal_basis, row.wants_review) == ("CONSENT", True)


@pytest.mark.parametrize(("first", "then"), [(ALONE, REVIEW), (REVIEW, ALONE)])
def test_what_was_not_chosen_at_first_may_be_chosen_later(
    database: Database, first: frozenset[Wish], then: frozenset[Wish]
) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    assert receive(database, shop_key, replace(PRINTED, wants=first)).is_new
    later = receive(database, shop_key, replace(PRINTED, wants=then), at=NOON + 2 * DAY)
    assert later.is_new
    assert len(rows(database, Protection)) == len(rows(database, HandOver)) == 1


def test_the_order_page_counts_from_when_it_was_first_shown(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    receive(database, shop_key, replace(PRINTED, wants=REVIEW))
    with pytest.raises(ProtectionTooLate):
        receive(database, shop_key, at=NOON + 3 * DAY + timedelta(seconds=1))
    assert receive(database, shop_key, at=NOON + 3 * DAY).protection is not None


def record(database: Database, shop_key: str, **told: Any) -> None:
    values: Mapping[str, Any] = {"ordered_at": NOON, "amount_minor": 5_000, "currency": "EUR"}
    with database.write() as work:
        orders.record(
            work, shop_key, NewOrder("4711", **{"email": EMAIL, **values, **told}), now=NOON
        )


def test_the_shops_own_record_counts_for_more_than_its_page(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    record(database, shop_key, email="true@example.org")
    told = receive(database, shop_key, replace(PRINTED, amount="99999")).protection
    assert told is not None
    assert told.cover_minor == 5_000
    (row,) = rows(database, Protection)
    assert database.keys.decrypt(row.buyer_cipher) == "true@example.org"


def test_an_old_order_of_the_shops_record_is_protected_by_no_page(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    record(database, shop_key, ordered_at=NOON - 4 * DAY)
    with pytest.raises(ProtectionTooLate):
        receive(database, shop_key)


def test_a_record_without_an_amount_leaves_the_pages(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    record(database, shop_key, amount_minor=None, currency=None)
    told = receive(database, shop_key, replace(PRINTED, amount="70,00")).protection
    assert told is not None
    assert told.cover_minor == 7_000


def test_a_page_protects_no_more_than_its_tier_covers(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    told = receive(database, shop_key, replace(PRINTED, amount="1.000.000,00")).protection
    assert told is not None
    assert told.cover_minor == 10_000


def test_a_signed_order_is_protected_as_the_shop_has_signed_it(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    with database.write() as work:
        secret = hand_overs.rotate_secret(work, shop_key, actor=ANNA, now=NOON)
    wanted = replace(PRINTED, wants=BOTH)
    signed = replace(wanted, signature=rules.signature(secret, shop_key, wanted))
    assert receive(database, shop_key, signed).protection is not None
    assert len(rows(database, Order)) == 1


def test_who_guesses_an_order_number_learns_nothing_of_it(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    receive(database, shop_key)
    with pytest.raises(OrderInvalid) as caught:
        receive(database, shop_key, replace(PRINTED, email="mallory@example.org"))
    assert caught.value.field == "email"
    assert len(rows(database, Protection)) == 1


def test_a_cancelled_protection_is_not_told_as_one_that_runs(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    receive(database, shop_key)
    with database.write() as work:
        row = work.session.exec(select(Protection)).one()
        protections.cancel(work, row, now=NOON + DAY)
    with pytest.raises(ProtectionUnavailable):
        receive(database, shop_key, at=NOON + DAY)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"country": ""}, ResidenceInvalid, "residence"),
        ({"country": "Germany"}, ResidenceInvalid, "residence"),
        ({"amount": ""}, ProtectionAmountInvalid, "amount"),
        ({"amount": "0"}, ProtectionAmountInvalid, "amount"),
        ({"email": "nobody"}, OrderInvalid, "email"),
        ({"currency": "XXQ"}, TrustwrightError, "currency"),
    ],
)
@pytest.mark.parametrize("wants", [ALONE, BOTH])
def test_a_refusal_refuses_the_whole_hand_over(
    database: Database,
    changes: dict[str, Any],
    refusal: type[TrustwrightError],
    field: str,
    wants: frozenset[Wish],
) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    with pytest.raises(refusal) as caught:
        receive(database, shop_key, replace(PRINTED, wants=wants, **changes))
    assert caught.value.field == field
    for table in (Protection, HandOver, Order):
        assert rows(database, table) == []
    assert collected.mails(database) == []


def test_without_a_guarantor_or_a_mark_the_whole_hand_over_is_refused(database: Database) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(ProtectionUnavailable) as caught:
        receive(database, shop_key, replace(PRINTED, wants=BOTH))
    assert caught.value.field == "wants"
    protected.guarantor(database, now=NOON)
    protected.rates(database, now=NOON)
    with pytest.raises(MarkNotValid):
        receive(database, shop_key, replace(PRINTED, wants=BOTH))
    assert rows(database, HandOver) == []


def test_later_orders_are_protected_by_themselves_only_with_a_stored_consent(
    database: Database,
) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    asked = replace(PRINTED, wants=REVIEW, country="")
    assert receive(database, shop_key, asked).protection is None
    protected.agree(database, at=NOON)
    told = receive(database, shop_key, replace(asked, number="4712")).protection
    assert told is not None
    (row,) = rows(database, Protection)
    assert (row.residence, row.order_reference) == ("AT", "4712")
    with database.write() as work:
        buyer_hash = work.keys.hash_email(EMAIL)
        protection_members.withdraw(work, buyer_hash, now=NOON)
    assert receive(database, shop_key, replace(asked, number="4713")).protection is None


def test_an_order_of_before_the_consent_is_protected_by_a_click_alone(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    record(database, shop_key, ordered_at=NOON - DAY)
    protected.agree(database, at=NOON)
    asked = replace(PRINTED, wants=REVIEW)
    assert receive(database, shop_key, asked).protection is None
    assert receive(database, shop_key).protection is not None


def test_a_page_that_sends_without_a_click_is_enough_for_who_has_agreed(
    database: Database,
) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    protected.agree(database, at=NOON)
    with database.write() as work:
        basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "terms-3", NOON)
        settings = BadgeSettings(transmit=Transmit.ORDER_PAGE, legal_basis=basis)
        badges.configure(work, shop_key, settings, actor=ANNA, now=NOON)
    told = receive(database, shop_key, replace(PRINTED, wants=frozenset(), country=""))
    assert told.protection is not None


def test_who_has_agreed_is_refused_nothing_where_there_is_no_protection(
    database: Database,
) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    protected.agree(database, at=NOON)
    asked = replace(PRINTED, wants=REVIEW, amount="")
    assert receive(database, shop_key, asked) == Handed(True, wants_review=True)
    assert protected.refusals(database) == ["PROTECTION_AMOUNT_INVALID"]
    with database.write() as work:
        row = guarantors.active(work.session)
        assert row is not None
        guarantors.deactivate(work, row.public_id, seen=row.version, actor=OPERATOR, now=NOON)
    asked = replace(PRINTED, wants=REVIEW, number="4712")
    assert receive(database, shop_key, asked) == Handed(True, wants_review=True)
    assert rows(database, Protection) == []
