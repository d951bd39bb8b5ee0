"""Neutral: person and shop get the same facts, and nobody who was not meant gets any (§37)."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.mails import MailKey
from domain.rights import Right
from domain.tickets import (
    TICKETS,
    Party,
    TicketInvalid,
    TicketMessagesTooMany,
    TicketNotFound,
    TicketState,
    TicketStepForbidden,
)
from services import letters, ticket_times, ticket_views, tickets
from services.installation import Installation
from services.ticket_views import Facts, SharedView
from services.tickets import Opened
from store.mails import Mail
from tests.services import payable, people, steps
from tests.services.asked import (
    CLARA,
    EMAIL,
    NOW,
    TEXT,
    answer,
    ask,
    facts,
    followed,
    mailed,
    view,
    write,
)

PAT: Final = Actor(Role.SHOP, "usr-pat")


def shared(installation: Installation) -> tuple[str, Opened]:
    """The key of a shop, and a ticket that it reads along."""
    shop_key = payable.open_shop(installation)
    return shop_key, ask(installation, shop_key=shop_key, reference="P-1", is_shared=True)


def of_shop(installation: Installation, shop_key: str, opened: Opened) -> SharedView:
    with installation.database.read() as session:
        keys = installation.database.keys
        return ticket_views.of_shop(session, keys, shop_key, opened.ticket_id)


def says(installation: Installation, shop_key: str, opened: Opened, text: str) -> None:
    with installation.database.write() as work:
        tickets.write_as_shop(work, shop_key, opened.ticket_id, text, actor=PAT, now=NOW)


def told(installation: Installation, key: MailKey) -> list[tuple[str, str]]:
    """Who was mailed which words."""
    keys = installation.database.keys
    with installation.database.read() as session:
        rows = session.exec(select(Mail).where(col(Mail.key) == key).order_by(col(Mail.id))).all()
        return [
            (
                letters.opened(keys, row.recipient)["email"],
                letters.opened(keys, row.content)["values"]["text"],
            )
            for row in rows
        ]


def note(installation: Installation, opened: Opened, text: str) -> None:
    seen = view(installation, opened).version
    with installation.database.write() as work:
        tickets.note(work, opened.ticket_id, text, officer=CLARA, seen=seen, now=NOW)


def test_person_and_shop_see_the_same_facts_and_the_same_words_at_every_step(
    installation: Installation,
) -> None:
    shop_key, opened = shared(installation)

    def same() -> Facts:
        own, shops = followed(installation, opened).facts, of_shop(installation, shop_key, opened)
        assert own == shops.facts
        return own

    assert [each.text for each in same().said] == [TEXT]
    note(installation, opened, "For the team alone.")
    answer(installation, opened, "We ask both of you.")
    says(installation, shop_key, opened, "It left us on Monday.")
    assert same().state is TicketState.OPEN
    write(installation, opened, "It has not come.")
    answer(installation, opened, "Settled.", solves=True)
    seen = same()
    assert [(each.party, each.text) for each in seen.said] == [
        (Party.PERSON, TEXT),
        (Party.STAFF, "We ask both of you."),
        (Party.SHOP, "It left us on Monday."),
        (Party.PERSON, "It has not come."),
        (Party.STAFF, "Settled."),
    ]
    assert (seen.reference, seen.subject, seen.is_shared) == ("P-1", "No parcel", True)


def test_the_facts_leave_out_the_address_the_name_and_how_content_somebody_was(
    installation: Installation,
) -> None:
    shop_key, opened = shared(installation)
    answer(installation, opened, "Done.", solves=True)
    with installation.database.write() as work:
        tickets.satisfy(work, opened.token, "2", now=NOW)
    shown = of_shop(installation, shop_key, opened)
    assert EMAIL not in repr(shown)
    assert "Dario" not in repr(shown)
    own = {each.name for each in fields(followed(installation, opened))}
    assert own - {each.name for each in fields(shown)} == {"satisfaction"}


def test_what_staff_and_either_side_says_reaches_the_other_in_the_same_words(
    installation: Installation,
) -> None:
    shop_key, opened = shared(installation)
    answer(installation, opened, "We ask both of you.")
    says(installation, shop_key, opened, "It left us on Monday.")
    write(installation, opened, "It has not come.")
    pat = people.new("pat").email
    assert told(installation, MailKey.TICKET_ANSWERED) == [(EMAIL, "We ask both of you.")]
    assert told(installation, MailKey.TICKET_MESSAGE) == [
        (pat, TEXT),
        (pat, "We ask both of you."),
        (EMAIL, "It left us on Monday."),
        (pat, "It has not come."),
    ]


def test_a_ticket_that_is_not_shared_is_between_the_person_and_us(
    installation: Installation,
) -> None:
    shop_key = payable.open_shop(installation)
    opened = ask(installation, shop_key=shop_key)
    answer(installation, opened)
    assert MailKey.TICKET_MESSAGE not in mailed(installation)
    with pytest.raises(TicketNotFound):
        of_shop(installation, shop_key, opened)
    with pytest.raises(TicketNotFound):
        says(installation, shop_key, opened, "Who is it?")
    with installation.database.read() as session:
        assert ticket_views.shared(session, installation.database.keys, shop_key) == []


def test_another_shop_sees_and_says_nothing(installation: Installation) -> None:
    shop_key, opened = shared(installation)
    other = steps.open_shop(installation.database, domain="other.example")
    for key in (other, "X" + "0" * 32):
        with pytest.raises(TicketNotFound):
            of_shop(installation, key, opened)
        with pytest.raises(TicketNotFound):
            says(installation, key, opened, "Hello.")
        with installation.database.read() as session:
            assert not ticket_views.shared(session, installation.database.keys, key)
    with installation.database.read() as session:
        (listed,) = ticket_views.shared(session, installation.database.keys, shop_key)
    assert listed.ticket_id == opened.ticket_id
    assert len(facts(installation, opened).said) == 1


def test_only_who_may_answer_for_the_shop_is_mailed(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    people.hire(installation, shop_key, "rita", Right.REVIEWS)
    ask(installation, shop_key=shop_key, is_shared=True)
    assert [whom for whom, _ in told(installation, MailKey.TICKET_MESSAGE)] == [
        people.new("pat").email
    ]


def test_a_ticket_without_a_shop_is_shared_with_nobody(installation: Installation) -> None:
    with pytest.raises(TicketInvalid):
        ask(installation, is_shared=True)
    assert mailed(installation) == []


def closed(installation: Installation, opened: Opened, at: datetime) -> None:
    with installation.database.write() as work:
        ticket_times.lapse(work, opened.ticket_id, now=at)


def test_a_shop_opens_no_ticket_that_is_closed(installation: Installation) -> None:
    shop_key, opened = shared(installation)
    answer(installation, opened)
    for days in (7, 14):
        closed(installation, opened, NOW + timedelta(days=days))
    assert not of_shop(installation, shop_key, opened).may_write
    with pytest.raises(TicketStepForbidden):
        says(installation, shop_key, opened, "One more word.")
    with pytest.raises(TicketInvalid):
        says(installation, shop_key, opened, " ")
    assert [each.party for each in facts(installation, opened).said] == [
        Party.PERSON,
        Party.STAFF,
    ]


def test_a_word_of_the_shop_is_read_where_a_ticket_is_solved_and_opens_it_not_again(
    installation: Installation,
) -> None:
    shop_key, opened = shared(installation)
    answer(installation, opened, "Settled.", solves=True)
    says(installation, shop_key, opened, "It comes on Monday.")
    for seen in (followed(installation, opened), of_shop(installation, shop_key, opened)):
        assert seen.facts.state is TicketState.SOLVED
        assert seen.facts.said[-1].text == "It comes on Monday."
    assert told(installation, MailKey.TICKET_MESSAGE)[-1] == (EMAIL, "It comes on Monday.")
    with installation.database.write() as work:
        tickets.satisfy(work, opened.token, "4", now=NOW)
    after = NOW + timedelta(days=TICKETS.reopen_days, seconds=1)
    with installation.database.write() as work:
        assert ticket_times.close_due(work, now=after) == 1


def test_the_person_takes_a_solved_ticket_up_again_also_after_a_word_of_the_shop(
    installation: Installation,
) -> None:
    shop_key, opened = shared(installation)
    answer(installation, opened, "Settled.", solves=True)
    says(installation, shop_key, opened, "It comes on Monday.")
    write(installation, opened, "It has not come.")
    assert facts(installation, opened).state is TicketState.OPEN


def test_each_side_writes_so_often_and_silences_neither_the_other_nor_staff(
    installation: Installation,
) -> None:
    shop_key, opened = shared(installation)
    for number in range(TICKETS.messages):
        says(installation, shop_key, opened, f"Word {number}.")
    answer(installation, opened, "Settled.", solves=True)
    with pytest.raises(TicketMessagesTooMany):
        says(installation, shop_key, opened, "One more.")
    for number in range(TICKETS.messages - 1):
        write(installation, opened, f"Word {number}.")
    answer(installation, opened, "Settled.", solves=True)
    sent = len(mailed(installation))
    with pytest.raises(TicketMessagesTooMany):
        write(installation, opened, "One more.")
    assert len(mailed(installation)) == sent
    ticket = facts(installation, opened)
    assert ticket.state is TicketState.SOLVED
    said = [each.party for each in ticket.said]
    assert said.count(Party.SHOP) == said.count(Party.PERSON) == TICKETS.messages
    assert said.count(Party.STAFF) == 2
