"""The job that puts a letter about the law into the queue of mails for all who want it."""

from datetime import UTC, datetime

from services import law_letters
from services.installation import Installation


def send(installation: Installation, *, letter_id: str) -> int:
    """Have the mails of a letter sent; returns how many people want it."""
    return law_letters.deliver(installation, letter_id, now=datetime.now(UTC))
