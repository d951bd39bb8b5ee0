"""Tickets: each step that there is and no other, what a person has to say, and help desks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import tickets
from domain.errors import TextInvalid
from domain.mails import MailAddressInvalid
from domain.tickets import (
    Channel,
    Desk,
    NewTicket,
    TicketEvent,
    TicketInvalid,
    TicketState,
    TicketStepForbidden,
)

S, E = TicketState, TicketEvent
ALLOWED = {
    (S.NEW, E.TAKE): S.OPEN,
    (S.NEW, E.WRITE): S.NEW,
    (S.NEW, E.ANSWER): S.WAITING,
    (S.NEW, E.SOLVE): S.SOLVED,
    (S.OPEN, E.WRITE): S.OPEN,
    (S.OPEN, E.ANSWER): S.WAITING,
    (S.OPEN, E.SOLVE): S.SOLVED,
    (S.WAITING, E.WRITE): S.OPEN,
    (S.WAITING, E.ANSWER): S.WAITING,
    (S.WAITING, E.SOLVE): S.SOLVED,
    (S.WAITING, E.CLOSE): S.CLOSED,
    (S.CLOSED, E.REOPEN): S.OPEN,
    (S.SOLVED, E.WRITE): S.OPEN,
    (S.SOLVED, E.COMMENT): S.SOLVED,
    (S.SOLVED, E.CLOSE): S.CLOSED,
}
NEW = NewTicket(Channel.WEB, "en", "DE", "Where is it?", "My parcel.", email="ada@example.org")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("event", list(E))
def test_a_ticket_goes_its_way_and_no_other(before: TicketState, event: TicketEvent) -> None:
    if (before, event) in ALLOWED:
        assert tickets.step(before, event) is ALLOWED[before, event]
    else:
        with pytest.raises(TicketStepForbidden):
            tickets.step(before, event)


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("is_solved", [True, False])
def test_what_silence_has_closed_is_opened_by_a_word_and_what_is_solved_and_closed_is_not(
    state: TicketState, is_solved: bool
) -> None:
    event = tickets.written(state, is_solved=is_solved)
    assert (event is E.REOPEN) == (state is S.CLOSED and not is_solved)
    assert event in (E.REOPEN, E.WRITE)


@pytest.mark.parametrize("state", list(S))
def test_a_shop_moves_no_ticket_that_is_solved(state: TicketState) -> None:
    event = tickets.written_by_shop(state)
    assert event is (E.COMMENT if state is S.SOLVED else E.WRITE)


def test_silence_closes_fourteen_days_after_the_answer_where_nothing_stood_still() -> None:
    assert timedelta(days=7) == tickets.REMIND_AFTER
    assert timedelta(days=14) == tickets.REMIND_AFTER + tickets.CLOSE_AFTER


def test_a_ticket_is_shared_with_a_shop_that_is_named() -> None:
    key = "X" + "0" * 32
    assert tickets.checked(replace(NEW, shop_key=key, is_shared=True)).is_shared
    with pytest.raises(TicketInvalid) as refused:
        tickets.checked(replace(NEW, is_shared=True))
    assert refused.value.field == "shop"


def test_the_first_answer_is_late_from_its_deadline_on() -> None:
    assert tickets.is_overdue(NOON, None, NOON)
    assert not tickets.is_overdue(NOON, None, NOON - timedelta(seconds=1))
    assert not tickets.is_overdue(NOON, NOON, NOON + timedelta(days=9))


def test_a_ticket_is_tidied() -> None:
    tidy = tickets.checked(replace(NEW, subject="  Where \n is it? ", reference=" A-1 "))
    assert tidy == replace(NEW, reference="A-1")


def test_who_calls_need_not_have_an_address() -> None:
    called = replace(NEW, channel=Channel.PHONE, email="")
    assert tickets.checked(called).email == ""
    with pytest.raises(MailAddressInvalid):
        tickets.checked(replace(NEW, email=""))
    with pytest.raises(MailAddressInvalid):
        tickets.checked(replace(called, email="nobody"))


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (replace(NEW, subject=" "), "subject"),
        (replace(NEW, text=""), "text"),
        (replace(NEW, market="XX"), "market"),
        (replace(NEW, language="xx"), "market"),
    ],
)
def test_what_is_missing_is_named(broken: NewTicket, field: str) -> None:
    with pytest.raises(TicketInvalid) as refused:
        tickets.checked(broken)
    assert refused.value.field == field


def test_a_text_has_an_end() -> None:
    with pytest.raises(TextInvalid):
        tickets.checked(replace(NEW, text="x" * 5_001))
    with pytest.raises(TicketInvalid):
        tickets.said(" ")
    assert tickets.said(" Thanks. ") == "Thanks."


def test_satisfaction_is_one_of_five() -> None:
    assert [tickets.satisfaction(str(mark)) for mark in range(1, 6)] == [1, 2, 3, 4, 5]
    for text in ("0", "6", "", "5.0", "٣"):
        with pytest.raises(TicketInvalid):
            tickets.satisfaction(text)


def test_desks_are_read_from_a_setting() -> None:
    desks = tickets.desks(" DE = +49 30 1 | Mon–Fri 9–17 ; FR=+33 1;")
    assert desks == {"DE": Desk("+49 30 1", "Mon–Fri 9–17"), "FR": Desk("+33 1", "")}
    assert tickets.desks("") == {}


@pytest.mark.parametrize("text", ["DE", "XX=1", "DE=", "DE=|9–17"])
def test_a_desk_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="A desk is"):
        tickets.desks(text)
