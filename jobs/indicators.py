"""The nightly job of indicators: measure all shops, store it, and tell whoever has to know."""

from dataclasses import asdict
from datetime import datetime

from services import indicators
from services.installation import Installation


def store(installation: Installation, *, now: str) -> dict[str, int]:
    """Store the indicators of the UTC day of ``now``; returns what was measured and told."""
    return asdict(indicators.store_all(installation, now=datetime.fromisoformat(now)))
