"""Column types and table conventions that all tables share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.orm.attributes import set_attribute
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_CHARACTERS = len("2026-11-22 10:00:00.000000")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite, which keeps no zone, stores it as UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        moment = _in_utc(value)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """One call for each moment that is stored; a decorator's own way takes three."""
        if dialect.name == "postgresql":
            return lambda value: self.process_bind_param(value, dialect)

        def text(value: datetime | None) -> str | None:
            if value is None:
                return None
            return _in_utc(value).isoformat(" ", "microseconds")[:_CHARACTERS]

        return text

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """One call for each moment that is read, as above."""
        read = self.impl_instance.result_processor(dialect, coltype) or _as_it_is

        def moment(stored: Any) -> datetime | None:
            value: datetime | None = read(stored)
            if value is None:
                return None
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

        return moment


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return value.astimezone(UTC)


def _as_it_is(value: Any) -> Any:
    return value


class Table(SQLModel):
    """Base of all tables: one metadata with the naming convention that migrations rely on."""

    metadata = MetaData(naming_convention=NAMING)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a column once; SQLModel does so twice, for a validation that tables do not have."""
        if name in self.__pydantic_fields__:
            set_attribute(self, name, value)
        else:
            super().__setattr__(name, value)
