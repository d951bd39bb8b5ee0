"""Workers that are killed at a claim, in every state that time ends: each step comes once (§36)."""

from datetime import UTC, date, datetime
from typing import Final

import pytest
from sqlmodel import col, select

from domain.claims import Answer
from services import claim_deadlines
from services.installation import Installation
from store.claims import Claim, ClaimStep
from store.database import Database
from store.mails import Mail
from tests.jobs import looks
from tests.jobs.conftest import Start
from tests.services import claimed, protected

pytestmark = pytest.mark.slow

# When everything below is due that waits for nothing but time.
AT: Final = datetime(2026, 4, 1, 12, tzinfo=UTC)
JOB: Final = "claims.watch:2026-04-01T12"


def waiting(database: Database) -> dict[str, list[str]]:
    """Claims in each state that time ends, and the steps that are due in them."""
    shop_key, asked = claimed.opened(database)

    def reported(number: int) -> str:
        protection = protected.protect(database, shop_key, f"P-{number}", at=claimed.STARTED)
        return claimed.report(database, protection)

    promised, checked, mediated, invited, over, documented = map(reported, range(2, 8))
    claimed.answer(database, shop_key, promised, Answer.DELIVERS, date(2026, 1, 28))
    claimed.answer(database, shop_key, checked)
    for claim_id in (mediated, invited, over, documented):
        claimed.answer(database, shop_key, claim_id, Answer.DISPUTES, None)
    for claim_id in (invited, over, documented):
        claimed.fail(database, claim_id)
    claimed.refund(database, documented)
    with database.write() as work:
        claim_deadlines.lapse(work, over, now=claimed.REFUND_OPENS)
    late = protected.protect(database, shop_key, "P-8", at=datetime(2026, 3, 20, tzinfo=UTC))
    reminded = claimed.report(database, late, at=datetime(2026, 3, 27, 9, tzinfo=UTC))
    return {
        asked: ["LAPSE:MEDIATION"],
        promised: ["LAPSE:BUYER_CHECK"],
        checked: ["LAPSE:RESOLVED"],
        mediated: ["LAPSE:REFUND_CLAIM", "REMIND:REFUND_CLAIM"],
        invited: ["REMIND:REFUND_CLAIM"],
        over: ["LAPSE:LAPSED"],
        documented: ["LAPSE:LAPSED"],
        reminded: ["REMIND:SHOP_ASKED"],
    }


def histories(database: Database) -> dict[str, list[str]]:
    """The steps of each claim, in their order."""
    with database.read() as session:
        query = select(Claim.public_id, ClaimStep).join(
            Claim, col(Claim.id) == col(ClaimStep.claim_id)
        )
        found: dict[str, list[str]] = {}
        for claim_id, step in session.exec(query.order_by(col(ClaimStep.id))):
            found.setdefault(claim_id, []).append(f"{step.event}:{step.to_state}")
        return found


def occasions(database: Database) -> list[str]:
    """What each mail about a claim is for, in their order."""
    with database.read() as session:
        found = session.exec(select(Mail.once).order_by(col(Mail.id))).all()
    return [once for once in found if "clm-" in once]


def test_a_worker_killed_at_each_claim_before_and_after_its_commit_does_every_step_once(
    installation: Installation, start: Start
) -> None:
    database = installation.database
    due = waiting(database)
    with database.read() as session:
        order = claim_deadlines.due(session, now=AT)
    assert sorted(order) == sorted(due)
    wanted, mails = histories(database), occasions(database)
    told = len(mails)
    for claim_id in order:
        for when in ("before", "after"):
            dying = start("work_and_stall_at_a_claim", AT.isoformat(), claim_id, when)
            dying.said("stalled")
            dying.kill()
            if when == "after":
                wanted[claim_id] += due[claim_id]
                assert occasions(database)[: len(mails)] == mails
                mails = occasions(database)
            assert (histories(database), occasions(database)) == (wanted, mails)
    start("work_at", AT.isoformat())
    looks.finish(installation, JOB)
    assert (histories(database), occasions(database)) == (wanted, mails)
    assert len(mails) == len(set(mails)) > told
