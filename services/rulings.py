"""Use cases of moderators: take a case, have the author heard, decide (systems.md §12, DSA-3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.actors import Actor, Role
from domain.cases import Case, CaseStepForbidden, Outcome
from domain.decisions import (
    DecisionKind,
    Finding,
    Ground,
    Scope,
    Source,
    StatementOfReasons,
)
from domain.errors import ReasonsMissing
from domain.moderators import Decider
from domain.notices import Measure, Record
from domain.policies import NOTICES
from services import audit, case_mails, cases, corrections, hearings, moderation, notices
from services.cases import Held, Kind, Speaker
from store import decisions
from store import notices as notice_rows
from store.database import Work
from store.notices import Notice, ReporterMeasure
from widgets import texts


class Step(StrEnum):
    """What a moderator may do next with a case."""

    TAKE = "TAKE"
    HEAR = "HEAR"
    REJECT_OBVIOUS = "REJECT_OBVIOUS"
    REMOVE_OBVIOUS = "REMOVE_OBVIOUS"
    KEEP = "KEEP"
    REQUEST_EDIT = "REQUEST_EDIT"
    REMOVE = "REMOVE"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a step is taken; ``ground`` and ``facts`` are for those that hide a review."""

    explanation: str = ""
    ground: str = ""
    facts: str = ""
    scope: Scope = Scope.REVIEW


@dataclass(frozen=True, slots=True)
class _Taken:
    """A step of somebody who may take it, with its reasons and its moment."""

    reasons: Reasons
    decider: Decider
    now: datetime

    @property
    def finding(self) -> Finding:
        return Finding(self.decider.moderator, self.reasons.explanation.strip(), self.now)

    @property
    def actor(self) -> Actor:
        return Actor(Role.MODERATOR, self.decider.moderator.name)


def decide(
    work: Work,
    case_id: str,
    step: Step,
    reasons: Reasons,
    decider: Decider,
    *,
    seen: int,
    now: datetime,
) -> None:
    """Do the next step in a case, as the person who looks at version ``seen`` of it.

    Raises CaseNotFound, CaseChanged, CaseStepForbidden, ModeratorPartial, LanguageNotRead or
    ReasonsMissing; then nothing has changed.
    """
    held = cases.held(work, case_id, seen=seen)
    decider.check(shop_key=held.shop.shop_key, language=held.review.language)
    _STEPS[step](work, held, _Taken(reasons, decider, now))


def _take(work: Work, held: Held, taken: _Taken) -> None:
    cases.save(work, held, held.case.take(), actor=taken.actor, now=taken.now)


def _hear(work: Work, held: Held, taken: _Taken) -> None:
    after = held.case.hear(taken.now, held.calendar)
    cases.save(work, held, after, actor=taken.actor, now=taken.now)
    hearings.put(work, held, now=taken.now)


def _reject(work: Work, held: Held, taken: _Taken) -> None:
    after = held.case.reject_as_obvious(taken.finding)
    found(work, held, DecisionKind.KEPT, taken.finding)
    moderation.keep(work, held.review.public_id, actor=taken.actor, now=taken.now)
    cases.save(work, held, after, actor=taken.actor, now=taken.now)
    tell(work, held, now=taken.now)
    for notice in notice_rows.of_case(work.session, held.row.id):
        notice.is_unfounded = True
        work.session.add(notice)
        work.session.flush()
        if notice.reporter_hash:
            _measure(work, held, notice, taken)


def _keep(work: Work, held: Held, taken: _Taken) -> None:
    after = held.case.keep(taken.finding)
    found(work, held, DecisionKind.KEPT, taken.finding)
    moderation.keep(work, held.review.public_id, actor=taken.actor, now=taken.now)
    cases.save(work, held, after, actor=taken.actor, now=taken.now)
    tell(work, held, now=taken.now)


def _request_edit(work: Work, held: Held, taken: _Taken) -> None:
    if not corrections.is_open(work.session, held.review, now=taken.now):
        raise CaseStepForbidden("The author can no longer edit this review.")
    after = held.case.request_edit(taken.finding, held.calendar)
    found(work, held, DecisionKind.EDIT_REQUESTED, taken.finding)
    cases.save(work, held, after, actor=taken.actor, now=taken.now)
    tell(work, held, now=taken.now)


def _remove_as_obvious(work: Work, held: Held, taken: _Taken) -> None:
    reasons = statement(held, taken.reasons, taken.decider, now=taken.now)
    hide(work, held, reasons, held.case.remove_as_obvious(reasons))


def _remove(work: Work, held: Held, taken: _Taken) -> None:
    reasons = statement(held, taken.reasons, taken.decider, now=taken.now)
    hide(work, held, reasons, held.case.remove(reasons))


_STEPS: Final[Mapping[Step, Callable[[Work, Held, _Taken], None]]] = {
    Step.TAKE: _take,
    Step.HEAR: _hear,
    Step.REJECT_OBVIOUS: _reject,
    Step.REMOVE_OBVIOUS: _remove_as_obvious,
    Step.KEEP: _keep,
    Step.REQUEST_EDIT: _request_edit,
    Step.REMOVE: _remove,
}


def statement(held: Held, given: Reasons, decider: Decider, *, now: datetime) -> StatementOfReasons:
    """The statement of reasons, in the review's language; raises ReasonsMissing (DSA-3)."""
    try:
        ground = Ground(given.ground)
    except ValueError:
        raise ReasonsMissing("Choose the ground.", field="ground") from None
    words = texts.of(held.review.language or held.shop.language)
    return StatementOfReasons(
        moderator=decider.moderator,
        ground=ground,
        facts=given.facts.strip(),
        explanation=given.explanation.strip(),
        redress=words.say("notice.redressAlways"),
        source=Source.NOTICE,
        decided_at=now,
        scope=given.scope,
    )


def hide(work: Work, held: Held, reasons: StatementOfReasons, after: Case) -> None:
    """Take the review, or its pictures alone, out of view, store why, and tell everybody (FR-4).

    Raises CaseStepForbidden where it shows no pictures.
    """
    is_of_images = after.outcome is Outcome.IMAGE_REMOVED
    act = moderation.hide_pictures if is_of_images else moderation.disable
    held.row.decision = act(work, held.review.public_id, reasons)
    cases.say(
        work,
        held,
        Speaker.MODERATOR,
        Kind.DECISION,
        reasons.explanation,
        now=reasons.decided_at,
    )
    actor = Actor(Role.MODERATOR, reasons.moderator.name)
    cases.save(work, held, after, actor=actor, now=reasons.decided_at)
    tell(work, held, now=reasons.decided_at)


def found(work: Work, held: Held, kind: DecisionKind, finding: Finding) -> None:
    """Store a decision that hides nothing."""
    held.row.decision = moderation.record(work, held.review.public_id, kind, finding)
    cases.say(
        work,
        held,
        Speaker.MODERATOR,
        Kind.DECISION,
        finding.explanation,
        now=finding.decided_at,
    )


def tell(work: Work, held: Held, *, now: datetime) -> None:
    """Write to both sides; a decision that its author was told of notes when."""
    work.session.flush()
    if case_mails.decision(work, held, now=now) and held.row.decision:
        decisions.mark_sent(work.session, held.row.decision, now)


def _measure(work: Work, held: Held, notice: Notice, taken: _Taken) -> None:
    """A warning, then a suspension, for many manifestly unfounded notices (DSA-5)."""
    reporter, since = notice.reporter_hash, notices.abuse_since(taken.now)
    filed, unfounded = notice_rows.filed_since(work.session, reporter, since)
    warned_at = notice_rows.warned_at(work.session, reporter, since)
    measure = Record(filed, unfounded, warned_at is not None).measure
    # A warning can be heeded only by what is filed after it.
    if measure is None or (warned_at is not None and notice.filed_at <= warned_at):
        return
    until = taken.now + timedelta(days=NOTICES.suspension_days)
    row = ReporterMeasure(
        reporter_hash=reporter,
        kind=measure,
        moderator=taken.decider.moderator.name,
        notices=filed,
        unfounded=unfounded,
        decided_at=taken.now,
        until=until if measure is Measure.SUSPENDED else None,
    )
    work.session.add(row)
    work.session.flush()
    action = f"reporter.{measure.lower()}"
    after = {"notices": filed, "unfounded": unfounded}
    audit.log(work, taken.actor, action, notice.public_id, now=taken.now, after=after)
    case_mails.abuse(work, held.shop, notice, row)
