"""Cases and complaints of before are numbered by the migration, and go back to what they were."""

import pytest
from sqlalchemy import inspect, text

from services import complaints
from services.rulings import Step
from store import migrations
from store.database import Database
from tests.services import reported
from tests.services.reported import NINA, WHY, new_notice
from tests.services.steps import NOON

OBJECTION = "The carrier's record is about another parcel."


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def complain(database: Database, token: str) -> str:
    with database.write() as work:
        return complaints.complain(work, token, OBJECTION, now=NOON)


@pytest.fixture
def decided_twice(database: Database) -> Database:
    """A case that was removed, restored by a complaint, and complained about by two reporters."""
    made = reported.reported(database)
    fay = reported.file(database, new_notice(made.written.review_id, email="fay@mail.org"))
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    first = complain(database, reported.author_token(database, made.case_id))
    seen = reported.case(database, made.case_id).version
    with database.write() as work:
        complaints.decide(work, first, WHY, NINA, is_upheld=True, seen=seen, now=NOON)
    for token in (made.filed.token, fay.token):
        complain(database, token)
    return database


def test_complaints_of_before_are_numbered_and_nothing_else_is_lost(
    decided_twice: Database,
) -> None:
    database, url = decided_twice, decided_twice.engine.url.render_as_string(hide_password=False)
    numbered = "SELECT complainant, decision_number, text, state FROM complaints ORDER BY id"
    before = rows(database, numbered)
    messages = rows(database, "SELECT party, text FROM case_messages ORDER BY id")
    assert [row[1] for row in before] == [1, 2, 2]
    database.engine.dispose()
    migrations.downgrade(url, "0007")
    # Before, each side complained once in a case.
    assert len(rows(database, "SELECT side FROM complaints")) == 2
    assert "decisions" not in {
        each["name"] for each in inspect(database.engine).get_columns("cases")
    }
    database.engine.dispose()
    migrations.upgrade(url)
    assert rows(database, numbered) == before[:2]
    assert rows(database, "SELECT decisions FROM cases") == [(2,)]
    assert rows(database, "SELECT count(*) FROM notices WHERE put_at IS NULL") == [(0,)]
    assert rows(database, "SELECT party, text FROM case_messages ORDER BY id") == messages
    assert migrations.differences(url) == []
