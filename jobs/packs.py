"""The nightly job of packs: say which end soon, and end those whose term is over."""

from datetime import datetime

from domain.actors import SYSTEM
from services import packs
from services.installation import Installation


def end(installation: Installation, *, now: str) -> dict[str, int]:
    """Warn of what ends within 30 days of ``now``, and end what is over; returns how many."""
    moment = datetime.fromisoformat(now)
    with installation.database.write() as work:
        ended = packs.end_due(work, actor=SYSTEM, now=moment)
    with installation.database.write() as work:
        return {"ended": ended, "ending": packs.warn(work, now=moment)}
