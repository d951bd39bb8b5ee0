"""The account of a protected buyer: opened by a link in a mail, never by a password (§35).

TrustwrightError
├── Gone
│   └── BuyerLinkExpired           BUYER_LINK_EXPIRED
└── Invalid
    └── CancellationUnconfirmed    CANCELLATION_UNCONFIRMED
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain.errors import Gone, Invalid
from domain.ids import Prefix

_VERSION: Final = b"\x01"
_BODY: Final = 25  # version, 16 bytes of UUID, 8 bytes of expiry
# Base64url of 57 bytes, a whole number of groups: each token has exactly one spelling.
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{76}\Z")


class BuyerLinkExpired(Gone):
    """Said of every link that opens nothing: too old, used, or never one of ours."""

    code = "BUYER_LINK_EXPIRED"
    title = "This link opens nothing, or nothing any more; ask for a new one."


class CancellationUnconfirmed(Invalid):
    code = "CANCELLATION_UNCONFIRMED"
    title = "Please confirm first that this purchase shall not be covered any more."


@dataclass(frozen=True, slots=True)
class BuyerAccountPolicy:
    """How long links and logins are good, and how many mails with a link one address gets.

    A link that was asked for works for ``link_minutes`` and once. The one in a confirmation works
    until the protection ends. A login lasts ``login_minutes`` and is not prolonged.
    ``protections`` are shown at most, the newest.
    """

    link_minutes: int = 60
    login_minutes: int = 30
    links_per_day: int = 5
    protections: int = 200


BUYER_ACCOUNTS: Final = BuyerAccountPolicy()


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the link in a confirmation says: which protection, and until when it opens anything."""

    protection_id: str
    expires_at: datetime


def link_ends(asked_at: datetime) -> datetime:
    """When a link that was asked for then ends."""
    return asked_at + timedelta(minutes=BUYER_ACCOUNTS.link_minutes)


def login_ends(begun_at: datetime) -> datetime:
    """When a login that began then ends."""
    return begun_at + timedelta(minutes=BUYER_ACCOUNTS.login_minutes)


def sign(ticket: Ticket, key: bytes) -> str:
    """A token of 76 URL-safe characters; ``key`` has at least 32 bytes (HMAC-SHA256)."""
    uuid = UUID(ticket.protection_id.removeprefix(f"{Prefix.PROTECTION}-"))
    body = _VERSION + uuid.bytes + int(ticket.expires_at.timestamp()).to_bytes(8, "big")
    return base64.urlsafe_b64encode(body + _signature(body, key)).decode()


def read(token: str, key: bytes, *, now: datetime) -> Ticket:
    """The ticket of a token that ``key`` has signed and whose time is not over.

    Raises BuyerLinkExpired for anything else.
    """
    raw = base64.urlsafe_b64decode(token) if _SHAPE.match(token) else b""
    body, signature = raw[:_BODY], raw[_BODY:]
    if body[:1] != _VERSION or not hmac.compare_digest(signature, _signature(body, key)):
        raise BuyerLinkExpired
    expires_at = datetime.fromtimestamp(int.from_bytes(body[17:], "big"), UTC)
    if now >= expires_at:
        raise BuyerLinkExpired
    return Ticket(f"{Prefix.PROTECTION}-{UUID(bytes=body[1:17])}", expires_at)


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"buyer-account" + body, sha256).digest()
