"""Connected profiles: which shops may show one another, and who has to agree (systems.md §24).

TrustwrightError
├── NotFound                       there is no such thing
│   └── GroupRequestNotFound       GROUP_REQUEST_NOT_FOUND
└── Conflict                       the state of things forbids it
    ├── GroupMissing               GROUP_MISSING
    ├── GroupTaken                 GROUP_TAKEN
    ├── GroupFull                  GROUP_FULL
    └── GroupConfirmationOwn       GROUP_CONFIRMATION_OWN (systems.md §24)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.errors import Conflict, NotFound
from domain.packs import RUNNING, BookingState


class GroupMissing(Conflict):
    code = "GROUP_MISSING"
    title = "The shop's profile is not connected with others."


class GroupRequestNotFound(NotFound):
    code = "GROUP_REQUEST_NOT_FOUND"
    title = "There is no request with this id any more."


class GroupTaken(Conflict):
    code = "GROUP_TAKEN"
    title = "One of the shops is connected already, or has been asked."


class GroupFull(Conflict):
    code = "GROUP_FULL"
    title = "No further shop can be connected with these."


class GroupConfirmationOwn(Conflict):
    code = "GROUP_CONFIRMATION_OWN"
    title = "Somebody else than who asked has to confirm: the shops are of different accounts."


@dataclass(frozen=True, slots=True)
class GroupPolicy:
    """How many shops are connected at most, and how many days a request can be confirmed."""

    shops: int = 20
    request_days: int = 30


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agrees that two shops show one another; persons and shops' accounts by their ids."""

    is_same_account: bool
    asked_by: str


GROUPS: Final = GroupPolicy()


def joins_at_once(*, is_same_account: bool, administers_both: bool) -> bool:
    """Whether one person's word is enough: for two shops of one account, both their own."""
    return is_same_account and administers_both


def check_confirmation(consent: Consent, confirmed_by: str) -> None:
    """Raise GroupConfirmationOwn unless two people agree where two accounts are concerned."""
    if not consent.is_same_account and consent.asked_by == confirmed_by:
        raise GroupConfirmationOwn


def check_room(shops: int) -> None:
    """Raise GroupFull for more connected shops than there may be."""
    if shops > GROUPS.shops:
        raise GroupFull(f"At most {GROUPS.shops} shops are connected.")


def is_open(asked_at: datetime, now: datetime) -> bool:
    """Whether a request that was made then can still be confirmed."""
    return now < asked_at + timedelta(days=GROUPS.request_days)


def is_shown(
    membership: BookingState | None, pack: BookingState | None, *, is_included: bool
) -> bool:
    """Whether a connected shop appears on the profiles of the others, and they on its own.

    A suspended shop disappears, and so does one that has left (systems.md §24). Without a
    ``membership`` it is one that the operator registered. ``is_included`` where nobody has to
    book the pack.
    """
    if membership in (BookingState.SUSPENDED, BookingState.ENDED):
        return False
    return is_included or pack in RUNNING
