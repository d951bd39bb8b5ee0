"""Both sides are told when a claim ends without a decision, in the step that ends it (§36)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from domain.claims import ClaimState
from domain.mails import MailKey
from domain.rights import Right
from jobs import claims as job
from services import claim_answers, claim_handling, claims
from services.installation import Installation
from store.database import Database
from store.mails import Mail
from tests.services import claimed, people

LATE = datetime(2027, 1, 1, tzinfo=UTC)


def _confirm(installation: Installation, claim_id: str) -> None:
    with installation.database.write() as work:
        who = claimed.buyer(installation.database)
        claims.confirm(work, who, claim_id, now=claimed.REPORTED)


def _withdraw(installation: Installation, claim_id: str) -> None:
    with installation.database.write() as work:
        who = claimed.buyer(installation.database)
        claims.withdraw(work, who, claim_id, now=claimed.REPORTED)


def _lapse(installation: Installation, claim_id: str) -> None:
    claimed.fail(installation.database, claim_id)
    for at in (claimed.REFUND_OPENS, LATE):
        job.watch(installation, now=at.isoformat())


def _told(database: Database) -> list[Mail]:
    with database.read() as session:
        return list(session.exec(select(Mail).where(col(Mail.key) == MailKey.CLAIM_ENDED)).all())


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (_confirm, ClaimState.RESOLVED),
        (_withdraw, ClaimState.WITHDRAWN),
        (_lapse, ClaimState.LAPSED),
    ],
)
def test_both_sides_are_told_once_how_a_claim_has_ended(
    installation: Installation, end: Callable[[Installation, str], None], state: ClaimState
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.in_mediation(database)
    people.hire(installation, shop_key, "pat", Right.PROTECTION)
    assert not _told(database)
    end(installation, claim_id)
    job.watch(installation, now=LATE.isoformat())
    assert claimed.claim(database, claim_id).state == state
    assert len(_told(database)) == 2


def test_a_settlement_that_both_accept_ends_with_a_mail_to_both(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.in_mediation(database)
    people.hire(installation, shop_key, "pat", Right.PROTECTION)
    seen = claimed.version(database, claim_id)
    with database.write() as work:
        claim_handling.propose(
            work, claim_id, claimed.HUGO, 100, "Half.", seen=seen, now=claimed.REPORTED
        )
    with database.write() as work:
        who = claimed.buyer(database)
        claims.answer_settlement(work, who, claim_id, accepts=True, now=claimed.REPORTED)
    assert not _told(database)
    with database.write() as work:
        claim_answers.answer_settlement(
            work, shop_key, claim_id, accepts=True, actor=claimed.SHOP, now=claimed.REPORTED
        )
    assert claimed.claim(database, claim_id).state == ClaimState.RESOLVED
    assert len(_told(database)) == 2
