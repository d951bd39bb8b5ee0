"""The nightly job of packs: accept what has waited, say what ends soon, end what is over."""

from datetime import datetime

from domain.actors import SYSTEM
from domain.packs import PRICE_LISTS
from services import packs
from services.installation import Installation


def end(installation: Installation, *, now: str) -> dict[str, int]:
    """Warn of what ends within 30 days of ``now``, and end what is over; returns how many.

    Orders that have waited as long as the price list lets them are accepted.
    """
    moment = datetime.fromisoformat(now)
    prices = PRICE_LISTS[installation.settings.prices]
    with installation.database.write() as work:
        accepted = packs.accept_due(work, prices, actor=SYSTEM, now=moment)
    with installation.database.write() as work:
        ended = packs.end_due(work, actor=SYSTEM, now=moment)
    with installation.database.write() as work:
        ending = packs.warn(work, now=moment)
    return {"accepted": accepted, "ended": ended, "ending": ending}
