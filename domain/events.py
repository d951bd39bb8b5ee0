"""Events that shops' programs tell of, and the types that they have (systems.md §§6, 40).

TrustwrightError
├── Malformed
│   └── EventInvalid               EVENT_INVALID (systems.md §40)
├── NotFound
│   ├── EventNotFound              EVENT_NOT_FOUND
│   ├── EventTypeNotFound          EVENT_TYPE_NOT_FOUND
│   └── InviteSettingsNotFound     INVITE_SETTINGS_NOT_FOUND
└── Conflict
    ├── EventTypeExists            EVENT_TYPE_EXISTS
    └── EventTypeStandard          EVENT_TYPE_STANDARD
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from domain.errors import Conflict, Malformed, NotFound
from domain.invite_rules import CHECKOUT, DELIVERED, SHIPPED
from domain.orders import OrderStatus

STANDARD: Final = (CHECKOUT, SHIPPED, DELIVERED)
"""The types that every account has, always active."""
SOURCE: Final = "events"
"""How orders and invitations are named that an event has brought."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_STATUSES: Final = {SHIPPED: OrderStatus.SHIPPED, DELIVERED: OrderStatus.DELIVERED}


class EventInvalid(Malformed):
    code = "EVENT_INVALID"
    title = "The event is not complete or not valid."


class EventNotFound(NotFound):
    code = "EVENT_NOT_FOUND"
    title = "The account has no event with this id."


class EventTypeNotFound(NotFound):
    code = "EVENT_TYPE_NOT_FOUND"
    title = "The account has no event type with this id."


class InviteSettingsNotFound(NotFound):
    code = "INVITE_SETTINGS_NOT_FOUND"
    title = "The account has no settings of invitations with this id."


class EventTypeExists(Conflict):
    code = "EVENT_TYPE_EXISTS"
    title = "The account has an event type of this name, or as many as it may have."


class EventTypeStandard(Conflict):
    code = "EVENT_TYPE_STANDARD"
    title = "The standard event types stay as they are; switch their invitations off instead."


@dataclass(frozen=True, slots=True)
class EventPolicy:
    """Limits: own types of an account, characters of what is told, hours in which one is one."""

    types: int = 47
    word_characters: int = 255
    metadata_entries: int = 50
    metadata_characters: int = 1_000
    idempotent_hours: int = 24

    @property
    def repeated_within(self) -> timedelta:
        """How long the same type and reference of a shop are the same event."""
        return timedelta(hours=self.idempotent_hours)


EVENTS: Final = EventPolicy()


def checked_name(name: str) -> str:
    """The name of an event type; raises EventInvalid with the field."""
    if _NAME.match(name) is None:
        raise EventInvalid(
            "A type is named in small letters, digits and underscores.", field="name"
        )
    return name


def status_of(event_type: str) -> OrderStatus:
    """Where an order stands after an event of this type."""
    return _STATUSES.get(event_type, OrderStatus.ACCEPTED)
