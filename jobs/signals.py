"""The job that forgets how reviews were sent, after 90 days (GP-5)."""

from datetime import datetime

from services import signals
from services.installation import Installation


def forget(installation: Installation, *, now: str) -> int:
    """Remove old traces; returns how many."""
    return signals.purge(installation, now=datetime.fromisoformat(now))
