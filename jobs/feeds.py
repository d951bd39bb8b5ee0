"""The job that writes the review feeds of all shops, each day before they are fetched (FM1)."""

from datetime import datetime

from services import feed_runs
from services.installation import Installation


def write(installation: Installation, *, now: str) -> dict[str, int]:
    """Write every feed that is due on the UTC day of ``now``; how many of each kind.

    A run that is interrupted goes on where it stopped. The time arrives as text, because the
    queue stores JSON.
    """
    return feed_runs.write_due(installation, now=datetime.fromisoformat(now))
