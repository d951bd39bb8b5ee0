"""Jobs that look whether an address has a login, where nobody sees how long that takes."""

from datetime import datetime

from services import accounts, passwords
from services.installation import Installation


def open_account(installation: Installation, *, sign_up_id: str) -> str:
    """Open the account of a sign-up, or tell whose address it is; returns what became of it."""
    return accounts.open_signed_up(installation, sign_up_id)


def send_link(installation: Installation, *, email_hash: str, asked_at: str) -> None:
    """Mail the link that sets a new password, if the address has a login."""
    passwords.send_link(installation, email_hash, asked_at=datetime.fromisoformat(asked_at))
