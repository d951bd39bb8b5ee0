"""Use cases of mails: ask for one, and make it when its turn comes (systems.md §§0.9, 6).

A mail is stored in the transaction that it tells about, together with the job that sends it:
what is rolled back leaves no mail, and what is committed cannot lose one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlmodel import Session

from domain import ids, languages
from domain import mails as rules
from domain.actors import SYSTEM
from domain.bounces import is_no_address
from domain.ids import Prefix
from domain.mails import KINDS, MailAddressInvalid, MailKey, MailState, Recipient
from domain.orders import normalise_email
from domain.policies import MAILS
from services import audit, letters, mail_messages, mailings
from services.installation import Installation, Job
from store import mails, shops
from store.database import Work
from store.mails import Mail
from store.shops import Shop

SEND: Final = "mail.send"
SEND_MANY: Final = "mail.send_many"
BOUNCED: Final = "bounced"
"""Why somebody gets no more invitations whose address is none."""
FALLBACK: Final = "en"
_BATCH: Final = 500
_OPEN: Final = (MailState.QUEUED, MailState.KEPT)
_DOUBTED: Final = (MailState.IN_DOUBT,)


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is to be sent: its two addresses, and the message as it goes over the line.

    ``recipient`` is empty where no mail can be sent to the address. ``handed_at`` is when it last
    went over the line without an answer.
    """

    mail_id: str
    sender: str
    recipient: str
    message: bytes
    is_at_most_once: bool = False
    handed_at: datetime | None = None

    @property
    def is_in_doubt(self) -> bool:
        """Whether the server may have it already, so that it must not go there again."""
        return self.is_at_most_once and self.handed_at is not None


@dataclass(frozen=True, slots=True)
class Message:
    """What one mail of a kind says: to whom, with which values, and ``once``, its occasion."""

    to: Recipient
    values: Mapping[str, str]
    once: str


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
    is_alone: bool = True,
) -> str:
    """Have a mail sent after the commit; returns its public id.

    One that is not ``is_alone`` is sent with others, for which the caller uses ``send_many``.

    ``once`` names the occasion: for the same one there is one mail, whoever asks how often.
    ``values`` are finished texts for the placeholders of the mail (``domain.mails.KINDS``);
    addresses may be paths of this installation. ``actor_of`` is the name of who caused it. Who
    has opted out gets no invitation. Whose address was forgotten gets no mail, and the id is empty.
    Raises ValueError where a value is missing.
    """
    if not to.email:
        return ""
    row = _row(work, key, Message(to, values, once), shop, now)
    row.actor = actor_of[:120]
    if not mails.add(work.session, row):
        return mails.of_occasion(work.session, once)
    if is_alone and row.state == MailState.QUEUED:
        enqueue(work, row)
    return row.public_id


def send_together(
    work: Work, key: MailKey, messages: Sequence[Message], *, shop: Shop, now: datetime
) -> None:
    """Have mails of one kind sent after the commit, as ``send`` does with each of them.

    They are stored by one statement and sent one after the other by one job. Raises ValueError
    where a value is missing.
    """
    rows = [_row(work, key, each, shop, now) for each in messages if each.to.email]
    stored = mails.add_many(work.session, rows)
    queued = [row for row in rows if row.once in stored and row.state == MailState.QUEUED]
    if len(queued) == 1:
        enqueue(work, queued[0])
    else:
        send_many(work, [row.public_id for row in queued])


def _row(work: Work, key: MailKey, told: Message, shop: Shop | None, now: datetime) -> Mail:
    to = told.to
    language = languages.supported(to.language, fallback=FALLBACK)
    recipient_hash = work.keys.hash_email(normalise_email(to.email))
    content = _content(work.session, key, told.values, shop, language)
    return Mail(
        public_id=ids.new(Prefix.MAIL),
        once=told.once,
        key=key,
        language=language,
        shop_id=shop.id if shop else None,
        recipient=letters.sealed(work.keys, {"email": to.email, "name": _line(to.name)}),
        recipient_hash=recipient_hash,
        content=letters.sealed(work.keys, content),
        state=_first_state(work.session, key, shop, recipient_hash),
        queued_at=now,
    )


def enqueue(work: Work, row: Mail, *, delay_seconds: float = 0, since: int = 0) -> None:
    """Ask for the next attempt; each has an id of its own, so that none is made twice.

    ``since`` is how many attempts there had been when somebody asked for the mail once more.
    """
    job_id = f"{SEND}:{row.public_id}:{row.attempts}"
    told = {"mail_id": row.public_id} | ({"since": since} if since else {})
    work.jobs.append(Job(job_id, SEND, told, delay_seconds))


def send_many(work: Work, mail_ids: Sequence[str]) -> None:
    """Have these mails sent one after the other by one job, which costs less than one for each."""
    _send_many(work, uuid4().hex, [each for each in mail_ids if each], 0, 0)


def hand_on(
    installation: Installation,
    batch: str,
    mail_ids: Sequence[str],
    *,
    turn: int,
    delay_seconds: float,
) -> None:
    """Leave the rest of a batch to its next job, so that none takes long.

    ``turn`` counts the jobs that the batch has had before this one.
    """
    with installation.database.write() as work:
        _send_many(work, batch, mail_ids, turn + 1, delay_seconds)


def _send_many(
    work: Work, batch: str, mail_ids: Sequence[str], turn: int, delay_seconds: float
) -> None:
    if mail_ids:
        told = {"batch": batch, "mail_ids": list(mail_ids), "turn": turn}
        work.jobs.append(Job(f"{SEND_MANY}:{batch}:{turn}", SEND_MANY, told, delay_seconds))


def again(work: Work, row: Mail) -> None:
    """Try a mail once more that has ended, with as many attempts as it had at first."""
    row.state = MailState.QUEUED
    row.handed_at = None
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
    for found in dues(installation, [mail_id]):
        if not found.recipient:
            raise MailAddressInvalid(field="email")
        return found
    return None


def dues(installation: Installation, mail_ids: Sequence[str]) -> Sequence[Due]:
    """As ``due`` for many, in their order and in one look at the database.

    Those that were sent or given up are left out; an address that is none is empty.
    """
    with installation.database.read() as session:
        rows = mails.many(session, mail_ids)
        waiting = [rows[each] for each in mail_ids if each in rows and rows[each].state in _OPEN]
        moot = mailings.moot(session, waiting)
        senders: dict[int, letters.Sender] = {}
        found = [
            _due(installation, session, row, senders)
            for row in waiting
            if row.public_id not in moot
        ]
    for mail_id in moot:
        _drop(installation, mail_id)
    return found


def _due(
    installation: Installation, session: Session, row: Mail, senders: dict[int, letters.Sender]
) -> Due:
    settings, keys = installation.settings, installation.database.keys
    made = letters.make(session, keys, settings, settings.base_url, row, senders)
    try:
        address = rules.check_address(made.recipient.email)
        message = mail_messages.build(letters.message_of(made, settings, address))
    except MailAddressInvalid:
        address, message = "", b""
    return Due(
        row.public_id,
        settings.mail_from,
        address,
        message,
        is_at_most_once=KINDS[MailKey(row.key)].is_at_most_once,
        handed_at=row.handed_at,
    )


def hand_over(installation: Installation, due: Due, *, now: datetime) -> bool:
    """Note that the message goes over the line, before it does; False where it may not.

    Who dies after this and before the server's answer is noted leaves a mail of which nobody
    knows whether it was taken.
    """
    with installation.database.write() as work:
        return mails.hand_over(work.session, due.mail_id, before=due.handed_at, at=now)


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
    """Note that the server took the mail, also where that was in doubt."""
    _settle(installation, mail_id, MailState.SENT, answer, now)


def doubted(installation: Installation, mail_id: str, answer: str, *, now: datetime) -> None:
    """Note that the mail was handed over, and that nobody knows whether the server took it."""
    _settle(installation, mail_id, MailState.IN_DOUBT, answer, now)


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
        row.handed_at = None
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
        is_known_now = state is MailState.SENT and row is not None and row.state in _DOUBTED
        if row is None or (row.state not in _OPEN and not is_known_now):
            return
        row.state = state
        row.attempts += not is_known_now
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
