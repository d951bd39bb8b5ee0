"""The jobs of invitations: one for each slot, and one an hour for what a slot has missed."""

from datetime import UTC, datetime

from services import invitation_mails
from services.installation import Installation


def send(installation: Installation, *, at: str) -> str:
    """Make the mails of a slot; returns how many of each kind there were.

    Raises Unavailable when the database does not answer; the job is then tried again.
    """
    slot, now = datetime.fromisoformat(at), datetime.now(UTC)
    sent = invitation_mails.send_due(installation, max(slot, now), now=max(slot, now))
    return f"{sent.invitations} invited, {sent.reminders} reminded, {sent.confirmed} confirmed"


def catch_up(installation: Installation, *, now: str) -> str:
    """Make the mails that are overdue; returns how many of each kind there were."""
    sent = invitation_mails.catch_up(installation, now=datetime.fromisoformat(now))
    return f"{sent.invitations} invited, {sent.reminders} reminded, {sent.confirmed} confirmed"
