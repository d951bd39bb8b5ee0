"""The same migrations make the same tables on both databases, up, down and up again."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from store import migrations
from store.database import Database, engine_for
from store.schema import METADATA


def test_after_the_migrations_the_tables_are_those_of_the_code(database_url: str) -> None:
    assert migrations.differences(database_url) == []


def test_down_leaves_no_table_and_up_makes_them_all_again(database_url: str) -> None:
    migrations.downgrade(database_url)
    engine = engine_for(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(database_url)
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()
    assert migrations.differences(database_url) == []


def test_an_upgrade_of_an_upgraded_database_keeps_its_rows(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO accounts (public_id, name, created_at) "
            "VALUES ('acc-1', 'Anna', '2026-11-20 12:00:00')"
        )
    migrations.upgrade(database.engine.url.render_as_string(hide_password=False))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM accounts").scalar() == "Anna"


@pytest.mark.slow
def test_a_migration_may_take_longer_than_what_answers_people(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[str | None] = []

    def ask(config: Config, _revision: str) -> None:
        limits.append(config.attributes["connection"].scalar(text("SHOW statement_timeout")))

    monkeypatch.setattr(command, "upgrade", ask)
    migrations.upgrade(postgresql_url)
    assert limits == ["0"]
