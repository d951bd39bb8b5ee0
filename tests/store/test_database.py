"""Transactions end whole or not at all, and a database in trouble says so in our words."""

import sqlite3
import threading

import pytest
from sqlmodel import select

from domain.errors import DatabaseBusy, DatabaseFull, DatabaseUnavailable
from services import shops
from store import database as databases
from store.accounts import Account
from store.database import Database, Job, Work
from store.keys import Keyring
from tests.services.steps import NOON


def test_a_transaction_that_fails_leaves_nothing_and_tells_nobody(database: Database) -> None:
    heard: list[dict[str, int]] = []
    database.listeners.append(heard.append)

    def fail(work: Work) -> None:
        shops.open_account(work, "Anna", now=NOON)
        work.changed["X"] = 1
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"), database.write() as work:
        fail(work)
    with database.read() as session:
        assert session.exec(select(Account)).all() == []
    assert heard == []


def test_listeners_hear_of_a_change_after_its_commit(database: Database) -> None:
    counts: list[int] = []

    def listen(changed: dict[str, int]) -> None:
        with database.read() as session:
            counts.append(len(session.exec(select(Account)).all()) + changed["X"])

    database.listeners.append(listen)
    with database.write() as work:
        shops.open_account(work, "Anna", now=NOON)
        work.changed["X"] = 10
    assert counts == [11]


def test_jobs_are_handed_over_inside_the_transaction(database: Database) -> None:
    handed: list[str] = []
    database.enqueue = lambda session, job: handed.append(f"{job.id} {session.in_transaction()}")
    with database.write() as work:
        work.jobs.append(Job("job-1", "snapshot.refresh", {}))
    assert handed == ["job-1 True"]


def test_sqlite_runs_in_wal_mode_with_foreign_keys(sqlite_url: str, keys: Keyring) -> None:
    database = Database.open(sqlite_url, keys=keys)
    with database.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.close()
    assert found == ["wal", 1, 1]


def test_a_locked_database_is_busy_and_nothing_is_lost_when_it_is_free_again(
    sqlite_url: str, keys: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.05)
    database = Database.open(sqlite_url, keys=keys)
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), database.write() as work:
        shops.open_account(work, "Anna", now=NOON)
    holder.execute("ROLLBACK")
    holder.close()
    with database.write() as work:
        shops.open_account(work, "Anna", now=NOON)
    with database.read() as session:
        assert len(session.exec(select(Account)).all()) == 1
    database.close()


def test_a_full_database_refuses_a_write_whole(sqlite_url: str, keys: Keyring) -> None:
    database = Database.open(sqlite_url, keys=keys)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    def fill(work: Work) -> None:
        for number in range(2000):
            shops.open_account(work, f"Account {number}" * 10, now=NOON)

    with pytest.raises(DatabaseFull), database.write() as work:
        fill(work)
    with database.read() as session:
        assert session.exec(select(Account)).all() == []
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/trustwright.db",
        "postgresql://nobody@127.0.0.1:9/nothing",
    ],
)
def test_a_database_that_is_gone_is_unavailable(url: str, keys: Keyring) -> None:
    database = Database.open(url, keys=keys)
    with pytest.raises(DatabaseUnavailable), database.read() as session:
        session.exec(select(Account)).all()
    with pytest.raises(DatabaseUnavailable), database.write() as work:
        shops.open_account(work, "Anna", now=NOON)
    database.close()


def test_many_writers_take_turns_and_none_is_lost(database: Database) -> None:
    def write(number: int) -> None:
        for step in range(5):
            with database.write() as work:
                shops.open_account(work, f"{number}-{step}", now=NOON)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.read() as session:
        assert len(session.exec(select(Account)).all()) == 30


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        Keyring("short")
