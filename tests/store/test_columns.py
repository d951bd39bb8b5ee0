"""Moments are stored in UTC, whatever zone they come in, and found again."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from store.database import Database
from store.invite_rules import SendSlot

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ELSEWHERE = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))


@pytest.mark.parametrize("moment", [NOON, ELSEWHERE, NOON + timedelta(microseconds=7)])
def test_a_moment_is_stored_in_utc_and_found_in_any_zone(
    database: Database, moment: datetime
) -> None:
    with database.write() as work:
        work.session.add(SendSlot(at=moment))
    for zone in (UTC, ELSEWHERE.tzinfo):
        with database.read() as session:
            query = select(SendSlot.at).where(col(SendSlot.at) == moment.astimezone(zone))
            found = session.exec(query).one()
        assert (found, found.tzinfo) == (moment, UTC)
    if database.engine.dialect.name == "sqlite":
        with database.read() as session:
            stored = session.connection().execute(text("SELECT at FROM send_slots")).scalar_one()
        # All of one length, so that they sort as they follow each other.
        assert stored == f"2026-11-20 12:00:00.{moment.microsecond:06}"


def test_a_moment_without_a_zone_is_not_stored(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.write() as work:
        work.session.add(SendSlot(at=datetime(2026, 11, 20, 12)))  # noqa: DTZ001 - the point
