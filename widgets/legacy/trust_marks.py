"""Trust marks as legacy payloads (legacy-api.md 4.4)."""

from datetime import datetime

from schemas.legacy.envelopes import SDK_VERSION, Body
from schemas.legacy.shapes import midnight
from schemas.legacy.trust_marks import Guarantee, TrustMark
from widgets import certificates
from widgets.legacy import shops
from widgets.views import ShopView


def body(shop: ShopView, registered_at: datetime) -> Body:
    """The mark, with both days always: without a certificate they are that of registration.

    The guarantee is there only while buyer protection is on, which needs a valid mark.
    """
    zone, mark = shops.zone(shop), shop.mark
    registered_on = registered_at.astimezone(zone).date()
    shape: TrustMark = {
        "status": mark.status.value,
        "validFrom": midnight(mark.valid_from or registered_on, zone),
        "validTo": midnight(mark.valid_to or registered_on, zone),
    }
    told: dict[str, object] = {**shops.shape(shop), "trustMark": shape}
    if mark.guarantee is not None:
        guarantee: Guarantee = {
            "mainProtectionCurrency": mark.guarantee.currency,
            "maxProtectionAmount": certificates.amount(mark.guarantee),
            "maxProtectionDuration": str(mark.guarantee.days),
        }
        told["guarantee"] = guarantee
    return Body({"shop": told}, api_version=SDK_VERSION)
