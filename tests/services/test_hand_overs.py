"""Orders from pages: kept once, apart from the order records until the shop confirms them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import pytest
from sqlmodel import select

from domain import hand_overs as rules
from domain.actors import OPERATOR
from domain.badges import BadgeSettings, Transmit
from domain.errors import (
    OrderForged,
    OrderInvalid,
    OriginForeign,
    ProtectionUnavailable,
    ShopNotFound,
    TrustwrightError,
)
from domain.hand_overs import PrintedOrder, PrintedProduct, Wish
from domain.orders import LegalBasis, LegalBasisKind, NewOrder
from services import badges, hand_overs, orders
from services.hand_overs import Handed
from store.database import Database
from store.hand_overs import HandOver
from store.orders import Order
from store.products import Product
from tests.services import steps
from tests.services.steps import ANNA, NOON

ORIGIN = "https://www.shop.example"
LATER = NOON + timedelta(days=1)
PRINTED = PrintedOrder(
    number="4711",
    email="Dario@Example.org ",
    amount="150,00",
    currency="EUR",
    payment_type="Nachnahme",
    delivery_date="1.12.2026",
    products=(PrintedProduct("S1", "Lamp"),),
    wants=frozenset({Wish.REVIEW}),
    language="de-AT",
    text_version="2026-11",
)


def receive(
    database: Database,
    shop_key: str,
    printed: PrintedOrder = PRINTED,
    *,
    origin: str | None = ORIGIN,
    now: datetime = NOON,
) -> Handed:
    with database.write() as work:
        return hand_overs.receive(work, shop_key, printed, origin=origin, now=now)


def secret_of(database: Database, shop_key: str, *, now: datetime = NOON) -> str:
    with database.write() as work:
        return hand_overs.rotate_secret(work, shop_key, actor=ANNA, now=now)


def signed(shop_key: str, secret: str, printed: PrintedOrder = PRINTED) -> PrintedOrder:
    return replace(printed, signature=rules.signature(secret, shop_key, printed))


def kept(database: Database) -> HandOver:
    with database.read() as session:
        return session.exec(select(HandOver)).one()


def recorded(database: Database) -> list[Order]:
    with database.read() as session:
        return list(session.exec(select(Order)))


def test_an_order_from_a_page_is_kept_with_the_consent_and_what_an_invitation_needs(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    assert receive(database, shop_key) == Handed(is_new=True, wants_review=True)
    row = kept(database)
    assert (row.reference, row.amount_minor, row.currency) == ("4711", 15000, "EUR")
    assert (row.payment_type, row.payment_text) == ("CASH_ON_DELIVERY", "Nachnahme")
    assert (row.legal_basis, row.legal_basis_version) == ("CONSENT", "2026-11")
    assert (row.legal_basis_at, row.received_at) == (NOON, NOON)
    assert (row.wants_review, row.language) == (True, "de")
    assert [line["sku"] for line in orjson.loads(row.lines)] == ["S1"]
    assert b"xample" not in row.email_cipher
    assert row.email_hash == database.keys.hash_email("dario@example.org")


def test_what_a_page_says_is_no_order_record_and_registers_no_product(database: Database) -> None:
    shop_key = steps.open_shop(database)
    before = steps.generation(database, shop_key)
    receive(database, shop_key)
    assert recorded(database) == []
    assert kept(database).confirmed_at is None
    with database.read() as session:
        assert session.exec(select(Product)).all() == []
    assert steps.generation(database, shop_key) == before


def test_an_order_number_is_taken_once_per_shop(database: Database) -> None:
    shop_key = steps.open_shop(database)
    other_key = steps.open_shop(database, domain="other.example")
    receive(database, shop_key)
    changed = replace(PRINTED, email="mallory@example.org", amount="1")
    assert receive(database, shop_key, changed, now=LATER) == Handed(False, wants_review=True)
    assert kept(database).amount_minor == 15000
    assert receive(database, other_key, origin="https://other.example").is_new


def test_calls_at_the_same_moment_store_one_order(database: Database) -> None:
    shop_key = steps.open_shop(database)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(receive, database, shop_key) for _ in range(8)]
    assert sorted(call.result().is_new for call in calls) == [False] * 7 + [True]
    assert kept(database).reference == "4711"


def test_a_signed_order_is_an_order_record_at_once_but_without_products(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    secret = secret_of(database, shop_key)
    assert receive(database, shop_key, signed(shop_key, secret)).is_new
    (order,) = recorded(database)
    row = kept(database)
    assert (order.reference, order.source, order.legal_basis) == ("4711", "page", "CONSENT")
    assert (row.order_id, row.confirmed_at, row.is_signed) == (order.id, NOON, True)
    with database.read() as session:
        assert session.exec(select(Product)).all() == []


def test_a_signed_order_takes_the_place_of_a_forged_one(database: Database) -> None:
    shop_key = steps.open_shop(database)
    secret = secret_of(database, shop_key)
    receive(database, shop_key, replace(PRINTED, email="mallory@example.org"))
    assert not receive(database, shop_key, signed(shop_key, secret), now=LATER).is_new
    row = kept(database)
    assert database.keys.decrypt(row.email_cipher) == "Dario@Example.org"
    assert row.confirmed_at == LATER
    assert len(recorded(database)) == 1
    forged = replace(PRINTED, email="mallory@example.org")
    receive(database, shop_key, forged, now=LATER)
    assert database.keys.decrypt(kept(database).email_cipher) == "Dario@Example.org"


def test_what_was_erased_is_not_told_again_not_even_with_a_signature(database: Database) -> None:
    shop_key = steps.open_shop(database)
    secret = secret_of(database, shop_key)
    receive(database, shop_key)
    with database.write() as work:
        row = work.session.exec(select(HandOver)).one()
        row.email_cipher, row.email_hash, row.forgotten_at = b"", "", LATER
    assert not receive(database, shop_key, signed(shop_key, secret), now=LATER).is_new
    assert (kept(database).email_cipher, recorded(database)) == (b"", [])


def test_a_wrong_signature_is_refused_and_changes_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(OrderForged):
        receive(database, shop_key, signed(shop_key, "nobody's secret"))
    with database.read() as session:
        assert session.exec(select(HandOver)).all() == []


def test_a_replaced_secret_signs_for_180_days_and_every_shop_has_its_own(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    other_key = steps.open_shop(database, domain="other.example")
    old, foreign = secret_of(database, shop_key), secret_of(database, other_key)
    new = secret_of(database, shop_key, now=LATER)
    assert len({old, new, foreign}) == 3
    for secret in (foreign, "demo-shop-secret-0001"):
        with pytest.raises(OrderForged):
            receive(database, shop_key, signed(shop_key, secret), now=LATER)
    first = signed(shop_key, old, replace(PRINTED, number="1"))
    assert receive(database, shop_key, first, now=LATER).is_new
    late = LATER + timedelta(days=180)
    with pytest.raises(OrderForged):
        receive(database, shop_key, signed(shop_key, old), now=late)
    assert receive(database, shop_key, signed(shop_key, new), now=late).is_new


@pytest.mark.parametrize("is_server_first", [True, False])
def test_the_shops_server_confirms_an_order_of_the_same_number_and_address(
    database: Database, is_server_first: bool
) -> None:
    shop_key = steps.open_shop(database)
    brought = NewOrder("4711", "dario@example.org", NOON)

    def bring() -> None:
        with database.write() as work:
            orders.record(work, shop_key, brought, now=LATER)

    if is_server_first:
        bring()
    receive(database, shop_key, now=LATER)
    if not is_server_first:
        bring()
    (order,) = recorded(database)
    row = kept(database)
    assert (row.order_id, row.confirmed_at, row.is_signed) == (order.id, LATER, False)
    assert (order.legal_basis, order.legal_basis_version) == ("CONSENT", "2026-11")


def test_an_order_of_another_address_confirms_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    receive(database, shop_key, replace(PRINTED, email="mallory@example.org"))
    with database.write() as work:
        orders.record(work, shop_key, NewOrder("4711", "dario@example.org", NOON), now=LATER)
    assert (kept(database).order_id, kept(database).confirmed_at) == (None, None)
    assert recorded(database)[0].legal_basis is None


def test_the_servers_own_legal_basis_stays(database: Database) -> None:
    shop_key = steps.open_shop(database)
    steps.order(database, shop_key, reference="4711")
    receive(database, shop_key)
    assert recorded(database)[0].legal_basis == "EXISTING_CUSTOMER"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"wants": frozenset()}, OrderInvalid),
        ({"wants": frozenset(Wish), "country": "DE"}, ProtectionUnavailable),
        ({"email": "nobody"}, OrderInvalid),
        ({"number": " "}, OrderInvalid),
        ({"amount": "free"}, OrderInvalid),
        ({"currency": "EURO"}, OrderInvalid),
        ({"text_version": ""}, TrustwrightError),
    ],
)
def test_nothing_is_half_saved(
    database: Database, changes: dict[str, object], refusal: type[TrustwrightError]
) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(refusal):
        receive(database, shop_key, replace(PRINTED, **changes))  # type: ignore[arg-type]
    with database.read() as session:
        assert session.exec(select(HandOver)).all() == []


def test_only_pages_of_the_shops_own_hosts_hand_orders_over(database: Database) -> None:
    shop_key = steps.open_shop(database)
    for origin in (None, "null", "https://evil.example", "https://pay.example"):
        with pytest.raises(OriginForeign):
            receive(database, shop_key, origin=origin)
    with database.write() as work:
        settings = BadgeSettings(hosts=("pay.example",))
        badges.configure(work, shop_key, settings, actor=ANNA, now=NOON)
    assert receive(database, shop_key, origin="https://pay.example").is_new


def test_a_shop_with_a_recorded_basis_sends_orders_without_a_choice(database: Database) -> None:
    shop_key = steps.open_shop(database)
    basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "terms-3", NOON)
    with database.write() as work:
        settings = BadgeSettings(transmit=Transmit.ORDER_PAGE, legal_basis=basis)
        badges.configure(work, shop_key, settings, actor=ANNA, now=NOON)
    silent = replace(PRINTED, wants=frozenset(), text_version="")
    assert receive(database, shop_key, silent, now=LATER) == Handed(True, wants_review=False)
    row = kept(database)
    assert (row.legal_basis, row.legal_basis_version) == ("EXISTING_CUSTOMER", "terms-3")
    assert row.legal_basis_at == NOON


def test_an_unknown_shop_has_no_orders(database: Database) -> None:
    with pytest.raises(ShopNotFound):
        receive(database, "X" + "0" * 32)
    with pytest.raises(ShopNotFound), database.write() as work:
        hand_overs.rotate_secret(work, "X" + "0" * 32, actor=OPERATOR, now=NOON)


def test_a_shop_without_product_reviews_keeps_orders_without_their_products(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    settings = BadgeSettings(product_reviews=False)
    with database.write() as work:
        badges.configure(work, shop_key, settings, actor=ANNA, now=NOON)
    assert receive(database, shop_key) == Handed(is_new=True, wants_review=True)
    assert orjson.loads(kept(database).lines) == []
