"""Slots: each minute once, and together in one statement, so that nobody waits crosswise."""

from contextlib import suppress
from datetime import timedelta

from sqlmodel import select

from domain.errors import OrderInvalid
from services import slots
from store.database import Database
from store.invite_rules import SendSlot
from tests.services.statements import counted
from tests.services.steps import NOON

HOUR = timedelta(hours=1)


def kept(database: Database) -> list[int]:
    """The hours after noon for which there are slots, in order."""
    with database.read() as session:
        return [(at - NOON) // HOUR for at in session.exec(select(SendSlot.at).order_by("at"))]


def test_what_is_kept_together_is_kept_once_and_at_the_end(database: Database) -> None:
    with counted(database) as said, database.write() as work:
        with slots.together(work, now=NOON):
            slots.keep(work, [NOON + 3 * HOUR], now=NOON)
            with slots.together(work, now=NOON):
                slots.keep(work, [NOON + 2 * HOUR, NOON + 3 * HOUR], now=NOON)
            slots.keep(work, [NOON + HOUR], now=NOON)
            assert work.jobs == []
        assert [job.arguments["at"] for job in work.jobs] == [
            (NOON + hours * HOUR).isoformat() for hours in (1, 2, 3)
        ]
        slots.keep(work, [NOON + HOUR, NOON + 4 * HOUR], now=NOON)
        assert len(work.jobs) == 4
    assert len([each for each in said if "INTO send_slots" in each]) == 2
    assert kept(database) == [1, 2, 3, 4]


def test_after_a_refusal_nothing_is_kept_and_the_next_is_kept_at_once(database: Database) -> None:
    with database.write() as work:
        with suppress(OrderInvalid), slots.together(work, now=NOON):
            slots.keep(work, [NOON + HOUR], now=NOON)
            raise OrderInvalid
        assert work.jobs == []
        slots.keep(work, [NOON + 2 * HOUR], now=NOON)
    assert kept(database) == [2]
