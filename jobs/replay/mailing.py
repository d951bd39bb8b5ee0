"""Mail and form of a replay: what the use cases want sent leaves at once, by the simulated clock.

The queue of this process is a list: a mail is handed to a mail server on this machine as soon as
the transaction that asked for it is done, and the buyer's link is read out of the message.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import Any, Final

from domain import invitations as tokens
from domain.errors import ReviewTooLate, Unavailable
from domain.invitations import InvitationState, Reason, ReviewKind
from domain.mails import MailAddressInvalid
from domain.orders import NewOrder
from domain.reviews import Submission
from jobs.mails import signed
from jobs.replay.history import SOURCE, Writing
from jobs.smtp import Line, MailPostponed, MailRefused
from services import intake, invitation_mails, mails, review_forms
from services.installation import Installation, Job
from services.plans import Plan

_LINK: Final = re.compile(r"/r/([A-Za-z0-9_-]{76})(?![A-Za-z0-9_-])")
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class NoServerHere(Exception):
    """Mails of a replay go to a server on this machine, and none is named."""


class Mailing:
    """Sends what an installation wants sent; ``sent`` counts mails that the server took."""

    def __init__(self, installation: Installation) -> None:
        self.sent = 0
        self._installation = installation
        self._line = Line(
            installation.settings.mail_server, timeout=installation.settings.smtp_timeout
        )
        self._jobs: list[str] = []
        self._links: dict[str, str] = {}

    def take(self, shop_key: str, order: NewOrder, *, now: datetime) -> bool:
        """Take an order in, as shops bring it; nobody is invited yet. Whether it was new."""
        plan = Plan(source=SOURCE, kinds=frozenset())
        with self._installation.database.write() as work:
            return intake.take(work, shop_key, order, plan, now=now).is_new

    def invite(self, writing: Writing, order: NewOrder, *, now: datetime) -> str | None:
        """Have the buyer's mail leave at this moment; the token of its link.

        None where no mail leaves: the order was cancelled, or had its invitation before. Raises
        ReviewTooLate, Unavailable where the server cannot be reached, and as ``intake.take``.
        """
        kind = ReviewKind.PRODUCT_REVIEW if writing.sku else ReviewKind.SERVICE_REVIEW
        plan = Plan(source=SOURCE, kinds=frozenset({kind}), send_at=now)
        with self._installation.database.write() as work:
            taken = intake.take(work, writing.shop_key, order, plan, now=now)
        planned = [each for each in taken.invitations if each.kind is kind]
        if any(each.reason == Reason.TOO_OLD for each in planned):
            raise ReviewTooLate
        waiting = [
            each.invitation_id for each in planned if each.state is InvitationState.SCHEDULED
        ]
        if not waiting:
            return None
        invitation_mails.send_due(self._installation, now, now=now)
        self._deliver(now)
        token = self._links.pop(waiting[0], None)
        if token is None or writing.sku is None:
            return token
        with self._installation.database.write() as work:
            return review_forms.open_product(work, token, writing.sku, now=now)

    def write(self, token: str, submission: Submission, *, now: datetime) -> None:
        """Send the form's two steps: the stars, then what was written.

        In one transaction, since the history knows of no review whose text was refused alone.
        Raises as ``review_forms.submit`` and ``finish``.
        """
        stars = Submission(submission.marks, language=submission.language)
        with self._installation.database.write() as work:
            review_forms.submit(work, token, stars, now=now)
            review_forms.finish(work, token, submission, now=now)
        self._deliver(now)

    def note(self, _session: Any, job: Job) -> None:
        """Remember the mails that a transaction asks for; other jobs are the refresh's business."""
        if job.name == mails.SEND:
            self._jobs.append(str(job.arguments["mail_id"]))
        elif job.name == mails.SEND_MANY:
            self._jobs += job.arguments["mail_ids"]

    def close(self) -> None:
        """Say good-bye to the server."""
        self._line.close()

    def _deliver(self, now: datetime) -> None:
        while self._jobs:
            mail_id = self._jobs[0]
            self._send(mail_id, now)
            self._jobs.pop(0)

    def _send(self, mail_id: str, now: datetime) -> None:
        try:
            due = mails.due(self._installation, mail_id)
            if due is None:
                return
            message = signed(due, self._installation.settings)
            answer = self._line.post(due.sender, due.recipient, message)
        except (MailAddressInvalid, MailRefused) as refusal:
            is_bounced = isinstance(refusal, MailAddressInvalid) or refusal.is_bounced
            mails.refused(self._installation, mail_id, str(refusal), is_bounced=is_bounced, now=now)
            return
        except MailPostponed as delay:
            raise Unavailable(f"The mail server does not take mails: {delay}") from delay
        mails.sent(self._installation, mail_id, answer, now=now)
        self.sent += 1
        self._read(message)

    def _read(self, message: bytes) -> None:
        """Keep the link of an invitation, as its buyer finds it in the text."""
        body = message_from_bytes(message, policy=default).get_body(("plain",))
        found = _LINK.search(body.get_content()) if body is not None else None
        if found is not None:
            claim = tokens.read(found[1], self._installation.database.keys.invitations)
            self._links[claim.invitation_id] = found[1]


@contextmanager
def opened(installation: Installation) -> Iterator[Mailing]:
    """Have this process be the queue for a while.

    Raises NoServerHere unless the mail server is on this machine: the addresses of a history are
    made up, and nobody else's server is to be told them.
    """
    settings = installation.settings
    if not settings.has_mail_server or settings.mail_server.host not in _HERE:
        raise NoServerHere
    mailing, before = Mailing(installation), installation.database.enqueue
    installation.database.enqueue = mailing.note
    try:
        yield mailing
    finally:
        installation.database.enqueue = before
        mailing.close()
