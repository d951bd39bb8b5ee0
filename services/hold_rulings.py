"""Use case of moderators: what to do with a text that waits (systems.md §4, DSA-3)."""

from datetime import datetime
from enum import StrEnum

from domain.decisions import Ground, Scope, Source, StatementOfReasons
from domain.errors import ReasonsMissing
from domain.holds import HOLDS
from domain.moderators import Decider
from domain.notices import NoticeReason, reason_of
from services import calendars, hold_cases, holds
from services.holds import Held
from services.rulings import Reasons
from store.database import Work
from widgets import texts


class HoldStep(StrEnum):
    """What a moderator may do with a text that waits."""

    RELEASE = "RELEASE"
    ASK = "ASK"
    CASE = "CASE"


def decide(
    work: Work,
    hold_id: str,
    step: HoldStep,
    given: Reasons,
    reason: str,
    decider: Decider,
    *,
    seen: int,
    now: datetime,
) -> None:
    """Publish a text, ask its author to change it, or have a case decide about it.

    ``reason`` is of the public list, and is for a case. Raises HoldNotFound, HoldChanged,
    HoldStepForbidden, ModeratorPartial, LanguageNotRead, ReasonsMissing, NoticeInvalid or
    CaseStepForbidden; then nothing has changed.
    """
    if step is HoldStep.RELEASE:
        holds.release(work, hold_id, decider, seen=seen, now=now)
        return
    found = holds.held(work, hold_id, seen=seen)
    reasons = _statement(found, step, given, decider, now=now)
    if step is HoldStep.ASK:
        holds.ask(work, hold_id, reasons, decider, seen=seen)
        return
    named: NoticeReason = reason_of(reason)
    hold_cases.take(work, hold_id, reasons, named, decider, seen=seen)


def _statement(
    found: Held, step: HoldStep, given: Reasons, decider: Decider, *, now: datetime
) -> StatementOfReasons:
    """The statement, in the review's language; raises ReasonsMissing."""
    try:
        ground = Ground(given.ground)
    except ValueError:
        raise ReasonsMissing("Choose the ground.", field="ground") from None
    words = texts.of(found.review.language or found.shop.language)
    asks = step is HoldStep.ASK
    calendar = calendars.of_market(found.shop.market)
    return StatementOfReasons(
        moderator=decider.moderator,
        ground=ground,
        facts=given.facts.strip(),
        explanation=given.explanation.strip(),
        redress=words.say("hold.askedRedress" if asks else "hold.caseRedress"),
        source=Source.OWN,
        decided_at=now,
        automated_detection=True,
        scope=Scope.TEXT,
        until=calendar.after_days(now, HOLDS.asked_days) if asks else None,
    )
