"""Cases as use cases share them: open, hold, store; whose link it is; what the rules look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from domain import cases as rules
from domain import complaints as rules_of_complaints
from domain import ids, notice_links
from domain.actors import Actor
from domain.calendars import Calendar
from domain.cases import Case, CaseChanged, CaseNotFound, CaseState, Facts, Outcome
from domain.complaints import ComplaintState
from domain.evidence import EvidenceLevel
from domain.ids import Prefix
from domain.notice_links import Link, Party
from domain.notices import NoticeLinkForged, NoticeReason, ReporterKind
from domain.policies import NOTICES
from services import audit, calendars, moderation
from store import cases as rows
from store import notices, shops
from store.cases import Case as Row
from store.cases import Message
from store.database import Work
from store.keys import Keyring
from store.notices import Notice
from store.reviews import Review
from store.shops import Shop

_LINK: Final = timedelta(days=NOTICES.link_days)


class Speaker(StrEnum):
    """Who says something in a case."""

    AUTHOR = "AUTHOR"
    SHOP = "SHOP"
    REPORTER = "REPORTER"
    MODERATOR = "MODERATOR"


class Kind(StrEnum):
    """What is said: an answer in the hearing, a comment, further evidence, or a decision."""

    ANSWER = "ANSWER"
    COMMENT = "COMMENT"
    EVIDENCE = "EVIDENCE"
    DECISION = "DECISION"


@dataclass(slots=True)
class Held:
    """A case that is being changed, with its review and the shop, whose row is held."""

    row: Row
    case: Case
    review: Review
    shop: Shop

    @property
    def calendar(self) -> Calendar:
        return calendars.of_market(self.shop.market)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to; ``notice`` is there for a reporter's."""

    party: Party
    row: Row
    notice: Notice | None


def open_for(work: Work, shop: Shop, review: Review, reason: NoticeReason, now: datetime) -> Held:
    """A new case of a review; it is stored at once, so that it has its number."""
    case = rules.opened(now, calendars.of_market(shop.market))
    row = Row(
        public_id=ids.new(Prefix.CASE),
        review_id=review.id,
        shop_id=shop.id,
        state=case.state,
        reason=reason,
        stars=review.stars,
        opened_at=now,
        due_at=case.due_at,
    )
    work.session.add(row)
    work.session.flush()
    return Held(row, case, review, shop)


def held(work: Work, case_id: str, *, seen: int | None = None) -> Held:
    """The case with this id, its shop's row held until the transaction ends.

    ``seen`` is the version that a person has looked at. Raises CaseNotFound or CaseChanged.
    """
    row = rows.by_public_id(work.session, case_id)
    review = work.session.get(Review, row.review_id) if row else None
    if row is None or review is None:
        raise CaseNotFound
    shop, review = moderation.held(work, review.public_id)
    work.session.refresh(row)
    if seen is not None and row.version != seen:
        raise CaseChanged
    return Held(row, case_of(row), review, shop)


def save(work: Work, held: Held, after: Case, *, actor: Actor, now: datetime) -> None:
    """Store the case as it is now, with a line in the log about what has changed."""
    row, before = held.row, held.case
    row.state, row.outcome = after.state, after.outcome
    row.due_at, row.remind_at, row.wake_at = after.due_at, after.remind_at, after.wake_at
    row.decided_at, row.is_pending = after.decided_at, after.is_pending
    row.decisions = after.decisions
    row.deciders = " ".join(sorted(after.deciders))
    row.version += 1
    held.case = after
    work.session.add(row)
    audit.log(
        work,
        actor,
        f"case.{after.state.lower()}",
        row.public_id,
        now=now,
        before={"state": before.state, "outcome": before.outcome},
        after={"state": after.state, "outcome": after.outcome},
        reason=row.decision or "",
    )


def say(
    work: Work,
    held: Held,
    speaker: Speaker,
    kind: Kind,
    text: str,
    *,
    now: datetime,
    notice: Notice | None = None,
) -> None:
    """Add what somebody said to the case; ``notice`` is that of the reporter who says it."""
    message = Message(
        case_id=held.row.id,
        party=speaker,
        kind=kind,
        notice_id=notice.id if notice else None,
        text=text,
        said_at=now,
    )
    work.session.add(message)


def case_of(row: Row) -> Case:
    """The case as the rules see it."""
    return Case(
        state=CaseState(row.state),
        due_at=row.due_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        remind_at=row.remind_at,
        decided_at=row.decided_at,
        deciders=frozenset(row.deciders.split()),
        decisions=row.decisions,
    )


def facts(session: Session, row: Row, review: Review) -> Facts:
    """What the rules look at besides the case."""
    filed = notices.of_case(session, row.id)
    complaints = rows.complaints(session, row.id)
    said = rows.messages(session, row.id)
    return Facts(
        reasons=frozenset(NoticeReason(notice.reason) for notice in filed),
        has_evidence=EvidenceLevel(review.level).is_verified,
        has_open_complaint=any(each.state == ComplaintState.OPEN for each in complaints),
        has_answer=any((m.party, m.kind) == (Speaker.AUTHOR, Kind.ANSWER) for m in said),
        has_unheard=any(notice.put_at is None for notice in filed),
    )


def complainant(notice: Notice | None) -> str:
    """By what somebody is told from the others who may complain; None is the author."""
    if notice is None:
        return rules_of_complaints.complainant(None, is_shop=False)
    is_shop = notice.kind == ReporterKind.SHOP
    return rules_of_complaints.complainant(notice.public_id, is_shop=is_shop)


def reporter_token(keys: Keyring, notice: Notice, row: Row) -> str:
    """The secret part of the address at which a reporter follows the case.

    After a decision it is another one, which holds for as long anew: each may be complained about.
    """
    since = row.decided_at or notice.filed_at
    link = Link(Party.REPORTER, notice.public_id, since + _LINK)
    return notice_links.sign(link, keys.notices)


def author_token(keys: Keyring, row: Row) -> str:
    """The secret part of the address at which the author answers, and follows the case."""
    link = Link(Party.AUTHOR, row.public_id, (row.decided_at or row.opened_at) + _LINK)
    return notice_links.sign(link, keys.notices)


def opened(session: Session, keys: Keyring, token: str, *, now: datetime) -> Opened:
    """What a link leads to; raises NoticeLinkForged or NoticeLinkExpired."""
    link = notice_links.read(token, keys.notices, now=now)
    if link.party is Party.AUTHOR:
        row, notice = rows.by_public_id(session, link.thing), None
    else:
        notice = notices.by_public_id(session, link.thing)
        row = rows.by_id(session, notice.case_id) if notice else None
    if row is None:
        raise NoticeLinkForged
    return Opened(link.party, row, notice)


def shop_of(session: Session, row: Row) -> Shop:
    """The shop of a case; raises CaseNotFound."""
    shop = shops.by_id(session, row.shop_id)
    if shop is None:
        raise CaseNotFound
    return shop


def of_shop(work: Work, shop_key: str, case_id: str) -> Held:
    """A case of this shop's, held; raises CaseNotFound, also for another shop's."""
    row = rows.by_public_id(work.session, case_id)
    shop = shops.by_key(work.session, shop_key)
    if row is None or shop is None or row.shop_id != shop.id:
        raise CaseNotFound
    return held(work, case_id)


def readers(notices_of_case: Iterable[Notice]) -> list[Notice]:
    """The notices whose reporters can be written to."""
    return [notice for notice in notices_of_case if notice.email_cipher is not None]
