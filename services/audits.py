"""Use cases of audits: order one, take it and give it back, check the seller, end it (§31).

Every change of state goes through ``move``, which asks the table of steps, writes the history
and the log. What the findings have a say in stands in ``services/audit_steps.py``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session

from domain import audits as rules
from domain import ids, texts
from domain.actors import SYSTEM, Actor
from domain.audits import (
    AUDITS,
    AuditChanged,
    AuditExists,
    AuditNotFound,
    AuditNotYours,
    AuditParty,
    AuditState,
    AuditStep,
    AuditStepForbidden,
    CheckResult,
)
from domain.duties import Auditor, File, Officer
from domain.errors import Invalid
from domain.ids import Prefix
from domain.webhooks import EventType
from schemas import criteria_sets
from services import audit as log
from services import audit_mails, calendars, deliveries, prechecks, shops
from store import audits as rows
from store import shops as shop_rows
from store.audits import Audit
from store.audits import AuditStep as StepRow
from store.database import Work
from store.shops import Shop

_ADDRESS_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Held:
    """An audit whose row is held until the transaction ends, with its shop."""

    row: Audit
    shop: Shop


class Check(StrEnum):
    """What staff checks of a seller besides the shop (systems.md §31)."""

    IDENTITY = "identity"
    CREDIT = "credit"


def order(
    work: Work,
    shop_key: str,
    declared: Iterable[str],
    test_url: str,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Order an audit of a shop; returns its public id.

    ``test_url`` is a test environment that is looked at instead of the shop, or empty. The set of
    criteria is the latest of the market and stays that of this audit. Raises AuditNotPossible,
    AuditExists, Invalid or TextInvalid.
    """
    given = rules.check_declared(declared)
    shop = shops.required(work, shop_key)
    if rows.running(work.session, shop.id) is not None:
        raise AuditExists
    calendar = calendars.of_market(shop.market)
    row = Audit(
        public_id=ids.new(Prefix.AUDIT),
        shop_id=shop.id,
        market=shop.market,
        language=shop.language,
        criteria_version=criteria_sets.latest(shop.market).version,
        state=AuditState.ORDERED,
        is_self_audit=shop.operator_is_shop,
        declared=" ".join(given),
        test_url=_address(test_url),
        ordered_by=actor.name,
        ordered_at=now,
        due_at=rules.due_at(AuditState.ORDERED, ordered_at=now, now=now, calendar=calendar),
    )
    work.session.add(row)
    work.session.flush()
    log.log(work, actor, "audit.ordered", row.public_id, now=now, after={"shop": shop.public_id})
    audit_mails.ordered(work, shop, row, now=now)
    _tell(work, Held(row, shop), None, now)
    prechecks.ask(work, row, now=now)
    return row.public_id


def held(work: Work, audit_id: str, *, seen: int | None = None) -> Held:
    """The audit with this id, held; ``seen`` is the version that a person has looked at.

    Raises AuditNotFound or AuditChanged.
    """
    row = rows.by_public_id(work.session, audit_id, lock=True)
    shop = shop_rows.by_id(work.session, row.shop_id) if row else None
    if row is None or shop is None:
        raise AuditNotFound
    if seen is not None and row.version != seen:
        raise AuditChanged
    return Held(row, shop)


def held_for_shop(work: Work, shop_key: str, audit_id: str) -> Held:
    """The audit with this id, if it is one of this shop, held; raises AuditNotFound."""
    found = held(work, audit_id)
    if found.shop.shop_key != shop_key:
        raise AuditNotFound
    return found


def auditor(found: Held, officer: Officer) -> Auditor:
    """The officer as somebody who may audit this shop; raises OwnShop."""
    return Auditor(officer, File(found.shop.account_id))


def held_by(work: Work, audit_id: str, officer: Officer, *, seen: int | None = None) -> Held:
    """The audit for the auditor who has taken it.

    Raises AuditNotFound, AuditChanged, OwnShop or AuditNotYours.
    """
    found = held(work, audit_id, seen=seen)
    auditor(found, officer)
    if found.row.auditor != officer.name:
        raise AuditNotYours
    return found


def take(
    work: Work, audit_id: str, officer: Officer, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Take an audit, also from a colleague; raises AuditNotFound, AuditChanged or OwnShop."""
    found = held(work, audit_id, seen=seen)
    auditor(found, officer)
    before = {"auditor": found.row.auditor}
    found.row.auditor = officer.name
    if officer.name not in found.row.auditors.split():
        found.row.auditors = f"{found.row.auditors} {officer.name}".strip()
    _changed(work, found.row)
    after = {"auditor": officer.name}
    log.log(work, actor, "audit.taken", audit_id, now=now, before=before, after=after)


def give_back(
    work: Work, audit_id: str, officer: Officer, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Leave an audit to somebody else; raises as ``held_by`` does."""
    found = held_by(work, audit_id, officer, seen=seen)
    found.row.auditor = ""
    _changed(work, found.row)
    log.log(work, actor, "audit.given_back", audit_id, now=now)


def record(
    work: Work,
    audit_id: str,
    check: Check,
    result: CheckResult,
    note: str,
    officer: Officer,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Note what staff found about the seller's identity or credit; the note is encrypted.

    Raises AuditNotFound, OwnShop, AuditStepForbidden once the audit has ended, or TextInvalid.
    """
    found = held(work, audit_id)
    auditor(found, officer)
    row = found.row
    if AuditState(row.state).is_end:
        raise AuditStepForbidden
    said = texts.clean(note, most=AUDITS.note_characters, field=f"{check}_note")
    cipher = work.keys.encrypt(said) if said else None
    if check is Check.IDENTITY:
        row.identity, row.identity_note = result, cipher
        row.identity_by, row.identity_at = officer.name, now
    else:
        row.credit, row.credit_note = result, cipher
        row.credit_by, row.credit_at = officer.name, now
    _changed(work, row)
    log.log(work, actor, f"audit.{check}_checked", audit_id, now=now, after={"result": result})


def cancel(work: Work, shop_key: str, audit_id: str, *, actor: Actor, now: datetime) -> None:
    """The shop ends an audit that is running; raises AuditNotFound or AuditStepForbidden."""
    found = held_for_shop(work, shop_key, audit_id)
    move(work, found, AuditStep.CANCEL, AuditParty.SHOP, actor=actor, now=now)


def move(
    work: Work,
    found: Held,
    step: AuditStep,
    party: AuditParty,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> AuditState:
    """Take a step of the table, with its history and deadline; raises AuditStepForbidden."""
    row = found.row
    before = AuditState(row.state)
    after = rules.after(before, step, party)
    row.state, row.is_running = after, after.is_running
    row.due_at = rules.due_at(
        after,
        ordered_at=row.ordered_at,
        now=now,
        calendar=calendars.of_market(row.market),
    )
    if after.is_end:
        row.closed_at = now
    _changed(work, row)
    work.session.add(
        StepRow(
            audit_id=row.id,
            step=step,
            from_state=before,
            to_state=after,
            party=party,
            actor=actor.name,
            at=now,
        )
    )
    log.log(
        work,
        actor,
        f"audit.{step.lower()}",
        row.public_id,
        now=now,
        before={"state": before},
        after={"state": after, "criteria": row.criteria_version},
        reason=reason,
    )
    _tell(work, found, before, now)
    return after


def ending(session: Session, *, now: datetime) -> list[str]:
    """Ids of the audits whose end is near or over."""
    until = now + timedelta(days=max(AUDITS.told_days))
    return list(rows.ending(session, until))


def lapse(work: Work, audit_id: str, *, now: datetime) -> str:
    """Remind of a re-audit, or end what an audit proved once its time is over; says which."""
    found = held(work, audit_id)
    row = found.row
    if row.valid_until is None or AuditState(row.state).is_end:
        return ""
    if row.valid_until <= now:
        move(work, found, AuditStep.EXPIRE, AuditParty.SYSTEM, actor=SYSTEM, now=now)
        return "expired"
    days = rules.told_at(row.valid_until, now, row.told_days)
    if not days or row.state == AuditState.PASSED:
        return ""
    row.told_days = days
    _changed(work, row)
    audit_mails.re_audit_due(work, found.shop, row, now=now)
    return "reminded"


def _tell(work: Work, found: Held, before: AuditState | None, now: datetime) -> None:
    """The shop's webhooks, of where the audit is now."""
    told = {"audit": found.row.public_id, "state": found.row.state, "before": before}
    deliveries.tell(work, found.shop, EventType.AUDIT_STATUS, told, now=now)


def _changed(work: Work, row: Audit) -> None:
    row.version += 1
    work.session.add(row)
    work.session.flush()


def _address(text: str) -> str:
    """The address of a test environment, tidied; raises Invalid or TextInvalid."""
    address = texts.clean_line(text, most=_ADDRESS_CHARACTERS, field="test_url")
    if address and (urlsplit(address).scheme not in ("http", "https") or " " in address):
        raise Invalid("An address begins with http or https.", field="test_url")
    return address
