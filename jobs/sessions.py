"""The nightly job of logins: delete what opens nothing any more."""

from datetime import datetime

from services import offers, refusals, sessions
from services.installation import Installation


def forget(installation: Installation, *, now: str) -> None:
    """Delete logins, links, offers and failed attempts that are too old at ``now`` to count."""
    with installation.database.write() as work:
        offers.forget_expired(work, now=datetime.fromisoformat(now))
        sessions.forget_old(work, now=datetime.fromisoformat(now))
        refusals.forget(work, now=datetime.fromisoformat(now))
