"""Use case of a text, or a review with signals, that a moderation case is to decide about.

The case is one like any other: author and shop are heard, a person decides, with reasons.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor, Role
from domain.cases import CaseStepForbidden
from domain.decisions import StatementOfReasons
from domain.moderators import Decider
from domain.notices import NoticeReason
from domain.reviews import ReviewState
from services import cases, holds, moderation, signals
from services.cases import Held, Kind, Speaker
from store import cases as case_rows
from store.database import Work
from store.reviews import Review
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Opening:
    """Why a case is opened: a reason of the public list, and a moderator's words."""

    reason: NoticeReason
    explanation: str


def take(
    work: Work,
    hold_id: str,
    reasons: StatementOfReasons,
    reason: NoticeReason,
    decider: Decider,
    *,
    seen: int,
) -> str:
    """Have a case decide about a text that waits; it waits until the case has ended.

    Returns the case's id. Raises as ``holds.ask`` does, or CaseStepForbidden where the review
    cannot be in one.
    """
    found = holds.held(work, hold_id, seen=seen)
    decider.check(shop_key=found.shop.shop_key, language=found.review.language)
    after = found.hold.take(reasons)
    opening = Opening(reason, reasons.explanation)
    case = _opened(work, found.shop, found.review, opening, decider, now=reasons.decided_at)
    holds.keep_back(work, found, after, reasons)
    return case.row.public_id


def take_signals(
    work: Work, signal_case: str, opening: Opening, decider: Decider, *, seen: int, now: datetime
) -> str:
    """Have a case decide about a review of which signals were noticed; returns the case's id.

    The review stays published and counted meanwhile (SIG-0). Raises SignalCaseNotFound,
    SignalCaseChanged, ModeratorPartial, LanguageNotRead or CaseStepForbidden.
    """
    _, review, _ = signals.found(work.session, signal_case)
    shop, review = moderation.held(work, review.public_id)
    decider.check(shop_key=shop.shop_key, language=review.language)
    case = _opened(work, shop, review, opening, decider, now=now)
    signals.looked_at(
        work,
        signal_case,
        opening.explanation,
        decider,
        seen=seen,
        now=now,
        moderation_case=case.row.public_id,
    )
    return case.row.public_id


def _opened(
    work: Work, shop: Shop, review: Review, opening: Opening, decider: Decider, *, now: datetime
) -> Held:
    """The case in which the review is checked already, or a new one."""
    pending = case_rows.pending(work.session, review.id)
    actor = Actor(Role.MODERATOR, decider.moderator.name)
    if pending is not None:
        held = cases.held(work, pending.public_id)
    elif ReviewState(review.state) is ReviewState.APPROVED:
        moderation.report(work, review.public_id, actor=actor, now=now)
        held = cases.open_for(work, shop, review, opening.reason, now)
    else:
        raise CaseStepForbidden
    cases.say(work, held, Speaker.MODERATOR, Kind.EVIDENCE, opening.explanation, now=now)
    return held
