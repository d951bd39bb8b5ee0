"""Use cases of complaints: within six months, free, decided by another person (DSA-4)."""

from dataclasses import dataclass
from datetime import datetime

from domain import ids
from domain import notices as rules
from domain.actors import AUTHOR, READER, Actor, Role
from domain.cases import CaseNotFound, CaseStepForbidden, Outcome
from domain.complaints import ComplaintExists, ComplaintState, Side
from domain.decisions import Finding, Restoration
from domain.ids import Prefix
from domain.mails import Recipient
from domain.moderators import Decider
from domain.notice_links import Party
from domain.notices import ReporterKind
from domain.policies import NOTICES
from domain.reviews import ReviewState
from services import audit, case_mails, cases, moderation, rulings
from services.cases import Held
from services.rulings import Reasons
from store import cases as rows
from store import notices as notice_rows
from store.cases import Complaint
from store.database import Work
from store.notices import Notice


@dataclass(frozen=True, slots=True)
class _Complainant:
    """Who complains, and where they follow it; an author may have no address any more."""

    side: Side
    notice: Notice | None
    to: Recipient | None
    path: str


def complain(work: Work, token: str, text: str, *, now: datetime) -> str:
    """A complaint by the link of an author or a reporter; returns its public id.

    Each of them complains of each decision once; the same text twice is one complaint. Raises
    NoticeLinkForged, NoticeLinkExpired, CaseStepForbidden, ComplaintTooLate, ComplaintExists or
    NoticeInvalid.
    """
    opened = cases.opened(work.session, work.keys, token, now=now)
    held = cases.held(work, opened.row.public_id)
    if opened.party is Party.AUTHOR:
        to = case_mails.author_of(work.session, work.keys, held.review, held.shop)
        path = case_mails.status_path(to.language if to else held.shop.language, token)
        by = _Complainant(Side.AUTHOR, None, to, path)
        return _filed(work, held, by, text, actor=AUTHOR, now=now)
    notice = opened.notice
    to = case_mails.reporter_of(work.keys, notice) if notice else None
    path = case_mails.status_path(to.language if to else held.shop.language, token)
    by = _Complainant(Side.REPORTER, notice, to, path)
    return _filed(work, held, by, text, actor=READER, now=now)


def complain_as_shop(
    work: Work, shop_key: str, case_id: str, text: str, *, actor: Actor, now: datetime
) -> str:
    """A complaint by the shop, which has reported the review; as ``complain`` otherwise.

    Raises CaseNotFound, also for another shop's.
    """
    held = cases.of_shop(work, shop_key, case_id)
    filed = notice_rows.of_case(work.session, held.row.id)
    own = next((notice for notice in filed if notice.kind == ReporterKind.SHOP), None)
    if own is None:
        raise CaseStepForbidden("The shop has not reported this review.")
    to = case_mails.reporter_of(work.keys, own)
    by = _Complainant(Side.REPORTER, own, to, case_mails.shop_path(held.shop, held.row))
    return _filed(work, held, by, text, actor=actor, now=now)


def _filed(
    work: Work, held: Held, by: _Complainant, text: str, *, actor: Actor, now: datetime
) -> str:
    text, name = rules.explanation(text, field="text"), cases.complainant(by.notice)
    for known in rows.complaints(work.session, held.row.id):
        if (known.complainant, known.decision_number) == (name, held.case.decisions):
            if known.text == text:
                return known.public_id
            raise ComplaintExists
    held.case.check_complaint(by.side, now)
    complaint = Complaint(
        public_id=ids.new(Prefix.COMPLAINT),
        case_id=held.row.id,
        side=by.side,
        complainant=name,
        decision_number=held.case.decisions,
        notice_id=by.notice.id if by.notice else None,
        text=text,
        state=ComplaintState.OPEN,
        filed_at=now,
        due_at=held.calendar.after_working_days(now, NOTICES.complaint_working_days),
    )
    work.session.add(complaint)
    held.row.version += 1
    audit.log(work, actor, "complaint.filed", complaint.public_id, now=now)
    if by.to is not None:
        case_mails.complaint_receipt(work, held, complaint, by.to, by.path, now=now)
    return complaint.public_id


def decide(
    work: Work,
    complaint_id: str,
    reasons: Reasons,
    decider: Decider,
    *,
    is_upheld: bool,
    seen: int,
    now: datetime,
) -> None:
    """Decide a complaint, as somebody who has not decided in the case before.

    What others have complained of the same decision is decided with it. One that is upheld shows a
    hidden review again, or hides one that was kept, with a statement of reasons.

    Raises CaseNotFound, CaseChanged, SamePerson, ModeratorPartial, LanguageNotRead,
    CaseStepForbidden or ReasonsMissing.
    """
    complaint = rows.complaint_by_public_id(work.session, complaint_id)
    row = rows.by_id(work.session, complaint.case_id) if complaint else None
    if complaint is None or row is None:
        raise CaseNotFound
    held = cases.held(work, row.public_id, seen=seen)
    work.session.refresh(complaint)
    if complaint.state != ComplaintState.OPEN:
        raise CaseStepForbidden
    decider.check(shop_key=held.shop.shop_key, language=held.review.language)
    settled = _settled(work, held, reasons, decider, is_upheld=is_upheld, now=now)
    if not is_upheld:
        _dismiss(work, held, reasons, decider, now=now)
    elif complaint.side == Side.AUTHOR:
        _restore(work, held, reasons, decider, now=now)
    else:
        _overturn(work, held, reasons, decider, now=now)
    is_told = is_upheld and complaint.side == Side.REPORTER
    case_mails.complaint_decision(work, held, settled, is_told=is_told, now=now)


def _settled(
    work: Work, held: Held, given: Reasons, decider: Decider, *, is_upheld: bool, now: datetime
) -> list[Complaint]:
    """Close every open complaint in the case: all of them are about its last decision."""
    waiting = [
        each
        for each in rows.complaints(work.session, held.row.id)
        if each.state == ComplaintState.OPEN
    ]
    for each in waiting:
        each.state = ComplaintState.UPHELD if is_upheld else ComplaintState.DISMISSED
        each.decider, each.decided_at = decider.moderator.name, now
        each.explanation = given.explanation.strip()
        work.session.add(each)
        action = f"complaint.{each.state.lower()}"
        audit.log(work, _actor(decider), action, each.public_id, now=now)
    return waiting


def _dismiss(work: Work, held: Held, given: Reasons, decider: Decider, *, now: datetime) -> None:
    finding = Finding(decider.moderator, given.explanation.strip(), now)
    after = held.case.dismiss(finding)
    cases.save(work, held, after, actor=_actor(decider), now=now)


def _restore(work: Work, held: Held, given: Reasons, decider: Decider, *, now: datetime) -> None:
    explained = Finding(decider.moderator, given.explanation.strip(), now).explanation
    restoration = Restoration(decider.moderator, explained, now)
    after = held.case.restore(restoration)
    is_of_images = held.case.outcome is Outcome.IMAGE_REMOVED
    act = moderation.restore_pictures if is_of_images else moderation.restore
    held.row.decision = act(work, held.review.public_id, restoration)
    cases.save(work, held, after, actor=_actor(decider), now=now)


def _overturn(work: Work, held: Held, given: Reasons, decider: Decider, *, now: datetime) -> None:
    """Hide what was kept; a review that is being checked anew is decided there."""
    reasons = rulings.statement(held, given, decider, now=now)
    after = held.case.overturn(reasons)
    if ReviewState(held.review.state) is not ReviewState.APPROVED:
        raise CaseStepForbidden("Another report of this review is being checked; decide that.")
    rulings.hide(work, held, reasons, after)
    # What was upheld in the end was not unfounded, whatever the first decision said (DSA-5).
    for notice in notice_rows.of_case(work.session, held.row.id):
        notice.is_unfounded = False
        work.session.add(notice)


def _actor(decider: Decider) -> Actor:
    return Actor(Role.MODERATOR, decider.moderator.name)
