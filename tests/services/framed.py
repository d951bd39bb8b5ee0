"""Steps with protection frames: a member, a guarantor, people of finance and of the member."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from sqlmodel import col, select

from domain.actors import OPERATOR
from domain.frame_use import Span
from domain.guarantors import GuarantorData
from domain.rights import OperatorRole, Right
from domain.windows import day_of, midnight
from services import frame_keepers, frame_use, guarantors
from services.frame_keepers import Keeper
from services.installation import Installation
from services.sessions import Person
from store import accounts, frames
from store import shops as shop_rows
from store.companies import Company
from store.database import Database
from store.decisions import AuditEntry
from store.frames import Frame
from store.guarantors import Guarantor
from store.mails import Mail
from tests.services import people, steps

NOON: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)
"""Far from any season."""
_MINUTES: Final = count(1)


@dataclass(frozen=True, slots=True)
class Member:
    """A member with one shop, whose administrator is anna."""

    account_id: int
    public_id: str
    shop_key: str


def member(installation: Installation, *, domain: str = "shop.example") -> Member:
    """A new member with one shop and its administrator."""
    key = steps.open_shop(installation.database, domain=domain)
    name = f"anna-{domain.partition('.')[0]}"
    people.hire(installation, key, name, Right.ADMINISTRATOR, factor=True)
    with installation.database.read() as session:
        shop = shop_rows.by_key(session, key)
        assert shop is not None
        return Member(shop.account_id, accounts.of_shop(session, shop.account_id).public_id, key)


def guarantor(database: Database, *, now: datetime = NOON) -> None:
    """Somebody stands behind protections from now on."""
    data = GuarantorData("Guarantor", "1 Example Street", "Licence 1", "hello@guarantor.example")
    with database.write() as work:
        row_id = guarantors.create(work, data, actor=OPERATOR, now=now)
        row = work.session.exec(select(Guarantor).where(Guarantor.public_id == row_id)).one()
        guarantors.activate(work, row_id, seen=row.version, actor=OPERATOR, now=now)


def declare(database: Database, account_id: int, euros: int, *, now: datetime = NOON) -> None:
    """The member declares its online turnover of a year."""
    with database.write() as work:
        row = Company(
            account_id=account_id,
            legal_name="Anna Ltd",
            legal_form="Ltd",
            register_number="1",
            vat_id="",
            address="1 Example Street",
            country="DE",
            turnover_minor=euros * 100,
            turnover_currency="EUR",
            contacts=work.keys.encrypt("{}"),
            changed_at=now,
        )
        work.session.merge(row)


def entered(installation: Installation, name: str) -> Person:
    """Somebody who signs in, later each time: a code opens once."""
    return people.entered(installation, name, at=steps.NOON + timedelta(minutes=next(_MINUTES)))


def finance(installation: Installation, owner: Member, name: str = "fin") -> Keeper:
    """Somebody of finance who may set the member's frame."""
    person = entered(installation, name)
    with installation.database.read() as session:
        return frame_keepers.keeper(session, person, owner.public_id)


def employ_finance(installation: Installation) -> None:
    people.employ(installation, "fin", OperatorRole.FINANCE)


def frame_of(database: Database, account_id: int) -> Frame | None:
    with database.read() as session:
        return frames.of_account(session, account_id)


def protect(database: Database, shop_key: str, euros: int, now: datetime) -> None:
    """A purchase of this cover is protected for 30 days."""
    span = Span(now, midnight(day_of(now)) + timedelta(days=30), euros * 100)
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        frame_use.note(work, shop, None, span, now)


def mails_of(database: Database) -> list[str]:
    """The keys of all mails so far, in their order."""
    with database.read() as session:
        return list(session.exec(select(Mail.key).order_by(col(Mail.id))).all())


def logged(database: Database, beginning: str) -> list[str]:
    """Actions in the log that begin so, in their order."""
    with database.read() as session:
        found = session.exec(select(AuditEntry.action).order_by(col(AuditEntry.id))).all()
    return [each for each in found if each.startswith(beginning)]
