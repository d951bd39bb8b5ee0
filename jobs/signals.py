"""The jobs of signals: who buys the same things as others, and traces that go after 90 days."""

from datetime import datetime

from services import signals
from services.installation import Installation


def forget(installation: Installation, *, now: str) -> int:
    """Remove old traces; returns how many (GP-5)."""
    return signals.purge(installation, now=datetime.fromisoformat(now))


def note_groups(installation: Installation, *, now: str) -> int:
    """Notice reviews of authors who keep buying the same things; returns how many (SIG-7)."""
    return signals.note_groups(installation, now=datetime.fromisoformat(now))
