"""Use cases of the shop in a claim: answer, comment, say yes or no to a settlement (§36)."""

from datetime import date, datetime

from domain import claim_states as states
from domain import claims as rules
from domain.actors import SYSTEM, Actor
from domain.claim_states import Event
from domain.claims import Answer, ClaimParty
from services import claim_files, claim_mails
from services.claim_files import Kind
from store.database import Work


def answer(
    work: Work,
    shop_key: str,
    claim_id: str,
    what: Answer,
    day: date | None,
    text: str,
    *,
    refunded: int | None = None,
    actor: Actor,
    seen: int | None = None,
    now: datetime,
) -> None:
    """What the shop says to a report: it delivers by a day, has delivered or refunded, disputes.

    ``text`` holds the tracking; who refunds only a part, or disputes, says why in it.
    ``refunded`` is in minor units of the order's currency, as ``domain.claims.shop_refund`` asks
    for it. The buyer is told, sees it in the account, and checks; a dispute leads to mediation.
    Raises ClaimNotFound, ClaimChanged, ClaimStepForbidden, ClaimTimeOver, ClaimInvalid or
    TextInvalid.
    """
    held = claim_files.of_shop(work, shop_key, claim_id, seen=seen)
    said = claim_files.written(text, least=1 if what.needs_reasons else 0)
    after = states.answered(held.claim, what, day, now, held.calendar)
    held.row.shop_refunded_minor = rules.shop_refund(what, refunded, held.protection.amount_minor)
    held.row.answer_on, held.row.answered_at = day, now
    claim_files.say(work, held, ClaimParty.SHOP, Kind.ANSWER, said, now=now)
    claim_files.save(work, held, after, Event.ANSWER, ClaimParty.SHOP, actor, now=now)
    event = states.after_answer(held.claim, now)
    if event is not None:
        claim_files.move(work, held, event, ClaimParty.SYSTEM, SYSTEM, now=now)
    claim_mails.answered(work, held, said, now=now)


def comment(
    work: Work, shop_key: str, claim_id: str, text: str, *, actor: Actor, now: datetime
) -> None:
    """What the shop writes in the thread; raises ClaimNotFound, ClaimStepForbidden, TextInvalid."""
    held = claim_files.of_shop(work, shop_key, claim_id)
    claim_files.comment(work, held, ClaimParty.SHOP, text, actor=actor, now=now)


def answer_settlement(
    work: Work,
    shop_key: str,
    claim_id: str,
    *,
    accepts: bool,
    actor: Actor,
    seen: int | None = None,
    now: datetime,
) -> None:
    """What the shop says to a proposed settlement; with the buyer's yes → RESOLVED.

    Raises ClaimNotFound, ClaimChanged or ClaimStepForbidden.
    """
    held = claim_files.of_shop(work, shop_key, claim_id, seen=seen)
    claim_files.settle(work, held, ClaimParty.SHOP, actor, accepts=accepts, now=now)
    claim_mails.ended(work, held, now=now)
