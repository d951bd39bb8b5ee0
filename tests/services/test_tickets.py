"""Tickets through their use cases, on both databases: asked, answered, solved, forgotten."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from domain.claims import ClaimExists, ClaimState, Problem
from domain.duties import DutiesConflict, Officer, OwnShop
from domain.errors import ShopNotFound
from domain.mails import MailKey
from domain.notices import NoticeInvalid, NoticeReason
from domain.protections import ProtectionNotFound
from domain.tickets import (
    TICKETS,
    Channel,
    Party,
    TicketChanged,
    TicketInvalid,
    TicketNotFound,
    TicketState,
    TicketStepForbidden,
    TicketsTooMany,
)
from services import ticket_times, ticket_turns, ticket_views, tickets
from services.installation import Installation
from services.tickets import Opened
from store.claims import Claim
from store.notices import Notice
from store.reviews import Review
from store.tickets import Ticket, TicketMessage
from tests.architecture.tree import ROOT, python_files, rooms
from tests.services import payable, protected, statements, steps
from tests.services.asked import (
    CLARA,
    EMAIL,
    NOW,
    TEXT,
    answer,
    ask,
    count,
    facts,
    followed,
    mailed,
    view,
    write,
)


def close_due(installation: Installation, at: datetime) -> int:
    with installation.database.write() as work:
        return ticket_times.close_due(work, now=at)


def test_a_ticket_is_answered_by_the_end_of_the_next_working_day(
    installation: Installation,
) -> None:
    opened = ask(installation, at=datetime(2026, 3, 6, 20, tzinfo=UTC))
    ticket = view(installation, opened)
    # Friday evening in Berlin: Monday's end is Tuesday 00:00 there.
    assert ticket.facts.due_at == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert not ticket.is_overdue
    assert view(installation, opened, at=ticket.facts.due_at).is_overdue
    assert mailed(installation) == [MailKey.TICKET_RECEIVED]


def test_words_and_person_are_stored_encrypted(installation: Installation) -> None:
    ask(installation, reference="A-1 zebedee")
    with installation.database.read() as session:
        row = session.exec(select(Ticket)).one()
        message = session.exec(select(TicketMessage)).one()
    stored = repr(row.model_dump()) + repr(message.model_dump())
    assert not any(word in stored for word in (EMAIL, "parcel", "zebedee", "Dario"))


def test_a_conversation_goes_to_and_fro(installation: Installation) -> None:
    opened = ask(installation)
    answer(installation, opened, "Which order is it?")
    assert facts(installation, opened).state is TicketState.WAITING
    write(installation, opened, "P-1.")
    assert facts(installation, opened).state is TicketState.OPEN
    answer(installation, opened, "The shop has sent it again.", solves=True)
    assert facts(installation, opened).state is TicketState.SOLVED
    assert mailed(installation) == [
        MailKey.TICKET_RECEIVED,
        MailKey.TICKET_ANSWERED,
        MailKey.TICKET_ANSWERED,
        MailKey.TICKET_SOLVED,
    ]
    write(installation, opened, "It came. But broken.")
    ticket = facts(installation, opened)
    assert ticket.state is TicketState.OPEN
    assert [each.party for each in ticket.said] == [
        Party.PERSON,
        Party.STAFF,
        Party.PERSON,
        Party.STAFF,
        Party.PERSON,
    ]


def test_a_note_is_read_by_staff_alone(installation: Installation) -> None:
    opened = ask(installation)
    with installation.database.write() as work:
        tickets.note(work, opened.ticket_id, "Called the shop.", officer=CLARA, seen=1, now=NOW)
    assert Party.NOTE in {each.party for each in facts(installation, opened).said}
    assert [each.text for each in followed(installation, opened).facts.said] == [TEXT]
    assert mailed(installation) == [MailKey.TICKET_RECEIVED]


def test_satisfaction_is_asked_once_it_is_solved(installation: Installation) -> None:
    opened = ask(installation)
    with pytest.raises(TicketStepForbidden), installation.database.write() as work:
        tickets.satisfy(work, opened.token, "5", now=NOW)
    answer(installation, opened, "Done.", solves=True)
    with pytest.raises(TicketInvalid), installation.database.write() as work:
        tickets.satisfy(work, opened.token, "6", now=NOW)
    with installation.database.write() as work:
        tickets.satisfy(work, opened.token, "4", now=NOW)
    assert view(installation, opened).satisfaction == 4
    assert count(installation, Review) == 0


def test_what_somebody_says_of_our_help_is_read_nowhere_near_a_review() -> None:
    readers = {
        path.name
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in rooms()
        and "migrations" not in path.parts
        and re.search(r"satisfaction[^.]", path.read_text())
    }
    assert readers == {"tickets.py", "ticket_views.py", "protection_copies.py"}


def test_a_call_is_noted_by_staff_as_one_and_answered_by_the_same_day(
    installation: Installation,
) -> None:
    opened = ask(installation, channel=Channel.PHONE, email="")
    ticket = view(installation, opened)
    assert (ticket.channel, ticket.email, ticket.facts.state) == (
        Channel.PHONE,
        "",
        TicketState.NEW,
    )
    assert ticket.facts.due_at == datetime(2026, 3, 3, 23, tzinfo=UTC)


def test_a_forged_link_opens_nothing(installation: Installation) -> None:
    opened, other = ask(installation), ask(installation, subject="Another")
    seal = other.token.partition(".")[2]
    for token in ("", opened.ticket_id, f"{opened.ticket_id}.", f"{opened.ticket_id}.{seal}", "ü"):
        with pytest.raises(TicketNotFound), installation.database.write() as work:
            tickets.write(work, token, "Hello.", now=NOW)
    assert count(installation, TicketMessage) == 2


def test_an_old_page_changes_nothing(installation: Installation) -> None:
    opened = ask(installation)
    with installation.database.write() as work:
        tickets.take(work, opened.ticket_id, officer=CLARA, seen=1, now=NOW)
    with pytest.raises(TicketChanged), installation.database.write() as work:
        tickets.answer(work, opened.ticket_id, "Hello.", officer=CLARA, seen=1, now=NOW)
    with pytest.raises(TicketNotFound), installation.database.write() as work:
        tickets.take(work, "tkt-none", officer=CLARA, seen=1, now=NOW)
    assert len(facts(installation, opened).said) == 1


def test_nobody_acts_on_a_ticket_about_a_shop_or_a_question_of_their_own(
    installation: Installation,
) -> None:
    shop_key = payable.open_shop(installation)
    company, own_hash = (
        company_of(installation, shop_key),
        installation.database.keys.hash_email(EMAIL),
    )
    opened = ask(installation, shop_key=shop_key)
    steps_of: tuple[Callable[..., None], ...] = (
        tickets.take,
        partial(tickets.answer, text="Nothing to see here."),
        partial(tickets.note, text="A friend."),
    )
    owner, buyer = (
        replace(CLARA, companies=frozenset({company})),
        replace(CLARA, email_hash=own_hash),
    )
    for officer, error in ((owner, OwnShop), (buyer, DutiesConflict)):
        for step in steps_of:
            with pytest.raises(error), installation.database.write() as work:
                step(work, opened.ticket_id, officer=officer, seen=1, now=NOW)
    ticket = view(installation, opened)
    assert (ticket.facts.state, ticket.version, len(ticket.facts.said)) == (TicketState.NEW, 1, 1)


def test_nobody_makes_a_claim_about_a_company_of_their_own_out_of_a_ticket(
    installation: Installation,
) -> None:
    shop_key = payable.open_shop(installation)
    protection = protected.protect(installation.database, shop_key, at=NOW)
    owner = replace(CLARA, companies=frozenset({company_of(installation, shop_key)}))
    opened = ask(installation)
    with pytest.raises(OwnShop):
        to_claim(installation, opened, protection.public_id, officer=owner)
    assert (count(installation, Claim), facts(installation, opened).became) == (0, "")


def test_the_queue_asks_no_more_for_many_tickets_than_for_few(installation: Installation) -> None:
    asked = []
    for number in (2, 40):
        for each in range(number):
            name = f"{number}-{each}.example"
            ask(
                installation,
                shop_key=steps.open_shop(installation.database, domain=name),
                email=f"{number}-{each}@example.org",
            )
        with (
            installation.database.read() as session,
            statements.counted(installation.database) as said,
        ):
            keys = installation.database.keys
            assert len(ticket_views.queue(session, keys, [TicketState.NEW], now=NOW)) >= number
        asked.append(len(said))
    assert asked[0] == asked[1] > 0


def company_of(installation: Installation, shop_key: str) -> int:
    with installation.database.write() as work:
        return protected.shop_of(work, shop_key).account_id


def test_nobody_asks_without_end(installation: Installation) -> None:
    for _ in range(TICKETS.per_day):
        ask(installation)
    with pytest.raises(TicketsTooMany):
        ask(installation)
    ask(installation, email="other@example.org")
    ask(installation, at=NOW + timedelta(days=1))


def test_a_refusal_leaves_nothing(installation: Installation) -> None:
    with pytest.raises(ShopNotFound):
        ask(installation, shop_key="X" + "0" * 32)
    with pytest.raises(TicketInvalid):
        ask(installation, text=" ")
    assert count(installation, Ticket) == 0
    assert mailed(installation) == []


def test_a_caller_without_an_address_gets_no_mail(installation: Installation) -> None:
    opened = ask(installation, channel=Channel.PHONE, email="", name="")
    answer(installation, opened, "Told on the phone.", solves=True)
    assert mailed(installation) == []


def test_a_solved_ticket_is_closed_and_its_person_forgotten(installation: Installation) -> None:
    opened = ask(installation, reference="P-1")
    answer(installation, opened, "Done.", solves=True)
    assert close_due(installation, NOW + timedelta(days=14)) == 0
    later = NOW + timedelta(days=14, seconds=1)
    assert close_due(installation, later) == 1
    with pytest.raises(TicketStepForbidden):
        write(installation, opened, "Still there?")
    assert close_due(installation, datetime(2027, 3, 16, tzinfo=UTC)) == 0
    assert close_due(installation, datetime(2027, 3, 18, tzinfo=UTC)) == 1
    ticket = view(installation, opened)
    assert (ticket.name, ticket.email, ticket.facts.subject, ticket.facts.reference) == (
        "",
        "",
        "",
        "",
    )
    assert {each.text for each in ticket.facts.said} == {""}


def to_claim(
    installation: Installation,
    opened: Opened,
    protection_id: str,
    *,
    officer: Officer = CLARA,
    seen: int = 1,
) -> str:
    with installation.database.write() as work:
        return ticket_turns.to_claim(
            work,
            opened.ticket_id,
            protection_id,
            Problem.NOT_DELIVERED,
            officer=officer,
            seen=seen,
            now=NOW,
        )


def test_a_ticket_becomes_a_claim_in_the_persons_own_words(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    protection = protected.protect(installation.database, shop_key, at=NOW)
    opened = ask(installation)
    claim_id = to_claim(installation, opened, protection.public_id)
    with installation.database.read() as session:
        assert session.exec(select(Claim)).one().state == ClaimState.SHOP_ASKED
    assert facts(installation, opened).became == claim_id
    with pytest.raises(TicketStepForbidden):
        to_claim(installation, opened, protection.public_id, seen=2)
    second = ask(installation)
    with pytest.raises(ClaimExists):
        to_claim(installation, second, protection.public_id)


def test_a_claim_is_made_for_the_buyer_alone(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    protection = protected.protect(installation.database, shop_key, at=NOW)
    opened = ask(installation, email="stranger@example.org")
    with pytest.raises(ProtectionNotFound):
        to_claim(installation, opened, protection.public_id)
    assert count(installation, Claim) == 0
    assert facts(installation, opened).became == ""


def test_a_ticket_becomes_a_report_of_a_review(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    review_id = steps.review(database, shop_key, steps.marks(service=1)).review_id
    opened = ask(installation)

    def to_report(*, good_faith: bool) -> str:
        with database.write() as work:
            return ticket_turns.to_report(
                work,
                opened.ticket_id,
                review_id,
                NoticeReason.FALSE_FACTS,
                good_faith=good_faith,
                officer=CLARA,
                seen=1,
                now=steps.NOON,
            )

    with pytest.raises(NoticeInvalid):
        to_report(good_faith=False)
    case_id = to_report(good_faith=True)
    with database.read() as session:
        assert session.exec(select(Notice)).one().explanation == TEXT
    assert facts(installation, opened).became == case_id
