"""What a buyer with claims and tickets takes along, what an erasure leaves, and when that goes."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from domain.actors import BUYER, READER
from domain.claim_documents import DocumentKind, Told
from domain.claims import Answer, ClaimParty
from domain.duties import Officer
from domain.mails import MailKey
from domain.tickets import Channel, NewTicket
from jobs import claims as claim_jobs
from jobs import retention as jobs
from services import claim_documents, claims, person_data, tickets
from services.installation import Installation
from store.database import Database
from store.payouts import Payout
from store.protections import Protection
from tests.services import claimed, payable, pictured
from tests.services.own_data import (
    EMAIL,
    LATER,
    ask,
    copy_of,
    erase,
    keys_of_mails,
    token,
    waiting,
)
from tests.services.test_person_tables import told_in

SIGN = "zebedee"
CLARA = Officer("usr-clara")
LONG_AFTER = datetime(2030, 3, 1, tzinfo=UTC)


def a_ticket(database: Database) -> str:
    """Dario asks, and staff answers and notes something for itself."""
    with database.write() as work:
        said = NewTicket(
            Channel.WEB,
            "en",
            "DE",
            subject=f"Where is {SIGN}?",
            text=f"My {SIGN} has never come, and the shop says nothing.",
            name=f"Dario {SIGN}",
            email=EMAIL,
        )
        ticket_id = tickets.open_(work, said, actor=READER, now=LATER).ticket_id
    with database.write() as work:
        noted = "A note that staff alone reads."
        tickets.note(work, ticket_id, noted, officer=CLARA, seen=1, now=LATER)
    with database.write() as work:
        told = "We ask the shop."
        tickets.answer(work, ticket_id, told, officer=CLARA, seen=2, now=LATER, solves=True)
    return ticket_id


def a_claim(installation: Installation) -> str:
    """A claim with what the buyer wrote, handed in and named; the shop has answered."""
    database = installation.database
    shop_key, protection = claimed.a_protection(database)
    claim_id = claimed.report(database, protection)
    claimed.answer(database, shop_key, claim_id, Answer.DISPUTES, None)
    with database.write() as work:
        said = f"It is called {SIGN}."
        claims.comment(work, claimed.buyer(database), claim_id, said, now=claimed.REPORTED)
    kept = claim_documents.checked(installation, pictured.a_picture())
    with database.write() as work:
        row, home = payable.claim_of(work, claim_id), installation.settings.home
        told = Told(DocumentKind.RETURN, None, f"00340-{SIGN}")
        at = claimed.REPORTED
        claim_documents.keep(work, home, row, ClaimParty.BUYER, kept, told, actor=BUYER, now=at)
    payable.give_account(installation, claim_id, holder=f"Dario {SIGN}")
    return claim_id


def withdraw(database: Database, claim_id: str) -> None:
    with database.write() as work:
        claims.withdraw(work, claimed.buyer(database), claim_id, now=LATER)


def a_protection(database: Database) -> Protection:
    with database.read() as session:
        return session.exec(select(Protection)).one()


def test_a_running_claim_defers_the_erasure_until_it_is_closed(
    installation: Installation,
) -> None:
    database = installation.database
    claim_id = a_claim(installation)
    with database.write() as work:
        # The protection itself is over: only the claim keeps it.
        row = work.session.exec(select(Protection)).one()
        row.state = "ENDED"
        work.session.add(row)
    assert erase(installation).deferred == 1
    assert a_protection(database).buyer_cipher is not None
    assert keys_of_mails(database).count(MailKey.ERASURE_DEFERRED) == 1
    withdraw(database, claim_id)
    done = jobs.erase_deferred(installation, now=LATER.isoformat())
    assert done == {"orders": 0, "deferred": 0}
    after = a_protection(database)
    assert (after.buyer_cipher, after.buyer_hash, after.payment_raw) == (None, "", "")
    assert waiting(database) == []
    assert keys_of_mails(database).count(MailKey.ERASURE_DONE) == 1


def test_what_an_erasure_leaves_of_claims_and_tickets_is_unreadable_after_its_time(
    installation: Installation,
) -> None:
    database = installation.database
    claim_id = a_claim(installation)
    a_ticket(database)
    withdraw(database, claim_id)
    with database.write() as work:
        row = work.session.exec(select(Protection)).one()
        row.state = "ENDED"
        work.session.add(row)
    assert erase(installation).deferred == 0
    needles = {SIGN, database.keys.hash_email(EMAIL)}
    kept = {"claims", "claim_messages", "claim_documents", "tickets", "ticket_messages"}
    assert told_in(database, needles) >= kept
    for at in (LATER.replace(year=2027), LONG_AFTER):
        claim_jobs.forget(installation, now=at.isoformat())
        jobs.forget(installation, now=at.isoformat())
        jobs.forget(installation, now=at.isoformat())
    assert told_in(database, needles) & (kept | {"protections", "person_requests"}) == set()


def test_a_copy_holds_what_was_said_and_handed_in(installation: Installation) -> None:
    database = installation.database
    claim_id = a_claim(installation)
    with database.write() as work:
        payable.claim_of(work, claim_id).approved_minor = 100_00
    a_ticket(database)
    own = token(installation)
    copied = copy_of(installation, own)
    (claim,) = copied["claims"]
    assert claim["messages"][-1]["text"] == f"It is called {SIGN}."
    assert [each["kind"] for each in claim["documents"]] == ["RETURN", "IBAN"]
    assert claim["documents"][0]["told"] == f"00340-{SIGN}"
    assert payable.GERMAN not in str(copied)
    assert claim["payout"] is None
    (ticket,) = copied["tickets"]
    assert (ticket["subject"], ticket["name"]) == (f"Where is {SIGN}?", f"Dario {SIGN}")
    assert [each["by"] for each in ticket["messages"]] == ["PERSON", "STAFF"]
    with database.read() as session:
        held = person_data.held(session, database.keys, own, now=LATER)
    assert (held.protections, held.claims, held.tickets) == (1, 1, 1)


def test_a_copy_says_what_the_shop_has_refunded(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id, Answer.PART_REFUND, refunded=50_00)
    (claim,) = copy_of(installation, token(installation))["claims"]
    assert (claim["shop_refunded_minor"], claim["refunds_minor"]) == (50_00, None)


def test_a_copy_says_what_was_paid(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    payable.payout(installation, shop_key)
    (claim,) = copy_of(installation, token(installation))["claims"]
    assert (claim["payout"]["amount_minor"], claim["payout"]["state"]) == (100_00, "PREPARED")
    with installation.database.read() as session:
        assert session.exec(select(col(Payout.account_cipher))).one() is None


@pytest.mark.parametrize("what", ["claim", "ticket"])
def test_whoever_has_nothing_else_here_gets_a_link(installation: Installation, what: str) -> None:
    database = installation.database
    if what == "ticket":
        a_ticket(database)
    else:
        a_claim(installation)
        with database.write() as work:
            row = work.session.exec(select(Protection)).one()
            row.buyer_hash, row.buyer_cipher = "", None
            work.session.add(row)
    assert ask(installation)
    assert not ask(installation, "stranger@example.org", address="another")
