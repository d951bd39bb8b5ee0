"""Offers of rights and roles: nothing holds before the invited person accepts (systems.md §38).

TrustwrightError
├── NotFound                       there is no such thing
│   └── OfferNotFound              OFFER_NOT_FOUND
├── Conflict                       the state of things forbids it
│   └── OfferOpen                  OFFER_OPEN
└── TooMany                        wait
    └── InvitationsTooMany         INVITATIONS_TOO_MANY
"""

from dataclasses import dataclass
from typing import Final

from domain.errors import Conflict, NotFound, TooMany


class OfferNotFound(NotFound):
    code = "OFFER_NOT_FOUND"
    title = "There is no open invitation with this id."


class OfferOpen(Conflict):
    code = "OFFER_OPEN"
    title = "This address has been invited already, and the invitation is still open."


class InvitationsTooMany(TooMany):
    code = "INVITATIONS_TOO_MANY"
    title = "Enough invitations for one day; try again tomorrow."


@dataclass(frozen=True, slots=True)
class OfferPolicy:
    """How long an offer waits, and how many mails go out in ``hours``.

    ``per_inviter`` invitations of one person on one shop, ``per_address`` invitations to one
    address, whoever sends them, and ``links_per_address`` mails that strangers can cause:
    those after a sign-up and those with a link for a new password.
    """

    days: int = 14
    hours: int = 24
    per_inviter: int = 40
    per_address: int = 3
    links_per_address: int = 5


OFFERS: Final = OfferPolicy()


def check_invitations(by_inviter: int, to_address: int) -> None:
    """Raise InvitationsTooMany where one more mail would go beyond the limits of a day."""
    if by_inviter >= OFFERS.per_inviter or to_address >= OFFERS.per_address:
        raise InvitationsTooMany(field="email")
