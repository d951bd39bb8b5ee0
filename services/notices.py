"""Use case of notices: file one about a review (systems.md §12, DSA-2, FR-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain import ids
from domain import notices as rules
from domain.actors import Actor
from domain.errors import ReviewGone, ReviewNotFound
from domain.ids import Prefix
from domain.notices import (
    Measure,
    NewNotice,
    NoticeDecided,
    NoticeExists,
    NoticesTooMany,
    Reporter,
    ReporterKind,
    ReporterSuspended,
)
from domain.orders import normalise_email
from domain.policies import NOTICES
from domain.reviews import ReviewState
from domain.windows import day_of, midnight
from services import audit, case_mails, cases, hearings, moderation
from services.cases import Held
from store import cases as case_rows
from store import notices as rows
from store.cases import Case as CaseRow
from store.database import Work
from store.keys import Keyring
from store.notices import Notice
from store.reviews import Review
from store.shops import Shop

_GONE: Final = (ReviewState.REJECTED, ReviewState.DISCARDED)


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a notice is checked; ``token`` opens the page on which its reporter follows it."""

    case_id: str
    notice_id: str
    token: str


def file(work: Work, new: NewNotice, *, actor: Actor, now: datetime) -> Filed:
    """Take a notice: the review stays visible and counted, a person checks it (GO-9).

    Several notices about one review are checked in one case, each is put to the author; the same
    notice sent twice is one.
    Raises NoticeInvalid, MailAddressInvalid, ReviewNotFound (also for another shop's), ReviewGone,
    NoticeExists, NoticeDecided, ReporterSuspended or NoticesTooMany.
    """
    new = rules.checked(new)
    shop, review = _reported(work, new)
    reporter = identity(work.keys, new.reporter)
    pending = case_rows.pending(work.session, review.id)
    if reporter:
        known = _filed_before(work, review, reporter, new, now=now)
        if known is not None:
            return known
        _check_record(work, reporter, now)
    held = _joined(work, pending, shop, review, new, actor=actor, now=now)
    notice = _row(work, held, new, reporter, now)
    work.session.add(notice)
    work.session.flush()
    if pending is not None:
        hearings.join(work, held, actor=actor, now=now)
    after = {"case": held.row.public_id, "reason": notice.reason, "by": notice.kind}
    audit.log(work, actor, "notice.filed", notice.public_id, now=now, after=after)
    case_mails.receipt(work, held, notice, now=now)
    return _filed(work, held.row, notice)


def identity(keys: Keyring, reporter: Reporter) -> str:
    """By what a reporter's notices are counted: all of a shop's staff together, readers each."""
    if reporter.kind is ReporterKind.SHOP:
        return keys.hash_email(f"shop:{reporter.shop_key}")
    return keys.hash_email(normalise_email(reporter.email)) if reporter.email else ""


def _reported(work: Work, new: NewNotice) -> tuple[Shop, Review]:
    shop, review = moderation.held(work, new.review_id)
    if new.reporter.shop_key and new.reporter.shop_key != shop.shop_key:
        raise ReviewNotFound
    if ReviewState(review.state) in _GONE:
        raise ReviewGone
    if not review.is_public:
        raise ReviewNotFound
    return shop, review


def _filed_before(
    work: Work, review: Review, reporter: str, new: NewNotice, *, now: datetime
) -> Filed | None:
    """The same notice, where a form was sent twice; raises for another one of the same person."""
    found = rows.latest(work.session, review.id, reporter)
    if found is None:
        return None
    notice, row = found
    case = cases.case_of(row)
    if row.is_pending:
        if (notice.reason, notice.explanation) == (new.reason, new.explanation):
            return _filed(work, row, notice)
        raise NoticeExists
    until = case.complaints_until
    if until is not None and now < until:
        raise NoticeDecided
    return None


def _check_record(work: Work, reporter: str, now: datetime) -> None:
    suspended = [
        measure
        for measure in rows.measures(work.session, reporter)
        if measure.kind == Measure.SUSPENDED and measure.until and now < measure.until
    ]
    if suspended:
        raise ReporterSuspended
    today, _ = rows.filed_since(work.session, reporter, midnight(day_of(now)))
    if today >= NOTICES.per_day:
        raise NoticesTooMany


def _joined(
    work: Work,
    pending: CaseRow | None,
    shop: Shop,
    review: Review,
    new: NewNotice,
    *,
    actor: Actor,
    now: datetime,
) -> Held:
    """The case in which the review is checked already, or a new one."""
    if pending is not None:
        return cases.held(work, pending.public_id)
    if ReviewState(review.state) is ReviewState.APPROVED:
        moderation.report(work, review.public_id, actor=actor, now=now)
    return cases.open_for(work, shop, review, new.reason, now)


def _row(work: Work, held: Held, new: NewNotice, reporter: str, now: datetime) -> Notice:
    by = new.reporter
    return Notice(
        public_id=ids.new(Prefix.NOTICE),
        case_id=held.row.id,
        kind=by.kind,
        reporter_hash=reporter,
        name_cipher=work.keys.encrypt(by.name) if by.name else None,
        email_cipher=work.keys.encrypt(by.email) if by.email else None,
        language=by.language,
        reason=new.reason,
        explanation=new.explanation,
        filed_at=now,
    )


def _filed(work: Work, row: CaseRow, notice: Notice) -> Filed:
    return Filed(row.public_id, notice.public_id, cases.reporter_token(work.keys, notice, row))


def abuse_since(now: datetime) -> datetime:
    """From when on a reporter's record is looked at (DSA-5)."""
    return now - timedelta(days=NOTICES.abuse_days)
