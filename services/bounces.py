"""Use case of bounces: what a mail server reports later of a mail that it had taken (§6)."""

from datetime import datetime
from typing import Final

from domain import ids
from domain.actors import SYSTEM
from domain.bounces import Fate, Report
from domain.ids import Prefix
from domain.invitations import TRANSITIONS, InvitationState
from domain.mails import MailState
from services import audit, mailings
from services import mails as outgoing
from store import invitations, mails
from store.database import Work
from store.mails import Mail

_HANDED_OVER: Final = (MailState.SENT, MailState.IN_DOUBT)


def settle(work: Work, report: Report, *, now: datetime) -> bool:
    """Take over what a report says of a mail of ours; False where there is no such mail.

    The same report twice changes nothing more. An address that does not exist gets no further
    invitation of that account; one whose mailbox is full may get one for another order.
    """
    mail_id = report.message_id.partition("@")[0]
    row = mails.by_public_id(work.session, mail_id, lock=True) if _is_one(mail_id) else None
    if row is None:
        return False
    if report.fate is Fate.FAILED:
        _failed(work, row, report, now)
    elif report.fate is Fate.DELIVERED:
        _delivered(work, row, now)
    return True


def _is_one(mail_id: str) -> bool:
    return ids.is_valid(Prefix.MAIL, mail_id)


def _failed(work: Work, row: Mail, report: Report, now: datetime) -> None:
    if row.state not in _HANDED_OVER:
        return
    row.state = MailState.BOUNCED
    row.answer = report.status
    audit.log(work, SYSTEM, "mail.bounced", row.public_id, now=now, after={"status": report.status})
    mailings.settled(work, row, now=now)
    if report.is_for_good:
        outgoing.give_up(work, row, now=now)


def _delivered(work: Work, row: Mail, now: datetime) -> None:
    if row.state == MailState.IN_DOUBT:
        row.state, row.sent_at = MailState.SENT, row.handed_at
        audit.log(work, SYSTEM, "mail.sent", row.public_id, now=now)
    invitation = invitations.by_mail(work.session, row.public_id, lock=True)
    if invitation is None:
        return
    if InvitationState.DELIVERED in TRANSITIONS[InvitationState(invitation.state)]:
        mailings.move(work, invitation, InvitationState.DELIVERED, now=now)
