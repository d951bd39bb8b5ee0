"""Calls of shop systems: who signed one, and which order it tells of (systems.md §20).

TrustwrightError
├── NotAllowed
│   └── OrderHookForged            ORDER_HOOK_FORGED
├── NotFound
│   └── OrderHookNotFound          ORDER_HOOK_NOT_FOUND
├── Conflict
│   └── OrderHooksTooMany          ORDER_HOOKS_TOO_MANY
└── Invalid
    ├── OrderHookInvalid           ORDER_HOOK_INVALID
    └── OrderHookSecretInvalid     ORDER_HOOK_SECRET_INVALID
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from domain.errors import Conflict, Invalid, NotAllowed, NotFound

_WHSEC: Final = "whsec_"
_SECRET_LEAST: Final = 16
_SECRET_MOST: Final = 200


class OrderHookForged(NotAllowed):
    code = "ORDER_HOOK_FORGED"
    title = "The call is not signed with the secret of this address."


class OrderHookNotFound(NotFound):
    code = "ORDER_HOOK_NOT_FOUND"
    title = "The shop has no such address for its shop system."


class OrderHooksTooMany(Conflict):
    code = "ORDER_HOOKS_TOO_MANY"
    title = "A shop has at most 10 of these addresses; remove one that is not needed."


class OrderHookInvalid(Invalid):
    code = "ORDER_HOOK_INVALID"
    title = "The call is no message about an order that can be read."


class OrderHookSecretInvalid(Invalid):
    code = "ORDER_HOOK_SECRET_INVALID"
    title = "A secret has 16 to 200 visible characters without spaces."


class System(StrEnum):
    """The shop systems whose calls are understood; GENERIC is our own form, for all others."""

    GENERIC = "generic"
    WOOCOMMERCE = "woocommerce"
    SHOPIFY = "shopify"
    SHOPWARE = "shopware"


class CallOutcome(StrEnum):
    """What became of a call."""

    RECORDED = "RECORDED"
    UPDATED = "UPDATED"
    IGNORED = "IGNORED"
    REFUSED = "REFUSED"
    FORGED = "FORGED"


@dataclass(frozen=True, slots=True)
class OrderHookPolicy:
    """Limits: addresses of a shop, bytes of a call, days of an old secret, calls that are listed.

    ``per_minute`` calls of one client are taken for one address; a signature with a time is
    good for ``tolerance``. Forged calls are noted at most ``forged`` in a row.
    """

    per_shop: int = 10
    bytes: int = 1_000_000
    secret_days: int = 7
    calls: int = 100
    per_minute: int = 600
    tolerance: timedelta = timedelta(minutes=5)
    forged: int = 10


POLICY: Final = OrderHookPolicy()


def checked_secret(secret: str, system: System) -> str:
    """The secret that a shop's system has chosen; raises OrderHookSecretInvalid."""
    tidy = secret.strip()
    is_plain = tidy.isascii() and tidy.isprintable() and " " not in tidy
    if not is_plain or not _SECRET_LEAST <= len(tidy) <= _SECRET_MOST:
        raise OrderHookSecretInvalid(field="secret")
    if system is System.GENERIC and _key(tidy) is None:
        raise OrderHookSecretInvalid("This secret begins with whsec_.", field="secret")
    return tidy


def may_still_sign(changed_at: datetime, now: datetime) -> bool:
    """Whether a call may be signed with the secret that was replaced at ``changed_at``."""
    return now < changed_at + timedelta(days=POLICY.secret_days)


def is_signed(
    system: System,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Iterable[str],
    *,
    now: datetime,
) -> bool:
    """Whether one of the secrets has signed the call; names of headers in small letters.

    Each system has its own header: base64 or hexadecimal digits of an HMAC-SHA256 over the body,
    or what Standard Webhooks says, whose time may be five minutes off.
    """
    secrets = tuple(secrets)
    if system is System.GENERIC:
        return _is_standard(headers, body, secrets, now)
    if system is System.SHOPWARE:
        given = headers.get("shopware-shop-signature", "").strip().lower()
        made = (hmac.new(secret.encode(), body, sha256).hexdigest() for secret in secrets)
    else:
        name = "x-wc-webhook-signature" if system is System.WOOCOMMERCE else _SHOPIFY
        given = headers.get(name, "").strip()
        made = (_base64(hmac.digest(secret.encode(), body, "sha256")) for secret in secrets)
    # Every secret is tried, so that the time tells nothing of which one is right.
    return any([hmac.compare_digest(given.encode(), one.encode()) for one in made])


_SHOPIFY: Final = "x-shopify-hmac-sha256"


def _is_standard(
    headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime
) -> bool:
    message_id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not (moment.isascii() and moment.isdecimal() and len(moment) <= 12):
        return False
    if abs(int(moment) - now.timestamp()) > POLICY.tolerance.total_seconds():
        return False
    signed = f"{message_id}.{moment}.".encode() + body
    keys = [key for key in map(_key, secrets) if key is not None]
    made = [_base64(hmac.digest(key, signed, "sha256")) for key in keys]
    given = [
        signature.partition(",")[2]
        for signature in headers.get("webhook-signature", "").split()[:10]
        if signature.startswith("v1,")
    ]
    return any([hmac.compare_digest(a.encode(), b.encode()) for a in given for b in made])


def _key(secret: str) -> bytes | None:
    if not secret.startswith(_WHSEC):
        return None
    try:
        return base64.b64decode(secret.removeprefix(_WHSEC), validate=True) or None
    except binascii.Error:
        return None


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
