"""What a protected buyer sees and does in the account: their own protections, and no one else's."""

from datetime import timedelta
from typing import Final

import pytest

from domain.protection_members import PlusNotBooked, PlusUnavailable
from domain.protection_tiers import ResidenceInvalid
from domain.protections import ProtectionNotFound, ProtectionState, ProtectionStepForbidden
from services import buyer_protections
from services.buyer_accounts import Buyer
from services.buyer_protections import Account, OwnProtection, Standing
from store.database import Database
from tests.services import protected
from tests.services.steps import NOON

EMAIL: Final = "dario@example.org"
DAY: Final = timedelta(days=1)


def buyer(database: Database, email: str = EMAIL) -> Buyer:
    return Buyer(database.keys.hash_email(email), email, "en")


def account(database: Database, email: str = EMAIL, *, after: timedelta = DAY) -> Account:
    with database.read() as session:
        return buyer_protections.account(session, buyer(database, email), now=NOON + after)


def bought(database: Database, *references: str, email: str = EMAIL) -> list[OwnProtection]:
    """Protected purchases of a buyer, the newest first."""
    shop_key = protected.open_shop(database, now=NOON)
    for reference in references:
        protected.protect(database, shop_key, reference, at=NOON, email=email)
    return list(account(database, email).protections)


def test_the_account_shows_cover_end_guarantor_and_state(database: Database) -> None:
    second, first = bought(database, "P-1", "P-2")
    assert (first.reference, second.reference) == ("P-1", "P-2")
    assert (first.amount_minor, first.cover_minor, first.currency) == (25_000, 10_000, "EUR")
    assert (first.guarantor, first.is_demo) == (protected.GUARANTOR.name, False)
    assert (first.state, first.runs, first.may_prolong) == (ProtectionState.ACTIVE, True, False)
    assert first.number.startswith("ptn-")
    held = account(database)
    assert (held.email, held.standing, held.is_offered) == (EMAIL, Standing(), True)


def test_what_time_has_ended_is_shown_so_before_the_night_writes_it_down(
    database: Database,
) -> None:
    bought(database, "P-1")
    (own,) = account(database, after=31 * DAY).protections
    assert (own.state, own.runs) == (ProtectionState.ENDED, False)


def test_the_buyer_cancels_once_and_cannot_take_it_back(database: Database) -> None:
    (own,) = bought(database, "P-1")
    with database.write() as work:
        buyer_protections.cancel(work, buyer(database), own.number, now=NOON + DAY)
    (after,) = account(database).protections
    assert (after.state, after.runs) == (ProtectionState.CANCELLED, False)
    with database.write() as work, pytest.raises(ProtectionStepForbidden):
        buyer_protections.cancel(work, buyer(database), own.number, now=NOON + DAY)


def test_nobody_sees_or_touches_the_protections_of_others(database: Database) -> None:
    (own,) = bought(database, "P-1")
    other = buyer(database, "mallory@example.org")
    assert account(database, "mallory@example.org").protections == ()
    with database.write() as work:
        for act in (buyer_protections.cancel, buyer_protections.prolong):
            for number in (own.number, "ptn-1", ""):
                with pytest.raises(ProtectionNotFound):
                    act(work, other, number, now=NOON)
        with pytest.raises(ProtectionNotFound):
            buyer_protections.one(work.session, other, own.number, now=NOON)
        seen = buyer_protections.one(work.session, buyer(database), own.number, now=NOON)
    assert seen.number == own.number
    assert account(database).protections[0].runs


def test_a_consent_is_given_and_withdrawn(database: Database) -> None:
    bought(database, "P-1")
    with database.write() as work, pytest.raises(ResidenceInvalid):
        buyer_protections.consent(work, buyer(database), "Europe", now=NOON)
    with database.write() as work:
        buyer_protections.consent(work, buyer(database), "at", now=NOON)
    assert account(database).standing == Standing("AT", has_consented=True)
    with database.write() as work:
        buyer_protections.withdraw(work, buyer(database), now=NOON)
    assert account(database).standing == Standing("AT", has_consented=False)


def test_plus_is_booked_covers_more_prolongs_once_and_is_cancelled(database: Database) -> None:
    own = buyer(database)
    protected.open_shop(database, now=NOON)
    with database.write() as work, pytest.raises(PlusUnavailable):
        buyer_protections.book_plus(work, own, "FR", now=NOON)
    with database.write() as work, pytest.raises(PlusNotBooked):
        buyer_protections.cancel_plus(work, own, now=NOON)
    with database.write() as work:
        buyer_protections.book_plus(work, own, "DE", now=NOON)
    assert account(database).standing == Standing("DE", has_plus=True)
    shop_key = protected.open_shop(database, now=NOON, domain="other.example")
    protected.protect(database, shop_key, at=NOON)
    (first,) = account(database).protections
    assert (first.tier, first.cover_minor, first.may_prolong) == ("PLUS", 25_000, True)
    with database.write() as work:
        buyer_protections.prolong(work, own, first.number, now=NOON + DAY)
    (after,) = account(database).protections
    assert (after.state, after.may_prolong) == (ProtectionState.EXTENDED, False)
    assert after.ends_at - first.ends_at == 30 * DAY
    with database.write() as work, pytest.raises(ProtectionStepForbidden):
        buyer_protections.prolong(work, own, first.number, now=NOON + DAY)
    with database.write() as work:
        ends_at = buyer_protections.cancel_plus(work, own, now=NOON + DAY)
    standing = account(database).standing
    assert (standing.has_plus, standing.plus_ends_at) == (True, ends_at)


def test_who_stands_behind_protections_is_told_while_somebody_does(database: Database) -> None:
    with database.read() as session:
        assert buyer_protections.backing(session) is None
    protected.guarantor(database, now=NOON)
    with database.read() as session:
        backing = buyer_protections.backing(session)
    assert backing is not None
    assert (backing.name, backing.is_demo) == (protected.GUARANTOR.name, False)
