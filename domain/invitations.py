"""Invitations: a signed permission to write one review of one purchase (systems.md §§4, 6).

TrustwrightError
├── NotFound
│   └── InvitationNotFound         INVITATION_NOT_FOUND
└── Conflict
    ├── InvitationSettled          INVITATION_SETTLED
    ├── InvitationUnsendable       INVITATION_UNSENDABLE (systems.md §6)
    └── PostponedTooOften          POSTPONED_TOO_OFTEN (systems.md §6)
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain.errors import Conflict, InvitationForged, InvitationMalformed, NotFound
from domain.ids import Prefix

_OWN: Final = b"\x01"
_HANDED_ON: Final = b"\x02"
_BODY: Final = 25  # version, 16 bytes of UUID, 8 bytes of expiry
# Base64url of 57 bytes, a whole number of groups: each token has exactly one spelling.
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{76}\Z")


class ReviewKind(StrEnum):
    """What is reviewed (systems.md §4)."""

    SERVICE_REVIEW = "SERVICE_REVIEW"
    PRODUCT_REVIEW = "PRODUCT_REVIEW"


class InvitationNotFound(NotFound):
    code = "INVITATION_NOT_FOUND"
    title = "The shop has no invitation with this id."


class InvitationSettled(Conflict):
    code = "INVITATION_SETTLED"
    title = "The invitation has been sent or has ended, and cannot be changed like this any more."


class InvitationUnsendable(Conflict):
    code = "INVITATION_UNSENDABLE"
    title = "This invitation cannot be sent again: nobody is reached there, or nothing is asked."


class PostponedTooOften(Conflict):
    code = "POSTPONED_TOO_OFTEN"
    title = "An invitation can be put off three times; the link stays valid."


class InvitationState(StrEnum):
    """Where an invitation stands (systems.md §6).

    ISSUED is a permission that nobody is mailed about: its link went another way. A POSTPONED
    one leaves at a moment that the buyer chose.
    """

    ISSUED = "ISSUED"
    SCHEDULED = "SCHEDULED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    CLICKED = "CLICKED"
    REVIEWED = "REVIEWED"
    CANCELED = "CANCELED"
    POSTPONED = "POSTPONED"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    SUPPRESSED = "SUPPRESSED"


class Reason(StrEnum):
    """Why nothing is sent: what the shop reads beside SUPPRESSED and CANCELED.

    EXCLUDED stands before the name of the rule, as in ``excluded:email_domain``. UNCONFIRMED
    stands beside SENT: the mail was handed over, and no answer of the server is known.
    """

    NO_LEGAL_BASIS = "no_legal_basis"
    OBJECTED = "objected"
    EXCLUDED = "excluded"
    TOO_OLD = "too_old"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUNDED = "order_refunded"
    CANCELED_BY_SHOP = "canceled_by_shop"
    CANCELED_BY_BUYER = "canceled_by_buyer"
    MEMBERSHIP_ENDED = "membership_ended"
    UNCONFIRMED = "unconfirmed"


_S: Final = InvitationState
TRANSITIONS: Final[Mapping[InvitationState, frozenset[InvitationState]]] = {
    _S.ISSUED: frozenset({_S.POSTPONED, _S.UNSUBSCRIBED, _S.REVIEWED}),
    _S.SCHEDULED: frozenset(
        {_S.SENT, _S.POSTPONED, _S.CANCELED, _S.BOUNCED, _S.FAILED}
        | {_S.UNSUBSCRIBED, _S.SUPPRESSED, _S.REVIEWED}
    ),
    _S.POSTPONED: frozenset(
        {_S.SCHEDULED, _S.POSTPONED, _S.CANCELED, _S.UNSUBSCRIBED, _S.SUPPRESSED, _S.REVIEWED}
    ),
    _S.SENT: frozenset(
        {_S.DELIVERED, _S.CLICKED, _S.POSTPONED, _S.BOUNCED, _S.UNSUBSCRIBED, _S.REVIEWED}
    ),
    _S.DELIVERED: frozenset({_S.CLICKED, _S.POSTPONED, _S.BOUNCED, _S.UNSUBSCRIBED, _S.REVIEWED}),
    _S.CLICKED: frozenset({_S.POSTPONED, _S.UNSUBSCRIBED, _S.REVIEWED}),
    # The operator may try a mail again that no server took; so far nothing has been sent.
    _S.FAILED: frozenset({_S.SENT, _S.UNSUBSCRIBED, _S.REVIEWED}),
    # A legal basis may come later, as with consent in the order card or the wish to be asked.
    _S.SUPPRESSED: frozenset({_S.SCHEDULED, _S.POSTPONED, _S.UNSUBSCRIBED, _S.REVIEWED}),
    # What came back has reached nobody; the shop may try it again where an address is one.
    _S.BOUNCED: frozenset({_S.SENT, _S.UNSUBSCRIBED, _S.REVIEWED}),
    # From here on nothing is sent; whoever has the link may still write.
    _S.CANCELED: frozenset({_S.REVIEWED}),
    _S.UNSUBSCRIBED: frozenset({_S.REVIEWED}),
    _S.REVIEWED: frozenset(),
}
"""Every step that an invitation may take. Between two mails lies the buyer's own wish for later."""

WAITING: Final = frozenset({_S.SCHEDULED, _S.POSTPONED})
"""Something will be sent."""
REMINDED: Final = frozenset({_S.SENT, _S.DELIVERED, _S.CLICKED})
"""A reminder may follow."""
UNREACHED: Final = frozenset({_S.FAILED, _S.BOUNCED})
"""Nobody got the mail, so the same one may be sent again."""
ASKED_LATER: Final = "asked-later-1"
"""Version of the pages on which a buyer asks for one mail at a later day (GP-2)."""


def is_grounded(basis: str | None, version: str | None, kind: ReviewKind) -> bool:
    """Whether a mail of this kind may leave on the ground that an order carries (NEVER-14).

    A buyer who asked for the mail at a later day asked for that one, about the shop, and no other.
    """
    return basis is not None and (version != ASKED_LATER or kind is ReviewKind.SERVICE_REVIEW)


def moved(state: InvitationState, to: InvitationState) -> InvitationState:
    """The state after the step; raises InvitationSettled for one that is not in the table."""
    if to not in TRANSITIONS[state]:
        raise InvitationSettled
    return to


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says: which invitation, and until when it may create a review.

    Where ``is_handed_on``, the shop was given the link for its buyer and may have kept it: it
    begins a review and opens nothing that was written, which is its author's alone (NEVER-3).
    """

    invitation_id: str
    expires_at: datetime
    is_handed_on: bool = False


def sign(claim: Claim, key: bytes) -> str:
    """A token of 76 URL-safe characters; the same claim and key give the same token.

    The signature (HMAC-SHA256, 256 bit) is what cannot be guessed; ``key`` has ≥ 32 bytes.
    """
    uuid = UUID(claim.invitation_id.removeprefix(f"{Prefix.INVITATION}-"))
    version = _HANDED_ON if claim.is_handed_on else _OWN
    body = version + uuid.bytes + int(claim.expires_at.timestamp()).to_bytes(8, "big")
    return base64.urlsafe_b64encode(body + _signature(body, key)).decode()


def read(token: str, key: bytes) -> Claim:
    """The claim of a token that was signed with ``key``; expiry is the caller's to judge.

    Raises InvitationMalformed when it is no token, InvitationForged when not ours.
    """
    raw = _decode(token)
    body, signature = raw[:_BODY], raw[_BODY:]
    if not hmac.compare_digest(signature, _signature(body, key)):
        raise InvitationForged
    invitation_id = f"{Prefix.INVITATION}-{UUID(bytes=body[1:17])}"
    expires_at = datetime.fromtimestamp(int.from_bytes(body[17:], "big"), UTC)
    return Claim(invitation_id, expires_at, is_handed_on=body[:1] == _HANDED_ON)


def _decode(token: str) -> bytes:
    raw = base64.urlsafe_b64decode(token) if _SHAPE.match(token) else b""
    if raw[:1] not in {_OWN, _HANDED_ON}:
        raise InvitationMalformed
    return raw


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"invitation" + body, sha256).digest()
