"""Use cases of companies: what an account says of itself, and documents it accepts (§1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson
from sqlmodel import Session

from domain import companies as rules
from domain.companies import Company, Contact, DocumentChanged
from domain.errors import NotAllowed, ShopNotFound
from domain.rights import Action, may
from services import audit, contracts, shops
from services.contracts import Offered
from services.sessions import Person
from store import companies
from store import shops as shop_rows
from store.companies import AcceptedDocument
from store.companies import Company as Row
from store.database import Work
from store.keys import Keyring
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Accepted:
    """A version of a document that the company accepted, and when."""

    document: str
    version: str
    sha256: str
    accepted_at: datetime


def of_shop(session: Session, keys: Keyring, shop_key: str) -> Company | None:
    """What the company behind the shop has said of itself. Raises ShopNotFound."""
    row = companies.by_account(session, _shop(session, shop_key).account_id)
    return _company(row, keys) if row else None


def may_change(session: Session, person: Person, shop_key: str) -> bool:
    """Whether the person administers every shop of the account, for all of which it speaks."""
    account_id = _shop(session, shop_key).account_id
    keys = [shop.shop_key for shop in shop_rows.of_account(session, account_id)]
    return all(may(person.grants, Action.USERS_MANAGE, key) for key in keys)


def change(work: Work, person: Person, shop_key: str, company: Company, *, now: datetime) -> None:
    """Let this be what the company says of itself; the log notes which values changed.

    Raises NotAllowed, CompanyInvalid, VatIdInvalid, TextInvalid, MailAddressInvalid or
    ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    if not may_change(work.session, person, shop_key):
        raise NotAllowed
    company = rules.checked(company)
    row = companies.by_account(work.session, shop.account_id)
    before = asdict(_company(row, work.keys)) if row else {}
    after = asdict(company)
    changed = sorted(name for name in after if before.get(name) != after[name])
    if not changed:
        return
    work.session.merge(_row(company, shop.account_id, work.keys, now))
    audit.log(
        work, person.actor, "company.changed", shop.public_id, now=now, after={"fields": changed}
    )


def accept(
    work: Work,
    person: Person,
    shop_key: str,
    folder: Path | None,
    name: str,
    sha256: str,
    *,
    now: datetime,
) -> None:
    """Accept a document in the version that was read, whose bytes have this hash; once.

    Raises NotAllowed, DocumentNotFound, DocumentChanged where another version is offered by now,
    or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    if not may_change(work.session, person, shop_key):
        raise NotAllowed
    offered = contracts.one(folder, name)
    if offered.sha256 != sha256:
        raise DocumentChanged
    if _is_accepted(work.session, shop.account_id, offered):
        return
    row = AcceptedDocument(
        account_id=shop.account_id,
        document=offered.document,
        version=offered.version,
        sha256=offered.sha256,
        accepted_by=person.user_id,
        accepted_at=now,
    )
    work.session.add(row)
    after = {"document": offered.document, "version": offered.version, "sha256": offered.sha256}
    audit.log(work, person.actor, "document.accepted", shop.public_id, now=now, after=after)


def accepted(session: Session, shop_key: str) -> Sequence[Accepted]:
    """What the company behind the shop has accepted, the latest first. Raises ShopNotFound."""
    shop = _shop(session, shop_key)
    return [
        Accepted(row.document, row.version, row.sha256, row.accepted_at)
        for row in companies.accepted(session, shop.account_id)
    ]


def open_documents(session: Session, shop_key: str, folder: Path | None) -> Sequence[Offered]:
    """Documents whose present version the company has not accepted yet."""
    account_id = _shop(session, shop_key).account_id
    found = contracts.current(folder).values()
    return [each for each in found if not _is_accepted(session, account_id, each)]


def _is_accepted(session: Session, account_id: int, offered: Offered) -> bool:
    wanted = offered.document, offered.version, offered.sha256
    rows = companies.accepted(session, account_id)
    return any((row.document, row.version, row.sha256) == wanted for row in rows)


def _row(company: Company, account_id: int, keys: Keyring, now: datetime) -> Row:
    contacts = {"main": asdict(company.main), "invoice": asdict(company.invoice)}
    return Row(
        account_id=account_id,
        legal_name=company.legal_name,
        legal_form=company.legal_form,
        register_number=company.register_number,
        vat_id=company.vat_id,
        address=company.address,
        country=company.country,
        turnover_minor=company.turnover_minor,
        turnover_currency=company.turnover_currency,
        contacts=keys.encrypt(orjson.dumps(contacts).decode()),
        changed_at=now,
    )


def _company(row: Row, keys: Keyring) -> Company:
    contacts = orjson.loads(keys.decrypt(row.contacts))
    return Company(
        legal_name=row.legal_name,
        legal_form=row.legal_form,
        register_number=row.register_number,
        vat_id=row.vat_id,
        address=row.address,
        country=row.country,
        turnover_minor=row.turnover_minor,
        turnover_currency=row.turnover_currency,
        main=Contact(**contacts["main"]),
        invoice=Contact(**contacts["invoice"]),
    )


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop
