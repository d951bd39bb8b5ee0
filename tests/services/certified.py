"""Steps to a certificate: guarantor, frame, and an audit that was passed."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlmodel import col, select, update

from domain import ids
from domain.actors import OPERATOR, Actor, Role
from domain.guarantors import GuarantorData
from domain.ids import Prefix
from domain.marks import Standing
from domain.packs import PRICE_LISTS, PriceList, Prices
from domain.shops import NewShop
from services import certificates, guarantors, packs, shops
from services.installation import Installation
from store import audits as audit_rows
from store import certificates as rows
from store import shops as shop_rows
from store.audits import Audit
from store.bookings import Booking
from store.certificates import Certificate
from store.database import Database
from store.frames import Frame
from store.guarantors import Guarantor
from tests.services.steps import NOON

AUDITOR: Final = Actor(Role.OPERATOR, "usr-auditor")
FREE: Final = PRICE_LISTS[Prices.FREE]
SOLD: Final = PRICE_LISTS[Prices.DEMO]
MUTUAL: Final = GuarantorData(
    "Mutual Guarantee plc", "1 Bank Street, Dublin", "Licence 4711", "claims@mutual.example"
)
WHY: Final = "The imprint of the shop has gone."


def open_shop(database: Database, *, domain: str = "shop.example", market: str = "CH") -> str:
    """The key of a shop of a Swiss company, which is not the operator."""
    with database.write() as work:
        at = datetime(2024, 1, 1, tzinfo=NOON.tzinfo)
        account = shops.open_account(work, f"{domain} AG", now=at)
        new = NewShop("Anna's shop", f"https://{domain}", market, "en", "CHF")
        return shops.register(work, account, new, actor=OPERATOR, now=at)


def guarantor(database: Database, *, is_demo: bool = False) -> str:
    """The id of the active guarantor."""
    with database.write() as work:
        made = guarantors.create(work, MUTUAL, actor=OPERATOR, now=NOON, is_demo=is_demo)
        guarantors.activate(work, made, seen=1, actor=OPERATOR, now=NOON)
    return made


def frame(database: Database, shop_key: str, *, state: str = "ACTIVE") -> None:
    """The frame of the shop's member, as it is from now on."""
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        work.session.merge(
            Frame(
                account_id=shop.account_id,
                state=state,
                base_eur_minor=500_000,
                valid_from=date(2026, 1, 1),
                reason="The first one.",
                actor="finance",
                changed_at=NOON,
            )
        )


def passed(database: Database, shop_key: str, *, at: datetime = NOON, **other: Any) -> str:
    """The id of an audit of the shop that was passed."""
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        values: dict[str, Any] = {
            "public_id": ids.new(Prefix.AUDIT),
            "shop_id": shop.id,
            "market": shop.market,
            "language": shop.language,
            "criteria_version": "2026-11",
            "state": "PASSED",
            "is_running": False,
            "auditor": AUDITOR.name,
            "auditors": AUDITOR.name,
            "ordered_by": "anna",
            "ordered_at": at,
            "passed_at": at,
            "valid_until": at + timedelta(days=400),
            "identity": "OK",
            "credit": "OK",
        }
        audit = Audit(**(values | other))
        work.session.add(audit)
        return audit.public_id


def issue(
    database: Database, audit_id: str, *, prices: PriceList = FREE, now: datetime = NOON
) -> str:
    """Issue the certificate of an audit; its id."""
    with database.write() as work:
        audit = audit_rows.by_public_id(work.session, audit_id, lock=True)
        assert audit is not None
        return certificates.issue(work, audit, prices=prices, actor=AUDITOR, now=now).public_id


def certify(
    installation: Installation,
    *,
    domain: str = "shop.example",
    market: str = "CH",
    now: datetime = NOON,
) -> tuple[str, str]:
    """The keys of a shop with a valid mark, and of its certificate."""
    database = installation.database
    shop_key = open_shop(database, domain=domain, market=market)
    with database.read() as session:
        has_guarantor = session.exec(select(Guarantor).where(col(Guarantor.is_active))).first()
    if not has_guarantor:
        guarantor(database)
    frame(database, shop_key)
    audit_id = passed(database, shop_key, at=now)
    return shop_key, issue(database, audit_id, now=now)


def standing_as(
    installation: Installation, standing: Standing, *, domain: str, now: datetime = NOON
) -> str:
    """The key of a shop whose certificate stands like this at ``now``, and did so yesterday."""
    database, yesterday = installation.database, now - timedelta(days=1)
    if standing is Standing.NONE:
        return open_shop(database, domain=domain)
    age = 400 if standing is Standing.EXPIRED else 2
    shop_key, made = certify(installation, domain=domain, now=now - timedelta(days=age))
    with database.write() as work:
        if standing is Standing.SUSPENDED:
            certificates.suspend(work, made, WHY, actor=AUDITOR, now=yesterday)
        elif standing is Standing.WITHDRAWN:
            certificates.withdraw(work, made, WHY, actor=AUDITOR, now=yesterday)
        elif standing is Standing.ENDED:
            packs.join(work, shop_key, FREE, domains=1, actor=OPERATOR, now=yesterday)
            shop = shop_rows.by_key(work.session, shop_key)
            assert shop is not None
            ended = update(Booking).where(col(Booking.shop_id) == shop.id).values(state="ENDED")
            work.session.execute(ended)
            assert certificates.lapse(work, made, now=yesterday) == "ended"
    return shop_key


def certificate(database: Database, certificate_id: str) -> Certificate:
    """The row of a certificate."""
    with database.read() as session:
        found = rows.by_public_id(session, certificate_id)
        assert found is not None
        return found
