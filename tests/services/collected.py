"""Steps of the tests of collection: an order that comes in, and what is planned for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlmodel import select

from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from services import intake
from services.intake import Plan, Taken
from store.database import Database
from store.invitations import Invitation
from store.mails import Mail
from tests.services.steps import NOON

BASIS: Final = LegalBasis(LegalBasisKind.CONSENT, "2026-11", NOON)
NEW: Final = NewOrder(
    "A-1",
    "Dario@Example.org",
    NOON,
    4711,
    "EUR",
    (OrderLine("S1", "Lamp"), OrderLine("S2", "Shade")),
    BASIS,
    buyer_name="Dario",
)
API: Final = Plan(source="api", language="de-AT")
DUE: Final = NOON.replace(hour=10) + timedelta(days=8)
"""A week after noon, at the first ten o'clock (UTC)."""


def take(
    database: Database, shop_key: str, plan: Plan = API, *, now: Any = NOON, **changes: Any
) -> Taken:
    """Take the order with these changes."""
    with database.write() as work:
        return intake.take(work, shop_key, replace(NEW, **changes), plan, now=now)


def rows(database: Database) -> Sequence[Invitation]:
    """Every invitation, in the order in which they were planned."""
    with database.read() as session:
        return session.exec(select(Invitation).order_by(Invitation.id)).all()  # type: ignore[arg-type]  # a column


def mails(database: Database) -> Sequence[Mail]:
    """Every mail, in the order in which they were asked for."""
    with database.read() as session:
        return session.exec(select(Mail).order_by(Mail.id)).all()  # type: ignore[arg-type]  # a column
