"""Reviews that no invitation allows: open to everybody, and confirmed by e-mail (systems.md §4).

TrustwrightError
├── NotFound
│   └── OwnReviewNotFound          OWN_REVIEW_NOT_FOUND
├── Gone
│   └── ConfirmationExpired        CONFIRMATION_EXPIRED (systems.md §4)
└── TooMany
    └── OpenReviewsTooMany         OPEN_REVIEWS_TOO_MANY (systems.md §9)
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain import mails, policies, texts
from domain.errors import Gone, NotFound, TooMany
from domain.ids import Prefix

_UUID_BYTES: Final = 16
# Base64url of 48 bytes, a whole number of groups: each link has exactly one spelling.
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{64}\Z")
_PURPOSE: Final = b"open review"


class OwnReviewNotFound(NotFound):
    code = "OWN_REVIEW_NOT_FOUND"
    title = "This link leads to no review; open it from the e-mail once more."


class ConfirmationExpired(Gone):
    code = "CONFIRMATION_EXPIRED"
    title = "This review was taken back, or not confirmed within 14 days, and has been deleted."


@dataclass(frozen=True, slots=True)
class OpenReviewPolicy:
    """Brakes of the open form, and days until an unconfirmed review is deleted.

    ``per_network`` submissions in ``network_hours``, ``per_address`` in ``address_hours``: so
    nobody fills a shop's list from one place, or somebody else's mailbox.
    """

    per_network: int = 5  # abuse.open_form
    network_hours: int = 1
    per_address: int = 5
    address_hours: int = 24
    confirm_days: int = 14


OPEN_REVIEWS: Final = OpenReviewPolicy()


class OpenReviewsTooMany(TooMany):
    """``seconds`` is how long to wait."""

    code = "OPEN_REVIEWS_TOO_MANY"
    title = "Too many reviews were sent from here in a short time; try again later."

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        seconds: int = OPEN_REVIEWS.network_hours * 3600,
    ) -> None:
        super().__init__(detail, field=field)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Sender:
    """Who says that they wrote a review: an address, and maybe the number of their order."""

    email: str
    reference: str = ""


def checked(sender: Sender) -> Sender:
    """The sender, tidied; raises MailAddressInvalid or TextInvalid with the field."""
    most = policies.ORDERS.reference_characters
    return Sender(
        mails.check_address(sender.email, field="email"),
        texts.clean_line(sender.reference, most=most, field="reference"),
    )


def confirm_until(submitted_at: datetime) -> datetime:
    """The first moment at which a review can no longer be confirmed."""
    return submitted_at + timedelta(days=OPEN_REVIEWS.confirm_days)


def sign(review_id: str, key: bytes) -> str:
    """The link of a review's author: 64 URL-safe characters, always the same for one review.

    It does not expire by itself: taking a review back is possible at any time. ``key`` has at
    least 32 bytes.
    """
    body = UUID(review_id.removeprefix(f"{Prefix.REVIEW}-")).bytes
    return base64.urlsafe_b64encode(body + _signature(body, key)).decode()


def read(token: str, key: bytes) -> str:
    """The id of the review whose author holds this link; raises OwnReviewNotFound."""
    raw = base64.urlsafe_b64decode(token) if _SHAPE.match(token) else b""
    body, signature = raw[:_UUID_BYTES], raw[_UUID_BYTES:]
    if not hmac.compare_digest(signature, _signature(body, key)):
        raise OwnReviewNotFound
    return f"{Prefix.REVIEW}-{UUID(bytes=body)}"


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, _PURPOSE + body, sha256).digest()
