"""What a test sees of the database being asked: every statement, in its order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from store.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent while this lasts."""
    said: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", see)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", see)
