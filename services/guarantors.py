"""Use cases of guarantors: enter one, change it, let it begin and end (systems.md §35).

Without an active one there is no protection: no offer, no text, no frame, no mark. None is there
unless the operator enters it, who is told that protection may need a licence.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain import guarantors as rules
from domain import ids
from domain.actors import Actor
from domain.guarantors import (
    GuarantorActive,
    GuarantorChanged,
    GuarantorData,
    GuarantorIsDemo,
    GuarantorNotFound,
)
from domain.ids import Prefix
from services import audit, marks
from store import guarantors as rows
from store.database import Work
from store.guarantors import Guarantor


def active(session: Session) -> Guarantor | None:
    """The one that stands behind protections now; None means that there is no protection."""
    return rows.active(session)


def listed(session: Session) -> Sequence[Guarantor]:
    """All of them, in the order in which they came."""
    return rows.every(session)


def one(session: Session, guarantor_id: str) -> Guarantor:
    """The guarantor with this public id; raises GuarantorNotFound."""
    row = rows.by_public_id(session, guarantor_id)
    if row is None:
        raise GuarantorNotFound
    return row


def create(
    work: Work, data: GuarantorData, *, actor: Actor, now: datetime, is_demo: bool = False
) -> str:
    """Enter a guarantor, which does nothing until it is activated; returns its id.

    Raises GuarantorInvalid or TextInvalid.
    """
    tidy = rules.checked(data)
    row = Guarantor(
        public_id=ids.new(Prefix.GUARANTOR),
        **asdict(tidy),
        is_demo=is_demo,
        created_at=now,
        changed_at=now,
    )
    work.session.add(row)
    work.session.flush()
    audit.log(work, actor, "guarantor.created", row.public_id, now=now, after=_told(row))
    return row.public_id


def change(
    work: Work, guarantor_id: str, data: GuarantorData, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Change what is said of a guarantor; ``seen`` is the version that was looked at.

    Raises GuarantorNotFound, GuarantorChanged, GuarantorIsDemo, GuarantorInvalid or TextInvalid.
    """
    tidy = rules.checked(data)
    row = _held(work, guarantor_id, seen)
    if row.is_demo:
        raise GuarantorIsDemo
    before = _told(row)
    for name, text in asdict(tidy).items():
        setattr(row, name, text)
    _store(work, row, now)
    audit.log(
        work, actor, "guarantor.changed", guarantor_id, now=now, before=before, after=_told(row)
    )


def activate(work: Work, guarantor_id: str, *, seen: int, actor: Actor, now: datetime) -> None:
    """Let a guarantor stand behind protections from now on.

    Raises GuarantorNotFound, GuarantorChanged, or GuarantorActive while another one does.
    """
    row = _held(work, guarantor_id, seen)
    if row.is_active:
        return
    row.is_active = True
    try:
        with work.session.begin_nested():
            _store(work, row, now)
    except IntegrityError:
        raise GuarantorActive from None
    marks.changed(work)
    audit.log(work, actor, "guarantor.activated", guarantor_id, now=now)


def deactivate(work: Work, guarantor_id: str, *, seen: int, actor: Actor, now: datetime) -> None:
    """No new protection starts, and no mark is shown any more; what runs stays as it was agreed.

    Raises GuarantorNotFound or GuarantorChanged.
    """
    row = _held(work, guarantor_id, seen)
    if not row.is_active:
        return
    row.is_active = False
    _store(work, row, now)
    marks.changed(work)
    audit.log(work, actor, "guarantor.deactivated", guarantor_id, now=now)


def _held(work: Work, guarantor_id: str, seen: int) -> Guarantor:
    row = rows.by_public_id(work.session, guarantor_id, lock=True)
    if row is None:
        raise GuarantorNotFound
    if row.version != seen:
        raise GuarantorChanged
    return row


def _store(work: Work, row: Guarantor, now: datetime) -> None:
    row.version += 1
    row.changed_at = now
    work.session.add(row)
    work.session.flush()


def _told(row: Guarantor) -> dict[str, str]:
    """What the log keeps: a company's public data."""
    return {name: getattr(row, name) for name in ("name", "address", "licence_note", "contact")}
