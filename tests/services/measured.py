"""Rows that indicators are measured from, written as they would stand after use cases."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from sqlmodel import select

from domain.claims import ClaimState
from domain.frames import FrameState
from domain.windows import day_of, midnight
from store import shops, test_orders
from store.claims import Claim, ClaimMessage, ClaimStep
from store.database import Database, Work
from store.frame_use import COVER
from store.frames import Frame
from store.guarantors import Guarantor
from store.protections import Protection
from store.shops import Shop

_NUMBERS: Final = count(1)


def _shop(work: Work, shop_key: str) -> Shop:
    shop = shops.by_key(work.session, shop_key)
    assert shop is not None
    return shop


def _guarantor(work: Work, at: datetime) -> int:
    found = work.session.exec(select(Guarantor)).first()
    if found is None:
        found = Guarantor(
            public_id="gua-1",
            name="Demo Guarantor",
            address="",
            licence_note="",
            contact="",
            created_at=at,
            changed_at=at,
        )
        work.session.add(found)
        work.session.flush()
    return found.id


def protect(database: Database, shop_key: str, number: int, *, at: datetime) -> list[int]:
    """As many protections of one euro, which begin at this moment; their internal ids."""
    with database.write() as work:
        shop, guarantor = _shop(work, shop_key), _guarantor(work, at)
        made = [_protection(shop.id, guarantor, next(_NUMBERS), at) for _ in range(number)]
        work.session.add_all(made)
        work.session.flush()
        return [each.id for each in made]


def _protection(shop_id: int, guarantor: int, number: int, at: datetime) -> Protection:
    return Protection(
        public_id=f"ptn-{number}",
        shop_id=shop_id,
        guarantor_id=guarantor,
        order_reference=f"P-{number}",
        ordered_at=at,
        amount_minor=100,
        currency="EUR",
        payment_type="OTHER",
        payment_raw="",
        buyer_hash="0" * 64,
        language="en",
        residence="FR",
        tier="GUARANTEE",
        cover_minor=100,
        cover_eur_minor=100,
        fx_rate="1",
        fx_date=day_of(at),
        starts_at=at,
        ends_at=midnight(day_of(at)) + timedelta(days=30),
        state="ACTIVE",
        created_at=at,
    )


def claim(
    database: Database,
    shop_key: str,
    protection_id: int,
    *,
    at: datetime,
    state: ClaimState = ClaimState.SHOP_ASKED,
    answered_at: datetime | None = None,
    due_at: datetime | None = None,
    paid_at: datetime | None = None,
    reason: str = "NOT_DELIVERED",
    said_by: str = "",
) -> None:
    """A claim that stands where it is said to stand."""
    number = next(_NUMBERS)
    with database.write() as work:
        row = Claim(
            public_id=f"clm-{number}",
            protection_id=protection_id,
            shop_id=_shop(work, shop_key).id,
            buyer_hash="0" * 64,
            problem=reason,
            reason=reason,
            state=state,
            rules="1",
            opened_at=at,
            due_at=due_at,
            answered_at=answered_at,
            covered_until=at + timedelta(days=30),
            currency="EUR",
            cover_minor=100,
        )
        work.session.add(row)
        work.session.flush()
        if paid_at is not None:
            work.session.add(
                ClaimStep(
                    claim_id=row.id,
                    event="PAY",
                    from_state="APPROVED",
                    to_state="PAID",
                    party="PAYER",
                    actor="paula",
                    rules="1",
                    at=paid_at,
                )
            )
        if said_by:
            said = ClaimMessage(claim_id=row.id, party=said_by, kind="COMMENT", said_at=at)
            work.session.add(said)


def frame(
    database: Database,
    shop_key: str,
    *,
    amount: int,
    used: int = 0,
    end: date,
    state: FrameState = FrameState.ACTIVE,
    at: datetime,
) -> None:
    """A frame of the shop's member in EUR cents, and what is used of it until a day."""
    with database.write() as work:
        shop = _shop(work, shop_key)
        work.session.add(
            Frame(
                account_id=shop.account_id,
                state=state,
                base_eur_minor=amount,
                valid_from=day_of(at),
                reason="The first one.",
                actor="fay",
                changed_at=at,
            )
        )
        work.session.flush()
        cover = {"account_id": shop.account_id, "shop_id": shop.id}
        values = {**cover, "end_day": end, "cover_eur_minor": used}
        work.session.connection().execute(COVER.insert(), values)


def tested(database: Database, shop_key: str, *passed: bool, at: datetime) -> None:
    """Test orders with these outcomes."""
    with database.write() as work:
        shop = _shop(work, shop_key)
        for has_passed in passed:
            row = test_orders.TestOrder(
                shop_id=shop.id,
                ordered_at=at,
                has_passed=has_passed,
                note="As ordered.",
                auditor="otto",
                noted_at=at,
            )
            work.session.add(row)
