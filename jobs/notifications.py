"""The jobs that tell staff of new reviews: of one after the other, or once a day."""

from datetime import UTC, datetime

from services import notifications
from services.installation import Installation


def tell(installation: Installation, *, review_id: str) -> int:
    """Have the mails about a review sent; returns how many."""
    return notifications.tell(installation, review_id, now=datetime.now(UTC))


def digest(installation: Installation, *, now: str) -> int:
    """Have the mails about the day before ``now`` sent; returns how many."""
    return notifications.digest(installation, now=datetime.fromisoformat(now))
