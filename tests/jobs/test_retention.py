"""The job that forgets: a day does all that is due, however much it is."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlmodel import select

from domain.actors import READER
from domain.duties import Officer
from domain.tickets import Channel, NewTicket, TicketState
from jobs import retention
from services import tickets
from services.installation import Installation
from store.tickets import Ticket

NOW: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
CLARA: Final = Officer("usr-clara")


def test_more_than_a_batch_is_closed_and_forgotten_on_one_day(
    embedded: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ticket_times._BATCH", 2)
    for number in range(5):
        with embedded.database.write() as work:
            address = f"dario-{number}@example.org"
            new = NewTicket(Channel.WEB, "en", "DE", "Late", "Where is it?", email=address)
            ticket_id = tickets.open_(work, new, actor=READER, now=NOW).ticket_id
            tickets.answer(work, ticket_id, "Here.", officer=CLARA, seen=1, now=NOW, solves=True)
    later = NOW + timedelta(days=15)
    assert retention.forget(embedded, now=later.isoformat())["tickets"] == 5
    years = NOW + timedelta(days=400)
    assert retention.forget(embedded, now=years.isoformat())["tickets"] == 5
    assert retention.forget(embedded, now=years.isoformat())["tickets"] == 0
    with embedded.database.read() as session:
        found = session.exec(select(Ticket)).all()
    assert {(each.state, each.person_cipher) for each in found} == {(TicketState.CLOSED, None)}
