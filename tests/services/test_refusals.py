"""Who is refused is written down, and nobody fills the log by being refused often."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.errors import DatabaseBusy
from domain.refusals import REFUSALS, Attempt
from jobs import sessions
from services import audit, refusals
from services.installation import Installation
from store.database import Work
from store.decisions import AuditEntry
from store.refusals import RefusedAttempt
from tests.services.steps import NOON

STRANGER = Actor(Role.READER, "client-a1b2c3")
PLACE = "/{language}/notices/{token}"


def attempts(
    installation: Installation, number: int, *, by: Actor = STRANGER, hours: int = 0
) -> None:
    for _ in range(number):
        now = NOON + timedelta(hours=hours, minutes=7)
        refusals.note(installation, Attempt.LINK_FORGED, by, PLACE, now=now)


def told(installation: Installation) -> list[tuple[str, str, int]]:
    """Who tried what how often, as the log tells it."""
    with installation.database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action).startswith("refused."))
        lines = session.exec(query.order_by(col(AuditEntry.id))).all()
    return [(line.actor, line.action, orjson.loads(line.after)["number"]) for line in lines]


def test_a_thousand_attempts_are_four_lines_and_one_number(installation: Installation) -> None:
    attempts(installation, 1_000)
    name, action = STRANGER.name, "refused.link_forged"
    assert told(installation) == [(name, action, number) for number in (1, 10, 100, 1_000)]
    with installation.database.read() as session:
        row = session.exec(select(RefusedAttempt)).one()
    assert (row.actor, row.kind, row.number) == (name, Attempt.LINK_FORGED, 1_000)
    assert row.hour == NOON


def test_each_hour_kind_and_person_is_counted_apart(installation: Installation) -> None:
    anna = Actor(Role.SHOP, "usr-anna")
    attempts(installation, 2)
    attempts(installation, 2, hours=1)
    attempts(installation, 2, by=anna)
    refusals.note(installation, Attempt.ID_FOREIGN, anna, PLACE, now=NOON, thing="X" + "0" * 32)
    assert [(actor, number) for actor, _, number in told(installation)] == [
        (STRANGER.name, 1),
        (STRANGER.name, 1),
        ("usr-anna", 1),
        ("usr-anna", 1),
    ]
    with installation.database.read() as session:
        line = session.exec(select(AuditEntry).where(AuditEntry.role == Role.SHOP)).all()[-1]
    assert (line.object, line.action) == ("X" + "0" * 32, "refused.id_foreign")
    assert orjson.loads(line.after) == {"number": 1, "place": PLACE}


def test_many_who_try_in_one_hour_are_counted_together(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "REFUSALS", replace(REFUSALS, actors_per_hour=3))
    for number in range(50):
        attempts(installation, 1, by=Actor(Role.READER, f"client-{number}"))
    attempts(installation, 1, by=Actor(Role.READER, "client-1"))
    with installation.database.read() as session:
        rows = session.exec(select(RefusedAttempt)).all()
    numbers = {row.actor: row.number for row in rows}
    assert numbers == {"client-0": 1, "client-1": 2, "client-2": 1, refusals.OTHERS: 47}
    assert len(told(installation)) == 5


def test_numbers_are_deleted_and_what_the_log_says_stays(installation: Installation) -> None:
    attempts(installation, 1)
    for days, left in ((29, 1), (31, 0)):
        sessions.forget(installation, now=(NOON + timedelta(days=days)).isoformat())
        with installation.database.read() as session:
            assert len(session.exec(select(RefusedAttempt)).all()) == left
    assert len(told(installation)) == 1


def test_without_a_database_a_refusal_is_a_refusal_all_the_same(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> str:
        raise DatabaseBusy

    monkeypatch.setattr(refusals, "_told_apart", busy)
    attempts(installation, 1)
    assert told(installation) == []


def test_what_is_undone_counts_nothing(installation: Installation) -> None:
    """The number and the line of the log are one transaction."""

    class Failure(Exception):
        pass

    def fails(*_: object, **__: object) -> None:
        raise Failure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "log", fails)
        with pytest.raises(Failure):
            attempts(installation, 1)
    with installation.database.write() as work:
        assert isinstance(work, Work)
        assert work.session.exec(select(RefusedAttempt)).all() == []
