"""The demo's buyer protection: a guarantor that covers nothing, a mark, purchases in all states."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.exchange_rates import RateMissing
from domain.guarantors import DEMO_NAME
from domain.packs import PRICE_LISTS, Prices
from services import exchange_rates, guarantors, marks, seed_protection, seed_stories
from services.installation import Installation
from store import shops
from store.claims import Claim
from store.protections import Protection
from tests.services.conftest import Sown
from tests.services.protected import GUARANTOR

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sow(installation: Installation, now: datetime = NOW) -> None:
    with installation.database.write() as work:
        seed_protection.sow(work, PRICE_LISTS[Prices.FREE], now=now)


def test_the_demo_shows_protection_and_says_that_it_covers_nothing(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    with installation.database.read() as session:
        row = guarantors.active(session)
        shop = shops.by_key(session, seed_stories.load()[0].shop.key)
        assert row is not None
        assert shop is not None
        assert (row.name, row.is_demo) == (DEMO_NAME, True)
        assert marks.mark_of(session, shop, NOW).is_valid
        found = {each.order_reference: each for each in session.exec(select(Protection))}
    states = {reference: each.state for reference, each in found.items()}
    assert states == {
        "DEMO-P1": "ENDED",
        "DEMO-P2": "EXTENDED",
        "DEMO-P3": "EXTENDED",
        "DEMO-P4": "CANCELLED",
        "DEMO-P5": "ACTIVE",
    }
    assert {each.tier for each in found.values()} == {"BASIC", "GUARANTEE"}


def test_two_of_the_purchases_are_claimed_about(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    with installation.database.read() as session:
        assert sorted(session.exec(select(Claim.state))) == ["MEDIATION", "SHOP_ASKED"]


def test_a_second_time_changes_nothing(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    with installation.database.read() as session:
        before = session.exec(select(Protection.public_id)).all()
    sow(installation)
    with installation.database.read() as session:
        assert session.exec(select(Protection.public_id)).all() == before
        assert len(guarantors.listed(session)) == 1


def test_rates_go_on_and_no_real_ones_are_replaced(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    later = NOW + timedelta(days=20)
    sow(installation, later)
    with installation.database.write() as work:
        assert exchange_rates.on(work.session, "GBP", later.date()).day == later.date()
        guarantors.create(work, GUARANTOR, actor=OPERATOR, now=later)
    much_later = later + timedelta(days=20)
    sow(installation, much_later)
    with pytest.raises(RateMissing), installation.database.read() as session:
        exchange_rates.on(session, "GBP", much_later.date())
