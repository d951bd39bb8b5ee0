"""Web Push: alerts that reach a device while the app is closed (systems.md §§8, 10).

TrustwrightError
├── Conflict
│   └── PushDevicesTooMany         PUSH_DEVICES_TOO_MANY
└── Invalid
    └── PushSubscriptionInvalid    PUSH_SUBSCRIPTION_INVALID
"""

import binascii
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from domain.errors import Conflict, Invalid

_ENDPOINT_CHARACTERS: Final = 2_000
_KEY_CHARACTERS: Final = 100
_POINT_BYTES: Final = 65
_UNCOMPRESSED: Final = 4
_AUTH_BYTES: Final = 16
_GONE: Final = frozenset({404, 410})
_TOO_MANY: Final = 429


class PushDevicesTooMany(Conflict):
    code = "PUSH_DEVICES_TOO_MANY"
    title = "Alerts are switched on for 20 devices already; sign out on one that is not needed."


class PushSubscriptionInvalid(Invalid):
    code = "PUSH_SUBSCRIPTION_INVALID"
    title = "The browser's answer is no address to which alerts can be sent."


class PushServices(StrEnum):
    """Whose push services are called: nobody's, those on the internet, or private ones too."""

    NONE = "none"
    PUBLIC = "public"
    ANY = "any"


class Outcome(StrEnum):
    """What a push service's answer means: delivered, gone for good, again later, or refused."""

    DELIVERED = "DELIVERED"
    GONE = "GONE"
    LATER = "LATER"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What a browser says of itself: where to send, its public key and secret in base64url."""

    endpoint: str
    public_key: str
    secret: str


@dataclass(frozen=True, slots=True)
class PushPolicy:
    """Limits: devices of a person, seconds, bytes; ``retries`` are the pauses before each one.

    Reviews of one window of seconds are one message. A message waits ``kept_seconds`` at the
    push service for a device that is switched off.
    """

    per_person: int = 20
    window_seconds: int = 60
    seconds: float = 10.0
    answer_bytes: int = 500
    kept_seconds: int = 86_400
    retries: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
    )


POLICY: Final = PushPolicy()


def checked(new: NewSubscription, services: PushServices) -> NewSubscription:
    """The subscription, if it has the form that RFC 8030 and 8291 give it.

    The address is https, or http as well where services of private networks are allowed.
    Whether the key is a point of the curve is not looked at. Raises PushSubscriptionInvalid.
    """
    if services is PushServices.NONE:
        raise PushSubscriptionInvalid("This installation sends no alerts to closed apps.")
    if not _is_address(new.endpoint, http_too=services is PushServices.ANY):
        raise PushSubscriptionInvalid("The address of the push service is not usable.")
    point, secret = decoded(new.public_key), decoded(new.secret)
    if len(point) != _POINT_BYTES or point[0] != _UNCOMPRESSED or len(secret) != _AUTH_BYTES:
        raise PushSubscriptionInvalid("The keys of the browser have another length.")
    return new


def _is_address(url: str, *, http_too: bool) -> bool:
    if len(url) > _ENDPOINT_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        return False
    return is_whole and (parts.scheme == "https" or (http_too and parts.scheme == "http"))


def decoded(text: str) -> bytes:
    """The bytes of base64url with or without padding; raises PushSubscriptionInvalid."""
    bare = text.rstrip("=")
    if len(bare) > _KEY_CHARACTERS or not bare.replace("-", "").replace("_", "").isalnum():
        raise PushSubscriptionInvalid("The keys of the browser are not written in base64url.")
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        raise PushSubscriptionInvalid("The keys of the browser are not base64url.") from None


def window_of(moment: datetime) -> datetime:
    """The beginning of the window that a review of this moment is told of in."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % POLICY.window_seconds, moment.tzinfo)


def outcome_of(status: int) -> Outcome:
    """What the answer of a push service means (RFC 8030 §§5, 7.3); 0 is no answer."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if status in _GONE:
        return Outcome.GONE
    is_passing = status == 0 or status >= 500 or status == _TOO_MANY
    return Outcome.LATER if is_passing else Outcome.REFUSED


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after ``attempts`` calls that failed, from 1; None when it was the last."""
    return POLICY.retries[attempts - 1] if attempts <= len(POLICY.retries) else None
