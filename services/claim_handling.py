"""Use cases of case handlers: take a claim, propose, ask, assess, and decide appeals (§36).

Each takes the person as an Officer and makes the Handler or Decider of the claim out of it, which
fails for who may not (``domain.duties``). A claim is decided with reasons, by people alone.
"""

from datetime import datetime

from domain import claims as rules
from domain.actors import Actor, Role
from domain.claim_states import Event
from domain.claims import CLAIMS, Amounts, ClaimInvalid, ClaimParty, ClaimState, ClaimStepForbidden
from domain.duties import Decider, Handler, Officer
from services import (
    claim_deadlines,
    claim_documents,
    claim_files,
    claim_mails,
    payout_mails,
    payouts,
)
from services.claim_files import Held, Kind
from store.database import Work


def take(work: Work, claim_id: str, officer: Officer, *, seen: int, now: datetime) -> None:
    """Note who handles the claim from now on.

    Raises ClaimNotFound, ClaimChanged, ClaimStepForbidden once it is over, OwnShop or
    DutiesConflict.
    """
    held = claim_files.held(work, claim_id, seen=seen)
    actor = _handler(held, officer)
    if not held.claim.state.is_open or held.claim.state is ClaimState.APPEALED:
        raise ClaimStepForbidden
    held.row.handler = officer.name
    claim_files.note(work, held, Event.TAKE, ClaimParty.HANDLER, actor, now=now)


def comment(work: Work, claim_id: str, officer: Officer, text: str, *, now: datetime) -> None:
    """What the handler writes in the thread, for both sides; raises as ``take``, TextInvalid."""
    held = claim_files.held(work, claim_id)
    actor = _handler(held, officer)
    claim_files.comment(work, held, ClaimParty.HANDLER, text, actor=actor, now=now)


def propose(
    work: Work,
    claim_id: str,
    officer: Officer,
    amount_minor: int,
    text: str,
    *,
    seen: int,
    now: datetime,
) -> None:
    """Propose a settlement to both sides in MEDIATION; it replaces an earlier one.

    ``amount_minor`` is what the shop would pay back, 0 where it is about something else. Raises
    ClaimInvalid, TextInvalid and as ``take`` does.
    """
    held = claim_files.held(work, claim_id, seen=seen)
    actor = _handler(held, officer)
    if held.claim.state is not ClaimState.MEDIATION:
        raise ClaimStepForbidden
    if not 0 <= amount_minor <= held.protection.amount_minor:
        raise ClaimInvalid("At most what the order cost.", field="amount")
    said = claim_files.written(text)
    row = held.row
    row.settlement_minor, row.settlement_at = amount_minor, now
    row.settlement_buyer = row.settlement_shop = None
    claim_files.say(work, held, ClaimParty.HANDLER, Kind.SETTLEMENT, said, now=now)
    claim_files.note(work, held, Event.PROPOSE, ClaimParty.HANDLER, actor, now=now)
    claim_mails.settlement(work, held, said, now=now)


def fail(work: Work, claim_id: str, officer: Officer, *, seen: int, now: datetime) -> None:
    """MEDIATION → REFUND_CLAIM: there will be no agreement. Raises as ``take`` does."""
    _to_refund(work, claim_id, officer, Event.FAIL, seen=seen, now=now)


def insolvent(work: Work, claim_id: str, officer: Officer, *, seen: int, now: datetime) -> None:
    """The shop is insolvent: the refund can be claimed at once. Raises as ``take`` does."""
    _to_refund(work, claim_id, officer, Event.INSOLVENT, seen=seen, now=now)


def ask_documents(
    work: Work, claim_id: str, officer: Officer, text: str, *, seen: int, now: datetime
) -> None:
    """Say what is missing, and give the buyer 14 more days, once.

    Raises ClaimInvalid, TextInvalid, ClaimTimeOver and as ``take`` does.
    """
    held = claim_files.held(work, claim_id, seen=seen)
    actor = _handler(held, officer)
    is_waiting = held.claim.state is ClaimState.DOCUMENTS
    said = claim_files.written(text)
    event = Event.EXTEND if is_waiting else Event.ASK_AGAIN
    claim_files.say(work, held, ClaimParty.HANDLER, Kind.REQUEST, said, now=now)
    claim_files.move(work, held, event, ClaimParty.HANDLER, actor, now=now)
    claim_mails.documents_missing(work, held, said, now=now)


def approve(
    work: Work,
    claim_id: str,
    officer: Officer,
    amounts: Amounts,
    reasons: str,
    *,
    seen: int,
    now: datetime,
) -> None:
    """ASSESSMENT → APPROVED, or APPEALED → APPROVED by another person: the payout follows.

    It is computed from the amounts that the documents show. Raises ClaimInvalid where nothing is
    left to pay, TextInvalid, and as ``take`` does.
    """
    held = claim_files.held(work, claim_id, seen=seen)
    event, by, actor = _ruling(held, officer, Event.APPROVE, Event.UPHOLD, now=now)
    said = claim_files.written(reasons, least=CLAIMS.reasons_characters)
    row = held.row
    approved = rules.payout(row.cover_minor, amounts)
    if approved == 0:
        raise ClaimInvalid("By these amounts nothing is left to pay.", field="paid")
    row.paid_minor, row.refunds_minor = amounts.paid, amounts.refunds
    row.chargeback_minor, row.kept_minor = amounts.chargeback, amounts.kept
    row.approved_minor = approved
    claim_files.say(work, held, by, Kind.REASONS, said, now=now)
    claim_files.move(work, held, event, by, actor, now=now)
    payouts.prepare(work, row, now=now)
    claim_mails.approved(work, held, said, now=now)
    if not claim_documents.has_account(work.session, row):
        payout_mails.account_needed(work, held, 0, now=now)


def reject(
    work: Work, claim_id: str, officer: Officer, reasons: str, *, seen: int, now: datetime
) -> None:
    """ASSESSMENT → REJECTED, with reasons and the appeal; or the appeal is dismissed.

    Raises ClaimInvalid for reasons that are too short, TextInvalid, and as ``take`` does.
    """
    held = claim_files.held(work, claim_id, seen=seen)
    event, by, actor = _ruling(held, officer, Event.REJECT, Event.DISMISS, now=now)
    said = claim_files.written(reasons, least=CLAIMS.reasons_characters)
    held.row.approved_minor = None
    claim_files.say(work, held, by, Kind.REASONS, said, now=now)
    claim_files.move(work, held, event, by, actor, now=now)
    claim_mails.rejected(work, held, said, now=now)


def _ruling(
    held: Held, officer: Officer, first: Event, second: Event, *, now: datetime
) -> tuple[Event, ClaimParty, Actor]:
    """The step that a decision is, by whom; an appeal is another person's to decide."""
    if held.claim.state is ClaimState.APPEALED:
        decider = Decider(officer, held.file)
        held.row.decider = decider.officer.name
        return second, ClaimParty.DECIDER, Actor(Role.OPERATOR, officer.name)
    actor = _handler(held, officer)
    held.row.assessed_by, held.row.assessed_at = officer.name, now
    return first, ClaimParty.HANDLER, actor


def _to_refund(
    work: Work, claim_id: str, officer: Officer, event: Event, *, seen: int, now: datetime
) -> None:
    held = claim_files.held(work, claim_id, seen=seen)
    actor = _handler(held, officer)
    claim_files.move(work, held, event, ClaimParty.HANDLER, actor, now=now)
    claim_deadlines.catch_up(work, held, now=now)


def _handler(held: Held, officer: Officer) -> Actor:
    """Who handles, once the rules let them; raises OwnShop or DutiesConflict.

    Whoever has handled a claim once neither decides its appeal nor pays it.
    """
    handler = Handler(officer, held.file)
    named = {*held.row.handlers.split(), handler.officer.name}
    held.row.handlers = " ".join(sorted(named))
    held.row.handler = held.row.handler or handler.officer.name
    return Actor(Role.OPERATOR, handler.officer.name)
