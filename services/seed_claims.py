"""Use case of the seed: two claims of the demo's protected buyers, one of them disputed (§36).

Only where ``seed_protection`` has sown protections.
"""

from datetime import datetime, timedelta
from typing import Final

from domain.actors import SYSTEM
from domain.claims import Answer, BuyerRef, Problem, Report
from services import claim_answers, claims
from store import claims as rows
from store import protections
from store.database import Work
from store.shops import Shop

_REPORTS: Final = (
    ("DEMO-P2", 4, Problem.NOT_REFUNDED, "I sent it back and wait for my money."),
    (
        "DEMO-P3",
        1,
        Problem.NOT_DELIVERED,
        "The parcel has not come, and nobody answers.",
    ),
)
"""Order reference, days ago, problem, and what the buyer says."""
_DISPUTED: Final = "DEMO-P2"
_ANSWER: Final = "It came back broken, so we have asked for photographs first."


def sow(work: Work, shop: Shop, *, now: datetime) -> None:
    """Report problems with two purchases; the shop disputes one. Again changes nothing."""
    for reference, days, problem, text in _REPORTS:
        protection = protections.by_order(work.session, shop.id, reference)
        if protection is None or rows.of_protection(work.session, protection.id) is not None:
            continue
        at = now - timedelta(days=days)
        buyer = BuyerRef(protection.buyer_hash, protection.language)
        row = claims.report(work, buyer, protection.public_id, Report(problem, text), now=at)
        if reference == _DISPUTED:
            claim_answers.answer(
                work,
                shop.shop_key,
                row.public_id,
                Answer.DISPUTES,
                None,
                _ANSWER,
                actor=SYSTEM,
                now=at,
            )
