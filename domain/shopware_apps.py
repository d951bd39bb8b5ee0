"""Apps of Shopware 6: how a shop and an address of ours come to share a secret (systems.md §20).

The app's own secret stands in its manifest, which only the shop has. When the app is installed,
the shop signs a request with it; the answer proves that we know it too, and names the secret with
which the shop signs all further calls.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs

from domain.order_hooks import POLICY, OrderHookForged, OrderHookInvalid

NAME: Final = "Trustwright"
"""The technical name of the app in its manifest; it is part of what is signed."""
SIGNATURE: Final = "shopware-app-signature"
_SHOP_SIGNATURE: Final = "shopware-shop-signature"
_PURPOSE: Final = b"shopware shop secret"
_MOMENT_DIGITS: Final = 12


def shop_secret(app_secret: str) -> str:
    """The secret of 64 digits with which the shop signs its calls, always the same one."""
    return _digest(app_secret, _PURPOSE)


def signing_secret(
    headers: Mapping[str, str], query: bytes, app_secrets: Iterable[str], *, now: datetime
) -> str:
    """The app's secret that has signed a registration; ``query`` as it came, without the ``?``.

    A shop that registers once more also signs with the secret that it has from us. Raises
    OrderHookForged where a signature is wrong or the request is five minutes off.
    """
    given = headers.get(SIGNATURE, "").strip().lower()
    secrets = tuple(app_secrets)
    # Every secret is tried, so that the time tells nothing of which one is right.
    found = [secret for secret in secrets if _is_same(given, _digest(secret, query))]
    moment = _values(query).get("timestamp", "")
    is_number = moment.isascii() and moment.isdecimal() and len(moment) <= _MOMENT_DIGITS
    if not found or not is_number:
        raise OrderHookForged
    if abs(int(moment) - now.timestamp()) > POLICY.tolerance.total_seconds():
        raise OrderHookForged
    again = headers.get(_SHOP_SIGNATURE, "").strip().lower()
    known = [_digest(secret, query) for each in secrets for secret in (shop_secret(each), each)]
    if again and not any([_is_same(again, one) for one in known]):
        raise OrderHookForged
    return found[0]


def proof(app_secret: str, query: bytes) -> str:
    """What tells the shop that we know the app's secret.

    Raises OrderHookInvalid where the request names no shop.
    """
    values = _values(query)
    shop_id, shop_url = values.get("shop-id", ""), values.get("shop-url", "")
    if not shop_id or not shop_url:
        raise OrderHookInvalid("A registration names the shop.", field="shop-id")
    return _digest(app_secret, f"{shop_id}{shop_url}{NAME}".encode())


def _values(query: bytes) -> Mapping[str, str]:
    try:
        found = parse_qs(query.decode(), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, sha256).hexdigest()


def _is_same(given: str, made: str) -> bool:
    return hmac.compare_digest(given.encode(), made.encode())
