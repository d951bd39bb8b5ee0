"""Steps of tests of protections: a guarantor, rates, a shop with a valid mark, an order."""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlmodel import col, select

from domain import ids
from domain.actors import OPERATOR
from domain.certificates import CertificateState
from domain.frames import FrameState
from domain.guarantors import GuarantorData
from domain.ids import Prefix
from domain.protections import ProtectedOrder
from domain.windows import day_of, midnight, months_after
from services import activations, exchange_rates, guarantors, protection_members
from services.protection_members import Buyer
from store.certificates import Certificate
from store.database import Database, Work
from store.decisions import AuditEntry
from store.frames import Frame
from store.protections import Protection
from store.shops import Shop
from tests.services import steps

GUARANTOR: Final = GuarantorData(
    "Surety Example plc", "1 Quay, Dublin", "Licence 4711 of the supervisor", "+353 1 5550100"
)


def guarantor(database: Database, *, now: datetime, data: GuarantorData = GUARANTOR) -> str:
    """The id of a guarantor that is active."""
    with database.write() as work:
        guarantor_id = guarantors.create(work, data, actor=OPERATOR, now=now)
        guarantors.activate(work, guarantor_id, seen=1, actor=OPERATOR, now=now)
    return guarantor_id


def rates(database: Database, *, now: datetime, **units: str) -> None:
    """Rates of the day of ``now``; by default for pounds and Swiss francs."""
    told = units or {"GBP": "0.80", "CHF": "0.95"}
    lines = [f"{day_of(now)},{currency},{rate}" for currency, rate in told.items()]
    with database.write() as work:
        text = "\n".join(["date,currency,rate", *lines])
        exchange_rates.take(work, text, "the tests", actor=OPERATOR, now=now)


def certify(work: Work, shop: Shop, *, now: datetime) -> None:
    """Give the shop a certificate for a year, and its company an active frame."""
    work.session.add(
        Certificate(
            public_id=ids.new(Prefix.SHOP),
            shop_id=shop.id,
            number=f"C-{shop.id}",
            criteria_version="EUO-1",
            market=shop.market,
            language=shop.language,
            domain=shop.domain,
            legal_entity="Shop Ltd",
            address="1 Street",
            check_groups="[]",
            state=CertificateState.VALID,
            certified_at=now - timedelta(days=1),
            valid_until=midnight(months_after(day_of(now), 12)),
            changed_at=now,
            reason="",
        )
    )
    if work.session.get(Frame, shop.account_id) is None:
        work.session.add(
            Frame(
                account_id=shop.account_id,
                state=FrameState.ACTIVE,
                base_eur_minor=5_000_00,
                valid_from=day_of(now),
                reason="The tests grant it.",
                actor="tests",
                changed_at=now,
            )
        )


def open_shop(database: Database, *, now: datetime, domain: str = "shop.example") -> str:
    """The key of a shop that holds a valid mark, with guarantor and rates."""
    shop_key = steps.open_shop(database, domain=domain)
    back(database, shop_key, now=now)
    return shop_key


def back(database: Database, shop_key: str, *, now: datetime) -> None:
    """Give a shop a valid mark, with guarantor and rates."""
    with database.read() as session:
        is_guaranteed = guarantors.active(session) is not None
    if not is_guaranteed:
        guarantor(database, now=now)
        rates(database, now=now)
    with database.write() as work:
        certify(work, shop_of(work, shop_key), now=now)


def agree(
    database: Database, email: str = "dario@example.org", *, residence: str = "AT", at: datetime
) -> None:
    """The buyer agrees that later orders are protected by themselves; their language is French."""
    with database.write() as work:
        protection_members.consent(work, Buyer(email, "fr", residence), now=at)


def refusals(database: Database) -> list[str]:
    """Codes by which the log says why orders were not protected by themselves."""
    with database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action) == "protection.refused")
        found = session.exec(query.order_by(col(AuditEntry.id)))
        return [orjson.loads(entry.after)["code"] for entry in found]


def shop_of(work: Work, shop_key: str) -> Shop:
    """The shop with this key."""
    return work.session.exec(select(Shop).where(col(Shop.shop_key) == shop_key)).one()


def an_order(reference: str = "P-1", *, at: datetime, **told: Any) -> ProtectedOrder:
    """An order of 250.00 EUR by a buyer who lives in Germany."""
    values: dict[str, Any] = {
        "amount_minor": 250_00,
        "currency": "EUR",
        "payment": "PayPal",
        "email": "dario@example.org",
        "language": "en",
        "residence": "DE",
    }
    return ProtectedOrder(reference=reference, ordered_at=at, **values | told)


def protect(
    database: Database, shop_key: str, reference: str = "P-1", *, at: datetime, **told: Any
) -> Protection:
    """The protection of an order that was just placed."""
    with database.write() as work:
        shop = shop_of(work, shop_key)
        order = an_order(reference, at=at, **told)
        return activations.activate(work, shop, order, now=at).protection
