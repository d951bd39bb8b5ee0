"""Event types of an account: three that everybody has, and those that it has named itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import events as rules
from domain import ids
from domain.access_tokens import Caller
from domain.events import EVENTS, STANDARD, EventTypeExists, EventTypeNotFound, EventTypeStandard
from domain.ids import Prefix
from schemas.modern.events import EventType, EventTypeChange, NewEventType
from schemas.modern.shapes import moment
from services import audit
from services.modern import channels
from store import accounts, events
from store.database import Work
from store.events import EventType as Row

_MOVED: Final = "event_type.changed"


def listed(session: Session, caller: Caller) -> Sequence[EventType]:
    """The standard types, then the account's own in the order in which it named them."""
    account = accounts.of_shop(session, caller.account_id)
    standard = [
        EventType(
            id=id_of(account.public_id, name),
            account_ref=account.public_id,
            name=name,
            active=True,
            created_at=moment(account.created_at) or "",
            updated_at=moment(account.created_at) or "",
        )
        for name in STANDARD
    ]
    own = [_shape(row, account.public_id) for row in events.types(session, caller.account_id)]
    return [*standard, *own]


def id_of(account: str, name: str) -> str:
    """The id of a standard type for the account with this public id."""
    return ids.derived(Prefix.EVENT_TYPE, account, name)


def add(work: Work, caller: Caller, told: NewEventType, *, now: datetime) -> EventType:
    """Add a type; raises EventInvalid, or EventTypeExists for a name that is taken."""
    name = rules.checked_name(told.name)
    account = accounts.of_shop(work.session, caller.account_id)
    # The account's row is held, so that two calls do not add the same name.
    accounts.by_public_id(work.session, account.public_id, lock=True)
    known = events.types(work.session, caller.account_id)
    if name in STANDARD or name in {row.name for row in known} or len(known) >= EVENTS.types:
        raise EventTypeExists(field="name")
    row = Row(
        public_id=ids.new(Prefix.EVENT_TYPE),
        account_id=caller.account_id,
        name=name,
        is_active=told.active,
        created_at=now,
        changed_at=now,
    )
    work.session.add(row)
    after = {"name": name, "active": told.active}
    actor = channels.actor_of(caller)
    audit.log(work, actor, "event_type.added", row.public_id, now=now, after=after)
    return _shape(row, account.public_id)


def change(
    work: Work, caller: Caller, type_id: str, told: EventTypeChange, *, now: datetime
) -> EventType:
    """Rename a type, with the rules that follow it, or switch it on or off.

    Raises EventTypeNotFound, EventTypeStandard, EventInvalid or EventTypeExists.
    """
    account = accounts.of_shop(work.session, caller.account_id)
    if type_id in {id_of(account.public_id, name) for name in STANDARD}:
        raise EventTypeStandard
    accounts.by_public_id(work.session, account.public_id, lock=True)
    known = events.types(work.session, caller.account_id)
    row = next((each for each in known if each.public_id == type_id), None)
    if row is None:
        raise EventTypeNotFound
    name = row.name if told.name is None else rules.checked_name(told.name)
    if name in STANDARD or name in {each.name for each in known if each.id != row.id}:
        raise EventTypeExists(field="name")
    before = {"name": row.name, "active": row.is_active}
    row.name = name
    row.is_active = row.is_active if told.active is None else told.active
    after = {"name": row.name, "active": row.is_active}
    if before != after:
        row.changed_at = now
        work.session.add(row)
        if name != before["name"]:
            events.rename_rules(work.session, caller.account_id, str(before["name"]), name)
        actor = channels.actor_of(caller)
        audit.log(work, actor, _MOVED, row.public_id, now=now, before=before, after=after)
    return _shape(row, account.public_id)


def _shape(row: Row, account: str) -> EventType:
    return EventType(
        id=row.public_id,
        account_ref=account,
        name=row.name,
        active=row.is_active,
        created_at=moment(row.created_at) or "",
        updated_at=moment(row.changed_at) or "",
    )
