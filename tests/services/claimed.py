"""Steps of tests of claims: a protected purchase, its buyer's report, and the people around it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.claims import Amounts, Answer, BuyerRef, Problem, Report
from domain.duties import Officer
from services import claim_answers, claim_handling, claims
from store.claims import Claim, ClaimMessage, ClaimStep
from store.database import Database
from store.mails import Mail
from store.protections import Protection
from tests.services import protected

STARTED: Final = datetime(2026, 1, 1, 15, 20, tzinfo=UTC)
"""So that the protection ends on 2026-01-31 and, extended, on 2026-03-02."""
REPORTED: Final = datetime(2026, 1, 25, 9, tzinfo=UTC)
REFUND_OPENS: Final = datetime(2026, 2, 23, tzinfo=UTC)
EXTENDED_END: Final = datetime(2026, 3, 2, tzinfo=UTC)
HUGO, DORA, PAUL = (Officer(f"usr-{name}") for name in ("hugo", "dora", "paul"))
SHOP: Final = Actor(Role.SHOP, "usr-anna")
SAID: Final = "The parcel has never come, and nobody answers me."
_ALL: Final = Amounts(250_00)
WHY: Final = "The carrier confirms that the parcel was lost on its way."


def buyer(database: Database, email: str = "dario@example.org") -> BuyerRef:
    """A buyer by the address that was proved."""
    return BuyerRef(database.keys.hash_email(email), "en")


def a_protection(database: Database, reference: str = "P-1") -> tuple[str, Protection]:
    """A shop's key, and a purchase that is protected there since 1 January."""
    shop_key = protected.open_shop(database, now=STARTED)
    return shop_key, protected.protect(database, shop_key, reference, at=STARTED)


def report(
    database: Database,
    protection: Protection,
    problem: Problem = Problem.NOT_DELIVERED,
    *,
    at: datetime = REPORTED,
    **told: Any,
) -> str:
    """The id of the claim that the buyer's report opens."""
    with database.write() as work:
        said = Report(problem, SAID, **told)
        who = buyer(database)
        return claims.report(work, who, protection.public_id, said, now=at).public_id


def opened(database: Database, problem: Problem = Problem.NOT_DELIVERED) -> tuple[str, str]:
    """The key of a shop, and the id of a claim about a purchase there."""
    shop_key, protection = a_protection(database)
    return shop_key, report(database, protection, problem)


def answer(
    database: Database,
    shop_key: str,
    claim_id: str,
    what: Answer = Answer.DELIVERED,
    day: date | None = date(2026, 1, 20),
    *,
    text: str = "1Z999",
    refunded: int | None = None,
    at: datetime = REPORTED,
) -> None:
    """What the shop says."""
    with database.write() as work:
        claim_answers.answer(
            work, shop_key, claim_id, what, day, text, refunded=refunded, actor=SHOP, now=at
        )


def fail(database: Database, claim_id: str, *, at: datetime = REPORTED) -> None:
    """Hugo ends the mediation without an agreement."""
    seen = version(database, claim_id)
    with database.write() as work:
        claim_handling.fail(work, claim_id, HUGO, seen=seen, now=at)


def refund(
    database: Database,
    claim_id: str,
    *,
    at: datetime = REFUND_OPENS,
    paid: int = 250_00,
    is_assigned: bool = True,
) -> None:
    """What the buyer claims."""
    with database.write() as work:
        who, amounts = buyer(database), Amounts(paid)
        claims.claim_refund(work, who, claim_id, amounts, is_assigned=is_assigned, now=at)


def in_mediation(database: Database) -> tuple[str, str]:
    """A shop's key, and a claim that the shop disputes."""
    shop_key, claim_id = opened(database)
    answer(database, shop_key, claim_id, Answer.DISPUTES, None)
    return shop_key, claim_id


def in_assessment(database: Database) -> tuple[str, str]:
    """A shop's key, and a claim with everything that the buyer has handed in."""
    shop_key, claim_id = opened(database, Problem.INSOLVENCY)
    refund(database, claim_id, at=REPORTED)
    with database.write() as work:
        claims.hand_in(work, buyer(database), claim_id, now=REPORTED)
    return shop_key, claim_id


def version(database: Database, claim_id: str) -> int:
    """The version that somebody sees who looks now."""
    return claim(database, claim_id).version


def reject(
    database: Database,
    claim_id: str,
    officer: Officer = HUGO,
    *,
    at: datetime = REPORTED,
    reasons: str = WHY,
) -> None:
    """Somebody decides that nothing is paid."""
    seen = version(database, claim_id)
    with database.write() as work:
        claim_handling.reject(work, claim_id, officer, reasons, seen=seen, now=at)


def approve(
    database: Database,
    claim_id: str,
    officer: Officer = HUGO,
    *,
    at: datetime = REPORTED,
    amounts: Amounts = _ALL,
) -> None:
    """Somebody decides that the loss is paid."""
    seen = version(database, claim_id)
    with database.write() as work:
        claim_handling.approve(work, claim_id, officer, amounts, WHY, seen=seen, now=at)


def appeal(database: Database, claim_id: str, *, at: datetime = REPORTED) -> None:
    """The buyer asks for a second look."""
    with database.write() as work:
        claims.appeal(work, buyer(database), claim_id, "Look again, please.", now=at)


def claim(database: Database, claim_id: str) -> Claim:
    """The claim's row."""
    with database.read() as session:
        return session.exec(select(Claim).where(col(Claim.public_id) == claim_id)).one()


def history(database: Database) -> list[str]:
    """Every step in its order, as ``EVENT:STATE``."""
    with database.read() as session:
        found = session.exec(select(ClaimStep).order_by(col(ClaimStep.id))).all()
    return [f"{each.event}:{each.to_state}" for each in found]


def messages(database: Database) -> Sequence[ClaimMessage]:
    """Every message in its order."""
    with database.read() as session:
        return session.exec(select(ClaimMessage).order_by(col(ClaimMessage.id))).all()


def mails(database: Database) -> list[str]:
    """The kinds of the mails about claims, in their order."""
    with database.read() as session:
        keys = session.exec(select(Mail.key).order_by(col(Mail.id))).all()
    return [key for key in keys if not key.startswith("protection_")]
