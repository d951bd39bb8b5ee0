"""Trust marks as legacy payloads (legacy-api.md 4.4)."""

from datetime import datetime

from schemas.legacy.envelopes import SDK_VERSION, Body
from schemas.legacy.shapes import midnight
from schemas.legacy.trust_marks import TrustMark
from widgets.legacy import shops
from widgets.views import ShopView


def body(shop: ShopView, registered_at: datetime) -> Body:
    """No shop holds a certificate yet, so the mark is INVALID since the day of registration.

    Buyer protection is off, so there is no guarantee.
    """
    zone = shops.zone(shop)
    since = midnight(registered_at.astimezone(zone).date(), zone)
    mark: TrustMark = {"status": "INVALID", "validFrom": since, "validTo": since}
    return Body({"shop": {**shops.shape(shop), "trustMark": mark}}, api_version=SDK_VERSION)
