"""Use cases of mails: ask for one, and make it when its turn comes (systems.md §§0.9, 6).

A mail is stored in the transaction that it tells about, together with the job that sends it:
what is rolled back leaves no mail, and what is committed cannot lose one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from domain import ids, languages
from domain import mails as rules
from domain.actors import SYSTEM
from domain.bounces import is_no_address
from domain.ids import Prefix
from domain.mails import KINDS, MailKey, MailState, Recipient
from domain.orders import normalise_email
from domain.policies import MAILS
from services import audit, letters, mail_messages, mailings
from services.installation import Installation, Job
from store import mails, shops
from store.database import Work
from store.mails import Mail
from store.shops import Shop

SEND: Final = "mail.send"
BOUNCED: Final = "bounced"
"""Why somebody gets no more invitations whose address is none."""
FALLBACK: Final = "en"
_BATCH: Final = 500
_OPEN: Final = (MailState.QUEUED, MailState.KEPT)


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is to be sent: its two addresses, and the message as it goes over the line."""

    mail_id: str
    sender: str
    recipient: str
    message: bytes


def send(
    work: Work,
    key: MailKey,
    to: Recipient,
    values: Mapping[str, str],
    *,
    shop: Shop | None,
    now: datetime,
    once: str,
    actor_of: str = "",
) -> str:
    """Have a mail sent after the commit; returns its public id.

    ``once`` names the occasion: for the same one there is one mail, whoever asks how often.
    ``values`` are finished texts for the placeholders of the mail (``domain.mails.KINDS``);
    addresses may be paths of this installation. ``actor_of`` is the name of who caused it. Who
    has opted out gets no invitation. Whose address was forgotten gets no mail, and the id is empty.
    Raises ValueError where a value is missing.
    """
    if not to.email:
        return ""
    known = mails.by_occasion(work.session, once)
    if known is not None:
        return known.public_id
    language = languages.supported(to.language, fallback=FALLBACK)
    recipient_hash = work.keys.hash_email(normalise_email(to.email))
    content = _content(work.session, key, values, shop, language)
    row = Mail(
        public_id=ids.new(Prefix.MAIL),
        once=once,
        key=key,
        language=language,
        shop_id=shop.id if shop else None,
        recipient=letters.sealed(work.keys, {"email": to.email, "name": _line(to.name)}),
        recipient_hash=recipient_hash,
        content=letters.sealed(work.keys, content),
        actor=actor_of[:120],
        state=_first_state(work.session, key, shop, recipient_hash),
        queued_at=now,
    )
    if not mails.add(work.session, row):
        return send(work, key, to, values, shop=shop, now=now, once=once, actor_of=actor_of)
    if row.state == MailState.QUEUED:
        enqueue(work, row)
    return row.public_id


def enqueue(work: Work, row: Mail, *, delay_seconds: float = 0, since: int = 0) -> None:
    """Ask for the next attempt; each has an id of its own, so that none is made twice.

    ``since`` is how many attempts there had been when somebody asked for the mail once more.
    """
    job_id = f"{SEND}:{row.public_id}:{row.attempts}"
    told = {"mail_id": row.public_id} | ({"since": since} if since else {})
    work.jobs.append(Job(job_id, SEND, told, delay_seconds))


def again(work: Work, row: Mail) -> None:
    """Try a mail once more that has ended, with as many attempts as it had at first."""
    row.state = MailState.QUEUED
    row.attempts += 1
    work.session.add(row)
    enqueue(work, row, since=row.attempts)


def suppress(work: Work, account_id: int, email: str, *, reason: str, now: datetime) -> None:
    """Note that somebody wants no more invitations from an account's shops (systems.md §6)."""
    recipient_hash = work.keys.hash_email(normalise_email(email))
    suppress_hash(work, account_id, recipient_hash, reason=reason, now=now)


def suppress_hash(
    work: Work, account_id: int, recipient_hash: str, *, reason: str, now: datetime
) -> None:
    """As ``suppress``, also where the address itself was forgotten."""
    mails.suppress(work.session, account_id, [recipient_hash], reason=reason, now=now)


def due(installation: Installation, mail_id: str) -> Due | None:
    """The mail as it is to be sent now; None where it was sent or given up already.

    Its id and its date are the same at each attempt. Raises MailAddressInvalid where no mail can
    be sent to that address.
    """
    settings = installation.settings
    with installation.database.read() as session:
        row = mails.by_public_id(session, mail_id)
        if row is None or row.state not in _OPEN:
            return None
        is_moot = mailings.is_moot(session, row)
        keys = installation.database.keys
        made = letters.make(session, keys, settings, settings.base_url, row)
    if is_moot:
        _drop(installation, mail_id)
        return None
    address = rules.check_address(made.recipient.email)
    message = mail_messages.build(letters.message_of(made, settings, address))
    return Due(mail_id, settings.mail_from, address, message)


def keep(installation: Installation, mail_id: str, *, now: datetime) -> None:
    """Leave a mail in the outbox, since there is no server to send it through."""
    with installation.database.write() as work:
        row = mails.by_public_id(work.session, mail_id, lock=True)
        if row is not None and row.state == MailState.QUEUED:
            row.state = MailState.KEPT
            mailings.settled(work, row, now=now)


def _drop(installation: Installation, mail_id: str) -> None:
    """Leave a mail unsent that has lost its point while it waited."""
    with installation.database.write() as work:
        row = mails.by_public_id(work.session, mail_id, lock=True)
        if row is not None and row.state in _OPEN:
            row.state = MailState.SUPPRESSED


def sent(installation: Installation, mail_id: str, answer: str, *, now: datetime) -> None:
    """Note that the server took the mail."""
    _settle(installation, mail_id, MailState.SENT, answer, now)


def refused(
    installation: Installation, mail_id: str, answer: str, *, is_bounced: bool, now: datetime
) -> None:
    """Note that the server will never take the mail, or that its recipient is none.

    To an address of which the server says that it does not exist no invitation follows.
    """
    state = MailState.BOUNCED if is_bounced else MailState.FAILED
    _settle(installation, mail_id, state, answer, now)


def give_up(work: Work, row: Mail, *, now: datetime) -> None:
    """Send no invitation of this account any more to an address that does not exist."""
    shop = shops.by_id(work.session, row.shop_id) if row.shop_id else None
    if shop is not None:
        suppress_hash(work, shop.account_id, row.recipient_hash, reason=BOUNCED, now=now)


def postponed(
    installation: Installation, mail_id: str, answer: str, *, now: datetime, since: int = 0
) -> None:
    """Note an attempt that failed for now; after the last one the mail has failed for good."""
    with installation.database.write() as work:
        row = mails.by_public_id(work.session, mail_id, lock=True)
        if row is None or row.state not in _OPEN:
            return
        row.attempts += 1
        row.answer = answer[:300]
        tried = row.attempts - since
        if tried <= len(MAILS.pauses_seconds):
            row.state = MailState.QUEUED
            pause = MAILS.pauses_seconds[tried - 1]
            enqueue(work, row, delay_seconds=pause, since=since)
        else:
            row.state = MailState.FAILED
            _log(work, row, now)
            mailings.settled(work, row, now=now)


def purge(installation: Installation, *, now: datetime) -> int:
    """Remove mails after 90 days, of erasures once they were told; returns how many (GP-5)."""
    before = now - timedelta(days=MAILS.kept_days)
    removed = 0
    while True:
        with installation.database.write() as work:
            batch = mails.purge(work.session, before, most=_BATCH)
        removed += batch
        if batch < _BATCH:
            return removed


def _settle(
    installation: Installation, mail_id: str, state: MailState, answer: str, now: datetime
) -> None:
    with installation.database.write() as work:
        row = mails.by_public_id(work.session, mail_id, lock=True)
        if row is None or row.state not in _OPEN:
            return
        row.state = state
        row.attempts += 1
        row.answer = answer[:300]
        row.sent_at = now if state is MailState.SENT else None
        _log(work, row, now)
        mailings.settled(work, row, now=now)
        if state is MailState.BOUNCED and is_no_address(answer):
            give_up(work, row, now=now)


def _log(work: Work, row: Mail, now: datetime) -> None:
    audit.log(
        work, SYSTEM, f"mail.{row.state.lower()}", row.public_id, now=now, after={"key": row.key}
    )


def _content(
    session: Session, key: MailKey, values: Mapping[str, str], shop: Shop | None, language: str
) -> dict[str, Any]:
    """What the mail says, with the shop's texts as they are at this moment."""
    needed = KINDS[key].values
    if missing := sorted(needed - values.keys()):
        raise ValueError(f"The mail {key} needs {', '.join(missing)}.")
    for name in filter(rules.is_link, needed):
        if values[name] and not rules.is_web_address(
            letters.absolute(name, values[name], "http://host")
        ):
            raise ValueError(f"The value of {name} is no address.")
    given = {name: values[name][: MAILS.value_characters] for name in needed}
    wording = letters.wording_of(session, key, shop.id if shop else None, language)
    return {
        "values": given,
        "wording": {
            "subject": wording.subject,
            "body": wording.body,
            "button": wording.button,
        },
    }


def _first_state(
    session: Session, key: MailKey, shop: Shop | None, recipient_hash: str
) -> MailState:
    if shop is None or not KINDS[key].is_invitation:
        return MailState.QUEUED
    is_suppressed = mails.is_suppressed(session, shop.account_id, recipient_hash)
    return MailState.SUPPRESSED if is_suppressed else MailState.QUEUED


def _line(text: str) -> str:
    return " ".join(text.split())[: MAILS.name_characters]
