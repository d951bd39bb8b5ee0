"""Silence reminds once and closes, a word opens again, and no crash loses or doubles a step."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from domain.errors import DatabaseBusy
from domain.mails import MailKey
from domain.tickets import Channel, TicketState, TicketStepForbidden
from jobs import tickets as job
from services import ticket_times, tickets
from services.installation import Installation
from services.tickets import Opened
from store.decisions import AuditEntry
from tests.services.asked import (
    NOW,
    answer,
    ask,
    facts,
    followed,
    mailed,
    write,
)
from tests.services.kills import Killed, killed_after

REMINDED: Final = NOW + timedelta(days=7)
CLOSED: Final = NOW + timedelta(days=14)
INSTANT: Final = timedelta(seconds=1)


def watch(installation: Installation, at: datetime) -> dict[str, int]:
    """What the hourly job does at a moment, and that it does it once."""
    done = job.watch(installation, now=at.isoformat())
    assert job.watch(installation, now=at.isoformat()) == {}
    return done


def logged(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        query = select(AuditEntry.action).where(col(AuditEntry.action).startswith("ticket."))
        return list(session.exec(query.order_by(col(AuditEntry.id))))


def waiting(installation: Installation, **told: Any) -> Opened:
    """A ticket that was answered."""
    opened = ask(installation, **told)
    answer(installation, opened)
    return opened


def test_who_is_silent_is_reminded_after_seven_days_and_closed_after_fourteen(
    installation: Installation,
) -> None:
    opened = waiting(installation)
    assert watch(installation, REMINDED - INSTANT) == {}
    assert watch(installation, REMINDED) == {"reminded": 1}
    assert facts(installation, opened).state is TicketState.WAITING
    assert watch(installation, CLOSED - INSTANT) == {}
    assert watch(installation, CLOSED) == {"closed": 1}
    assert facts(installation, opened).state is TicketState.CLOSED
    assert watch(installation, CLOSED + timedelta(days=100)) == {}
    assert mailed(installation)[-2:] == [MailKey.TICKET_ANSWERED, MailKey.TICKET_REMINDER]
    assert logged(installation) == [
        "ticket.opened",
        "ticket.answer",
        "ticket.reminded",
        "ticket.close",
    ]


def test_a_ticket_that_silence_has_closed_is_opened_by_an_answer_and_begins_anew(
    installation: Installation,
) -> None:
    opened = waiting(installation)
    watch(installation, REMINDED)
    watch(installation, CLOSED)
    assert followed(installation, opened).may_write
    back = CLOSED + timedelta(days=30)
    write(installation, opened, "I was away.", at=back)
    assert facts(installation, opened).state is TicketState.OPEN
    assert watch(installation, back + timedelta(days=60)) == {}
    answer(installation, opened, "Welcome back.", at=back)
    assert watch(installation, back + timedelta(days=7)) == {"reminded": 1}
    assert mailed(installation).count(MailKey.TICKET_REMINDER) == 2
    assert watch(installation, back + timedelta(days=14)) == {"closed": 1}


def test_what_was_solved_and_closed_is_opened_by_nobody(installation: Installation) -> None:
    opened = ask(installation)
    answer(installation, opened, "Done.", solves=True)
    with installation.database.write() as work:
        assert ticket_times.close_due(work, now=NOW + timedelta(days=15)) == 1
    assert not followed(installation, opened).may_write
    with pytest.raises(TicketStepForbidden):
        write(installation, opened)
    assert len(facts(installation, opened).said) == 2


def test_whose_name_is_forgotten_cannot_open_a_ticket_again(installation: Installation) -> None:
    opened = waiting(installation)
    watch(installation, REMINDED)
    watch(installation, CLOSED)
    with installation.database.write() as work:
        assert ticket_times.close_due(work, now=datetime(2027, 4, 1, tzinfo=UTC)) == 1
    assert not followed(installation, opened).may_write
    with pytest.raises(TicketStepForbidden):
        write(installation, opened)


@pytest.mark.parametrize("step", [write, answer])
def test_a_word_of_either_side_ends_the_silence(
    installation: Installation, step: Callable[..., None]
) -> None:
    opened = waiting(installation)
    watch(installation, REMINDED)
    step(installation, opened, "Wait.", at=CLOSED - INSTANT)
    assert watch(installation, CLOSED) == {}
    assert facts(installation, opened).state is not TicketState.CLOSED


def test_after_a_long_stop_nobody_is_closed_out_without_a_reminder_and_its_days(
    installation: Installation,
) -> None:
    waiting(installation)
    late = NOW + timedelta(days=90)
    assert watch(installation, late) == {"reminded": 1}
    assert watch(installation, late + timedelta(days=7) - INSTANT) == {}
    assert watch(installation, late + timedelta(days=7)) == {"closed": 1}


def test_a_clock_that_jumps_back_moves_nothing(installation: Installation) -> None:
    waiting(installation)
    assert watch(installation, REMINDED) == {"reminded": 1}
    assert watch(installation, NOW - timedelta(days=400)) == {}


def test_a_caller_without_an_address_is_closed_without_a_mail(installation: Installation) -> None:
    waiting(installation, channel=Channel.PHONE, email="", name="")
    assert watch(installation, REMINDED) == {"reminded": 1}
    assert watch(installation, CLOSED) == {"closed": 1}
    assert mailed(installation) == []


@pytest.mark.parametrize("commits", range(4))
def test_a_kill_in_the_middle_loses_and_doubles_nothing(
    installation: Installation, commits: int
) -> None:
    opened = [waiting(installation, email=f"dario-{number}@example.org") for number in range(3)]
    with killed_after(commits) as _:
        if commits < len(opened):
            with pytest.raises(Killed):
                job.watch(installation, now=REMINDED.isoformat())
        else:
            job.watch(installation, now=REMINDED.isoformat())
    assert mailed(installation).count(MailKey.TICKET_REMINDER) == commits
    left = {"reminded": len(opened) - commits} if commits < len(opened) else {}
    assert watch(installation, REMINDED) == left
    assert mailed(installation).count(MailKey.TICKET_REMINDER) == len(opened)
    with killed_after(min(commits, 2)), pytest.raises(Killed):
        job.watch(installation, now=CLOSED.isoformat())
    assert watch(installation, CLOSED) == {"closed": len(opened) - min(commits, 2)}
    assert {facts(installation, each).state for each in opened} == {TicketState.CLOSED}
    assert logged(installation).count("ticket.close") == len(opened)
    assert logged(installation).count("ticket.reminded") == len(opened)


def test_a_ticket_at_which_something_fails_keeps_no_other_waiting(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = waiting(installation)
    waiting(installation, email="eve@example.org")
    lapse = ticket_times.lapse

    def failing(work: object, ticket_id: str, *, now: datetime) -> str:
        if ticket_id == first.ticket_id:
            raise RuntimeError("broken")
        return lapse(work, ticket_id, now=now)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(ticket_times, "lapse", failing)
    with capture_logs() as logs:
        done = job.watch(installation, now=REMINDED.isoformat())
    assert done == {"failed": 1, "reminded": 1}
    assert [each["ticket"] for each in logs if each["event"] == "ticket.failed"] == [
        first.ticket_id
    ]
    monkeypatch.setattr(ticket_times, "lapse", lapse)
    assert watch(installation, REMINDED) == {"reminded": 1}


def test_a_database_that_is_away_ends_the_run(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(installation)

    def away(*_: object, **__: object) -> str:
        raise DatabaseBusy

    monkeypatch.setattr(ticket_times, "lapse", away)
    with pytest.raises(DatabaseBusy):
        job.watch(installation, now=REMINDED.isoformat())


def test_whoever_writes_while_solved_tickets_are_closed_keeps_theirs_open(
    installation: Installation,
) -> None:
    opened = ask(installation)
    answer(installation, opened, solves=True)
    later = NOW + timedelta(days=15)

    def close() -> int:
        with installation.database.write() as work:
            return ticket_times.close_due(work, now=later)

    with ThreadPoolExecutor(1) as pool:
        with installation.database.write() as work:
            tickets.write(work, opened.token, "It has not come yet.", now=later)
            work.session.flush()
            closing = pool.submit(close)
            with pytest.raises(TimeoutError):
                closing.result(timeout=0.5)
        assert closing.result(timeout=30) == 0
    assert facts(installation, opened).state is TicketState.OPEN
