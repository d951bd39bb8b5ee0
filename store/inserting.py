"""Many rows of a table at once: COPY on PostgreSQL, one prepared statement on SQLite.

A statement for each row costs PostgreSQL five times as much as the row, and one statement with
many values costs Python as much again. A few rows are too few for a COPY.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy import Table as CoreTable
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

_FEW: Final = 8


def add_many(session: Session, table: CoreTable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that name the same columns; a column that they leave out gets its default.

    That is the default of the database. What waits in the session goes on waiting. Raises what
    any statement raises.
    """
    if not rows:
        return
    connection = session.connection()
    dialect, names = connection.dialect, tuple(rows[0])
    values = zip(*(_stored(dialect, table, name, rows) for name in names), strict=True)
    quote = dialect.identifier_preparer.quote
    columns, is_postgresql = ", ".join(map(quote, names)), dialect.name == "postgresql"
    if is_postgresql and len(rows) > _FEW:
        _copy(connection, f"COPY {quote(table.name)} ({columns}) FROM STDIN", values)
        return
    marks = ", ".join(["%s" if is_postgresql else "?"] * len(names))
    statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608 names of ours
    connection.exec_driver_sql(statement, list(values))


def _stored(
    dialect: Dialect, table: CoreTable, name: str, rows: Sequence[Mapping[str, Any]]
) -> Iterable[Any]:
    """A column of the rows, as its type hands it to the driver."""
    processed = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    values = (row[name] for row in rows)
    return values if processed is None else map(processed, values)


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        # In the words of SQLAlchemy, as everybody above expects them.
        base = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            statement, None, error, base, hide_parameters=True, dialect=connection.dialect
        ) from error
