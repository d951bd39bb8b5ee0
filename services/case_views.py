"""Cases as moderators, shops, reporters and authors see them; names of reporters stay out.

Who reads a link learns of the other side only what was said about the review itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.actors import Actor
from domain.cases import CaseNotFound, CaseState, Outcome
from domain.complaints import AUTHOR, SHOP, Side
from domain.criteria import Criterion
from domain.errors import ReviewGone, ReviewNotFound
from domain.notice_links import Party
from domain.notices import ReporterKind
from domain.reviews import ReviewState
from services import audit, case_mails, cases, counting, notices
from services.case_lists import STEPS, Listed, Objection, listed, objection
from services.case_mails import Told
from services.cases import Kind, Speaker
from services.rulings import Step
from store import cases as rows
from store import decisions, proofs, reviews, shops
from store import notices as notice_rows
from store.cases import Case as Row
from store.database import Work
from store.keys import Keyring
from store.notices import Notice
from store.reviews import Review
from store.shops import Shop

SEEN: Final = "case.seen"


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
    complaints: tuple[Objection, ...]
    may_answer: bool
    may_add: bool
    may_complain: bool


def file(session: Session, case_id: str, *, now: datetime) -> File:
    """A case as moderators see it; raises CaseNotFound."""
    row, review, shop = _of(session, case_id)
    case = cases.case_of(row)
    facts = cases.facts(session, row, review)
    return File(
        head=listed(row, review, shop, now),
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
        complaints=tuple(objection(each, row, shop) for each in rows.complaints(session, row.id)),
        history=tuple(_history(session, row, review)),
        proposal=case.proposal(facts),
        steps=STEPS.get(case.state, ()),
        deciders=case.deciders,
    )


def seen(work: Work, case_id: str, *, actor: Actor, now: datetime) -> File:
    """A case as moderators see it; that somebody looked is logged (systems.md §0.7)."""
    found = file(work.session, case_id, now=now)
    audit.log(work, actor, SEEN, case_id, now=now)
    return found


def complaint(session: Session, complaint_id: str) -> tuple[Objection, str]:
    """A complaint, and the id of its case; raises CaseNotFound."""
    found = rows.complaint_by_public_id(session, complaint_id)
    row = rows.by_id(session, found.case_id) if found else None
    if found is None or row is None:
        raise CaseNotFound
    return objection(found, row, cases.shop_of(session, row)), row.public_id


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
    name = _complainant(party, filed)
    own = [each for each in rows.complaints(session, row.id) if each.complainant == name]
    is_said = any(each.decision_number == case.decisions for each in own)
    answers = CaseState.AUTHOR_HEARING if party is Speaker.AUTHOR else CaseState.SHOP_COMMENT
    return Followed(
        party=party,
        head=listed(row, review, shop, now),
        review=_shown_to(party, review, shop),
        decision=case_mails.told(session, row),
        complaints_until=case.complaints_until,
        notices=tuple(_filed(notice) for notice in filed),
        messages=_heard(session, row, party, filed),
        complaints=tuple(objection(each, row, shop) for each in own),
        may_answer=party is not Speaker.REPORTER and case.state is answers,
        may_add=case.is_open,
        may_complain=bool(name) and not is_said and case.may_complain(side, now),
    )


def _complainant(party: Speaker, filed: Sequence[Notice]) -> str:
    """By what this side's complaints are known; empty for a shop that has reported nothing."""
    if party is Speaker.AUTHOR:
        return AUTHOR
    if party is Speaker.SHOP:
        return SHOP if any(each.kind == ReporterKind.SHOP for each in filed) else ""
    return next((cases.complainant(each) for each in filed), "")


def _of(session: Session, case_id: str) -> tuple[Row, Review, Shop]:
    row = rows.by_public_id(session, case_id)
    review = session.get(Review, row.review_id) if row else None
    if row is None or review is None:
        raise CaseNotFound
    return row, review, cases.shop_of(session, row)


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


def _history(session: Session, row: Row, review: Review) -> list[tuple[datetime, str, str]]:
    """What was done in the case and to its review; who looked stands in the operator's log."""
    done = decisions.history(session, (row.public_id, review.public_id))
    return [line for line in done if line[2] != SEEN]


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


def _heard(session: Session, row: Row, party: Speaker, filed: Sequence[Notice]) -> tuple[Said, ...]:
    """What a side reads; of several reporters each reads only what they have said."""
    own = {None} if party is not Speaker.REPORTER else {notice.id for notice in filed}
    return tuple(
        Said(each.party, each.kind, each.text, each.said_at)
        for each in rows.messages(session, row.id)
        if each.party in _HEARD[party] and each.kind != Kind.DECISION and each.notice_id in own
    )


def _handed_in(session: Session, row: Row) -> tuple[HandedIn, ...]:
    return tuple(
        HandedIn(each.public_id, each.party, each.media_type, each.size, each.removed_at is None)
        for each in proofs.of_case(session, row.id)
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
