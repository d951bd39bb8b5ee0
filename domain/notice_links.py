"""Signed links by which a reporter and an author, who have no login, follow their case."""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain.ids import Prefix
from domain.notices import NoticeLinkExpired, NoticeLinkForged

_BODY: Final = 25  # party, 16 bytes of UUID, 8 bytes of expiry
# Base64url of 57 bytes, a whole number of groups: each token has exactly one spelling.
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{76}\Z")


class Party(IntEnum):
    """Whose link it is: a reporter's names a notice, an author's names a case."""

    REPORTER = 1
    AUTHOR = 2

    @property
    def prefix(self) -> Prefix:
        """The kind of thing that the link names."""
        return Prefix.NOTICE if self is Party.REPORTER else Prefix.CASE


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: whose it is, the public id of the notice or case, and until when."""

    party: Party
    thing: str
    expires_at: datetime


def sign(link: Link, key: bytes) -> str:
    """A token of 76 URL-safe characters; the same link and key give the same token."""
    uuid = UUID(link.thing.removeprefix(f"{link.party.prefix}-"))
    expiry = int(link.expires_at.timestamp()).to_bytes(8, "big")
    body = bytes([link.party]) + uuid.bytes + expiry
    return base64.urlsafe_b64encode(body + _signature(body, key)).decode()


def read(token: str, key: bytes, *, now: datetime) -> Link:
    """What a token says; raises NoticeLinkForged or NoticeLinkExpired."""
    raw = base64.urlsafe_b64decode(token) if _SHAPE.match(token) else b""
    body, signature = raw[:_BODY], raw[_BODY:]
    if not hmac.compare_digest(signature, _signature(body, key)):
        raise NoticeLinkForged
    party = Party(body[0])
    expires_at = datetime.fromtimestamp(int.from_bytes(body[17:], "big"), UTC)
    if now >= expires_at:
        raise NoticeLinkExpired
    return Link(party, f"{party.prefix}-{UUID(bytes=body[1:17])}", expires_at)


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"notice" + body, sha256).digest()
