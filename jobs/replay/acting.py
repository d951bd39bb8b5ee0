"""Does what the people of a claim do: each act is one real use case, by whose turn it is.

Four people of the operator's staff have a part, so that handling, the appeal and the payment stay
apart: a handler, who decides appeals, who pays, and finance, who sets frames by hand.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.actors import SYSTEM
from domain.claim_documents import DocumentKind, Told
from domain.claims import Amounts, BuyerRef, ClaimParty, Report
from domain.duties import Officer
from domain.ibans import Account
from jobs.replay.stories import Act, Story
from services import (
    claim_answers,
    claim_documents,
    claim_handling,
    claims,
    payouts,
    replay_rows,
)
from services.installation import Installation, Work
from services.proofs import Checked
from services.replay_rows import Claim, Protection

HANDLER: Final = Officer("replay-handler")
DECIDER: Final = Officer("replay-appeals")
PAYER: Final = Officer("replay-payments")
_PAPER: Final = b"%PDF-1.4\n% Made up for a replay.\n%%EOF\n"
_ACCOUNT: Final = Account("DE89370400440532013000", "Buyer of a replay")
_REASONS: Final = "Decided by the rule of the replay, from the days that its files name."


@dataclass(frozen=True, slots=True)
class Props:
    """What buyers hand in, and the folder that keeps it."""

    home: Path
    paper: Checked


def props(installation: Installation) -> Props:
    """The paper that all buyers hand in; raises as ``claim_documents.checked``."""
    paper = claim_documents.checked(installation, _PAPER)
    return Props(installation.settings.home, paper)


def report(work: Work, story: Story, protection: Protection, *, now: datetime) -> Claim:
    """The buyer reports what the files tell of."""
    said = Report(story.problem, "The files of the history say so.")
    buyer = BuyerRef(protection.buyer_hash, protection.language)
    return claims.report(work, buyer, protection.public_id, said, now=now)


def do(work: Work, story: Story, claim: Claim, act: Act, *, props: Props, now: datetime) -> None:
    """One act in a claim; raises as its use case does."""
    if act in _OF_BUYERS:
        _of_buyer(work, story, claim, act, props, now)
    elif act is Act.ANSWER:
        what, day = story.answer(now)
        claim_answers.answer(
            work, story.shop_key, claim.public_id, what, day, _REASONS, actor=SYSTEM, now=now
        )
    elif act is Act.SHOP_AGREES:
        claim_answers.answer_settlement(
            work, story.shop_key, claim.public_id, accepts=True, actor=SYSTEM, now=now
        )
    elif act is Act.PAY:
        payout = replay_rows.payout_of(work.session, claim)
        if payout is not None:
            payouts.pay_by_hand(
                work, payout.public_id, PAYER, "replay", seen=payout.version, now=now
            )
    else:
        _of_staff(work, story, claim, act, now)


_OF_BUYERS: Final = frozenset(
    {Act.CONFIRM, Act.REFUSE, Act.BUYER_AGREES, Act.CLAIM, Act.HAND_IN, Act.APPEAL}
)


def _of_buyer(
    work: Work, story: Story, claim: Claim, act: Act, props: Props, now: datetime
) -> None:
    claim_id, buyer = claim.public_id, BuyerRef(claim.buyer_hash, "en")
    if act is Act.CONFIRM:
        claims.confirm(work, buyer, claim_id, now=now)
    elif act is Act.REFUSE:
        claims.refuse(work, buyer, claim_id, now=now)
    elif act is Act.BUYER_AGREES:
        claims.answer_settlement(work, buyer, claim_id, accepts=True, now=now)
    elif act is Act.APPEAL:
        claims.appeal(work, buyer, claim_id, _REASONS, now=now)
    elif act is Act.CLAIM:
        claims.claim_refund(work, buyer, claim_id, _amounts(story), is_assigned=True, now=now)
    else:
        _hand_in(work, claim, props, now)
        claims.hand_in(work, buyer, claim_id, now=now)


def _hand_in(work: Work, claim: Claim, props: Props, now: datetime) -> None:
    """A paper that says what it is, and the account of an example."""
    claim_documents.keep(
        work,
        props.home,
        claim,
        ClaimParty.BUYER,
        props.paper,
        Told(DocumentKind.PAYMENT),
        actor=SYSTEM,
        now=now,
    )
    claim_documents.keep_account(work, claim, _ACCOUNT, actor=SYSTEM, now=now)


def _of_staff(work: Work, story: Story, claim: Claim, act: Act, now: datetime) -> None:
    claim_id, seen = claim.public_id, claim.version
    if act is Act.PROPOSE:
        half = story.amount_minor // 2
        claim_handling.propose(work, claim_id, HANDLER, half, _REASONS, seen=seen, now=now)
    elif act is Act.FAIL:
        claim_handling.fail(work, claim_id, HANDLER, seen=seen, now=now)
    elif act in (Act.APPROVE, Act.UPHOLD):
        who = HANDLER if act is Act.APPROVE else DECIDER
        claim_handling.approve(work, claim_id, who, _amounts(story), _REASONS, seen=seen, now=now)
    else:
        who = HANDLER if act is Act.REJECT else DECIDER
        claim_handling.reject(work, claim_id, who, _REASONS, seen=seen, now=now)


def _amounts(story: Story) -> Amounts:
    return Amounts(paid=story.amount_minor, refunds=story.refunded_minor)
