"""Refused attempts, counted by the hour, by who made them and what they tried."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class RefusedAttempt(Table, table=True):
    """How often somebody was refused something in one hour.

    ``actor`` is a person's public id or the name that a client has for one day.
    """

    __tablename__ = "refused_attempts"

    hour: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    actor: str = Field(max_length=120, primary_key=True)
    kind: str = Field(max_length=20, primary_key=True)
    number: int


_ROWS: Final = Table.metadata.tables[RefusedAttempt.__tablename__]
_KEY: Final = ("hour", "actor", "kind")
# Of two at once, both count: the row is made or raised in one statement.
_COUNT: Final[Mapping[str, Any]] = {
    name: dialect.insert(_ROWS)
    .values({key: bindparam(key) for key in _KEY} | {"number": 1})
    .on_conflict_do_update(index_elements=_KEY, set_={"number": _ROWS.c.number + 1})
    .returning(_ROWS.c.number)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def is_known(session: Session, hour: datetime, actor: str) -> bool:
    """Whether anything of this actor was counted in this hour."""
    mine = (col(RefusedAttempt.hour) == hour, col(RefusedAttempt.actor) == actor)
    return session.exec(select(RefusedAttempt.kind).where(*mine).limit(1)).first() is not None


def actors(session: Session, hour: datetime) -> int:
    """How many actors were counted in this hour."""
    query = select(func.count(func.distinct(col(RefusedAttempt.actor))))
    return session.exec(query.where(col(RefusedAttempt.hour) == hour)).one()


def counted(session: Session, hour: datetime, actor: str, kind: str) -> int:
    """Count one attempt more; returns how many there are in this hour."""
    values = {"hour": hour, "actor": actor, "kind": kind}
    statement = _COUNT[session.get_bind().dialect.name]
    return int(session.execute(statement, values).scalar_one())


def forget(session: Session, before: datetime) -> int:
    """Delete the numbers of hours before this moment; how many there were."""
    statement = delete(RefusedAttempt).where(col(RefusedAttempt.hour) < before)
    return session.connection().execute(statement).rowcount
