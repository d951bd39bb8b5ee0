"""What became of the mails of invitations, and every step that an invitation takes with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import invitations as rules
from domain.actors import SYSTEM, Actor
from domain.invitations import REMINDED, TRANSITIONS, WAITING, InvitationState, Reason
from domain.mails import MailState
from services import activity, audit, slots
from store import invitations, uploads
from store.database import Work
from store.invitations import Invitation
from store.mails import Mail

INVITATION: Final = "invitation:"
REMINDER: Final = "reminder:"
_STATES: Final = {
    MailState.SENT: InvitationState.SENT,
    # It is on its way as far as anybody knows, and asking twice is what must not be.
    MailState.IN_DOUBT: InvitationState.SENT,
    # What stays in the outbox is as far as an installation without a mail server can bring it.
    MailState.KEPT: InvitationState.SENT,
    MailState.BOUNCED: InvitationState.BOUNCED,
    MailState.FAILED: InvitationState.FAILED,
    MailState.SUPPRESSED: InvitationState.SUPPRESSED,
}
_TOLD: Final = WAITING | REMINDED | {InvitationState.FAILED, InvitationState.BOUNCED}


def move(
    work: Work,
    row: Invitation,
    to: InvitationState,
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    reason: str = "",
) -> None:
    """One step of an invitation, in the log and in the shop's days.

    Raises InvitationSettled for a step that it cannot take.
    """
    was_counted, before = activity.is_counted(row), row.state
    row.state = rules.moved(InvitationState(row.state), to)
    row.reason = reason
    if to is InvitationState.SENT:
        row.sent_at = now
    if to is InvitationState.POSTPONED:
        row.is_mailed = True
    work.session.add(row)
    activity.invited(work, row, was_counted=was_counted)
    audit.log(
        work,
        actor,
        f"invitation.{to.lower()}",
        row.public_id,
        now=now,
        before={"state": before},
        reason=reason,
    )


def cancel_of_upload(
    work: Work,
    upload_id: int,
    reference: str | None,
    *,
    now: datetime,
    actor: Actor,
    reason: str,
) -> int:
    """Cancel what an uploaded file has waiting, for one order or for all, in few statements.

    Returns how many there were. The shop's days stay as they are: who waits was not asked yet,
    or was counted when it was put off.
    """
    found = 0
    for was in sorted(WAITING):
        to = rules.moved(was, InvitationState.CANCELED)
        moved = uploads.move_invitations(
            work.session, upload_id, to, was=was, reason=reason, reference=reference
        )
        things = [(public_id, None) for public_id in moved]
        before = {"state": was.value}
        audit.log_many(
            work,
            actor,
            f"invitation.{to.lower()}",
            things,
            now=now,
            before=before,
            reason=reason,
        )
        found += len(moved)
    return found


def settled(work: Work, mail: Mail, *, now: datetime) -> None:
    """Take over what became of the mail of an invitation; other mails are none of its business."""
    to = _STATES.get(MailState(mail.state))
    if to is None or not mail.once.startswith(INVITATION):
        return
    row = invitations.by_mail(work.session, mail.public_id, lock=True)
    if row is not None and mail.state == MailState.SENT and row.reason == Reason.UNCONFIRMED:
        row.reason = ""
    if row is None or to not in TRANSITIONS[InvitationState(row.state)]:
        return
    reason = Reason.UNCONFIRMED if mail.state == MailState.IN_DOUBT else ""
    move(work, row, to, now=now, reason=reason)
    if to is InvitationState.SENT and row.reminder_days and row.reminded_at is None:
        row.remind_at = now + timedelta(days=row.reminder_days)
        slots.keep(work, [row.remind_at], now=now)


def moot(session: Session, waiting: Sequence[Mail]) -> set[str]:
    """The ids of those mails that have lost their point since they were asked for.

    So nobody gets a reminder after the review, or an invitation that was cancelled.
    """
    reminders = {
        mail.once.removeprefix(REMINDER): mail.public_id
        for mail in waiting
        if mail.once.startswith(REMINDER)
    }
    asked = {mail.public_id for mail in waiting if mail.once.startswith(INVITATION)}
    told = _TOLD - {InvitationState.POSTPONED}
    found = invitations.states(session, reminders)
    alive = {reminders[each] for each, state in found.items() if state in REMINDED}
    mailed = invitations.states_by_mail(session, asked)
    alive |= {each for each, state in mailed.items() if state in told}
    return (asked | set(reminders.values())) - alive
