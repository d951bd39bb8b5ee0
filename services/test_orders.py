"""Use cases of test orders: an auditor notes one, and reads what was noted (systems.md §31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from domain import test_orders as rules
from domain.actors import Actor, Role
from domain.duties import Auditor, File, Officer
from domain.errors import ShopNotFound
from domain.windows import day_of, midnight
from services import audit
from store import shops, users
from store import test_orders as rows
from store.database import Work

_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class TestOrderLine:
    """A test order as staff sees it; ``auditor`` is a person's name."""

    ordered_on: date
    has_passed: bool
    note: str
    auditor: str


def note(
    work: Work,
    shop_key: str,
    ordered_on: str,
    outcome: str,
    text: str,
    *,
    officer: Officer,
    now: datetime,
) -> None:
    """Note what came of a test order; it counts for 365 days.

    Raises ShopNotFound, OwnShop for somebody with rights on a shop of this company, and what
    ``domain.test_orders.checked`` raises.
    """
    shop = shops.by_key(work.session, shop_key, lock=True)
    if shop is None:
        raise ShopNotFound
    auditor = Auditor(officer, File(shop.account_id)).officer.name
    found = rules.checked(ordered_on, outcome, text, today=day_of(now))
    row = rows.TestOrder(
        shop_id=shop.id,
        ordered_at=midnight(found.ordered_on),
        has_passed=found.has_passed,
        note=found.note,
        auditor=auditor,
        noted_at=now,
    )
    work.session.add(row)
    audit.log(
        work,
        Actor(Role.OPERATOR, auditor),
        "test_order.noted",
        shop.public_id,
        now=now,
        after={"ordered_on": found.ordered_on.isoformat(), "passed": found.has_passed},
    )


def listed(session: Session, shop_key: str) -> Sequence[TestOrderLine]:
    """The latest fifty test orders with a shop; raises ShopNotFound."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return [
        TestOrderLine(
            day_of(row.ordered_at), row.has_passed, row.note, users.name_of(session, row.auditor)
        )
        for row in rows.of_shop(session, shop.id, most=_SHOWN)
    ]
