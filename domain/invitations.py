"""Invitations: a signed permission to write one review of one purchase (systems.md §§4, 6)."""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain.errors import InvitationForged, InvitationMalformed
from domain.ids import Prefix

_VERSION: Final = b"\x01"
_BODY: Final = 25  # version, 16 bytes of UUID, 8 bytes of expiry
# Base64url of 57 bytes, a whole number of groups: each token has exactly one spelling.
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{76}\Z")


class ReviewKind(StrEnum):
    """What is reviewed (systems.md §4)."""

    SERVICE_REVIEW = "SERVICE_REVIEW"
    PRODUCT_REVIEW = "PRODUCT_REVIEW"


class InvitationState(StrEnum):
    """Where an invitation stands; sending and its states come with review collection."""

    ISSUED = "ISSUED"
    REVIEWED = "REVIEWED"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says: which invitation, and until when it may create a review."""

    invitation_id: str
    expires_at: datetime


def sign(claim: Claim, key: bytes) -> str:
    """A token of 76 URL-safe characters; the same claim and key give the same token.

    The signature (HMAC-SHA256, 256 bit) is what cannot be guessed; ``key`` has ≥ 32 bytes.
    """
    uuid = UUID(claim.invitation_id.removeprefix(f"{Prefix.INVITATION}-"))
    body = _VERSION + uuid.bytes + int(claim.expires_at.timestamp()).to_bytes(8, "big")
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
    return Claim(invitation_id, expires_at)


def _decode(token: str) -> bytes:
    raw = base64.urlsafe_b64decode(token) if _SHAPE.match(token) else b""
    if raw[:1] != _VERSION:
        raise InvitationMalformed
    return raw


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"invitation" + body, sha256).digest()
