"""Use cases of a frame's review: opened, asked about, at the insurer, decided (systems.md §39).

All of it is discreet. Who leads a review is a Keeper, who cannot be made for somebody with rights
on a shop of the member; who answers is an administrator of the member; nobody else learns of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from domain import frame_reviews as rules
from domain import frames as frame_rules
from domain import ids, texts
from domain.actors import SYSTEM, Actor
from domain.frame_reviews import (
    Cause,
    FrameReviewChanged,
    FrameReviewExists,
    FrameReviewForbidden,
    FrameReviewNotFound,
    FrameReviewState,
)
from domain.frames import FRAMES
from domain.ids import Prefix
from domain.rights import Action
from domain.staff_tasks import TaskKind
from domain.windows import day_of
from services import audit, frame_keepers, frame_mails, frames, staff_tasks
from services.frame_keepers import Keeper, Reader
from services.frames import Setting
from services.sessions import Person
from store import accounts
from store import frame_reviews as rows
from store import frames as frame_rows
from store.database import Work
from store.frame_reviews import FrameReview
from store.keys import Keyring


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for a member's answer, as its administrators see it."""

    review_id: str
    question: str
    version: int


@dataclass(frozen=True, slots=True)
class Approval:
    """What the insurer agrees to: EUR cents from a day on, with its own reference."""

    eur_minor: int
    valid_from: date
    insurer_ref: str = ""


def open_(work: Work, account_id: int, cause: Cause, *, now: datetime, actor: Actor) -> str:
    """Open a review of a member's frame; returns its id. Raises FrameReviewExists."""
    frame_rows.held(work.session, account_id, now=now)
    if rows.open_of(work.session, account_id) is not None:
        raise FrameReviewExists
    row = FrameReview(
        public_id=ids.new(Prefix.FRAME_REVIEW),
        account_id=account_id,
        cause=cause,
        state=FrameReviewState.OPENED,
        opened_at=now,
    )
    _store(work, row, actor=actor, now=now)
    member = accounts.of_shop(work.session, account_id).public_id
    staff_tasks.open(work, TaskKind.FRAME_REVIEW, member, now=now)
    return row.public_id


def ask(
    work: Work, keeper: Keeper, review_id: str, question: str, *, seen: int, now: datetime
) -> None:
    """Ask the member for information, by a mail that does not say what.

    Raises FrameReviewNotFound, FrameReviewChanged, FrameReviewForbidden, FrameReasonMissing or
    TextInvalid.
    """
    row = _held(work, keeper, review_id, seen)
    question = frame_rules.checked_reason(question, field="question")
    row.state = rules.go(FrameReviewState(row.state), FrameReviewState.INFO_REQUESTED)
    row.question, row.asked_at = question, now
    row.answer_cipher, row.answered_at = None, None
    _store(work, row, actor=keeper.actor, now=now)
    frame = frame_rows.held(work.session, row.account_id, now=now)
    frame_mails.info_needed(work, frame, row, now=now)


def asked(session: Session, person: Person, shop_key: str) -> Asked | None:
    """The question that waits for the member's answer. Raises NotAllowed or ShopNotFound."""
    shop = frame_keepers.member(session, person, shop_key, Action.FRAME_ANSWER)
    row = rows.open_of(session, shop.account_id)
    if row is None or not _waits(row):
        return None
    return Asked(row.public_id, row.question, row.version)


def answer(
    work: Work, person: Person, shop_key: str, text: str, *, seen: int, now: datetime
) -> None:
    """An administrator of the member answers; the text is kept encrypted.

    Raises NotAllowed, ShopNotFound, FrameReviewNotFound where nothing is asked,
    FrameReviewChanged, FrameReasonMissing for less than a sentence, or TextInvalid.
    """
    shop = frame_keepers.member(work.session, person, shop_key, Action.FRAME_ANSWER)
    text = texts.clean(text, most=rules.ANSWER_CHARACTERS, field="answer")
    frame_rules.checked_reason(text[:20], field="answer")
    found = rows.open_of(work.session, shop.account_id)
    row = rows.by_public_id(work.session, found.public_id, lock=True) if found else None
    if row is None or not _waits(row):
        raise FrameReviewNotFound
    if row.version != seen:
        raise FrameReviewChanged
    row.answer_cipher, row.answered_at = work.keys.encrypt(text), now
    _store(work, row, actor=person.actor, now=now)


def send(
    work: Work, keeper: Keeper, review_id: str, insurer_ref: str, *, seen: int, now: datetime
) -> None:
    """Note that the insurer has it. Raises as ``ask`` does."""
    row = _held(work, keeper, review_id, seen)
    row.state = rules.go(FrameReviewState(row.state), FrameReviewState.AT_INSURER)
    row.insurer_ref = frame_rules.checked_reference(insurer_ref)
    _store(work, row, actor=keeper.actor, now=now)


def approve(
    work: Work,
    keeper: Keeper,
    review_id: str,
    approval: Approval,
    reason: str,
    *,
    seen: int,
    now: datetime,
) -> None:
    """The insurer agrees to an amount from a day on; it is put in force then, or at once.

    Raises as ``ask`` does, or FrameForbidden without an active guarantor.
    """
    row = _held(work, keeper, review_id, seen)
    reason = frame_rules.checked_reason(reason)
    row.state = rules.go(FrameReviewState(row.state), FrameReviewState.APPROVED)
    row.approved_eur_minor, row.approved_from = approval.eur_minor, approval.valid_from
    row.insurer_ref = frame_rules.checked_reference(approval.insurer_ref) or row.insurer_ref
    _end(work, row, reason, actor=keeper.actor, now=now)
    if approval.valid_from <= day_of(now):
        apply(work, review_id, now=now)


def refuse(
    work: Work, keeper: Keeper, review_id: str, reasons: str, *, seen: int, now: datetime
) -> None:
    """The insurer does not agree; the frame stays as it is. Raises as ``ask`` does."""
    row = _held(work, keeper, review_id, seen)
    reasons = frame_rules.checked_reason(reasons)
    row.state = rules.go(FrameReviewState(row.state), FrameReviewState.REFUSED)
    _end(work, row, reasons, actor=keeper.actor, now=now)


def close(
    work: Work, keeper: Keeper, review_id: str, reasons: str, *, seen: int, now: datetime
) -> None:
    """Finance ends the review without a change. Raises as ``ask`` does."""
    row = _held(work, keeper, review_id, seen)
    reasons = frame_rules.checked_reason(reasons)
    row.state = rules.go(FrameReviewState(row.state), FrameReviewState.CLOSED)
    _end(work, row, reasons, actor=keeper.actor, now=now)


def apply(work: Work, review_id: str, *, now: datetime) -> bool:
    """Put an approved amount in force; whether that was still to be done.

    Raises FrameForbidden without an active guarantor.
    """
    row = rows.by_public_id(work.session, review_id, lock=True)
    if row is None or row.applied_at is not None:
        return False
    if row.approved_eur_minor is None or row.approved_from is None:
        return False
    frame = frame_rows.held(work.session, row.account_id, now=now)
    setting = Setting(row.approved_eur_minor, row.reasons, row.insurer_ref)
    frames.put(work, frame, setting, actor=Actor(SYSTEM.role, row.decider), now=now)
    row.applied_at = now
    work.session.add(row)
    return True


def to_apply(session: Session, *, now: datetime) -> Sequence[str]:
    """Ids of approvals whose day has come and that are not in force yet."""
    return rows.to_apply(session, day_of(now))


def queue(session: Session, person: Person) -> Sequence[FrameReview]:
    """Open reviews, the oldest first, without those of the person's own companies.

    Raises NotAllowed.
    """
    own = frame_keepers.readers(person)
    return [row for row in rows.waiting(session, most=FRAMES.history) if row.account_id not in own]


def of_member(session: Session, reader: Reader) -> Sequence[FrameReview]:
    """All reviews of a member's frame, the latest first, for who may look at it."""
    return rows.of_account(session, reader.account.id, most=FRAMES.history)


def answer_of(keys: Keyring, reader: Reader, row: FrameReview) -> str:
    """What the member has answered; empty where it has not. Raises FrameReviewNotFound."""
    if row.account_id != reader.account.id:
        raise FrameReviewNotFound
    return keys.decrypt(row.answer_cipher) if row.answer_cipher else ""


def _waits(row: FrameReview) -> bool:
    return row.state == FrameReviewState.INFO_REQUESTED and row.answered_at is None


def _held(work: Work, keeper: Keeper, review_id: str, seen: int) -> FrameReview:
    row = rows.by_public_id(work.session, review_id, lock=True)
    if row is None or row.account_id != keeper.account.id:
        raise FrameReviewNotFound
    if not FrameReviewState(row.state).is_open:
        raise FrameReviewForbidden
    if row.version != seen:
        raise FrameReviewChanged
    return row


def _end(work: Work, row: FrameReview, reasons: str, *, actor: Actor, now: datetime) -> None:
    """Store the end of a review; the turnover that it has looked at opens no other one."""
    row.reasons, row.decider, row.ended_at = reasons, actor.name, now
    _store(work, row, actor=actor, now=now)
    frame = frame_rows.held(work.session, row.account_id, now=now)
    frame.turnover_eur_minor = frames.turnover_of(work.session, row.account_id, now=now)
    work.session.add(frame)
    member = accounts.of_shop(work.session, row.account_id).public_id
    staff_tasks.close_about(work, TaskKind.FRAME_REVIEW, member, actor=actor, now=now)


def _store(work: Work, row: FrameReview, *, actor: Actor, now: datetime) -> None:
    row.is_open = FrameReviewState(row.state).is_open
    row.version += 1
    work.session.add(row)
    work.session.flush()
    after = {"state": row.state, "cause": row.cause}
    audit.log(work, actor, "frame_review.changed", row.public_id, now=now, after=after)
