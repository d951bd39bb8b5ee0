"""Buyers who agree to more than one protection, or book Plus."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlmodel import Session, select

from domain.protection_members import CONSENT_TEXT, PlusNotBooked, PlusUnavailable
from domain.protection_tiers import ResidenceInvalid
from services import protection_members
from services.installation import Installation
from services.protection_members import Buyer
from store.database import Database
from store.protections import ProtectionMember
from tests.services.steps import NOON

DARIO: Final = Buyer("Dario@Example.org ", "de", "de")


def hash_of(database: Database, email: str = "dario@example.org") -> str:
    return database.keys.hash_email(email)


def has_plus(session: Session, database: Database, now: datetime) -> bool:
    return bool(protection_members.with_plus(session, {hash_of(database)}, now=now))


def residence(installation: Installation) -> str | None:
    with installation.database.read() as session:
        row = protection_members.of_hash(session, hash_of(installation.database))
    return row.residence if row is not None and protection_members.is_consent(row) else None


def test_consent_is_stored_with_its_text_and_taken_back(installation: Installation) -> None:
    database = installation.database
    assert residence(installation) is None
    with database.write() as work:
        protection_members.consent(work, DARIO, now=NOON)
    assert residence(installation) == "DE"
    with database.read() as session:
        row = session.exec(select(ProtectionMember)).one()
    assert (row.consent_version, row.consented_at) == (CONSENT_TEXT, NOON)
    assert database.keys.decrypt(row.email_cipher) == "Dario@Example.org"
    with database.write() as work:
        protection_members.withdraw(work, hash_of(database), now=NOON)
        protection_members.withdraw(work, hash_of(database), now=NOON + timedelta(days=1))
    assert residence(installation) is None
    with database.read() as session:
        assert session.exec(select(ProtectionMember)).one().withdrawn_at == NOON


def test_whoever_agrees_again_agrees_from_then_on(installation: Installation) -> None:
    database = installation.database
    with database.write() as work:
        protection_members.consent(work, DARIO, now=NOON)
        protection_members.withdraw(work, hash_of(database), now=NOON)
        protection_members.consent(work, Buyer("dario@example.org", "fr", "FR"), now=NOON)
    assert residence(installation) == "FR"


def test_consent_to_an_older_text_is_none(installation: Installation) -> None:
    database = installation.database
    with database.write() as work:
        protection_members.consent(work, DARIO, now=NOON)
        row = protection_members.of_hash(work.session, hash_of(database))
        assert row is not None
        row.consent_version = "protection-0"
    assert residence(installation) is None


def test_nothing_is_taken_back_that_was_not_given(installation: Installation) -> None:
    database = installation.database
    with database.write() as work:
        protection_members.withdraw(work, hash_of(database), now=NOON)
        with pytest.raises(PlusNotBooked):
            protection_members.cancel_plus(work, hash_of(database), now=NOON)


def test_plus_is_booked_listed_for_the_invoice_and_cancelled(installation: Installation) -> None:
    database = installation.database
    with database.write() as work:
        protection_members.book_plus(work, DARIO, now=NOON)
    with database.read() as session:
        assert has_plus(session, database, NOON)
        (booking,) = protection_members.to_invoice(session, database.keys, now=NOON)
    assert (booking.email, booking.residence) == ("Dario@Example.org", "DE")
    assert (booking.starts_at, booking.ends_at) == (NOON, None)
    with database.write() as work:
        ends_at = protection_members.cancel_plus(work, hash_of(database), now=NOON)
    assert ends_at == datetime(NOON.year + 1, NOON.month, NOON.day, tzinfo=UTC)
    with database.read() as session:
        assert has_plus(session, database, NOON)
        assert not has_plus(session, database, ends_at)
        assert protection_members.to_invoice(session, database.keys, now=ends_at) == []
    assert residence(installation) is None


@pytest.mark.parametrize(
    ("country", "refusal"), [("FR", PlusUnavailable), ("France", ResidenceInvalid)]
)
def test_plus_is_not_booked_elsewhere_and_leaves_nothing(
    installation: Installation, country: str, refusal: type[Exception]
) -> None:
    database = installation.database
    with pytest.raises(refusal), database.write() as work:
        protection_members.book_plus(work, Buyer("x@example.org", "fr", country), now=NOON)
    with database.read() as session:
        assert session.exec(select(ProtectionMember)).all() == []
