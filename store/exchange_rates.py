"""Rates of exchange: how much of a currency one euro was worth on a day, as text to stay exact."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class ExchangeRate(Table, table=True):
    """``rate`` units of ``currency`` are one EUR on ``day``, as ``source`` has it."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("currency", "day"),)

    id: int = Field(default=None, primary_key=True)
    currency: str = Field(max_length=3)
    day: date
    rate: str = Field(max_length=30)
    source: str = Field(max_length=200)
    imported_at: datetime = Field(sa_type=UtcDateTime)


_TABLE: Final = Table.metadata.tables[ExchangeRate.__tablename__]
_BATCH: Final = 1_000


def on_or_before(
    session: Session, currency: str, day: date, *, earliest: date
) -> tuple[date, Decimal] | None:
    """The latest rate of a currency from ``earliest`` to ``day``, with its day."""
    query = select(ExchangeRate).where(
        col(ExchangeRate.currency) == currency,
        col(ExchangeRate.day) <= day,
        col(ExchangeRate.day) >= earliest,
    )
    found = session.exec(query.order_by(col(ExchangeRate.day).desc()).limit(1)).first()
    return (found.day, Decimal(found.rate)) if found else None


def put_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rates; one of the same currency and day takes the place of that from before."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(_TABLE)
    told = {name: statement.excluded[name] for name in ("rate", "source", "imported_at")}
    statement = statement.on_conflict_do_update(index_elements=["currency", "day"], set_=told)
    for start in range(0, len(rows), _BATCH):
        session.connection().execute(statement, rows[start : start + _BATCH])


def latest(session: Session, *, most: int) -> Sequence[ExchangeRate]:
    """The newest rates, the latest day first."""
    query = select(ExchangeRate).order_by(col(ExchangeRate.day).desc(), col(ExchangeRate.currency))
    return session.exec(query.limit(most)).all()


def sources(session: Session, currency: str) -> Sequence[str]:
    """Where the rates of a currency are from."""
    query = select(ExchangeRate.source).where(col(ExchangeRate.currency) == currency)
    return session.exec(query.distinct()).all()
