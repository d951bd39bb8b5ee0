"""On what grounds buyers are mailed: one rule for all ways in (GP-2), on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.errors import ShopNotFound
from domain.invitations import ASKED_LATER
from domain.orders import CONSENT_STATEMENT, LegalBasis, LegalBasisKind
from services import activity, legal_bases, shops
from store.database import Database
from store.decisions import AuditEntry
from store.orders import Order
from tests.services import steps
from tests.services.steps import NOON

OWN = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "terms-3", NOON)
OTHER = LegalBasis(LegalBasisKind.CONSENT, "checkout-9", NOON + timedelta(days=1))


@pytest.fixture
def shop_key(database: Database) -> str:
    return steps.open_shop(database)


def carried(database: Database) -> tuple[str | None, str | None]:
    with database.read() as session:
        order = session.exec(select(Order)).one()
        return order.legal_basis, order.legal_basis_version


def stated(database: Database, shop_key: str) -> LegalBasis | None:
    with database.write() as work:
        return legal_bases.stated(work.session, shops.required(work, shop_key).id, NOON)


def test_without_a_statement_of_the_shop_there_is_no_ground(
    database: Database, shop_key: str
) -> None:
    assert stated(database, shop_key) is None
    with database.read() as session:
        assert legal_bases.statement(session, shop_key) is None
        with pytest.raises(ShopNotFound):
            legal_bases.statement(session, "X" + "0" * 32)


def test_a_statement_is_kept_with_its_version_and_its_maker_until_it_is_taken_back(
    database: Database, shop_key: str
) -> None:
    later = NOON + timedelta(days=2)
    for at in (NOON, later):
        with database.write() as work:
            legal_bases.state(work, shop_key, actor=steps.ANNA, now=at)
    with database.read() as session:
        found = legal_bases.statement(session, shop_key)
    assert found == legal_bases.Statement(CONSENT_STATEMENT, steps.ANNA.name, NOON)
    assert stated(database, shop_key) == LegalBasis(LegalBasisKind.CONSENT, CONSENT_STATEMENT, NOON)
    for _ in range(2):
        with database.write() as work:
            legal_bases.take_back(work, shop_key, actor=steps.ANNA, now=later)
    assert stated(database, shop_key) is None
    with database.read() as session:
        entries = [entry.action for entry in session.exec(select(AuditEntry)).all()]
    assert entries.count("order_consent.given") == 1
    assert entries.count("order_consent.withdrawn") == 1


def test_a_new_version_of_the_text_is_stated_anew(
    database: Database, shop_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as work:
        legal_bases.state(work, shop_key, actor=steps.ANNA, now=NOON)
    monkeypatch.setattr(legal_bases, "CONSENT_STATEMENT", "orders-2")
    with database.write() as work:
        legal_bases.state(work, shop_key, actor=steps.ANNA, now=NOON)
    found = stated(database, shop_key)
    assert found is not None
    assert found.version == "orders-2"


def test_an_order_keeps_the_ground_that_it_has(database: Database, shop_key: str) -> None:
    steps.order(database, shop_key)
    before = carried(database)
    with database.write() as work:
        order = work.session.exec(select(Order)).one()
        legal_bases.note(work, order, OTHER)
        legal_bases.asked_later(work, order, now=NOON)
    assert carried(database) == before


def test_what_a_buyer_asked_for_gives_way_to_a_ground_that_covers_more(
    database: Database, shop_key: str
) -> None:
    steps.order(database, shop_key, basis=False)
    for _ in range(2):
        with database.write() as work:
            order = work.session.exec(select(Order)).one()
            legal_bases.asked_later(work, order, now=NOON)
        assert carried(database) == ("CONSENT", ASKED_LATER)
    with database.write() as work:
        legal_bases.note(work, work.session.exec(select(Order)).one(), OWN)
    assert carried(database) == ("EXISTING_CUSTOMER", "terms-3")
    with database.write() as work:
        shop = shops.required(work, shop_key)
        assert activity.is_sound(work.session, shop.id)
        entries = [entry.action for entry in work.session.exec(select(AuditEntry)).all()]
    assert entries.count("order.consented") == 1
