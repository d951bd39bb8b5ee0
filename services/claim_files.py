"""Files of claims as use cases share them: hold one, move it, say something in it (§36)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain import claim_states as states
from domain import duties, texts
from domain.actors import SYSTEM, Actor
from domain.calendars import Calendar
from domain.claim_states import Claim, Event
from domain.claims import (
    CLAIMS,
    RULES,
    Answer,
    BuyerRef,
    ClaimChanged,
    ClaimInvalid,
    ClaimNotFound,
    ClaimParty,
    ClaimReason,
    ClaimState,
    ClaimStepForbidden,
)
from domain.errors import TooMany
from domain.webhooks import EventType
from services import audit, calendars, deliveries
from store import claims as rows
from store import shops
from store.claims import Claim as Row
from store.claims import ClaimMessage, ClaimStep
from store.database import Work
from store.protections import Protection
from store.shops import Shop

_MESSAGES: Final = CLAIMS.messages


class Kind(StrEnum):
    """What is said in a claim: a report, an answer, a word, an offer, a request, or reasons."""

    REPORT = "REPORT"
    ANSWER = "ANSWER"
    COMMENT = "COMMENT"
    SETTLEMENT = "SETTLEMENT"
    REQUEST = "REQUEST"
    REASONS = "REASONS"
    APPEAL = "APPEAL"


@dataclass(slots=True)
class Held:
    """A claim that is being changed, with its protection and shop; its row is held."""

    row: Row
    claim: Claim
    protection: Protection
    shop: Shop

    @property
    def calendar(self) -> Calendar:
        return calendars.of_market(self.shop.market)

    @property
    def file(self) -> duties.File:
        """The claim as the separation of duties sees it."""
        return file_of(self.row, self.shop)


def file_of(row: Row, shop: Shop) -> duties.File:
    """Whose company a claim is about, who has handled it, and who has decided its appeal.

    Who has paid stands in ``payouts``: nobody handles a claim any more by then.
    """
    return duties.File(
        company=shop.account_id,
        handlers=frozenset(row.handlers.split()),
        deciders=frozenset(row.decider.split()),
        buyer_hash=row.buyer_hash,
    )


def held(work: Work, claim_id: str, *, seen: int | None = None) -> Held:
    """The claim with this id, its row held until the transaction ends.

    ``seen`` is the version that a person has looked at. Raises ClaimNotFound or ClaimChanged.
    """
    row = rows.by_public_id(work.session, claim_id, lock=True)
    protection = work.session.get(Protection, row.protection_id) if row else None
    shop = shops.by_id(work.session, row.shop_id) if row else None
    if row is None or protection is None or shop is None:
        raise ClaimNotFound
    if seen is not None and row.version != seen:
        raise ClaimChanged
    return Held(row, claim_of(row), protection, shop)


def of_buyer(work: Work, buyer: BuyerRef, claim_id: str, *, seen: int | None = None) -> Held:
    """A claim of this buyer's, held; raises ClaimNotFound, also for another buyer's."""
    row = rows.by_public_id(work.session, claim_id)
    if row is None or row.buyer_hash != buyer.hash:
        raise ClaimNotFound
    return held(work, claim_id, seen=seen)


def of_shop(work: Work, shop_key: str, claim_id: str, *, seen: int | None = None) -> Held:
    """A claim about this shop, held; raises ClaimNotFound, also for another shop's."""
    row = rows.by_public_id(work.session, claim_id)
    shop = shops.by_key(work.session, shop_key)
    if row is None or shop is None or row.shop_id != shop.id:
        raise ClaimNotFound
    return held(work, claim_id, seen=seen)


def move(
    work: Work, held: Held, event: Event, by: ClaimParty, actor: Actor, *, now: datetime
) -> None:
    """Do one step of the table; raises as ``domain.claim_states.step`` does."""
    after = states.step(held.claim, event, by, now, held.calendar)
    save(work, held, after, event, by, actor, now=now)


def save(
    work: Work,
    held: Held,
    after: Claim,
    event: Event,
    by: ClaimParty,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Store the claim as it is now, with a line in its history and one in the log."""
    row, before = held.row, held.claim
    row.state, row.reason = after.state, after.reason
    row.due_at, row.remind_at, row.wake_at = after.due_at, after.remind_at, after.wake_at
    row.closed_at, row.is_extended = after.closed_at, after.is_extended
    row.answer = after.answer or ""
    if after.was_appealed and not before.was_appealed:
        row.appealed_at = now
    held.claim = after
    note(work, held, event, by, actor, now=now, before=before.state)
    if after.state is not before.state:
        told = {
            "case": row.public_id,
            "state": after.state,
            "before": before.state,
            "due_at": after.due_at.isoformat() if after.due_at else None,
        }
        deliveries.tell(work, held.shop, EventType.CASE_STATUS, told, now=now)


def note(
    work: Work,
    held: Held,
    event: Event,
    by: ClaimParty,
    actor: Actor,
    *,
    now: datetime,
    before: ClaimState | None = None,
) -> None:
    """A line in the history, which both sides see, and one in the log; the version rises."""
    row = held.row
    row.version += 1
    row.rules = RULES
    work.session.add(row)
    came_from = before or held.claim.state
    work.session.add(
        ClaimStep(
            claim_id=row.id,
            event=event,
            from_state=came_from,
            to_state=row.state,
            party=by,
            actor=actor.name,
            rules=RULES,
            at=now,
        )
    )
    audit.log(
        work,
        actor,
        f"claim.{event.lower()}",
        row.public_id,
        now=now,
        before={"state": came_from},
        after={"state": row.state},
    )


def say(work: Work, held: Held, by: ClaimParty, kind: Kind, text: str, *, now: datetime) -> None:
    """Add what somebody said; raises TooMany beyond what one claim may hold."""
    if not text:
        return
    if rows.said(work.session, held.row.id) >= _MESSAGES:
        raise TooMany
    message = ClaimMessage(
        claim_id=held.row.id,
        party=by,
        kind=kind,
        cipher=work.keys.encrypt(text),
        said_at=now,
    )
    work.session.add(message)


def comment(
    work: Work, held: Held, by: ClaimParty, text: str, *, actor: Actor, now: datetime
) -> None:
    """What a side writes in the thread of an open claim; raises ClaimStepForbidden, TextInvalid.

    It changes nothing else, so that the other side's page stays as new as it was.
    """
    if not held.claim.state.is_open:
        raise ClaimStepForbidden
    say(work, held, by, Kind.COMMENT, written(text), now=now)
    audit.log(work, actor, "claim.commented", held.row.public_id, now=now)


def written(text: str, *, least: int = 1) -> str:
    """A text that is safe to store; raises TextInvalid, or ClaimInvalid where it is too short."""
    clean = texts.clean(text, most=CLAIMS.text_characters, field="text")
    if len(clean) < least:
        raise ClaimInvalid("Please write what has happened.", field="text")
    return clean


def claim_of(row: Row) -> Claim:
    """The claim as the rules see it."""
    return Claim(
        state=ClaimState(row.state),
        reason=ClaimReason(row.reason),
        covered_until=row.covered_until,
        due_at=row.due_at,
        remind_at=row.remind_at,
        closed_at=row.closed_at,
        is_extended=row.is_extended,
        was_appealed=row.appealed_at is not None,
        answer=Answer(row.answer) if row.answer else None,
    )


def settle(
    work: Work, held: Held, by: ClaimParty, actor: Actor, *, accepts: bool, now: datetime
) -> None:
    """What a side says to the settlement that was proposed; once both agree, MEDIATION → RESOLVED.

    Raises ClaimStepForbidden where none is proposed.
    """
    row = held.row
    if held.claim.state is not ClaimState.MEDIATION or row.settlement_at is None:
        raise ClaimStepForbidden
    if by is ClaimParty.BUYER:
        row.settlement_buyer = accepts
    else:
        row.settlement_shop = accepts
    event = Event.ACCEPT if accepts else Event.DECLINE
    note(work, held, event, by, actor, now=now)
    if row.settlement_buyer and row.settlement_shop:
        move(work, held, Event.SETTLE, ClaimParty.SYSTEM, SYSTEM, now=now)
