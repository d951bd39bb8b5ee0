"""Use cases of the outbox: which mails there are, one of them as it is sent, and another try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import mails as rules
from domain import texts
from domain.actors import Actor
from domain.mail_kinds import DISCREET
from domain.mails import MailAddressInvalid, MailNotFound, MailState, MailUnderway
from domain.orders import masked, normalise_email
from services import audit, letters, mail_messages, mails
from services.installation import Installation
from store import mails as rows
from store import shops as shop_rows
from store.database import Work
from store.keys import Keyring
from store.mails import Mail, Search
from widgets.mails import Rendered

COUNTED: Final = rows.COUNTED
"""So many mails of one state are counted, and no more."""
_AGAIN: Final = (MailState.KEPT, MailState.FAILED, MailState.BOUNCED, MailState.IN_DOUBT)
_HIDDEN: Final = "…"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mails; empty values leave the choice open. ``before`` is the number of a mail.

    ``recipient`` is the keyed hash of an address, which may stand where an address may not.
    """

    key: str = ""
    state: str = ""
    shop_key: str = ""
    recipient: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the list; of the address only the first letter and the host are shown."""

    number: int
    mail_id: str
    key: str
    state: str
    language: str
    recipient: str
    attempts: int
    answer: str
    queued_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the outbox, the newest first; ``older`` leads to the next, if there is one."""

    mails: Sequence[Record]
    older: int | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail as it is sent: its head, and both of its forms."""

    record: Record
    headers: Sequence[tuple[str, str]]
    rendered: Rendered
    may_go_again: bool


def recipient_of(keys: Keyring, email: str) -> str:
    """What stands for an address in a search; empty for none."""
    return keys.hash_email(normalise_email(texts.writable(email))) if email else ""


def listed(installation: Installation, wanted: Wanted) -> Listed:
    """The mails of the installation that are wanted, 50 on a page."""
    keys = installation.database.keys
    with installation.database.read() as session:
        shop = shop_rows.by_key(session, wanted.shop_key) if wanted.shop_key else None
        if wanted.shop_key and shop is None:
            return Listed((), None, rows.counts(session))
        search = Search(
            wanted.key, wanted.state, shop.id if shop else None, wanted.recipient, wanted.before
        )
        found = rows.found(session, search)
        page = [_record(row, keys) for row in found[: rows.PAGE]]
        older = page[-1].number if len(found) > rows.PAGE else None
        return Listed(page, older, rows.counts(session))


def view(installation: Installation, mail_id: str, *, actor: Actor, now: datetime) -> Shown:
    """One mail; that somebody looked at it stands in the log. Raises MailNotFound.

    Where mails leave the installation, the links by which people sign in are not shown.
    """
    settings = installation.settings
    with installation.database.write() as work:
        row = _required(work, mail_id)
        audit.log(work, actor, "mail.viewed", mail_id, now=now)
        keys = work.keys
        made = letters.make(work.session, keys, settings, settings.base_url, row)
    if settings.has_mail_server:
        made = letters.without_secrets(made, _HIDDEN)
    message = letters.message_of(
        letters.for_browsers(made), settings, _address(made.recipient.email)
    )
    may_go = row.state in _AGAIN and settings.has_mail_server
    return Shown(_record(row, keys), mail_messages.head(message), message.rendered, may_go)


def again(work: Work, mail_id: str, *, actor: Actor, now: datetime) -> None:
    """Try a mail once more that failed, bounced, was kept or is in doubt.

    Raises MailNotFound, MailUnderway.
    """
    row = _required(work, mail_id, lock=True)
    if row.state not in _AGAIN:
        raise MailUnderway
    before = {"state": row.state}
    mails.again(work, row)
    audit.log(work, actor, "mail.sent_again", mail_id, now=now, before=before)


def _required(work: Work, mail_id: str, *, lock: bool = False) -> Mail:
    row = rows.by_public_id(work.session, mail_id, lock=lock)
    if row is None or row.key in DISCREET:
        raise MailNotFound
    return row


def _address(email: str) -> str:
    """The address, or one that says of itself that it is none."""
    try:
        return rules.check_address(email)
    except MailAddressInvalid:
        return "address@unusable.invalid"


def _record(row: Mail, keys: Keyring) -> Record:
    return Record(
        number=row.id,
        mail_id=row.public_id,
        key=row.key,
        state=row.state,
        language=row.language,
        recipient=masked(letters.opened(keys, row.recipient)["email"]),
        attempts=row.attempts,
        answer=row.answer,
        queued_at=row.queued_at,
        sent_at=row.sent_at,
    )
