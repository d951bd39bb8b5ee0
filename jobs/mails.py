"""The job that sends a mail: at least once, and once wherever the server lets us know.

A mail that was sent is noted as such before its job ends, and is not sent again. Only where the
process or the connection dies between the server's "taken" and our note does a second copy go
out, with the same Message-ID, by which mail programs know it for the same.
"""

import threading
from datetime import UTC, datetime
from typing import Final

import dkim

from domain.mails import MailAddressInvalid
from jobs.smtp import Line, MailPostponed, MailRefused
from services import mails
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

    ``taken`` are mails that the server took and that could not be noted yet.
    """

    def __init__(self, settings: MailSettings) -> None:
        self.line = Line(settings.mail_server, timeout=settings.smtp_timeout)
        self.taken: dict[str, str] = {}


_POSTS: Final[dict[str, Post]] = {}
_OPENING: Final = threading.Lock()


def send(installation: Installation, *, mail_id: str, since: int = 0) -> str:
    """Send a mail that is due; returns what became of it. For ``since`` see ``mails.enqueue``.

    Raises Unavailable when the database does not answer; the job is then tried again, and what
    the server took in the meantime is only noted.
    """
    now, settings = datetime.now(UTC), installation.settings
    if not settings.has_mail_server:
        mails.keep(installation, mail_id, now=now)
        return "kept"
    post = _post(installation)
    try:
        if mail_id not in post.taken:
            due = mails.due(installation, mail_id)
            if due is None:
                return "done before"
            message = signed(due, settings)
            post.taken[mail_id] = post.line.post(due.sender, due.recipient, message)
    except (MailAddressInvalid, MailRefused) as refusal:
        is_bounced = isinstance(refusal, MailAddressInvalid) or refusal.is_bounced
        mails.refused(installation, mail_id, str(refusal), is_bounced=is_bounced, now=now)
        return "refused"
    except MailPostponed as delay:
        mails.postponed(installation, mail_id, str(delay), now=now, since=since)
        return "postponed"
    mails.sent(installation, mail_id, post.taken[mail_id], now=now)
    del post.taken[mail_id]
    return "sent"


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
