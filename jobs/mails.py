"""The jobs that send mails: one at a time, or a batch one after the other.

Before a message leaves, it is noted that it does; after the server's answer, what became of it.
Where the process or the connection dies in between, nobody knows whether the server took it: an
invitation is then in doubt and does not leave again, and of a mail that must not be lost a second
copy goes out, with the same Message-ID, by which mail programs know it for the same.
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import dkim

from domain.mail_paces import pace
from domain.mails import MailAddressInvalid
from domain.policies import MAILS
from jobs.smtp import Line, MailPostponed, MailRefused
from services import mail_paces, mails
from services.installation import Installation
from services.mail_settings import MailSettings
from services.mails import Due

_SIGNED: Final = (
    b"from",
    b"to",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)


class Post:
    """Where this process hands its mails over; there is at most one worker in a process.

    Who has the ``turn`` sends, so that at most one mail is between its two notes. ``taken`` are
    mails that the server took and that could not be noted yet.
    """

    def __init__(self, settings: MailSettings) -> None:
        self.line = Line(settings.mail_server, timeout=settings.smtp_timeout)
        self.turn = threading.Lock()
        self.taken: dict[str, str] = {}


class _HandedOver(Exception):
    """Somebody else has this mail in hand."""


_POSTS: Final[dict[str, Post]] = {}
_OPENING: Final = threading.Lock()
_UNKNOWN: Final = "The connection or the worker died before the server's answer was noted."


def send(installation: Installation, *, mail_id: str, since: int = 0) -> str:
    """Send a mail that is due; returns what became of it. For ``since`` see ``mails.enqueue``.

    Raises Unavailable when the database does not answer; the job is then tried again, and what
    the server took in the meantime is only noted.
    """
    if not installation.settings.has_mail_server:
        mails.keep(installation, mail_id, now=datetime.now(UTC))
        return "kept"
    post = _post(installation)
    with post.turn:
        while wait := mail_paces.wait_seconds(installation, 1, now=datetime.now(UTC)):
            time.sleep(wait)
        for due in mails.dues(installation, [mail_id]):
            return _send(installation, post, due, since)[0]
    return "done before"


def send_many(
    installation: Installation, *, batch: str, mail_ids: Sequence[str], turn: int = 0
) -> str:
    """Send what is due of these mails, as fast as the rate allows; how many of each there were.

    What does not leave within ten seconds is handed on to a next job. Raises as ``send``.
    """
    if not installation.settings.has_mail_server:
        for mail_id in mail_ids:
            mails.keep(installation, mail_id, now=datetime.now(UTC))
        return f"{len(mail_ids)} kept"
    post, until = _post(installation), time.monotonic() + MAILS.turn_seconds
    most = min(MAILS.batch, pace(installation.settings.mail_rate).most)
    done, left, wait = Counter[str](), list(mail_ids), 0.0
    while left and time.monotonic() + wait < until:
        time.sleep(wait)
        with post.turn:
            wait = mail_paces.wait_seconds(installation, most, now=datetime.now(UTC))
            if not wait:
                done.update(_send_some(installation, post, left[:most]))
                del left[:most]
    if left:
        mails.hand_on(installation, batch, left, turn=turn, delay_seconds=wait)
        done["left"] = len(left)
    return ", ".join(f"{number} {what}" for what, number in sorted(done.items()))


def _send_some(installation: Installation, post: Post, mail_ids: Sequence[str]) -> Counter[str]:
    """Send these mails; once the server is away, the others are put off without asking it."""
    done, away = Counter[str](), ""
    for due in mails.dues(installation, mail_ids):
        if away and not due.is_in_doubt and due.mail_id not in post.taken:
            mails.postponed(installation, due.mail_id, away, now=datetime.now(UTC))
            result = "postponed"
        else:
            result, away = _send(installation, post, due)
        done[result] += 1
    return done


def _send(installation: Installation, post: Post, due: Due, since: int = 0) -> tuple[str, str]:
    """What became of the mail, and what says that the server is away, where it is."""
    mail_id = due.mail_id
    try:
        if mail_id not in post.taken:
            if due.is_in_doubt:
                raise MailPostponed(_UNKNOWN, is_unanswered=True)
            if not due.recipient:
                raise MailAddressInvalid(field="email")
            post.taken[mail_id] = _handed_over(installation, post, due)
    except _HandedOver:
        return "done before", ""
    except (MailAddressInvalid, MailRefused) as refusal:
        is_bounced = isinstance(refusal, MailAddressInvalid) or refusal.is_bounced
        now = datetime.now(UTC)
        mails.refused(installation, mail_id, str(refusal), is_bounced=is_bounced, now=now)
        return "refused", ""
    except MailPostponed as delay:
        now = datetime.now(UTC)
        if delay.is_unanswered and due.is_at_most_once:
            mails.doubted(installation, mail_id, str(delay), now=now)
            return "in doubt", ""
        mails.postponed(installation, mail_id, str(delay), now=now, since=since)
        return "postponed", str(delay) if delay.is_away else ""
    mails.sent(installation, mail_id, post.taken[mail_id], now=datetime.now(UTC))
    del post.taken[mail_id]
    return "sent", ""


def _handed_over(installation: Installation, post: Post, due: Due) -> str:
    """Hand the message over with a note that it leaves; what the server answers."""

    def note() -> None:
        if not mails.hand_over(installation, due, now=datetime.now(UTC)):
            raise _HandedOver

    message = signed(due, installation.settings)
    return post.line.post(due.sender, due.recipient, message, before=note)


def signed(due: Due, settings: MailSettings) -> bytes:
    """The message, with a DKIM signature of ours where the operator has a key for it."""
    if not settings.signs_mails:
        return due.message
    signature = dkim.sign(
        due.message,
        settings.dkim_selector.encode(),
        settings.dkim_domain.encode(),
        settings.dkim_key.encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=list(_SIGNED),
    )
    return bytes(signature) + due.message


def purge(installation: Installation, *, now: str) -> int:
    """Remove mails older than 90 days; returns how many."""
    return mails.purge(installation, now=datetime.fromisoformat(now))


def hang_up() -> None:
    """Close the lines of this process."""
    while _POSTS:
        _POSTS.popitem()[1].line.close()


def _post(installation: Installation) -> Post:
    with _OPENING:
        url = installation.settings.smtp_url
        if url not in _POSTS:
            _POSTS[url] = Post(installation.settings)
        return _POSTS[url]
