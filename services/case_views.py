"""Cases as moderators, shops, reporters and authors see them; names of reporters stay out.

Who reads a link learns of the other side only what was said about the review itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.cases import (
    OPEN,
    CaseNotFound,
    CaseState,
    ComplaintState,
    Outcome,
    Side,
)
from domain.criteria import Criterion
from domain.errors import ReviewGone, ReviewNotFound
from domain.notice_links import Party
from domain.notices import ReporterKind
from domain.reviews import ReviewState
from services import case_mails, cases, counting, notices
from services.case_mails import Told
from services.cases import Kind, Speaker
from services.rulings import Step
from store import cases as rows
from store import decisions, proofs, reviews, shops
from store import notices as notice_rows
from store.cases import Case as Row
from store.cases import Complaint, Search
from store.keys import Keyring
from store.notices import Notice
from store.reviews import Review
from store.shops import Shop

_MOST: Final = 200
_STEPS: Final = {
    CaseState.RECEIVED: (Step.TAKE,),
    CaseState.TRIAGE: (Step.HEAR, Step.REJECT_OBVIOUS, Step.REMOVE_OBVIOUS),
    CaseState.TO_DECIDE: (Step.KEEP, Step.REQUEST_EDIT, Step.REMOVE),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of cases; ``is_late`` where a person should have acted by now."""

    case_id: str
    state: CaseState
    outcome: Outcome | None
    reason: str
    stars: int
    language: str
    shop_key: str
    shop_name: str
    market: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said; reporters are told apart by kind only."""

    party: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Filed:
    """A notice without its reporter's name; ``filed`` and ``unfounded`` are their last 90 days."""

    kind: ReporterKind
    reason: str
    explanation: str
    at: datetime
    filed: int = 0
    unfounded: int = 0


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A proof as it is listed."""

    proof_id: str
    party: str
    media_type: str
    size: int
    is_there: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """A complaint about the decision of a case."""

    complaint_id: str
    case_id: str
    side: Side
    state: ComplaintState
    text: str
    explanation: str
    filed_at: datetime
    due_at: datetime
    shop_name: str = ""
    market: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The review of a case, and where it stands."""

    review_id: str
    url: str
    title: str
    comment: str
    language: str
    author_name: str
    stars: int
    marks: tuple[tuple[Criterion, int], ...]
    state: ReviewState
    level: int
    submitted_at: datetime
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Everything that a moderator sees of a case."""

    head: Listed
    version: int
    review: Shown
    decision: Told | None
    decided_at: datetime | None
    complaints_until: datetime | None
    notices: tuple[Filed, ...]
    messages: tuple[Said, ...]
    proofs: tuple[HandedIn, ...]
    complaints: tuple[Objection, ...]
    history: tuple[tuple[datetime, str, str], ...]
    proposal: Outcome
    steps: tuple[Step, ...]
    deciders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Followed:
    """What a side of a case sees: a reporter, an author, or the shop's staff."""

    party: Speaker
    head: Listed
    review: Shown
    decision: Told | None
    complaints_until: datetime | None
    notices: tuple[Filed, ...]
    messages: tuple[Said, ...]
    complaint: Objection | None
    may_answer: bool
    may_add: bool
    may_complain: bool


def queue(session: Session, search: Search, *, now: datetime) -> list[Listed]:
    """Cases that fit, in the order that the search asks for."""
    found = rows.found(session, search)
    return [_listed(row, review, shop, now) for row, review, shop in found]


def open_search(*, state: str = "", language: str = "") -> Search:
    """Open cases, or those of one state, whose reviews are in a language.

    What waits comes by its urgency, what is over the newest first.
    """
    states = (state,) if state in set(CaseState) else tuple(sorted(OPEN))
    return Search(states, language=language[:8], most=_MOST, newest=OPEN.isdisjoint(states))


def of_shop(session: Session, shop_key: str, *, now: datetime) -> list[Listed]:
    """The cases of a shop's reviews, the latest first."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        return []
    return queue(session, Search(shop_id=shop.id, most=_MOST, newest=True), now=now)


def complaints(session: Session) -> list[Objection]:
    """Complaints that wait for a decision, the most urgent first."""
    return [_objection(*found) for found in rows.open_complaints(session, most=_MOST)]


def file(session: Session, case_id: str, *, now: datetime) -> File:
    """A case as moderators see it; raises CaseNotFound."""
    row, review, shop = _of(session, case_id)
    case = cases.case_of(row)
    facts = cases.facts(session, row, review)
    return File(
        head=_listed(row, review, shop, now),
        version=row.version,
        review=_shown(review, shop),
        decision=case_mails.told(session, row),
        decided_at=row.decided_at,
        complaints_until=case.complaints_until,
        notices=tuple(
            _counted(session, each, now) for each in notice_rows.of_case(session, row.id)
        ),
        messages=_said(session, row),
        proofs=_handed_in(session, row),
        complaints=tuple(_objection(each, row, shop) for each in rows.complaints(session, row.id)),
        history=tuple(decisions.history(session, (row.public_id, review.public_id))),
        proposal=case.proposal(facts),
        steps=_STEPS.get(case.state, ()),
        deciders=case.deciders,
    )


def objection(session: Session, complaint_id: str) -> tuple[Objection, str]:
    """A complaint, and the id of its case; raises CaseNotFound."""
    complaint = rows.complaint_by_public_id(session, complaint_id)
    row = rows.by_id(session, complaint.case_id) if complaint else None
    if complaint is None or row is None:
        raise CaseNotFound
    return _objection(complaint, row, cases.shop_of(session, row)), row.public_id


def by_link(session: Session, keys: Keyring, token: str, *, now: datetime) -> Followed:
    """A case as its author or a reporter sees it; raises as ``cases.opened`` does."""
    opened = cases.opened(session, keys, token, now=now)
    row, review, shop = _of(session, opened.row.public_id)
    if opened.party is Party.AUTHOR:
        filed = notice_rows.of_case(session, row.id)
        return _followed(session, row, review, shop, Speaker.AUTHOR, filed, now)
    own = [opened.notice] if opened.notice else []
    return _followed(session, row, review, shop, Speaker.REPORTER, own, now)


def by_shop(session: Session, shop_key: str, case_id: str, *, now: datetime) -> Followed:
    """A case as the shop's staff sees it; raises CaseNotFound, also for another shop's."""
    row, review, shop = _of(session, case_id)
    if shop.shop_key != shop_key:
        raise CaseNotFound
    filed = notice_rows.of_case(session, row.id)
    return _followed(session, row, review, shop, Speaker.SHOP, filed, now)


_HEARD: Final = {
    Speaker.AUTHOR: (Speaker.AUTHOR,),
    Speaker.REPORTER: (Speaker.REPORTER,),
    Speaker.SHOP: (Speaker.SHOP, Speaker.AUTHOR),
}
"""Whose words each side reads; a moderator's reach them with the decision."""


def _followed(
    session: Session,
    row: Row,
    review: Review,
    shop: Shop,
    party: Speaker,
    filed: Sequence[Notice],
    now: datetime,
) -> Followed:
    case = cases.case_of(row)
    side = Side.AUTHOR if party is Speaker.AUTHOR else Side.REPORTER
    complaint = next((c for c in rows.complaints(session, row.id) if c.side == side), None)
    own = {n.id for n in filed if party is not Speaker.SHOP or n.kind == ReporterKind.SHOP}
    answers = CaseState.AUTHOR_HEARING if party is Speaker.AUTHOR else CaseState.SHOP_COMMENT
    return Followed(
        party=party,
        head=_listed(row, review, shop, now),
        review=_shown_to(party, review, shop),
        decision=case_mails.told(session, row),
        complaints_until=case.complaints_until,
        notices=tuple(_filed(notice) for notice in filed),
        messages=tuple(
            said
            for said in _said(session, row)
            if said.party in _HEARD[party] and said.kind != Kind.DECISION
        ),
        complaint=_own(_objection(complaint, row, shop), complaint, own) if complaint else None,
        may_answer=party is not Speaker.REPORTER and case.state is answers,
        may_add=case.is_open,
        may_complain=complaint is None and bool(own) and case.may_complain(side, now),
    )


def _own(objection: Objection, complaint: Complaint, own: Iterable[int]) -> Objection:
    """A complaint as its side sees it: what another reporter wrote is not for this one."""
    return objection if complaint.notice_id in (None, *own) else replace(objection, text="")


def _of(session: Session, case_id: str) -> tuple[Row, Review, Shop]:
    row = rows.by_public_id(session, case_id)
    review = session.get(Review, row.review_id) if row else None
    if row is None or review is None:
        raise CaseNotFound
    return row, review, cases.shop_of(session, row)


def _listed(row: Row, review: Review, shop: Shop, now: datetime) -> Listed:
    state = CaseState(row.state)
    return Listed(
        case_id=row.public_id,
        state=state,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        stars=row.stars,
        language=review.language,
        shop_key=shop.shop_key,
        shop_name=shop.name,
        market=shop.market,
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_late=state in _STEPS and row.due_at is not None and now >= row.due_at,
    )


def _shown(review: Review, shop: Shop) -> Shown:
    return Shown(
        review_id=review.public_id,
        url=case_mails.review_path(shop, review),
        title=review.title,
        comment=review.comment,
        language=review.language,
        author_name=review.author_name,
        stars=review.stars,
        marks=tuple(counting.marks_of(review).items()),
        state=ReviewState(review.state),
        level=int(review.level),
        submitted_at=review.submitted_at,
    )


def _shown_to(party: Speaker, review: Review, shop: Shop) -> Shown:
    """The review for one side; what nobody sees any more is no reporter's to read (GP-5)."""
    shown = _shown(review, shop)
    is_back = shown.state is ReviewState.DISCARDED
    if party is Speaker.AUTHOR or review.is_public or (party is Speaker.SHOP and not is_back):
        return shown
    return replace(shown, title="", comment="", author_name="", is_hidden=True)


def _filed(notice: Notice) -> Filed:
    return Filed(ReporterKind(notice.kind), notice.reason, notice.explanation, notice.filed_at)


def _counted(session: Session, notice: Notice, now: datetime) -> Filed:
    if not notice.reporter_hash:
        return _filed(notice)
    since = notices.abuse_since(now)
    filed, unfounded = notice_rows.filed_since(session, notice.reporter_hash, since)
    return replace(_filed(notice), filed=filed, unfounded=unfounded)


def _said(session: Session, row: Row) -> tuple[Said, ...]:
    return tuple(
        Said(each.party, each.kind, each.text, each.said_at)
        for each in rows.messages(session, row.id)
    )


def _handed_in(session: Session, row: Row) -> tuple[HandedIn, ...]:
    return tuple(
        HandedIn(each.public_id, each.party, each.media_type, each.size, each.removed_at is None)
        for each in proofs.of_case(session, row.id)
    )


def _objection(complaint: Complaint, row: Row, shop: Shop) -> Objection:
    return Objection(
        complaint_id=complaint.public_id,
        case_id=row.public_id,
        side=Side(complaint.side),
        state=ComplaintState(complaint.state),
        text=complaint.text,
        explanation=complaint.explanation,
        filed_at=complaint.filed_at,
        due_at=complaint.due_at,
        shop_name=shop.name,
        market=shop.market,
    )


def reportable(session: Session, shop_key: str, review_id: str) -> Shown:
    """A public review of this shop, to be reported; raises ReviewNotFound or ReviewGone."""
    shop = shops.by_key(session, shop_key)
    review = reviews.by_public_id(session, review_id)
    if shop is None or review is None or review.shop_id != shop.id:
        raise ReviewNotFound
    if ReviewState(review.state) in (ReviewState.REJECTED, ReviewState.DISCARDED):
        raise ReviewGone
    if not review.is_public:
        raise ReviewNotFound
    return _shown(review, shop)
